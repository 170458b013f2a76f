/* SPDX-License-Identifier: MIT */
/* Looking at text that strangers wrote. */

#include <unicode/ucasemap.h>
#include <unicode/utypes.h>

#include "exchange/run.h"

enum { QUOTE_MAX = 60 /* characters */ };

static size_t
line_of(struct str bytes, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += bytes.p[i] == '\n';
	return line;
}

/* Index of the first control character that is no white space. */
static size_t
control_in(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		/* Nearly all that there is. */
		if (c >= 0x20 && c < 0x7f)
			continue;

		if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') ||
		    c == 0x7f)
			return i;
		/* U+0080 to U+009F: Windows-1252 taken for Latin-1. */
		if (c == 0xc2 && i + 1 < s.n &&
		    (unsigned char)s.p[i + 1] < 0xa0)
			return i;
	}
	return SIZE_MAX;
}

enum err
text_check(struct ctx *ctx, struct str bytes)
{
	size_t bad = utf8_bad(bytes);

	if (str_starts(bytes, STR("\xff\xfe")) ||
	    str_starts(bytes, STR("\xfe\xff")))
		return FAIL(ctx, ERR_INVALID,
		    "it is UTF-16: convert it first: iconv -f UTF-16 -t UTF-8 "
		    "OLD > NEW");
	if (bad != SIZE_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "byte %zu (0x%02x, line %zu) is not UTF-8; if the file is "
		    "Latin-1, convert it first: iconv -f ISO-8859-1 -t UTF-8 "
		    "OLD > NEW",
		    bad + 1, (unsigned)(unsigned char)bytes.p[bad],
		    line_of(bytes, bad));
	bad = control_in(bytes);
	if (bad != SIZE_MAX && (unsigned char)bytes.p[bad] == 0xc2)
		return FAIL(ctx, ERR_INVALID,
		    "byte %zu (line %zu) begins the control character U+%04X: "
		    "the file was Windows-1252 and was converted as Latin-1; "
		    "convert the first one with: iconv -f CP1252 -t UTF-8",
		    bad + 1, line_of(bytes, bad),
		    (unsigned)(unsigned char)bytes.p[bad + 1]);
	if (bad != SIZE_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "byte %zu (line %zu) is the control character 0x%02x: "
		    "this is not a text file",
		    bad + 1, line_of(bytes, bad),
		    (unsigned)(unsigned char)bytes.p[bad]);
	return ERR_OK;
}

/*
 * Controls, ends of lines, and what turns the direction of all that follows
 * it: none of them may reach a terminal from a stranger's text.
 */
static bool
is_tricky(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

const char *
text_quote(struct arena *a, struct str s)
{
	struct buf b;
	struct str cut =
	    utf8_ok(s) ? utf8_head(s, QUOTE_MAX) : str_make("?", 1);

	buf_init(&b, a, 4096);
	for (size_t at = 0; at < cut.n;) {
		size_t from = at;

		if (is_tricky(utf8_next(cut, &at)))
			buf_char(&b, ' ');
		else
			buf_put(&b, str_sub(cut, from, at - from));
	}
	if (cut.n < s.n)
		BUF_LIT(&b, "…");
	return str_cstr(a, buf_str(&b));
}

static void
put_escaped(struct buf *b, struct str bytes, bool escaped)
{
	if (!escaped)
		buf_put(b, bytes);
	for (size_t i = 0; escaped && i < bytes.n; i++)
		buf_printf(b, "\\x%02x", (unsigned)(unsigned char)bytes.p[i]);
}

struct str
text_name(struct arena *a, struct str bytes)
{
	struct buf b;

	buf_init(&b, a, bytes.n * 4 + 1);
	while (bytes.n != 0) {
		size_t bad = utf8_bad(bytes);
		struct str good = str_sub(bytes, 0, bad);

		for (size_t at = 0; at < good.n;) {
			size_t from = at;
			bool tricky = is_tricky(utf8_next(good, &at));

			put_escaped(&b, str_sub(good, from, at - from), tricky);
		}
		put_escaped(&b, str_sub(bytes, good.n, 1), true);
		bytes = str_from(bytes, good.n + 1);
	}
	return buf_str(&b);
}

static bool
fold(struct arena *a, const UCaseMap *map, struct str s, struct str *out)
{
	UErrorCode code = U_ZERO_ERROR;
	int32_t room = (int32_t)(s.n * 3 + 1);
	char *p = arena_alloc(a, (size_t)room);
	int32_t n =
	    ucasemap_utf8FoldCase(map, p, room, s.p, (int32_t)s.n, &code);

	if (U_FAILURE(code) || n > room)
		return false;
	*out = str_make(p, (size_t)n);
	return true;
}

bool
text_same(struct arena *a, struct str x, struct str y)
{
	UErrorCode code = U_ZERO_ERROR;
	struct str fx = { 0 };
	struct str fy = { 0 };
	UCaseMap *map = NULL;
	bool same = false;

	if (x.n > 4096 || y.n > 4096)
		return false;
	if (x.n == 0 || y.n == 0)
		return x.n == y.n;
	map = ucasemap_open("", 0, &code);
	if (U_FAILURE(code))
		return str_eq_nocase(x, y);
	same = fold(a, map, x, &fx) && fold(a, map, y, &fy) && str_eq(fx, fy);
	ucasemap_close(map);
	return same;
}
