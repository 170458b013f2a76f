/* SPDX-License-Identifier: MIT */
/* Months: what sitemaps count and list. */

#include "unit/newsroom_fixture.h"

#include "newsroom/month.h"

static void
test_month_of__knows_the_ends(void **state)
{
	int64_t from = 0;
	int64_t to = 0;

	(void)state;
	assert_int_equal(month_of(0), 197001);
	assert_int_equal(month_of(-1), 196912);
	assert_int_equal(month_of(NOON), 201611);
	month_bounds(201612, &from, &to);
	assert_int_equal(month_of(from), 201612);
	assert_int_equal(month_of(from - 1), 201611);
	assert_int_equal(month_of(to), 201701);
	assert_int_equal(month_of(to - 1), 201612);
	assert_false(month_valid(201613));
	assert_false(month_valid(201600));
	assert_false(month_valid(0));
	assert_true(month_valid(101));
	assert_true(month_valid(999912));
}

/* "201611:2 201612:1" */
static void
has_months(struct room *room, const char *want)
{
	const struct month *m = NULL;
	size_t n = 0;
	struct buf b;

	OK(month_list(&room->ctx, room->store, &m, &n));
	buf_init(&b, room->arena, 4096);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%" PRId64 ":%" PRId64, i > 0 ? " " : "",
		    m[i].month, m[i].stories);
	buf_char(&b, '\0');
	assert_string_equal(buf_str(&b).p, want);
}

static void
publish(struct room *room, int64_t id, int64_t at)
{
	OK(story_publish(&room->ctx, room->store,
	    &(struct story_publish){ .id = id, .at = at }));
}

static void
test_month_list__counts_what_readers_see(void **state)
{
	struct room *room = *state;
	int64_t a = room_story(room, "One", 0, NOON);
	int64_t b = room_story(room, "Two", 0, NOON - 60);

	room_story(room, "A draft", 0, 0);
	has_months(room, "201611:2");
	publish(room, a, NOON); /* again */
	has_months(room, "201611:2");
	publish(room, b, NOON - INT64_C(40) * 86400); /* to another month */
	has_months(room, "201610:1 201611:1");
	assert_true(room_touched(room, "map:1-201610"));
	assert_true(room_touched(room, "map:1-201611"));
	assert_true(room_touched(room, "months"));
	OK(story_withdraw(
	    &room->ctx, room->store, &(struct story_move){ .id = a }));
	has_months(room, "201610:1");
	OK(story_takedown(
	    &room->ctx, room->store, &(struct story_move){ .id = b }));
	has_months(room, "");
}

static void
test_map_read__takes_one_month_of_one_edition(void **state)
{
	struct room *room = *state;
	int64_t a = room_story(room, "One", 0, NOON);
	const struct mapped *m = NULL;
	size_t n = 0;
	struct map map = { room->edition, 201611, 1 };

	room_story(room, "Before", 0, NOON - INT64_C(30) * 86400);
	OK(map_read(&room->ctx, room->store, &map, &m, &n));
	assert_int_equal(n, 1);
	assert_int_equal(m[0].id, a);
	assert_int_equal(m[0].at, NOON);
	map.part = 2;
	OK(map_read(&room->ctx, room->store, &map, &m, &n));
	assert_int_equal(n, 0);
	map = (struct map){ room->edition + 1, 201611, 1 };
	OK(map_read(&room->ctx, room->store, &map, &m, &n));
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_month_of__knows_the_ends),
		ROOM_TEST(test_month_list__counts_what_readers_see),
		ROOM_TEST(test_map_read__takes_one_month_of_one_edition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
