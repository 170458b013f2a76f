/* SPDX-License-Identifier: MIT */
/* Search: what is found, in which order, and what is not found any more. */

#include <sqlite3.h>

#include "unit/newsroom_fixture.h"

#include "newsroom/list.h"
#include "newsroom/search.h"

/* ---- stories ---- */

struct piece_of_news {
	int64_t id; /* 0: a new one */
	int64_t edition, section, at;
	const char *headline, *standfirst, *body, *byline;
	int64_t tag;
	bool draft, later;
};

static int64_t
put(struct room *room, const struct piece_of_news *in)
{
	struct story_saved saved = { 0 };

	OK(story_save(&room->ctx, room->store,
	    &(struct story_save){
		.id = in->id,
		.edition = in->edition != 0 ? in->edition : room->edition,
		.text = {
		    .headline = str_c(in->headline),
		    .standfirst = str_c(in->standfirst),
		    .byline = str_c(in->byline),
		    .body = str_c(in->body != NULL ? in->body : "<p>No.</p>"),
		    .section = in->section,
		    .tags = &in->tag,
		    .tags_n = in->tag != 0,
		},
	    },
	    &saved));
	if (!in->draft)
		OK(story_publish(&room->ctx, room->store,
		    &(struct story_publish){
			.id = saved.id,
			.at = in->at != 0 ? in->at : NOON - 60 * saved.id,
			.search_later = in->later,
		    }));
	return saved.id;
}
#define PUT(room, ...) put((room), &(struct piece_of_news){ __VA_ARGS__ })

static int64_t
add_section(struct room *room, const char *title)
{
	int64_t id = 0;

	OK(section_put(&room->ctx, room->store,
	    &(struct section){
		.edition = room->edition, .title = str_c(title) },
	    &id));
	return id;
}

static int64_t
add_tag(struct room *room, const char *title)
{
	int64_t id = 0;

	OK(tag_put(&room->ctx, room->store,
	    &(struct term){ .edition = room->edition, .title = str_c(title) },
	    &id));
	return id;
}

static int64_t
add_edition(struct room *room, const char *code, const char *zone)
{
	int64_t id = 0;

	OK(edition_put(&room->ctx, room->store,
	    &(struct edition){
		.code = str_c(code),
		.lang = str_c(code),
		.zone = str_c(zone),
		.title = str_c(code),
	    },
	    &id));
	return id;
}

/* ---- asking ---- */

static struct search_found
ask(struct room *room, const struct search_ask *in)
{
	struct search_ask full = *in;
	struct search_found found = { 0 };

	if (full.edition == 0)
		full.edition = room->edition;
	if (full.n == 0)
		full.n = 20;
	OK(search_find(&room->ctx, room->store, &full, &found));
	return found;
}

static struct search_found
find(struct room *room, const char *typed)
{
	return ask(room, &(struct search_ask){ .typed = str_c(typed) });
}

static bool
has(const struct search_found *f, int64_t story)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->stories[i] == story)
			return true;
	return false;
}

/* Exactly these, in any order; 0 ends them. */
static void
finds(struct room *room, const char *typed, const int64_t *stories)
{
	struct search_found f = find(room, typed);
	size_t n = 0;

	for (; stories[n] != 0; n++)
		if (!has(&f, stories[n]))
			fail_msg(
			    "[%s] does not find %" PRId64, typed, stories[n]);
	if (f.n != n || f.total != (int64_t)n)
		fail_msg("[%s] finds %zu, counts %" PRId64 ", not %zu", typed,
		    f.n, f.total, n);
}
#define FINDS(room, typed, ...) \
	finds((room), (typed), (const int64_t[]){ __VA_ARGS__, 0 })
#define FINDS_NOTHING(room, typed) \
	finds((room), (typed), (const int64_t[]){ 0 })

/* ---- what readers see, and nothing else ---- */

