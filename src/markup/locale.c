/* SPDX-License-Identifier: MIT */
/* Dates, numbers, plurals and lists, through ICU. */

#include "markup/locale.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ulistformatter.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

enum {
	TAG_MAX = 80,	   /* bytes of a language tag */
	ID_MAX = 160,	   /* of ICU's name for it, with keywords */
	ZONE_MAX = 64,	   /* of a zone's name */
	PATTERN_MAX = 128, /* of a pattern of the house */
	PATTERNS_MAX = 16, /* kept open; more are opened at each use */
	TEXT_MAX = 512,	   /* UTF-16 units of a date or a number */
	WARM = 4,	   /* uses before others may use it too */
	LIST_MAX = 256,	   /* names in a list */
	SHIFTS_MAX = 256,  /* changes of a zone's clock, 1970 to 2050 */
};

#define YEAR_1 (INT64_C(-62135596800))
#define YEAR_10000 INT64_C(253402300800)

#define SHIFTS_FROM INT64_C(0)
#define SHIFTS_TO INT64_C(2524608000) /* 2050 */

/* From then on the zone's clock is so many seconds east of UTC. */
struct shift {
	int64_t at;
	int64_t offset;
};

struct pattern {
	char text[PATTERN_MAX + 1];
	UDateFormat *format;
};

/*
 * Everything ICU opens is only read after locale_new(); its const calls may
 * be made by many threads.  The patterns grow, behind the lock.
 */
struct locale {
	char lang[TAG_MAX + 1];
	char zone[ZONE_MAX + 1];
	char id[ID_MAX + 1]; /* with calendar */
	bool rtl;
	int week_start; /* 0: Monday */
	UChar uzone[ZONE_MAX + 1];
	UDateFormat *dates[DATE_STYLE_N]; /* none for RFC 822 */
	UNumberFormatter *number;
	UPluralRules *plurals;
	UListFormatter *list;
	/* ISO dates stand by the dozen on a page; ICU takes 6 us for each. */
	struct shift shifts[SHIFTS_MAX];
	size_t shifts_n; /* 0: ask ICU */
	pthread_mutex_t lock;
	struct pattern patterns[PATTERNS_MAX];
	size_t patterns_n;
};

static enum err
icu_fail(struct ctx *ctx, const char *what, UErrorCode e)
{
	return FAIL(ctx, ERR_INVALID, "%s: %s", what, u_errorName(e));
}

/* ICU's name of a language; false when it is not one. */
static bool
icu_id(struct str tag, char out[TAG_MAX + 1])
{
	UErrorCode e = U_ZERO_ERROR;
	char text[TAG_MAX + 1];
	int32_t read = 0;
	int32_t n = 0;

	if (tag.n < 2 || tag.n > TAG_MAX || memchr(tag.p, 0, tag.n) != NULL)
		return false;
	memcpy(text, tag.p, tag.n);
	text[tag.n] = '\0';
	n = uloc_forLanguageTag(text, out, TAG_MAX, &read, &e);
	return U_SUCCESS(e) && n > 0 && n < TAG_MAX && (size_t)read == tag.n &&
	       uloc_getISO3Language(out)[0] != '\0' && strchr(out, '@') == NULL;
}

bool
lang_valid(struct str tag)
{
	char id[TAG_MAX + 1];

	return icu_id(tag, id);
}

bool
lang_is_rtl(struct str tag)
{
	char id[TAG_MAX + 1];

	return icu_id(tag, id) && uloc_isRightToLeft(id);
}

/* UTF-16 to UTF-8 in the arena. */
static enum err
take_text(struct ctx *ctx, const UChar *u, int32_t n, struct str *out)
{
	UErrorCode e = U_ZERO_ERROR;
	char *p = arena_alloc(ctx->arena, (size_t)n * 3 + 1);
	int32_t bytes = 0;

	u_strToUTF8(p, n * 3 + 1, &bytes, u, n, &e);
	if (U_FAILURE(e))
		return icu_fail(ctx, "ICU made no text", e);
	*out = str_make(p, (size_t)bytes);
	return ERR_OK;
}

