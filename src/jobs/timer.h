/* SPDX-License-Identifier: MIT */
#ifndef JOBS_TIMER_H
#define JOBS_TIMER_H

/*
 * The scheduler: embargoes that end; pins, rights and uploads that expire.  One
 * thread, which
 * sleeps until the next due time in the store, and looks again whenever
 * somebody gives the writer back.
 * After a restart it does at once what became due meanwhile.  The log has a
 * line for each story that was late, with the seconds; /metrics has them all.
 *
 * Threads: start and stop from one, which does not have the writer.
 */

#include "base/base.h"

struct folder;
struct timer;
struct writer;

MUST_USE enum err timer_start(struct ctx *ctx, struct writer *w,
    const struct folder *f, struct timer **out);
void timer_stop(struct timer *t);

/* Stories that went live by themselves, and how late.  Any thread. */
void timer_metrics(void *timer, struct buf *out);

#endif
