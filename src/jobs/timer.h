/* SPDX-License-Identifier: MIT */
#ifndef JOBS_TIMER_H
#define JOBS_TIMER_H

/*
 * The scheduler: embargoes that end, pins that expire.  One thread, which
 * sleeps until the next due time in the store and is woken by commits.
 * After a restart it does at once what became due meanwhile, and says in
 * the log how late.
 *
 * Threads: start and stop from one; wake from any.
 */

#include "base/base.h"

struct timer;
struct writer;

struct timer *timer_start(struct writer *w);
/* Something may be due earlier now. */
void timer_wake(struct timer *t);
void timer_stop(struct timer *t);

#endif
