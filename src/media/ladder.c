/* SPDX-License-Identifier: MIT */
/* A ladder as its parent sees it: segments come in, files and lists go out. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/playlist.h"
#include "media/run.h"
#include "media/settings.h"

enum {
	PART_MAX = 48 << 20,			 /* bytes of one file */
	LONGEST = 2 * PLAYLIST_TARGET * 1000000, /* us of a segment, believed */
	SEGMENTS_MAX = 2 * MEDIA_FILM_SECONDS_MAX,
	/* Video waits so long in the master list for sound that may come. */
	PATIENCE = 3, /* segments */
};

/* Bytes a second of film that all renditions may take together. */
#define RATE_MAX INT64_C(6000000)

struct ladder {
	const struct media_ladder *job;
	struct arena *scratch; /* one message's memory */
	struct playlist lists[MEDIA_RUNGS_MAX];
	size_t n;
	size_t listed; /* rungs that the master list has */
	bool whole;    /* all has come */
	int64_t bytes; /* put so far */
	const char *newest;
};

static void
arena_clear(struct arena **a)
{
	arena_free(*a);
}

/* The same failures, other memory: what a message needs ends with it. */
static struct ctx
scratch_ctx(struct run *r)
{
	struct ladder *l = r->arg;
	struct ctx c;

	ctx_init(&c, l->scratch, r->ctx->clock);
	return c;
}

static enum err
put(struct run *r, const char *name, struct str bytes)
{
	struct ladder *l = r->arg;

	return l->job->put(r->ctx, l->job->arg,
	    &(struct media_file){ .name = name, .bytes = bytes });
}

static enum err
put_list(struct run *r, struct playlist *p, bool whole)
{
	struct ladder *l = r->arg;
	struct ctx c = scratch_ctx(r);
	struct str text, name;

	if (playlist_media(&c, p, whole, &text) != ERR_OK)
		return FAIL(r->ctx, ERR_LIMIT, "%s", ctx_why(&c));
	name = str_printf(l->scratch, "%s.m3u8", p->rung.name);
	p->listed = p->rung.segments;
	return put(r, str_cstr(l->scratch, name), text);
}

static enum err
put_master_of(
    struct run *r, const struct playlist *all, size_t n, const char *name)
{
	struct ladder *l = r->arg;
	struct ctx c = scratch_ctx(r);
	bool whole = l->whole;
	struct str text;

	if (playlist_master(&c, all, n, whole,
		l->job->below != NULL ? l->job->below : "", &text) != ERR_OK)
		return FAIL(r->ctx, ERR_LIMIT, "%s", ctx_why(&c));
	return put(r, name, text);
}

static enum err
put_master(struct run *r)
{
	struct ladder *l = r->arg;

	return put_master_of(r, l->lists, l->n, MEDIA_MASTER);
}

/* With the sound that is there already. */
static enum err
put_master_av1(struct run *r)
{
	struct ladder *l = r->arg;
	const struct media_ladder *job = l->job;
	size_t n = job->sounds_n;
	struct playlist *all =
	    ARENA_ARRAY(r->ctx->arena, n + l->n, struct playlist);

	for (size_t i = 0; i < n; i++) {
		const struct media_rung *g = &job->sounds[i];

		all[i] = (struct playlist){ .rung = *g,
			.language = g->track < r->film.n
					? r->film.tracks[g->track].language
					: "",
			.begun = true };
	}
	for (size_t i = 0; i < l->n; i++)
		all[n + i] = l->lists[i];
	return put_master_of(r, all, n + l->n, MEDIA_MASTER_AV1);
}

static struct playlist *
list_by_rung(struct ladder *l, uint32_t rung)
{
	return rung < MEDIA_RUNGS_MAX && l->lists[rung].rung.name != NULL
		   ? &l->lists[rung]
		   : NULL;
}

static bool
is_sane(const struct ladder *l, const struct run *r, const struct wire_rung *w)
{
	bool video = w->width > 0;

	return w->rung < MEDIA_RUNGS_MAX && (video || !l->job->av1) &&
	       l->lists[w->rung].rung.name == NULL &&
	       w->width <= MEDIA_FILM_SIDE_MAX &&
	       w->height <= MEDIA_FILM_SIDE_MAX && video == (w->height > 0) &&
	       video == (w->channels == 0) &&
	       (video ? w->rate_num > 0 && w->rate_den > 0
		      : w->channels <= 2 && w->track < r->film.n);
}