enum err
lang_name(struct ctx *ctx, struct str tag, struct str *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar name[TEXT_MAX];
	char id[TAG_MAX + 1];
	int32_t n = 0;

	if (!icu_id(tag, id))
		return FAIL(ctx, ERR_INVALID, "no such language: \"%.*s\"",
		    STR_FMT(tag));
	n = uloc_getDisplayName(id, id, name, TEXT_MAX, &e);
	if (U_FAILURE(e))
		return icu_fail(ctx, "a language has no name", e);
	return take_text(ctx, name, n, out);
}

/* The zone's name for ICU; empty means UTC. */
static bool
zone_id(struct str zone, UChar out[ZONE_MAX + 1])
{
	UErrorCode e = U_ZERO_ERROR;
	UChar canonical[ZONE_MAX + 1];
	UBool known = false;

	if (zone.n == 0)
		zone = STR("UTC");
	if (zone.n > ZONE_MAX)
		return false;
	for (size_t i = 0; i < zone.n; i++) {
		if ((unsigned char)zone.p[i] <= ' ' ||
		    (unsigned char)zone.p[i] >= 0x7f)
			return false;
		out[i] = (UChar)zone.p[i];
	}
	out[zone.n] = 0;
	ucal_getCanonicalTimeZoneID(
	    out, (int32_t)zone.n, canonical, ZONE_MAX, &known, &e);
	return U_SUCCESS(e) && known && !str_eq(zone, STR("Etc/Unknown"));
}

bool
zone_valid(struct str zone)
{
	UChar id[ZONE_MAX + 1];

	return zone.n > 0 && zone_id(zone, id);
}

static void
close_calendar(UCalendar **c)
{
	if (*c != NULL)
		ucal_close(*c);
}

static enum err
zone_open(struct ctx *ctx, struct str zone, UCalendar **out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar id[ZONE_MAX + 1];

	if (!zone_id(zone, id))
		return FAIL(ctx, ERR_INVALID,
		    "no such zone: \"%.*s\" (write it as Asia/Tehran)",
		    STR_FMT(str_sub(zone, 0, ZONE_MAX)));
	*out = ucal_open(id, -1, "en", UCAL_GREGORIAN, &e);
	if (U_FAILURE(e))
		return icu_fail(ctx, "ICU cannot open a zone", e);
	return ERR_OK;
}

/* Seconds east of UTC.  local: at is what the wall shows. */
static enum err
zone_offset(
    struct ctx *ctx, struct str zone, int64_t at, bool local, int64_t *out)
{
	CLEANUP(close_calendar) UCalendar *c = NULL;
	UErrorCode e = U_ZERO_ERROR;
	int32_t raw = 0;
	int32_t dst = 0;

	if (zone.n == 0 || str_eq(zone, STR("UTC"))) {
		*out = 0;
		return ERR_OK;
	}
	TRY(zone_open(ctx, zone, &c));
	ucal_setMillis(c, (UDate)at * 1000.0, &e);
	if (local) {
		ucal_getTimeZoneOffsetFromLocal(c, UCAL_TZ_LOCAL_FORMER,
		    UCAL_TZ_LOCAL_FORMER, &raw, &dst, &e);
	} else {
		raw = ucal_get(c, UCAL_ZONE_OFFSET, &e);
		dst = ucal_get(c, UCAL_DST_OFFSET, &e);
	}
	if (U_FAILURE(e))
		return icu_fail(ctx, "ICU cannot read a zone", e);
	*out = (raw + dst) / 1000;
	return ERR_OK;
}

enum err
zone_to_utc(
    struct ctx *ctx, struct str zone, const struct wall_time *w, int64_t *out)
{
	int64_t local = 0;
	int64_t offset = 0;

	if (!date_exists(w->year, w->month, w->day))
		return FAIL(ctx, ERR_INVALID, "there is no day %d-%02d-%02d",
		    w->year, w->month, w->day);
	if (w->hour < 0 || w->hour > 23 || w->minute < 0 || w->minute > 59 ||
	    w->second < 0 || w->second > 59)
		return FAIL(ctx, ERR_INVALID, "there is no time %d:%02d:%02d",
		    w->hour, w->minute, w->second);
	local = days_from_date(w->year, w->month, w->day) * 86400 +
		w->hour * 3600 + w->minute * 60 + w->second;
	TRY(zone_offset(ctx, zone, local, true, &offset));
	*out = local - offset;
	return ERR_OK;
}

