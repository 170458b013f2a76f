/* SPDX-License-Identifier: MIT */
/* Jobs for workers: what is asked, what is believed, what a person is told. */

#include "media/media.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/run.h"
#include "media/settings.h"

/* More threads make one encoder worse, and faster hardly. */
enum { THREADS_MAX = 4 };

struct media {
	struct media_settings settings;
	char *program, *video;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	int taken[SLOT_EXTRA + 1]; /* workers running */
	atomic_bool stop;
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

/* masthead-video, in the folder of masthead-media. */
static char *
beside(const char *program)
{
	const char *slash = strrchr(program, '/');
	char *path = NULL;

	if (asprintf(&path, "%.*smasthead-video",
		slash != NULL ? (int)(slash - program) + 1 : 0, program) < 0)
		abort();
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
	m->video = m->settings.video != NULL ? strdup(m->settings.video)
					     : beside(m->program);
	m->settings.video = m->video;
	if (m->settings.threads <= 0)
		m->settings.threads = cores > 4	  ? THREADS_MAX
				      : cores > 1 ? (int)cores - 1
						  : 1;
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
	for (enum slot s = SLOT_SHORT; s <= SLOT_EXTRA; s++)
		assert(m->taken[s] == 0);
	(void)pthread_cond_destroy(&m->freed);
	(void)pthread_mutex_destroy(&m->lock);
	free(m->program);
	free(m->video);
	free(m);
}

void
media_stop(struct media *m)
{
	if (m != NULL)
		atomic_store(&m->stop, true);
}

int
media_ladders(const struct media *m)
{
	return m->settings.workers;
}

const atomic_bool *
media_stopped(const struct media *m)
{
	return &m->stop;
}

/* What is extra has one worker, and only a core that no ladder wants. */
static bool
is_free(const struct media *m, enum slot slot)
{
	if (slot == SLOT_EXTRA)
		return m->taken[SLOT_EXTRA] == 0 &&
		       m->taken[SLOT_LADDER] < m->settings.workers;
	return m->taken[slot] < m->settings.workers;
}

void
media_slot_take(struct media *m, enum slot slot)
{
	(void)pthread_mutex_lock(&m->lock);
	while (!is_free(m, slot))
		(void)pthread_cond_wait(&m->freed, &m->lock);
	m->taken[slot]++;
	(void)pthread_mutex_unlock(&m->lock);
}

bool
media_is_full(void *media)
{
	struct media *m = media;
	bool full;

	(void)pthread_mutex_lock(&m->lock);
	full = m->taken[SLOT_LADDER] >= m->settings.workers;
	(void)pthread_mutex_unlock(&m->lock);
	return full;
}

void
media_slot_give(struct media *m, enum slot slot)
{
	(void)pthread_mutex_lock(&m->lock);
	m->taken[slot]--;
	(void)pthread_cond_broadcast(&m->freed);
	(void)pthread_mutex_unlock(&m->lock);
}

enum err
media_run(struct ctx *ctx, struct media *m, int input,
    const struct media_job *job, struct media_result *out)
{
	CLEANUP(run_clear)
	struct run r = {
		.ctx = ctx,
		.media = m,
		.process = PROCESS_NONE,
		.task = WIRE_PICTURE,
		.job = job,
		.seconds = m->settings.deadline,
	};

	run_check_job(job);
	TRY(run_check_input(ctx, WIRE_PICTURE, input));
	TRY(run_do(&r, input));
	*out = (struct media_result){
		.facts = r.facts, .stills = r.stills, .n = r.n
	};
	return ERR_OK;
}
