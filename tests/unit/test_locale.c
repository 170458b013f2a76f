/* SPDX-License-Identifier: MIT */
/* Dates, numbers, plurals, lists; zones and the reading of dates. */

#include "unit/unit.h"

#include <pthread.h>

#include "markup/locale.h"

/* 2016-11-18T11:23:43Z: the capture's time, in Tehran. */
#define CAPTURE INT64_C(1479468223)
/* 2026-11-22T07:12:00Z */
#define SUNDAY INT64_C(1795331520)

struct room {
	struct arena *arena;
	struct ctx ctx;
};

static int
setup(void **state)
{
	static struct room r;

	r.arena = arena_new(0);
	ctx_init(&r.ctx, r.arena, NULL);
	*state = &r;
	return 0;
}

static int
teardown(void **state)
{
	struct room *r = *state;

	arena_free(r->arena);
	return 0;
}

static struct locale *
open_locale(struct room *r, const char *lang, const char *zone)
{
	struct locale *l = NULL;

	if (locale_new(&r->ctx,
		&(struct locale_spec){
		    .lang = str_c(lang),
		    .zone = str_c(zone),
		},
		&l) != ERR_OK)
		fail_msg("%s", ctx_why(&r->ctx));
	return l;
}

static void
test_locale_week_start__follows_the_region(void **state)
{
	static const struct {
		const char *lang;
		int day; /* 0: Monday */
	} cases[] = { { "en", 0 }, { "en-US", 6 }, { "de", 0 }, { "ar", 5 },
		{ "ar-MA", 0 }, { "fa", 5 }, { "he", 6 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct locale *l = open_locale(*state, cases[i].lang, "UTC");

		assert_int_equal(locale_week_start(l), cases[i].day);
		locale_free(l);
	}
}

static void
check_date(struct room *r, const char *lang, const char *zone,
    enum date_style style, int64_t at, const char *want)
{
	struct locale *l = open_locale(r, lang, zone);
	struct str out = { 0 };

	assert_int_equal(locale_date(&r->ctx, l, style, at, &out), ERR_OK);
	assert_string_equal(str_cstr(r->arena, out), want);
	locale_free(l);
}

static void
test_locale_date__writes_the_house_style_in_english(void **state)
{
	const char *const zone = "Africa/Johannesburg";

	check_date(
	    *state, "en", zone, DATE_DAY, SUNDAY, "Sunday 22 November 2026");
	check_date(*state, "en", zone, DATE_TIME, SUNDAY, "22 Nov 2026, 09:12");
	check_date(*state, "en", zone, DATE_CLOCK, SUNDAY, "09:12");
	check_date(*state, "en", zone, DATE_SHORT, SUNDAY, "22 Nov");
	check_date(*state, "en", zone, DATE_MONTH, SUNDAY, "November 2026");
	check_date(
	    *state, "en", zone, DATE_ISO, SUNDAY, "2026-11-22T09:12:00+02:00");
	check_date(*state, "en", "", DATE_ISO, SUNDAY, "2026-11-22T07:12:00Z");
	/* Summer and winter, inside and outside the years kept at hand. */
	check_date(*state, "en", "Europe/Berlin", DATE_ISO, 1782900000,
	    "2026-07-01T12:00:00+02:00");
	check_date(*state, "en", "Europe/Berlin", DATE_ISO, 1792890000,
	    "2026-10-25T02:00:00+01:00");
	check_date(*state, "en", "Europe/Berlin", DATE_ISO, 1792889999,
	    "2026-10-25T02:59:59+02:00");
	check_date(*state, "en", "Europe/Berlin", DATE_ISO, -777600000,
	    "1945-05-12T02:00:00+02:00");
	check_date(*state, "en", "Europe/Berlin", DATE_ISO, 2540246400,
	    "2050-07-01T02:00:00+02:00");
	check_date(*state, "fa", zone, DATE_RFC822, SUNDAY,
	    "Sun, 22 Nov 2026 07:12:00 GMT");
	check_date(*state, "en-US", "UTC", DATE_SHORT, SUNDAY, "Nov 22");
}

static void
test_locale_date__writes_other_languages_as_their_own(void **state)
{
	check_date(*state, "de", "Europe/Berlin", DATE_DAY, SUNDAY,
	    "Sonntag, 22. November 2026");
	check_date(*state, "fr", "Europe/Paris", DATE_DAY, SUNDAY,
	    "dimanche 22 novembre 2026");
	check_date(
	    *state, "ar", "Asia/Baghdad", DATE_MONTH, SUNDAY, "نوفمبر ٢٠٢٦");
	check_date(
	    *state, "fa", "Asia/Tehran", DATE_SHORT, SUNDAY, "۲۲ نوامبر");
	check_date(*state, "fa", "Asia/Tehran", DATE_CLOCK, CAPTURE, "۱۴:۵۳");
}

static void
test_locale_date__uses_the_native_calendar_when_asked(void **state)
{
	struct room *r = *state;
	struct locale *l = NULL;
	struct str out = { 0 };

	assert_int_equal(locale_new(&r->ctx,
			     &(struct locale_spec){
				 .lang = STR("fa"),
				 .zone = STR("Asia/Tehran"),
				 .native_calendar = true,
			     },
			     &l),
	    ERR_OK);
	assert_int_equal(
	    locale_date(&r->ctx, l, DATE_SHORT, CAPTURE, &out), ERR_OK);
	assert_string_equal(str_cstr(r->arena, out), "۲۸ آبان");
	locale_free(l);
}

static void
test_locale_pattern__writes_the_captures_date(void **state)
{
	struct room *r = *state;
	struct locale *l = open_locale(r, "en", "Asia/Tehran");
	struct str out = { 0 };

	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    locale_date_pattern(&r->ctx, l,
			STR("EEE MMM d, yyyy HH:mm:ss"), CAPTURE, &out),
		    ERR_OK);
		assert_true(str_eq(out, STR("Fri Nov 18, 2016 14:53:43")));
	}
	/* More than are kept. */
	for (int i = 0; i < 40; i++)
		assert_int_equal(
		    locale_date_pattern(&r->ctx, l,
			str_printf(r->arena, "yyyy '%d'", i), CAPTURE, &out),
		    ERR_OK);
	assert_true(str_eq(out, STR("2016 39")));
	assert_int_equal(
	    locale_pattern_check(&r->ctx, STR("hello")), ERR_INVALID);
	assert_int_equal(
	    locale_pattern_check(&r->ctx, STR("yyyy 'open")), ERR_INVALID);
	assert_int_equal(
	    locale_date_pattern(&r->ctx, l, STR(""), CAPTURE, &out),
	    ERR_INVALID);
	locale_free(l);
}

