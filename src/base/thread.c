/* SPDX-License-Identifier: MIT */
/* Threads, or a sentence; and their place in the queue for a core. */

#include "base/thread.h"

#include <dirent.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

enum {
	SMALL_SHARE = 10,    /* nice */
	NICE_OF_OTHERS = 20, /* RLIMIT_NICE that allows nice 0 */
	/*
	 * Who leads may starve whoever shares its core: the threads that make
	 * pages, and an editor's.  So it works for 10 ms at a stretch, and
	 * earns a third of what it sleeps: a quarter of all.  It is reckoned
	 * after a round, so that a stretch may be longer: that is owed.
	 */
	LEAD_MS = 10,
	SLEPT_A_WORKED = 3,
	/*
	 * A round is longer than this only where the machine stood still: a
	 * virtual one that was stopped for an hour must not queue for three.
	 */
	DEBT_MS = 1000,
	/* Who has no rights may not take this bit back: it stays. */
	CHILDREN_QUEUE = SCHED_RESET_ON_FORK,
};

#define LEAD_NS (LEAD_MS * (CLOCK_SECOND / 1000))
#define DEBT_NS (DEBT_MS * (CLOCK_SECOND / 1000))

enum err
thread_start(struct ctx *ctx, pthread_t *out, void *(*run)(void *), void *arg)
{
	int why = pthread_create(out, NULL, run, arg);

	if (why == 0)
		return ERR_OK;
	ctx_detail(ctx, "%s", strerrordesc_np(why));
	return FAIL(ctx, ERR_LIMIT,
	    "no further thread can be started: raise the limit of processes "
	    "(ulimit -u, or TasksMax= of the service)");
}

/* ---- their place ---- */

static bool
set_policy(pid_t thread, int policy)
{
	const struct sched_param none = { 0 };

	return sched_setscheduler(thread, policy, &none) == 0;
}

static bool
may_come_forward(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };
	struct rlimit r = { 0 };

	if (getrlimit(RLIMIT_NICE, &r) == 0 && r.rlim_cur >= NICE_OF_OTHERS)
		return true;
	return syscall(SYS_capget, &head, caps) == 0 &&
	       (caps[0].effective & (1U << CAP_SYS_NICE)) != 0;
}

void
thread_back(void)
{
	if (may_come_forward())
		set_policy(0, SCHED_IDLE);
	else
		(void)setpriority(PRIO_PROCESS, (id_t)gettid(), SMALL_SHARE);
}

void
threads_forward(void)
{
	DIR *d = opendir("/proc/self/task");
	const struct dirent *e = NULL;

	/* No descriptor is left: they come when the others let them. */
	while (d != NULL && (e = readdir(d)) != NULL) {
		pid_t thread = atoi(e->d_name);

		if (thread > 0 && sched_getscheduler(thread) == SCHED_IDLE)
			set_policy(thread, SCHED_OTHER);
	}
	if (d != NULL)
		closedir(d);
}

bool
thread_forward(void)
{
	return sched_getscheduler(0) == SCHED_IDLE &&
	       set_policy(0, SCHED_OTHER);
}

/* ---- those that readers wait for ---- */

static atomic_uint behind; /* how much works behind readers */

void
threads_behind_begin(void)
{
	atomic_fetch_add(&behind, 1);
}

void
threads_behind_end(void)
{
	atomic_fetch_sub(&behind, 1);
}

/* Without the right it earns anew, and is refused again, thirty times a second. */
static void
go_ahead(struct thread_lead *l)
{
	const struct sched_param first = { .sched_priority = 1 };

	l->ahead =
	    sched_setscheduler(0, SCHED_RR | CHILDREN_QUEUE, &first) == 0;
	if (!l->ahead)
		l->credit_ns = 0;
}

void
thread_lead_begin(struct thread_lead *l, int64_t now_ns)
{
	*l = (struct thread_lead){ .at_ns = now_ns, .credit_ns = LEAD_NS };
}

void
thread_lead_worked(struct thread_lead *l, int64_t now_ns)
{
	int64_t least = 0;

	/* Who queues as others do takes nothing from them: it owes no more. */
	if (l->ahead)
		least = -DEBT_NS;
	else if (l->credit_ns < 0)
		least = l->credit_ns;
	l->credit_ns -= now_ns - l->at_ns;
	if (l->credit_ns < least)
		l->credit_ns = least;
	l->at_ns = now_ns;
	if (l->ahead && (l->credit_ns <= 0 || atomic_load(&behind) == 0))
		l->ahead = !set_policy(0, SCHED_OTHER | CHILDREN_QUEUE);
}

void
thread_lead_slept(struct thread_lead *l, int64_t now_ns)
{
	l->credit_ns += (now_ns - l->at_ns) / SLEPT_A_WORKED;
	if (l->credit_ns > LEAD_NS)
		l->credit_ns = LEAD_NS;
	l->at_ns = now_ns;
	if (!l->ahead && l->credit_ns == LEAD_NS && atomic_load(&behind) > 0)
		go_ahead(l);
}

/* ---- a process that gives up its rights ---- */

static void
keep(__rlimit_resource_t what, rlim_t least)
{
	struct rlimit r = { 0 };

	if (getrlimit(what, &r) != 0 || r.rlim_cur >= least)
		return;
	r.rlim_cur = least;
	if (r.rlim_max < r.rlim_cur)
		r.rlim_max = r.rlim_cur;
	(void)setrlimit(what, &r);
}

void
threads_keep_places(void)
{
	keep(RLIMIT_NICE, NICE_OF_OTHERS);
	keep(RLIMIT_RTPRIO, 1);
}
