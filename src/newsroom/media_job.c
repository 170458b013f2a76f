/* SPDX-License-Identifier: MIT */
/* Jobs on films and sound: claimed, renewed, ended; never lost. */

#include "newsroom/media_job.h"

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "store/sql.h"
#include "store/store.h"

/* Seconds until the next attempt, by how many there were. */
static const int64_t pauses[] = { 30, 120, 600, 1800 };

static const char *const state_names[] = {
	[JOB_WAITING] = "waiting",
	[JOB_RUNNING] = "running",
	[JOB_DONE] = "done",
	[JOB_FAILED] = "failed",
};

const char *
media_job_state_name(enum media_job_state state)
{
	return state_names[state];
}

enum media_job_state
media_job_state_of(struct str name)
{
	for (enum media_job_state s = JOB_WAITING; s < JOB_FAILED; s++)
		if (str_eq(name, str_c(state_names[s])))
			return s;
	return JOB_FAILED;
}

enum err
media_job_get(struct ctx *ctx, struct store *st, int64_t asset,
    const struct media_job_row **out)
{
	const struct sql_media_job_get_row *r = NULL;
	struct media_job_row *job = NULL;

	*out = NULL;
	TRY(sql_media_job_get(
	    ctx, st, &(struct sql_media_job_get){ .asset = asset }, &r));
	if (r == NULL)
		return ERR_OK;
	job = ARENA_NEW(ctx->arena, struct media_job_row);
	*job = (struct media_job_row){
		.asset = r->asset,
		.state = media_job_state_of(r->state),
		.percent = r->percent,
		.rung = r->rung,
		.attempts = r->attempts,
		.not_before = r->not_before,
		.lease_until = r->lease_until,
		.take = r->take,
		.shown = r->shown,
		.whole = r->whole,
		.reason = r->reason,
		.created_at = r->created_at,
		.started_at = r->started_at,
		.ended_at = r->ended_at,
	};
	*out = job;
	return ERR_OK;
}

enum err
media_job_next(struct ctx *ctx, struct store *st, int64_t *at)
{
	const struct sql_media_job_next_row *row = NULL;

	TRY(sql_media_job_next(ctx, st, &row));
	*at = row->at;
	return ERR_OK;
}

/* Pages that show it are made anew. */
static enum err
touch(struct ctx *ctx, struct store *st, const char *kind, int64_t asset)
{
	struct str tag = change_tag(ctx->arena, "asset", asset);

	return change_add(
	    ctx, st, &(struct change){ .kind = kind, .tags = &tag, .n = 1 });
}

static enum err
gone(struct ctx *ctx, const struct media_job_row *job)
{
	return FAIL(ctx, ERR_GONE,
	    "the job of asset %" PRId64 " is no longer attempt %" PRId64,
	    job->asset, job->take);
}

/* ---- ends of attempts ---- */

static enum err
put_off(struct ctx *ctx, struct store *st, const struct media_job_row *job,
    int64_t attempts, int64_t not_before, struct str reason)
{
	int64_t changed = 0;

	TRY(sql_media_job_put_off(ctx, st,
	    &(struct sql_media_job_put_off){
		.asset = job->asset,
		.take = job->take,
		.attempts = attempts,
		.not_before = not_before,
		.reason = reason,
	    },
	    &changed));
	return changed == 1 ? ERR_OK : gone(ctx, job);
}

/* For good; readers keep what is whole. */
static enum err
give_up(struct ctx *ctx, struct store *st, const struct media_job_row *job,
    struct str reason)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_media_job_fail(ctx, st,
	    &(struct sql_media_job_fail){
		.asset = job->asset,
		.take = job->take,
		.reason = reason,
		.at = ctx_now(ctx),
	    },
	    &changed));
	if (changed != 1)
		return gone(ctx, job);
	TRY(touch(ctx, st, "media", job->asset));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.action = "media.fail",
		.subject = change_tag(ctx->arena, "asset", job->asset),
		.detail = reason,
	    }));
	return store_tx_commit(ctx, &tx);
}

static int64_t
pause_after(int64_t attempts)
{
	const int64_t n = sizeof pauses / sizeof *pauses;

	return pauses[attempts < 1 ? 0 : attempts > n ? n - 1 : attempts - 1];
}

enum err
media_job_broke(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, enum err err, struct str reason,
    bool *again)
{
	*again = (err == ERR_IO || err == ERR_BUSY) &&
		 job->attempts < JOB_ATTEMPTS_MAX;
	if (!*again)
		return give_up(ctx, st, job, reason);
	return put_off(ctx, st, job, job->attempts,
	    ctx_now(ctx) + pause_after(job->attempts), reason);
}

enum err
media_job_give_back(
    struct ctx *ctx, struct store *st, const struct media_job_row *job)
{
	return put_off(ctx, st, job, job->attempts > 0 ? job->attempts - 1 : 0,
	    ctx_now(ctx), STR(""));
}

enum err
media_job_recover(struct ctx *ctx, struct store *st, bool all)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_media_job_lapsed_row *rows = NULL;
	size_t n = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_media_job_lapsed(ctx, st,
	    &(struct sql_media_job_lapsed){
		.now = all ? INT64_MAX : ctx_now(ctx) },
	    &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct media_job_row job = { .asset = rows[i].asset,
			.take = rows[i].take };

		if (rows[i].attempts < JOB_ATTEMPTS_MAX)
			TRY(put_off(ctx, st, &job, rows[i].attempts,
			    ctx_now(ctx), STR("The server ended during it.")));
		else
			TRY(give_up(ctx, st, &job,
			    str_printf(ctx->arena,
				"The server ended %d times while it worked on "
				"this file. Try `masthead media retry %" PRId64
				"`, or save the file again as MP4, smaller.",
				JOB_ATTEMPTS_MAX, job.asset)));
	}
	return store_tx_commit(ctx, &tx);
}

