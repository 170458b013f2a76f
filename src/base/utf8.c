/* SPDX-License-Identifier: MIT */
/* UTF-8: check, walk, write. */

#include "base/utf8.h"

#include <assert.h>

/* Length of the character at p, with n bytes left; 0 when it is not one. */
static size_t
char_length(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80;
	unsigned char hi = 0xbf;
	size_t len = 0;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		len = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		len = 3;
		lo = p[0] == 0xe0 ? 0xa0 : lo;
		hi = p[0] == 0xed ? 0x9f : hi;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		len = 4;
		lo = p[0] == 0xf0 ? 0x90 : lo;
		hi = p[0] == 0xf4 ? 0x8f : hi;
	} else {
		return 0;
	}
	if (n < len || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return len;
}

size_t
utf8_bad(struct str bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t at = 0;

	while (at < bytes.n) {
		uint64_t eight = 0;
		size_t len = 0;

		/* Eight bytes of ASCII at a time: an import looks three times. */
		if (bytes.n - at >= sizeof eight) {
			memcpy(&eight, p + at, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof eight;
				continue;
			}
		}
		len = char_length(p + at, bytes.n - at);
		if (len == 0)
			return at;
		at += len;
	}
	return SIZE_MAX;
}

size_t
utf8_whole(struct str bytes)
{
	size_t bad = utf8_bad(bytes);

	return bad == SIZE_MAX ? bytes.n : bad;
}

uint32_t
utf8_next(struct str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.p + *at;
	size_t len = char_length(p, s.n - *at);
	uint32_t c = 0;

	assert(len != 0);
	*at += len;
	if (len == 1)
		return p[0];
	c = p[0] & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++)
		c = c << 6 | (p[i] & 0x3fU);
	return c;
}

size_t
utf8_encode(uint32_t c, char out[4])
{
	assert(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static bool
starts_char(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t
utf8_length(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += starts_char(s.p[i]);
	return n;
}

struct str
utf8_head(struct str s, size_t n)
{
	size_t at = 0;

	while (at < s.n && (n > 0 || !starts_char(s.p[at]))) {
		n -= starts_char(s.p[at]);
		at++;
	}
	return str_make(s.p, at);
}

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static bool
is_printable_ascii(char c)
{
	return c >= ' ' && c < 0x7f;
}

bool
utf8_printable(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = 0;

		if (is_printable_ascii(s.p[at])) {
			at++;
			continue;
		}
		c = utf8_next(s, &at);
		if (is_control(c) && c != '\t' && c != '\n')
			return false;
	}
	return true;
}

bool
utf8_is_line(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = 0;

		if (is_printable_ascii(s.p[at])) {
			at++;
			continue;
		}
		c = utf8_next(s, &at);
		if (is_control(c) || c == 0x2028 || c == 0x2029)
			return false;
	}
	return true;
}

/* White space, and what is drawn as nothing (Default_Ignorable). */
static bool
is_unseen(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} unseen[] = {
		{ 0x20, 0x20 },
		{ 0xa0, 0xa0 },
		{ 0xad, 0xad },
		{ 0x34f, 0x34f },
		{ 0x61c, 0x61c },
		{ 0x115f, 0x1160 }, /* Hangul fillers */
		{ 0x1680, 0x1680 },
		{ 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f },
		{ 0x2000, 0x200f },
		{ 0x2028, 0x202f },
		{ 0x205f, 0x206f },
		{ 0x2800, 0x2800 }, /* Braille without a dot */
		{ 0x3000, 0x3000 },
		{ 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },
		{ 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (c >= unseen[i].from && c <= unseen[i].to)
			return true;
	return is_control(c);
}

bool
utf8_is_blank(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (!is_unseen(utf8_next(s, &at)))
			return false;
	return true;
}
