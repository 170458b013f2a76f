/* SPDX-License-Identifier: MIT */
/*
 * The archive: days as long as the zone's clock makes them, neighbours and
 * calendars, and that no page of it goes stale.
 */

#include "unit/pages_fixture.h"

#include "markup/locale.h"
#include "newsroom/archive.h"
#include "newsroom/change.h"

#define ST room->store
#define CTX &room->ctx

static void
edition_is(
    struct room *room, const char *code, const char *lang, const char *zone)
{
	int64_t id = 0;

	OK(edition_put(CTX, ST,
	    &(struct edition){
		.code = str_c(code),
		.lang = str_c(lang),
		.rtl = lang_is_rtl(str_c(lang)),
		.zone = str_c(zone),
		.title = STR("The Harbour Courier"),
		.position = 1,
	    },
	    &id));
}

static int64_t
moment(struct room *room, const char *text)
{
	int64_t at = 0;

	OK(date_parse(CTX, str_c(text), STR("UTC"), &at));
	return at;
}

static void
test_period_span__takes_days_as_long_as_the_clock_makes_them(void **state)
{
	static const struct {
		const char *zone;
		struct period day;
		const char *from;
		int64_t hours;
	} cases[] = {
		{ "UTC", { 2016, 11, 18 }, "2016-11-18T00:00:00Z", 24 },
		{ "Asia/Tehran", { 2016, 11, 18 }, "2016-11-17T20:30:00Z", 24 },
		{ "Europe/Vienna", { 2016, 3, 27 }, "2016-03-26T23:00:00Z",
		    23 },
		{ "Europe/Vienna", { 2016, 10, 30 }, "2016-10-29T22:00:00Z",
		    25 },
		/* Midnight is skipped, and an hour before it comes twice. */
		{ "America/Sao_Paulo", { 2016, 10, 16 }, "2016-10-16T03:00:00Z",
		    23 },
		{ "America/Sao_Paulo", { 2017, 2, 18 }, "2017-02-18T02:00:00Z",
		    25 },
		/* Midnight comes twice. */
		{ "America/Havana", { 2016, 11, 6 }, "2016-11-06T04:00:00Z",
		    25 },
		/* A day that never was. */
		{ "Pacific/Apia", { 2011, 12, 30 }, "2011-12-30T10:00:00Z", 0 },
		{ "UTC", { 2016, 2, 0 }, "2016-02-01T00:00:00Z", 29 * 24 },
		{ "UTC", { 2016, 12, 0 }, "2016-12-01T00:00:00Z", 31 * 24 },
		{ "UTC", { 2016, 0, 0 }, "2016-01-01T00:00:00Z", 366 * 24 },
	};
	struct room *room = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t from = 0;
		int64_t until = 0;

		OK(period_span(
		    CTX, str_c(cases[i].zone), &cases[i].day, &from, &until));
		assert_int_equal(from, moment(room, cases[i].from));
		assert_int_equal(until - from, cases[i].hours * 3600);
	}
}

static void
test_period_exists__knows_the_calendar(void **state)
{
	(void)state;
	assert_true(period_exists(&(struct period){ 2016, 2, 29 }));
	assert_false(period_exists(&(struct period){ 2015, 2, 29 }));
	assert_false(period_exists(&(struct period){ 2016, 13, 0 }));
	assert_false(period_exists(&(struct period){ 2016, 13, 1 }));
	assert_true(period_exists(&(struct period){ 9999, 12, 31 }));
	assert_true(period_exists(&(struct period){ 0 }));
}

static void
publish_at(struct room *room, int64_t id, const char *when)
{
	OK(story_publish(CTX, ST,
	    &(struct story_publish){ .id = id, .at = moment(room, when) }));
}

static int64_t
story_at(struct room *room, const char *when)
{
	int64_t id = room_story(room, "Rain", 0, 0);

	publish_at(room, id, when);
	return id;
}

static void
archive_page(struct room *room, struct period p, struct page *out)
{
	struct page_ask ask = { 0 };

	page_ask_for(room, "", &ask);
	OK(page_archive(CTX, &ask, &(struct page_period){ p, STR("") }, out));
}

static void
test_page_archive__is_a_day_of_the_editions_zone(void **state)
{
	struct room *room = *state;
	struct page page = { 0 };

	edition_is(room, "en", "en", "Asia/Tehran");
	story_at(room, "2015-11-17T20:29:59Z");
	story_at(room, "2015-11-17T20:30:00Z");
	story_at(room, "2015-11-18T20:29:59Z");
	story_at(room, "2015-11-18T20:30:00Z");
	archive_page(room, (struct period){ 2015, 11, 18 }, &page);
	assert_true(page_has(&page, "<h1>Wednesday 18 November 2015</h1>"));
	assert_true(page_has(&page, ">23:59<"));
	assert_true(page_has(&page, ">00:00<"));
	assert_false(page_has(&page, "/news/1/"));
	assert_true(page_has(&page, "/news/2/"));
	assert_true(page_has(&page, "/news/3/"));
	assert_false(page_has(&page, "/news/4/"));
	assert_false(page.noindex);
	assert_true(page_has(&page, "\"/archive/2015/11/17\">Before: Tuesday"));
	assert_true(page_has(&page, "\"/archive/2015/11/19\">After: Thursday"));
}

