/* SPDX-License-Identifier: MIT */
/* Files on their way in: what is known of them. */

#include "newsroom/upload.h"

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/random_text.h"
#include "store/sql.h"

enum { NAME_BYTES = 16 };

bool
upload_is_whole(const struct upload *u)
{
	return u->kept == u->size && u->refused.n == 0 && u->asset == 0;
}

static enum err
check_quota(struct ctx *ctx, struct store *st, const struct upload *in)
{
	const struct sql_upload_open_row *row = NULL;

	TRY(sql_upload_open(
	    ctx, st, &(struct sql_upload_open){ .person = in->person }, &row));
	if (row->n >= UPLOADS_OPEN_MAX)
		return FAIL(ctx, ERR_BUSY,
		    "%d uploads are under way in this name: finish or delete "
		    "some of them first",
		    UPLOADS_OPEN_MAX);
	if (row->bytes > UPLOADS_BYTES_MAX - in->size)
		return FAIL(ctx, ERR_BUSY,
		    "%" PRId64 " bytes are under way in this name, and %" PRId64
		    " may be: finish or delete some uploads first",
		    row->bytes, UPLOADS_BYTES_MAX);
	return ERR_OK;
}

enum err
upload_add(struct ctx *ctx, struct store *st, const struct upload *in,
    const struct upload **out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct upload *u = ARENA_NEW(ctx->arena, struct upload);
	const struct sql_upload_add_row *row = NULL;

	*u = *in;
	u->name = random_text(ctx->arena, NAME_BYTES);
	u->kept = 0;
	u->expires_at = ctx_now(ctx) + UPLOAD_KEEP_SECONDS;
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(check_quota(ctx, st, in));
	TRY(sql_upload_add(ctx, st,
	    &(struct sql_upload_add){
		.name = u->name,
		.person = u->person,
		.size = u->size,
		.file = u->file,
		.type = u->type,
		.metadata = u->metadata,
		.alt = u->alt,
		.caption = u->caption,
		.credit = u->credit,
		.copyright = u->copyright,
		.licence = u->licence,
		.at = ctx_now(ctx),
		.expires_at = u->expires_at,
	    },
	    &row));
	u->id = row->id;
	TRY(store_tx_commit(ctx, &tx));
	*out = u;
	return ERR_OK;
}

enum err
upload_by_name(struct ctx *ctx, struct store *st, struct str name,
    const struct upload **out)
{
	const struct sql_upload_find_row *row = NULL;
	struct upload *u = NULL;

	*out = NULL;
	TRY(sql_upload_find(
	    ctx, st, &(struct sql_upload_find){ .name = name }, &row));
	if (row == NULL)
		return ERR_OK;
	u = ARENA_NEW(ctx->arena, struct upload);
	*u = (struct upload){
		.id = row->id,
		.name = row->name,
		.person = row->person,
		.size = row->size,
		.kept = row->kept,
		.file = row->file,
		.type = row->type,
		.metadata = row->metadata,
		.alt = row->alt,
		.caption = row->caption,
		.credit = row->credit,
		.copyright = row->copyright,
		.licence = row->licence,
		.expires_at = row->expires_at,
		.refused = row->refused,
		.asset = row->asset,
	};
	*out = u;
	return ERR_OK;
}

enum err
upload_keep(struct ctx *ctx, struct store *st, int64_t id, int64_t kept,
    int64_t *expires_at)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t at = ctx_now(ctx) + UPLOAD_KEEP_SECONDS;
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_upload_keep(ctx, st,
	    &(struct sql_upload_keep){
		.id = id,
		.kept = kept,
		.expires_at = at,
	    },
	    &changed));
	if (changed == 0)
		return FAIL(ctx, ERR_GONE, "this upload is there no longer");
	TRY(store_tx_commit(ctx, &tx));
	*expires_at = at;
	return ERR_OK;
}

enum err
upload_list_whole(struct ctx *ctx, struct store *st, int64_t after,
    const struct upload **out, size_t *n)
{
	const struct sql_upload_whole_row *rows = NULL;
	struct upload *all = NULL;

	TRY(sql_upload_whole(
	    ctx, st, &(struct sql_upload_whole){ .after = after }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct upload);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct upload){
			.id = rows[i].id,
			.name = rows[i].name,
		};
	*out = all;
	return ERR_OK;
}

static enum err
audit_upload(struct ctx *ctx, struct store *st, const struct upload *u,
    const char *action, struct str subject, struct str detail)
{
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.person = u->person,
		.action = action,
		.subject = subject,
		.detail = detail,
	    });
}

enum err
upload_take(struct ctx *ctx, struct store *st, const struct upload *u,
    const struct asset *in, const struct asset **out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct asset *a = NULL;
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(asset_add(ctx, st, in, &a));
	TRY(sql_upload_take(ctx, st,
	    &(struct sql_upload_take){
		.id = u->id,
		.asset = a->id,
		.expires_at = ctx_now(ctx) + UPLOAD_DONE_SECONDS,
	    },
	    &changed));
	if (changed == 0)
		return FAIL(ctx, ERR_GONE, "this upload is there no longer");
	TRY(audit_upload(ctx, st, u, "upload.take",
	    change_tag(ctx->arena, "asset", a->id), u->file));
	TRY(store_tx_commit(ctx, &tx));
	*out = a;
	return ERR_OK;
}

enum err
upload_refuse(
    struct ctx *ctx, struct store *st, const struct upload *u, struct str why)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_upload_refuse(ctx, st,
	    &(struct sql_upload_refuse){
		.id = u->id,
		.why = why,
		.expires_at = ctx_now(ctx) + UPLOAD_DONE_SECONDS,
	    },
	    &changed));
	return store_tx_commit(ctx, &tx);
}

enum err
upload_remove(struct ctx *ctx, struct store *st, const struct upload *u)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_upload_remove(
	    ctx, st, &(struct sql_upload_remove){ .id = u->id }, &changed));
	return store_tx_commit(ctx, &tx);
}

enum err
upload_expire(struct ctx *ctx, struct store *st, const struct str **names,
    size_t *n, int64_t *next)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_upload_expired_row *rows = NULL;
	const struct sql_upload_next_row *row = NULL;
	struct str *all = NULL;
	int64_t changed = 0;
	size_t found = 0;

	*n = 0;
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_upload_expired(ctx, st,
	    &(struct sql_upload_expired){ .at = ctx_now(ctx) }, &rows, &found));
	all = ARENA_ARRAY(ctx->arena, found, struct str);
	for (size_t i = 0; i < found; i++) {
		TRY(sql_upload_remove(ctx, st,
		    &(struct sql_upload_remove){ .id = rows[i].id }, &changed));
		all[i] = rows[i].name;
	}
	TRY(sql_upload_next(ctx, st, &row));
	if (found != 0)
		TRY(store_tx_commit(ctx, &tx));
	*names = all;
	*n = found;
	*next = row != NULL ? row->expires_at : 0;
	return ERR_OK;
}
