/* SPDX-License-Identifier: MIT */
/* Hearing a worker out, and what of it is believed. */

#include "media/run.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/settings.h"
#include "media/xmp.h"

static enum err
fail_late(struct run *r)
{
	if (atomic_load(media_stopped(r->media)))
		return FAIL(r->ctx, ERR_BUSY,
		    "The work was broken off: the server ends.");
	if (r->task == WIRE_PICTURE)
		return FAIL(r->ctx, ERR_LIMIT,
		    "The picture takes more than %d seconds to work on. Save "
		    "it again in a simpler form, smaller or as JPEG.",
		    r->seconds);
	return FAIL(r->ctx, ERR_LIMIT,
	    "The file takes too long to work on (nothing came of it for %d "
	    "seconds). Save it again as MP4, smaller.",
	    r->seconds);
}

/* The worker is gone without a last word. */
static enum err
fail_ended(struct run *r)
{
	enum { NO_LIBRARY = 127 }; /* what the dynamic loader exits with */
	struct ctx *ctx = r->ctx;
	int status = process_wait(&r->process);
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	enum err err;

	if (sig == SIGXCPU)
		err = fail_late(r);
	else if (sig == SIGKILL)
		err = FAIL(ctx, ERR_BUSY,
		    "The machine ran short of memory or time for this %s. Try "
		    "again later, or make it smaller.",
		    r->task == WIRE_PICTURE ? "picture" : "file");
	else if (sig == 0 && WEXITSTATUS(status) == NO_LIBRARY)
		err = FAIL(ctx, ERR_IO,
		    "The media worker lacks a library. Install Masthead's "
		    "packages again.");
	else
		err = refusal_damaged(ctx, r->task);
	ctx_detail(ctx, "worker ended: %s %d; %s",
	    sig != 0 ? "signal" : "status",
	    sig != 0 ? sig : WEXITSTATUS(status), r->detail);
	return err;
}

static enum err
fail_read(struct run *r, enum process_read how)
{
	return how == PROCESS_LATE ? fail_late(r) : fail_ended(r);
}

enum err
run_nonsense(struct run *r, const char *what)
{
	(void)refusal_damaged(r->ctx, r->task);
	ctx_detail(r->ctx, "worker broke the protocol: %s", what);
	return ERR_INVALID;
}

enum err
run_read(struct run *r, void *out, size_t n)
{
	enum process_read how = process_read(&r->process, out, n);

	return how == PROCESS_READ ? ERR_OK : fail_read(r, how);
}

static enum err
take_facts(struct run *r, size_t n)
{
	struct wire_facts f = { 0 };

	if (n != sizeof f || r->has_facts || r->has_film)
		return run_nonsense(r, "facts");
	TRY(run_read(r, &f, sizeof f));
	if (f.type < MEDIA_JPEG || f.type > MEDIA_SVG || f.width == 0 ||
	    f.height == 0 || f.width > MEDIA_SIDE_MAX ||
	    f.height > MEDIA_SIDE_MAX)
		return run_nonsense(r, "facts");
	r->has_facts = true;
	r->facts = (struct media_facts){
		.type = (enum media_type)f.type,
		.width = f.width,
		.height = f.height,
		.frames = f.frames,
		.alpha = f.alpha != 0,
		.location = f.location != 0,
		.device = f.device != 0,
		.owner = f.owner != 0,
		.history = f.history != 0,
	};
	return ERR_OK;
}

/* Does a file begin as its type does?  What goes out is served as that. */
static bool
looks_right(enum media_type type, struct str s)
{
	switch (type) {
	case MEDIA_JPEG:
		return str_starts(s, STR("\xff\xd8\xff"));
	case MEDIA_PNG:
		return str_starts(s, STR("\x89PNG\r\n\x1a\n"));
	case MEDIA_WEBP:
		return str_starts(s, STR("RIFF")) &&
		       str_starts(str_from(s, 8), STR("WEBP"));
	case MEDIA_AVIF:
		return str_starts(str_from(s, 4), STR("ftypavif"));
	case MEDIA_HEIC:
	case MEDIA_GIF:
	case MEDIA_SVG:
		break;
	}
	return false;
}

