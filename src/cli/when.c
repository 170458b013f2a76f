/* SPDX-License-Identifier: MIT */
/* "tomorrow 06:00" and the like. */

#include "cli/when.h"

#include "markup/locale.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, AHEAD_MAX = 366 * DAY };

/* ---- "+2h" ---- */

static bool
ahead(struct str s, int64_t *seconds)
{
	int64_t n = 0;
	int64_t unit = 0;

	if (s.n < 3 || s.p[0] != '+' || !str_int(str_sub(s, 1, s.n - 2), &n) ||
	    n <= 0 || n > AHEAD_MAX)
		return false;
	unit = s.p[s.n - 1] == 'm'   ? MINUTE
	       : s.p[s.n - 1] == 'h' ? HOUR
	       : s.p[s.n - 1] == 'd' ? DAY
				     : 0;
	*seconds = n * unit;
	return unit != 0 && *seconds <= AHEAD_MAX;
}

/* ---- "06:00", "06:00:30" ---- */

static bool
clock_part(struct str s, int max, int *out)
{
	int64_t v = 0;

	if (s.n == 0 || s.n > 2 || !str_int(s, &v) || v < 0 || v > max)
		return false;
	*out = (int)v;
	return true;
}

static bool
clock_time(struct str s, struct wall_time *w)
{
	struct str minutes = { 0 };
	struct str seconds = { 0 };
	struct str hours = str_cut(s, ':', &minutes);

	minutes = str_cut(minutes, ':', &seconds);
	w->second = 0;
	return clock_part(hours, 23, &w->hour) && minutes.n == 2 &&
	       clock_part(minutes, 59, &w->minute) &&
	       (seconds.n == 0 || clock_part(seconds, 59, &w->second));
}

/* ---- "tomorrow", "friday" ---- */

static bool
day_word(struct str s, int today, int *days)
{
	static const char *const week[] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };

	*days = 0;
	if (str_eq(s, STR("today")))
		return true;
	*days = 1;
	if (str_eq(s, STR("tomorrow")))
		return true;
	for (int i = 0; i < 7; i++) {
		*days = (i - today + 6) % 7 + 1;
		if (str_eq(s, str_c(week[i])) ||
		    str_eq(s, str_sub(str_c(week[i]), 0, 3)))
			return true;
	}
	return false;
}

/* 0: Monday.  Noon by the zone's clock lies on that day in UTC too, or next
   to it: the day itself is counted. */
static int
weekday(const struct wall_time *w)
{
	static const int shift[] = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 };
	int y = w->year - (w->month < 3);

	return (y + y / 4 - y / 100 + y / 400 + shift[w->month - 1] + w->day +
		   6) %
	       7;
}

/* So many days later on the calendar, whatever the clock does meanwhile. */
static enum err
move_days(struct ctx *ctx, struct wall_time *w, int days)
{
	struct wall_time noon = { w->year, w->month, w->day, 12, 0, 0 };
	int64_t at = 0;

	TRY(zone_to_utc(ctx, STR("UTC"), &noon, &at));
	TRY(zone_from_utc(ctx, STR("UTC"), at + (int64_t)days * DAY, &noon));
	w->year = noon.year;
	w->month = noon.month;
	w->day = noon.day;
	return ERR_OK;
}

/* *is: false when the text is not of that kind. */
static enum err
spoken(
    struct ctx *ctx, struct str text, struct str zone, bool *is, int64_t *out)
{
	struct str s = str_lower_ascii(ctx->arena, text);
	struct str time = { 0 };
	struct str day = str_cut(s, ' ', &time);
	struct wall_time w = { 0 };
	int days = 0;

	time = str_trim(time);
	if (str_starts(time, STR("at ")))
		time = str_trim(str_from(time, 3));
	TRY(zone_from_utc(ctx, zone, ctx_now(ctx), &w));
	if (clock_time(s, &w)) {
		*is = true;
		return zone_to_utc(ctx, zone, &w, out);
	}
	*is = day_word(day, weekday(&w), &days) && clock_time(time, &w);
	if (!*is)
		return ERR_OK;
	TRY(move_days(ctx, &w, days));
	return zone_to_utc(ctx, zone, &w, out);
}

enum err
when_parse(struct ctx *ctx, struct str text, struct str zone, int64_t *out)
{
	struct str s = str_trim(text);
	int64_t seconds = 0;
	bool is = false;

	if (ahead(s, &seconds)) {
		*out = ctx_now(ctx) + seconds;
		return ERR_OK;
	}
	TRY(spoken(ctx, s, zone, &is, out));
	if (is || date_parse(ctx, s, zone, out) == ERR_OK)
		return ERR_OK;
	return FAIL(ctx, ERR_INVALID,
	    "\"%.*s\" is no time; write it as \"2026-11-24 06:00\", \"06:00\", "
	    "\"tomorrow 06:00\", \"friday 06:00\" or \"+2h\"",
	    STR_FMT(utf8_head(s, 60)));
}

struct str
when_text(struct ctx *ctx, struct str zone, int64_t at)
{
	struct wall_time w = { 0 };

	if (zone_from_utc(ctx, zone, at, &w) != ERR_OK)
		return STR("");
	return str_printf(ctx->arena, "%04d-%02d-%02d %02d:%02d:%02d %.*s",
	    w.year, w.month, w.day, w.hour, w.minute, w.second,
	    STR_FMT(zone.n != 0 ? zone : STR("UTC")));
}
