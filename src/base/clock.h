/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * The time, behind a door, so that tests own it.
 *
 * Threads: a clock may be read by all; a fixed one is set by its owner only
 *          (the read is atomic).
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000000) /* nanoseconds */

struct clock {
	_Atomic int64_t
	    fixed_ns; /* since 1970, UTC; CLOCK_RUNNING: the system's */
};

#define CLOCK_RUNNING INT64_MIN

const struct clock *clock_system(void);
int64_t clock_now_ns(const struct clock *c);

/* Never goes back; for durations only. Nanoseconds. */
int64_t clock_monotonic_ns(void);
/* What a thread has had of a processor; likewise.  A system call each. */
int64_t clock_thread_ns(pthread_t thread);

#endif
