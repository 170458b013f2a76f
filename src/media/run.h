/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_RUN_H
#define MEDIA_RUN_H

/*
 * A job under way, for this room only: a worker that is started, told what
 * to do and heard out.  What it sends is checked here before it is believed.
 */

#include "media/media.h"
#include "media/process.h"
#include "media/protocol.h"

struct run {
	struct ctx *ctx;
	struct media *media;
	struct process process;
	enum wire_task task;
	enum wire_codec codec;	     /* of a ladder */
	const struct media_job *job; /* the stills */
	uint32_t frame;		     /* which they show */
	int seconds;		     /* of wall time, or of silence */
	int64_t until; /* clock_monotonic_ns(): the end of a job that may
			  take as long as it is heard of; 0: seconds hold */

	struct media_facts facts;
	struct media_film film;
	bool running, has_facts, has_film;
	struct media_image *stills;
	size_t n;     /* stills that have come */
	size_t bytes; /* of them */

	/* For messages that only this job has; NULL: there are none. */
	enum err (*hear)(struct run *r, const struct wire_head *head);
	/* A still has come; NULL: nothing to do. */
	enum err (*still)(struct run *r, size_t which);
	void *arg;     /* theirs */
	int64_t first; /* of WIRE_WHOLE: bytes of the first rung */
	char detail[WIRE_DETAIL_MAX + 1];
};

/* Waits for a free worker, starts it and hears it out until DONE. */
MUST_USE enum err run_do(struct run *r, int input);

/* Ends the worker; for CLEANUP. */
void run_clear(struct run *r);

/* All n bytes, or the sentence that says why not. */
MUST_USE enum err run_read(struct run *r, void *out, size_t n);

/* A worker that says what none of ours would: taken over, or broken. */
enum err run_nonsense(struct run *r, const char *what);

/* Seconds that a ladder may take in all: twice the longest film. */
enum { LADDER_SECONDS = 2 * MEDIA_FILM_SECONDS_MAX };

/*
 * Room for one more worker; media.c.  Who waits for a still does not wait for
 * ladders, and no ladder waits for what is extra.
 */
enum slot { SLOT_SHORT, SLOT_LADDER, SLOT_EXTRA };

void media_slot_take(struct media *m, enum slot slot);
void media_slot_give(struct media *m, enum slot slot);
/* Ladders want all the room there is: what is extra must rest. */
bool media_is_full(void *media);

/* media_stop() was called. */
const atomic_bool *media_stopped(const struct media *m);

/* The sentences; refusal.c */
enum err refusal_damaged(struct ctx *ctx, enum wire_task task);
enum err refusal_say(
    struct ctx *ctx, enum wire_task task, const struct wire_refused *r);
struct str refusal_grouped(struct ctx *ctx, uint64_t v); /* "41,000" */

/* Programming mistakes in a job; empty and overlarge files. */
void run_check_job(const struct media_job *job);
MUST_USE enum err run_check_input(
    struct ctx *ctx, enum wire_task task, int input);

#endif