static void
test_search__finds_what_is_published_and_nothing_else(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "The sea wall holds");
	int64_t b = PUT(room, .headline = "Rain", .body = "<p>The wall.</p>");
	int64_t draft = PUT(room, .headline = "A secret wall", .draft = true);

	FINDS(room, "walls", a, b);
	FINDS_NOTHING(room, "secret");
	FINDS_NOTHING(room, "");
	OK(story_publish(&room->ctx, room->store,
	    &(struct story_publish){ .id = draft, .at = NOON + 600 }));
	FINDS_NOTHING(room, "secret"); /* scheduled */
	room->clock.fixed_ns += 601 * CLOCK_SECOND;
	OK(story_publish_due(
	    &room->ctx, room->store, &(struct story_due){ 0 }));
	FINDS(room, "secret", draft);
	assert_true(room_touched(room, "search:1"));
}

static void
test_search__forgets_a_story_in_the_call_that_takes_it(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "Wall one");
	int64_t b = PUT(room, .headline = "Wall two");

	OK(story_withdraw(
	    &room->ctx, room->store, &(struct story_move){ .id = a }));
	FINDS(room, "wall", b);
	assert_true(room_touched(room, "search:1"));
	OK(story_takedown(
	    &room->ctx, room->store, &(struct story_move){ .id = b }));
	FINDS_NOTHING(room, "wall");
	OK(story_publish(
	    &room->ctx, room->store, &(struct story_publish){ .id = a }));
	FINDS(room, "wall", a);
}

static void
test_search__keeps_what_an_undone_transaction_would_have_taken(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "Wall one");
	struct store_tx tx = { 0 };

	OK(store_tx_begin(&room->ctx, room->store, &tx));
	OK(story_withdraw(
	    &room->ctx, room->store, &(struct story_move){ .id = a }));
	FINDS_NOTHING(room, "wall");
	store_tx_end(&tx);
	FINDS(room, "wall", a);
}

static void
test_search__follows_the_live_revision(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "Flood warning",
	    .body = "<p>Water, <b>high</b> water.</p>");

	PUT(room, .id = a, .headline = "All clear", .draft = true);
	FINDS(room, "flood", a);
	FINDS_NOTHING(room, "clear");
	OK(story_publish(
	    &room->ctx, room->store, &(struct story_publish){ .id = a }));
	FINDS_NOTHING(room, "flood");
	FINDS_NOTHING(room, "water");
	FINDS(room, "clear", a);
	/* Another time moves it, and finds it once. */
	OK(story_publish(&room->ctx, room->store,
	    &(struct story_publish){ .id = a, .at = NOON - 99999 }));
	FINDS(room, "clear", a);
}

/* ---- the language of questions ---- */

static void
test_search__understands_phrases_and_exclusion(void **state)
{
	struct room *room = *state;
	int64_t a =
	    PUT(room, .headline = "x", .body = "<p>High sea, low wall</p>");
	int64_t b = PUT(room, .headline = "y", .body = "<p>The sea wall</p>");
	int64_t c =
	    PUT(room, .headline = "The sea-walls", .body = "<p>e-mail</p>");

	FINDS(room, "sea wall", a, b, c);
	FINDS(room, "\"sea wall\"", b, c);
	FINDS(room, "sea -\"sea wall\"", a);
	FINDS(room, "sea -high", b, c);
	FINDS(room, "-sea", 0);
	FINDS(room, "-high -y", c);
	FINDS(room, "email", 0);
	FINDS(room, "e-mail", c);
	/* FTS5's own syntax is words. */
	FINDS_NOTHING(room, "sea OR wall");
	FINDS_NOTHING(room, "body:sea NEAR(wall)");
}