static void
test_locale_date__is_gregorian_for_old_times_and_refuses_the_rest(void **state)
{
	struct room *r = *state;
	struct locale *l = open_locale(r, "en", "UTC");
	struct str out = { 0 };

	/* 1500-01-01 by the Gregorian calendar, ten days off the Julian. */
	assert_int_equal(locale_date(&r->ctx, l, DATE_DAY,
			     days_from_date(1500, 1, 1) * 86400, &out),
	    ERR_OK);
	assert_true(str_eq(out, STR("Monday 1 January 1500")));
	assert_int_equal(locale_date(&r->ctx, l, DATE_ISO,
			     days_from_date(1, 1, 1) * 86400 - 1, &out),
	    ERR_INVALID);
	assert_int_equal(
	    locale_date(&r->ctx, l, DATE_RFC822,
		days_from_date(9999, 12, 31) * 86400 + 86400, &out),
	    ERR_INVALID);
	assert_int_equal(
	    locale_date(&r->ctx, l, DATE_DAY, INT64_MAX, &out), ERR_INVALID);
	locale_free(l);
}

static void
test_locale_new__refuses_unknown_languages_and_zones(void **state)
{
	static const struct {
		const char *lang, *zone;
	} bad[] = { { "", "UTC" }, { "x", "UTC" }, { "xx-yy-zz-!", "UTC" },
		{ "qqq", "UTC" }, { "en", "Mars/Olympus" }, { "en", "GMT+3" },
		{ "en", "Asia/Tehran " }, { "en_US", "Europe/Nowhere" } };
	struct room *r = *state;
	struct locale *l = NULL;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(locale_new(&r->ctx,
				     &(struct locale_spec){
					 .lang = str_c(bad[i].lang),
					 .zone = str_c(bad[i].zone),
				     },
				     &l),
		    ERR_INVALID);
	assert_null(l);
	locale_free(NULL);
	assert_true(zone_valid(STR("Asia/Tehran")));
	assert_false(zone_valid(STR("")));
	assert_true(lang_valid(STR("zh-Hant-TW")));
	assert_true(lang_is_rtl(STR("fa")));
	assert_true(lang_is_rtl(STR("ar-EG")));
	assert_false(lang_is_rtl(STR("en")));
}

