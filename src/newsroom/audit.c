/* SPDX-License-Identifier: MIT */
/* The chain of who did what. */

#include "newsroom/audit.h"

#include <assert.h>
#include <sodium.h>

#include "store/sql.h"

enum {
	HASH_BYTES = 32,
	AUDIT_DETAIL_MAX = 2000, /* characters; longer words are cut */
	AUDIT_PAGE = 1000,	 /* rows of one step of verifying */
};

/* ---- the hash of a row ---- */

static void
feed_number(crypto_generichash_state *h, int64_t v)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)((uint64_t)v >> (8 * i));
	crypto_generichash_update(h, bytes, sizeof bytes);
}

static void
feed_text(crypto_generichash_state *h, struct str s)
{
	feed_number(h, (int64_t)s.n);
	crypto_generichash_update(h, (const unsigned char *)s.p, s.n);
}

/* Numbers are fields of eight bytes; their length goes before them too. */
static void
feed_field(crypto_generichash_state *h, int64_t v)
{
	feed_number(h, 8);
	feed_number(h, v);
}

static struct str
row_hash(
    struct arena *a, struct str before, const struct sql_audit_page_row *row)
{
	crypto_generichash_state h;
	unsigned char bytes[HASH_BYTES] = { 0 };
	char *hex = arena_alloc(a, HASH_BYTES * 2 + 1);

	if (before.n != 0)
		sodium_hex2bin(
		    bytes, sizeof bytes, before.p, before.n, NULL, NULL, NULL);
	crypto_generichash_init(&h, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&h, bytes, sizeof bytes);
	feed_field(&h, row->id);
	feed_field(&h, row->at);
	feed_field(&h, row->person);
	feed_text(&h, row->action);
	feed_text(&h, row->subject);
	feed_text(&h, row->detail);
	crypto_generichash_final(&h, bytes, sizeof bytes);
	sodium_bin2hex(hex, HASH_BYTES * 2 + 1, bytes, sizeof bytes);
	return str_make(hex, HASH_BYTES * 2);
}

/* ---- writing ---- */

enum err
audit_head(struct ctx *ctx, struct store *st, struct audit_head *out)
{
	const struct sql_audit_head_row *row = NULL;

	TRY(sql_audit_head(ctx, st, &row));
	*out = (struct audit_head){ 0 };
	if (row != NULL)
		*out = (struct audit_head){ row->id, row->hash };
	return ERR_OK;
}

enum err
audit_add(struct ctx *ctx, struct store *st, const struct audit_entry *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct audit_head head = { 0 };
	struct sql_audit_page_row row = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(audit_head(ctx, st, &head));
	row = (struct sql_audit_page_row){
		.id = head.id + 1,
		.at = ctx_now(ctx),
		.person = in->person,
		.action = str_c(in->action),
		.subject = in->subject,
		.detail = utf8_head(in->detail, AUDIT_DETAIL_MAX),
	};
	TRY(sql_audit_add(ctx, st,
	    &(struct sql_audit_add){
		.id = row.id,
		.at = row.at,
		.person = row.person,
		.action = row.action,
		.subject = row.subject,
		.detail = row.detail,
		.hash = row_hash(ctx->arena, head.hash, &row),
	    },
	    &changed));
	return store_tx_commit(ctx, &tx);
}

/* ---- verifying ---- */

static void
arena_end(struct arena **a)
{
	arena_free(*a);
}

/* Where the walk stands; the hash in a place that outlasts a page. */
struct walk {
	int64_t id;
	char hash[HASH_BYTES * 2 + 1];
};

static struct str
walk_hash(const struct walk *w)
{
	return w->id == 0 ? (struct str){ 0 } : str_c(w->hash);
}

static enum err
check_row(struct ctx *ctx, const struct sql_audit_page_row *row,
    const struct audit_head *noted, struct walk *w)
{
	struct str hash = row_hash(ctx->arena, walk_hash(w), row);

	if (row->id != w->id + 1)
		return FAIL(ctx, ERR_CONFLICT,
		    "audit row %" PRId64 " is missing", w->id + 1);
	if (!str_eq(hash, row->hash))
		return FAIL(ctx, ERR_CONFLICT,
		    "audit row %" PRId64 " was changed after it was written",
		    row->id);
	if (row->id == noted->id && !str_eq(hash, noted->hash))
		return FAIL(ctx, ERR_CONFLICT,
		    "audit row %" PRId64 " is not the one that was noted: the "
		    "chain was written anew",
		    row->id);
	w->id = row->id;
	memcpy(w->hash, hash.p, HASH_BYTES * 2);
	w->hash[HASH_BYTES * 2] = '\0';
	return ERR_OK;
}

static enum err
walk_page(struct ctx *ctx, struct store *st, const struct audit_head *noted,
    struct walk *w, bool *more)
{
	const struct sql_audit_page_row *rows = NULL;
	size_t n = 0;

	TRY(sql_audit_page(
	    ctx, st, &(struct sql_audit_page){ .after = w->id }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(check_row(ctx, &rows[i], noted, w));
	*more = n == AUDIT_PAGE;
	return ERR_OK;
}

enum err
audit_verify(struct ctx *ctx, struct store *st, const struct audit_head *noted,
    struct audit_head *out)
{
	CLEANUP(arena_end) struct arena *scratch = arena_new(0);
	struct arena *arena = ctx->arena;
	struct walk w = { 0 };
	bool more = true;

	while (more) {
		enum err err = ERR_OK;

		arena_reset(scratch);
		ctx->arena = scratch;
		err = walk_page(ctx, st, noted, &w, &more);
		ctx->arena = arena;
		TRY(err);
	}
	if (w.id < noted->id)
		return FAIL(ctx, ERR_CONFLICT,
		    "the audit chain ends at row %" PRId64 ", but row %" PRId64
		    " was noted: its end was cut off",
		    w.id, noted->id);
	*out = (struct audit_head){ w.id, str_dup(arena, walk_hash(&w)) };
	return ERR_OK;
}
