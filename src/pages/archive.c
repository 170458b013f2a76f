/* SPDX-License-Identifier: MIT */
/*
 * The archive: its years, a year's months, a month's calendar, a day's
 * stories.  None of these pages says what day it is today: they stay as they
 * are until a story of their own time comes or goes.
 */

#include "pages/part.h"

#include <assert.h>

enum {
	DAY_ITEMS = 40, /* stories of every page of a day */
	WEEK = 7,
	WEEKS_MAX = 6,	     /* that a month can touch */
	MONDAY_DAYS = 19723, /* since 1970: 1 January 2024, a Monday */
};

struct chronicle {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct archive in;
	struct archive_look look;
	struct tags tags;
	struct archive_view view;
	struct str path;
};

/* ---- names of times ---- */

/* Noon of its first day: a moment that no clock skips. */
static enum err
noon(const struct chronicle *c, const struct period *p, int64_t *out)
{
	const struct wall_time wall = {
		.year = p->year,
		.month = p->month != 0 ? p->month : 1,
		.day = p->day != 0 ? p->day : 1,
		.hour = 12,
	};

	return zone_to_utc(c->ctx, c->ask->edition->zone, &wall, out);
}

static enum err
name_of(const struct chronicle *c, const struct period *p, struct str *out)
{
	int64_t at = 0;

	if (p->year == 0) {
		*out = c->ask->w->archive;
		return ERR_OK;
	}
	TRY(noon(c, p, &at));
	if (p->month == 0)
		return locale_date_pattern(
		    c->ctx, c->ask->locale, STR("y"), at, out);
	return locale_date(c->ctx, c->ask->locale,
	    p->day == 0 ? DATE_MONTH : DATE_DAY, at, out);
}

struct str
path_archive(struct arena *a, const struct edition *e, const struct period *p)
{
	struct str prefix = path_prefix(a, e);

	if (p->year == 0)
		return str_printf(a, "%.*s/archive", STR_FMT(prefix));
	if (p->month == 0)
		return str_printf(
		    a, "%.*s/archive/%04d", STR_FMT(prefix), p->year);
	if (p->day == 0)
		return str_printf(a, "%.*s/archive/%04d/%02d", STR_FMT(prefix),
		    p->year, p->month);
	return str_printf(a, "%.*s/archive/%04d/%02d/%02d", STR_FMT(prefix),
	    p->year, p->month, p->day);
}

static enum err
link_to(
    const struct chronicle *c, const struct period *p, struct link_view *out)
{
	out->url = path_archive(c->ctx->arena, c->ask->edition, p);
	return name_of(c, p, &out->title);
}

/* ---- calendars ---- */

static bool
has_part(const struct period *parts, size_t n, const struct period *p)
{
	for (size_t i = 0; i < n; i++)
		if (parts[i].year == p->year && parts[i].month == p->month &&
		    parts[i].day == p->day)
			return true;
	return false;
}

static enum err
years_make(struct chronicle *c, const struct period *parts, size_t n)
{
	struct link_view *links =
	    ARENA_ARRAY(c->ctx->arena, n, struct link_view);

	for (size_t i = 0; i < n; i++)
		TRY(link_to(c, &parts[n - 1 - i], &links[i]));
	c->view.places = links;
	c->view.places_n = n;
	c->view.has_places = n > 0;
	return ERR_OK;
}

/* All twelve; those with stories are linked. */
static enum err
months_make(struct chronicle *c, const struct period *parts, size_t n)
{
	struct link_view *links =
	    ARENA_ARRAY(c->ctx->arena, 12, struct link_view);

	for (int i = 0; i < 12; i++) {
		struct period p = { c->in.period.year, i + 1, 0 };
		int64_t at = 0;

		TRY(noon(c, &p, &at));
		TRY(locale_date_pattern(
		    c->ctx, c->ask->locale, STR("LLLL"), at, &links[i].title));
		if (has_part(parts, n, &p))
			links[i].url =
			    path_archive(c->ctx->arena, c->ask->edition, &p);
	}
	c->view.places = links;
	c->view.places_n = 12;
	c->view.has_places = true;
	return ERR_OK;
}

static enum err
weekdays_make(struct chronicle *c, struct month_view *v)
{
	struct day_view *days =
	    ARENA_ARRAY(c->ctx->arena, WEEK, struct day_view);
	const struct locale *l = c->ask->locale;

	for (int i = 0; i < WEEK; i++) {
		struct period p = { 0 };
		int64_t at = 0;

		date_from_days(MONDAY_DAYS + (locale_week_start(l) + i) % WEEK,
		    &p.year, &p.month, &p.day);
		TRY(noon(c, &p, &at));
		TRY(locale_date_pattern(
		    c->ctx, l, STR("ccc"), at, &days[i].title));
		TRY(locale_date_pattern(
		    c->ctx, l, STR("cccc"), at, &days[i].label));
	}
	v->weekdays = days;
	v->weekdays_n = WEEK;
	return ERR_OK;
}

