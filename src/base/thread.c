/* SPDX-License-Identifier: MIT */
/* Threads, or a sentence; and their place in the queue for a core. */

#include "base/thread.h"

#include <dirent.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	SMALL_SHARE = 10,    /* nice */
	NICE_OF_OTHERS = 20, /* RLIMIT_NICE that allows nice 0 */
};

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

void
threads_keep_forward(void)
{
	struct rlimit r = { 0 };

	if (getrlimit(RLIMIT_NICE, &r) != 0 || r.rlim_cur >= NICE_OF_OTHERS)
		return;
	r.rlim_cur = NICE_OF_OTHERS;
	if (r.rlim_max < r.rlim_cur)
		r.rlim_max = r.rlim_cur;
	(void)setrlimit(RLIMIT_NICE, &r);
}
