/* SPDX-License-Identifier: MIT */
/*
 * Page by page: no story lost or doubled whatever its time, the same way
 * back, and each page at the price of the first.
 */

#include "unit/pages_fixture.h"

#include <sqlite3.h>

#include "newsroom/correction.h"
#include "newsroom/list.h"

#define ST room->store
#define CTX &room->ctx

enum { MANY = 1000 };

static int64_t
tag_make(struct room *room, const char *title)
{
	int64_t id = 0;

	OK(tag_put(CTX, ST,
	    &(struct term){
		.edition = room->edition,
		.title = str_c(title),
	    },
	    &id));
	return id;
}

static int64_t
section_make(struct room *room, const char *title)
{
	int64_t id = 0;

	OK(section_put(CTX, ST,
	    &(struct section){
		.edition = room->edition,
		.title = str_c(title),
	    },
	    &id));
	return id;
}

/* n stories of one moment, in one transaction. */
static void
stories_make(struct room *room, size_t n, int64_t section, int64_t tag)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };

	OK(store_tx_begin(CTX, ST, &tx));
	for (size_t i = 0; i < n; i++) {
		struct story_saved saved = { 0 };

		OK(story_save(CTX, ST,
		    &(struct story_save){
			.edition = room->edition,
			.text = {
			    .headline = STR("Rain"),
			    .section = section,
			    .body = STR("<p>Some words.</p>"),
			    .tags = &tag,
			    .tags_n = tag != 0,
			},
		    },
		    &saved));
		OK(story_publish(CTX, ST,
		    &(struct story_publish){ .id = saved.id, .at = NOON }));
	}
	OK(store_tx_commit(CTX, &tx));
}

/* ---- walking ---- */

struct walk {
	struct page_ask ask;
	struct page_list in;
	struct page page;
	unsigned seen[MANY + 1];
	size_t pages;
};

/* The part of the page that lists stories. */
static void
count(struct walk *w)
{
	struct str s =
	    str_from(w->page.body, str_find(w->page.body, STR("<main"), 0));
	const struct str mark = STR("<a href=\"/news/");

	for (size_t at = str_find(s, mark, 0); at != SIZE_MAX;
	     at = str_find(s, mark, at + 1)) {
		struct str rest = { 0 };
		int64_t id = 0;

		assert_true(str_int(
		    str_cut(str_from(s, at + mark.n), '/', &rest), &id));
		assert_in_range(id, 1, MANY);
		w->seen[id]++;
	}
	w->pages++;
}

/* false: there is no such link. */
static bool
follow(struct room *room, struct walk *w, const char *rel)
{
	struct str link = page_link(&w->page, rel);
	size_t eq = str_find_char(link, '=', 0);

	if (link.n == 0)
		return false;
	w->in.before = eq == SIZE_MAX ? STR("") : str_from(link, eq + 1);
	OK(page_list(CTX, &w->ask, &w->in, &w->page));
	assert_int_equal(w->page.redirect.n, 0);
	count(w);
	return true;
}

static void
walk_begin(struct room *room, struct walk *w)
{
	page_ask_for(room, "", &w->ask);
	OK(page_list(CTX, &w->ask, &w->in, &w->page));
	count(w);
}

static void
each_seen(const struct walk *w, size_t n, unsigned times)
{
	for (size_t i = 1; i <= n; i++)
		if (w->seen[i] != times)
			fail_msg("story %zu was seen %u times", i, w->seen[i]);
}

static void
test_page_list__shows_each_of_a_thousand_once_in_both_directions(void **state)
{
	struct room *room = *state;
	struct walk *w = ARENA_NEW(room->arena, struct walk);

	stories_make(room, MANY, 0, tag_make(room, "Rain"));
	w->in = (struct page_list){ .kind = RANGE_TAG, .slug = STR("rain") };
	walk_begin(room, w);
	while (follow(room, w, "rel=\"next\""))
		continue;
	assert_int_equal(w->pages, 1 + (MANY - 23 + 19) / 20);
	each_seen(w, MANY, 1);
	memset(w->seen, 0, sizeof w->seen);
	/* The last page once more, then up. */
	count(w);
	while (follow(room, w, "rel=\"prev\""))
		continue;
	each_seen(w, MANY, 1);
	assert_int_equal(w->in.before.n, 0);
}

