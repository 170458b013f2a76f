/* SPDX-License-Identifier: MIT */
/* The progress bar. */

#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

enum {
	BAR = 30,	 /* columns */
	PER_SECOND = 10, /* times that it is drawn */
};

bool
progress_start(struct progress *p)
{
	p->on = isatty(STDERR_FILENO) == 1;
	p->started = clock_monotonic_ns();
	return p->on;
}

static void
draw(int64_t done, int64_t total, int64_t ns)
{
	int64_t rate = ns > 0 ? done * CLOCK_SECOND / ns : 0;
	int64_t left = rate > 0 ? (total - done) / rate : 0;
	int filled = total > 0 ? (int)(done * BAR / total) : 0;

	fprintf(stderr, "\r[");
	for (int i = 0; i < BAR; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr,
	    "] %" PRId64 " of %" PRId64 ", %" PRId64 "/s, %" PRId64
	    ":%02" PRId64 " left \x1b[K",
	    done, total, rate, left / 60, left % 60);
	fflush(stderr);
}

void
progress_show(void *progress, int64_t done, int64_t total)
{
	struct progress *p = progress;
	int64_t now = clock_monotonic_ns();

	if (!p->on || now - p->shown < CLOCK_SECOND / PER_SECOND)
		return;
	p->shown = now;
	draw(done, total, now - p->started);
}

void
progress_end(struct progress *p)
{
	if (p->on && p->shown != 0)
		fprintf(stderr, "\r\x1b[K");
}
