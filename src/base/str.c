/* SPDX-License-Identifier: MIT */
/* Text for reading. */

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SMALL = 256 /* bytes that are written at once */ };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
str_starts(struct str s, struct str head)
{
	return s.n >= head.n && str_eq(str_make(s.p, head.n), head);
}

bool
str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n &&
	       str_eq(str_make(s.p + (s.n - tail.n), tail.n), tail);
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n != 0 ? memcmp(a.p, b.p, n) : 0;

	if (d != 0)
		return d;
	return (a.n > b.n) - (a.n < b.n);
}

size_t
str_find(struct str s, struct str needle, size_t from)
{
	const char *hit = NULL;

	if (from > s.n)
		return SIZE_MAX;
	if (needle.n == 0)
		return from;
	if (s.n - from < needle.n)
		return SIZE_MAX;
	hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
	return hit != NULL ? (size_t)(hit - s.p) : SIZE_MAX;
}

size_t
str_find_char(struct str s, char c, size_t from)
{
	const char *hit = NULL;

	if (from >= s.n)
		return SIZE_MAX;
	hit = memchr(s.p + from, c, s.n - from);
	return hit != NULL ? (size_t)(hit - s.p) : SIZE_MAX;
}

struct str
str_sub(struct str s, size_t from, size_t n)
{
	if (from >= s.n)
		return (struct str){ 0 };
	return str_make(s.p + from, n < s.n - from ? n : s.n - from);
}

struct str
str_from(struct str s, size_t from)
{
	return str_sub(s, from, s.n);
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

struct str
str_cut(struct str s, char sep, struct str *rest)
{
	size_t at = str_find_char(s, sep, 0);

	if (at == SIZE_MAX) {
		*rest = (struct str){ 0 };
		return s;
	}
	*rest = str_from(s, at + 1);
	return str_make(s.p, at);
}

bool
str_int(struct str s, int64_t *out)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	int64_t value = 0;

	if (negative)
		s = str_from(s, 1);
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, digit, &value))
			return false;
	}
	/* Counted downwards, so that INT64_MIN fits. */
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*out = value;
	return true;
}

struct str
str_dup(struct arena *a, struct str s)
{
	char *p = arena_bytes(a, s.n + 1);

	if (s.n != 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return str_make(p, s.n);
}

const char *
str_cstr(struct arena *a, struct str s)
{
	return str_dup(a, s).p;
}

struct str
str_printf(struct arena *a, const char *fmt, ...)
{
	char small[SMALL]; /* most are: written once then, not twice */
	va_list ap;
	va_list again;
	int n = 0;
	char *p = NULL;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	p = arena_bytes(a, (size_t)n + 1);
	if ((size_t)n < sizeof small)
		memcpy(p, small, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return str_make(p, (size_t)n);
}

struct str
str_cat(struct arena *a, const struct str *parts, size_t n)
{
	size_t total = 0;
	size_t at = 0;
	char *p = NULL;

	for (size_t i = 0; i < n; i++)
		total += parts[i].n;
	p = arena_bytes(a, total + 1);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n != 0)
			memcpy(p + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	p[total] = '\0';
	return str_make(p, total);
}

struct str
str_of_int(int64_t v, char room[STR_INT_MAX])
{
	uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;
	size_t at = STR_INT_MAX;

	do {
		room[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left != 0);
	if (v < 0)
		room[--at] = '-';
	return str_make(room + at, STR_INT_MAX - at);
}

struct str
str_lower_ascii(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = lower(s.p[i]);
	return str_make(p, s.n);
}

uint64_t
str_hash(struct str s)
{
	uint64_t h = 14695981039346656037U;

	for (size_t i = 0; i < s.n; i++) {
		h ^= (unsigned char)s.p[i];
		h *= 1099511628211U;
	}
	return h;
}