/* Three pinned from far below: the first page reaches less far down. */
static void
test_page_list__loses_nothing_on_the_way_up_to_pins(void **state)
{
	struct room *room = *state;
	struct walk *w = ARENA_NEW(room->arena, struct walk);
	const struct list *list = NULL;
	int64_t section = section_make(room, "Harbour");

	stories_make(room, 100, section, 0);
	OK(list_by_section(CTX, ST, section, &list));
	for (int64_t i = 1; i <= 3; i++)
		OK(list_pin(CTX, ST,
		    &(struct list_pin){
			.list = list->id, .position = i, .story = i }));
	w->in =
	    (struct page_list){ .kind = RANGE_SECTION, .slug = STR("harbour") };
	walk_begin(room, w);
	while (follow(room, w, "rel=\"next\""))
		continue;
	for (size_t i = 1; i <= 100; i++)
		assert_int_equal(w->seen[i], 1);
	memset(w->seen, 0, sizeof w->seen);
	count(w);
	while (follow(room, w, "rel=\"prev\""))
		continue;
	for (size_t i = 1; i <= 100; i++)
		assert_int_equal(w->seen[i], 1);
	/* From where the first page with pins ends short, not to it. */
	w->in.before = STR("1479470023-79"); /* 22 stand above that page */
	OK(page_list(CTX, &w->ask, &w->in, &w->page));
	assert_true(page_has(&w->page, "?before="));
	assert_true(str_ends(page_link(&w->page, "rel=\"prev\""), STR("-99")));
}

/* Old stories among the items, and more of them than a page holds. */
static void
walk_with_pins(struct room *room, const int64_t *positions, size_t n)
{
	struct walk *w = ARENA_NEW(room->arena, struct walk);
	const struct list *list = NULL;
	const struct section *s = NULL;

	OK(section_by_slug(CTX, ST, room->edition, STR("harbour"), &s));
	OK(list_by_section(CTX, ST, s->id, &list));
	for (size_t i = 0; i < n; i++)
		OK(list_pin(CTX, ST,
		    &(struct list_pin){
			.list = list->id,
			.position = positions[i],
			.story = (int64_t)(i + 1) * 3,
		    }));
	w->in =
	    (struct page_list){ .kind = RANGE_SECTION, .slug = STR("harbour") };
	walk_begin(room, w);
	while (follow(room, w, "rel=\"next\""))
		continue;
	each_seen(w, 100, 1);
	memset(w->seen, 0, sizeof w->seen);
	count(w);
	while (follow(room, w, "rel=\"prev\""))
		continue;
	each_seen(w, 100, 1);
	assert_int_equal(w->in.before.n, 0);
}

static void
test_page_list__shows_pinned_stories_once_wherever_they_are_pinned(void **state)
{
	struct room *room = *state;
	int64_t some[] = { 2, 5, 10, 23 };
	int64_t below[] = { 24, 30, 200 };
	int64_t all[25];

	for (size_t i = 0; i < 25; i++)
		all[i] = (int64_t)i + 1;
	stories_make(room, 100, section_make(room, "Harbour"), 0);
	walk_with_pins(room, below, 3);
	walk_with_pins(room, some, 4);
	walk_with_pins(room, all, 25);
}

