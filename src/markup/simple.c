/* SPDX-License-Identifier: MIT */
/* The reader for simple markup. */

#include "markup/simple.h"

enum {
	OPEN_MAX = 64,
	ATTRS_MAX = 16,
};

/* What may stand directly in an element, as far as we follow. */
enum inside {
	INSIDE_NOT,  /* unknown here: not simple */
	INSIDE_FLOW, /* blocks and text */
	INSIDE_LINE, /* text only */
	INSIDE_LIST, /* li only */
	INSIDE_VOID, /* nothing, in a line */
	INSIDE_RULE, /* nothing, a block */
};

struct known {
	enum inside inside;
	bool block; /* may stand only where blocks do */
};

static const struct known known[GUMBO_TAG_LAST + 1] = {
	[GUMBO_TAG_P] = { INSIDE_LINE, true },
	[GUMBO_TAG_H1] = { INSIDE_LINE, true },
	[GUMBO_TAG_H2] = { INSIDE_LINE, true },
	[GUMBO_TAG_H3] = { INSIDE_LINE, true },
	[GUMBO_TAG_H4] = { INSIDE_LINE, true },
	[GUMBO_TAG_H5] = { INSIDE_LINE, true },
	[GUMBO_TAG_H6] = { INSIDE_LINE, true },
	[GUMBO_TAG_UL] = { INSIDE_LIST, true },
	[GUMBO_TAG_OL] = { INSIDE_LIST, true },
	[GUMBO_TAG_LI] = { INSIDE_FLOW, false },
	[GUMBO_TAG_BLOCKQUOTE] = { INSIDE_FLOW, true },
	[GUMBO_TAG_FIGURE] = { INSIDE_FLOW, true },
	[GUMBO_TAG_FIGCAPTION] = { INSIDE_FLOW, true },
	[GUMBO_TAG_ASIDE] = { INSIDE_FLOW, true },
	[GUMBO_TAG_DIV] = { INSIDE_FLOW, true },
	[GUMBO_TAG_SECTION] = { INSIDE_FLOW, true },
	[GUMBO_TAG_HR] = { INSIDE_RULE, true },
	[GUMBO_TAG_BR] = { INSIDE_VOID, false },
	[GUMBO_TAG_IMG] = { INSIDE_VOID, false },
	[GUMBO_TAG_A] = { INSIDE_LINE, false },
	[GUMBO_TAG_ABBR] = { INSIDE_LINE, false },
	[GUMBO_TAG_B] = { INSIDE_LINE, false },
	[GUMBO_TAG_BDI] = { INSIDE_LINE, false },
	[GUMBO_TAG_CITE] = { INSIDE_LINE, false },
	[GUMBO_TAG_CODE] = { INSIDE_LINE, false },
	[GUMBO_TAG_DEL] = { INSIDE_LINE, false },
	[GUMBO_TAG_EM] = { INSIDE_LINE, false },
	[GUMBO_TAG_I] = { INSIDE_LINE, false },
	[GUMBO_TAG_INS] = { INSIDE_LINE, false },
	[GUMBO_TAG_KBD] = { INSIDE_LINE, false },
	[GUMBO_TAG_MARK] = { INSIDE_LINE, false },
	[GUMBO_TAG_Q] = { INSIDE_LINE, false },
	[GUMBO_TAG_S] = { INSIDE_LINE, false },
	[GUMBO_TAG_SMALL] = { INSIDE_LINE, false },
	[GUMBO_TAG_SPAN] = { INSIDE_LINE, false },
	[GUMBO_TAG_STRONG] = { INSIDE_LINE, false },
	[GUMBO_TAG_SUB] = { INSIDE_LINE, false },
	[GUMBO_TAG_SUP] = { INSIDE_LINE, false },
	[GUMBO_TAG_TIME] = { INSIDE_LINE, false },
};

struct open_one {
	GumboTag tag;
	struct str name;
	struct taken taken;
};

