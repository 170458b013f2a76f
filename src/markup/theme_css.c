/* SPDX-License-Identifier: MIT */
/* A theme's style sheets, made small. */

#include "markup/theme_css.h"

struct css {
	struct buf *out;
	struct str file;
	struct str src;
	size_t at;
	int line;
	const struct css_files *files;
	struct tpl_report *r;
	size_t first;	/* where this sheet begins in out */
	int open;	/* braces */
	bool space;	/* white space was read and not yet written */
	bool tight;	/* what was written last needs none behind it */
	bool semicolon; /* and was a ; that a } makes needless */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	       (c & 0x80) != 0;
}

static void
problem(struct css *c, const char *words)
{
	tpl_problem_add(c->r, c->file, c->line, "%s", words);
}

/* The white space that is due before something that needs it. */
static void
put_space(struct css *c)
{
	if (c->space && !c->tight)
		buf_char(c->out, ' ');
	c->space = c->tight = c->semicolon = false;
}

static void
put(struct css *c, struct str s)
{
	put_space(c);
	buf_put(c->out, s);
}

/* Moves on to an index, counting the lines. */
static struct str
take(struct css *c, size_t end)
{
	struct str s = str_sub(c->src, c->at, end - c->at);

	for (size_t i = 0; i < s.n; i++)
		c->line += s.p[i] == '\n';
	c->at = end;
	return s;
}

static void
skip_comment(struct css *c)
{
	size_t end = str_find(c->src, STR("*/"), c->at + 2);

	if (end == SIZE_MAX) {
		problem(c, "this comment is never closed");
		take(c, c->src.n);
		return;
	}
	take(c, end + 2);
	c->space = true;
}

/* Index behind the string that begins at from; SIZE_MAX: not closed. */
static size_t
string_end(struct str s, size_t from)
{
	for (size_t i = from + 1; i < s.n; i++) {
		if (s.p[i] == s.p[from])
			return i + 1;
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '\n')
			break;
	}
	return SIZE_MAX;
}

static void
copy_string(struct css *c)
{
	size_t end = string_end(c->src, c->at);

	if (end == SIZE_MAX) {
		problem(c, "this string is never closed");
		end = c->at + 1;
	}
	put(c, take(c, end));
}

/* A backslash and what it escapes; the space after \31 belongs to it. */
static void
copy_escape(struct css *c)
{
	size_t end = c->at + 1;
	size_t digits = 0;

	while (end < c->src.n && digits < 6 && is_hex(c->src.p[end])) {
		end++;
		digits++;
	}
	if (end < c->src.n && (digits == 0 || is_space(c->src.p[end])))
		end++;
	put(c, take(c, end));
}

static bool
is_own(struct str url)
{
	for (size_t i = 0; i < url.n; i++) {
		if (url.p[i] == ':')
			return false;
		if (url.p[i] == '/' || url.p[i] == '?' || url.p[i] == '#')
			return i > 0;
	}
	return url.n > 0;
}

static void
put_url(struct css *c, struct str url, struct str as_written)
{
	struct str path = url;
	struct str address = { 0 };
	size_t end = 0;

	while (str_starts(path, STR("./")))
		path = str_from(path, 2);
	while (end < path.n && path.p[end] != '?' && path.p[end] != '#')
		end++;
	if (!is_own(url)) {
		put(c, as_written);
		return;
	}
	if (!c->files->address(
		c->files->arg, str_sub(path, 0, end), &address)) {
		tpl_problem_add(c->r, c->file, c->line,
		    "url(%.*s): the theme has no such file",
		    STR_FMT(str_sub(url, 0, 200)));
		return;
	}
	put(c, STR("url("));
	buf_put(c->out, address);
	buf_put(c->out, str_from(path, end));
	buf_char(c->out, ')');
}

static void
copy_url(struct css *c)
{
	size_t from = c->at + 4;
	size_t end = 0;
	struct str url = { 0 };

	while (from < c->src.n && is_space(c->src.p[from]))
		from++;
	if (from < c->src.n &&
	    (c->src.p[from] == '"' || c->src.p[from] == '\'')) {
		end = string_end(c->src, from);
		if (end != SIZE_MAX) {
			url = str_sub(c->src, from + 1, end - from - 2);
			while (end < c->src.n && is_space(c->src.p[end]))
				end++;
		}
	} else {
		end = str_find_char(c->src, ')', from);
		if (end != SIZE_MAX)
			url = str_trim(str_sub(c->src, from, end - from));
	}
	if (end == SIZE_MAX || end >= c->src.n || c->src.p[end] != ')') {
		problem(c, "this url( is never closed");
		take(c, c->src.n);
		return;
	}
	put_url(c, url, str_sub(c->src, c->at, end + 1 - c->at));
	take(c, end + 1);
}

static void
copy_brace(struct css *c, char brace)
{
	if (brace == '}' && c->semicolon)
		c->out->n--;
	c->open += brace == '{' ? 1 : -1;
	if (c->open < 0) {
		problem(c, "there is a } too many");
		c->open = 0;
	}
}

static void
copy_char(struct css *c)
{
	char ch = c->src.p[c->at];

	if (ch == '{' || ch == '}')
		copy_brace(c, ch);
	if (ch == '{' || ch == '}' || ch == ';' || ch == ',')
		c->space = false;
	put(c, take(c, c->at + 1));
	c->tight =
	    ch == '{' || ch == '}' || ch == ';' || ch == ',' || ch == ':';
	c->semicolon = ch == ';';
}

static bool
starts_word(const struct css *c, struct str word)
{
	struct str here = str_sub(c->src, c->at, word.n);

	return str_eq_nocase(here, word) &&
	       (c->at == 0 || !is_word(c->src.p[c->at - 1]));
}

static void
copy_next(struct css *c)
{
	char ch = c->src.p[c->at];

	if (is_space(ch)) {
		take(c, c->at + 1);
		c->space = true;
	} else if (str_starts(str_from(c->src, c->at), STR("/*"))) {
		skip_comment(c);
	} else if (ch == '"' || ch == '\'') {
		copy_string(c);
	} else if (ch == '\\') {
		copy_escape(c);
	} else if (starts_word(c, STR("url("))) {
		copy_url(c);
	} else {
		if (starts_word(c, STR("@import")))
			problem(c, "@import has no place here: all .css files "
				   "of a theme are joined");
		copy_char(c);
	}
}

static bool
ends_style(struct str css)
{
	size_t at = 0;

	while ((at = str_find(css, STR("</"), at)) != SIZE_MAX) {
		if (str_eq_nocase(str_sub(css, at, 7), STR("</style")))
			return true;
		at += 2;
	}
	return false;
}

void
css_append(struct buf *out, struct str file, struct str css,
    const struct css_files *files, struct tpl_report *r)
{
	struct css c = {
		.out = out,
		.file = file,
		.src = css,
		.line = 1,
		.files = files,
		.r = r,
		.first = out->n,
		.tight = true,
	};

	while (c.at < css.n)
		copy_next(&c);
	if (c.open != 0)
		problem(&c, "a { is never closed");
	if (ends_style(str_from(buf_str(out), c.first)))
		tpl_problem_add(r, file, 0,
		    "</style would end the element that holds the style");
}
