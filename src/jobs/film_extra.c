/* SPDX-License-Identifier: MIT */
/* One try: the rungs in AV1, their list, and a look at each. */

#include "jobs/film_extra.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "jobs/film.h"
#include "jobs/film_whole.h"
#include "jobs/writer.h"
#include "media/media.h"
#include "newsroom/asset.h"
#include "newsroom/media_extra.h"
#include "store/blob.h"

#define FD CLEANUP(fd_close) int

enum {
	TELL_MS = 1000,	 /* between notes of how far it is */
	SLACK_MS = 2000, /* by which lengths may differ */
};

/* What stands in the names of all its files, and of no other. */
static const char mark[] = "av1";

struct attempt {
	struct extra_work work;
	const struct asset *asset;
	const struct rendition *there; /* of the take, as readers have it */
	size_t n;
	struct arena *scratch; /* what one call needs ends with it */
	int dir;	       /* of the take */
	int64_t told;	       /* monotonic ns */
};

static void
attempt_end(struct attempt *t)
{
	if (t->dir >= 0)
		close(t->dir);
	arena_free(t->scratch);
}

/* ---- what there is ---- */

static enum err
read_rows(struct ctx *ctx, struct attempt *t, struct store *st)
{
	const struct media_extra_row *row = t->work.row;
	const struct media_job_row *job = NULL;

	TRY(asset_by_id(ctx, st, row->asset, &t->asset));
	TRY(media_job_get(ctx, st, row->asset, &job));
	if (t->asset == NULL || job == NULL || job->whole != row->take)
		return FAIL(ctx, ERR_GONE, "its take is no longer whole");
	return rendition_list(ctx, st, row->asset, row->take, &t->there, &t->n);
}

static enum err
find(struct ctx *ctx, struct attempt *t)
{
	struct store *st = writer_take(t->work.writer);
	enum err err = read_rows(ctx, t, st);

	writer_give(t->work.writer);
	TRY(err);
	if (t->n == 0)
		return FAIL(ctx, ERR_GONE, "nothing was made of it");
	if (t->there[0].duration / 1000 > MEDIA_AV1_SECONDS_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "The film plays for %" PRId64 " minutes; AV1 is made of "
		    "films of up to %d. Readers get it as H.264.",
		    (t->there[0].duration + 59999) / 60000,
		    MEDIA_AV1_SECONDS_MAX / 60);
	return ERR_OK;
}

static int64_t
size_of(const struct attempt *t, const char *name, const char *ending)
{
	struct stat s = { 0 };
	char path[64];

	snprintf(path, sizeof path, "%s%s", name, ending);
	return fstatat(t->dir, path, &s, AT_SYMLINK_NOFOLLOW) == 0 ? s.st_size
								   : 0;
}

/* The sound that goes with it, as the ladder gave it. */
static size_t
sounds(struct ctx *ctx, const struct attempt *t, struct media_rung *out)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct rendition *r = &t->there[i];
		const char *name = str_cstr(ctx->arena, r->name);

		if (r->width > 0 || str_eq(r->name, STR("file")))
			continue;
		out[n++] = (struct media_rung){
			.name = name,
			.codecs = str_cstr(ctx->arena, r->codecs),
			.channels = (uint32_t)r->channels,
			.track = (uint32_t)r->track,
			.segments = (uint32_t)(r->files - 2),
			.ms = r->duration,
			.bytes = r->bytes - size_of(t, name, ".m3u8") -
				 size_of(t, name, "_init.mp4"),
			.peak = r->bitrate,
		};
	}
	return n;
}

/* ---- what the ladder gives ---- */

static enum err
on_file(struct ctx *ctx, void *arg, const struct media_file *file)
{
	struct attempt *t = arg;

	TRY(film_stopped(ctx, t->work.stop));
	return media_put(ctx, t->dir, file);
}

static enum err
on_progress(struct ctx *ctx, void *arg, const struct media_progress *p)
{
	struct attempt *t = arg;
	int64_t now = clock_monotonic_ns();
	struct store *st = NULL;
	enum err err = ERR_OK;
	struct ctx own;

	TRY(film_stopped(ctx, t->work.stop));
	if (now - t->told < TELL_MS * (CLOCK_SECOND / 1000))
		return ERR_OK;
	t->told = now;
	arena_reset(t->scratch);
	ctx_init(&own, t->scratch, ctx->clock);
	st = writer_take_patiently(t->work.writer);
	err =
	    media_extra_tell(&own, st, t->work.row, p->percent, str_c(p->rung));
	/* Nobody waits to hear of it. */
	writer_give_quietly(t->work.writer);
	return err == ERR_OK ? ERR_OK : FAIL(ctx, err, "%s", ctx_why(&own));
}

