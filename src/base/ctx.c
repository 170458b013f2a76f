/* SPDX-License-Identifier: MIT */
/* The context of a piece of work: arena, clock, failure. */

#include "base/ctx.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/utf8.h"

void
ctx_init(struct ctx *ctx, struct arena *a, const struct clock *clock)
{
	ctx->arena = a;
	ctx->clock = clock != NULL ? clock : clock_system();
	ctx->err = ERR_OK;
	ctx->file = "";
	ctx->line = 0;
	ctx->why[0] = '\0';
	ctx->detail[0] = '\0';
}

/* vsnprintf may cut inside a character; a reader must never see half of one. */
__attribute__((format(printf, 3, 0))) static void
print_whole(char *out, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(out, size, fmt, ap);

	if (n < 0)
		out[0] = '\0';
	else if ((size_t)n >= size)
		out[utf8_whole(str_make(out, size - 1))] = '\0';
}

enum err
ctx_fail(struct ctx *ctx, enum err err, const char *file, int line,
    const char *fmt, ...)
{
	va_list ap;

	ctx->err = err;
	ctx->file = file;
	ctx->line = line;
	ctx->detail[0] = '\0';
	va_start(ap, fmt);
	print_whole(ctx->why, sizeof ctx->why, fmt, ap);
	va_end(ap);
	return err;
}

void
ctx_detail(struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_whole(ctx->detail, sizeof ctx->detail, fmt, ap);
	va_end(ap);
}

const char *
ctx_why(const struct ctx *ctx)
{
	return ctx->why;
}

int64_t
ctx_now(const struct ctx *ctx)
{
	return ctx_now_ns(ctx) / CLOCK_SECOND;
}

int64_t
ctx_now_ns(const struct ctx *ctx)
{
	return clock_now_ns(ctx->clock);
}

const char *
err_name(enum err err)
{
	switch (err) {
	case ERR_OK:
		return "ok";
	case ERR_INVALID:
		return "invalid";
	case ERR_NOTFOUND:
		return "not found";
	case ERR_GONE:
		return "gone";
	case ERR_CONFLICT:
		return "conflict";
	case ERR_DENIED:
		return "denied";
	case ERR_LIMIT:
		return "limit";
	case ERR_BUSY:
		return "busy";
	case ERR_IO:
		return "i/o";
	}
	return "unknown";
}
