/* SPDX-License-Identifier: MIT */
/* Escaping. Runs of harmless bytes are copied whole. */

#include "base/escape.h"

#include "base/utf8.h"

static struct str
html_entity(char c)
{
	switch (c) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '"':
		return STR("&quot;");
	case '\'':
		return STR("&#39;");
	default:
		return (struct str){ 0 };
	}
}

/*
 * Bytes that may not stand as they are.  All whom it concerns give a constant,
 * so that each has a loop of its own for just these.
 */
struct refused {
	bool html;		/* & < > " ' */
	bool controls;		/* below a space */
	unsigned char one, two; /* these, too; 0: none */
};

/* An entity's byte is below 64: one word answers without a branch for each. */
static inline bool
html_is_special(unsigned char u)
{
	const uint64_t special = UINT64_C(1) << '&' | UINT64_C(1) << '<' |
				 UINT64_C(1) << '>' | UINT64_C(1) << '"' |
				 UINT64_C(1) << '\'';

	return u < 64 && (special >> u & 1) != 0;
}

static inline bool
refuses(struct refused r, char c)
{
	unsigned char u = (unsigned char)c;

	return (r.controls && u < 0x20) || (r.html && html_is_special(u)) ||
	       (r.one != 0 && u == r.one) || (r.two != 0 && u == r.two);
}

enum { LANES = 16 };
typedef unsigned char lanes __attribute__((vector_size(LANES)));
typedef uint64_t halves __attribute__((vector_size(LANES)));

/* All ones where the byte is refused. */
static inline __attribute__((always_inline)) lanes
lanes_refused(struct refused r, lanes c)
{
	lanes hit = { 0 };

	if (r.controls)
		hit |= (lanes)(c < (lanes){ 0 } + 0x20);
	if (r.html) /* & and ', < and > differ in a bit */
		hit |= (lanes)(c == (lanes){ 0 } + '"') |
		       (lanes)((c | 1) == (lanes){ 0 } + '\'') |
		       (lanes)((c | 2) == (lanes){ 0 } + '>');
	if (r.one != 0)
		hit |= (lanes)(c == (lanes){ 0 } + r.one);
	if (r.two != 0)
		hit |= (lanes)(c == (lanes){ 0 } + r.two);
	return hit;
}

/* Whole bytes of it that are no hit, before the first that is. */
static inline size_t
clean_bytes(uint64_t hit)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(hit) / 8;
#else
	return (size_t)__builtin_clzll(hit) / 8;
#endif
}

/*
 * The first refused byte at or after i, or the end.  Sixteen at a time: a
 * feed is 135 kB of which one byte in forty is refused, and looking for
 * those one by one was a third of what it cost.
 */
static inline __attribute__((always_inline)) size_t
plain_until(struct str s, size_t i, struct refused r)
{
	for (; s.n - i >= LANES; i += LANES) {
		lanes c;
		halves hit;

		memcpy(&c, s.p + i, sizeof c);
		hit = (halves)lanes_refused(r, c);
		if (hit[0] != 0)
			return i + clean_bytes(hit[0]);
		if (hit[1] != 0)
			return i + LANES / 2 + clean_bytes(hit[1]);
	}
	while (i < s.n && !refuses(r, s.p[i]))
		i++;
	return i;
}

void
escape_html(struct buf *b, struct str s)
{
	const struct refused refused = { .html = true };
	size_t start = 0;

	for (size_t i = plain_until(s, 0, refused); i < s.n;
	     i = plain_until(s, start, refused)) {
		buf_put(b, str_sub(s, start, i - start));
		buf_put(b, html_entity(s.p[i]));
		start = i + 1;
	}
	buf_put(b, str_from(s, start));
}

struct html
html_escape(struct arena *a, struct str s)
{
	struct buf b;

	buf_init(&b, a, s.n * 6 + 1);
	escape_html(&b, s);
	return (struct html){ buf_str(&b) };
}

/* Char of XML 1.0, section 2.2. */
static bool
xml_allows(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' ||
	       (c >= 0x20 && c != 0xfffe && c != 0xffff);
}

