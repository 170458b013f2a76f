/* SPDX-License-Identifier: MIT */
/* A thread that does its jobs in the order in which they came. */

#include "exchange/aside.h"

#include <pthread.h>
#include <stdlib.h>

struct aside {
	pthread_mutex_t lock;
	pthread_cond_t more; /* for the thread: there is a job, or the end */
	pthread_cond_t done; /* for who waits for the job that is done now */
	struct aside_job *first;
	struct aside_job **last;
	const struct aside_job *wanted; /* somebody waits for it */
	bool ends;
	pthread_t thread;
};

static void *
work(void *arg)
{
	struct aside *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->ends || a->first != NULL) {
		struct aside_job *job = a->first;

		if (job == NULL) {
			pthread_cond_wait(&a->more, &a->lock);
			continue;
		}
		a->first = job->next;
		if (a->first == NULL)
			a->last = &a->first;
		pthread_mutex_unlock(&a->lock);
		job->run(job->arg);
		pthread_mutex_lock(&a->lock);
		job->done = true;
		if (a->wanted == job)
			pthread_cond_signal(&a->done);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

static void
aside_clear(struct aside *a)
{
	pthread_cond_destroy(&a->more);
	pthread_cond_destroy(&a->done);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

struct aside *
aside_new(void)
{
	struct aside *a = calloc(1, sizeof *a);

	if (a == NULL)
		abort();
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->more, NULL);
	pthread_cond_init(&a->done, NULL);
	a->last = &a->first;
	if (pthread_create(&a->thread, NULL, work, a) == 0)
		return a;
	aside_clear(a);
	return NULL;
}

void
aside_free(struct aside *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->ends = true;
	pthread_cond_signal(&a->more);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	aside_clear(a);
}

void
aside_start(struct aside *a, struct aside_job *job)
{
	job->next = NULL;
	job->done = a == NULL;
	if (a == NULL) {
		job->run(job->arg);
		return;
	}
	pthread_mutex_lock(&a->lock);
	/* It looks for more by itself while it has some. */
	if (a->first == NULL)
		pthread_cond_signal(&a->more);
	*a->last = job;
	a->last = &job->next;
	pthread_mutex_unlock(&a->lock);
}

void
aside_wait(struct aside *a, struct aside_job *job)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->wanted = job;
	while (!job->done)
		pthread_cond_wait(&a->done, &a->lock);
	a->wanted = NULL;
	pthread_mutex_unlock(&a->lock);
}
