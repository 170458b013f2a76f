/* SPDX-License-Identifier: MIT */
/* The system's time, and a time that stands still. */

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

static const struct clock running = { .fixed_ns = CLOCK_RUNNING };

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts = { 0 };

	if (clock_gettime(id, &ts) != 0)
		abort();
	return (int64_t)ts.tv_sec * CLOCK_SECOND + ts.tv_nsec;
}

const struct clock *
clock_system(void)
{
	return &running;
}

int64_t
clock_now_ns(const struct clock *c)
{
	int64_t fixed = atomic_load(&c->fixed_ns);

	return fixed != CLOCK_RUNNING ? fixed : read_clock(CLOCK_REALTIME);
}

int64_t
clock_monotonic_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
clock_thread_ns(pthread_t thread)
{
	clockid_t id = CLOCK_THREAD_CPUTIME_ID;

	if (pthread_getcpuclockid(thread, &id) != 0)
		abort();
	return read_clock(id);
}