static enum err
check_range(struct ctx *ctx, int64_t at)
{
	if (at < YEAR_1 || at >= YEAR_10000)
		return FAIL(ctx, ERR_INVALID,
		    "%" PRId64 " is a time outside the years 1 to 9999", at);
	return ERR_OK;
}

static struct wall_time
wall_from_seconds(int64_t s)
{
	struct wall_time w = { 0 };
	int64_t days = s / 86400;
	int left = (int)(s % 86400);

	if (left < 0) {
		left += 86400;
		days--;
	}
	date_from_days(days, &w.year, &w.month, &w.day);
	w.hour = left / 3600;
	w.minute = left / 60 % 60;
	w.second = left % 60;
	return w;
}

enum err
zone_from_utc(
    struct ctx *ctx, struct str zone, int64_t at, struct wall_time *out)
{
	int64_t offset = 0;

	TRY(check_range(ctx, at));
	TRY(zone_offset(ctx, zone, at, false, &offset));
	TRY(check_range(ctx, at + offset));
	*out = wall_from_seconds(at + offset);
	return ERR_OK;
}

/* No Julian calendar before 1582: what we store is Gregorian throughout. */
static void
make_proleptic(UDateFormat *f)
{
	UErrorCode e = U_ZERO_ERROR;
	UCalendar *c = ucal_clone(udat_getCalendar(f), &e);

	if (U_FAILURE(e))
		return;
	ucal_setGregorianChange(c, (UDate)YEAR_1 * 1000.0 - 1e12, &e);
	if (U_SUCCESS(e))
		udat_setCalendar(f, c);
	ucal_close(c);
}

/*
 * ICU compiles its number formatters, those in dates too, at their third
 * use.  It may do so among threads, but thread checkers do not see how: have
 * it done by one, before the others come.
 */
static void
warm_format(const UDateFormat *f)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar text[TEXT_MAX];

	for (int i = 0; i < WARM; i++)
		udat_format(f, 0, text, TEXT_MAX, NULL, &e);
}

static UDateFormat *
open_format(const struct locale *l, const UChar *pattern, UErrorCode *e)
{
	UDateFormat *f = udat_open(
	    UDAT_PATTERN, UDAT_PATTERN, l->id, l->uzone, -1, pattern, -1, e);

	if (U_SUCCESS(*e)) {
		make_proleptic(f);
		warm_format(f);
	}
	return f;
}

/* What the language makes of a skeleton, or the house's own in English. */
static bool
open_style(struct locale *l, UDateTimePatternGenerator *g, enum date_style s)
{
	static const char *const skeletons[DATE_STYLE_N] = {
		[DATE_DAY] = "yMMMMEEEEd",
		[DATE_TIME] = "yMMMdjmm",
		[DATE_CLOCK] = "jmm",
		[DATE_SHORT] = "MMMd",
		[DATE_MONTH] = "yMMMM",
	};
	static const char *const house[DATE_STYLE_N] = {
		[DATE_DAY] = "EEEE d MMMM y",
		[DATE_TIME] = "d MMM y, HH:mm",
		[DATE_CLOCK] = "HH:mm",
		[DATE_SHORT] = "d MMM",
		[DATE_MONTH] = "MMMM y",
	};
	bool own = strcmp(l->lang, "en") == 0 || strcmp(l->lang, "en-GB") == 0;
	UErrorCode e = U_ZERO_ERROR;
	UChar skeleton[32];
	UChar pattern[PATTERN_MAX];

	if (skeletons[s] == NULL)
		return true;
	if (own) {
		u_uastrcpy(pattern, house[s]);
	} else {
		int32_t n = 0;

		u_uastrcpy(skeleton, skeletons[s]);
		n = udatpg_getBestPattern(
		    g, skeleton, -1, pattern, PATTERN_MAX - 1, &e);
		if (U_FAILURE(e))
			return false;
		pattern[n] = 0;
	}
	l->dates[s] = open_format(l, pattern, &e);
	return U_SUCCESS(e);
}

