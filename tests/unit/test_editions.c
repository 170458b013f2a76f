/* SPDX-License-Identifier: MIT */
/* The way between editions, in links, for machines, and in feeds. */

#include "unit/pages_fixture.h"

#include "newsroom/asset.h"

#define ST room->store
#define CTX &room->ctx

static int64_t
arabic(struct room *room)
{
	int64_t id = 0;

	OK(edition_put(CTX, ST,
	    &(struct edition){
		.code = STR("ar"),
		.lang = STR("ar"),
		.rtl = true,
		.zone = STR("Asia/Baghdad"),
		.title = STR("بريد الميناء"),
		.position = 2,
	    },
	    &id));
	return id;
}

static int64_t
story_in(struct room *room, int64_t edition, int64_t translates)
{
	struct story_saved saved = { 0 };

	OK(story_save(CTX, ST,
	    &(struct story_save){
		.edition = edition,
		.slug = STR("rain"),
		.translation_of = translates,
		.text = { .headline = STR("Rain"),
		    .body = STR("<p>Some words.</p>") },
	    },
	    &saved));
	return saved.id;
}

static void
publish(struct room *room, int64_t id)
{
	OK(story_publish(
	    CTX, ST, &(struct story_publish){ .id = id, .at = NOON }));
}

static int64_t
section_of(struct room *room, int64_t edition, const char *slug)
{
	int64_t id = 0;

	OK(section_put(CTX, ST,
	    &(struct section){
		.edition = edition,
		.slug = str_c(slug),
		.title = str_c(slug),
	    },
	    &id));
	return id;
}

static int64_t
tag_of(struct room *room, int64_t edition, const char *slug)
{
	int64_t id = 0;

	OK(tag_put(CTX, ST,
	    &(struct term){
		.edition = edition,
		.slug = str_c(slug),
		.title = str_c(slug),
	    },
	    &id));
	return id;
}

static void
test_page_story__names_its_translations(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page en = { 0 };
	struct page page = { 0 };
	int64_t ar = arabic(room);
	int64_t one = story_in(room, room->edition, 0);
	int64_t two = story_in(room, ar, 0);

	publish(room, one);
	publish(room, two);
	page_ask_for(room, "", &ask);
	OK(page_story(CTX, &ask, one, STR("rain"), &en));
	assert_false(page_has(&en, "rel=\"alternate\" hreflang"));
	assert_true(page_has(&en, "<a href=\"/ar/\" lang=\"ar\" dir=\"rtl\""));
	/* It is told later that they say the same. */
	OK(story_save(CTX, ST,
	    &(struct story_save){
		.id = two,
		.slug = STR("rain"),
		.translation_of = one,
		.text = { .headline = STR("Rain"),
		    .body = STR("<p>Some words.</p>") },
	    },
	    &(struct story_saved){ 0 }));
	assert_true(page_dropped(room, &en));
	OK(page_story(CTX, &ask, one, STR("rain"), &en));
	assert_true(page_has(&en,
	    "hreflang=\"en\" href=\"https://courier.example/news/1/rain\""));
	assert_true(page_has(&en,
	    "hreflang=\"ar\" href=\"https://courier.example/ar/news/2/rain\""));
	assert_true(
	    page_has(&en, "hreflang=\"x-default\" "
			  "href=\"https://courier.example/news/1/rain"));
	/* The switch above, and the line below the headline. */
	assert_true(page_has(
	    &en, "<li><a href=\"/ar/news/2/rain\" lang=\"ar\" dir=\"rtl\""));
	assert_true(page_has(&en,
	    "<dd><a href=\"/ar/news/2/rain\" lang=\"ar\" dir=\"rtl\" "
	    "hreflang=\"ar\">العربية</a>"));
	page_ask_for(room, "ar", &ask);
	OK(page_story(CTX, &ask, two, STR("rain"), &page));
	assert_true(page_has(&page, "hreflang=\"x-default\" "
				    "href=\"https://courier.example/news/1/"));
	OK(page_story(CTX, &ask, one, STR("rain"), &page));
	assert_true(str_eq(page.redirect, STR("/news/1/rain")));
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = two }));
	assert_true(page_dropped(room, &en));
	page_ask_for(room, "", &ask);
	OK(page_story(CTX, &ask, one, STR("rain"), &en));
	assert_false(page_has(&en, "rel=\"alternate\" hreflang"));
	publish(room, two);
	assert_true(page_dropped(room, &en));
}