static enum err
take_still(struct run *r, size_t n)
{
	struct wire_image head = { 0 };
	struct media_image *out;
	char *bytes;

	if ((!r->has_facts && !r->has_film) || r->n >= r->job->n ||
	    n <= sizeof head)
		return run_nonsense(r, "a still too many");
	n -= sizeof head;
	if (n > MEDIA_OUTPUT_MAX - r->bytes)
		return FAIL(r->ctx, ERR_LIMIT,
		    "The stills of this picture take more than %d MB. Make it "
		    "smaller and add it again.",
		    MEDIA_OUTPUT_MAX >> 20);
	TRY(run_read(r, &head, sizeof head));
	bytes = arena_alloc(r->ctx->arena, n);
	TRY(run_read(r, bytes, n));
	out = &r->stills[r->n];
	*out = (struct media_image){
		.type = r->job->stills[r->n].type,
		.width = head.width,
		.height = head.height,
		.bytes = str_make(bytes, n),
	};
	if (head.type != (uint32_t)out->type || head.width == 0 ||
	    head.height == 0 || head.width > UINT16_MAX ||
	    head.height > UINT16_MAX || !looks_right(out->type, out->bytes))
		return run_nonsense(r, "a still");
	r->n++;
	r->bytes += n;
	return r->still != NULL ? r->still(r, r->n - 1) : ERR_OK;
}

static enum err
take_look(struct run *r, size_t n)
{
	struct wire_look look = { 0 };

	if (n != sizeof look || !r->has_facts || !r->job->look)
		return run_nonsense(r, "a look");
	TRY(run_read(r, &look, sizeof look));
	r->facts.look = (int64_t)((uint64_t)look.high << 32 | look.low);
	r->facts.clear = look.clear != 0;
	return ERR_OK;
}

static enum err
take_detail(struct run *r, size_t n)
{
	if (n > WIRE_DETAIL_MAX)
		return run_nonsense(r, "detail");
	TRY(run_read(r, r->detail, n));
	r->detail[n] = '\0';
	/* For a log line: what a picture can make a library say is hostile. */
	for (char *p = r->detail; *p != '\0'; p++) {
		if (*p < ' ' || *p > '~')
			*p = ' ';
	}
	return ERR_OK;
}

static enum err
take_refused(struct run *r, size_t n)
{
	struct wire_refused refused = { 0 };
	enum err err;

	if (n != sizeof refused)
		return run_nonsense(r, "refusal");
	TRY(run_read(r, &refused, sizeof refused));
	err = refusal_say(r->ctx, r->task, &refused);
	ctx_detail(r->ctx, "%s", r->detail);
	return err;
}

/* A name of a few letters, as codecs and languages have; else "". */
static const char *
take_name(struct run *r, const char *p, size_t n)
{
	size_t used = strnlen(p, n);

	for (size_t i = 0; i < used; i++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", p[i]) ==
		    NULL)
			return "";
	}
	return str_cstr(r->ctx->arena, str_make(p, used));
}

static void
take_tracks(struct run *r, const struct wire_film *f)
{
	struct media_track *t =
	    ARENA_ARRAY(r->ctx->arena, f->tracks, struct media_track);

	for (uint32_t i = 0; i < f->tracks; i++) {
		const struct wire_track *w = &f->track[i];

		t[i] = (struct media_track){
			.codec = take_name(r, w->codec, sizeof w->codec),
			.language =
			    take_name(r, w->language, sizeof w->language),
			.channels = w->channels,
			.rate = w->rate,
		};
	}
	r->film.tracks = t;
	r->film.n = f->tracks;
}