static bool
open_dates(struct locale *l)
{
	UErrorCode e = U_ZERO_ERROR;
	UDateTimePatternGenerator *g = udatpg_open(l->id, &e);
	bool ok = U_SUCCESS(e);

	for (int s = 0; ok && s < DATE_STYLE_N; s++)
		ok = open_style(l, g, (enum date_style)s);
	udatpg_close(g);
	return ok;
}

/* The offsets of the years that stories are of. */
static enum err
read_shifts(struct ctx *ctx, struct locale *l)
{
	CLEANUP(close_calendar) UCalendar *c = NULL;
	UErrorCode e = U_ZERO_ERROR;
	UDate next = 0;
	int64_t at = SHIFTS_FROM;

	TRY(zone_open(ctx, locale_zone(l), &c));
	for (;;) {
		struct shift *s = &l->shifts[l->shifts_n++];

		ucal_setMillis(c, (UDate)at * 1000.0, &e);
		s->at = at;
		s->offset = (ucal_get(c, UCAL_ZONE_OFFSET, &e) +
				ucal_get(c, UCAL_DST_OFFSET, &e)) /
			    1000;
		if (!ucal_getTimeZoneTransitionDate(
			c, UCAL_TZ_TRANSITION_NEXT, &next, &e) ||
		    next >= (UDate)SHIFTS_TO * 1000.0)
			break;
		if (U_FAILURE(e) || l->shifts_n == SHIFTS_MAX) {
			l->shifts_n = 0;
			break;
		}
		at = (int64_t)(next / 1000.0);
	}
	return ERR_OK;
}

