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

static void
move_to(struct buf *b, size_t room)
{
	char *p = arena_bytes(b->arena, room);

	if (b->n != 0)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->room = room;
}

void
buf_reserve(struct buf *b, size_t n)
{
	if (n > b->max - b->n)
		n = b->max - b->n;
	if (!b->over && n > b->room - b->n)
		move_to(b, b->n + n);
}

/* Makes room for n more bytes; false when the ceiling forbids it. */
static bool
make_room(struct buf *b, size_t n)
{
	size_t room = b->room;

	if (b->over || n > b->max - b->n) {
		b->over = true;
		return false;
	}
	if (n <= room - b->n)
		return true;
	/* Never more than the ceiling: buf_put() looks at the room only. */
	if (room == 0)
		room = b->max < BUF_FIRST ? b->max : BUF_FIRST;
	while (room - b->n < n)
		room = room > b->max / 2 ? b->max : room * 2;
	move_to(b, room);
	return true;
}

void
buf_put_more(struct buf *b, struct str s)
{
	if (s.n == 0 || !make_room(b, s.n))
		return;
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
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
	char digits[STR_INT_MAX];

	buf_put(b, str_of_int(v, digits));
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
