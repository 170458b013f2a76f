/* SPDX-License-Identifier: MIT */
/* The log, in logfmt. */

#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"

enum { LOG_LINE_MAX = 8192 }; /* longer lines are cut: a log is no archive */

static atomic_int log_fd = STDERR_FILENO;

static struct str
level_name(enum log_level level)
{
	switch (level) {
	case LOG_INFO:
		return STR("info");
	case LOG_WARN:
		return STR("warn");
	case LOG_ERROR:
		return STR("error");
	}
	return STR("error");
}

void
log_time(int64_t seconds, char out[32])
{
	time_t t = (time_t)seconds;
	struct tm tm = { 0 };

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(out, 32, "-");
}

void
log_set_fd(int fd)
{
	atomic_store(&log_fd, fd);
}

void
log_write(enum log_level level, const char *event, const struct log_pair *pairs,
    size_t n)
{
	struct arena *a = arena_new(0);
	struct buf b;
	struct str line;
	char now[32];

	log_time(clock_now_ns(clock_system()) / CLOCK_SECOND, now);
	buf_init(&b, a, LOG_LINE_MAX);
	buf_printf(&b, "time=%s level=%.*s event=%s", now,
	    STR_FMT(level_name(level)), event);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, " %s=", pairs[i].key);
		escape_logfmt(&b, pairs[i].value);
	}
	b.over = false;
	b.max++;
	buf_char(&b, '\n');
	line = buf_str(&b);
	/* A full pipe or a closed terminal must not end the program. */
	while (line.n > 0) {
		ssize_t done = write(atomic_load(&log_fd), line.p, line.n);

		if (done <= 0)
			break;
		line = str_from(line, (size_t)done);
	}
	arena_free(a);
}

void
log_failure(const struct ctx *ctx, const char *event)
{
	char place[256];

	snprintf(place, sizeof place, "%s:%d", ctx->file, ctx->line);
	log_event(LOG_ERROR, event, { "err", str_c(err_name(ctx->err)) },
	    { "why", str_c(ctx->why) }, { "detail", str_c(ctx->detail) },
	    { "at", str_c(place) });
}
