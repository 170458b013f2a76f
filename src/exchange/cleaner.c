/* SPDX-License-Identifier: MIT */
/* A thread that makes bodies clean, in the order in which they came. */

#include "exchange/cleaner.h"

#include <pthread.h>
#include <stdlib.h>

#include "markup/markdown.h"
#include "markup/plain.h"

struct cleaner {
	pthread_mutex_t lock;
	pthread_cond_t more; /* for the thread: there is a job, or the end */
	pthread_cond_t done; /* for who waits for the job that is done now */
	struct cleaning *first;
	struct cleaning **last;
	bool ends;
	pthread_t thread;
};

static enum err
clean(struct ctx *ctx, struct cleaning *job)
{
	switch (job->format) {
	case BODY_HTML:
		return sanitise(
		    ctx, job->body, &sanitise_story, &job->html, &job->lost);
	case BODY_PLAIN:
		return plain_html(ctx, job->body, PLAIN_JOIN, &job->html);
	case BODY_MARKDOWN:
		return markdown_html(
		    ctx, job->body, &sanitise_story, &job->html, &job->lost);
	}
	return FAIL(ctx, ERR_INVALID, "the text has no known format");
}

static void
run(struct cleaning *job)
{
	struct ctx ctx;

	ctx_init(&ctx, job->arena, NULL);
	job->err = clean(&ctx, job);
	if (job->err != ERR_OK)
		job->why = str_dup(job->arena, str_c(ctx_why(&ctx)));
	else
		job->words = html_words(job->html);
}

static void *
work(void *arg)
{
	struct cleaner *c = arg;

	pthread_mutex_lock(&c->lock);
	while (!c->ends || c->first != NULL) {
		struct cleaning *job = c->first;

		if (job == NULL) {
			pthread_cond_wait(&c->more, &c->lock);
			continue;
		}
		c->first = job->next;
		if (c->first == NULL)
			c->last = &c->first;
		pthread_mutex_unlock(&c->lock);
		run(job);
		pthread_mutex_lock(&c->lock);
		job->done = true;
		pthread_cond_signal(&c->done);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static void
cleaner_clear(struct cleaner *c)
{
	pthread_cond_destroy(&c->more);
	pthread_cond_destroy(&c->done);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

struct cleaner *
cleaner_new(void)
{
	struct cleaner *c = calloc(1, sizeof *c);

	if (c == NULL)
		abort();
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->more, NULL);
	pthread_cond_init(&c->done, NULL);
	c->last = &c->first;
	if (pthread_create(&c->thread, NULL, work, c) == 0)
		return c;
	cleaner_clear(c);
	return NULL;
}

void
cleaner_free(struct cleaner *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	c->ends = true;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	cleaner_clear(c);
}

/* When the arena of whoever started it ends. */
static void
job_end(void *arg)
{
	struct cleaning *job = arg;

	cleaning_wait(job);
	arena_free(job->arena);
}

struct cleaning *
cleaning_start(struct ctx *ctx, struct cleaner *c, enum body_format format,
    struct str body)
{
	struct cleaning *job = ARENA_NEW(ctx->arena, struct cleaning);

	job->cleaner = c;
	job->arena = arena_new(2 * body.n + 4096);
	job->format = format;
	job->body = body;
	arena_defer(ctx->arena, job_end, job);
	if (c == NULL) {
		run(job);
		return job;
	}
	pthread_mutex_lock(&c->lock);
	*c->last = job;
	c->last = &job->next;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
	return job;
}

void
cleaning_wait(struct cleaning *job)
{
	struct cleaner *c = job->cleaner;

	if (c == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	while (!job->done)
		pthread_cond_wait(&c->done, &c->lock);
	pthread_mutex_unlock(&c->lock);
}