/* ---- an attempt ---- */

enum err
media_job_claim(
    struct ctx *ctx, struct store *st, const struct media_job_row **out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_media_job_due_row *due = NULL;
	int64_t changed = 0;

	*out = NULL;
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_media_job_due(
	    ctx, st, &(struct sql_media_job_due){ .now = ctx_now(ctx) }, &due));
	if (due == NULL)
		return ERR_OK;
	TRY(sql_media_job_begin(ctx, st,
	    &(struct sql_media_job_begin){
		.asset = due->asset,
		.lease = ctx_now(ctx) + JOB_LEASE,
		.at = ctx_now(ctx),
	    },
	    &changed));
	TRY(media_job_get(ctx, st, due->asset, out));
	return store_tx_commit(ctx, &tx);
}

enum err
media_job_renew(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, int64_t percent, struct str rung)
{
	int64_t changed = 0;

	TRY(sql_media_job_renew(ctx, st,
	    &(struct sql_media_job_renew){
		.asset = job->asset,
		.take = job->take,
		.percent = percent,
		.rung = rung,
		.lease = ctx_now(ctx) + JOB_LEASE,
	    },
	    &changed));
	return changed == 1 ? ERR_OK : gone(ctx, job);
}

enum err
media_job_poster(
    struct ctx *ctx, struct store *st, const struct media_job_row *job)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(touch(ctx, st, "poster", job->asset));
	return store_tx_commit(ctx, &tx);
}

enum err
media_job_plays(
    struct ctx *ctx, struct store *st, const struct media_job_row *job)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_media_job_show(ctx, st,
	    &(struct sql_media_job_show){
		.asset = job->asset,
		.take = job->take,
	    },
	    &changed));
	if (changed != 0)
		TRY(touch(ctx, st, "media", job->asset));
	return store_tx_commit(ctx, &tx);
}

enum err
rendition_put(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, size_t place, const struct rendition *r)
{
	int64_t changed = 0;

	return sql_rendition_put(ctx, st,
	    &(struct sql_rendition_put){
		.asset = job->asset,
		.take = job->take,
		.place = (int64_t)place,
		.name = r->name,
		.codecs = r->codecs,
		.width = r->width,
		.height = r->height,
		.rate_num = r->rate_num,
		.rate_den = r->rate_den,
		.channels = r->channels,
		.track = r->track,
		.copied = r->copied,
		.bitrate = r->bitrate,
		.duration = r->duration,
		.files = r->files,
		.bytes = r->bytes,
		.complete = 1,
	    },
	    &changed);
}

enum err
media_job_done(struct ctx *ctx, struct store *st,
    const struct media_job_row *job, const struct rendition *all, size_t n)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_media_job_done(ctx, st,
	    &(struct sql_media_job_done){
		.asset = job->asset,
		.take = job->take,
		.at = ctx_now(ctx),
	    },
	    &changed));
	if (changed != 1)
		return gone(ctx, job);
	TRY(sql_rendition_drop(ctx, st,
	    &(struct sql_rendition_drop){ .asset = job->asset }, &changed));
	for (size_t i = 0; i < n; i++)
		TRY(rendition_put(ctx, st, job, i, &all[i]));
	TRY(touch(ctx, st, "media", job->asset));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.action = "media.done",
		.subject = change_tag(ctx->arena, "asset", job->asset),
		.detail = str_printf(ctx->arena, "%zu renditions", n),
	    }));
	return store_tx_commit(ctx, &tx);
}

/* ---- asked for by people ---- */

enum err
media_job_retry(
    struct ctx *ctx, struct store *st, int64_t asset, int64_t person)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct media_job_row *job = NULL;
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(media_job_get(ctx, st, asset, &job));
	if (job == NULL)
		return FAIL(ctx, ERR_NOTFOUND,
		    "asset %" PRId64 " is no film and no sound: there is "
		    "nothing to be made of it",
		    asset);
	if (job->state == JOB_RUNNING)
		return FAIL(ctx, ERR_CONFLICT,
		    "asset %" PRId64 " is being worked on: wait for it to end",
		    asset);
	TRY(sql_media_job_ask_again(ctx, st,
	    &(struct sql_media_job_ask_again){
		.asset = asset,
		.at = ctx_now(ctx),
	    },
	    &changed));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.person = person,
		.action = "media.retry",
		.subject = change_tag(ctx->arena, "asset", asset),
	    }));
	return store_tx_commit(ctx, &tx);
}

enum err
rendition_list(struct ctx *ctx, struct store *st, int64_t asset, int64_t take,
    const struct rendition **out, size_t *n)
{
	const struct sql_rendition_list_row *rows = NULL;
	struct rendition *all = NULL;

	TRY(sql_rendition_list(ctx, st,
	    &(struct sql_rendition_list){ .asset = asset, .take = take }, &rows,
	    n));
	all = ARENA_ARRAY(ctx->arena, *n, struct rendition);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct rendition){
			.name = rows[i].name,
			.codecs = rows[i].codecs,
			.width = rows[i].width,
			.height = rows[i].height,
			.rate_num = rows[i].rate_num,
			.rate_den = rows[i].rate_den,
			.channels = rows[i].channels,
			.track = rows[i].track,
			.copied = rows[i].copied != 0,
			.bitrate = rows[i].bitrate,
			.duration = rows[i].duration,
			.files = rows[i].files,
			.bytes = rows[i].bytes,
		};
	*out = all;
	return ERR_OK;
}
