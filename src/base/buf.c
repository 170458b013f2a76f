/* SPDX-License-Identifier: MIT */
/* Text being written. */

#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { BUF_FIRST = 256 };

void
buf_init(struct buf *b, struct arena *a, size_t max)
{
	*b = (struct buf){ .arena = a, .max = max };
}

/* Makes room for n more bytes; false when the ceiling forbids it. */
static bool
make_room(struct buf *b, size_t n)
{
	size_t room = b->room;
	char *p = NULL;

	if (b->over || n > b->max - b->n) {
		b->over = true;
		return false;
	}
	if (n <= room - b->n)
		return true;
	if (room == 0)
		room = BUF_FIRST;
	while (room - b->n < n)
		room = room > b->max / 2 ? b->max : room * 2;
	p = arena_alloc(b->arena, room);
	if (b->n != 0)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->room = room;
	return true;
}

void
buf_put(struct buf *b, struct str s)
{
	if (s.n == 0 || !make_room(b, s.n))
		return;
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

void
buf_char(struct buf *b, char c)
{
	buf_put(b, str_make(&c, 1));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	va_list again;
	int n = 0;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->over = true;
	} else if ((size_t)n < sizeof small) {
		buf_put(b, str_make(small, (size_t)n));
	} else {
		char *p = arena_alloc(b->arena, (size_t)n + 1);

		vsnprintf(p, (size_t)n + 1, fmt, again);
		buf_put(b, str_make(p, (size_t)n));
	}
	va_end(again);
}

void
buf_int(struct buf *b, int64_t v)
{
	char digits[21];
	size_t at = sizeof digits;
	uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left != 0);
	if (v < 0)
		digits[--at] = '-';
	buf_put(b, str_make(digits + at, sizeof digits - at));
}

struct str
buf_str(const struct buf *b)
{
	return str_make(b->p, b->n);
}

enum err
buf_done(struct ctx *ctx, struct buf *b, struct str *out)
{
	if (b->over)
		return FAIL(ctx, ERR_LIMIT,
		    "the result would be longer than %zu bytes", b->max);
	*out = buf_str(b);
	return ERR_OK;
}
