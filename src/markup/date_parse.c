/* SPDX-License-Identifier: MIT */
/* Reads dates as machines and the old system write them. */

#include "markup/locale.h"

enum { DATE_MAX = 64, OFFSET_NONE = 1 << 20 };

/* What has been read so far, and what is still to be. */
struct reading {
	struct str rest;
	struct wall_time at;
	int weekday; /* 0 Sunday .. 6; -1 when none was named */
	int offset;  /* seconds east; OFFSET_NONE when none was named */
};

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char *const weekdays[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
	"Fri", "Sat" };

/* min to max digits. */
static bool
take_digits(struct reading *r, size_t min, size_t max, int *out)
{
	size_t n = 0;
	int v = 0;

	while (n < max && n < r->rest.n && r->rest.p[n] >= '0' &&
	       r->rest.p[n] <= '9')
		v = v * 10 + (r->rest.p[n++] - '0');
	if (n < min)
		return false;
	r->rest = str_from(r->rest, n);
	*out = v;
	return true;
}

static bool
take(struct reading *r, const char *text)
{
	struct str want = str_c(text);

	if (!str_eq_nocase(str_sub(r->rest, 0, want.n), want))
		return false;
	r->rest = str_from(r->rest, want.n);
	return true;
}

static bool
take_name(struct reading *r, const char *const *names, int n, int *out)
{
	for (int i = 0; i < n; i++)
		if (take(r, names[i])) {
			*out = i;
			return true;
		}
	return false;
}

/* 14:53 or 8:05, and :43.5 if it is there. */
static bool
take_clock(struct reading *r)
{
	int ignored = 0;

	if (!take_digits(r, 1, 2, &r->at.hour) || !take(r, ":") ||
	    !take_digits(r, 2, 2, &r->at.minute))
		return false;
	if (!take(r, ":"))
		return true;
	if (!take_digits(r, 2, 2, &r->at.second))
		return false;
	return !take(r, ".") || take_digits(r, 1, 9, &ignored);
}

/* Z, GMT, UT, UTC, +03:30, +0330. */
static bool
take_offset(struct reading *r)
{
	int sign = 1;
	int hours = 0;
	int minutes = 0;

	if (take(r, "Z") || take(r, "GMT") || take(r, "UTC") || take(r, "UT")) {
		r->offset = 0;
		return true;
	}
	if (take(r, "-"))
		sign = -1;
	else if (!take(r, "+"))
		return false;
	if (!take_digits(r, 2, 2, &hours))
		return false;
	(void)take(r, ":");
	if (!take_digits(r, 2, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	r->offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* 2016-11-18, 2016-11-18 14:53:43, 2016-11-18T11:23:43Z */
static bool
read_iso(struct reading *r)
{
	if (!take_digits(r, 4, 4, &r->at.year) || !take(r, "-") ||
	    !take_digits(r, 2, 2, &r->at.month) || !take(r, "-") ||
	    !take_digits(r, 2, 2, &r->at.day))
		return false;
	if (r->rest.n == 0)
		return true;
	if (!take(r, "T") && !take(r, " "))
		return false;
	if (!take_clock(r))
		return false;
	if (r->rest.n == 0)
		return true;
	(void)take(r, " ");
	return take_offset(r);
}

/* Fri, 18 Nov 2016 11:23:43 GMT; the weekday has been read. */
static bool
read_rfc822(struct reading *r)
{
	if (!take_digits(r, 1, 2, &r->at.day) || !take(r, " ") ||
	    !take_name(r, months, 12, &r->at.month) || !take(r, " ") ||
	    !take_digits(r, 4, 4, &r->at.year) || !take(r, " ") ||
	    !take_clock(r))
		return false;
	r->at.month++;
	if (r->rest.n == 0)
		return true;
	return take(r, " ") && take_offset(r);
}

/* Fri Nov 18, 2016 14:53:43; the weekday has been read. */
static bool
read_house(struct reading *r)
{
	if (!take_name(r, months, 12, &r->at.month) || !take(r, " ") ||
	    !take_digits(r, 1, 2, &r->at.day) || !take(r, ", ") ||
	    !take_digits(r, 4, 4, &r->at.year) || !take(r, " ") ||
	    !take_clock(r))
		return false;
	r->at.month++;
	return true;
}

static bool
read_date(struct reading *r)
{
	if (r->rest.n > 4 && r->rest.p[4] == '-')
		return read_iso(r);
	if (take_name(r, weekdays, 7, &r->weekday)) {
		if (take(r, ", "))
			return read_rfc822(r);
		return take(r, " ") && read_house(r);
	}
	return read_rfc822(r);
}

/* Days since 1970 fall on weekdays; that day was a Thursday. */
static int
weekday_of(const struct wall_time *t)
{
	int64_t day = (days_from_date(t->year, t->month, t->day) + 4) % 7;

	return (int)(day < 0 ? day + 7 : day);
}

enum err
date_parse(struct ctx *ctx, struct str text, struct str zone, int64_t *out)
{
	struct reading r = {
		.rest = str_trim(text),
		.weekday = -1,
		.offset = OFFSET_NONE,
	};
	int64_t at = 0;

	if (r.rest.n > DATE_MAX || !read_date(&r) || r.rest.n != 0)
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" is no date that we know, such as "
		    "2016-11-18T11:23:43Z or Fri Nov 18, 2016 14:53:43",
		    STR_FMT(
			utf8_ok(text) ? utf8_head(text, DATE_MAX) : STR("?")));
	TRY(zone_to_utc(
	    ctx, r.offset == OFFSET_NONE ? zone : STR(""), &r.at, &at));
	if (r.weekday >= 0 && r.weekday != weekday_of(&r.at))
		return FAIL(ctx, ERR_INVALID, "\"%.*s\" fell on a %s, not a %s",
		    STR_FMT(str_trim(text)), weekdays[weekday_of(&r.at)],
		    weekdays[r.weekday]);
	if (r.offset != OFFSET_NONE)
		at -= r.offset;
	*out = at;
	return ERR_OK;
}
