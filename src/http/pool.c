/* SPDX-License-Identifier: MIT */
/* Worker threads, and the exchanges that wait for one. */

#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

#include "http/listener.h"

struct queue {
	struct exchange *first;
	struct exchange **last;
	unsigned n;
};

struct worker {
	struct pool *pool;
	pthread_t thread;
	unsigned index;
	sem_t called;
	struct worker *idle; /* who lay down before it */
};

struct pool {
	pthread_mutex_t lock;
	/*
	 * Who lay down last is called first: its memory is nearest.  Each waits
	 * for its own call, not for a condition of all: who wakes from such a
	 * one holds the lock as if others wanted it, and gives it back by a
	 * system call for nobody.
	 */
	struct worker *idle;
	/*
	 * Readers' pages before uploads, and one thread is always left to
	 * them: disks may be slow.
	 */
	struct queue work;
	struct queue streams;
	unsigned streaming; /* threads in stream() */
	unsigned threads;
	unsigned max;
	bool stopped;
	struct worker workers[];
};

static void
queue_put(struct queue *q, struct exchange *x)
{
	x->next = NULL;
	*q->last = x;
	q->last = &x->next;
	q->n++;
}

static struct exchange *
queue_take(struct queue *q)
{
	struct exchange *x = q->first;

	if (x == NULL)
		return NULL;
	q->first = x->next;
	if (q->first == NULL)
		q->last = &q->first;
	q->n--;
	return x;
}

static struct exchange *
take_next(struct pool *p)
{
	struct exchange *x = queue_take(&p->work);

	if (x == NULL && (p->streaming + 1 < p->threads || p->threads == 1))
		x = queue_take(&p->streams);
	return x;
}

/* The lock is held; NULL: nobody is idle. */
static struct worker *
idle_take(struct pool *p)
{
	struct worker *w = p->idle;

	if (w != NULL)
		p->idle = w->idle;
	return w;
}

/* Whom to call, if there is more to do. */
static struct worker *
next_wanted(struct pool *p)
{
	return p->work.n + p->streams.n > 0 ? idle_take(p) : NULL;
}

/* Without the lock, where that can be: who is called wants it. */
static void
call(struct worker *w)
{
	if (w != NULL)
		(void)sem_post(&w->called);
}

static void
call_all(struct pool *p)
{
	while (p->idle != NULL)
		call(idle_take(p));
}

/* The lock is held, and held again. */
static void
lie_down(struct worker *w)
{
	struct pool *p = w->pool;

	w->idle = p->idle;
	p->idle = w;
	pthread_mutex_unlock(&p->lock);
	while (sem_wait(&w->called) != 0 && errno == EINTR)
		;
	pthread_mutex_lock(&p->lock);
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct exchange *x = take_next(p);
		bool stream = x != NULL && x->job == JOB_STREAM;
		struct worker *next = NULL;

		if (x == NULL) {
			if (p->stopped && p->streams.n == 0)
				break;
			lie_down(w);
			continue;
		}
		p->streaming += stream;
		next = next_wanted(p);
		pthread_mutex_unlock(&p->lock);
		call(next);
		exchange_run(x, w->index);
		pthread_mutex_lock(&p->lock);
		p->streaming -= stream;
	}
	/* The last stream may have kept others waiting for its place. */
	call_all(p);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

enum err
pool_start(struct ctx *ctx, unsigned threads, unsigned max, struct pool **out)
{
	struct pool *p = calloc(1, sizeof *p + threads * sizeof p->workers[0]);
	enum err err = ERR_OK;

	if (p == NULL)
		abort();
	pthread_mutex_init(&p->lock, NULL);
	p->work.last = &p->work.first;
	p->streams.last = &p->streams.first;
	p->max = max;
	for (unsigned i = 0; err == ERR_OK && i < threads; i++) {
		struct worker *w = &p->workers[i];

		w->pool = p;
		w->index = i;
		(void)sem_init(&w->called, 0, 0);
		err = thread_start(ctx, &w->thread, worker_main, w);
		if (err == ERR_OK) {
			/* The first of them may look at it already. */
			pthread_mutex_lock(&p->lock);
			p->threads++;
			pthread_mutex_unlock(&p->lock);
		}
	}
	if (err != ERR_OK) {
		pool_stop(p);
		pool_free(p);
		return err;
	}
	*out = p;
	return ERR_OK;
}

void
pool_stop(struct pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopped = true;
	call_all(p);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->threads; i++)
		pthread_join(p->workers[i].thread, NULL);
	assert(p->work.n == 0 && p->streams.n == 0);
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	for (unsigned i = 0; i < p->threads; i++)
		sem_destroy(&p->workers[i].called);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

bool
pool_put(struct pool *p, struct exchange *x, enum job job, bool must)
{
	bool ok = false;

	pthread_mutex_lock(&p->lock);
	ok = !p->stopped && (must || p->work.n < p->max);
	if (ok) {
		x->job = job;
		queue_put(job == JOB_WORK ? &p->work : &p->streams, x);
	}
	pthread_mutex_unlock(&p->lock);
	return ok;
}

void
pool_call(struct pool *p)
{
	struct worker *w = NULL;

	pthread_mutex_lock(&p->lock);
	w = next_wanted(p);
	pthread_mutex_unlock(&p->lock);
	call(w);
}

unsigned
pool_waiting(struct pool *p)
{
	unsigned n = 0;

	pthread_mutex_lock(&p->lock);
	n = p->work.n + p->streams.n;
	pthread_mutex_unlock(&p->lock);
	return n;
}

int64_t
pool_ns(const struct pool *p)
{
	int64_t sum = 0;

	for (unsigned i = 0; i < p->threads; i++)
		sum += clock_thread_ns(p->workers[i].thread);
	return sum;
}
