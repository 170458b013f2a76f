/* SPDX-License-Identifier: MIT */
/* What follows when a film plays already: asked for, claimed, ended. */

#include "newsroom/media_extra.h"

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "store/sql.h"
#include "store/store.h"

enum err
media_extra_get(struct ctx *ctx, struct store *st, int64_t asset,
    const struct media_extra_row **out)
{
	const struct sql_media_extra_get_row *r = NULL;
	struct media_extra_row *row = NULL;

	*out = NULL;
	TRY(sql_media_extra_get(
	    ctx, st, &(struct sql_media_extra_get){ .asset = asset }, &r));
	if (r == NULL)
		return ERR_OK;
	row = ARENA_NEW(ctx->arena, struct media_extra_row);
	*row = (struct media_extra_row){
		.asset = r->asset,
		.take = r->take,
		.state = media_job_state_of(r->state),
		.percent = r->percent,
		.rung = r->rung,
		.attempts = r->attempts,
		.reason = r->reason,
	};
	*out = row;
	return ERR_OK;
}

/* ---- asked for ---- */

enum err
media_extra_ask(
    struct ctx *ctx, struct store *st, const struct media_job_row *job)
{
	int64_t changed = 0;

	return sql_media_extra_ask(ctx, st,
	    &(struct sql_media_extra_ask){
		.asset = job->asset,
		.take = job->take,
		.at = ctx_now(ctx),
	    },
	    &changed);
}

enum err
media_extra_drop(
    struct ctx *ctx, struct store *st, const struct media_job_row *job)
{
	int64_t changed = 0;

	return sql_media_extra_drop(ctx, st,
	    &(struct sql_media_extra_drop){ .asset = job->asset }, &changed);
}

enum err
media_extra_recover(struct ctx *ctx, struct store *st)
{
	int64_t changed = 0;

	return sql_media_extra_recover(ctx, st, &changed);
}

/* ---- ends of tries ---- */

static enum err
gone(struct ctx *ctx, const struct media_extra_row *row)
{
	return FAIL(ctx, ERR_GONE,
	    "asset %" PRId64 " has another take than %" PRId64 " by now",
	    row->asset, row->take);
}

static enum err
end(struct ctx *ctx, struct store *st, const struct media_extra_row *row,
    const struct sql_media_extra_end *how)
{
	struct sql_media_extra_end in = *how;
	int64_t changed = 0;

	in.asset = row->asset;
	in.take = row->take;
	TRY(sql_media_extra_end(ctx, st, &in, &changed));
	return changed == 1 ? ERR_OK : gone(ctx, row);
}

static enum err
note(struct ctx *ctx, struct store *st, const struct media_extra_row *row,
    const char *action, struct str detail)
{
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.action = action,
		.subject = change_tag(ctx->arena, "asset", row->asset),
		.detail = detail,
	    });
}

static enum err
give_up(struct ctx *ctx, struct store *st, const struct media_extra_row *row,
    struct str reason)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(end(ctx, st, row,
	    &(struct sql_media_extra_end){
		.state = STR("failed"),
		.attempts = row->attempts,
		.not_before = ctx_now(ctx),
		.reason = reason,
	    }));
	TRY(note(ctx, st, row, "media.without", reason));
	return store_tx_commit(ctx, &tx);
}

enum err
media_extra_broke(struct ctx *ctx, struct store *st,
    const struct media_extra_row *row, enum err err, struct str reason,
    bool *again)
{
	*again = (err == ERR_IO || err == ERR_BUSY) &&
		 row->attempts < JOB_ATTEMPTS_MAX;
	if (!*again)
		return give_up(ctx, st, row, reason);
	return end(ctx, st, row,
	    &(struct sql_media_extra_end){
		.state = STR("waiting"),
		.attempts = row->attempts,
		.not_before = ctx_now(ctx) + EXTRA_PAUSE,
		.reason = reason,
	    });
}

enum err
media_extra_give_back(
    struct ctx *ctx, struct store *st, const struct media_extra_row *row)
{
	return end(ctx, st, row,
	    &(struct sql_media_extra_end){
		.state = STR("waiting"),
		.attempts = row->attempts > 0 ? row->attempts - 1 : 0,
		.not_before = ctx_now(ctx),
		.reason = STR(""),
	    });
}

/* ---- a try ---- */

enum err
media_extra_next(struct ctx *ctx, struct store *st, int64_t *at)
{
	const struct sql_media_extra_next_row *row = NULL;

	TRY(sql_media_extra_next(ctx, st, &row));
	*at = row->at;
	return ERR_OK;
}

enum err
media_extra_claim(
    struct ctx *ctx, struct store *st, const struct media_extra_row **out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_media_extra_due_row *due = NULL;
	int64_t changed = 0;

	*out = NULL;
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_media_extra_due(ctx, st,
	    &(struct sql_media_extra_due){ .now = ctx_now(ctx) }, &due));
	if (due == NULL)
		return ERR_OK;
	TRY(sql_media_extra_begin(ctx, st,
	    &(struct sql_media_extra_begin){ .asset = due->asset }, &changed));
	TRY(media_extra_get(ctx, st, due->asset, out));
	/* It never came to an end of its own: the server went first. */
	if ((*out)->attempts > JOB_ATTEMPTS_MAX) {
		TRY(give_up(ctx, st, *out,
		    str_printf(ctx->arena,
			"The server ended %d times while it worked on it.",
			JOB_ATTEMPTS_MAX)));
		*out = NULL;
	}
	return store_tx_commit(ctx, &tx);
}

enum err
media_extra_tell(struct ctx *ctx, struct store *st,
    const struct media_extra_row *row, int64_t percent, struct str rung)
{
	int64_t changed = 0;

	TRY(sql_media_extra_tell(ctx, st,
	    &(struct sql_media_extra_tell){
		.asset = row->asset,
		.take = row->take,
		.percent = percent,
		.rung = rung,
	    },
	    &changed));
	return changed == 1 ? ERR_OK : gone(ctx, row);
}

enum err
media_extra_done(struct ctx *ctx, struct store *st,
    const struct media_extra_row *row, const struct rendition *all, size_t n)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct media_job_row of = { .asset = row->asset,
		.take = row->take };
	const struct rendition *before = NULL;
	struct str tag = change_tag(ctx->arena, "asset", row->asset);
	size_t n_before = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(end(ctx, st, row,
	    &(struct sql_media_extra_end){
		.state = STR("done"),
		.percent = 100,
		.attempts = row->attempts,
		.not_before = ctx_now(ctx),
		.reason = STR(""),
	    }));
	TRY(rendition_list(ctx, st, row->asset, row->take, &before, &n_before));
	for (size_t i = 0; i < n; i++)
		TRY(rendition_put(ctx, st, &of, n_before + i, &all[i]));
	TRY(change_add(ctx, st,
	    &(struct change){ .kind = "media", .tags = &tag, .n = 1 }));
	TRY(note(ctx, st, row, "media.done",
	    str_printf(ctx->arena, "%zu renditions more", n)));
	return store_tx_commit(ctx, &tx);
}