/* An hour that comes twice, and one that is skipped, lose no story. */
static void
test_page_archive__holds_all_of_a_long_and_a_short_day(void **state)
{
	struct room *room = *state;
	struct page page = { 0 };

	edition_is(room, "en", "en", "Europe/Vienna");
	story_at(room, "2016-10-30T00:30:00Z"); /* 02:30, the first time */
	story_at(room, "2016-10-30T01:30:00Z"); /* and the second */
	story_at(room, "2016-10-30T22:59:59Z");
	archive_page(room, (struct period){ 2016, 10, 30 }, &page);
	assert_true(page_has(&page, "T02:30:00+02:00\">02:30<"));
	assert_true(page_has(&page, "T02:30:00+01:00\">02:30<"));
	assert_true(page_has(&page, ">23:59<"));
	story_at(room, "2016-03-26T23:00:00Z");
	story_at(room, "2016-03-27T01:00:00Z"); /* 03:00, after 01:59 */
	story_at(room, "2016-03-27T21:59:59Z");
	archive_page(room, (struct period){ 2016, 3, 27 }, &page);
	assert_true(page_has(&page, ">00:00<"));
	assert_true(page_has(&page, ">03:00<"));
	assert_true(page_has(&page, ">23:59<"));
}

static void
test_page_archive__says_kindly_that_a_day_is_empty(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };

	archive_page(room, (struct period){ 2016, 11, 18 }, &page);
	assert_true(page.noindex);
	assert_true(page_has(&page, "No story stands in the archive for this"));
	story_at(room, "2014-02-03T10:00:00Z");
	story_at(room, "2016-11-18T10:00:00Z");
	archive_page(room, (struct period){ 2015, 6, 0 }, &page);
	assert_true(page.noindex);
	assert_true(page_has(&page, "\"/archive/2014/02\">Before: February"));
	assert_true(page_has(&page, "\"/archive/2016/11\">After: November"));
	page_ask_for(room, "", &ask);
	assert_int_equal(
	    page_archive(CTX, &ask,
		&(struct page_period){ { 2015, 2, 29 }, STR("") }, &page),
	    ERR_NOTFOUND);
	edition_is(room, "en", "en", "Pacific/Apia");
	page_ask_for(room, "", &ask);
	assert_int_equal(
	    page_archive(CTX, &ask,
		&(struct page_period){ { 2011, 12, 30 }, STR("") }, &page),
	    ERR_NOTFOUND);
}

static void
test_page_archive__leads_from_years_to_days(void **state)
{
	struct room *room = *state;
	struct page page = { 0 };

	story_at(room, "2014-02-03T10:00:00Z");
	story_at(room, "2016-11-18T10:00:00Z");
	archive_page(room, (struct period){ 0 }, &page);
	assert_true(page_has(&page, "\"/archive/2014\">2014<"));
	assert_true(page_has(&page, "\"/archive/2016\">2016<"));
	assert_false(page_has(&page, "/archive/2015"));
	archive_page(room, (struct period){ 2016, 0, 0 }, &page);
	assert_true(page_has(&page, "\"/archive/2016/11\">November<"));
	assert_true(page_has(&page, "<li>October</li>"));
	archive_page(room, (struct period){ 2016, 11, 0 }, &page);
	assert_true(
	    page_has(&page, "\"/archive/2016/11/18\" aria-label=\"Fri"));
	assert_true(page_has(&page, "<td><span>17</span></td>"));
	/* English weeks begin on Monday; 1 November 2016 was a Tuesday. */
	assert_true(page_has(&page, "<tr><th scope=\"col\" abbr=\"Monday\">"));
	assert_true(page_has(
	    &page, "<tr><td><span></span></td><td><span>1</span></td>"));
}

