/* SPDX-License-Identifier: MIT */
#ifndef JOBS_KEEPER_H
#define JOBS_KEEPER_H

/*
 * What a publish leaves to be done, and must not wait for: the log's pages
 * are moved to their places in the database, and the small pieces of the
 * search index merged.  One thread, with a store of its own for the log; it
 * begins when nobody has written for a moment, takes the writer for a few
 * milliseconds at a time and never while somebody else waits.  Should it not
 * keep up, the calls themselves do some of it: store/store.h and
 * newsroom/search.h say when.
 *
 * Threads: start and stop from one, which does not have the writer.
 */

#include "base/base.h"

struct folder;
struct keeper;
struct writer;

MUST_USE enum err keeper_start(struct ctx *ctx, const struct folder *f,
    struct writer *w, struct keeper **out);
void keeper_stop(struct keeper *k);

/* What it has done so far, for /metrics.  Any thread. */
void keeper_metrics(struct keeper *k, struct buf *out);

/* The same as numbers. */
struct keeper_done {
	uint64_t merges; /* steps of merging that changed the index */
	uint64_t moves;	 /* of the log */
	uint64_t pages;	 /* that were moved */
};
struct keeper_done keeper_done(struct keeper *k);

#endif
