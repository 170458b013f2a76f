/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_CLEANER_H
#define EXCHANGE_CLEANER_H

/*
 * Bodies made clean on another thread, while the run goes on: it is most of
 * what a file costs before anything of it is written.
 *
 *	job = cleaning_start(ctx, cleaner, BODY_MARKDOWN, body);
 *	… the next file …
 *	cleaning_wait(job);
 *	if (job->err == ERR_OK) … job->html, job->lost, job->words …
 *
 * Nothing of the store is touched there.  Who fails says so in job->why.
 *
 * Memory: a job lives in ctx's arena and ends with it, waited for or not;
 *         the cleaner must outlive that.
 * Threads: one cleaner, one thread that starts jobs and waits for them.
 */

#include "base/base.h"
#include "markup/sanitise.h"
#include "newsroom/story.h"

struct cleaner;

/* NULL when no thread can be had: each job is then done at once. */
struct cleaner *cleaner_new(void);
void cleaner_free(struct cleaner *c); /* NULL: nothing */

struct cleaning {
	struct html html;
	struct sanitise_report lost;
	size_t words;
	enum err err;
	struct str why;

	/* The cleaner's own. */
	struct cleaner *cleaner;
	struct cleaning *next;
	struct arena *arena;
	enum body_format format;
	struct str body;
	bool done;
};

/* body must live as long as the job.  c NULL: it is done at once, here. */
struct cleaning *cleaning_start(struct ctx *ctx, struct cleaner *c,
    enum body_format format, struct str body);
void cleaning_wait(struct cleaning *job);

#endif