static void
test_locale__counts_and_lists(void **state)
{
	const struct str forms[PLURAL_N] = {
		[PLURAL_ONE] = STR_INIT("{n} story"),
		[PLURAL_OTHER] = STR_INIT("{n} stories of {n}"),
	};
	const struct str items[] = { STR_INIT("A"), STR_INIT("B"),
		STR_INIT("C") };
	struct room *r = *state;
	struct locale *en = open_locale(r, "en", "");
	struct locale *ar = open_locale(r, "ar", "");
	struct locale *ru = open_locale(r, "ru", "");
	struct str out = { 0 };

	assert_int_equal(locale_count(&r->ctx, en, forms, 1, &out), ERR_OK);
	assert_true(str_eq(out, STR("1 story")));
	assert_int_equal(locale_count(&r->ctx, en, forms, 12345, &out), ERR_OK);
	assert_true(str_eq(out, STR("12,345 stories of 12,345")));
	assert_int_equal(locale_number(&r->ctx, ar, 12, &out), ERR_OK);
	assert_true(str_eq(out, STR("١٢")));
	assert_int_equal(locale_plural(ar, 2), PLURAL_TWO);
	assert_int_equal(locale_plural(ar, 0), PLURAL_ZERO);
	assert_int_equal(locale_plural(ru, 22), PLURAL_FEW);
	assert_int_equal(locale_plural(ru, 5), PLURAL_MANY);
	assert_int_equal(plural_by_name(STR("few")), PLURAL_FEW);
	assert_int_equal(plural_by_name(STR("lots")), PLURAL_N);

	assert_int_equal(locale_list(&r->ctx, en, items, 0, &out), ERR_OK);
	assert_int_equal(out.n, 0);
	assert_int_equal(locale_list(&r->ctx, en, items, 1, &out), ERR_OK);
	assert_true(str_eq(out, STR("A")));
	assert_int_equal(locale_list(&r->ctx, en, items, 2, &out), ERR_OK);
	assert_true(str_eq(out, STR("A and B")));
	assert_int_equal(locale_list(&r->ctx, en, items, 3, &out), ERR_OK);
	assert_true(str_eq(out, STR("A, B and C")));

	assert_int_equal(lang_name(&r->ctx, STR("de"), &out), ERR_OK);
	assert_true(str_eq(out, STR("Deutsch")));
	assert_true(locale_is_rtl(ar));
	locale_free(en);
	locale_free(ar);
	locale_free(ru);
}

static void
test_zone_to_utc__reads_gaps_and_overlaps_as_promised(void **state)
{
	static const struct {
		const char *zone;
		struct wall_time wall;
		int64_t utc;
	} cases[] = {
		{ "Asia/Tehran", { 2016, 11, 18, 14, 53, 43 }, CAPTURE },
		{ "", { 1970, 1, 1, 0, 0, 0 }, 0 },
		/* Skipped: 02:30 is read by winter's clock. */
		{ "Europe/Berlin", { 2026, 3, 29, 2, 30, 0 }, 1774747800 },
		/* Twice: the first, still summer. */
		{ "Europe/Berlin", { 2026, 10, 25, 2, 30, 0 }, 1792888200 },
		{ "Europe/Berlin", { 2026, 7, 1, 12, 0, 0 }, 1782900000 },
	};
	struct room *r = *state;
	struct wall_time back = { 0 };
	int64_t at = 0;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(zone_to_utc(&r->ctx, str_c(cases[i].zone),
				     &cases[i].wall, &at),
		    ERR_OK);
		assert_int_equal(at, cases[i].utc);
	}
	assert_int_equal(
	    zone_from_utc(&r->ctx, STR("Asia/Tehran"), CAPTURE, &back), ERR_OK);
	assert_memory_equal(&back, &cases[0].wall, sizeof back);
	assert_int_equal(
	    zone_to_utc(&r->ctx, STR("UTC"),
		&(struct wall_time){ .year = 2023, .month = 2, .day = 29 },
		&at),
	    ERR_INVALID);
	assert_int_equal(
	    zone_to_utc(&r->ctx, STR("Nowhere"), &cases[0].wall, &at),
	    ERR_INVALID);
}

