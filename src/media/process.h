/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_PROCESS_H
#define MEDIA_PROCESS_H

/*
 * A worker process as its parent holds it: started with descriptors and an
 * empty environment, spoken to until a deadline, and never left behind.
 */

#include <stdatomic.h>
#include <sys/types.h>

#include "base/base.h"

struct process {
	pid_t pid;		 /* 0: none */
	int socket;		 /* -1: none; ours */
	int64_t deadline;	 /* clock_monotonic_ns() */
	const atomic_bool *stop; /* once true, the deadline has passed */
	/* While it says so the worker is stopped, and its time does not run. */
	bool (*must_rest)(void *arg); /* NULL: never */
	void *arg;
	int64_t rested; /* ns */
};

struct process_start {
	const char *program;
	const char *self_test; /* NULL: serve a job */
	int input;	       /* becomes its descriptor 0; -1: /dev/null */
	int seconds;	       /* until the deadline */
	const atomic_bool *stop;
	bool (*must_rest)(void *arg);
	void *arg;
	bool loud; /* it may write to our standard error */
};

#define PROCESS_NONE ((struct process){ .socket = -1 })

MUST_USE enum err process_start(
    struct ctx *ctx, const struct process_start *in, struct process *out);

/* Kills it if it lives, and buries it; for CLEANUP. */
void process_end(struct process *p);

/* Waits until it ends by itself, or kills it; its status as of waitpid(). */
int process_wait(struct process *p);

enum process_read {
	PROCESS_READ,
	PROCESS_CLOSED,
	PROCESS_LATE, /* the deadline has passed */
};

/* All n bytes, or why not. */
enum process_read process_read(struct process *p, void *out, size_t n);

/* false when it has hung up. */
bool process_write(struct process *p, const void *bytes, size_t n);

#endif
