/* SPDX-License-Identifier: MIT */
#ifndef BASE_CTX_H
#define BASE_CTX_H

/*
 * What every call that can fail is given: where to allocate, what time it
 * is, and where to say what went wrong.
 *
 * Errors: an enum says what the caller can do; the words say what happened.
 *         Whoever detects a failure speaks, with FAIL(); everybody else
 *         passes it on, with TRY().
 * Threads: a ctx belongs to one thread at a time.
 */

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define MUST_USE __attribute__((warn_unused_result))
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Closed, and sorted by what the caller can do about it. */
enum err {
	ERR_OK = 0,
	ERR_INVALID,  /* the input is wrong: mend it */
	ERR_NOTFOUND, /* there is no such thing */
	ERR_GONE,     /* there was, and it will not return */
	ERR_CONFLICT, /* it has changed meanwhile: look again */
	ERR_DENIED,   /* not yours to do */
	ERR_LIMIT,    /* too large, too many, too deep */
	ERR_BUSY,     /* try again shortly */
	ERR_IO,	      /* disk, network or another program failed */
};

struct clock; /* base/clock.h */

enum { CTX_WHY_MAX = 1024 };

struct ctx {
	struct arena *arena;
	const struct clock *clock;
	enum err err;	  /* the newest failure */
	const char *file; /* where it was detected */
	int line;
	char why[CTX_WHY_MAX];	  /* words for a person, one sentence */
	char detail[CTX_WHY_MAX]; /* more for the log only; often empty */
};

/* Both are borrowed; the clock may be NULL for the system's. */
void ctx_init(struct ctx *ctx, struct arena *a, const struct clock *clock);

enum err ctx_fail(struct ctx *ctx, enum err err, const char *file, int line,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* For the log only, after a FAIL: engine messages, file names. */
void ctx_detail(struct ctx *ctx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The words of the newest failure; "" when there was none. */
const char *ctx_why(const struct ctx *ctx);

/* Seconds since 1970, UTC. */
int64_t ctx_now(const struct ctx *ctx);
/* Nanoseconds since 1970, UTC. */
int64_t ctx_now_ns(const struct ctx *ctx);

/* "not found" etc.; for logs and JSON. */
const char *err_name(enum err err);

#define FAIL(ctx, err, ...) \
	ctx_fail((ctx), (err), __FILE__, __LINE__, __VA_ARGS__)

/* The only macro that may return. */
#define TRY(call)                           \
	do {                                \
		enum err try_err_ = (call); \
		if (try_err_ != ERR_OK)     \
			return try_err_;    \
	} while (0)

#endif