static void
test_page_list__refuses_cursors_that_it_did_not_write(void **state)
{
	static const char *const bad[] = { "x", "-", "1", "1-", "-1", "1-0",
		"1--1", "01-1", "1-01", "+1-1", "1-1-", "1 -1", "1-1x",
		"99999999999999999999-1", "1-99999999999999999999",
		"1479470023_7", "--1-1", "-0-1" };
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	struct page_list in = { .kind = RANGE_TAG, .slug = STR("rain") };

	stories_make(room, 30, 0, tag_make(room, "Rain"));
	page_ask_for(room, "", &ask);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		in.before = str_c(bad[i]);
		assert_int_equal(page_list(CTX, &ask, &in, &page), ERR_INVALID);
		assert_int_equal(
		    page_corrections(CTX, &ask, in.before, &page), ERR_INVALID);
	}
	in.before = STR("-5-1"); /* before 1970, and before the list */
	assert_int_equal(page_list(CTX, &ask, &in, &page), ERR_NOTFOUND);
	in.before = STR("-9223372036854775808-9223372036854775807");
	assert_int_equal(page_list(CTX, &ask, &in, &page), ERR_NOTFOUND);
	in.before = STR("9223372036854775807-9223372036854775807");
	OK(page_list(CTX, &ask, &in, &page));
	assert_true(str_eq(page.redirect, STR("/tag/rain")));
	/* It is another page as soon as something stands above it. */
	assert_true(page_tagged(&page, "list:t:1"));
}

/* ---- the price ---- */

static sqlite3 *opened[4];
static size_t opened_n;

/* Called by SQLite for each connection. */
static int
remember(sqlite3 *db, const char **why, const void *api)
{
	(void)why;
	(void)api;
	if (opened_n < sizeof opened / sizeof *opened)
		opened[opened_n++] = db;
	return SQLITE_OK;
}

/* Steps of SQLite's machine since the last call. */
static int64_t
steps(void)
{
	int64_t n = 0;

	for (size_t i = 0; i < opened_n; i++)
		for (sqlite3_stmt *s = sqlite3_next_stmt(opened[i], NULL);
		     s != NULL; s = sqlite3_next_stmt(opened[i], s))
			n += sqlite3_stmt_status(
			    s, SQLITE_STMTSTATUS_VM_STEP, 1);
	return n;
}

static int
counted_setup(void **state)
{
	opened_n = 0;
	sqlite3_auto_extension((void (*)(void))remember);
	return room_setup(state);
}

static int
counted_teardown(void **state)
{
	sqlite3_cancel_auto_extension((void (*)(void))remember);
	return room_teardown(state);
}