struct reader {
	struct intake *in;
	struct str html;
	size_t at;
	struct open_one open[OPEN_MAX];
	size_t n;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Characters that the parser mends or the body drops: leave them to them. */
static bool
has_odd_characters(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char next = 0;

		/* Nearly all that there is. */
		if (c >= ' ' && c < 0x7f)
			continue;
		next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		if (c < ' ' ? !is_space((char)c) : c == 0x7f)
			return true;
		/* C1; U+FDD0.. and U+FEFF; U+FFFE; beyond the first plane. */
		if ((c == 0xc2 && next < 0xa0) ||
		    (c == 0xef && (next == 0xb7 || next >= 0xbb)) || c >= 0xf0)
			return true;
	}
	return false;
}

/* The character of an entity at "&", which *at passes; 0: not a simple one. */
static struct str
entity(struct str s, size_t *at)
{
	static const struct {
		struct str name;
		struct str text;
	} entities[] = { { STR_INIT("&amp;"), STR_INIT("&") },
		{ STR_INIT("&nbsp;"), STR_INIT("\xc2\xa0") },
		{ STR_INIT("&quot;"), STR_INIT("\"") },
		{ STR_INIT("&lt;"), STR_INIT("<") },
		{ STR_INIT("&gt;"), STR_INIT(">") },
		{ STR_INIT("&#39;"), STR_INIT("'") } };
	struct str rest = str_from(s, *at);

	for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
		if (str_starts(rest, entities[i].name)) {
			*at += entities[i].name.n;
			return entities[i].text;
		}
	if (rest.n > 1 && is_space(rest.p[1])) {
		*at += 1;
		return STR("&");
	}
	return (struct str){ 0 };
}

static enum inside
place(const struct reader *r)
{
	return r->n == 0 ? INSIDE_FLOW : known[r->open[r->n - 1].tag].inside;
}

/* Text up to the next tag. */
static bool
read_text(struct reader *r)
{
	size_t end = str_find_char(r->html, '<', r->at);

	if (end == SIZE_MAX)
		end = r->html.n;
	while (r->at < end) {
		struct str c = str_sub(r->html, r->at, end - r->at);
		size_t plain = str_find_char(c, '&', 0);

		if (plain != SIZE_MAX)
			c.n = plain;
		body_text(r->in->body, c);
		r->at += c.n;
		if (r->at == end)
			break;
		c = entity(r->html, &r->at);
		if (c.n == 0)
			return false;
		body_text(r->in->body, c);
	}
	return true;
}

static bool
read_value(struct reader *r, struct str raw, struct str *out)
{
	struct buf b;

	if (str_find_char(raw, '&', 0) == SIZE_MAX) {
		*out = raw;
		return true;
	}
	buf_init(&b, r->in->arena, raw.n);
	for (size_t at = 0; at < raw.n;) {
		struct str c = { 0 };

		if (raw.p[at] != '&') {
			buf_char(&b, raw.p[at++]);
			continue;
		}
		c = entity(raw, &at);
		if (c.n == 0)
			return false;
		buf_put(&b, c);
	}
	*out = buf_str(&b);
	return true;
}

/* name="value", from where the last thing ended to ">". */
static bool
read_attrs(struct reader *r, bool is_void, struct given *attrs, size_t *n)
{
	const struct str s = r->html;

	for (;;) {
		size_t from = r->at;
		size_t name = 0;
		size_t end = 0;

		while (r->at < s.n && is_space(s.p[r->at]))
			r->at++;
		name = r->at;
		if (is_void && r->at + 1 < s.n && s.p[r->at] == '/')
			r->at++;
		if (r->at < s.n && s.p[r->at] == '>') {
			r->at++;
			return true;
		}
		if (r->at != name || r->at == from || *n == ATTRS_MAX)
			return false;
		while (
		    r->at < s.n && (is_small(s.p[r->at]) || s.p[r->at] == '-'))
			r->at++;
		if (r->at == name || r->at + 2 > s.n || s.p[r->at] != '=' ||
		    s.p[r->at + 1] != '"')
			return false;
		attrs[*n].name = str_sub(s, name, r->at - name);
		end = str_find_char(s, '"', r->at + 2);
		if (end == SIZE_MAX ||
		    !read_value(r, str_sub(s, r->at + 2, end - r->at - 2),
			&attrs[*n].value))
			return false;
		for (size_t i = 0; i < *n; i++)
			if (str_eq(attrs[i].name, attrs[*n].name))
				return false;
		*n += 1;
		r->at = end + 1;
	}
}