/* "avc1.64001f"; "av01.0.05M.08": profile, level, tier, bits of a sample. */
static struct str
video_codecs(struct arena *a, bool av1, uint32_t profile)
{
	if (!av1)
		return str_printf(a, "avc1.%06" PRIx32, profile & 0xffffff);
	return str_printf(a, "av01.%" PRIu32 ".%02" PRIu32 "%s.08",
	    profile >> 16 & 7, profile >> 8 & 31,
	    (profile & 1) != 0 ? "H" : "M");
}

static enum err
take_rung(struct run *r, size_t n)
{
	struct ladder *l = r->arg;
	struct arena *a = r->ctx->arena;
	struct wire_rung w = { 0 };
	struct playlist *p;
	struct str name, codecs = STR("mp4a.40.2");

	if (n != sizeof w)
		return run_nonsense(r, "rung");
	TRY(run_read(r, &w, sizeof w));
	if (!is_sane(l, r, &w))
		return run_nonsense(r, "rung");
	if (w.width > 0) {
		name = str_printf(a, "v%" PRIu32 "%s",
		    w.width < w.height ? w.width : w.height,
		    l->job->av1 ? "av1" : "");
		codecs = video_codecs(a, l->job->av1, w.profile);
	} else
		name = str_printf(a, "a%" PRIu32, w.track);
	p = &l->lists[w.rung];
	*p = (struct playlist){
		.rung = {
			.name = str_cstr(a, name),
			.codecs = str_cstr(a, codecs),
			.width = w.width,
			.height = w.height,
			.rate_num = w.rate_num,
			.rate_den = w.rate_den,
			.channels = w.channels,
			.track = w.track,
			.copied = w.copied != 0,
		},
		.language = w.width > 0 ? "" : r->film.tracks[w.track].language,
		.ceiling = w.ceiling,
	};
	if (w.rung >= l->n)
		l->n = w.rung + 1;
	return ERR_OK;
}

/* Bounded by how long the film is, or could be. */
static enum err
count_bytes(struct run *r, size_t n)
{
	struct ladder *l = r->arg;
	int64_t seconds =
	    r->film.ms > 0 ? r->film.ms / 1000 + 1 : MEDIA_FILM_SECONDS_MAX;

	l->bytes += (int64_t)n;
	if (l->bytes > PART_MAX + seconds * RATE_MAX)
		return FAIL(r->ctx, ERR_LIMIT,
		    "The film's renditions take more than %" PRId64
		    " MB. Save it again with a lower rate of bits.",
		    l->bytes >> 20);
	return ERR_OK;
}

/* ISO boxes of the kind that is due, or the file is not put. */
static bool
part_looks_right(struct str s, bool initial)
{
	struct str box = str_sub(s, 4, 4);

	if (initial)
		return str_eq(box, STR("ftyp"));
	return str_eq(box, STR("styp")) || str_eq(box, STR("moof"));
}

static enum err
read_part(struct run *r, const struct wire_head *head, struct wire_part *part,
    struct str *out)
{
	struct ladder *l = r->arg;
	bool initial = head->kind == WIRE_INIT;
	size_t n = head->n - sizeof *part;
	const struct playlist *p;
	char *bytes;

	if (head->n <= sizeof *part || n > PART_MAX)
		return run_nonsense(r, "part");
	TRY(run_read(r, part, sizeof *part));
	p = list_by_rung(l, part->rung);
	if (p == NULL || p->begun == initial ||
	    (!initial && (part->us == 0 || part->us > LONGEST)) ||
	    p->rung.segments >= SEGMENTS_MAX)
		return run_nonsense(r, "part");
	TRY(count_bytes(r, n));
	bytes = arena_alloc(l->scratch, n);
	TRY(run_read(r, bytes, n));
	*out = str_make(bytes, n);
	if (!part_looks_right(*out, initial))
		return run_nonsense(r, "part");
	return ERR_OK;
}

static void
count_segment(struct run *r, struct playlist *p, uint32_t us, size_t n)
{
	struct media_rung *rung = &p->rung;
	int64_t rate = (int64_t)n * 8000000 / us;

	if (rung->segments == p->room) {
		uint32_t *more =
		    ARENA_ARRAY(r->ctx->arena, p->room * 2 + 64, uint32_t);

		if (p->room > 0)
			memcpy(more, p->us, p->room * sizeof *more);
		p->us = more;
		p->room = p->room * 2 + 64;
	}
	p->us[rung->segments++] = us;
	rung->ms += us / 1000;
	rung->bytes += (int64_t)n;
	if (rate > rung->peak)
		rung->peak = rate;
}

