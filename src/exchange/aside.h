/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_ASIDE_H
#define EXCHANGE_ASIDE_H

/*
 * Work done on another thread, in the order in which it was asked for, while
 * the run goes on: reading files (ahead.h), making bodies clean (cleaning.h).
 * Nothing of the store is touched there.
 *
 * Memory: a job is its owner's, and stays until it was waited for; the thread
 *         must outlive that.
 * Threads: one thread that starts jobs and waits for them.
 */

#include <stdbool.h>

struct aside;

struct aside_job {
	void (*run)(void *arg);
	void *arg;

	/* The thread's own. */
	struct aside_job *next;
	bool done;
};

/* NULL when no thread can be had. */
struct aside *aside_new(void);
void aside_free(struct aside *a); /* NULL: nothing */

/* a NULL: it is done at once, here. */
void aside_start(struct aside *a, struct aside_job *job);
void aside_wait(struct aside *a, struct aside_job *job);

#endif
