/* SPDX-License-Identifier: MIT */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

/* A bar with rate and time left, on a terminal's standard error. */

#include "base/base.h"

struct progress {
	bool on;
	int64_t started; /* monotonic nanoseconds */
	int64_t shown;
};

/* false, and silence, when standard error is no terminal. */
bool progress_start(struct progress *p);
void progress_show(void *progress, int64_t done, int64_t total);
/* Wipes the bar. */
void progress_end(struct progress *p);

#endif
