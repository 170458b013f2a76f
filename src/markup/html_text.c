/* SPDX-License-Identifier: MIT */
/* The text in markup of our own making. */

#include "markup/sanitise.h"

/* Elements after which a new line begins. */
static const struct str blocks[] = { STR_INIT("p"), STR_INIT("h2"),
	STR_INIT("h3"), STR_INIT("h4"), STR_INIT("li"), STR_INIT("dt"),
	STR_INIT("dd"), STR_INIT("blockquote"), STR_INIT("pre"),
	STR_INIT("figure"), STR_INIT("figcaption"), STR_INIT("caption"),
	STR_INIT("tr"), STR_INIT("td"), STR_INIT("th"), STR_INIT("aside"),
	STR_INIT("details"), STR_INIT("summary"), STR_INIT("ul"),
	STR_INIT("ol"), STR_INIT("dl"), STR_INIT("table"), STR_INIT("hr"),
	STR_INIT("br"), STR_INIT("div") };

/* A tag or a character; tag.n is 0 for the latter. */
struct piece {
	struct str tag; /* its name, without "/" */
	bool end;
	uint32_t c;
};

static uint32_t
entity(struct str s, size_t *at)
{
	static const struct {
		struct str name;
		char c;
	} known[] = { { STR_INIT("&amp;"), '&' }, { STR_INIT("&lt;"), '<' },
		{ STR_INIT("&gt;"), '>' }, { STR_INIT("&quot;"), '"' },
		{ STR_INIT("&#39;"), '\'' }, { STR_INIT("&#34;"), '"' } };
	struct str rest = str_from(s, *at);

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (str_starts(rest, known[i].name)) {
			*at += known[i].name.n;
			return (unsigned char)known[i].c;
		}
	*at += 1;
	return '&';
}

/* A ">" in an attribute is escaped in all markup of ours. */
static bool
next_piece(struct str s, size_t *at, struct piece *out)
{
	size_t end = 0;

	*out = (struct piece){ 0 };
	if (*at >= s.n)
		return false;
	if (s.p[*at] == '&') {
		out->c = entity(s, at);
		return true;
	}
	if (s.p[*at] != '<') {
		/* Most of most texts. */
		if ((unsigned char)s.p[*at] < 0x80)
			out->c = (unsigned char)s.p[(*at)++];
		else
			out->c = utf8_next(s, at);
		return true;
	}
	end = str_find_char(s, '>', *at);
	if (end == SIZE_MAX)
		end = s.n;
	*at += 1;
	if (*at < end && s.p[*at] == '/') {
		out->end = true;
		*at += 1;
	}
	out->tag = str_sub(s, *at, end - *at);
	for (size_t i = 0; i < out->tag.n; i++)
		if (out->tag.p[i] == ' ') {
			out->tag.n = i;
			break;
		}
	*at = end < s.n ? end + 1 : end;
	return true;
}

static bool
is_block(struct str tag)
{
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
		if (str_eq(tag, blocks[i]))
			return true;
	return false;
}

static bool
is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0;
}

/* At most max bytes, at the end of a word if there is one. */
static struct str
cut_at_word(struct str s, size_t max)
{
	size_t n = max;

	if (s.n <= max)
		return s;
	while (n > 0 && s.p[n] != ' ' && s.p[n] != '\n')
		n--;
	if (n == 0)
		n = utf8_whole(str_sub(s, 0, max));
	return str_trim(str_sub(s, 0, n));
}

/* Bytes from at on that stand for themselves, and are no blank. */
static size_t
plain_run(struct str s, size_t at)
{
	size_t end = at;

	while (end < s.n) {
		unsigned char c = (unsigned char)s.p[end];

		/* 0xc2 begins the no-break space. */
		if (c <= ' ' || c == '<' || c == '&' || c == 0xc2)
			break;
		end++;
	}
	return end - at;
}

/* The same, and single spaces between such: all that is copied as it is. */
static size_t
plain_words(struct str s, size_t at)
{
	size_t end = at + plain_run(s, at);

	while (end > at && end < s.n && s.p[end] == ' ') {
		size_t more = plain_run(s, end + 1);

		if (more == 0)
			break;
		end += 1 + more;
	}
	return end - at;
}

struct str
html_text(struct arena *a, struct html html, size_t max)
{
	struct buf b;
	struct piece p;
	char gap = 0;
	size_t at = 0;

	buf_init(&b, a, html.s.n + 1);
	for (; max == 0 || b.n <= max;) {
		size_t run =
		    max == 0 ? plain_words(html.s, at) : plain_run(html.s, at);
		char c[4];

		if (run > 0) {
			if (gap != 0 && b.n > 0)
				buf_char(&b, gap);
			gap = 0;
			buf_put(&b, str_sub(html.s, at, run));
			at += run;
			continue;
		}
		if (!next_piece(html.s, &at, &p))
			break;
		if (p.tag.n > 0 && is_block(p.tag)) {
			gap = '\n';
		} else if (p.tag.n > 0 || p.c == 0) {
			continue;
		} else if (is_blank(p.c)) {
			if (gap == 0)
				gap = ' ';
		} else {
			if (gap != 0 && b.n > 0)
				buf_char(&b, gap);
			gap = 0;
			buf_put(&b, str_make(c, utf8_encode(p.c, c)));
		}
	}
	return max == 0 ? buf_str(&b) : cut_at_word(buf_str(&b), max);
}

/* Letters and digits of ASCII, and all beyond but common punctuation. */
static bool
is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		       (c >= 'a' && c <= 'z');
	return c > 0xbf && !(c >= 0x2000 && c <= 0x206f) &&
	       !(c >= 0x3000 && c <= 0x303f);
}

static bool
is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019 || c == '-';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t
html_words(struct html html)
{
	struct piece p = { 0 };
	bool in = false;
	size_t at = 0;
	size_t n = 0;

	while (at < html.s.n) {
		/* Most of most texts: letters and spaces of ASCII. */
		for (; at < html.s.n && is_letter(html.s.p[at]); at++) {
			n += !in;
			in = true;
		}
		if (at < html.s.n && html.s.p[at] == ' ') {
			in = false;
			at++;
			continue;
		}
		if (!next_piece(html.s, &at, &p))
			break;
		if (p.tag.n > 0) {
			in = in && !is_block(p.tag);
			continue;
		}
		if (in && is_apostrophe(p.c))
			continue;
		if (is_word(p.c) && !in)
			n++;
		in = is_word(p.c);
	}
	return n;
}

size_t
html_paragraphs(struct html html)
{
	struct piece p;
	size_t at = 0;
	size_t n = 0;

	while (next_piece(html.s, &at, &p))
		n += !p.end && str_eq(p.tag, STR("p"));
	return n;
}