static enum err
day_make(struct chronicle *c, struct period p, bool any, struct day_view *out)
{
	int64_t at = 0;

	TRY(locale_number(c->ctx, c->ask->locale, p.day, &out->title));
	if (!any)
		return ERR_OK;
	TRY(noon(c, &p, &at));
	TRY(locale_date(c->ctx, c->ask->locale, DATE_DAY, at, &out->label));
	out->url = path_archive(c->ctx->arena, c->ask->edition, &p);
	return ERR_OK;
}

static enum err
month_make(struct chronicle *c, const struct period *parts, size_t n)
{
	struct arena *a = c->ctx->arena;
	struct month_view *v = ARENA_NEW(a, struct month_view);
	struct week_view *weeks = ARENA_ARRAY(a, WEEKS_MAX, struct week_view);
	struct day_view *days =
	    ARENA_ARRAY(a, WEEKS_MAX * WEEK, struct day_view);
	struct period p = { c->in.period.year, c->in.period.month, 1 };
	int64_t first = days_from_date(p.year, p.month, 1) - MONDAY_DAYS;
	/* Cells before the first of the month. */
	size_t cell =
	    (size_t)(((first - locale_week_start(c->ask->locale)) % WEEK +
			 WEEK) %
		     WEEK);

	for (; date_exists(p.year, p.month, p.day); p.day++)
		TRY(day_make(c, p, has_part(parts, n, &p), &days[cell++]));
	v->weeks_n = (cell + WEEK - 1) / WEEK;
	for (size_t i = 0; i < v->weeks_n; i++)
		weeks[i] = (struct week_view){ &days[i * WEEK], WEEK };
	v->weeks = weeks;
	TRY(weekdays_make(c, v));
	c->view.month = v;
	return ERR_OK;
}

static enum err
calendar_make(struct chronicle *c)
{
	const struct period *parts = NULL;
	size_t n = 0;

	TRY(archive_parts(c->ctx, c->ask->st, &c->in, &parts, &n));
	if (c->in.period.year == 0) {
		c->look.any = n > 0;
		return years_make(c, parts, n);
	}
	if (!c->look.any)
		return ERR_OK;
	return c->in.period.month == 0 ? months_make(c, parts, n)
				       : month_make(c, parts, n);
}

/* ---- a day ---- */

/* In a range, 0 means that it has no end; no story stands at that moment. */
static int64_t
bound(int64_t at)
{
	return at != 0 ? at : 1;
}

static enum err
items_make(struct chronicle *c, const struct teaser *t, size_t n)
{
	struct teaser_view *items = NULL;
	size_t shown = n > DAY_ITEMS ? DAY_ITEMS : n;

	TRY(teasers_make(c->ctx, c->ask, t, shown, &c->tags, &items));
	for (size_t i = 0; i < shown; i++)
		TRY(time_clock(c->ctx, c->ask, t[i].at, &items[i].time));
	c->view.items = items;
	c->view.items_n = shown;
	c->view.has_items = shown > 0;
	if (n > shown)
		c->view.older = cursor_path(
		    c->ctx->arena, c->path, t[shown - 1].at, t[shown - 1].id);
	return ERR_OK;
}

/* *moved: nothing of the day stands above, so that it is the first page. */
static enum err
newer_make(struct chronicle *c, struct range range, const struct teaser *first,
    bool *moved)
{
	const struct teaser *t = NULL;
	size_t n = 0;

	range.at = first->at;
	range.story = first->id;
	range.n = DAY_ITEMS + 1;
	TRY(range_read_newer(c->ctx, c->ask->st, &range, &t, &n));
	*moved = n == 0;
	c->view.newer = n <= DAY_ITEMS ? c->path
				       : cursor_path(c->ctx->arena, c->path,
					     t[0].at, t[0].id);
	return ERR_OK;
}

static enum err
day_list(struct chronicle *c, struct str before, bool *moved)
{
	struct range range = {
		.kind = RANGE_EDITION,
		.ref = c->in.edition,
		.n = DAY_ITEMS + 1,
	};
	const struct teaser *t = NULL;
	int64_t from = 0;
	int64_t until = 0;
	size_t n = 0;

	TRY(period_span(c->ctx, c->in.zone, &c->in.period, &from, &until));
	range.from = bound(from);
	range.until = bound(until);
	range.at = until - 1;
	range.story = INT64_MAX;
	if (before.n > 0 && !cursor_read(before, &range.at, &range.story))
		return FAIL(
		    c->ctx, ERR_INVALID, "\"before\" is no place in a list");
	if (range.at >= until) {
		*moved = true;
		return ERR_OK;
	}
	TRY(range_read(c->ctx, c->ask->st, &range, &t, &n));
	if (before.n > 0 && n == 0)
		return FAIL(c->ctx, ERR_NOTFOUND, "the day ends before");
	TRY(items_make(c, t, n));
	return before.n > 0 ? newer_make(c, range, &t[0], moved) : ERR_OK;
}

/* ---- around it ---- */

