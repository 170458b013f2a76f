/* SPDX-License-Identifier: MIT */
/* UTF-8 beside another reading of it; escapes beside a reader of JSON. */

#include <stdlib.h>

#include <jansson.h>

#include "base/escape.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

/* Bytes of the character at the beginning, by RFC 3629's table; 0: none. */
static size_t
character(const uint8_t *p, size_t n)
{
	size_t more = p[0] < 0x80   ? 0
		      : p[0] < 0xc2 ? SIZE_MAX
		      : p[0] < 0xe0 ? 1
		      : p[0] < 0xf0 ? 2
		      : p[0] < 0xf5 ? 3
				    : SIZE_MAX;

	if (more == SIZE_MAX || more >= n)
		return 0;
	for (size_t i = 1; i <= more; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return more + 1;
}

static size_t
first_bad(const uint8_t *data, size_t n)
{
	size_t at = 0;

	while (at < n) {
		size_t k = character(data + at, n - at);

		if (k == 0)
			return at;
		at += k;
	}
	return SIZE_MAX;
}

static void
try_text(struct arena *a, struct str s)
{
	size_t at = 0;
	size_t count = 0;
	struct buf b;
	json_t *json = NULL;

	while (at < s.n) {
		char again[4];
		size_t began = at;
		uint32_t c = utf8_next(s, &at);

		check(at > began && at <= s.n &&
		      utf8_encode(c, again) == at - began);
		check(memcmp(again, s.p + began, at - began) == 0);
		count++;
	}
	check(utf8_length(s) == count && utf8_head(s, count).n == s.n);
	check(utf8_ok(utf8_head(s, count / 2)));
	check(!utf8_is_line(s) || utf8_printable(s));
	buf_init(&b, a, 16 * s.n + 16);
	escape_html(&b, s);
	check(!b.over && utf8_ok(buf_str(&b)));
	check(b.n == 0 || memchr(b.p, '<', b.n) == NULL);
	buf_init(&b, a, 16 * s.n + 16);
	escape_xml(&b, s);
	check(!b.over && utf8_ok(buf_str(&b)));
	buf_init(&b, a, 16 * s.n + 16);
	buf_char(&b, '"');
	escape_json_html(&b, s);
	buf_char(&b, '"');
	check(!b.over && memchr(b.p, '<', b.n) == NULL);
	json = json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	check(json != NULL && json_string_length(json) == s.n);
	check(memcmp(json_string_value(json), s.p, s.n) == 0);
	json_decref(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct str in = str_make((const char *)data, n);
	size_t bad = first_bad(data, n);
	struct buf b;

	check(utf8_bad(in) == bad);
	check(utf8_whole(in) == (bad == SIZE_MAX ? n : bad));
	if (bad == SIZE_MAX && n > 0)
		try_text(a, in);
	/* A line of the log is one, whatever came. */
	buf_init(&b, a, 16 * n + 16);
	escape_logfmt(&b, in);
	check(!b.over && (b.n == 0 || memchr(b.p, '\n', b.n) == NULL));
	arena_free(a);
	return 0;
}
