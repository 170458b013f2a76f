/* SPDX-License-Identifier: MIT */
/* Jobs for workers: what is asked, what is believed, what a person is told. */

#include "media/media.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/process.h"
#include "media/protocol.h"
#include "media/settings.h"

struct media {
	struct media_settings settings;
	char *program;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	int taken; /* workers running */
};

/* A job under way. */
struct run {
	struct ctx *ctx;
	struct media *media;
	struct process process;
	const struct media_job *job;
	struct media_facts facts;
	struct media_image *stills;
	size_t n;     /* stills that have come */
	size_t bytes; /* of them */
	bool has_facts;
	char detail[WIRE_DETAIL_MAX + 1];
};

const struct media_settings *
media_settings_of(const struct media *m)
{
	return &m->settings;
}

/* The program in a folder, if it can be run. */
static char *
program_in(const char *folder, size_t n, const char *below)
{
	char *path = NULL;

	if (asprintf(&path, "%.*s%s/masthead-media", (int)n, folder, below) < 0)
		return NULL;
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *
find_program(void)
{
	/* From where programs and unit tests stand in a build tree. */
	static const char *const near[] = { "", "/src/media", "/../src/media",
		"/../media", "/../../src/media", "/../libexec/masthead" };
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *path = NULL;

	exe[n > 0 ? n : 0] = '\0';
	if (strrchr(exe, '/') != NULL) {
		size_t folder = (size_t)(strrchr(exe, '/') - exe);

		for (size_t i = 0;
		     path == NULL && i < sizeof near / sizeof *near; i++)
			path = program_in(exe, folder, near[i]);
	}
	if (path == NULL)
		path = program_in(MEDIA_LIBEXEC, strlen(MEDIA_LIBEXEC), "");
	return path;
}

enum err
media_open(struct ctx *ctx, const struct media_settings *in, struct media **out)
{
	struct media *m = calloc(1, sizeof *m);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (m == NULL)
		abort();
	if (in != NULL)
		m->settings = *in;
	m->program = m->settings.program != NULL ? strdup(m->settings.program)
						 : find_program();
	if (m->program == NULL || access(m->program, X_OK) != 0) {
		free(m->program);
		free(m);
		return FAIL(ctx, ERR_IO,
		    "The program masthead-media is missing. It belongs beside "
		    "masthead or in %s; install it again.",
		    MEDIA_LIBEXEC);
	}
	m->settings.program = m->program;
	if (m->settings.deadline <= 0)
		m->settings.deadline = MEDIA_DEADLINE;
	if (m->settings.workers <= 0)
		m->settings.workers = cores > 2 ? (int)cores - 1 : 1;
	(void)pthread_mutex_init(&m->lock, NULL);
	(void)pthread_cond_init(&m->freed, NULL);
	*out = m;
	return ERR_OK;
}

void
media_close(struct media *m)
{
	if (m == NULL)
		return;
	assert(m->taken == 0);
	(void)pthread_cond_destroy(&m->freed);
	(void)pthread_mutex_destroy(&m->lock);
	free(m->program);
	free(m);
}

static void
slot_take(struct media *m)
{
	(void)pthread_mutex_lock(&m->lock);
	while (m->taken >= m->settings.workers)
		(void)pthread_cond_wait(&m->freed, &m->lock);
	m->taken++;
	(void)pthread_mutex_unlock(&m->lock);
}

static void
run_clear(struct run *r)
{
	process_end(&r->process);
	(void)pthread_mutex_lock(&r->media->lock);
	r->media->taken--;
	(void)pthread_cond_signal(&r->media->freed);
	(void)pthread_mutex_unlock(&r->media->lock);
}

/* 41000 as "41,000". */
static struct str
grouped(struct ctx *ctx, uint64_t v)
{
	char digits[32], out[48];
	int n = snprintf(digits, sizeof digits, "%" PRIu64, v), at = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	return str_dup(ctx->arena, str_make(out, (size_t)at));
}

/* Millions with one decimal: 289000000 as "289.0". */
static struct str
millions(struct ctx *ctx, uint64_t v)
{
	uint64_t tenths = v / 100000;

	return str_printf(
	    ctx->arena, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
}

static enum err
fail_damaged(struct ctx *ctx)
{
	return FAIL(ctx, ERR_INVALID,
	    "The picture could not be read: it is damaged or not a picture.");
}

static enum err
fail_too_wide(struct ctx *ctx, const struct wire_refused *r)
{
	bool wide = r->width > r->limit;

	return FAIL(ctx, ERR_LIMIT,
	    "The picture is %.*s pixels %s, the limit is %.*s. Make it "
	    "smaller and add it again.",
	    STR_FMT(grouped(ctx, wide ? r->width : r->height)),
	    wide ? "wide" : "high", STR_FMT(grouped(ctx, r->limit)));
}

static enum err
fail_too_many(struct ctx *ctx, const struct wire_refused *r)
{
	return FAIL(ctx, ERR_LIMIT,
	    "The picture has %.*s million pixels (%.*s by %.*s), the limit is "
	    "%d million. Make it smaller and add it again.",
	    STR_FMT(millions(ctx, (uint64_t)r->width * r->height)),
	    STR_FMT(grouped(ctx, r->width)), STR_FMT(grouped(ctx, r->height)),
	    MEDIA_PIXELS_MAX / 1000000);
}

/* The worker names a reason; the sentence is ours. */
static enum err
fail_refused(struct ctx *ctx, const struct wire_refused *r)
{
	switch ((enum wire_reason)r->reason) {
	case WIRE_NO_PICTURE:
		return FAIL(ctx, ERR_INVALID,
		    "This is no picture of a kind that can be taken: JPEG, "
		    "PNG, WebP, AVIF, HEIC, GIF or SVG.");
	case WIRE_TOO_WIDE:
		return fail_too_wide(ctx, r);
	case WIRE_TOO_MANY:
		return fail_too_many(ctx, r);
	case WIRE_HAS_TEXT:
		return FAIL(ctx, ERR_INVALID,
		    "The drawing holds text, but its fonts are not here. Turn "
		    "the text into outlines (paths) and add it again.");
	case WIRE_NOT_MADE:
		return FAIL(ctx, ERR_IO,
		    "The picture was read, but a still of it could not be "
		    "made.");
	case WIRE_UNGUARDED:
		return FAIL(ctx, ERR_IO,
		    "The media worker could not shut itself in, so it opened "
		    "nothing. `masthead check` says what is missing.");
	case WIRE_BAD_JOB:
		return FAIL(ctx, ERR_IO,
		    "The media worker is of another build than the server. "
		    "Install both again.");
	case WIRE_DAMAGED:
		break;
	}
	return fail_damaged(ctx);
}

static enum err
fail_late(struct run *r)
{
	return FAIL(r->ctx, ERR_LIMIT,
	    "The picture takes more than %d seconds to work on. Save it again "
	    "in a simpler form, smaller or as JPEG.",
	    r->media->settings.deadline);
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
		    "The machine ran short of memory or time for this "
		    "picture. Try again later, or make it smaller.");
	else if (sig == 0 && WEXITSTATUS(status) == NO_LIBRARY)
		err = FAIL(ctx, ERR_IO,
		    "The media worker lacks a library. Install Masthead's "
		    "packages again.");
	else
		err = fail_damaged(ctx);
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

/* A worker that says what none of ours would: taken over, or broken. */
static enum err
fail_nonsense(struct run *r, const char *what)
{
	(void)fail_damaged(r->ctx);
	ctx_detail(r->ctx, "worker broke the protocol: %s", what);
	return ERR_INVALID;
}

static enum err
run_read(struct run *r, void *out, size_t n)
{
	enum process_read how = process_read(&r->process, out, n);

	return how == PROCESS_READ ? ERR_OK : fail_read(r, how);
}

static enum err
take_facts(struct run *r, size_t n)
{
	struct wire_facts f = { 0 };

	if (n != sizeof f || r->has_facts)
		return fail_nonsense(r, "facts");
	TRY(run_read(r, &f, sizeof f));
	if (f.type < MEDIA_JPEG || f.type > MEDIA_SVG || f.width == 0 ||
	    f.height == 0 || f.width > MEDIA_SIDE_MAX ||
	    f.height > MEDIA_SIDE_MAX)
		return fail_nonsense(r, "facts");
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

	if (!r->has_facts || r->n >= r->job->n || n <= sizeof head)
		return fail_nonsense(r, "a still too many");
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
		return fail_nonsense(r, "a still");
	r->n++;
	r->bytes += n;
	return ERR_OK;
}

static enum err
take_detail(struct run *r, size_t n)
{
	if (n > WIRE_DETAIL_MAX)
		return fail_nonsense(r, "detail");
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
		return fail_nonsense(r, "refusal");
	TRY(run_read(r, &refused, sizeof refused));
	err = fail_refused(r->ctx, &refused);
	ctx_detail(r->ctx, "%s", r->detail);
	return err;
}

/* Hears the worker out. */
static enum err
run_listen(struct run *r)
{
	for (;;) {
		struct wire_head head = { 0 };

		TRY(run_read(r, &head, sizeof head));
		switch ((enum wire_kind)head.kind) {
		case WIRE_FACTS:
			TRY(take_facts(r, head.n));
			break;
		case WIRE_STILL:
			TRY(take_still(r, head.n));
			break;
		case WIRE_DETAIL:
			TRY(take_detail(r, head.n));
			break;
		case WIRE_REFUSED:
			return take_refused(r, head.n);
		case WIRE_DONE:
			if (!r->has_facts || r->n != r->job->n || head.n != 0)
				return fail_nonsense(r, "done too early");
			return ERR_OK;
		default:
			return fail_nonsense(r, "an unknown message");
		}
	}
}

static enum err
run_tell(struct run *r)
{
	const struct media_job *job = r->job;
	struct wire_job head = {
		.magic = WIRE_MAGIC,
		.task = WIRE_PICTURE,
		.focus_x = (uint32_t)job->focus_x,
		.focus_y = (uint32_t)job->focus_y,
		.cpu = (uint32_t)r->media->settings.deadline,
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
	/* A worker that could not start has hung up; it may say why. */
	return ERR_OK;
}

/* Jobs are made by this program: a wrong one is its mistake. */
static void
check_job(const struct media_job *job)
{
	assert(job->n <= MEDIA_STILLS_MAX);
	assert(job->focus_x >= 0 && job->focus_x <= 1000);
	assert(job->focus_y >= 0 && job->focus_y <= 1000);
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
static enum err
check_input(struct ctx *ctx, int input)
{
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
	if (st.st_size > MEDIA_INPUT_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "The picture's file has %.*s MB, the limit is %d MB. Make "
		    "it smaller and add it again.",
		    STR_FMT(grouped(ctx, (uint64_t)st.st_size >> 20)),
		    MEDIA_INPUT_MAX >> 20);
	return ERR_OK;
}

enum err
media_run(struct ctx *ctx, struct media *m, int input,
    const struct media_job *job, struct media_result *out)
{
	check_job(job);
	TRY(check_input(ctx, input));
	slot_take(m);

	CLEANUP(run_clear)
	struct run r = {
		.ctx = ctx,
		.media = m,
		.process = PROCESS_NONE,
		.job = job,
		.stills = ARENA_ARRAY(ctx->arena, job->n, struct media_image),
	};

	TRY(process_start(ctx,
	    &(struct process_start){
		.program = m->settings.program,
		.input = input,
		.seconds = m->settings.deadline,
		.loud = m->settings.loud,
	    },
	    &r.process));
	TRY(run_tell(&r));
	TRY(run_listen(&r));
	*out = (struct media_result){
		.facts = r.facts, .stills = r.stills, .n = r.n
	};
	return ERR_OK;
}