/* n stories, two hours apart, that share the text of the first. */
static void
places_make(int kind, int64_t ref, int64_t n)
{
	char text[1024];
	char *why = NULL;

	snprintf(text, sizeof text,
	    "DELETE FROM placement;"
	    "CREATE TEMP TABLE number AS WITH RECURSIVE i(n) AS (VALUES(2) "
	    "UNION ALL SELECT n+1 FROM i WHERE n<%lld) SELECT n FROM i;"
	    "INSERT INTO story(id, edition, state, pending, version, slug, "
	    "slug_fixed, work_rev, live_rev, live_at, created_at) SELECT n, 1, "
	    "'published', '', 1, 'rain', 1, 1, 1, %lld - n * 7200, 1 "
	    "FROM number WHERE true ON CONFLICT(id) DO NOTHING;"
	    "INSERT INTO placement(kind, ref, at, story) "
	    "SELECT %d, %lld, %lld - n * 7200, n FROM number;"
	    "DROP TABLE number",
	    (long long)n, (long long)NOON, kind, (long long)ref,
	    (long long)NOON);
	if (sqlite3_exec(opened[0], text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
}

/* The page whose first story is the k-th of them. */
static int64_t
page_cost(struct room *room, const struct page_ask *ask, int64_t k)
{
	struct page_list in = { .kind = RANGE_TAG, .slug = STR("rain") };
	struct page page = { 0 };

	in.before = str_printf(room->arena, "%" PRId64 "-%" PRId64,
	    NOON - k * 7200 + 1, INT64_C(1));
	(void)steps();
	OK(page_list(CTX, ask, &in, &page));
	assert_true(page_has(&page, "rel=\"next\""));
	return steps();
}

static int64_t
archive_cost(
    struct room *room, const struct page_ask *ask, struct period period)
{
	struct page page = { 0 };

	(void)steps();
	OK(page_archive(
	    CTX, ask, &(struct page_period){ period, STR("") }, &page));
	assert_false(page.noindex);
	return steps();
}

static void
test_page_list__costs_the_same_at_every_page_and_size(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	int64_t tag = tag_make(room, "Rain");
	int64_t first = 0;

	stories_make(room, 1, 0, tag);
	page_ask_for(room, "", &ask);
	places_make(RANGE_TAG, tag, 1000);
	first = page_cost(room, &ask, 41);
	assert_true(first > 100); /* something was counted */
	assert_int_equal(page_cost(room, &ask, 41 + 40 * 20), first);
	places_make(RANGE_TAG, tag, 100000);
	assert_int_equal(page_cost(room, &ask, 41), first);
	assert_int_equal(page_cost(room, &ask, 41 + 50 * 20), first);
	assert_int_equal(page_cost(room, &ask, 41 + 4900 * 20), first);
}

/* What the desk arranges: pins that ended, and of stories that have left. */
static void
pins_make(int64_t list)
{
	char text[1024];
	char *why = NULL;

	snprintf(text, sizeof text,
	    "DELETE FROM list_slot;"
	    "UPDATE story SET state='withdrawn', live_rev=NULL "
	    "WHERE id BETWEEN 802 AND 811;"
	    "WITH RECURSIVE i(n) AS (VALUES(1) UNION ALL SELECT n+1 FROM i "
	    "WHERE n<200) INSERT INTO list_slot(list, position, story, until) "
	    "SELECT %lld, n, CASE WHEN n=1 THEN 1 ELSE 800 + n END, "
	    "CASE WHEN n BETWEEN 30 AND 150 THEN 1 END FROM i",
	    (long long)list);
	if (sqlite3_exec(opened[0], text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
}

static int64_t
front_cost(struct room *room, const struct page_ask *ask)
{
	struct page page = { 0 };

	(void)steps();
	OK(page_front(CTX, ask, &page));
	assert_true(page_has(&page, "Rain"));
	return steps();
}

static int64_t
section_cost(struct room *room, const struct page_ask *ask, const char *before)
{
	struct page_list in = { .kind = RANGE_SECTION,
		.slug = STR("rain"),
		.before = str_c(before) };
	struct page page = { 0 };

	(void)steps();
	OK(page_list(CTX, ask, &in, &page));
	return steps();
}

/* A thousand stories, and a hundred times as many, with 200 pins each. */
static void
test_page_front__costs_the_same_at_every_size_with_all_its_pins(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	int64_t section = section_make(room, "Rain");
	const struct list *front = NULL;
	const struct list *list = NULL;
	int64_t cost[2][3] = { { 0 } };
	char before[64];

	snprintf(before, sizeof before, "%lld-1", (long long)NOON - 400 * 7200);
	stories_make(room, 1, section, 0);
	OK(list_front(CTX, ST, room->edition, &front));
	OK(list_by_section(CTX, ST, section, &list));
	for (int i = 0; i < 2; i++) {
		int64_t n = i == 0 ? 1000 : 100000;

		places_make(RANGE_EDITION, room->edition, n);
		pins_make(front->id);
		page_ask_for(room, "", &ask);
		cost[i][0] = front_cost(room, &ask);
		places_make(RANGE_SECTION, section, n);
		pins_make(list->id);
		cost[i][1] = section_cost(room, &ask, "");
		cost[i][2] = section_cost(room, &ask, before);
	}
	assert_true(cost[0][0] > 100 && cost[0][1] > 100 && cost[0][2] > 100);
	for (int k = 0; k < 3; k++)
		assert_int_equal(cost[0][k], cost[1][k]);
}

static void
test_page_archive__costs_the_same_at_every_size(void **state)
{
	static const struct period periods[] = { { 2016, 10, 12 },
		{ 2016, 10, 0 } };
	struct room *room = *state;
	struct page_ask ask = { 0 };
	int64_t small[2] = { 0 };

	stories_make(room, 1, 0, 0);
	page_ask_for(room, "", &ask);
	places_make(RANGE_EDITION, room->edition, 1000);
	for (size_t i = 0; i < 2; i++)
		small[i] = archive_cost(room, &ask, periods[i]);
	places_make(RANGE_EDITION, room->edition, 100000);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    archive_cost(room, &ask, periods[i]), small[i]);
	/* A calendar asks for its days, not for their stories. */
	assert_true(small[1] < 31 * 60);
}

/* ---- corrections ---- */

static void
test_page_corrections__pages_through_all_and_follows_its_stories(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	struct page first = { 0 };
	struct str link = { 0 };
	int64_t id = 0;

	stories_make(room, 3, 0, 0);
	page_ask_for(room, "", &ask);
	OK(page_corrections(CTX, &ask, STR(""), &page));
	assert_true(page_has(&page, "No story has been corrected yet"));
	for (int i = 0; i < 70; i++)
		OK(story_correct(CTX, ST,
		    &(struct story_correct){
			.id = i % 3 + 1,
			.at = NOON, /* all at once */
			.text = str_printf(room->arena, "Wrong %03d.", i),
		    },
		    &id));
	assert_true(page_dropped(room, &page));
	OK(page_corrections(CTX, &ask, STR(""), &first));
	assert_true(page_has(&first, "Wrong 069."));
	assert_true(page_has(&first, "Wrong 040."));
	assert_false(page_has(&first, "Wrong 039."));
	assert_true(page_has(&first, "/news/1/rain#changes"));
	link = page_link(&first, "rel=\"next\"");
	OK(page_corrections(
	    CTX, &ask, str_from(link, str_find_char(link, '=', 0) + 1), &page));
	assert_true(page_has(&page, "Wrong 039."));
	assert_true(page_has(&page, "Wrong 010."));
	assert_true(
	    str_eq(page_link(&page, "rel=\"prev\""), STR("/corrections")));
	link = page_link(&page, "rel=\"next\"");
	OK(page_corrections(
	    CTX, &ask, str_from(link, str_find_char(link, '=', 0) + 1), &page));
	assert_true(page_has(&page, "Wrong 009."));
	assert_true(page_has(&page, "Wrong 000."));
	assert_false(page_has(&page, "rel=\"next\""));
	/* Up to where the second page begins. */
	assert_true(str_ends(page_link(&page, "rel=\"prev\""), STR("-41")));

	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = 1 }));
	assert_true(page_dropped(room, &first));
	OK(page_corrections(CTX, &ask, STR(""), &first));
	assert_false(page_has(&first, "Wrong 069."));
	OK(story_publish(CTX, ST, &(struct story_publish){ .id = 1 }));
	assert_true(page_dropped(room, &first));
	OK(page_corrections(CTX, &ask, STR("1479470023-71"), &page));
	assert_true(str_eq(page.redirect, STR("/corrections")));
}