static enum err
climb(struct ctx *ctx, struct attempt *t, struct media_rungs *made)
{
	struct media_rung *rungs =
	    ARENA_ARRAY(ctx->arena, t->n, struct media_rung);
	const struct media_ladder ladder = {
		.put = on_file,
		.tell = on_progress,
		.below = str_cstr(ctx->arena,
		    str_printf(ctx->arena, "%" PRId64 "/", t->work.row->take)),
		.arg = t,
		.av1 = true,
		.sounds = rungs,
		.sounds_n = sounds(ctx, t, rungs),
	};
	int64_t size = 0;
	FD fd = -1;
	enum err err =
	    blob_open(ctx, t->work.folder, t->asset->blob, &fd, &size);

	if (err == ERR_NOTFOUND)
		return FAIL(ctx, err,
		    "The original is missing: `masthead check` says what else "
		    "is. Bring it back from a backup, then try `masthead "
		    "media retry %" PRId64 "`.",
		    t->asset->id);
	TRY(err);
	err = media_ladder(ctx, t->work.media, fd, &ladder, made);
	/* It was read once, for the ladder: so it is not the film's fault. */
	if (err == ERR_INVALID) {
		struct str detail = str_dup(ctx->arena, str_c(ctx->detail));

		(void)FAIL(ctx, err, "The encoder failed at this film.");
		ctx_detail(ctx, "%.*s", STR_FMT(detail));
	}
	return err;
}

/* ---- the last look ---- */

/* A rung in one piece, as a player has it. */
static enum err
look_at(struct ctx *ctx, const struct attempt *t, const struct media_rung *g)
{
	/* It has no name: whatever happens, nothing is left of it. */
	FD joined = openat(t->dir, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	struct media_probe seen = { 0 };
	int64_t off = g->ms - t->there[0].duration;

	if (joined < 0)
		return FAIL(ctx, ERR_IO,
		    "The film's folder could not be written: %s.",
		    strerror(errno));
	TRY(film_join_rung(ctx, t->work.stop, t->dir, g, joined));
	TRY(media_probe(ctx, t->work.media, joined, &seen));
	if (seen.kind == MEDIA_VIDEO && seen.film.width == g->width &&
	    seen.film.height == g->height &&
	    str_eq(str_c(seen.film.codec), STR("av1")) && off < SLACK_MS &&
	    off > -SLACK_MS)
		return ERR_OK;
	return FAIL(ctx, ERR_IO,
	    "The AV1 that was made is not what it should be (%s, %" PRIu32
	    " × %" PRIu32 ", %" PRId64 " ms).",
	    seen.film.codec, seen.film.width, seen.film.height, g->ms);
}

static enum err
finish(struct ctx *ctx, struct attempt *t, const struct media_rungs *made)
{
	struct rendition *all =
	    ARENA_ARRAY(ctx->arena, made->n, struct rendition);
	struct store *st = NULL;
	enum err err = ERR_OK;

	for (size_t i = 0; i < made->n; i++) {
		TRY(film_check_rung(ctx, t->dir, &made->rungs[i], &all[i]));
		TRY(look_at(ctx, t, &made->rungs[i]));
	}
	if (fsync(t->dir) != 0)
		return FAIL(ctx, ERR_IO,
		    "The film's folder could not be written: %s.",
		    strerror(errno));
	TRY(film_stopped(ctx, t->work.stop));
	st = writer_take(t->work.writer);
	err = media_extra_done(ctx, st, t->work.row, all, made->n);
	writer_give(t->work.writer);
	return err;
}

static enum err
make_it(struct ctx *ctx, struct attempt *t)
{
	struct media_rungs made = { 0 };

	TRY(climb(ctx, t, &made));
	return finish(ctx, t, &made);
}

enum err
film_extra_do(struct ctx *ctx, const struct extra_work *work)
{
	CLEANUP(attempt_end)
	struct attempt t = {
		.work = *work, .dir = -1, .scratch = arena_new(0)
	};
	struct ctx own;
	enum err err = ERR_OK;
	int again = -1;

	TRY(find(ctx, &t));
	TRY(take_add(
	    ctx, work->folder, t.asset->blob, work->row->take, mark, &t.dir));
	err = make_it(ctx, &t);
	if (err == ERR_OK)
		return ERR_OK;
	/* Nothing of it stays: no list names it. */
	arena_reset(t.scratch);
	ctx_init(&own, t.scratch, ctx->clock);
	if (take_add(&own, work->folder, t.asset->blob, work->row->take, mark,
		&again) == ERR_OK)
		close(again);
	return err;
}