static void
test_search__narrows_by_author_section_and_tag(void **state)
{
	struct room *room = *state;
	int64_t harbour = add_section(room, "North Harbour");
	int64_t city = add_section(room, "City");
	int64_t storms = add_tag(room, "Storms");
	int64_t a = PUT(room, .headline = "wall", .section = harbour,
	    .byline = "Ilse Varden and Tomas Oyelund");
	int64_t b = PUT(room, .headline = "wall", .section = city,
	    .tag = storms, .byline = "Varden Ilse");
	int64_t c = PUT(room, .headline = "City storms: wall");
	struct search_found f = { 0 };

	FINDS(room, "wall author:varden", a, b);
	FINDS(room, "author:\"Ilse Várden\"", a);
	FINDS(room, "wall -author:oyelund", b, c);
	FINDS(room, "section:city", b);
	FINDS(room, "section:\"north harbour\"", a);
	FINDS(room, "section:north-harbour wall", a);
	FINDS(room, "wall -section:city", a, c);
	FINDS(room, "tag:storms", b);
	FINDS(room, "tag:STORMS wall", b);
	/* What is no section is words, and the page may say so. */
	f = find(room, "section:wall");
	assert_int_equal(f.total, 3);
	assert_int_equal(f.unknown_n, 1);
	assert_true(str_eq(f.unknown[0], STR("wall")));
	/* Marks cannot be typed. */
	FINDS_NOTHING(room, "\ue000all");
	f = ask(room,
	    &(struct search_ask){ .typed = STR("wall"), .section = city });
	assert_int_equal(f.total, 1);
	assert_int_equal(f.stories[0], b);
	f = ask(room, &(struct search_ask){ .section = harbour });
	assert_int_equal(f.total, 1);
}

/* Days are those of the edition's clock. */
static void
test_search__narrows_by_time(void **state)
{
	struct room *room = *state;
	int64_t tehran = add_edition(room, "fa", "Asia/Tehran");
	struct search_ask in = { .edition = tehran,
		.typed = STR("خبر after:2017") };
	struct search_found f = { 0 };
	int64_t old = 0;
	int64_t new = 0;

	/* 2016-12-31T20:30:00Z is midnight in Tehran. */
	room->clock.fixed_ns = INT64_C(1483300000) * CLOCK_SECOND;
	old = PUT(room, .edition = tehran, .headline = "خبر", .at = 1483216199);
	new = PUT(room, .edition = tehran, .headline = "خبر", .at = 1483216200);
	f = ask(room, &in);
	assert_int_equal(f.total, 1);
	assert_int_equal(f.stories[0], new);
	in.typed = STR("before:2017-01-01");
	f = ask(room, &in);
	assert_int_equal(f.total, 1);
	assert_int_equal(f.stories[0], old);
	in.typed = STR("۲۰۱۶-۱۲-۳۱..۲۰۱۷-۰۱-۰۱");
	f = ask(room, &in);
	assert_int_equal(f.total, 2);
	assert_int_equal(f.years_n, 2);
	assert_int_equal(f.years[0].id, 2017);
	assert_int_equal(f.years[1].n, 1);
	in = (struct search_ask){ .edition = tehran, .year = 2016 };
	f = ask(room, &in);
	assert_int_equal(f.total, 1);
	assert_int_equal(f.stories[0], old);
	in.typed = STR("after:2018 before:2016");
	assert_int_equal(ask(room, &in).total, 0);
}

static void
test_search__keeps_editions_and_their_languages_apart(void **state)
{
	struct room *room = *state;
	int64_t arabic = add_edition(room, "ar", "UTC");
	int64_t a = PUT(room, .edition = arabic,
	    .headline = "أَخبارُ المكتبةِ الوطنيّة", .body = "<p>wall</p>");
	struct search_ask in = { .edition = arabic };
	static const char *const spellings[] = { "اخبار", "الأخبار", "مكتبه",
		"والمكتبة", "\"اخبار المکتبه\"", "الوطنية", "أخـبـار" };

	PUT(room, .headline = "walls");
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
		struct search_found f = { 0 };

		in.typed = str_c(spellings[i]);
		f = ask(room, &in);
		if (f.total != 1 || f.stories[0] != a)
			fail_msg("%s finds %" PRId64, spellings[i], f.total);
	}
	FINDS_NOTHING(room, "اخبار");
	in.typed = STR("wall");
	assert_int_equal(ask(room, &in).total, 1);
}

