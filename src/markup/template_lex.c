/* SPDX-License-Identifier: MIT */
/* Mustache's own syntax. */

#include "markup/template_lex.h"

void
lex_init(struct lex *lx, struct str src)
{
	*lx = (struct lex){
		.src = src,
		.line = 1,
		.open = STR("{{"),
		.close = STR("}}"),
	};
}

static int
count_lines(struct str s)
{
	int n = 0;

	for (size_t at = 0; (at = str_find_char(s, '\n', at)) != SIZE_MAX; at++)
		n++;
	return n;
}

/* Moves on to an index, counting the lines. */
static void
move_to(struct lex *lx, size_t to)
{
	lx->line += count_lines(str_sub(lx->src, lx->at, to - lx->at));
	lx->at = to;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Is the tag alone on its lines?  Then *from is where its line begins, and
 * *to where the next one does.
 */
static bool
stands_alone(struct str src, size_t *from, size_t *to)
{
	size_t start = *from;
	size_t end = *to;

	while (start > 0 && is_blank(src.p[start - 1]))
		start--;
	if (start > 0 && src.p[start - 1] != '\n')
		return false;
	while (end < src.n && is_blank(src.p[end]))
		end++;
	if (end + 1 < src.n && src.p[end] == '\r' && src.p[end + 1] == '\n')
		end += 2;
	else if (end < src.n && src.p[end] == '\n')
		end++;
	else if (end < src.n)
		return false;
	*from = start;
	*to = end;
	return true;
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* "a", "a.b", "."; partials also "a/b". */
static bool
is_name(struct str s, bool partial)
{
	bool fresh = true; /* nothing since the last separator */

	if (str_eq(s, STR(".")))
		return !partial;
	for (size_t i = 0; i < s.n; i++) {
		bool separator = s.p[i] == '.' || (partial && s.p[i] == '/');

		if (!separator && !is_name_char(s.p[i]))
			return false;
		if (separator && fresh)
			return false;
		fresh = separator;
	}
	return !fresh;
}

static bool
is_delimiter(struct str s)
{
	if (s.n == 0 || s.n > LEX_DELIM_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] == '=' || s.p[i] == 0x7f)
			return false;
	return true;
}

/* {{=<% %>=}}: inside is what stands between the two =. */
static bool
set_delimiters(struct lex *lx, struct str inside)
{
	struct str s = str_trim(inside);
	size_t gap = 0;
	struct str open;
	struct str close;

	while (gap < s.n && s.p[gap] > ' ')
		gap++;
	open = str_sub(s, 0, gap);
	close = str_trim(str_from(s, gap));
	if (!is_delimiter(open) || !is_delimiter(close))
		return false;
	lx->open = open;
	lx->close = close;
	return true;
}

static enum lex_tag
tag_of(char sigil)
{
	switch (sigil) {
	case '{':
	case '&':
		return LEX_RAW;
	case '#':
		return LEX_SECTION;
	case '^':
		return LEX_INVERTED;
	case '/':
		return LEX_CLOSE;
	case '>':
		return LEX_PARTIAL;
	case '!':
	case '=':
		return LEX_NOTHING;
	default:
		return LEX_VALUE;
	}
}

static void
fault(struct lex_token *out, const char *wrong)
{
	out->tag = LEX_FAULT;
	out->wrong = wrong;
}

/*
 * Index of the closing delimiter that ends a tag whose inside begins at
 * from; SIZE_MAX when there is none.  extra: } or = stands before it.
 */
static size_t
find_close(const struct lex *lx, size_t from, char extra)
{
	size_t at = from;

	if (extra == '\0')
		return str_find(lx->src, lx->close, from);
	while ((at = str_find_char(lx->src, extra, at)) != SIZE_MAX) {
		if (str_starts(str_from(lx->src, at + 1), lx->close))
			return at;
		at++;
	}
	return SIZE_MAX;
}

/* What is behind the opening delimiter at from. */
struct inside {
	size_t begin; /* of the name */
	size_t close; /* of the closing delimiter; SIZE_MAX: there is none */
	size_t end;   /* behind it */
	char sigil;
};

static struct inside
look_inside(const struct lex *lx, size_t from, enum lex_tag *tag)
{
	struct inside in = { .begin = from + lx->open.n };
	char extra = '\0';

	if (in.begin < lx->src.n)
		in.sigil = lx->src.p[in.begin];
	*tag = tag_of(in.sigil);
	if (*tag != LEX_VALUE && in.sigil != '\0')
		in.begin++;
	extra = (char)(in.sigil == '{' ? '}' : in.sigil == '=' ? '=' : '\0');
	in.close = find_close(lx, in.begin, extra);
	if (in.close != SIZE_MAX)
		in.end = in.close + (extra != '\0') + lx->close.n;
	return in;
}

static void
check_tag(struct lex *lx, char sigil, struct lex_token *out)
{
	if (sigil == '=' && !set_delimiters(lx, out->name))
		fault(out, "a change of delimiters is written {{=<% %>=}}: "
			   "two words of up to 8 characters, without =");
	else if (out->tag != LEX_NOTHING &&
		 !is_name(out->name, out->tag == LEX_PARTIAL))
		fault(out, "a tag holds one name of letters, digits, _ and -, "
			   "with dots between its parts");
}

void
lex_next(struct lex *lx, struct lex_token *out)
{
	size_t from = str_find(lx->src, lx->open, lx->at);
	size_t text_at = lx->at;
	struct inside in;

	*out = (struct lex_token){ .text_line = lx->line };
	if (from == SIZE_MAX) {
		out->text = str_from(lx->src, lx->at);
		move_to(lx, lx->src.n);
		out->line = lx->line;
		return;
	}
	in = look_inside(lx, from, &out->tag);
	move_to(lx, from);
	out->line = lx->line;
	if (in.close == SIZE_MAX) {
		out->text = str_sub(lx->src, text_at, from - text_at);
		fault(out, "this tag is never closed");
		move_to(lx, lx->src.n);
		return;
	}
	out->name = str_trim(str_sub(lx->src, in.begin, in.close - in.begin));
	if (out->tag != LEX_VALUE && out->tag != LEX_RAW) {
		size_t line_at = from;

		if (stands_alone(lx->src, &line_at, &in.end)) {
			out->indent = str_sub(lx->src, line_at, from - line_at);
			from = line_at;
		}
	}
	out->text = str_sub(lx->src, text_at, from - text_at);
	move_to(lx, in.end);
	check_tag(lx, in.sigil, out);
}