static enum err
offset_at(struct ctx *ctx, const struct locale *l, int64_t at, int64_t *out)
{
	size_t low = 0;
	size_t high = l->shifts_n;

	if (high == 0 || at < SHIFTS_FROM || at >= SHIFTS_TO)
		return zone_offset(ctx, locale_zone(l), at, false, out);
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (l->shifts[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	*out = l->shifts[low].offset;
	return ERR_OK;
}

static bool
open_rest(struct locale *l)
{
	UErrorCode e = U_ZERO_ERROR;
	/* "A, B and C": without region English is British here. */
	const char *list = strcmp(l->lang, "en") == 0 ? "en_GB" : l->id;
	UChar skeleton[16];

	u_uastrcpy(skeleton, "group-auto");
	l->number = unumf_openForSkeletonAndLocale(skeleton, -1, l->id, &e);
	l->plurals = uplrules_open(l->id, &e);
	l->list = ulistfmt_openForType(
	    list, ULISTFMT_TYPE_AND, ULISTFMT_WIDTH_WIDE, &e);
	return U_SUCCESS(e);
}

/* English without region is British here, too. */
static bool
open_week(struct locale *l)
{
	CLEANUP(close_calendar) UCalendar *c = NULL;
	UErrorCode e = U_ZERO_ERROR;
	const char *id = strcmp(l->lang, "en") == 0 ? "en_GB" : l->id;

	c = ucal_open(NULL, 0, id, UCAL_GREGORIAN, &e);
	if (U_FAILURE(e))
		return false;
	/* ICU counts from Sunday, 1. */
	l->week_start = (ucal_getAttribute(c, UCAL_FIRST_DAY_OF_WEEK) + 5) % 7;
	return true;
}

static void
warm_number(const struct locale *l)
{
	UErrorCode e = U_ZERO_ERROR;
	UFormattedNumber *r = unumf_openResult(&e);

	for (int i = 0; i < WARM; i++)
		unumf_formatInt(l->number, i, r, &e);
	unumf_closeResult(r);
}

enum err
locale_new(struct ctx *ctx, const struct locale_spec *spec, struct locale **out)
{
	struct locale *l = NULL;
	char id[TAG_MAX + 1];
	UChar zone[ZONE_MAX + 1];

	if (!icu_id(spec->lang, id))
		return FAIL(ctx, ERR_INVALID,
		    "no such language: \"%.*s\" (write it as en or zh-Hant)",
		    STR_FMT(str_sub(spec->lang, 0, TAG_MAX)));
	if (!zone_id(spec->zone, zone))
		return FAIL(ctx, ERR_INVALID,
		    "no such zone: \"%.*s\" (write it as Asia/Tehran)",
		    STR_FMT(str_sub(spec->zone, 0, ZONE_MAX)));
	l = calloc(1, sizeof *l);
	if (l == NULL)
		abort();
	pthread_mutex_init(&l->lock, NULL);
	memcpy(l->lang, spec->lang.p, spec->lang.n);
	if (spec->zone.n > 0)
		memcpy(l->zone, spec->zone.p, spec->zone.n);
	else
		memcpy(l->zone, "UTC", 3);
	u_strcpy(l->uzone, zone);
	memcpy(l->id, id, strlen(id));
	if (!spec->native_calendar)
		memcpy(l->id + strlen(id), "@calendar=gregorian", 19);
	l->rtl = uloc_isRightToLeft(id);
	if (!open_dates(l) || !open_rest(l) || !open_week(l) ||
	    read_shifts(ctx, l) != ERR_OK) {
		locale_free(l);
		return FAIL(ctx, ERR_INVALID,
		    "ICU has no data for the language \"%.*s\"",
		    STR_FMT(spec->lang));
	}
	warm_number(l);
	*out = l;
	return ERR_OK;
}

void
locale_free(struct locale *l)
{
	if (l == NULL)
		return;
	for (int s = 0; s < DATE_STYLE_N; s++)
		if (l->dates[s] != NULL)
			udat_close(l->dates[s]);
	for (size_t i = 0; i < l->patterns_n; i++)
		udat_close(l->patterns[i].format);
	unumf_close(l->number);
	uplrules_close(l->plurals);
	ulistfmt_close(l->list);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

struct str
locale_lang(const struct locale *l)
{
	return str_c(l->lang);
}

int
locale_week_start(const struct locale *l)
{
	return l->week_start;
}

struct str
locale_zone(const struct locale *l)
{
	return str_c(l->zone);
}

bool
locale_is_rtl(const struct locale *l)
{
	return l->rtl;
}

static enum err
format_date(struct ctx *ctx, const UDateFormat *f, int64_t at, struct str *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar text[TEXT_MAX];
	int32_t n =
	    udat_format(f, (UDate)at * 1000.0, text, TEXT_MAX, NULL, &e);

	if (U_FAILURE(e) || n > TEXT_MAX)
		return icu_fail(ctx, "ICU cannot write a date", e);
	return take_text(ctx, text, n, out);
}

/* So many digits of it, with noughts before. */
static void
put_digits(char *p, int64_t v, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		p[i] = (char)('0' + v % 10);
		v /= 10;
	}
}

/* Every page has some: by hand, since printf took most of their time. */
static struct str
write_iso(struct arena *a, const struct wall_time *w, int64_t minutes)
{
	char text[] = "0000-00-00T00:00:00+00:00";
	int64_t plus = minutes < 0 ? -minutes : minutes;

	put_digits(text, w->year, 4);
	put_digits(text + 5, w->month, 2);
	put_digits(text + 8, w->day, 2);
	put_digits(text + 11, w->hour, 2);
	put_digits(text + 14, w->minute, 2);
	put_digits(text + 17, w->second, 2);
	if (minutes == 0) {
		text[19] = 'Z';
		return str_dup(a, str_make(text, 20));
	}
	text[19] = minutes < 0 ? '-' : '+';
	put_digits(text + 20, plus / 60, 2);
	put_digits(text + 23, plus % 60, 2);
	return str_dup(a, str_make(text, sizeof text - 1));
}

static enum err
format_iso(struct ctx *ctx, const struct locale *l, int64_t at, struct str *out)
{
	struct wall_time w = { 0 };
	int64_t offset = 0;

	TRY(offset_at(ctx, l, at, &offset));
	/* RFC 3339 knows no seconds in an offset; old ones had them. */
	offset -= offset % 60;
	TRY(check_range(ctx, at + offset));
	w = wall_from_seconds(at + offset);
	*out = write_iso(ctx->arena, &w, offset / 60);
	return ERR_OK;
}

static struct str
format_rfc822(struct arena *a, int64_t at)
{
	static const char days[][4] = { "Thu", "Fri", "Sat", "Sun", "Mon",
		"Tue", "Wed" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct wall_time w = wall_from_seconds(at);
	int64_t day = days_from_date(w.year, w.month, w.day) % 7;

	return str_printf(a, "%s, %02d %s %04d %02d:%02d:%02d GMT",
	    days[day < 0 ? day + 7 : day], w.day, months[w.month - 1], w.year,
	    w.hour, w.minute, w.second);
}

enum err
locale_date(struct ctx *ctx, const struct locale *l, enum date_style style,
    int64_t at, struct str *out)
{
	TRY(check_range(ctx, at));
	if (style == DATE_RFC822) {
		*out = format_rfc822(ctx->arena, at);
		return ERR_OK;
	}
	if (style == DATE_ISO)
		return format_iso(ctx, l, at, out);
	return format_date(ctx, l->dates[style], at, out);
}

/* Letters that ICU knows, quotes closed, no controls. */
static bool
is_pattern(struct str p)
{
	bool quoted = false;

	if (p.n == 0 || p.n > PATTERN_MAX || !utf8_ok(p) || !utf8_is_line(p))
		return false;
	for (size_t i = 0; i < p.n; i++) {
		char c = p.p[i];

		if (c == '\'')
			quoted = !quoted;
		else if (!quoted &&
			 ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) &&
			 strchr("GyYuUrQqMLwWdDFgEecabBhHKkmsSAzZOvVXx", c) ==
			     NULL)
			return false;
	}
	return !quoted;
}

enum err
locale_pattern_check(struct ctx *ctx, struct str pattern)
{
	if (!is_pattern(pattern))
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" is no date pattern, such as "
		    "EEE MMM d, yyyy HH:mm:ss",
		    STR_FMT(utf8_ok(pattern) ? utf8_head(pattern, PATTERN_MAX)
					     : STR("?")));
	return ERR_OK;
}

static UDateFormat *
open_pattern(const struct locale *l, struct str pattern, UErrorCode *e)
{
	UChar u[PATTERN_MAX + 1];
	int32_t n = 0;

	u_strFromUTF8(u, PATTERN_MAX, &n, pattern.p, (int32_t)pattern.n, e);
	if (U_FAILURE(*e))
		return NULL;
	u[n] = 0;
	return open_format(l, u, e);
}

/* The kept one, opened when it is new.  *own: the caller must close it. */
static UDateFormat *
find_pattern(const struct locale *l, struct str pattern, bool *own)
{
	/* Only the patterns change in a locale, and only here. */
	struct locale *m = (struct locale *)(uintptr_t)l;
	UErrorCode e = U_ZERO_ERROR;
	UDateFormat *f = NULL;

	*own = false;
	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < m->patterns_n && f == NULL; i++)
		if (str_eq(str_c(m->patterns[i].text), pattern))
			f = m->patterns[i].format;
	if (f == NULL) {
		f = open_pattern(l, pattern, &e);
		*own = m->patterns_n == PATTERNS_MAX;
		if (U_SUCCESS(e) && !*own) {
			struct pattern *p = &m->patterns[m->patterns_n++];

			memcpy(p->text, pattern.p, pattern.n);
			p->format = f;
		}
	}
	pthread_mutex_unlock(&m->lock);
	return U_SUCCESS(e) ? f : NULL;
}