static void
test_search__finds_persian_in_three_spellings(void **state)
{
	struct room *room = *state;
	int64_t fa = add_edition(room, "fa", "Asia/Tehran");
	int64_t a = PUT(room, .edition = fa, .headline = "الف",
	    .body = "<p>کتاب‌ها می‌روند</p>");
	int64_t b = PUT(room, .edition = fa, .headline = "ب",
	    .body = "<p>كتابها ميروند</p>");
	int64_t c = PUT(room, .edition = fa, .headline = "پ",
	    .body = "<p>کتاب ها می روند</p>");
	static const char *const spellings[] = { "کتاب", "کتاب‌ها",
		"کتابها", "کتاب ها", "كتابها", "می‌روند", "میروند",
		"می روند", "ميروند" };

	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
		struct search_found f =
		    ask(room, &(struct search_ask){ .edition = fa,
				  .typed = str_c(spellings[i]) });

		if (!has(&f, a) || !has(&f, b) || !has(&f, c))
			fail_msg("%s finds %" PRId64, spellings[i], f.total);
	}
}

/* ---- order, pages, counts ---- */

static void
test_search__puts_the_best_first_or_the_newest(void **state)
{
	struct room *room = *state;
	int64_t body = PUT(room, .headline = "a", .at = NOON - 60,
	    .body = "<p>Some words, then a flood.</p>");
	int64_t head = PUT(room, .headline = "Flood", .at = NOON - 86400);
	int64_t near = PUT(room, .headline = "b", .at = NOON - 864000,
	    .body = "<p>flood flood flood flood: flood tide</p>");
	struct search_ask in = { .typed = STR("flood") };
	struct search_found f = ask(room, &in);

	assert_int_equal(f.n, 3);
	assert_int_equal(f.stories[0], head);
	assert_int_equal(f.stories[1], near);
	assert_int_equal(f.stories[2], body);
	in.order = SEARCH_NEWEST;
	f = ask(room, &in);
	assert_int_equal(f.stories[0], body);
	assert_int_equal(f.stories[1], head);
	assert_int_equal(f.stories[2], near);
}

static void
test_search__values_words_that_stand_side_by_side(void **state)
{
	struct room *room = *state;
	int64_t apart = PUT(room, .headline = "a", .at = NOON - 60,
	    .body = "<p>The wall at the sea</p>");
	int64_t together = PUT(room, .headline = "b", .at = NOON - 86400 * 9,
	    .body = "<p>At the sea wall of old</p>");
	struct search_found f = find(room, "sea wall");

	assert_int_equal(f.stories[0], together);
	assert_int_equal(f.stories[1], apart);
}

static void
test_search__finds_common_words_like_any_other(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "The wall of the port");
	int64_t b = PUT(room, .headline = "Port wall",
	    .body = "<p>It went into holes.</p>");
	int64_t c = PUT(room, .headline = "Rain", .byline = "Will Varden",
	    .body = "<p>Of the port; the wall.</p>");

	FINDS(room, "the", a, c);
	FINDS(room, "wall -the", b);
	FINDS(room, "\"the wall\"", a, c);
	FINDS(room, "\"of the\"", a, c);
	FINDS(room, "\"wall of\"", a);
	FINDS(room, "\"wall of the port\"", a);
	FINDS(room, "\"of the port the\"", c);
	FINDS(room, "wall -\"the wall\"", b);
	FINDS_NOTHING(room, "\"the the\"");
	FINDS_NOTHING(room, "\"the of\"");
	FINDS_NOTHING(room, "\"port of\"");
	FINDS(room, "in-to", b);
	FINDS(room, "will", c);
	FINDS(room, "author:will", c);
	FINDS(room, "\"will varden\"", c);
	FINDS_NOTHING(room, "author:of");
}

static void
test_search__values_common_words_beside_others(void **state)
{
	struct room *room = *state;
	int64_t apart = PUT(room, .headline = "One",
	    .body = "<p>A bank in England, of all things.</p>");
	int64_t said = PUT(room, .headline = "Two",
	    .body = "<p>A bank of England note, in all.</p>");
	struct search_found f = find(room, "bank of england");

	assert_int_equal(f.n, 2);
	assert_int_equal(f.stories[0], said);
	f = find(room, "bank in england");
	assert_int_equal(f.stories[0], apart);
}

