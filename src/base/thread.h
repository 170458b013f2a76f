/* SPDX-License-Identifier: MIT */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

/*
 * Threads that must be there for a part to work at all, and threads that
 * readers must not feel.
 */

#include <pthread.h>
#include <stdint.h>

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

/*
 * Something works behind readers from now on; it has ended.  An import or
 * another long command, a film, the keeper while it merges and moves.
 */
void threads_behind_begin(void);
void threads_behind_end(void);

/*
 * A thread that readers wait for.  While something works behind them it goes
 * before everything else on its core (SCHED_RR), for a quarter of the time at
 * most: 10 ms at a stretch and the rest of a round, and then not until it has
 * slept three times what that was.  Who wants more, or has not the right
 * (RLIMIT_RTPRIO of 1, or CAP_SYS_NICE), queues as others do.  What it starts
 * queues so, too.  Each has its own quarter, and waiting for another of them
 * counts as sleep: there must not be more of them than usable cores.
 * now_ns: of clock_monotonic_ns().
 */
struct thread_lead {
	int64_t at_ns;	   /* up to where its time is reckoned */
	int64_t credit_ns; /* of work that may still go first; below 0: owed */
	bool ahead;
};

void thread_lead_begin(struct thread_lead *l, int64_t now_ns);
/* The calling thread has worked since it was last reckoned; it has slept. */
void thread_lead_worked(struct thread_lead *l, int64_t now_ns);
void thread_lead_slept(struct thread_lead *l, int64_t now_ns);

/* For a process that gives up its rights: threads may still do all this. */
void threads_keep_places(void);

#endif