/* A rung is in the master list from its first segment on. */
static enum err
grow_master(struct run *r)
{
	struct ladder *l = r->arg;
	size_t ready = 0;
	uint32_t most = 0;
	bool sound = r->film.n == 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct media_rung *g = &l->lists[i].rung;

		ready += g->segments > 0;
		sound |= g->channels > 0 && g->segments > 0;
		if (g->segments > most && (g->width > 0 || r->film.width == 0))
			most = g->segments;
	}
	if (ready == l->listed || most == 0 || (!sound && most < PATIENCE))
		return ERR_OK;
	l->listed = ready;
	return put_master(r);
}

static enum err
take_part(struct run *r, const struct wire_head *head)
{
	struct ladder *l = r->arg;
	struct wire_part part = { 0 };
	struct playlist *p;
	struct str bytes;

	TRY(read_part(r, head, &part, &bytes));
	p = list_by_rung(l, part.rung);
	if (head->kind == WIRE_INIT) {
		p->begun = true;
		return put(r, playlist_part(l->scratch, p, 0), bytes);
	}
	TRY(put(r, playlist_part(l->scratch, p, p->rung.segments + 1), bytes));
	count_segment(r, p, part.us, bytes.n);
	l->newest = p->rung.name;
	if (l->job->av1) /* nobody sees it before it is whole */
		return ERR_OK;
	/* A long list is not written anew for each line. */
	if (p->rung.segments > p->listed + p->listed / 16)
		TRY(put_list(r, p, false));
	return grow_master(r);
}

static enum err
take_progress(struct run *r, size_t n)
{
	struct ladder *l = r->arg;
	struct wire_progress w = { 0 };
	struct media_progress p = { .rung = l->newest };

	if (n != sizeof w)
		return run_nonsense(r, "progress");
	TRY(run_read(r, &w, sizeof w));
	if (w.percent > 100 || w.seconds > MEDIA_FILM_SECONDS_MAX)
		return run_nonsense(r, "progress");
	p.percent = (int)w.percent;
	p.seconds = w.seconds;
	for (size_t i = 0; i < l->n; i++)
		p.playable += l->lists[i].rung.segments > 0;
	if (l->job->tell == NULL)
		return ERR_OK;
	return l->job->tell(r->ctx, l->job->arg, &p);
}

static enum err
hear(struct run *r, const struct wire_head *head)
{
	struct ladder *l = r->arg;

	arena_reset(l->scratch);
	if (head->kind == WIRE_RUNG)
		return take_rung(r, head->n);
	if (head->kind == WIRE_PROGRESS)
		return take_progress(r, head->n);
	return take_part(r, head);
}

static enum err
still(struct run *r, size_t which)
{
	struct ladder *l = r->arg;

	return l->job->still == NULL ? ERR_OK
				     : l->job->still(r->ctx, l->job->arg, which,
					   &r->stills[which]);
}

/* Every list once more, now that all is there and counted. */
static enum err
finish(struct run *r, struct media_rungs *out)
{
	struct ladder *l = r->arg;
	struct media_rung *rungs =
	    ARENA_ARRAY(r->ctx->arena, l->n, struct media_rung);
	size_t n = 0;

	l->whole = true;
	for (size_t i = 0; i < l->n; i++) {
		struct playlist *p = &l->lists[i];

		if (p->rung.segments == 0)
			continue;
		arena_reset(l->scratch);
		TRY(put_list(r, p, true));
		rungs[n++] = p->rung;
	}
	if (n == 0)
		return run_nonsense(r, "no rung");
	arena_reset(l->scratch);
	TRY(l->job->av1 ? put_master_av1(r) : put_master(r));
	*out = (struct media_rungs){ .film = r->film, .rungs = rungs, .n = n };
	return ERR_OK;
}

enum err
media_ladder(struct ctx *ctx, struct media *m, int input,
    const struct media_ladder *job, struct media_rungs *out)
{
	static const struct media_job none;
	CLEANUP(arena_clear) struct arena *scratch = arena_new(0);
	struct ladder l = { .job = job, .scratch = scratch, .newest = "" };
	CLEANUP(run_clear)
	struct run r = {
		.ctx = ctx,
		.media = m,
		.process = PROCESS_NONE,
		.task = WIRE_LADDER,
		.codec = job->av1 ? WIRE_AV1 : WIRE_H264,
		.job = job->stills != NULL ? job->stills : &none,
		.frame = job->frame,
		.seconds = MEDIA_SILENCE_MAX,
		.until = clock_monotonic_ns() + LADDER_SECONDS * CLOCK_SECOND,
		.hear = hear,
		.still = still,
		.arg = &l,
	};

	assert(job->put != NULL);
	assert(!job->av1 || job->stills == NULL);
	run_check_job(r.job);
	TRY(run_check_input(ctx, WIRE_LADDER, input));
	TRY(run_do(&r, input));
	return finish(&r, out);
}
