/* SPDX-License-Identifier: MIT */
/* One attempt: the poster, what plays first, the rest, and a last look. */

#include "jobs/film.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "jobs/film_whole.h"
#include "jobs/writer.h"
#include "media/media.h"
#include "newsroom/asset.h"
#include "newsroom/intake.h"
#include "newsroom/media_extra.h"
#include "store/blob.h"
#include "store/store.h"

enum {
	RENEW_MS = 1000, /* between notes of how far it is */
};

struct attempt {
	struct film_work work;
	const struct asset *asset;
	struct arena *scratch; /* what one call needs ends with it */
	int dir;	       /* of the take */
	int64_t began, told;   /* monotonic ns */
	char rung[16];	       /* newest that plays, as last told */
	bool plays;
};

static void
attempt_end(struct attempt *t)
{
	if (t->dir >= 0)
		close(t->dir);
	arena_free(t->scratch);
}

enum err
film_stopped(struct ctx *ctx, const atomic_bool *stop)
{
	return atomic_load(stop) ? FAIL(ctx, ERR_GONE, "the server ends")
				 : ERR_OK;
}

/* A moment with the writer; the memory ends with it. */
static enum err
note(struct ctx *ctx, struct attempt *t,
    enum err (*fn)(
	struct ctx *ctx, struct store *st, const struct media_job_row *job))
{
	struct ctx own;
	struct store *st = NULL;
	enum err err = ERR_OK;

	arena_reset(t->scratch);
	ctx_init(&own, t->scratch, ctx->clock);
	st = writer_take(t->work.writer);
	err = fn(&own, st, t->work.job);
	writer_give(t->work.writer);
	return err == ERR_OK ? ERR_OK : FAIL(ctx, err, "%s", ctx_why(&own));
}

/* How long readers waited for it. */
static void
say(struct attempt *t, const char *event)
{
	log_event(LOG_INFO, event,
	    { "asset", str_printf(t->scratch, "%" PRId64, t->asset->id) },
	    { "ms", str_printf(t->scratch, "%" PRId64,
			(clock_monotonic_ns() - t->began) / 1000000) });
}

/* ---- what the ladder gives ---- */

static enum err
on_file(struct ctx *ctx, void *arg, const struct media_file *file)
{
	struct attempt *t = arg;

	TRY(film_stopped(ctx, t->work.stop));
	TRY(media_put(ctx, t->dir, file));
	if (t->plays || strcmp(file->name, MEDIA_MASTER) != 0)
		return ERR_OK;
	t->plays = true;
	TRY(note(ctx, t, media_job_plays));
	say(t, "media_plays");
	return ERR_OK;
}

/* What stands on a page until the poster has come. */
static enum err
keep_preview(
    struct ctx *ctx, struct attempt *t, const struct media_image *image)
{
	struct store *st = NULL;
	enum err err = ERR_OK;
	struct ctx own;

	arena_reset(t->scratch);
	ctx_init(&own, t->scratch, ctx->clock);
	st = writer_take(t->work.writer);
	err = asset_preview(&own, st, t->asset->id, t->asset->poster_frame,
	    intake_preview(t->scratch, image));
	writer_give(t->work.writer);
	return err == ERR_OK ? ERR_OK : FAIL(ctx, err, "%s", ctx_why(&own));
}

static enum err
on_still(
    struct ctx *ctx, void *arg, size_t which, const struct media_image *image)
{
	struct attempt *t = arg;

	if (which != 0)
		return keep_preview(ctx, t, image);
	TRY(derived_put(ctx, t->work.folder,
	    asset_poster_name(t->scratch, t->asset), image->bytes));
	TRY(note(ctx, t, media_job_poster));
	say(t, "media_poster");
	return ERR_OK;
}

static enum err
on_progress(struct ctx *ctx, void *arg, const struct media_progress *p)
{
	struct attempt *t = arg;
	int64_t now = clock_monotonic_ns();
	struct ctx own;
	struct store *st = NULL;
	enum err err = ERR_OK;

	TRY(film_stopped(ctx, t->work.stop));
	if (now - t->told < RENEW_MS * (CLOCK_SECOND / 1000) &&
	    strcmp(t->rung, p->rung) == 0)
		return ERR_OK;
	t->told = now;
	snprintf(t->rung, sizeof t->rung, "%s", p->rung);
	arena_reset(t->scratch);
	ctx_init(&own, t->scratch, ctx->clock);
	st = writer_take_patiently(t->work.writer);
	err =
	    media_job_renew(&own, st, t->work.job, p->percent, str_c(p->rung));
	/* Nobody waits to hear of it. */
	writer_give_quietly(t->work.writer);
	return err == ERR_OK ? ERR_OK : FAIL(ctx, err, "%s", ctx_why(&own));
}

/* ---- the last look ---- */