static void
test_date_parse__reads_what_machines_write(void **state)
{
	static const char *const same[] = { "2016-11-18T11:23:43Z",
		"2016-11-18T14:53:43+03:30", "2016-11-18t11:23:43.999z",
		"2016-11-18 14:53:43", "2016-11-18T14:53:43",
		"2016-11-18 11:23:43 +0000", "Fri, 18 Nov 2016 11:23:43 GMT",
		"18 Nov 2016 14:53:43 +0330", "Fri Nov 18, 2016 14:53:43",
		" Fri Nov 18, 2016 14:53:43\n" };
	static const char *const bad[] = { "", "yesterday",
		"Sat Nov 18, 2016 14:53:43", "Fri Nov 31, 2016 14:53:43",
		"2016-13-01", "2016-02-30", "2016-11-18T24:00:00Z",
		"2016-11-18T11:23:43+99:00", "2016-11-18T11", "2016-11-18x",
		"0000-01-01", "20161118", "Mon, 18 Nov 2016 11:23:43 GMT",
		"1479468223", "2016-11-18T", "Fri Nov 18, 2016 14:53:43 +0330",
		"\xff" };
	struct room *r = *state;
	int64_t at = 0;

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		if (date_parse(&r->ctx, str_c(same[i]), STR("Asia/Tehran"),
			&at) != ERR_OK)
			fail_msg("%s", ctx_why(&r->ctx));
		assert_int_equal(at, CAPTURE);
	}
	assert_int_equal(
	    date_parse(&r->ctx, STR("2016-11-18"), STR(""), &at), ERR_OK);
	assert_int_equal(at, days_from_date(2016, 11, 18) * 86400);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (date_parse(&r->ctx, str_c(bad[i]), STR(""), &at) !=
		    ERR_INVALID)
			fail_msg("taken: %s", bad[i]);
	}
}

enum { THREADS = 4, ROUNDS = 500 };

static void *
format_much(void *arg)
{
	struct arena *a = arena_new(0);
	struct str out = { 0 };
	struct ctx ctx;
	size_t wrong = 0;

	ctx_init(&ctx, a, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		if (locale_date(&ctx, arg, DATE_DAY, SUNDAY, &out) != ERR_OK ||
		    !str_eq(out, STR("Sunday 22 November 2026")))
			wrong++;
		if (locale_date_pattern(
			&ctx, arg, STR("d MMM"), SUNDAY, &out) != ERR_OK ||
		    !str_eq(out, STR("22 Nov")))
			wrong++;
		if (locale_number(&ctx, arg, 1234, &out) != ERR_OK ||
		    !str_eq(out, STR("1,234")))
			wrong++;
		arena_reset(a);
	}
	arena_free(a);
	return (void *)wrong;
}

static void
test_locale__is_shared_by_threads(void **state)
{
	struct locale *l = open_locale(*state, "en", "Africa/Johannesburg");
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, format_much, l), 0);
	for (int i = 0; i < THREADS; i++) {
		void *wrong = NULL;

		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	locale_free(l);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		T(test_locale_date__writes_the_house_style_in_english),
		T(test_locale_date__writes_other_languages_as_their_own),
		T(test_locale_date__uses_the_native_calendar_when_asked),
		T(test_locale_week_start__follows_the_region),
		T(test_locale_pattern__writes_the_captures_date),
		T(test_locale_date__is_gregorian_for_old_times_and_refuses_the_rest),
		T(test_locale_new__refuses_unknown_languages_and_zones),
		T(test_locale__counts_and_lists),
		T(test_zone_to_utc__reads_gaps_and_overlaps_as_promised),
		T(test_date_parse__reads_what_machines_write),
		T(test_locale__is_shared_by_threads),
	};

	return UNIT_RUN(tests, argc, argv);
}