static void
test_page_list__leads_to_the_same_list_of_the_other_edition(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	int64_t ar = arabic(room);
	struct page_list section = { .kind = RANGE_SECTION,
		.slug = STR("harbour") };
	struct page_list tag = { .kind = RANGE_TAG, .slug = STR("locks") };

	section_of(room, room->edition, "harbour");
	tag_of(room, room->edition, "locks");
	page_ask_for(room, "", &ask);
	OK(page_list(CTX, &ask, &section, &page));
	assert_true(page_has(&page, "<a href=\"/ar/\" lang=\"ar\""));
	assert_false(page_has(&page, "hreflang=\"x-default\""));
	section_of(room, ar, "harbour");
	assert_true(page_dropped(room, &page));
	OK(page_list(CTX, &ask, &section, &page));
	assert_true(page_has(&page, "<a href=\"/ar/section/harbour\" lang"));
	assert_true(page_has(&page, "hreflang=\"x-default\""));

	OK(page_list(CTX, &ask, &tag, &page));
	assert_true(page_has(&page, "<a href=\"/ar/\" lang=\"ar\""));
	tag_of(room, ar, "other");
	assert_false(page_dropped(room, &page));
	tag_of(room, ar, "locks");
	assert_true(page_dropped(room, &page));
	OK(page_list(CTX, &ask, &tag, &page));
	assert_true(page_has(&page, "<a href=\"/ar/tag/locks\" lang"));
}

static void
test_pages__of_every_edition_lead_to_their_like(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };

	arabic(room);
	page_ask_for(room, "", &ask);
	OK(page_front(CTX, &ask, &page));
	assert_true(page_has(&page, "hreflang=\"ar\" "
				    "href=\"https://courier.example/ar/\""));
	OK(page_corrections(CTX, &ask, STR(""), &page));
	assert_true(page_has(&page, "<a href=\"/ar/corrections\" lang=\"ar\""));
	OK(page_archive(CTX, &ask,
	    &(struct page_period){ { 2016, 11, 18 }, STR("") }, &page));
	assert_true(page_has(&page, "<a href=\"/ar/archive/2016/11/18\" lang"));
	page_ask_for(room, "ar", &ask);
	OK(page_archive(CTX, &ask,
	    &(struct page_period){ { 2016, 0, 0 }, STR("") }, &page));
	assert_true(page_has(&page, "<a href=\"/archive/2016\" lang=\"en\""));
	assert_true(page_has(&page, "<html lang=\"ar\" dir=\"rtl\">"));
}

/* Readers' languages, zones and the house's own form. */
static void
test_page_story__dates_as_its_readers_write_them(void **state)
{
	static const struct {
		const char *lang, *zone, *form, *iso, *says, *day;
	} cases[] = {
		{ "en", "UTC", "", "2016-11-18T11:53:43Z", "18 Nov 2016, 11:53",
		    "/archive/2016/11/18" },
		{ "en-US", "Pacific/Honolulu", "", "2016-11-18T01:53:43-10:00",
		    "Nov 18, 2016, 1:53", "/archive/2016/11/18" },
		{ "en", "Pacific/Kiritimati", "", "2016-11-19T01:53:43+14:00",
		    "19 Nov 2016, 01:53", "/archive/2016/11/19" },
		{ "en", "Asia/Tehran", "EEE MMM d, yyyy HH:mm:ss",
		    "2016-11-18T15:23:43+03:30", "Fri Nov 18, 2016 15:23:43",
		    "/archive/2016/11/18" },
		{ "ar", "Asia/Baghdad", "d MMMM y، HH:mm",
		    "2016-11-18T14:53:43+03:00", "١٨ نوفمبر ٢٠١٦، ١٤:٥٣",
		    "/archive/2016/11/18" },
		{ "fa", "Asia/Kabul", "d MMMM y HH:mm",
		    "2016-11-18T16:23:43+04:30", "۱۸ نوامبر ۲۰۱۶ ۱۶:۲۳",
		    "/archive/2016/11/18" },
		{ "de", "Europe/Vienna", "", "2016-11-18T12:53:43+01:00",
		    "18. Nov. 2016, 12:53", "/archive/2016/11/18" },
	};
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	int64_t story = story_in(room, room->edition, 0);

	publish(room, story);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t id = 0;
		const char *want = NULL;

		OK(edition_put(CTX, ST,
		    &(struct edition){
			.code = STR("en"),
			.lang = str_c(cases[i].lang),
			.zone = str_c(cases[i].zone),
			.date_form = str_c(cases[i].form),
			.title = STR("The Harbour Courier"),
		    },
		    &id));
		page_ask_for(room, "", &ask);
		OK(page_story(CTX, &ask, story, STR("rain"), &page));
		want = str_cstr(room->arena,
		    str_printf(room->arena,
			"<a href=\"%s\"><time datetime=\"%s\">%s", cases[i].day,
			cases[i].iso, cases[i].says));
		if (!page_has(&page, want))
			fail_msg("%s is not in %.*s", want,
			    STR_FMT(str_from(page.body,
				str_find(page.body, STR("<dl"), 0))));
	}
}

/* ---- feeds ---- */

static int64_t
picture(struct room *room)
{
	struct asset in = {
		.kind = ASSET_PICTURE,
		.type = STR("image/jpeg"),
		.blob = STR("00000000000000000000000000000000"
			    "00000000000000000000000000000000"),
		.size = 1,
		.width = 1200,
		.height = 800,
		.alt = STR("The quay & its \"lamps\"."),
		.credit = STR("A. Hand"),
	};
	const struct asset *a = NULL;

	OK(asset_add(CTX, ST, &in, &a));
	return a->id;
}