enum err
locale_date_pattern(struct ctx *ctx, const struct locale *l, struct str pattern,
    int64_t at, struct str *out)
{
	UDateFormat *f = NULL;
	enum err err = ERR_OK;
	bool own = false;

	TRY(check_range(ctx, at));
	TRY(locale_pattern_check(ctx, pattern));
	f = find_pattern(l, pattern, &own);
	if (f == NULL)
		return FAIL(ctx, ERR_INVALID,
		    "ICU does not take the date pattern \"%.*s\"",
		    STR_FMT(pattern));
	err = format_date(ctx, f, at, out);
	if (own)
		udat_close(f);
	return err;
}

static void
close_number(UFormattedNumber **n)
{
	unumf_closeResult(*n);
}

enum err
locale_number(
    struct ctx *ctx, const struct locale *l, int64_t n, struct str *out)
{
	UErrorCode e = U_ZERO_ERROR;
	CLEANUP(close_number)
	UFormattedNumber *r = unumf_openResult(&e);
	UChar text[TEXT_MAX];
	int32_t len = 0;

	unumf_formatInt(l->number, n, r, &e);
	len = unumf_resultToString(r, text, TEXT_MAX, &e);
	if (U_FAILURE(e))
		return icu_fail(ctx, "ICU cannot write a number", e);
	return take_text(ctx, text, len, out);
}