static void
test_search__goes_through_all_pages_once(void **state)
{
	struct room *room = *state;
	struct search_ask in = { .typed = STR("wall"), .n = 7 };
	int64_t seen[30] = { 0 };
	struct store_tx tx = { 0 };
	size_t n = 0;

	OK(store_tx_begin(&room->ctx, room->store, &tx));
	for (int i = 0; i < 30; i++)
		/* Many in one minute, too. */
		PUT(room, .headline = "wall", .at = NOON - i / 10);
	OK(store_tx_commit(&room->ctx, &tx));
	for (int order = 0; order < 2; order++) {
		struct search_found f = { 0 };

		in.order = order == 0 ? SEARCH_BEST : SEARCH_NEWEST;
		in.skip = in.before = 0;
		n = 0;
		do {
			f = ask(room, &in);
			for (size_t i = 0; i < f.n; i++) {
				for (size_t k = 0; k < n; k++)
					assert_int_not_equal(
					    seen[k], f.stories[i]);
				assert_true(n < 30);
				seen[n++] = f.stories[i];
			}
			assert_int_equal(f.total, 30);
			in.skip = in.before = f.next;
		} while (f.older);
		assert_int_equal(n, 30);
	}
	in.skip = 1000;
	in.order = SEARCH_BEST;
	assert_int_equal(ask(room, &in).n, 0);
}

static void
test_search__counts_sections_and_years(void **state)
{
	struct room *room = *state;
	int64_t a = add_section(room, "A");
	int64_t b = add_section(room, "B");
	struct search_found f = { 0 };

	PUT(room, .headline = "wall", .section = a, .at = 1451606400);
	PUT(room, .headline = "wall", .section = b, .at = 1451606399);
	PUT(room, .headline = "wall", .section = b, .at = NOON);
	PUT(room, .headline = "wall", .at = -86400 * 365 * 10);
	PUT(room, .headline = "other", .section = a);
	f = find(room, "wall");
	assert_int_equal(f.total, 4);
	assert_int_equal(f.sections_n, 2);
	assert_int_equal(f.sections[0].id, b);
	assert_int_equal(f.sections[0].n, 2);
	assert_int_equal(f.sections[1].id, a);
	assert_int_equal(f.sections[1].n, 1);
	assert_int_equal(f.years_n, 3);
	assert_int_equal(f.years[0].id, 2016);
	assert_int_equal(f.years[0].n, 2);
	assert_int_equal(f.years[1].id, 2015);
	assert_int_equal(f.years[2].id, 1960);
}

/* ---- the index and the stories agree ---- */

static sqlite3 *
look_inside(struct room *room)
{
	struct str path = str_printf(
	    room->arena, "%s/newsroom.db", folder_path(room->folder));
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path.p, &db), SQLITE_OK);
	return db;
}

static void
exec(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
}

