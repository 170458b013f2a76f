/* SPDX-License-Identifier: MIT */
/* Turns at the one writing store: a ticket lock that sleeps. */

#include "jobs/writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/thread.h"

enum { PATIENCE_NS = 500000000 };

struct writer {
	struct store *store;
	pthread_mutex_t mutex;
	pthread_cond_t turn;
	uint64_t next;	  /* ticket for the next to come */
	uint64_t serving; /* ticket of whoever has it */
	unsigned hurried; /* of those who wait, how many call forward */
	bool back;	  /* whoever has it went back */
	struct {
		void (*given)(void *arg);
		void *arg;
	} watchers[WRITER_WATCHERS];
};

struct writer *
writer_new(struct store *st)
{
	struct writer *w = calloc(1, sizeof *w);
	pthread_condattr_t attr;

	if (w == NULL)
		abort();
	w->store = st;
	pthread_mutex_init(&w->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->turn, &attr);
	pthread_condattr_destroy(&attr);
	return w;
}

void
writer_free(struct writer *w)
{
	if (w == NULL)
		return;
	pthread_cond_destroy(&w->turn);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

/* The mutex is held; whoever has the writer and went back is called forward. */
static void
wait_hurried(struct writer *w, uint64_t ticket)
{
	if (ticket == w->serving)
		return;
	w->hurried++;
	if (w->back) {
		pthread_mutex_unlock(&w->mutex);
		threads_forward();
		pthread_mutex_lock(&w->mutex);
	}
	while (ticket != w->serving)
		pthread_cond_wait(&w->turn, &w->mutex);
	w->hurried--;
}

struct store *
writer_take(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	wait_hurried(w, w->next++);
	pthread_mutex_unlock(&w->mutex);
	return w->store;
}

struct store *
writer_take_patiently(struct writer *w)
{
	int64_t end = clock_monotonic_ns() + PATIENCE_NS;
	struct timespec until = { .tv_sec = (time_t)(end / CLOCK_SECOND),
		.tv_nsec = (long)(end % CLOCK_SECOND) };
	uint64_t ticket = 0;

	pthread_mutex_lock(&w->mutex);
	ticket = w->next++;
	while (ticket != w->serving)
		if (pthread_cond_timedwait(&w->turn, &w->mutex, &until) != 0)
			break;
	wait_hurried(w, ticket);
	pthread_mutex_unlock(&w->mutex);
	return w->store;
}

static void
give(struct writer *w, bool tell)
{
	pthread_mutex_lock(&w->mutex);
	w->serving++;
	w->back = false;
	for (size_t i = 0; tell && i < WRITER_WATCHERS; i++)
		if (w->watchers[i].given != NULL)
			w->watchers[i].given(w->watchers[i].arg);
	pthread_cond_broadcast(&w->turn);
	pthread_mutex_unlock(&w->mutex);
}

void
writer_give(struct writer *w)
{
	give(w, true);
}

void
writer_give_quietly(struct writer *w)
{
	give(w, false);
}

void
writer_watch(struct writer *w, void (*given)(void *arg), void *arg)
{
	size_t i = 0;

	pthread_mutex_lock(&w->mutex);
	while (i < WRITER_WATCHERS && w->watchers[i].given != NULL)
		i++;
	assert(i < WRITER_WATCHERS);
	w->watchers[i].given = given;
	w->watchers[i].arg = arg;
	pthread_mutex_unlock(&w->mutex);
}

void
writer_unwatch(struct writer *w, const void *arg)
{
	pthread_mutex_lock(&w->mutex);
	for (size_t i = 0; i < WRITER_WATCHERS; i++)
		if (w->watchers[i].arg == arg)
			w->watchers[i].given = NULL;
	pthread_mutex_unlock(&w->mutex);
}

void
writer_go_back(struct writer *w)
{
	bool hurried = false;

	pthread_mutex_lock(&w->mutex);
	w->back = true;
	pthread_mutex_unlock(&w->mutex);
	thread_back();
	/* Whoever came before that has called forward in vain. */
	pthread_mutex_lock(&w->mutex);
	hurried = w->hurried > 0;
	pthread_mutex_unlock(&w->mutex);
	if (hurried)
		thread_forward();
}

bool
writer_wanted(struct writer *w)
{
	bool wanted = false;

	pthread_mutex_lock(&w->mutex);
	wanted = w->next > w->serving + 1;
	pthread_mutex_unlock(&w->mutex);
	return wanted;
}
