/* SPDX-License-Identifier: MIT */
#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * Text being written.  A buffer grows in an arena up to a ceiling that its
 * maker must name; what does not fit is dropped and remembered, so callers
 * write on and ask once at the end.
 *
 * Memory: in the arena.  Threads: as the arena.
 */

#include "base/arena.h"
#include "base/ctx.h"
#include "base/str.h"

struct buf {
	struct arena *arena;
	char *p;
	size_t n;    /* bytes written */
	size_t room; /* bytes allocated */
	size_t max;  /* ceiling, bytes */
	bool over;   /* something did not fit */
};

void buf_init(struct buf *b, struct arena *a, size_t max);
/* Room for n more bytes at once, where it is known what is to come. */
void buf_reserve(struct buf *b, size_t n);

void buf_put_more(struct buf *b, struct str s); /* when there is no room */
/* Here, because pages are written with them in pieces of a few bytes. */
static inline void
buf_put(struct buf *b, struct str s)
{
	if (b->over || s.n == 0 || s.n > b->room - b->n) {
		buf_put_more(b, s);
		return;
	}
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

static inline void
buf_char(struct buf *b, char c)
{
	if (b->over || b->n == b->room)
		buf_put_more(b, str_make(&c, 1));
	else
		b->p[b->n++] = c;
}

void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_int(struct buf *b, int64_t v);

/* For a literal: BUF_LIT(b, "<p>"). */
#define BUF_LIT(b, lit) buf_put((b), STR(lit))

/* What was written so far; not ended with NUL. */
struct str buf_str(const struct buf *b);

/* ERR_LIMIT if anything did not fit; else the text, which stays valid. */
MUST_USE enum err buf_done(struct ctx *ctx, struct buf *b, struct str *out);

#endif
