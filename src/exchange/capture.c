/* SPDX-License-Identifier: MIT */
/* Reading a captured page; see the header. */

#include "exchange/capture.h"

#include <jansson.h>

#include "exchange/run.h"

/* ---- the dump: string(2009) "[…]" ---- */

struct dump {
	size_t at;	 /* where it begins; SIZE_MAX: there is none */
	struct str json; /* what stands between its quotes */
	struct str after;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Does a dump begin here?  Gives its count and where its bytes begin. */
static bool
dump_head(struct str s, size_t at, int64_t *count, size_t *from)
{
	size_t i = at + sizeof("string(") - 1;
	size_t digits = i;

	if (!str_starts(str_from(s, at), STR("string(")))
		return false;
	while (i < s.n && is_digit(s.p[i]))
		i++;
	if (!str_int(str_sub(s, digits, i - digits), count) ||
	    !str_starts(str_from(s, i), STR(") \"")))
		return false;
	*from = i + 3;
	return true;
}

/*
 * The count is checked in bytes.  A quote may stand at the wrong place by
 * chance, so only white space, or a new line, may follow the right one.
 */
static enum err
dump_cut(
    struct ctx *ctx, struct str s, int64_t count, size_t from, struct dump *out)
{
	size_t n = count > 0 ? (size_t)count : 0;
	size_t end = s.n;

	if (n < s.n - from && s.p[from + n] == '"') {
		struct str after = str_from(s, from + n + 1);

		if (str_trim(str_cut(after, '\n', &(struct str){ 0 })).n == 0) {
			out->json = str_sub(s, from, n);
			out->after = str_trim(after);
			return ERR_OK;
		}
	}
	while (end > from && s.p[end - 1] != '"')
		end--;
	if (end <= from)
		return FAIL(ctx, ERR_INVALID,
		    "the list has no end: string(%" PRId64
		    ") is not closed by a quote",
		    count);
	return FAIL(ctx, ERR_INVALID,
	    "the list says string(%" PRId64
	    "), but %zu bytes stand between its quotes",
	    count, end - 1 - from);
}

static enum err
dump_find(struct ctx *ctx, struct str s, struct dump *out)
{
	int64_t count = 0;
	size_t from = 0;

	out->at = SIZE_MAX;
	for (size_t at = 0; at < s.n;) {
		size_t line = str_find_char(s, '\n', at);

		if (dump_head(s, at, &count, &from)) {
			out->at = at;
			return dump_cut(ctx, s, count, from, out);
		}
		if (line == SIZE_MAX)
			break;
		at = line + 1;
	}
	return ERR_OK;
}

/* ---- the list's entries ---- */

static void
json_clear(json_t **j)
{
	json_decref(*j);
}

static enum err
entry_text(struct ctx *ctx, const json_t *o, const char *name, size_t i,
    struct str *out)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_string(v))
		return FAIL(ctx, ERR_INVALID,
		    "entry %zu of the list has no text called “%s”", i + 1,
		    name);
	*out = str_dup(
	    ctx->arena, str_make(json_string_value(v), json_string_length(v)));
	return ERR_OK;
}

/* A number in quotes, as the old system writes them. */
static enum err
entry_number(
    struct ctx *ctx, const json_t *o, const char *name, size_t i, int64_t *out)
{
	struct str s = { 0 };

	TRY(entry_text(ctx, o, name, i, &s));
	if (!str_int(s, out) || *out <= 0 || *out > CAPTURE_ID_MAX ||
	    s.p[0] == '0')
		return FAIL(ctx, ERR_INVALID,
		    "the %s of entry %zu of the list is “%s”: it must be a "
		    "number above 0",
		    name, i + 1, text_quote(ctx->arena, s));
	return ERR_OK;
}

static enum err
entry_read(struct ctx *ctx, const json_t *o, size_t i, struct wire_item *out,
    size_t *extra)
{
	if (!json_is_object(o))
		return FAIL(ctx, ERR_INVALID,
		    "entry %zu of the list is not an object", i + 1);
	TRY(entry_number(ctx, o, "id", i, &out->id));
	TRY(entry_number(ctx, o, "sort", i, &out->sort));
	TRY(entry_text(ctx, o, "contenttypeid", i, &out->content_type));
	TRY(entry_text(ctx, o, "pic", i, &out->pic));
	TRY(entry_text(ctx, o, "title", i, &out->title));
	if (str_trim(out->title).n == 0)
		return FAIL(ctx, ERR_INVALID,
		    "entry %zu of the list has an empty title", i + 1);
	*extra += json_object_size(o) - 5;
	return ERR_OK;
}

static enum err
entries_distinct(struct ctx *ctx, const struct wire_item *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = i + 1; j < n; j++) {
			if (v[i].id == v[j].id)
				return FAIL(ctx, ERR_CONFLICT,
				    "entries %zu and %zu of the list have the "
				    "same id, %" PRId64,
				    i + 1, j + 1, v[i].id);
			if (v[i].sort == v[j].sort)
				return FAIL(ctx, ERR_CONFLICT,
				    "entries %zu and %zu of the list have the "
				    "same sort, %" PRId64,
				    i + 1, j + 1, v[i].sort);
		}
	}
	return ERR_OK;
}