/* Adds a file's bytes, and one to the files. */
static enum err
count_file(struct ctx *ctx, int dir, const char *name, struct rendition *r)
{
	struct stat s = { 0 };

	if (fstatat(dir, name, &s, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(s.st_mode) || s.st_size == 0)
		return FAIL(ctx, ERR_IO,
		    "A file of the film that had been made is missing: %s. Is "
		    "the disk in order?",
		    name);
	r->files++;
	r->bytes += s.st_size;
	return ERR_OK;
}

enum err
film_check_rung(
    struct ctx *ctx, int dir, const struct media_rung *g, struct rendition *out)
{
	char name[64];
	int64_t lists = 0;

	*out = (struct rendition){
		.name = str_c(g->name),
		.codecs = str_c(g->codecs),
		.width = g->width,
		.height = g->height,
		.rate_num = g->width > 0 ? g->rate_num : 0,
		.rate_den = g->width > 0 ? g->rate_den : 0,
		.channels = g->channels,
		.track = g->track,
		.copied = g->copied,
		.bitrate = g->peak,
		.duration = g->ms,
	};
	snprintf(name, sizeof name, "%s.m3u8", g->name);
	TRY(count_file(ctx, dir, name, out));
	snprintf(name, sizeof name, "%s_init.mp4", g->name);
	TRY(count_file(ctx, dir, name, out));
	lists = out->bytes;
	for (uint32_t i = 1; i <= g->segments; i++) {
		snprintf(name, sizeof name, "%s_%05" PRIu32 ".m4s", g->name, i);
		TRY(count_file(ctx, dir, name, out));
	}
	if (out->bytes - lists != g->bytes)
		return FAIL(ctx, ERR_IO,
		    "The files of rendition %s are not as long as they were "
		    "made. Is the disk in order?",
		    g->name);
	return ERR_OK;
}

/* All of it is there; what is extra follows when nobody waits for more. */
static enum err
keep(struct ctx *ctx, struct attempt *t, struct store *st,
    const struct rendition *all, size_t n)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct media_job_row *job = t->work.job;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(media_job_done(ctx, st, job, all, n));
	TRY(t->work.av1 && t->asset->kind == ASSET_VIDEO
		? media_extra_ask(ctx, st, job)
		: media_extra_drop(ctx, st, job));
	return store_tx_commit(ctx, &tx);
}

static enum err
finish(struct ctx *ctx, struct attempt *t, const struct media_rungs *made)
{
	struct rendition *all =
	    ARENA_ARRAY(ctx->arena, made->n + 1, struct rendition);
	struct store *st = NULL;
	enum err err = ERR_OK;

	for (size_t i = 0; i < made->n; i++)
		TRY(film_check_rung(ctx, t->dir, &made->rungs[i], &all[i]));
	TRY(film_make_whole(ctx, &t->work, t->dir, made, &all[made->n]));
	if (fsync(t->dir) != 0)
		return FAIL(ctx, ERR_IO,
		    "The film's folder could not be written: %s.",
		    strerror(errno));
	TRY(film_stopped(ctx, t->work.stop));
	st = writer_take(t->work.writer);
	err = keep(ctx, t, st, all, made->n + 1);
	writer_give(t->work.writer);
	return err;
}

/* ---- the attempt ---- */

static enum err
find_asset(struct ctx *ctx, struct attempt *t)
{
	struct store *st = writer_take(t->work.writer);
	enum err err = asset_by_id(ctx, st, t->work.job->asset, &t->asset);

	writer_give(t->work.writer);
	TRY(err);
	if (t->asset == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "its asset is gone");
	return ERR_OK;
}

static enum err
climb(struct ctx *ctx, struct attempt *t, struct media_rungs *made)
{
	const struct media_still all[] = {
		{ .type = MEDIA_JPEG, .quality = ASSET_POSTER_QUALITY },
		intake_still,
	};
	const struct media_job stills = {
		.focus_x = 500,
		.focus_y = 500,
		.stills = all,
		.n = 2,
	};
	const struct media_ladder ladder = {
		.stills = t->asset->kind == ASSET_VIDEO ? &stills : NULL,
		.frame = (uint32_t)t->asset->poster_frame,
		.put = on_file,
		.still = on_still,
		.tell = on_progress,
		/* The address of a file tells its take: it never changes. */
		.below = str_cstr(ctx->arena,
		    str_printf(ctx->arena, "%" PRId64 "/", t->work.job->take)),
		.arg = t,
	};
	CLEANUP(fd_close) int fd = -1;
	int64_t size = 0;
	enum err err =
	    blob_open(ctx, t->work.folder, t->asset->blob, &fd, &size);

	if (err == ERR_NOTFOUND)
		return FAIL(ctx, err,
		    "The original is missing: `masthead check` says what else "
		    "is. Bring it back from a backup, or add the file again.");
	TRY(err);
	return media_ladder(ctx, t->work.media, fd, &ladder, made);
}

enum err
film_do(struct ctx *ctx, const struct film_work *work)
{
	CLEANUP(attempt_end)
	struct attempt t = { .work = *work,
		.began = clock_monotonic_ns(),
		.dir = -1,
		.scratch = arena_new(0) };
	struct media_rungs made = { 0 };

	TRY(find_asset(ctx, &t));
	TRY(take_make(
	    ctx, work->folder, t.asset->blob, work->job->take, &t.dir));
	TRY(climb(ctx, &t, &made));
	return finish(ctx, &t, &made);
}

enum err
film_sweep(struct ctx *ctx, const struct film_work *work)
{
	const struct media_job_row *now = NULL;
	const struct asset *a = NULL;
	struct store *st = writer_take(work->writer);
	enum err err = media_job_get(ctx, st, work->job->asset, &now);

	if (err == ERR_OK)
		err = asset_by_id(ctx, st, work->job->asset, &a);
	writer_give(work->writer);
	TRY(err);
	if (now == NULL || a == NULL)
		return ERR_OK;
	return take_sweep(ctx, work->folder, a->blob, now->shown, now->whole);
}
