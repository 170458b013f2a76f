/* SPDX-License-Identifier: MIT */
/*
 * Titles and summaries of sites made with Hugo hold what its templates would
 * have turned into a page: shortcodes, named characters, a little HTML.
 * Here they are plain text.
 */

#include "exchange/front.h"
#include "markup/plain.h"

/* ---- shortcodes: the marks go, the words between them stay ---- */

static struct str
drop_shortcodes(struct arena *a, struct str s)
{
	struct buf b;
	size_t at = 0;

	buf_init(&b, a, s.n);
	for (;;) {
		size_t from = str_find(s, STR("{{"), at);
		struct str end = STR(">}}");
		size_t to = 0;

		buf_put(&b, str_sub(s, at, from - at));
		if (from == SIZE_MAX)
			break;
		if (from + 2 >= s.n) {
			buf_put(&b, str_from(s, from));
			break;
		}
		if (s.p[from + 2] != '<' && s.p[from + 2] != '%') {
			buf_char(&b, '{'); /* "{{{<": the next may begin one */
			at = from + 1;
			continue;
		}
		if (s.p[from + 2] == '%')
			end = STR("%}}");
		to = str_find(s, end, from + 3);
		at = to != SIZE_MAX ? to + 3 : from + 3;
	}
	return buf_str(&b);
}

/* What one leaves behind may stand together as another. */
static struct str
without_shortcodes(struct arena *a, struct str s)
{
	while (str_find(s, STR("{{<"), 0) != SIZE_MAX ||
	       str_find(s, STR("{{%"), 0) != SIZE_MAX)
		s = drop_shortcodes(a, s); /* is shorter each time */
	return s;
}

/* ---- HTML: only what stands in a line ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "strong" of "<strong>" or "</strong>"; "" when no tag begins there. */
static struct str
tag_name(struct str s)
{
	size_t from = s.n > 1 && s.p[1] == '/' ? 2 : 1;
	size_t to = from;

	while (to < s.n && is_letter(s.p[to]))
		to++;
	if (str_find_char(s, '>', to) == SIZE_MAX)
		return STR("");
	return str_sub(s, from, to - from);
}

static bool
is_inline_tag(struct str s)
{
	static const struct str names[] = { STR_INIT("a"), STR_INIT("abbr"),
		STR_INIT("b"), STR_INIT("br"), STR_INIT("cite"),
		STR_INIT("code"), STR_INIT("del"), STR_INIT("em"),
		STR_INIT("i"), STR_INIT("ins"), STR_INIT("mark"), STR_INIT("p"),
		STR_INIT("q"), STR_INIT("s"), STR_INIT("small"),
		STR_INIT("span"), STR_INIT("strong"), STR_INIT("sub"),
		STR_INIT("sup"), STR_INIT("u") };
	struct str name = tag_name(s);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq_nocase(name, names[i]))
			return true;
	return false;
}

/* "&amp;", "&#8217;", "&#x2019;": without the semicolon it is only an "&". */
static bool
is_character(struct str s)
{
	size_t at = 1;

	while (at < s.n && at < 32 && s.p[at] != ';' &&
	       (is_letter(s.p[at]) || s.p[at] == '#' ||
		   (s.p[at] >= '0' && s.p[at] <= '9')))
		at++;
	return at > 1 && at < s.n && s.p[at] == ';';
}

/* As HTML, in which all that means nothing here is text; *any: it is not. */
static struct str
as_html(struct arena *a, struct str s, bool *any)
{
	struct buf b;

	*any = false;
	buf_init(&b, a, s.n * 5);
	for (size_t i = 0; i < s.n; i++) {
		struct str rest = str_from(s, i);
		char c = s.p[i];
		bool means = (c == '<' && is_inline_tag(rest)) ||
			     (c == '&' && is_character(rest));

		*any = *any || means;
		if (c == '<' && !means)
			BUF_LIT(&b, "&lt;");
		else if (c == '&' && !means)
			BUF_LIT(&b, "&amp;");
		else
			buf_char(&b, c);
	}
	return buf_str(&b);
}

static enum err
make_plain(struct ctx *ctx, struct str *s)
{
	struct sanitise_report lost = { 0 };
	struct html html = { 0 };
	struct str text = without_shortcodes(ctx->arena, *s);
	bool any = false;

	if (str_find_char(text, '<', 0) != SIZE_MAX ||
	    str_find_char(text, '&', 0) != SIZE_MAX) {
		struct str marked = as_html(ctx->arena, text, &any);

		if (any) {
			TRY(sanitise(
			    ctx, marked, &sanitise_story, &html, &lost));
			text = without_shortcodes(
			    ctx->arena, plain_text(ctx->arena, html));
		}
	}
	if (str_find_char(text, '\n', 0) != SIZE_MAX)
		text = front_one_line(ctx->arena, text);
	*s = utf8_is_blank(text) ? STR("") : str_trim(text);
	return ERR_OK;
}

enum err
front_plain(struct ctx *ctx, struct front *f)
{
	struct str *const lines[] = { &f->title, &f->standfirst, &f->deck,
		&f->kicker, &f->byline, &f->dateline, &f->source, &f->lead_alt,
		&f->lead_caption, &f->lead_credit };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		TRY(make_plain(ctx, lines[i]));
	for (size_t i = 0; i < f->tags_n; i++)
		TRY(make_plain(ctx, &f->tags[i]));
	for (size_t i = 0; i < f->authors_n; i++)
		TRY(make_plain(ctx, &f->authors[i]));
	return ERR_OK;
}