static enum err
list_read(struct ctx *ctx, struct str text, struct capture *out)
{
	json_error_t why;
	CLEANUP(json_clear)
	json_t *list = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
	struct wire_item *v = NULL;
	size_t n = 0;

	if (list == NULL)
		return FAIL(ctx, ERR_INVALID,
		    "the list is not JSON (byte %d of it): %s", why.position,
		    text_quote(ctx->arena, str_c(why.text)));
	if (!json_is_array(list))
		return FAIL(ctx, ERR_INVALID, "the list is not an array");
	n = json_array_size(list);
	if (n > RELATED_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the list has %zu entries, the limit is %d", n,
		    RELATED_MAX);
	v = ARENA_ARRAY(ctx->arena, n, struct wire_item);
	for (size_t i = 0; i < n; i++) {
		TRY(entry_read(
		    ctx, json_array_get(list, i), i, &v[i], &out->extra));
		if (i > 0 && v[i].sort < v[i - 1].sort)
			out->unordered = true;
	}
	TRY(entries_distinct(ctx, v, n));
	out->items = v;
	out->items_n = n;
	return ERR_OK;
}

/* ---- the text ---- */

/* Takes the next block of lines that are not blank; empty at the end. */
static struct str
next_block(struct str *rest)
{
	size_t from = SIZE_MAX;
	size_t end = 0;
	size_t at = 0;

	while (at < rest->n) {
		size_t nl = str_find_char(*rest, '\n', at);
		size_t stop = nl == SIZE_MAX ? rest->n : nl;
		struct str line = str_sub(*rest, at, stop - at);
		bool blank = str_trim(line).n == 0;

		if (blank && from != SIZE_MAX)
			break;
		if (!blank && from == SIZE_MAX)
			from = at;
		if (!blank)
			end = stop;
		at = nl == SIZE_MAX ? rest->n : nl + 1;
	}

	struct str block = from == SIZE_MAX
			       ? (struct str){ 0 }
			       : str_trim(str_sub(*rest, from, end - from));

	*rest = str_from(*rest, at);
	return block;
}

static bool
is_initials(struct str s)
{
	size_t run = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '/') {
			if (run == 0)
				return false;
			run = 0;
			continue;
		}
		if (s.p[i] < 'A' || s.p[i] > 'Z' || ++run > 4)
			return false;
	}
	return run != 0;
}

/* "S/SH 11", "S/SH", "SH 11": initials and the number of the desk. */
static bool
read_signoff(struct str block, struct str *signoff, struct str *desk)
{
	struct str number = { 0 };
	struct str initials = str_cut(block, ' ', &number);

	number = str_trim(number);
	if (block.n > 40 || !is_initials(initials) || number.n > 4)
		return false;
	for (size_t i = 0; i < number.n; i++) {
		if (!is_digit(number.p[i]))
			return false;
	}
	/* "THE" or "NATO" alone is a word. */
	if (number.n == 0 && str_find_char(initials, '/', 0) == SIZE_MAX)
		return false;
	*signoff = initials;
	*desk = number;
	return true;
}

/* U+2028 and U+2029, which end lines too. */
static bool
is_separator(struct str s, size_t at)
{
	return str_starts(str_from(s, at), STR("\xe2\x80\xa8")) ||
	       str_starts(str_from(s, at), STR("\xe2\x80\xa9"));
}

/* One line of several, for agencies wrap long headlines. */
static struct str
one_line(struct arena *a, struct str block)
{
	char *p = arena_alloc(a, block.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < block.n; i++) {
		char c = block.p[i];
		bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';

		if (is_separator(block, i)) {
			blank = true;
			i += 2;
		}
		if (!blank)
			p[n++] = c;
		else if (n != 0 && p[n - 1] != ' ')
			p[n++] = ' ';
	}
	return str_make(p, n);
}

static size_t
count_tags(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < s.n; i++) {
		char c = s.p[i + 1];

		if (s.p[i] == '<' &&
		    ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			c == '/' || c == '!'))
			n++;
	}
	return n;
}

static enum err
text_read(struct ctx *ctx, struct str text, struct capture *out)
{
	struct buf body;
	struct str held = { 0 };
	struct str block = { 0 };

	out->headline = one_line(ctx->arena, next_block(&text));
	if (out->headline.n == 0)
		return FAIL(ctx, ERR_INVALID,
		    out->has_list
			? "there is nothing but a list: no headline, no date "
			  "and no text"
			: "there is nothing but white space in it");
	if (utf8_length(out->headline) > HEADLINE_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "its first paragraph is %zu characters long: a headline "
		    "may have %d",
		    utf8_length(out->headline), HEADLINE_MAX);
	out->date = one_line(ctx->arena, next_block(&text));
	if (out->date.n == 0)
		return FAIL(
		    ctx, ERR_INVALID, "there is no date below the headline");
	buf_init(&body, ctx->arena, BODY_MAX);
	while ((block = next_block(&text)).n != 0) {
		if (held.n != 0) {
			buf_printf(
			    &body, "%s", out->paragraphs++ ? "\n\n" : "");
			buf_put(&body, held);
		}
		held = block;
	}
	if (held.n != 0 && !read_signoff(held, &out->signoff, &out->desk)) {
		buf_printf(&body, "%s", out->paragraphs++ ? "\n\n" : "");
		buf_put(&body, held);
	}
	return buf_done(ctx, &body, &out->body);
}

enum err
capture_parse(struct ctx *ctx, struct str bytes, struct capture *out)
{
	struct capture c = { 0 };
	struct dump dump = { 0 };
	struct str text = bytes;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	TRY(text_check(ctx, bytes));
	TRY(dump_find(ctx, text, &dump));
	c.has_list = dump.at != SIZE_MAX;
	c.trailer = dump.after;
	if (c.has_list) {
		text = str_sub(text, 0, dump.at);
		if (str_trim(text).n != 0)
			TRY(list_read(ctx, dump.json, &c));
	}
	TRY(text_read(ctx, text, &c));
	c.tags = count_tags(text);
	if (c.tags > CAPTURE_TAGS_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "it holds %zu HTML tags: this is the source of a page, not "
		    "its text as a crawler saw it",
		    c.tags);
	*out = c;
	return ERR_OK;
}