static const char *const plural_names[PLURAL_N] = {
	[PLURAL_OTHER] = "other",
	[PLURAL_ZERO] = "zero",
	[PLURAL_ONE] = "one",
	[PLURAL_TWO] = "two",
	[PLURAL_FEW] = "few",
	[PLURAL_MANY] = "many",
};

enum plural
plural_by_name(struct str name)
{
	int i = 0;

	while (i < PLURAL_N && !str_eq(name, str_c(plural_names[i])))
		i++;
	return (enum plural)i;
}

enum plural
locale_plural(const struct locale *l, int64_t n)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar word[16];
	char ascii[16];
	int32_t len = uplrules_select(l->plurals, (double)n, word, 15, &e);
	enum plural p = PLURAL_OTHER;

	if (U_FAILURE(e) || len > 15)
		return PLURAL_OTHER;
	word[len] = 0;
	u_UCharsToChars(word, ascii, len + 1);
	p = plural_by_name(str_c(ascii));
	return p == PLURAL_N ? PLURAL_OTHER : p;
}

enum err
locale_count(struct ctx *ctx, const struct locale *l,
    const struct str forms[PLURAL_N], int64_t n, struct str *out)
{
	struct str form = forms[locale_plural(l, n)];
	struct str number = { 0 };
	struct buf b;
	size_t at = 0;

	if (form.n == 0)
		form = forms[PLURAL_OTHER];
	TRY(locale_number(ctx, l, n, &number));
	buf_init(&b, ctx->arena, (form.n + 1) * (number.n + 1));
	while (at < form.n) {
		size_t hit = str_find(form, STR("{n}"), at);

		if (hit == SIZE_MAX) {
			buf_put(&b, str_from(form, at));
			break;
		}
		buf_put(&b, str_sub(form, at, hit - at));
		buf_put(&b, number);
		at = hit + 3;
	}
	return buf_done(ctx, &b, out);
}

enum err
locale_list(struct ctx *ctx, const struct locale *l, const struct str *items,
    size_t n, struct str *out)
{
	UErrorCode e = U_ZERO_ERROR;
	const UChar **texts = NULL;
	int32_t *lengths = NULL;
	UChar *text = NULL;
	size_t room = 64;
	int32_t len = 0;

	if (n == 0) {
		*out = (struct str){ 0 };
		return ERR_OK;
	}
	if (n > LIST_MAX)
		return FAIL(ctx, ERR_LIMIT, "%zu names in a list, more than %d",
		    n, LIST_MAX);
	texts = ARENA_ARRAY(ctx->arena, n, const UChar *);
	lengths = ARENA_ARRAY(ctx->arena, n, int32_t);
	for (size_t i = 0; i < n; i++) {
		UChar *u = ARENA_ARRAY(ctx->arena, items[i].n + 1, UChar);

		u_strFromUTF8(u, (int32_t)items[i].n + 1, &lengths[i],
		    items[i].p, (int32_t)items[i].n, &e);
		texts[i] = u;
		room += items[i].n + 32;
	}
	text = ARENA_ARRAY(ctx->arena, room, UChar);
	len = ulistfmt_format(
	    l->list, texts, lengths, (int32_t)n, text, (int32_t)room, &e);
	if (U_FAILURE(e))
		return icu_fail(ctx, "ICU cannot write a list", e);
	return take_text(ctx, text, len, out);
}