static int64_t
advisory(struct room *room)
{
	const struct advisory *a = NULL;
	size_t n = 0;

	OK(advisory_list(CTX, ST, STR("en"), &a, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(a[i].code, STR("graphic")))
			return a[i].id;
	return 0;
}

static int64_t
full_story(struct room *room, int64_t lead, int64_t gate)
{
	struct story_saved saved = { 0 };
	int64_t tags[] = { tag_of(room, room->edition, "locks"),
		tag_of(room, room->edition, "storms") };

	OK(story_save(CTX, ST,
	    &(struct story_save){
		.edition = room->edition,
		.text = { .headline = STR("Rain & <wind>"),
		    .byline = STR("Ilse Varden"),
		    .section = section_of(room, room->edition, "harbour"),
		    .advisory = gate,
		    .lead = lead,
		    .tags = tags,
		    .tags_n = 2,
		    .body = STR("<p>Some words.</p>") },
	    },
	    &saved));
	publish(room, saved.id);
	return saved.id;
}

static void
test_page_feed__carries_what_readers_expect(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	struct page_list of = { .kind = RANGE_SECTION, .slug = STR("harbour") };

	full_story(room, picture(room), 0);
	page_ask_for(room, "", &ask);
	OK(page_feed(CTX, &ask, &of, FEED_RSS, &page));
	assert_true(page_has(&page, "<language>en</language>"));
	assert_true(page_has(&page,
	    "rel=\"self\" type=\"application/rss+xml\" "
	    "href=\"https://courier.example/section/harbour/feed.rss\""));
	assert_true(page_has(&page, "<dc:creator>Ilse Varden</dc:creator>"));
	assert_true(page_has(&page,
	    "<category>harbour</category>\n<category>locks</category>\n"
	    "<category>storms</category>"));
	assert_true(page_has(&page, "<media:content medium=\"image\""));
	assert_true(page_has(&page, "<media:credit>A. Hand</media:credit>"));
	assert_true(
	    page_has(&page, "<atom:updated>2016-11-18T11:53:43Z</atom"));
	OK(page_feed(CTX, &ask, &of, FEED_ATOM, &page));
	assert_true(page_has(&page, "<category term=\"storms\"/>"));
	assert_true(page_has(&page, "rel=\"enclosure\" type=\"image/jpeg\""));
	OK(page_feed(CTX, &ask, &of, FEED_JSON, &page));
	assert_true(
	    page_has(&page, "\"tags\":[\"harbour\",\"locks\",\"storms\"]"));
	assert_true(page_tagged(&page, "tag:1"));
}

static void
test_page_feed__shows_nothing_that_an_advisory_gates(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	struct page_list of = { .kind = RANGE_EDITION };

	full_story(room, picture(room), advisory(room));
	page_ask_for(room, "", &ask);
	for (int f = FEED_RSS; f <= FEED_JSON; f++) {
		OK(page_feed(CTX, &ask, &of, (enum feed_format)f, &page));
		assert_true(page_has(&page, "Graphic content: Rain"));
		assert_false(page_has(&page, "_0f_"));
		assert_false(page_has(&page, "media:content"));
		assert_false(page_has(&page, "/shown/"));
	}
}

static void
test_page_corrections_feed__gives_each_its_own_id(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	int64_t story = full_story(room, 0, 0);
	int64_t id = 0;

	for (int i = 0; i < 2; i++)
		OK(story_correct(CTX, ST,
		    &(struct story_correct){
			.id = story, .text = STR("It was \"<wrong>\".") },
		    &id));
	page_ask_for(room, "", &ask);
	OK(page_corrections_feed(CTX, &ask, FEED_RSS, &page));
	assert_true(page_has(&page, "/news/1#correction-1</guid>"));
	assert_true(page_has(&page, "/news/1#correction-2</guid>"));
	assert_true(page_has(
	    &page, "<title>Correction: Rain &amp; &lt;wind&gt;</title>"));
	assert_true(page_has(&page, "#changes</link>"));
	assert_true(page_has(&page, "corrections/feed.rss"));
	assert_false(page_has(&page, "<wrong>"));
	OK(page_corrections_feed(CTX, &ask, FEED_JSON, &page));
	assert_true(page_has(&page,
	    "\"home_page_url\":\"https://courier.example/corrections\""));
	OK(story_correct(CTX, ST,
	    &(struct story_correct){ .id = story, .text = STR("Again.") },
	    &id));
	assert_true(page_dropped(room, &page));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_page_story__names_its_translations),
		ROOM_TEST(
		    test_page_list__leads_to_the_same_list_of_the_other_edition),
		ROOM_TEST(test_pages__of_every_edition_lead_to_their_like),
		ROOM_TEST(test_page_story__dates_as_its_readers_write_them),
		ROOM_TEST(test_page_feed__carries_what_readers_expect),
		ROOM_TEST(test_page_feed__shows_nothing_that_an_advisory_gates),
		ROOM_TEST(test_page_corrections_feed__gives_each_its_own_id),
	};

	return UNIT_RUN(tests, argc, argv);
}
