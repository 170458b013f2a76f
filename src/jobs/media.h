/* SPDX-License-Identifier: MIT */
#ifndef JOBS_MEDIA_H
#define JOBS_MEDIA_H

/*
 * The dispatcher: does the jobs of media_job.h, as many at once as there may
 * be ladders (media.h), each in a thread that waits for a worker process.
 *
 * One thread at a time looks for work; it sleeps until something is due in
 * the store, and looks again whenever somebody gives the writer back.  The
 * first thing that a job gives is the poster, then what plays first, then the
 * rest; pages hear of each through the outbox.  A job is done when every file
 * of it is on the disk and the whole has been looked at once more.
 *
 * One more thread makes what is extra (media_extra.h), if the house wants it.
 *
 * Threads: start and stop from one, which does not have the writer.
 */

#include "base/base.h"

struct dispatch;
struct folder;
struct media;
struct writer;

struct dispatch_conf {
	const struct folder *folder;
	struct writer *writer;
	struct media *media;
	bool av1; /* of every film, when it is done */
};

/* Jobs that an earlier server left running wait again. */
MUST_USE enum err dispatch_start(
    struct ctx *ctx, const struct dispatch_conf *conf, struct dispatch **out);

/* Calls media_stop(): what runs is given back.  NULL is fine. */
void dispatch_stop(struct dispatch *d);

/* Jobs begun, done, failed; any thread. */
void dispatch_metrics(void *dispatch, struct buf *out);

#endif
