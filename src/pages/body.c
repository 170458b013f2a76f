/* SPDX-License-Identifier: MIT */
/*
 * A story's body on its way to a reader.  What the sanitiser writes is
 * canonical (docs/HTML.md): '<' begins a tag and nothing else, '>' ends it,
 * values stand in double quotes.  So one pass over the tags is enough.
 */

#include "markup/sanitise.h"
#include "pages/part.h"

/* The next tag at or after *at, which moves behind it; with its brackets. */
static bool
next_tag(struct str s, size_t *at, struct str *before, struct str *tag)
{
	size_t open = str_find_char(s, '<', *at);
	size_t shut = open == SIZE_MAX ? open : str_find_char(s, '>', open);

	if (shut == SIZE_MAX) {
		*before = str_from(s, *at);
		*at = s.n;
		return false;
	}
	*before = str_sub(s, *at, open - *at);
	*tag = str_sub(s, open, shut + 1 - open);
	*at = shut + 1;
	return true;
}

static bool
tag_opens(struct str tag, struct str name)
{
	char after = tag.n > name.n ? tag.p[name.n] : 0;

	return str_starts(tag, name) && (after == '>' || after == ' ');
}

struct html
body_tables(struct arena *a, struct html body, struct str label)
{
	struct buf b;
	struct str before = { 0 };
	struct str tag = { 0 };
	size_t at = 0;
	int depth = 0;

	if (str_find(body.s, STR("<table"), 0) == SIZE_MAX)
		return body;
	buf_init(&b, a, PAGE_MAX);
	while (next_tag(body.s, &at, &before, &tag)) {
		buf_put(&b, before);
		if (tag_opens(tag, STR("<table")) && depth++ == 0) {
			BUF_LIT(&b, "<section class=\"scroll\" tabindex=\"0\" "
				    "aria-label=\"");
			escape_html(&b, label);
			BUF_LIT(&b, "\">");
		}
		buf_put(&b, tag);
		if (tag_opens(tag, STR("</table")) && --depth == 0)
			BUF_LIT(&b, "</section>");
	}
	buf_put(&b, before);
	return b.over ? body : (struct html){ buf_str(&b) };
}

/* Does a value begin at that place which names a page or a part of one? */
static bool
is_link(struct str s, size_t value)
{
	static const struct str names[] = { STR_INIT(" href=\""),
		STR_INIT(" src=\""), STR_INIT(" cite=\"") };
	struct str before = str_sub(s, 0, value);

	if (value >= s.n || (s.p[value] != '/' && s.p[value] != '#'))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (str_ends(before, names[i]))
			return true;
	return false;
}

/* Inside a tag at the end of s, if that was so at its beginning? */
static bool
ends_in_tag(struct str s, bool in_tag)
{
	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == '<' || s.p[i] == '>')
			return s.p[i] == '<';
	return in_tag;
}

/*
 * Tags are many and attributes few: it goes from one to the next of what
 * hardly stands anywhere else, but in the words of a story about HTML.
 */
void
body_whole(struct buf *b, struct html body, struct str url, struct str page)
{
	struct str s = body.s;
	bool in_tag = false;
	size_t done = 0;
	size_t seen = 0;
	size_t at = 0;

	while ((at = str_find_char(s, '=', at)) != SIZE_MAX) {
		size_t value = ++at + STR("\"").n;

		if (!is_link(s, value))
			continue;
		in_tag = ends_in_tag(str_sub(s, seen, value - seen), in_tag);
		seen = value;
		if (!in_tag)
			continue;
		buf_put(b, str_sub(s, done, value - done));
		escape_html(b, s.p[value] == '/' ? url : page);
		done = value;
	}
	buf_put(b, str_from(s, done));
}

/* "[A white ferry at its berth]" */
static void
put_alt(struct buf *b, struct str tag)
{
	const struct str name = STR(" alt=\"");
	size_t at = str_find(tag, name, 0);
	size_t end = at == SIZE_MAX ? at : str_find_char(tag, '"', at + name.n);

	if (end == SIZE_MAX || end == at + name.n)
		return;
	buf_char(b, '[');
	buf_put(b, str_sub(tag, at + name.n, end - at - name.n));
	buf_char(b, ']');
}

struct html
body_lite(struct arena *a, struct html body)
{
	struct buf b;
	struct str before = { 0 };
	struct str tag = { 0 };
	size_t at = 0;

	buf_init(&b, a, PAGE_MAX);
	while (next_tag(body.s, &at, &before, &tag)) {
		buf_put(&b, before);
		if (tag_opens(tag, STR("<img")))
			put_alt(&b, tag);
		else
			body_whole(
			    &b, (struct html){ tag }, STR("/lite"), STR(""));
	}
	buf_put(&b, before);
	return (struct html){ buf_str(&b) };
}

struct str
body_words(struct arena *a, struct html body, size_t max)
{
	/* As much more as shows whether something follows. */
	struct str all = html_text(a, body, 2 * max);
	struct str text = all.n > max ? html_text(a, body, max) : all;
	struct buf b;

	buf_init(&b, a, PAGE_MAX);
	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++)
		buf_char(&b, text.p[i] == '\n' ? ' ' : text.p[i]);
	if (all.n > text.n)
		BUF_LIT(&b, " …");
	return buf_str(&b);
}
