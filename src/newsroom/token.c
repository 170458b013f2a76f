/* SPDX-License-Identifier: MIT */
/* Tokens of programs. */

#include "newsroom/token.h"

#include <sodium.h>

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/random_text.h"
#include "store/blob.h"
#include "store/sql.h"

enum {
	SECRET = 32,	    /* bytes */
	SECRET_TEXT = 43,   /* characters that stand for them */
	NOTE_SECONDS = 300, /* between two notes that it is used */
};

static const char prefix[] = "mht_";

static void
lock_again(struct store **st)
{
	store_lock(*st);
}

static enum err
check_new(struct ctx *ctx, const struct token_new *in)
{
	if (!str_eq(in->rights, STR("upload")))
		return FAIL(ctx, ERR_INVALID, "a token may only upload");
	if (!utf8_ok(in->label) || !utf8_is_line(in->label) ||
	    utf8_length(in->label) > TOKEN_LABEL_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "a label is one line of at most %d characters",
		    TOKEN_LABEL_MAX);
	if (in->expires_at != 0 && in->expires_at <= ctx_now(ctx))
		return FAIL(ctx, ERR_INVALID, "a token ends in the future");
	return ERR_OK;
}

static enum err
find_person(
    struct ctx *ctx, struct store *st, struct str email, int64_t *person)
{
	const struct sql_person_find_row *row = NULL;

	TRY(sql_person_find(
	    ctx, st, &(struct sql_person_find){ .email = email }, &row));
	if (row == NULL || row->disabled_at != 0)
		return FAIL(
		    ctx, ERR_NOTFOUND, "%.*s has no account", STR_FMT(email));
	*person = row->id;
	return ERR_OK;
}

static enum err
audit_token(struct ctx *ctx, struct store *st, const char *action, int64_t id,
    struct str detail)
{
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.action = action,
		.subject = change_tag(ctx->arena, "token", id),
		.detail = detail,
	    });
}

enum err
token_add(struct ctx *ctx, struct store *st, const struct token_new *in,
    int64_t *id, struct str *text)
{
	struct str email = str_lower_ascii(ctx->arena, str_trim(in->email));
	CLEANUP(lock_again) struct store *open = st;
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_token_add_row *row = NULL;
	struct str secret = random_text(ctx->arena, SECRET);
	int64_t person = 0;

	TRY(check_new(ctx, in));
	store_unlock(open);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(find_person(ctx, st, email, &person));
	TRY(sql_token_add(ctx, st,
	    &(struct sql_token_add){
		.person = person,
		.rights = in->rights,
		.label = in->label,
		.hash = digest_hex(ctx->arena, secret),
		.at = ctx_now(ctx),
		.expires_at = in->expires_at,
	    },
	    &row));
	TRY(audit_token(ctx, st, "token.add", row->id,
	    str_printf(ctx->arena, "person:%" PRId64 " %.*s", person,
		STR_FMT(in->rights))));
	TRY(store_tx_commit(ctx, &tx));
	*id = row->id;
	*text = str_printf(
	    ctx->arena, "%s%" PRId64 "_%.*s", prefix, row->id, STR_FMT(secret));
	return ERR_OK;
}

enum err
token_list(
    struct ctx *ctx, struct store *st, const struct token **out, size_t *n)
{
	const struct sql_token_all_row *rows = NULL;
	struct token *all = NULL;

	TRY(sql_token_all(ctx, st, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct token);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct token){
			.id = rows[i].id,
			.email = rows[i].email,
			.rights = rows[i].rights,
			.label = rows[i].label,
			.created_at = rows[i].created_at,
			.expires_at = rows[i].expires_at,
			.used_at = rows[i].used_at,
			.revoked_at = rows[i].revoked_at,
		};
	*out = all;
	return ERR_OK;
}

enum err
token_revoke(struct ctx *ctx, struct store *st, int64_t id)
{
	CLEANUP(lock_again) struct store *open = st;
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_token_find_row *there = NULL;
	int64_t changed = 0;

	store_unlock(open);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_token_find(
	    ctx, st, &(struct sql_token_find){ .id = id }, &there));
	if (there == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no token %" PRId64, id);
	TRY(sql_token_revoke(ctx, st,
	    &(struct sql_token_revoke){ .id = id, .at = ctx_now(ctx) },
	    &changed));
	if (changed == 0)
		return ERR_OK;
	TRY(audit_token(ctx, st, "token.revoke", id, STR("")));
	return store_tx_commit(ctx, &tx);
}

/* ---- whose it is ---- */

/* "mht_7_abc…" */
static bool
token_read(struct str text, int64_t *id, struct str *secret)
{
	struct str rest = str_from(text, sizeof prefix - 1);

	return text.n <= TOKEN_TEXT_MAX && str_starts(text, str_c(prefix)) &&
	       str_int(str_cut(rest, '_', secret), id) && *id > 0 &&
	       secret->n == SECRET_TEXT;
}

static bool
holds(const struct ctx *ctx, const struct sql_token_find_row *row)
{
	return row->revoked_at == 0 && row->disabled_at == 0 &&
	       (row->expires_at == 0 || row->expires_at > ctx_now(ctx));
}

enum err
token_verify(struct ctx *ctx, struct store *st, struct str text,
    const struct token **out)
{
	const struct sql_token_find_row *row = NULL;
	struct token *t = NULL;
	struct str secret = { 0 };
	struct str digest = { 0 };
	struct str there = { 0 };
	int64_t id = 0;

	if (!token_read(text, &id, &secret))
		return FAIL(ctx, ERR_DENIED, "this token does not hold");
	TRY(sql_token_find(
	    ctx, st, &(struct sql_token_find){ .id = id }, &row));
	digest = digest_hex(ctx->arena, secret);
	/* As long for one that is not there: it is compared with itself. */
	there = row != NULL ? row->hash : digest;
	if (there.n != digest.n ||
	    sodium_memcmp(there.p, digest.p, digest.n) != 0 || row == NULL ||
	    !holds(ctx, row))
		return FAIL(ctx, ERR_DENIED, "this token does not hold");
	t = ARENA_NEW(ctx->arena, struct token);
	*t = (struct token){
		.id = row->id,
		.person = row->person,
		.email = row->email,
		.rights = row->rights,
		.label = row->label,
		.expires_at = row->expires_at,
		.used_at = row->used_at,
	};
	*out = t;
	return ERR_OK;
}

bool
token_is_unnoted(const struct ctx *ctx, const struct token *t)
{
	return ctx_now(ctx) >= t->used_at + NOTE_SECONDS ||
	       ctx_now(ctx) < t->used_at;
}

enum err
token_note(struct ctx *ctx, struct store *st, int64_t id)
{
	CLEANUP(lock_again) struct store *open = st;
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	store_unlock(open);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_token_use(ctx, st,
	    &(struct sql_token_use){ .id = id, .at = ctx_now(ctx) }, &changed));
	return store_tx_commit(ctx, &tx);
}
