/* SPDX-License-Identifier: MIT */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * The log: one line for each event, logfmt, to standard error.
 *
 *	time=2026-11-22T09:12:00Z level=info event=serve address=127.0.0.1:8080
 *
 * Threads: any; each line is written whole, in one write.
 */

#include "base/ctx.h"

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

/* A pair of the line; LOG_END closes the list. */
struct log_pair {
	const char *key;
	struct str value;
};

void log_write(enum log_level level, const char *event,
    const struct log_pair *pairs, size_t n);

/* log_event(LOG_INFO, "serve", { "address", str_c(address) }); */
#define log_event(level, event, ...)                                          \
	log_write((level), (event), (const struct log_pair[]){ __VA_ARGS__ }, \
	    sizeof((const struct log_pair[]){ __VA_ARGS__ }) /                \
		sizeof(struct log_pair))

/* The newest failure of ctx, with its place and detail. */
void log_failure(const struct ctx *ctx, const char *event);

/* Standard error unless set; for tests and for the access log's sake. */
void log_set_fd(int fd);

/* "2026-11-22T09:12:00Z" into out. */
void log_time(int64_t seconds, char out[32]);

#endif
