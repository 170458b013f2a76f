/* SPDX-License-Identifier: MIT */
/* Indented HTML in old Markdown; see the header. */

#include "exchange/html_indent.h"

enum { CODE_INDENT = 4 /* columns, from which on CommonMark sees code */ };

struct outdent {
	struct buf out;
	size_t open; /* elements that hold others, as far as lines say so */
	char fence;  /* of the code block that we are in; 0: none */
	bool blank;  /* the line before was */
};

static size_t
indent_of(struct str line)
{
	size_t at = 0;

	while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
		at++;
	return at;
}

static bool
is_code_indent(struct str indent)
{
	return indent.n >= CODE_INDENT ||
	       str_find_char(indent, '\t', 0) != SIZE_MAX;
}

static bool
holds_others(struct str name)
{
	static const struct str names[] = { STR_INIT("div"), STR_INIT("table"),
		STR_INIT("tr"), STR_INIT("ul"), STR_INIT("ol"), STR_INIT("dl"),
		STR_INIT("blockquote"), STR_INIT("section"),
		STR_INIT("article"), STR_INIT("aside"), STR_INIT("center"),
		STR_INIT("figure"), STR_INIT("p"), STR_INIT("li"),
		STR_INIT("td"), STR_INIT("th") };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq_nocase(name, names[i]))
			return true;
	return false;
}

/* Only a line that is HTML opens elements: prose may talk of <div>. */
static void
count_tags(struct outdent *o, struct str line)
{
	bool is_html = line.n > 0 && line.p[0] == '<';
	size_t at = str_find_char(line, '<', 0);

	while (at != SIZE_MAX) {
		bool shuts = at + 1 < line.n && line.p[at + 1] == '/';
		size_t from = at + 1 + shuts;
		size_t to = from;

		while (to < line.n && ((line.p[to] | 0x20) >= 'a') &&
		       ((line.p[to] | 0x20) <= 'z'))
			to++;
		if (holds_others(str_sub(line, from, to - from))) {
			if (!shuts)
				o->open += is_html;
			else if (o->open > 0)
				o->open--;
		}
		at = str_find_char(line, '<', to);
	}
}

/* Is the line within fences, or one itself? */
static bool
is_fenced(struct outdent *o, struct str text)
{
	char c = text.n >= 3 ? text.p[0] : 0;
	bool fence = (c == '`' || c == '~') && text.p[1] == c && text.p[2] == c;

	if (fence && o->fence == 0) {
		o->fence = c;
		return true;
	}
	if (fence && o->fence == c) {
		o->fence = 0;
		return true;
	}
	return o->fence != 0;
}

static void
take_line(struct outdent *o, struct str line)
{
	struct str indent = str_sub(line, 0, indent_of(line));
	struct str text = str_from(line, indent.n);
	bool fenced = is_fenced(o, text);

	if (!fenced && o->blank && o->open > 0 && text.n > 0 &&
	    text.p[0] == '<' && is_code_indent(indent))
		line = text;
	if (!fenced)
		count_tags(o, text);
	o->blank = str_trim(text).n == 0;
	buf_put(&o->out, line);
}

/* "    <" or a tab before it, anywhere: a byte is found fastest. */
static bool
has_indented_tag(struct str body)
{
	size_t at = str_find_char(body, '<', 0);

	while (at != SIZE_MAX) {
		struct str before = str_sub(body, 0, at);

		if (str_ends(before, STR("\t")) ||
		    str_ends(before, STR("    ")))
			return true;
		at = str_find_char(body, '<', at + 1);
	}
	return false;
}

struct str
html_outdent(struct arena *a, struct str body)
{
	struct outdent o = { .blank = true };
	size_t at = 0;

	if (!has_indented_tag(body))
		return body;
	buf_init(&o.out, a, body.n);
	while (at < body.n) {
		size_t end = str_find_char(body, '\n', at);
		size_t n = end != SIZE_MAX ? end + 1 - at : body.n - at;

		take_line(&o, str_sub(body, at, n));
		at += n;
	}
	return buf_str(&o.out);
}