/* Every term of every story with its column and place, as one number. */
static uint64_t
contents(struct room *room, int64_t *rows)
{
	sqlite3 *db = look_inside(room);
	sqlite3_stmt *s = NULL;
	uint64_t h = 0;

	exec(db, "INSERT INTO search(search) VALUES('integrity-check')");
	exec(db, "CREATE VIRTUAL TABLE temp.v USING "
		 "fts5vocab(main, search, instance)");
	assert_int_equal(
	    sqlite3_prepare_v2(db,
		"SELECT coalesce(d.story, -v.doc), v.term, v.col, v.offset "
		"FROM v LEFT JOIN search_doc d ON d.key = v.doc "
		"ORDER BY 1, 3, 4, 2",
		-1, &s, NULL),
	    SQLITE_OK);
	*rows = 0;
	while (sqlite3_step(s) == SQLITE_ROW) {
		char text[256];

		snprintf(text, sizeof text, "%" PRIu64 " %lld %s %s %lld", h,
		    sqlite3_column_int64(s, 0), sqlite3_column_text(s, 1),
		    sqlite3_column_text(s, 2), sqlite3_column_int64(s, 3));
		h = str_hash(str_c(text));
		++*rows;
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	return h;
}

/*
 * Whatever a test did, FTS5 finds its index whole afterwards, and in it each
 * story that has a place there and no other.
 */
static int
teardown(void **state)
{
	struct room *room = *state;
	sqlite3 *db = look_inside(room);
	sqlite3_stmt *s = NULL;

	exec(
	    db, "INSERT INTO search(search, rank) VALUES('integrity-check',1)");
	exec(db, "CREATE VIRTUAL TABLE temp.places USING "
		 "fts5vocab(main, search, instance)");
	assert_int_equal(
	    sqlite3_prepare_v2(db,
		"SELECT (SELECT count(*) FROM search_doc WHERE key NOT IN "
		"(SELECT doc FROM places)), (SELECT count(*) FROM places "
		"WHERE doc NOT IN (SELECT key FROM search_doc))",
		-1, &s, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int64(s, 0), 0);
	assert_int_equal(sqlite3_column_int64(s, 1), 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return room_teardown(state);
}

static void
catch_up(struct room *room)
{
	OK(search_catch_up(
	    &room->ctx, room->store, &(struct search_bulk){ .arg = NULL }));
}

/* One of many things that a desk does to a story, by a chance number. */
static void
do_something(struct room *room, unsigned chance, int64_t section, int64_t tag)
{
	static const char *const words[] = { "wall", "sea", "Flood", "tide",
		"harbour", "e-mail", "naïve", "1,000" };
	struct str text = str_printf(room->arena, "<p>%s %s %s %s.</p>",
	    words[chance % 8], words[chance / 8 % 8], words[chance / 64 % 8],
	    words[chance / 512 % 8]);
	int64_t id = 1 + chance / 7 % 12;
	const struct story *story = NULL;

	OK(story_by_id(&room->ctx, room->store, id, &story));
	if (story != NULL && story->state == STORY_CANCELED)
		return;
	if (story != NULL && story->state == STORY_PUBLISHED &&
	    chance % 5 == 0) {
		struct story_move move = { .id = id };

		if (chance % 35 == 0)
			OK(story_takedown(&room->ctx, room->store, &move));
		else
			OK(story_withdraw(&room->ctx, room->store, &move));
		return;
	}
	PUT(room, .id = story != NULL ? id : 0,
	    .headline = words[chance / 3 % 8], .body = text.p,
	    .section = chance % 2 ? section : 0, .tag = chance % 3 ? tag : 0,
	    .at = NOON - chance % 100000, .draft = chance % 11 == 0,
	    .later = chance % 13 == 0);
}

static void
test_search__is_what_a_new_index_would_be(void **state)
{
	struct room *room = *state;
	int64_t section = add_section(room, "North");
	int64_t tag = add_tag(room, "Storms");
	unsigned chance = 12345;
	uint64_t grown = 0;
	uint64_t made = 0;
	int64_t rows = 0;
	int64_t again = 0;

	for (int i = 0; i < 300; i++) {
		chance = chance * 1103515245 + 12345;
		do_something(room, chance >> 8, section, tag);
	}
	catch_up(room); /* those published with .later */
	grown = contents(room, &rows);
	assert_true(rows > 20);
	OK(search_reset(&room->ctx, room->store));
	assert_int_not_equal(contents(room, &again), grown);
	assert_int_equal(again, 0);
	catch_up(room);
	made = contents(room, &again);
	assert_int_equal(rows, again);
	assert_true(grown == made);
}

static void
test_search__is_made_anew_under_another_library(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "Wall one");
	int64_t b = PUT(room, .headline = "Wall two");
	int64_t c = PUT(room, .headline = "Wall three");
	sqlite3 *db = look_inside(room);
	bool left = true;

	exec(db, "UPDATE search_state SET analysis = 'of last year'");
	sqlite3_close(db);
	assert_true(find(room, "wall").unfinished);
	OK(story_withdraw(
	    &room->ctx, room->store, &(struct story_move){ .id = a }));
	assert_true(find(room, "wall").unfinished);
	OK(search_work(&room->ctx, room->store, 1, &left));
	assert_true(left);
	FINDS(room, "wall", c); /* the newest id first */
	assert_true(room_touched(room, "search:1"));
	OK(search_work(&room->ctx, room->store, 1, &left));
	assert_false(left);
	FINDS(room, "wall", b, c);
	assert_false(find(room, "wall").unfinished);
}

static void
test_search__learns_of_imported_stories_at_the_end(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "Wall one");
	int64_t b = 0;

	PUT(room, .id = a, .headline = "Quay", .later = true);
	b = PUT(room, .headline = "Quay two", .later = true);
	FINDS_NOTHING(room, "wall"); /* readers see it no more */
	assert_true(find(room, "quay").unfinished);
	OK(story_withdraw(
	    &room->ctx, room->store, &(struct story_move){ .id = b }));
	catch_up(room);
	FINDS(room, "quay", a);
	assert_false(find(room, "quay").unfinished);
}

struct counted {
	int64_t done, total;
	int yields;
	bool stop;
};

static void
count_progress(void *arg, int64_t done, int64_t total)
{
	struct counted *c = arg;

	assert_true(done >= c->done && done <= total);
	c->done = done;
	c->total = total;
}

static void
count_yield(void *arg)
{
	((struct counted *)arg)->yields++;
}

static bool
is_stopped(void *arg)
{
	return ((struct counted *)arg)->stop;
}

static void
test_search_catch_up__can_be_stopped_and_goes_on(void **state)
{
	struct room *room = *state;
	struct counted c = { .stop = true };
	struct search_bulk in = { &c, count_progress, is_stopped, count_yield };
	struct store_tx tx = { 0 };

	OK(store_tx_begin(&room->ctx, room->store, &tx));
	for (int i = 0; i < 1100; i++)
		PUT(room, .headline = "wall", .later = true);
	OK(store_tx_commit(&room->ctx, &tx));
	OK(search_catch_up(&room->ctx, room->store, &in));
	assert_int_equal(c.total, 1100);
	assert_true(c.done < 1100);
	assert_true(find(room, "wall").unfinished);
	c = (struct counted){ .stop = false };
	OK(search_catch_up(&room->ctx, room->store, &in));
	assert_int_equal(c.done, c.total);
	assert_true(c.yields > 0);
	assert_int_equal(find(room, "wall").total, 1100);
	assert_false(find(room, "wall").unfinished);
}

static void
test_search_reset__is_no_larger_than_what_it_leaves(void **state)
{
	struct room *room = *state;
	struct buf b;
	int64_t before = 0;
	uint64_t seed = 1;

	buf_init(&b, room->arena, 1 << 20);
	BUF_LIT(&b, "<p>");
	while (b.n < 400000) {
		seed = seed * UINT64_C(6364136223846793005) + 1;
		buf_printf(&b, "w%" PRIx64 " ", seed >> 36);
	}
	BUF_LIT(&b, "</p>");
	PUT(room, .headline = "Long",
	    .body = str_cstr(room->arena, buf_str(&b)));
	before = store_log_pages(room->store);
	OK(search_reset(&room->ctx, room->store));
	/* Of some 200 pages that the index had. */
	assert_true(store_log_pages(room->store) - before < 60);
	assert_int_equal(find(room, "long").n, 0);
	catch_up(room);
	assert_int_equal(find(room, "long").n, 1);
}

/* A new language of an edition: other stems. */
static void
test_search__follows_an_editions_language(void **state)
{
	struct room *room = *state;
	int64_t a = PUT(room, .headline = "Häuser");
	struct edition e = { .code = STR("en"),
		.lang = STR("de"),
		.zone = STR("UTC"),
		.title = STR("Kurier") };
	int64_t id = 0;

	FINDS_NOTHING(room, "Haus");
	OK(edition_put(&room->ctx, room->store, &e, &id));
	catch_up(room);
	FINDS(room, "Haus", a);
}

/* ---- names ---- */

static void
test_search_suggest__names_what_stories_stand_under(void **state)
{
	struct room *room = *state;
	int64_t tag = add_tag(room, "Port Velmar");
	int64_t section = add_section(room, "Velvet");
	const struct search_name *names = NULL;
	int64_t a = 0;
	size_t n = 0;

	add_tag(room, "Velocity"); /* nothing stands there */
	a = PUT(room, .headline = "x", .tag = tag, .section = section);
	OK(search_suggest(
	    &room->ctx, room->store, room->edition, STR("VÉl"), &names, &n));
	assert_int_equal(n, 2);
	assert_true(str_eq(names[0].title, STR("Velvet")));
	assert_int_equal(names[0].kind, RANGE_SECTION);
	assert_true(str_eq(names[1].title, STR("Port Velmar")));
	OK(search_suggest(
	    &room->ctx, room->store, room->edition, STR("v"), &names, &n));
	assert_int_equal(n, 0);
	OK(tag_put(&room->ctx, room->store,
	    &(struct term){ .edition = room->edition,
		.slug = STR("port-velmar"),
		.title = STR("Old Port") },
	    &tag));
	OK(search_suggest(
	    &room->ctx, room->store, room->edition, STR("velm"), &names, &n));
	assert_int_equal(n, 0);
	OK(search_suggest(
	    &room->ctx, room->store, room->edition, STR("old p"), &names, &n));
	assert_int_equal(n, 1);
	/* A name must not tell of what was withdrawn. */
	OK(story_withdraw(
	    &room->ctx, room->store, &(struct story_move){ .id = a }));
	OK(search_suggest(
	    &room->ctx, room->store, room->edition, STR("old"), &names, &n));
	assert_int_equal(n, 0);
}

static void
test_search_put__keeps_the_pieces_few(void **state)
{
	struct room *room = *state;
	int64_t most = 0;

	for (int i = 0; i < 200; i++) {
		int64_t n = 0;

		room_story(room, "Rain in the harbour", 0, NOON - 60 * i);
		OK(search_pieces(&room->ctx, room->store, &n));
		most = n > most ? n : most;
	}
	/* 64, and those that come while the first of them are merged. */
	assert_true(most > 64 / 2 && most < 64 + 8);
}

#define SEARCH_TEST(f) cmocka_unit_test_setup_teardown(f, room_setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		SEARCH_TEST(test_search_put__keeps_the_pieces_few),
		SEARCH_TEST(
		    test_search__finds_what_is_published_and_nothing_else),
		SEARCH_TEST(
		    test_search__forgets_a_story_in_the_call_that_takes_it),
		SEARCH_TEST(
		    test_search__keeps_what_an_undone_transaction_would_have_taken),
		SEARCH_TEST(test_search__follows_the_live_revision),
		SEARCH_TEST(test_search__understands_phrases_and_exclusion),
		SEARCH_TEST(test_search__narrows_by_author_section_and_tag),
		SEARCH_TEST(test_search__narrows_by_time),
		SEARCH_TEST(
		    test_search__keeps_editions_and_their_languages_apart),
		SEARCH_TEST(test_search__finds_persian_in_three_spellings),
		SEARCH_TEST(test_search__puts_the_best_first_or_the_newest),
		SEARCH_TEST(test_search__values_words_that_stand_side_by_side),
		SEARCH_TEST(test_search__finds_common_words_like_any_other),
		SEARCH_TEST(test_search__values_common_words_beside_others),
		SEARCH_TEST(test_search__goes_through_all_pages_once),
		SEARCH_TEST(test_search__counts_sections_and_years),
		SEARCH_TEST(test_search__is_what_a_new_index_would_be),
		SEARCH_TEST(test_search__is_made_anew_under_another_library),
		SEARCH_TEST(test_search__learns_of_imported_stories_at_the_end),
		SEARCH_TEST(test_search_catch_up__can_be_stopped_and_goes_on),
		SEARCH_TEST(
		    test_search_reset__is_no_larger_than_what_it_leaves),
		SEARCH_TEST(test_search__follows_an_editions_language),
		SEARCH_TEST(
		    test_search_suggest__names_what_stories_stand_under),
	};

	return UNIT_RUN(tests, argc, argv);
}
