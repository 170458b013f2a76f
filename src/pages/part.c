/* SPDX-License-Identifier: MIT */
/* What several kinds of page share: tags, addresses, times. */

#include "pages/part.h"

#include <assert.h>
#include <stdio.h>

#include "newsroom/list.h"

enum { TAGS_ROOM = 64 };

void
rule_tag(struct tags *t, const struct list *l)
{
	if (l->rest != 0)
		tag_add(t, range_tag(l->rest), l->rest_ref);
}

void
tag_word(struct tags *t, struct str s)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->list[i], s))
			return;
	if (t->n == t->room) {
		size_t room = t->room == 0 ? TAGS_ROOM : 2 * t->room;
		struct str *list = ARENA_ARRAY(t->arena, room, struct str);

		if (t->n > 0)
			memcpy(list, t->list, t->n * sizeof(*list));
		t->list = list;
		t->room = room;
	}
	t->list[t->n++] = str_dup(t->arena, s);
}

void
tag_add(struct tags *t, const char *what, int64_t id)
{
	char word[64];
	char digits[STR_INT_MAX];
	struct str number = { 0 };
	size_t n = strlen(what);

	if (id == 0)
		return;
	number = str_of_int(id, digits);
	assert(n + 1 + number.n <= sizeof word);
	memcpy(word, what, n);
	word[n++] = ':';
	memcpy(word + n, number.p, number.n);
	tag_word(t, str_make(word, n + number.n));
}

void
tags_give(const struct tags *t, struct page *out)
{
	out->tags = t->list;
	out->tags_n = t->n;
}

/* Those that readers do not see now may come back at any time. */
enum err
related_tags(
    struct ctx *ctx, struct store *st, int64_t story, struct tags *tags)
{
	const int64_t *ids = NULL;
	size_t n = 0;

	tag_add(tags, "related", story);
	TRY(related_ids(ctx, st, story, &ids, &n));
	for (size_t i = 0; i < n; i++)
		tag_add(tags, "story", ids[i]);
	return ERR_OK;
}

/* ---- addresses ---- */

struct str
path_prefix(struct arena *a, const struct edition *e)
{
	if (e->is_default)
		return STR("");
	return STR_CAT(a, STR("/"), e->code);
}

struct str
path_home(struct arena *a, const struct edition *e)
{
	return STR_CAT(a, path_prefix(a, e), STR("/"));
}

struct str
path_corrections(struct arena *a, const struct edition *e)
{
	return STR_CAT(a, path_prefix(a, e), STR("/corrections"));
}

struct str
path_list(
    struct arena *a, const struct edition *e, const char *what, struct str slug)
{
	return STR_CAT(
	    a, path_prefix(a, e), STR("/"), str_c(what), STR("/"), slug);
}

struct str
path_feed(struct arena *a, struct str list)
{
	return STR_CAT(a, list, STR("/feed.rss"));
}

struct str
path_story(
    struct arena *a, const struct edition *e, int64_t id, struct str slug)
{
	char digits[STR_INT_MAX];

	return STR_CAT(a, path_prefix(a, e), STR("/news/"),
	    str_of_int(id, digits), STR("/"), slug);
}

struct str
whole_url(struct arena *a, const struct page_ask *ask, struct str path)
{
	return STR_CAT(a, ask->url, path);
}

/* ---- cursors ---- */

struct str
cursor_path(struct arena *a, struct str path, int64_t at, int64_t id)
{
	return str_printf(
	    a, "%.*s?before=%" PRId64 "-%" PRId64, STR_FMT(path), at, id);
}

bool
cursor_read(struct str s, int64_t *at, int64_t *id)
{
	char again[64];
	size_t cut = s.n;

	/* What lies before 1970 begins with a hyphen of its own. */
	while (cut > 0 && s.p[cut - 1] != '-')
		cut--;
	if (cut < 2 || !str_int(str_sub(s, 0, cut - 1), at) ||
	    !str_int(str_from(s, cut), id) || *id <= 0)
		return false;
	/* One spelling for each place: addresses are keys of the cache. */
	snprintf(again, sizeof(again), "%" PRId64 "-%" PRId64, *at, *id);
	return str_eq(s, str_c(again));
}

/* ---- the one who asks ---- */

const struct edition *
ask_edition(const struct page_ask *ask, int64_t id)
{
	for (size_t i = 0; i < ask->editions_n; i++)
		if (ask->editions[i].id == id)
			return &ask->editions[i];
	return NULL;
}

enum err
page_ask_init(struct ctx *ctx, const struct page_ask_init *in, struct str code,
    struct page_ask *out)
{
	struct page_ask ask = {
		.st = in->st,
		.press = in->press,
		.url = in->url,
		.standing = in->standing,
		.change = in->change,
		.widths = in->widths != NULL ? in->widths : &still_widths_usual,
	};

	TRY(ask_standing(ctx, &ask));
	for (size_t i = 0; i < ask.editions_n; i++) {
		const struct edition *e = &ask.editions[i];

		/* The default edition has one address, without its code. */
		if (code.n == 0 ? e->is_default
				: !e->is_default && str_eq(e->code, code))
			ask.edition = e;
	}
	if (ask.edition == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no edition \"%.*s\"",
		    STR_FMT(code));
	TRY(press_locale(
	    ctx, in->press, ask.edition->lang, ask.edition->zone, &ask.locale));
	ask.w = press_words(in->press, ask.edition->lang);
	*out = ask;
	return ERR_OK;
}

/* ---- times ---- */

enum err
time_iso(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out)
{
	return locale_date(ctx, ask->locale, DATE_ISO, at, out);
}

enum err
time_clock(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out)
{
	return locale_date_pattern(ctx, ask->locale, STR("HH:mm"), at, out);
}

enum err
time_short(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out)
{
	struct str now = { 0 };
	struct str then = { 0 };

	TRY(time_iso(ctx, ask, ctx_now(ctx), &now));
	TRY(time_iso(ctx, ask, at, &then));
	if (str_eq(str_sub(now, 0, 10), str_sub(then, 0, 10)))
		return time_clock(ctx, ask, at, out);
	if (str_eq(str_sub(now, 0, 4), str_sub(then, 0, 4)))
		return locale_date(ctx, ask->locale, DATE_SHORT, at, out);
	return locale_date_pattern(ctx, ask->locale, STR("d MMM y"), at, out);
}

enum err
time_full(
    struct ctx *ctx, const struct page_ask *ask, int64_t at, struct str *out)
{
	if (ask->edition->date_form.n > 0)
		return locale_date_pattern(
		    ctx, ask->locale, ask->edition->date_form, at, out);
	return locale_date(ctx, ask->locale, DATE_TIME, at, out);
}

enum err
page_print(struct ctx *ctx, const struct page_ask *ask, enum press_page which,
    const void *view, const struct tags *tags, struct page *out)
{
	struct html html = { 0 };

	TRY(press_render(ctx, ask->press, ask->form, which, view, &html));
	out->type = STR("text/html; charset=utf-8");
	out->body = html.s;
	tags_give(tags, out);
	return ERR_OK;
}