/* The larger times that it lies in. */
static enum err
trail_make(struct chronicle *c)
{
	const struct period *p = &c->in.period;
	struct period steps[] = { { 0 }, { p->year, 0, 0 },
		{ p->year, p->month, 0 } };
	size_t n = p->year == 0 ? 0 : p->month == 0 ? 1 : p->day == 0 ? 2 : 3;
	struct link_view *links =
	    ARENA_ARRAY(c->ctx->arena, n, struct link_view);

	for (size_t i = 0; i < n; i++)
		TRY(link_to(c, &steps[i], &links[i]));
	c->view.trail = links;
	c->view.trail_n = n;
	c->view.has_trail = n > 0;
	return ERR_OK;
}

static enum err
neighbour(struct chronicle *c, const struct period *p, struct str words,
    const struct link_view **out)
{
	struct link_view *l = NULL;

	if (p->year == 0)
		return ERR_OK;
	if (!c->look.any)
		tag_word(
		    &c->tags, archive_tag(c->ctx->arena, c->in.edition, p));
	l = ARENA_NEW(c->ctx->arena, struct link_view);
	TRY(link_to(c, p, l));
	l->title = words_fill(c->ctx->arena, words, "name", l->title);
	c->view.has_neighbours = true;
	*out = l;
	return ERR_OK;
}

static enum err
neighbours_make(struct chronicle *c)
{
	const struct period root = { 0 };

	TRY(neighbour(c, &c->look.newer, c->ask->w->next_time, &c->view.later));
	TRY(neighbour(
	    c, &c->look.older, c->ask->w->last_time, &c->view.earlier));
	/* An archive without any story learns of the first by its years. */
	if (!c->look.any && !c->view.has_neighbours)
		tag_word(
		    &c->tags, archive_tag(c->ctx->arena, c->in.edition, &root));
	return ERR_OK;
}

static const struct str *
elsewhere(const struct chronicle *c)
{
	struct arena *a = c->ctx->arena;
	struct str *paths = ARENA_ARRAY(a, c->ask->editions_n, struct str);

	for (size_t i = 0; i < c->ask->editions_n; i++)
		paths[i] = path_archive(a, &c->ask->editions[i], &c->in.period);
	return paths;
}

static enum err
print(struct chronicle *c, struct str before, struct page *out)
{
	struct frame_view *frame = NULL;
	struct str path = c->path;

	if (before.n > 0)
		path = str_printf(c->ctx->arena, "%.*s?before=%.*s",
		    STR_FMT(path), STR_FMT(before));
	out->noindex = !c->look.any;
	TRY(frame_make(c->ctx, c->ask,
	    &(struct frame_ask){
		.title = c->view.heading,
		.description =
		    words_fill(c->ctx->arena, c->ask->w->archive_of, "name",
			c->in.period.year == 0 ? c->ask->edition->title
					       : c->view.heading),
		.path = path,
		.noindex = !c->look.any,
		.elsewhere = elsewhere(c),
	    },
	    &c->tags, &frame));
	c->view.frame = frame;
	c->view.has_pages = c->view.newer.n > 0 || c->view.older.n > 0;
	if (!c->look.any)
		c->view.empty = c->in.period.year == 0	? c->ask->w->empty_list
				: c->in.period.day != 0 ? c->ask->w->empty_day
							: c->ask->w->empty_time;
	return page_print(
	    c->ctx, c->ask, PRESS_ARCHIVE, &c->view, &c->tags, out);
}

/* A clock that jumped over a whole day never showed it. */
static enum err
check(const struct chronicle *c)
{
	int64_t from = 0;
	int64_t until = 0;

	if (!period_exists(&c->in.period))
		return FAIL(c->ctx, ERR_NOTFOUND, "there is no such day");
	TRY(period_span(c->ctx, c->in.zone, &c->in.period, &from, &until));
	if (from >= until)
		return FAIL(c->ctx, ERR_NOTFOUND, "there is no such day");
	return ERR_OK;
}

enum err
page_archive(struct ctx *ctx, const struct page_ask *ask,
    const struct page_period *in, struct page *out)
{
	struct chronicle c = {
		.ctx = ctx,
		.ask = ask,
		.in = { ask->edition->id, ask->edition->zone, in->period },
		.tags = { .arena = ctx->arena },
		.path = path_archive(ctx->arena, ask->edition, &in->period),
	};
	struct page page = { 0 };
	bool moved = false;

	assert(in->before.n == 0 || in->period.day != 0);
	TRY(check(&c));
	tag_word(&c.tags, archive_tag(ctx->arena, c.in.edition, &c.in.period));
	if (in->period.year != 0)
		TRY(archive_look(ctx, ask->st, &c.in, &c.look));
	TRY(name_of(&c, &in->period, &c.view.heading));
	TRY(in->period.day != 0 ? day_list(&c, in->before, &moved)
				: calendar_make(&c));
	if (moved) {
		page.redirect = c.path;
		tags_give(&c.tags, &page);
		*out = page;
		return ERR_OK;
	}
	TRY(trail_make(&c));
	TRY(neighbours_make(&c));
	TRY(print(&c, in->before, &page));
	*out = page;
	return ERR_OK;
}