static bool
is_open(const struct reader *r, GumboTag tag)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->open[i].tag == tag)
			return true;
	return false;
}

/* May it stand here without the parser having a say? */
static bool
may_start(const struct reader *r, GumboTag tag)
{
	enum inside here = place(r);

	if (tag == GUMBO_TAG_LI)
		return here == INSIDE_LIST;
	if (known[tag].block)
		return here == INSIDE_FLOW;
	if (tag == GUMBO_TAG_A && is_open(r, GUMBO_TAG_A))
		return false;
	return here == INSIDE_FLOW || here == INSIDE_LINE;
}

static struct str
read_name(struct reader *r)
{
	size_t from = r->at;

	while (r->at < r->html.n &&
	       (is_small(r->html.p[r->at]) ||
		   (r->html.p[r->at] >= '1' && r->html.p[r->at] <= '6')))
		r->at++;
	return str_sub(r->html, from, r->at - from);
}

static bool
read_start(struct reader *r)
{
	struct given attrs[ATTRS_MAX];
	struct given_element g = { .name = read_name(r), .attrs = attrs };
	struct taken taken = { 0 };
	enum inside inside = INSIDE_NOT;

	g.tag = gumbo_tagn_enum(g.name.p, (unsigned)g.name.n);
	inside = g.tag < GUMBO_TAG_LAST ? known[g.tag].inside : INSIDE_NOT;
	if (inside == INSIDE_NOT || !may_start(r, g.tag) ||
	    !read_attrs(r, inside == INSIDE_VOID || inside == INSIDE_RULE,
		attrs, &g.attrs_n))
		return false;
	taken = intake_start(r->in, &g);
	if (inside == INSIDE_VOID || inside == INSIDE_RULE)
		return true;
	if (r->n == OPEN_MAX)
		return false;
	r->open[r->n++] = (struct open_one){
		.tag = g.tag,
		.name = g.name,
		.taken = taken,
	};
	return true;
}

static bool
read_end(struct reader *r)
{
	struct str name = read_name(r);

	if (r->n == 0 || !str_eq(name, r->open[r->n - 1].name) ||
	    r->at == r->html.n || r->html.p[r->at] != '>')
		return false;
	r->at++;
	intake_end(r->in, r->open[--r->n].taken);
	return true;
}

/* Between the items of a list stands white space only. */
static bool
skip_space(struct reader *r)
{
	while (r->at < r->html.n && is_space(r->html.p[r->at]))
		r->at++;
	return r->at == r->html.n || r->html.p[r->at] == '<';
}

bool
simple_read(struct intake *in, struct str html)
{
	struct reader r = { .in = in, .html = html };

	if (has_odd_characters(html))
		return false;
	while (r.at < html.n) {
		char next = 0;

		if (html.p[r.at] != '<') {
			if (place(&r) == INSIDE_LIST ? !skip_space(&r)
						     : !read_text(&r))
				return false;
			continue;
		}
		r.at++;
		next = r.at < html.n ? html.p[r.at] : 0;
		if (next == '/') {
			r.at++;
			if (!read_end(&r))
				return false;
		} else if (!is_small(next) || !read_start(&r)) {
			return false;
		}
	}
	return r.n == 0;
}
