/* SPDX-License-Identifier: MIT */
#ifndef BASE_STR_H
#define BASE_STR_H

/*
 * A piece of text for reading: pointer and length, valid UTF-8 unless a
 * function says "bytes".  It owns nothing and need not end with NUL.
 *
 * Memory: functions that take an arena copy into it; the others point into
 *         what they were given.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct str {
	const char *p; /* NULL only when n is 0 */
	size_t n;      /* bytes */
};

/* A string literal as a str; also usable in static initialisers. */
#define STR(lit) ((struct str){ .p = "" lit, .n = sizeof(lit) - 1 })
#define STR_INIT(lit)                             \
	{                                         \
		.p = "" lit, .n = sizeof(lit) - 1 \
	}
/* For printf: "%.*s", STR_FMT(s) */
#define STR_FMT(s) (int)(s).n, ((s).p != NULL ? (s).p : "")

static inline struct str
str_make(const char *p, size_t n)
{
	return (struct str){ .p = p, .n = n };
}

/* From a NUL-ended string; NULL gives the empty str. */
static inline struct str
str_c(const char *s)
{
	return (struct str){ .p = s, .n = s != NULL ? strlen(s) : 0 };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_starts(struct str s, struct str head);
bool str_ends(struct str s, struct str tail);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_cmp(struct str a, struct str b);	/* bytes, like memcmp */

/* Index of the first hit at or after from; SIZE_MAX when there is none. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_char(struct str s, char c, size_t from);

/* The part from..from+n, cut to what is there. */
struct str str_sub(struct str s, size_t from, size_t n);
struct str str_from(struct str s, size_t from);
struct str str_trim(struct str s); /* ASCII white space at both ends */

/* Splits at the first sep: *rest gets what follows, empty if none. */
struct str str_cut(struct str s, char sep, struct str *rest);

/* Whole decimal number, optional '-', nothing else; false when not one. */
bool str_int(struct str s, int64_t *out);

/* A copy, ended with a NUL that is not counted. */
struct str str_dup(struct arena *a, struct str s);
const char *str_cstr(struct arena *a, struct str s);
struct str str_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The parts in one text, ended with a NUL: STR_CAT(a, prefix, STR("/"), slug).
 * For what a page does fifty times: it reads no format, unlike str_printf().
 */
#define STR_CAT(a, ...)                                   \
	str_cat((a), (const struct str[]){ __VA_ARGS__ }, \
	    sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
struct str str_cat(struct arena *a, const struct str *parts, size_t n);

/* In decimal digits; room for STR_INT_MAX of them. */
enum { STR_INT_MAX = 20 };
struct str str_of_int(int64_t v, char room[STR_INT_MAX]);

struct str str_lower_ascii(struct arena *a, struct str s);

/* FNV-1a; for hash tables, never for secrets or strangers' floods. */
uint64_t str_hash(struct str s);

#endif