void
escape_xml(struct buf *b, struct str s)
{
	/* 0xef begins the two characters that XML refuses, and others. */
	const struct refused refused = {
		.html = true, .controls = true, .one = 0xef
	};
	size_t start = 0;

	for (size_t i = plain_until(s, 0, refused); i < s.n;
	     i = plain_until(s, i, refused)) {
		struct str entity = html_entity(s.p[i]);
		size_t at = i + 1;

		if (entity.n == 0) {
			uint32_t c = 0;

			at = i;
			c = utf8_next(s, &at);
			if (c == '\r')
				entity = STR("&#13;");
			if (!xml_allows(c))
				entity = STR("\xef\xbf\xbd");
		}
		if (entity.n != 0) {
			buf_put(b, str_sub(s, start, i - start));
			buf_put(b, entity);
			start = at;
		}
		i = at;
	}
	buf_put(b, str_from(s, start));
}

static void
json_control(struct buf *b, unsigned char c)
{
	switch (c) {
	case '\b':
		BUF_LIT(b, "\\b");
		return;
	case '\t':
		BUF_LIT(b, "\\t");
		return;
	case '\n':
		BUF_LIT(b, "\\n");
		return;
	case '\f':
		BUF_LIT(b, "\\f");
		return;
	case '\r':
		BUF_LIT(b, "\\r");
		return;
	default:
		buf_printf(b, "\\u%04x", c);
	}
}

void
escape_json(struct buf *b, struct str s)
{
	const struct refused refused = {
		.controls = true, .one = '"', .two = '\\'
	};
	size_t start = 0;

	for (size_t i = plain_until(s, 0, refused); i < s.n;
	     i = plain_until(s, start, refused)) {
		unsigned char c = (unsigned char)s.p[i];

		buf_put(b, str_sub(s, start, i - start));
		start = i + 1;
		if (c < 0x20) {
			json_control(b, c);
		} else {
			buf_char(b, '\\');
			buf_char(b, (char)c);
		}
	}
	buf_put(b, str_from(s, start));
}

/* Bytes of s at i that may not stand in HTML; 0 when the one there may. */
static size_t
json_html_length(struct str s, size_t i)
{
	if (s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '&')
		return 1;
	if (s.p[i] != '\xe2')
		return 0;
	if (s.n - i >= 3 && (memcmp(s.p + i, "\xe2\x80\xa8", 3) == 0 ||
				memcmp(s.p + i, "\xe2\x80\xa9", 3) == 0))
		return 3;
	return 0;
}

void
escape_json_html(struct buf *b, struct str s)
{
	/* 0xe2 begins U+2028 and U+2029, and others. */
	const struct refused refused = {
		.html = true, .controls = true, .one = '\\', .two = 0xe2
	};
	size_t start = 0;

	for (size_t i = plain_until(s, 0, refused); i < s.n;
	     i = plain_until(s, i, refused)) {
		size_t len = json_html_length(s, i);
		size_t at = i;

		if (len == 0 && s.p[i] != '"' && s.p[i] != '\\' &&
		    (unsigned char)s.p[i] >= 0x20) {
			i++;
			continue;
		}
		buf_put(b, str_sub(s, start, i - start));
		if (len == 0)
			escape_json(b, str_sub(s, at++, 1));
		else
			buf_printf(b, "\\u%04x", (unsigned)utf8_next(s, &at));
		i = start = at;
	}
	buf_put(b, str_from(s, start));
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

void
escape_url(struct buf *b, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_unreserved(s.p[i])) {
			buf_char(b, s.p[i]);
			continue;
		}
		buf_char(b, '%');
		buf_char(b, digits[c >> 4]);
		buf_char(b, digits[c & 15]);
	}
}

void
escape_logfmt(struct buf *b, struct str s)
{
	bool bare = s.n > 0;

	for (size_t i = 0; i < s.n && bare; i++)
		bare = s.p[i] > ' ' && s.p[i] != '"' && s.p[i] != '=' &&
		       s.p[i] != '\\' && s.p[i] != 0x7f;
	if (bare) {
		buf_put(b, s);
		return;
	}
	buf_char(b, '"');
	escape_json(b, s);
	buf_char(b, '"');
}
