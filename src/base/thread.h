/* SPDX-License-Identifier: MIT */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

/*
 * Threads that must be there for a part to work at all, and threads that
 * readers must not feel.
 */

#include <pthread.h>

#include "base/base.h"

/*
 * ERR_LIMIT, and a sentence that says what to raise, where the machine gives
 * none.
 */
MUST_USE enum err thread_start(
    struct ctx *ctx, pthread_t *out, void *(*run)(void *), void *arg);

/*
 * The calling thread, and each that it starts from now on, runs when nothing
 * else wants its core (SCHED_IDLE).  Whoever waits for such a thread waits
 * for all others: so it must be called forward by threads_forward() while
 * somebody does, and must not hold what readers take.  Where a thread could
 * not be called forward again (RLIMIT_NICE below 20, and no CAP_SYS_NICE),
 * it gets a small share instead (nice 10), and keeps it.
 */
void thread_back(void);

/* All of this process that went back, and only they, run as others do. */
void threads_forward(void);

/* Only the calling thread: had it gone back? */
bool thread_forward(void);

/* For a process that gives up its rights: threads may still come forward. */
void threads_keep_forward(void);

#endif