static void
test_story_publish__leaves_corrections_of_others_alone(void **state)
{
	struct room *room = *state;
	struct page_ask ask = { 0 };
	struct page page = { 0 };
	int64_t id = 0;

	stories_make(room, 1, 0, 0);
	OK(story_correct(CTX, ST,
	    &(struct story_correct){ .id = 1, .text = STR("Wrong.") }, &id));
	page_ask_for(room, "", &ask);
	OK(page_corrections(CTX, &ask, STR(""), &page));
	room_story(room, "Sun", 0, NOON);
	assert_false(page_dropped(room, &page));
}

#define COUNTED_TEST(f) \
	cmocka_unit_test_setup_teardown(f, counted_setup, counted_teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(
		    test_page_list__shows_each_of_a_thousand_once_in_both_directions),
		ROOM_TEST(test_page_list__loses_nothing_on_the_way_up_to_pins),
		ROOM_TEST(
		    test_page_list__shows_pinned_stories_once_wherever_they_are_pinned),
		ROOM_TEST(
		    test_page_list__refuses_cursors_that_it_did_not_write),
		COUNTED_TEST(
		    test_page_list__costs_the_same_at_every_page_and_size),
		COUNTED_TEST(test_page_archive__costs_the_same_at_every_size),
		ROOM_TEST(
		    test_page_corrections__pages_through_all_and_follows_its_stories),
		ROOM_TEST(
		    test_story_publish__leaves_corrections_of_others_alone),
		cmocka_unit_test_setup_teardown(
		    test_page_front__costs_the_same_at_every_size_with_all_its_pins,
		    counted_setup, counted_teardown),
	};

	return UNIT_RUN(tests, argc, argv);
}
