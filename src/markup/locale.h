/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_LOCALE_H
#define MARKUP_LOCALE_H

/*
 * Dates, numbers, plurals and lists as the readers of an edition write
 * them, through ICU.
 *
 * A locale is a language and a zone with everything opened that formatting
 * needs: make one for each edition at start and keep it.
 *
 * English without a region is the house's own: day before month, 24 hours,
 * no comma before "and"; "en-US" is as Americans write.  All other languages
 * are ICU's.  The calendar is the Gregorian one everywhere unless
 * native_calendar asks for the language's own (Persian for fa); digits are
 * the language's own (Persian digits for fa).
 *
 * Speed: 2 ms to open a locale; then 2 to 4 us
 *        for a date, 5 for a pattern, 1 for ISO, RFC 822 and numbers, 4 to
 *        read a date.
 * Memory: texts live in ctx's arena.
 * Errors: ERR_INVALID for unknown languages, zones, patterns, and for times
 *         outside the years 1 to 9999.
 * Threads: a locale may be used by any number of threads at once.
 */

#include "base/base.h"

struct locale;

struct locale_spec {
	struct str lang; /* BCP 47: "en", "ar", "fa-AF", "zh-Hant" */
	struct str zone; /* tz database: "Asia/Tehran"; empty is UTC */
	bool native_calendar;
};

MUST_USE enum err locale_new(
    struct ctx *ctx, const struct locale_spec *spec, struct locale **out);
void locale_free(struct locale *l);

/* For CLEANUP. */
static inline void
locale_clear(struct locale **l)
{
	locale_free(*l);
}

/* The day that a week begins with; 0: Monday … 6: Sunday. */
int locale_week_start(const struct locale *l);

struct str locale_lang(const struct locale *l);
struct str locale_zone(const struct locale *l);
bool locale_is_rtl(const struct locale *l);

enum date_style {
	DATE_DAY,    /* Sunday 22 November 2026 */
	DATE_TIME,   /* 22 Nov 2026, 09:12 */
	DATE_CLOCK,  /* 13:05 */
	DATE_SHORT,  /* 21 Nov */
	DATE_MONTH,  /* November 2026 */
	DATE_ISO,    /* 2026-11-22T09:12:00+02:00; "Z" when that is UTC */
	DATE_RFC822, /* Sun, 22 Nov 2026 07:12:00 GMT; always English */
	DATE_STYLE_N,
};

/* at: seconds since 1970, UTC, as everywhere. */
MUST_USE enum err locale_date(struct ctx *ctx, const struct locale *l,
    enum date_style style, int64_t at, struct str *out);

/*
 * In a pattern of the house, in ICU's letters: "EEE MMM d, yyyy HH:mm:ss".
 * Opened once for each locale and pattern.  ERR_INVALID if it is none;
 * locale_pattern_check() says so beforehand.
 */
MUST_USE enum err locale_date_pattern(struct ctx *ctx, const struct locale *l,
    struct str pattern, int64_t at, struct str *out);
MUST_USE enum err locale_pattern_check(struct ctx *ctx, struct str pattern);

/* 12,345 in the language's digits and grouping. */
MUST_USE enum err locale_number(
    struct ctx *ctx, const struct locale *l, int64_t n, struct str *out);

/* The categories of CLDR. */
enum plural {
	PLURAL_OTHER, /* the one that every language has */
	PLURAL_ZERO,
	PLURAL_ONE,
	PLURAL_TWO,
	PLURAL_FEW,
	PLURAL_MANY,
	PLURAL_N,
};

enum plural locale_plural(const struct locale *l, int64_t n);
/* "one", "few" …; PLURAL_N when it is none. */
enum plural plural_by_name(struct str name);

/*
 * The form for n, with each {n} replaced by the number:
 *
 *	const struct str forms[PLURAL_N] = {
 *		[PLURAL_ONE] = STR_INIT("{n} story"),
 *		[PLURAL_OTHER] = STR_INIT("{n} stories"),
 *	};
 *
 * A form that is empty falls back to PLURAL_OTHER.
 */
MUST_USE enum err locale_count(struct ctx *ctx, const struct locale *l,
    const struct str forms[PLURAL_N], int64_t n, struct str *out);

/* "A", "A and B", "A, B and C"; empty for none. */
MUST_USE enum err locale_list(struct ctx *ctx, const struct locale *l,
    const struct str *items, size_t n, struct str *out);

/* Is the tag well-formed and its language known? */
bool lang_valid(struct str tag);
bool lang_is_rtl(struct str tag);
/* The language's name in itself: "Deutsch", "العربية". */
MUST_USE enum err lang_name(struct ctx *ctx, struct str tag, struct str *out);

/* A name of the tz database, in its own spelling; "GMT+3" is none. */
bool zone_valid(struct str zone);

/* What a clock on the wall shows. */
struct wall_time {
	int year; /* 1 .. 9999 */
	int month, day;
	int hour, minute, second; /* second: 0 .. 59 */
};

/*
 * When was it that in the zone?  Of an hour that comes twice the first is
 * meant; an hour that is skipped is read by the clock of before (02:30
 * becomes 03:30).  ERR_INVALID for no such day, hour or zone.
 */
MUST_USE enum err zone_to_utc(struct ctx *ctx, struct str zone,
    const struct wall_time *wall, int64_t *out);
/* And the other way. */
MUST_USE enum err zone_from_utc(
    struct ctx *ctx, struct str zone, int64_t at, struct wall_time *out);

/*
 * Reads a date as machines and the old system write them:
 *
 *	2016-11-18T11:23:43Z   2016-11-18T14:53:43.5+03:30   (RFC 3339)
 *	2016-11-18 14:53:43    2016-11-18 14:53    2016-11-18 (midnight)
 *	Fri, 18 Nov 2016 11:23:43 GMT   18 Nov 2016 14:53 +0330   (RFC 822)
 *	Fri Nov 18, 2016 14:53:43
 *
 * What names no offset is meant in the zone (empty: UTC).  Fractions of a
 * second are dropped.  ERR_INVALID, with a sentence, for anything else and
 * for a weekday that does not agree.
 */
MUST_USE enum err date_parse(
    struct ctx *ctx, struct str text, struct str zone, int64_t *out);

#endif
