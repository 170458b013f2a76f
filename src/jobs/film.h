/* SPDX-License-Identifier: MIT */
#ifndef JOBS_FILM_H
#define JOBS_FILM_H

/* One attempt at a film or at sound, from its original to done. */

#include <stdatomic.h>

#include "base/base.h"

struct folder;
struct media;
struct media_job_row;
struct media_rung;
struct rendition;
struct writer;

struct film_work {
	const struct folder *folder;
	struct writer *writer;
	struct media *media;
	const struct media_job_row *job;
	const atomic_bool *stop; /* end it: the server does */
	bool av1;		 /* the house wants that of it, too */
};

/* Blocks until it is done; whoever called sees to what has failed. */
MUST_USE enum err film_do(struct ctx *ctx, const struct film_work *work);

/* Afterwards, well or not: removes the files that readers do not get. */
MUST_USE enum err film_sweep(struct ctx *ctx, const struct film_work *work);

/* ERR_GONE when the server ends: asked before each piece of work. */
MUST_USE enum err film_stopped(struct ctx *ctx, const atomic_bool *stop);
/* Whether every file of a rung is there, as long as it was made. */
MUST_USE enum err film_check_rung(struct ctx *ctx, int dir,
    const struct media_rung *rung, struct rendition *out);

#endif
