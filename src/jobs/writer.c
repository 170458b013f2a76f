/* SPDX-License-Identifier: MIT */
/* Turns at the one writing store: a ticket lock that sleeps. */

#include "jobs/writer.h"

#include <pthread.h>
#include <stdlib.h>

struct writer {
	struct store *store;
	pthread_mutex_t mutex;
	pthread_cond_t turn;
	uint64_t next;	  /* ticket for the next to come */
	uint64_t serving; /* ticket of whoever has it */
	void (*given)(void *arg);
	void *given_arg;
};

struct writer *
writer_new(struct store *st)
{
	struct writer *w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	w->store = st;
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->turn, NULL);
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

struct store *
writer_take(struct writer *w)
{
	uint64_t ticket = 0;

	pthread_mutex_lock(&w->mutex);
	ticket = w->next++;
	while (ticket != w->serving)
		pthread_cond_wait(&w->turn, &w->mutex);
	pthread_mutex_unlock(&w->mutex);
	return w->store;
}

void
writer_give(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	w->serving++;
	if (w->given != NULL)
		w->given(w->given_arg);
	pthread_cond_broadcast(&w->turn);
	pthread_mutex_unlock(&w->mutex);
}

void
writer_watch(struct writer *w, void (*given)(void *arg), void *arg)
{
	pthread_mutex_lock(&w->mutex);
	w->given = given;
	w->given_arg = arg;
	pthread_mutex_unlock(&w->mutex);
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