/* Dates as its readers write them. */
static void
test_page_archive__speaks_the_editions_language(void **state)
{
	static const struct {
		const char *lang, *zone, *heading, *cell;
	} cases[] = {
		{ "ar", "Asia/Baghdad", "<h1>الجمعة، ١٨ نوفمبر ٢٠١٦</h1>",
		    "<tr><th scope=\"col\" abbr=\"السبت\">" },
		{ "ar-EG", "Africa/Cairo", "<h1>الجمعة، ١٨ نوفمبر ٢٠١٦</h1>",
		    "<tr><th scope=\"col\" abbr=\"السبت\">" },
		{ "fa", "Asia/Tehran", "<h1>جمعه ۱۸ نوامبر ۲۰۱۶</h1>",
		    "<tr><th scope=\"col\" abbr=\"شنبه\">" },
		{ "de", "Europe/Vienna", "<h1>Freitag, 18. November 2016</h1>",
		    "<tr><th scope=\"col\" abbr=\"Montag\">" },
		{ "en-US", "America/New_York",
		    "<h1>Friday, November 18, 2016</h1>",
		    "<tr><th scope=\"col\" abbr=\"Sunday\">" },
	};
	struct room *room = *state;
	struct page page = { 0 };

	story_at(room, "2016-11-18T10:00:00Z");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		edition_is(room, "en", cases[i].lang, cases[i].zone);
		archive_page(room, (struct period){ 2016, 11, 18 }, &page);
		if (!page_has(&page, cases[i].heading))
			fail_msg("%s: %.*s", cases[i].lang,
			    STR_FMT(str_from(page.body,
				str_find(page.body, STR("<h1>"), 0))));
		archive_page(room, (struct period){ 2016, 11, 0 }, &page);
		if (!page_has(&page, cases[i].cell))
			fail_msg("%s: %.*s", cases[i].lang,
			    STR_FMT(str_from(page.body,
				str_find(page.body, STR("<thead>"), 0))));
	}
}

static void
test_story_publish__leaves_the_old_archive_alone(void **state)
{
	struct room *room = *state;
	struct page old = { 0 };
	struct page month = { 0 };

	story_at(room, "2014-02-03T10:00:00Z");
	story_at(room, "2014-03-03T10:00:00Z");
	story_at(room, "2016-11-17T10:00:00Z");
	archive_page(room, (struct period){ 2014, 2, 3 }, &old);
	archive_page(room, (struct period){ 2016, 11, 0 }, &month);
	story_at(room, "2016-11-18T10:00:00Z");
	assert_false(page_dropped(room, &old));
	assert_true(page_dropped(room, &month)); /* a day is there */
	archive_page(room, (struct period){ 2016, 11, 0 }, &month);
	story_at(room, "2016-11-18T11:00:00Z");
	assert_true(room_touched(room, "archive:1:2016-11-18"));
	assert_false(page_dropped(room, &month)); /* it was there */
	assert_false(room_touched(room, "archive:1:2016-11-17"));
}

static void
test_edition_put__drops_the_archive_with_its_zone(void **state)
{
	struct room *room = *state;
	struct page day = { 0 };

	story_at(room, "2014-02-03T10:00:00Z");
	archive_page(room, (struct period){ 2014, 2, 3 }, &day);
	edition_is(room, "en", "en", "Asia/Tehran");
	assert_true(page_dropped(room, &day));
}

/*
 * What a cache would hold: pages of an archive, before and after each of
 * many changes.  A page that came out otherwise must have been dropped.
 */
enum { WATCHED_MAX = 64, DEEDS = 150 };

static const struct period watched[] = {
	{ 0 },
	{ 2014, 0, 0 },
	{ 2015, 0, 0 },
	{ 2016, 0, 0 },
	{ 2014, 12, 0 },
	{ 2015, 1, 0 },
	{ 2015, 2, 0 },
	{ 2015, 6, 0 },
	{ 2015, 12, 0 },
	{ 2014, 12, 30 },
	{ 2014, 12, 31 },
	{ 2015, 1, 1 },
	{ 2015, 1, 2 },
	{ 2015, 1, 3 },
	{ 2015, 1, 31 },
	{ 2015, 2, 1 },
	{ 2015, 2, 2 },
	{ 2015, 6, 15 },
	{ 2015, 12, 31 },
};

enum { WATCHED_N = sizeof watched / sizeof *watched };

static unsigned
dice(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % n;
}

static void
deed(struct room *room, uint64_t *seed, const int64_t *ids, size_t n)
{
	static const char *const times[] = { "2014-12-30T12:00:00Z",
		"2014-12-31T12:00:00Z", "2014-12-31T23:30:00Z",
		"2015-01-01T00:30:00Z", "2015-01-02T12:00:00Z",
		"2015-01-31T23:30:00Z", "2015-02-01T12:00:00Z",
		"2015-06-15T12:00:00Z", "2015-12-31T12:00:00Z" };
	int64_t id = ids[dice(seed, (unsigned)n)];
	const struct story *s = NULL;

	OK(story_by_id(CTX, ST, id, &s));
	room->last.n = 0;
	if (s->state == STORY_PUBLISHED && dice(seed, 2) == 0)
		OK(story_withdraw(CTX, ST, &(struct story_move){ .id = id }));
	else
		publish_at(
		    room, id, times[dice(seed, sizeof times / sizeof *times)]);
}

