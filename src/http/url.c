/* SPDX-License-Identifier: MIT */
/* What stands in an address: escapes, and what no address may hold. */

#include "http/request.h"

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that the escape at raw.p[i] stands for; -1 when it is broken. */
static int
escape_value(struct str raw, size_t i)
{
	int high = -1;
	int low = -1;

	if (raw.n - i < 3)
		return -1;
	high = hex_value(raw.p[i + 1]);
	low = hex_value(raw.p[i + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* into has room for raw.n bytes. */
static bool
decode_into(struct str raw, bool form, char *into, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		int c = (unsigned char)raw.p[i];

		if (c == '%') {
			c = escape_value(raw, i);
			i += 2;
		} else if (form && c == '+') {
			c = ' ';
		}
		if (c <= 0) /* broken, or the NUL that ends C's strings */
			return false;
		into[n++] = (char)c;
	}
	*out = str_make(into, n);
	return utf8_ok(*out);
}

bool
url_decode(struct arena *a, struct str raw, bool form, struct str *out)
{
	if (str_find_char(raw, '%', 0) == SIZE_MAX &&
	    (!form || str_find_char(raw, '+', 0) == SIZE_MAX)) {
		if (str_find_char(raw, '\0', 0) != SIZE_MAX || !utf8_ok(raw))
			return false;
		*out = str_dup(a, raw);
		return true;
	}
	return decode_into(raw, form, arena_alloc(a, raw.n), out);
}

struct str
url_decode_bytes(struct arena *a, struct str raw)
{
	char *p = arena_alloc(a, raw.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		int c = raw.p[i] == '%' ? escape_value(raw, i) : -1;

		if (c >= 0)
			i += 2;
		else
			c = raw.p[i] == '+' ? ' ' : raw.p[i];
		p[n++] = (char)c;
	}
	return str_make(p, n);
}

/* "." and "..": nothing here is relative. */
static bool
has_dots(struct str path)
{
	struct str rest = path;

	while (rest.n != 0) {
		struct str segment = str_cut(rest, '/', &rest);

		if (str_eq(segment, STR(".")) || str_eq(segment, STR("..")))
			return true;
	}
	return false;
}

bool
url_path_ok(struct str raw)
{
	char decoded[URL_ESCAPED_MAX];
	bool escaped = false;
	bool odd = false;
	struct str path = raw;

	if (raw.n == 0 || raw.p[0] != '/')
		return false;
	/* Every request comes by: one comparison a byte, and no branch. */
	for (size_t i = 0; i < raw.n; i++)
		odd |= (unsigned char)(raw.p[i] - '!') > '~' - '!';
	if (odd || memchr(raw.p, '#', raw.n) != NULL ||
	    memchr(raw.p, '?', raw.n) != NULL)
		return false;
	escaped = memchr(raw.p, '%', raw.n) != NULL;
	if (escaped && (raw.n > sizeof decoded ||
			   !decode_into(raw, false, decoded, &path)))
		return false;
	return memchr(path.p, '.', path.n) == NULL || !has_dots(path);
}