static enum err
take_film(struct run *r, size_t n)
{
	struct wire_film f = { 0 };

	if (n != sizeof f || r->has_facts || r->has_film ||
	    r->task == WIRE_PICTURE)
		return run_nonsense(r, "film");
	TRY(run_read(r, &f, sizeof f));
	if (f.width > MEDIA_FILM_SIDE_MAX || f.height > MEDIA_FILM_SIDE_MAX ||
	    (f.width == 0) != (f.height == 0) || f.tracks > WIRE_TRACKS_MAX ||
	    (f.width == 0 && f.tracks == 0) ||
	    (f.width > 0 && (f.rate_num == 0 || f.rate_den == 0)) ||
	    f.ms / 1000 > MEDIA_FILM_SECONDS_MAX)
		return run_nonsense(r, "film");
	r->has_film = true;
	r->film = (struct media_film){
		.container = take_name(r, f.container, sizeof f.container),
		.codec = take_name(r, f.codec, sizeof f.codec),
		.width = f.width,
		.height = f.height,
		.rate_num = f.rate_num,
		.rate_den = f.rate_den,
		.turned = f.turned,
		.depth = f.depth,
		.variable = f.variable != 0,
		.hdr = f.hdr != 0,
		.ms = f.ms,
		.frames = f.frames,
		.extras = f.extras,
		.location = f.location != 0,
		.device = f.device != 0,
		.owner = f.owner != 0,
		.history = f.history != 0,
	};
	take_tracks(r, &f);
	return ERR_OK;
}

static enum err
take_done(struct run *r, size_t n)
{
	/* A ladder of sound alone has no frame to show. */
	bool blind = r->task == WIRE_LADDER && r->film.width == 0;

	if ((!r->has_facts && !r->has_film && r->task != WIRE_WHOLE) ||
	    r->n != (blind ? 0 : r->job->n) || n != 0)
		return run_nonsense(r, "done too early");
	return ERR_OK;
}

static enum err
hear(struct run *r, const struct wire_head *head)
{
	switch ((enum wire_kind)head->kind) {
	case WIRE_FACTS:
		return take_facts(r, head->n);
	case WIRE_FILM:
		return take_film(r, head->n);
	case WIRE_STILL:
		return take_still(r, head->n);
	case WIRE_DETAIL:
		return take_detail(r, head->n);
	case WIRE_LOOK:
		return take_look(r, head->n);
	case WIRE_RUNG:
	case WIRE_INIT:
	case WIRE_SEGMENT:
	case WIRE_PROGRESS:
		if (r->hear != NULL && r->has_film)
			return r->hear(r, head);
		return run_nonsense(r, "a message out of place");
	case WIRE_PIECE:
		if (r->task == WIRE_WHOLE)
			return r->hear(r, head);
		return run_nonsense(r, "a piece out of place");
	case WIRE_REFUSED:
	case WIRE_DONE:
		break;
	}
	return run_nonsense(r, "an unknown message");
}

/* A ladder has all the time that it fills with words, up to its end. */
static void
extend(struct run *r)
{
	int64_t more = clock_monotonic_ns() + r->seconds * CLOCK_SECOND;
	int64_t until = r->until + r->process.rested;

	if (r->until != 0)
		r->process.deadline = more < until ? more : until;
}

/* Hears the worker out. */
static enum err
run_listen(struct run *r)
{
	for (;;) {
		struct wire_head head = { 0 };

		TRY(run_read(r, &head, sizeof head));
		if (head.kind == WIRE_REFUSED)
			return take_refused(r, head.n);
		if (head.kind == WIRE_DONE)
			return take_done(r, head.n);
		TRY(hear(r, &head));
		extend(r);
	}
}

static enum err
run_tell(struct run *r, uint32_t cpu)
{
	const struct media_job *job = r->job;
	const struct str xmp = xmp_packet(r->ctx->arena, &job->says);
	struct wire_job head = {
		.magic = WIRE_MAGIC,
		.task = (uint32_t)r->task,
		.focus_x = (uint32_t)job->focus_x,
		.focus_y = (uint32_t)job->focus_y,
		.cpu = cpu,
		.frame = r->frame,
		.threads = (uint32_t)media_settings_of(r->media)->threads,
		.look = job->look,
		.first_high = (uint32_t)(r->first >> 32),
		.first_low = (uint32_t)r->first,
		.codec = (uint32_t)r->codec,
		.xmp = (uint32_t)xmp.n,
		.n = (uint32_t)job->n,
	};
	bool ok = process_write(&r->process, &head, sizeof head);

	for (size_t i = 0; ok && i < job->n; i++) {
		const struct media_still *s = &job->stills[i];
		struct wire_still w = {
			.type = (uint32_t)s->type,
			.crop = (uint32_t)s->crop,
			.width = s->width,
			.quality = (uint32_t)s->quality,
			.safe = s->safe,
		};

		ok = process_write(&r->process, &w, sizeof w);
	}
	if (ok)
		(void)process_write(&r->process, xmp.p, xmp.n);
	/* A worker that could not start has hung up; it may say why. */
	return ERR_OK;
}