static void
test_archive_touched__drops_whatever_comes_out_otherwise(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page before[WATCHED_N];
	struct page after = { 0 };
	int64_t ids[5];
	uint64_t seed = 2016;
	size_t changed = 0;

	edition_is(room, "en", "en", "Europe/Vienna");
	for (size_t i = 0; i < 5; i++)
		ids[i] = room_story(room, "Rain", 0, 0);
	page_ask_for(room, "", &ask);
	for (size_t i = 0; i < WATCHED_N; i++)
		OK(page_archive(CTX, &ask,
		    &(struct page_period){ watched[i], STR("") }, &before[i]));
	for (size_t k = 0; k < DEEDS; k++) {
		deed(room, &seed, ids, 5);
		for (size_t i = 0; i < WATCHED_N; i++) {
			OK(page_archive(CTX, &ask,
			    &(struct page_period){ watched[i], STR("") },
			    &after));
			if (str_eq(before[i].body, after.body))
				continue;
			changed++;
			if (!page_dropped(room, &before[i]))
				fail_msg("deed %zu: %.*s is stale", k,
				    STR_FMT(
					period_name(room->arena, &watched[i])));
			before[i] = after;
		}
	}
	assert_true(changed > DEEDS); /* it was a test */
}

static void
test_page_archive__pages_through_a_long_day(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	struct page_period in = { .period = { 2015, 11, 18 } };
	struct str link = { 0 };

	/* Others at midnight, which are not of this day. */
	story_at(room, "2015-11-17T23:59:59Z");
	story_at(room, "2015-11-19T00:00:00Z");
	for (int i = 0; i < 100; i++)
		story_at(room, "2015-11-18T10:00:00Z");
	page_ask_for(room, "", &ask);
	OK(page_archive(CTX, &ask, &in, &page));
	assert_true(page_has(&page, "/news/102/"));
	assert_true(page_has(&page, "/news/63/"));
	assert_false(page_has(&page, "/news/62/"));
	link = page_link(&page, "rel=\"next\"");
	in.before = str_from(link, str_find_char(link, '=', 0) + 1);
	OK(page_archive(CTX, &ask, &in, &page));
	assert_true(page_has(&page, "/news/62/"));
	assert_true(page_has(&page, "/news/23/"));
	assert_false(page_has(&page, "/news/63/"));
	assert_true(str_eq(
	    page_link(&page, "rel=\"prev\""), STR("/archive/2015/11/18")));
	link = page_link(&page, "rel=\"next\"");
	in.before = str_from(link, str_find_char(link, '=', 0) + 1);
	OK(page_archive(CTX, &ask, &in, &page));
	assert_true(page_has(&page, "/news/3/"));
	assert_false(page_has(&page, "/news/1/"));
	assert_false(page_has(&page, "rel=\"next\""));
	link = page_link(&page, "rel=\"prev\"");
	assert_true(str_ends(link, STR("-63")));
	/* Above the day, and at its top: the first page by another name. */
	in.before = STR("1447891200-2");
	OK(page_archive(CTX, &ask, &in, &page));
	assert_true(str_eq(page.redirect, STR("/archive/2015/11/18")));
	in.before = STR("1447840800-103");
	OK(page_archive(CTX, &ask, &in, &page));
	assert_true(str_eq(page.redirect, STR("/archive/2015/11/18")));
	/* Below it, and nowhere. */
	in.before = STR("1447804799-9");
	assert_int_equal(page_archive(CTX, &ask, &in, &page), ERR_NOTFOUND);
	in.before = STR("01447840800-103");
	assert_int_equal(page_archive(CTX, &ask, &in, &page), ERR_INVALID);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(
		    test_period_span__takes_days_as_long_as_the_clock_makes_them),
		cmocka_unit_test(test_period_exists__knows_the_calendar),
		ROOM_TEST(test_page_archive__is_a_day_of_the_editions_zone),
		ROOM_TEST(
		    test_page_archive__holds_all_of_a_long_and_a_short_day),
		ROOM_TEST(test_page_archive__says_kindly_that_a_day_is_empty),
		ROOM_TEST(test_page_archive__leads_from_years_to_days),
		ROOM_TEST(test_page_archive__speaks_the_editions_language),
		ROOM_TEST(test_story_publish__leaves_the_old_archive_alone),
		ROOM_TEST(test_edition_put__drops_the_archive_with_its_zone),
		ROOM_TEST(
		    test_archive_touched__drops_whatever_comes_out_otherwise),
		ROOM_TEST(test_page_archive__pages_through_a_long_day),
	};

	return UNIT_RUN(tests, argc, argv);
}
