/* SPDX-License-Identifier: MIT */
/* The log moved by a thread of its own, while the writer goes on. */

#include "store/mover.h"

#include <pthread.h>
#include <stdlib.h>

struct mover {
	const struct folder *folder;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, rested;
	bool wanted, stop;
	bool at_rest; /* all that it was told of is moved */
	bool over;    /* it moves nothing any more */
};

static void
rest(struct mover *m)
{
	m->at_rest = true;
	pthread_cond_broadcast(&m->rested);
}

/* false: all that it was told of is moved, and it is over. */
static bool
await(struct mover *m)
{
	bool wanted = false;

	pthread_mutex_lock(&m->lock);
	if (!m->wanted)
		rest(m);
	while (!m->wanted && !m->stop)
		pthread_cond_wait(&m->more, &m->lock);
	wanted = m->wanted;
	m->wanted = false;
	pthread_mutex_unlock(&m->lock);
	return wanted;
}

static enum err
move(struct ctx *ctx, struct mover *m)
{
	struct store_log log = { 0 };
	struct store *st = NULL;
	enum err err = ERR_OK;

	TRY(store_open(
	    ctx, &(struct store_open){ m->folder, STORE_READ, false }, &st));
	while (err == ERR_OK && await(m))
		err = store_log_move(ctx, st, &log);
	store_close(st);
	return err;
}

static void *
run(void *arg)
{
	struct arena *a = arena_new(0);
	struct mover *m = arg;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	/* Nothing is lost: the writer moves its log itself when it is long. */
	if (move(&ctx, m) != ERR_OK)
		log_failure(&ctx, "log");
	arena_free(a);
	pthread_mutex_lock(&m->lock);
	m->over = true;
	rest(m);
	pthread_mutex_unlock(&m->lock);
	return NULL;
}

static void
mover_free(struct mover *m)
{
	pthread_cond_destroy(&m->rested);
	pthread_cond_destroy(&m->more);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

struct mover *
mover_start(const struct folder *f)
{
	struct mover *m = calloc(1, sizeof *m);

	if (m == NULL)
		abort();
	m->folder = f;
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->more, NULL);
	pthread_cond_init(&m->rested, NULL);
	if (pthread_create(&m->thread, NULL, run, m) == 0)
		return m;
	mover_free(m);
	return NULL;
}

void
mover_tell(struct mover *m)
{
	pthread_mutex_lock(&m->lock);
	m->wanted = true;
	m->at_rest = m->over;
	pthread_cond_signal(&m->more);
	pthread_mutex_unlock(&m->lock);
}

void
mover_wait(struct mover *m)
{
	pthread_mutex_lock(&m->lock);
	while (!m->at_rest)
		pthread_cond_wait(&m->rested, &m->lock);
	pthread_mutex_unlock(&m->lock);
}

void
mover_stop(struct mover *m)
{
	if (m == NULL)
		return;
	pthread_mutex_lock(&m->lock);
	m->stop = true;
	pthread_cond_signal(&m->more);
	pthread_mutex_unlock(&m->lock);
	pthread_join(m->thread, NULL);
	mover_free(m);
}
