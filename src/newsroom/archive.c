/* SPDX-License-Identifier: MIT */
/* The archive by years, months and days. */

#include "newsroom/archive.h"

#include <assert.h>

#include "markup/locale.h"
#include "newsroom/list.h"
#include "store/sql.h"

enum grain { GRAIN_ALL, GRAIN_YEAR, GRAIN_MONTH, GRAIN_DAY };

/* ---- periods ---- */

static enum grain
grain_of(const struct period *p)
{
	if (p->day != 0)
		return GRAIN_DAY;
	if (p->month != 0)
		return GRAIN_MONTH;
	return p->year != 0 ? GRAIN_YEAR : GRAIN_ALL;
}

static struct period
cut(struct period p, enum grain grain)
{
	if (grain < GRAIN_DAY)
		p.day = 0;
	if (grain < GRAIN_MONTH)
		p.month = 0;
	if (grain < GRAIN_YEAR)
		p.year = 0;
	return p;
}

static bool
same(struct period a, struct period b, enum grain grain)
{
	a = cut(a, grain);
	b = cut(b, grain);
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

bool
period_exists(const struct period *p)
{
	switch (grain_of(p)) {
	case GRAIN_ALL:
		return true;
	case GRAIN_YEAR:
		return date_exists(p->year, 1, 1);
	case GRAIN_MONTH:
		return date_exists(p->year, p->month, 1);
	case GRAIN_DAY:
		break;
	}
	return date_exists(p->year, p->month, p->day);
}

struct str
period_name(struct arena *a, const struct period *p)
{
	switch (grain_of(p)) {
	case GRAIN_ALL:
		return STR("");
	case GRAIN_YEAR:
		return str_printf(a, "%04d", p->year);
	case GRAIN_MONTH:
		return str_printf(a, "%04d-%02d", p->year, p->month);
	case GRAIN_DAY:
		break;
	}
	return str_printf(a, "%04d-%02d-%02d", p->year, p->month, p->day);
}

/* Its first day, and the first after it. */
static void
period_days(const struct period *p, struct period *first, struct period *next)
{
	enum grain grain = grain_of(p);

	*first = *p;
	if (first->month == 0)
		first->month = 1;
	if (first->day == 0)
		first->day = 1;
	*next = *first;
	if (grain == GRAIN_DAY) {
		date_from_days(days_from_date(p->year, p->month, p->day) + 1,
		    &next->year, &next->month, &next->day);
		return;
	}
	next->month += grain == GRAIN_MONTH ? 1 : 12;
	if (next->month > 12) {
		next->month -= 12;
		next->year++;
	}
}

/* The day's first moment: of a midnight that is skipped, what follows it. */
static enum err
day_start(struct ctx *ctx, struct str zone, struct period day, int64_t *out)
{
	const struct wall_time wall = {
		.year = day.year,
		.month = day.month,
		.day = day.day,
	};

	if (day.year > 9999) {
		*out = INT64_MAX; /* no story is later */
		return ERR_OK;
	}
	return zone_to_utc(ctx, zone, &wall, out);
}

enum err
period_span(struct ctx *ctx, struct str zone, const struct period *p,
    int64_t *from, int64_t *until)
{
	struct period first = { 0 };
	struct period next = { 0 };

	if (grain_of(p) == GRAIN_ALL) {
		*from = INT64_MIN;
		*until = INT64_MAX;
		return ERR_OK;
	}
	period_days(p, &first, &next);
	TRY(day_start(ctx, zone, first, from));
	return day_start(ctx, zone, next, until);
}

static enum err
period_of(struct ctx *ctx, struct str zone, int64_t at, struct period *out)
{
	struct wall_time wall = { 0 };

	TRY(zone_from_utc(ctx, zone, at, &wall));
	*out = (struct period){ wall.year, wall.month, wall.day };
	return ERR_OK;
}

/* ---- look-ups ---- */

/* A place in an edition's range, by its key. */
struct place {
	int64_t at, story;
	bool there;
};

static enum err
place_below(struct ctx *ctx, struct store *st, int64_t edition, int64_t at,
    int64_t story, struct place *out)
{
	const struct sql_range_older_row *rows = NULL;
	size_t n = 0;

	TRY(sql_range_older(ctx, st,
	    &(struct sql_range_older){
		.kind = RANGE_EDITION,
		.ref = edition,
		.at = at,
		.story = story,
		.since = INT64_MIN,
		.n = 1,
	    },
	    &rows, &n));
	*out = (struct place){ 0 };
	if (n > 0)
		*out = (struct place){ rows[0].at, rows[0].story, true };
	return ERR_OK;
}

static enum err
place_above(struct ctx *ctx, struct store *st, int64_t edition, int64_t at,
    int64_t story, struct place *out)
{
	const struct sql_range_newer_row *rows = NULL;
	size_t n = 0;

	TRY(sql_range_newer(ctx, st,
	    &(struct sql_range_newer){
		.kind = RANGE_EDITION,
		.ref = edition,
		.at = at,
		.story = story,
		.until = INT64_MAX,
		.n = 1,
	    },
	    &rows, &n));
	*out = (struct place){ 0 };
	if (n > 0)
		*out = (struct place){ rows[0].at, rows[0].story, true };
	return ERR_OK;
}

/* No id is 0: the first key that a moment can have, or the one below it. */
enum { NO_STORY = 0 };

enum err
archive_look(struct ctx *ctx, struct store *st, const struct archive *in,
    struct archive_look *out)
{
	struct archive_look look = { 0 };
	enum grain grain = grain_of(&in->period);
	struct place p = { 0 };
	int64_t from = 0;
	int64_t until = 0;

	TRY(period_span(ctx, in->zone, &in->period, &from, &until));
	TRY(place_above(ctx, st, in->edition, from, NO_STORY, &p));
	look.any = p.there && p.at < until;
	if (look.any)
		TRY(place_above(ctx, st, in->edition, until, NO_STORY, &p));
	if (p.there) {
		TRY(period_of(ctx, in->zone, p.at, &look.newer));
		look.newer = cut(look.newer, grain);
	}
	TRY(place_below(ctx, st, in->edition, from, NO_STORY, &p));
	if (p.there) {
		TRY(period_of(ctx, in->zone, p.at, &look.older));
		look.older = cut(look.older, grain);
	}
	*out = look;
	return ERR_OK;
}

/* From the newest story down, each time below the part that it stands in. */
static enum err
parts_down(struct ctx *ctx, struct store *st, const struct archive *in,
    struct period *parts, size_t *n)
{
	enum grain grain = grain_of(&in->period) + 1;
	struct place p = { 0 };
	int64_t from = 0;
	int64_t below = 0;
	int64_t ignored = 0;

	TRY(period_span(ctx, in->zone, &in->period, &from, &below));
	while (*n < ARCHIVE_PARTS_MAX) {
		struct period part = { 0 };

		TRY(place_below(ctx, st, in->edition, below, NO_STORY, &p));
		if (!p.there || p.at < from)
			return ERR_OK;
		TRY(period_of(ctx, in->zone, p.at, &part));
		part = cut(part, grain);
		parts[(*n)++] = part;
		TRY(period_span(ctx, in->zone, &part, &below, &ignored));
		/* A zone whose clock has no such moment must not hold us. */
		if (below > p.at)
			below = p.at;
	}
	return ERR_OK;
}

enum err
archive_parts(struct ctx *ctx, struct store *st, const struct archive *in,
    const struct period **out, size_t *n)
{
	struct period *parts =
	    ARENA_ARRAY(ctx->arena, ARCHIVE_PARTS_MAX, struct period);
	size_t found = 0;

	assert(in->period.day == 0);
	TRY(parts_down(ctx, st, in, parts, &found));
	for (size_t i = 0; i < found / 2; i++) {
		struct period p = parts[i];

		parts[i] = parts[found - 1 - i];
		parts[found - 1 - i] = p;
	}
	*out = parts;
	*n = found;
	return ERR_OK;
}

/* ---- what a story changes ---- */

struct str
archive_tag(struct arena *a, int64_t edition, const struct period *p)
{
	struct str name = period_name(a, p);

	if (name.n == 0)
		return str_printf(a, "archive:%" PRId64, edition);
	return str_printf(
	    a, "archive:%" PRId64 ":%.*s", edition, STR_FMT(name));
}

/* The stories beside it, and the days that they stand in. */
struct beside {
	struct place place[2];
	struct period day[2];
};

static enum err
read_beside(struct ctx *ctx, struct store *st, const struct archive_move *in,
    struct beside *out)
{
	TRY(place_below(
	    ctx, st, in->edition, in->at, in->story, &out->place[0]));
	TRY(place_above(
	    ctx, st, in->edition, in->at, in->story, &out->place[1]));
	for (int i = 0; i < 2; i++)
		if (out->place[i].there)
			TRY(period_of(
			    ctx, in->zone, out->place[i].at, &out->day[i]));
	return ERR_OK;
}

enum err
archive_touched(struct ctx *ctx, struct store *st,
    const struct archive_move *in, struct str *out, size_t *n)
{
	struct beside beside = { 0 };
	struct period day = { 0 };

	*n = 0;
	TRY(period_of(ctx, in->zone, in->at, &day));
	TRY(read_beside(ctx, st, in, &beside));
	for (enum grain g = GRAIN_DAY;; g--) {
		struct period own = cut(day, g);

		out[(*n)++] = archive_tag(ctx->arena, in->edition, &own);
		if (g == GRAIN_ALL)
			return ERR_OK;
		for (int i = 0; i < 2; i++)
			if (beside.place[i].there &&
			    same(beside.day[i], day, g))
				return ERR_OK; /* not alone in it */
		for (int i = 0; i < 2; i++) {
			struct period p = cut(beside.day[i], g);

			if (beside.place[i].there)
				out[(*n)++] =
				    archive_tag(ctx->arena, in->edition, &p);
		}
	}
}