/* Jobs are made by this program: a wrong one is its mistake. */
void
run_check_job(const struct media_job *job)
{
	assert(job->n <= MEDIA_STILLS_MAX);
	assert(job->focus_x >= 0 && job->focus_x <= 1000);
	assert(job->focus_y >= 0 && job->focus_y <= 1000);
	assert(utf8_length(job->says.credit) <= MEDIA_SAYS_MAX);
	assert(utf8_length(job->says.copyright) <= MEDIA_SAYS_MAX);
	assert(utf8_length(job->says.licence) <= MEDIA_SAYS_MAX);
	for (size_t i = 0; i < job->n; i++) {
		const struct media_still *s = &job->stills[i];

		assert(s->type == MEDIA_AVIF || s->type == MEDIA_WEBP ||
		       s->type == MEDIA_JPEG || s->type == MEDIA_PNG);
		assert(s->crop <= MEDIA_3X2);
		assert(s->width <= MEDIA_WIDTH_MAX);
		assert(s->quality >= 0 && s->quality <= 100);
	}
}

/* Before a process is started for nothing. */
enum err
run_check_input(struct ctx *ctx, enum wire_task task, int input)
{
	int64_t most =
	    task == WIRE_PICTURE ? MEDIA_INPUT_MAX : MEDIA_FILM_INPUT_MAX;
	struct stat st;

	if (fstat(input, &st) != 0)
		return FAIL(ctx, ERR_IO, "The file could not be looked at: %s.",
		    strerror(errno));
	if (!S_ISREG(st.st_mode))
		return FAIL(ctx, ERR_INVALID, "This is not a file.");
	if (st.st_size == 0)
		return FAIL(ctx, ERR_INVALID,
		    "The file is empty. Add it again; it may not have been "
		    "sent to the end.");
	if (st.st_size > most)
		return FAIL(ctx, ERR_LIMIT,
		    "The %s file has %.*s MB, the limit is %" PRId64
		    " MB. Make it smaller and add it again.",
		    task == WIRE_PICTURE ? "picture's" : "film's",
		    STR_FMT(refusal_grouped(ctx, (uint64_t)st.st_size >> 20)),
		    most >> 20);
	return ERR_OK;
}

static enum slot
slot_of(const struct run *r)
{
	if (r->task != WIRE_LADDER && r->task != WIRE_WHOLE)
		return SLOT_SHORT;
	return r->codec == WIRE_AV1 ? SLOT_EXTRA : SLOT_LADDER;
}

enum err
run_do(struct run *r, int input)
{
	const struct media_settings *s = media_settings_of(r->media);
	int64_t whole = r->until != 0 ? LADDER_SECONDS : r->seconds;
	int64_t from = clock_monotonic_ns();

	media_slot_take(r->media, slot_of(r));
	r->running = true;
	/* Its time is that of its work, however long it has waited. */
	if (r->until != 0)
		r->until += clock_monotonic_ns() - from;
	r->stills = ARENA_ARRAY(r->ctx->arena, r->job->n, struct media_image);
	TRY(process_start(r->ctx,
	    &(struct process_start){
		.program = r->task == WIRE_PICTURE ? s->program : s->video,
		.input = input,
		.seconds = r->seconds,
		.loud = s->loud,
		.stop = media_stopped(r->media),
		.must_rest = slot_of(r) == SLOT_EXTRA ? media_is_full : NULL,
		.arg = r->media,
	    },
	    &r->process));
	/* Time of all its threads together. */
	TRY(run_tell(
	    r, (uint32_t)(whole *
			  (r->task == WIRE_PICTURE ? 1 : s->threads + 1))));
	return run_listen(r);
}

void
run_clear(struct run *r)
{
	process_end(&r->process);
	if (r->running)
		media_slot_give(r->media, slot_of(r));
}
