/* SPDX-License-Identifier: MIT */
/* Lists: order, pages, pins; no story twice. */

#include "unit/newsroom_fixture.h"

#include "newsroom/list.h"

#define ST room->store
#define CTX &room->ctx

static enum err
room_pin(struct room *room, const struct list *l, int64_t position,
    int64_t story, int64_t until)
{
	return list_pin(CTX, ST,
	    &(struct list_pin){
		.list = l->id,
		.position = position,
		.story = story,
		.until = until,
	    });
}

static void
test_range_read__pages_without_gap_or_double(void **state)
{
	struct room *room = *state;
	struct range range = { .kind = RANGE_EDITION, .n = 3 };
	const struct teaser *t = NULL;
	int64_t last = INT64_MAX;
	size_t total = 0;
	size_t n = 0;

	range.ref = room->edition;
	/* Five at one moment: only the id tells them apart. */
	for (int i = 0; i < 10; i++)
		room_story(room, "Story", 0, NOON - (i < 5 ? 0 : i));
	do {
		OK(range_read(CTX, ST, &range, &t, &n));
		for (size_t i = 0; i < n; i++) {
			assert_true(t[i].at <= last);
			last = t[i].at;
			range.at = t[i].at;
			range.story = t[i].id;
		}
		total += n;
	} while (n == 3);
	assert_int_equal(total, 10);
	OK(range_read_newer(CTX, ST, &range, &t, &n));
	assert_int_equal(n, 3);
	assert_true(t[0].at >= t[1].at && t[2].at >= range.at);
}

/* A range is read in one statement, unless some of it may be left out. */
static void
test_range_read__is_the_same_in_one_statement_and_in_many(void **state)
{
	struct room *room = *state;
	const struct seen none_of_these = { .ids = { INT64_MAX }, .n = 1 };
	struct range range = { .kind = RANGE_EDITION, .n = 4, .bodies = true };
	const struct teaser *one = NULL;
	const struct teaser *many = NULL;
	int64_t gone = 0;
	size_t one_n = 0;
	size_t many_n = 0;

	range.ref = room->edition;
	for (int i = 0; i < 6; i++)
		gone = room_story(room, "Story", 0, NOON - 60 + i);
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = gone }));
	for (int page = 0; page < 2; page++) {
		range.without = NULL;
		OK(range_read(CTX, ST, &range, &one, &one_n));
		range.without = &none_of_these;
		OK(range_read(CTX, ST, &range, &many, &many_n));
		assert_int_equal(one_n, page == 0 ? 4 : 1);
		assert_int_equal(one_n, many_n);
		for (size_t i = 0; i < one_n; i++) {
			assert_int_equal(one[i].id, many[i].id);
			assert_int_equal(one[i].at, many[i].at);
			assert_int_equal(one[i].rev, many[i].rev);
			assert_true(one[i].rev > 0 && one[i].id < gone);
			assert_true(
			    str_eq(one[i].body, STR("<p>Some words.</p>")));
			assert_true(str_eq(one[i].body, many[i].body));
		}
		range.at = one[one_n - 1].at;
		range.story = one[one_n - 1].id;
	}
	range.bodies = false;
	range.without = NULL;
	range.at = range.story = 0;
	range.from = NOON - 57;
	OK(range_read(CTX, ST, &range, &one, &one_n));
	assert_int_equal(one_n, 2);
	assert_int_equal(one[0].body.n, 0);
}

static void
test_list_fill__pins_stand_and_nothing_twice(void **state)
{
	struct room *room = *state;
	struct seen seen = { 0 };
	const struct teaser *t = NULL;
	const struct list *front = NULL;
	int64_t ids[6];
	size_t n = 0;

	for (int i = 0; i < 6; i++)
		ids[i] = room_story(room, "Story", 0, NOON - 100 + i);
	OK(list_front(CTX, ST, room->edition, &front));
	OK(room_pin(room, front, 1, ids[0], 0));
	OK(room_pin(room, front, 3, ids[1], NOON + 10));
	assert_true(room_touched(room, "front:1"));
	OK(list_fill(CTX, ST, front, 4, &seen, &t, &n));
	assert_int_equal(n, 4);
	assert_int_equal(t[0].id, ids[0]);
	assert_int_equal(t[1].id, ids[5]);
	assert_int_equal(t[2].id, ids[1]);
	assert_int_equal(t[3].id, ids[4]);
	OK(range_fill(CTX, ST,
	    &(struct range){
		.kind = RANGE_EDITION, .ref = room->edition, .n = 10 },
	    &seen, &t, &n));
	assert_int_equal(n, 2);
	assert_int_equal(t[0].id, ids[3]);
	assert_int_equal(t[1].id, ids[2]);
}

static void
test_list_pin__refuses_what_readers_cannot_see(void **state)
{
	struct room *room = *state;
	const struct list *front = NULL;
	int64_t draft = room_story(room, "Draft", 0, 0);

	OK(list_front(CTX, ST, room->edition, &front));
	REFUSED(
	    ERR_INVALID, "not published", room_pin(room, front, 1, draft, 0));
	REFUSED(
	    ERR_INVALID, "positions 1 to", room_pin(room, front, 0, draft, 0));
	REFUSED(ERR_NOTFOUND, "not pinned",
	    list_unpin(CTX, ST, front->id, 0, draft));
}

static void
test_list_expire__frees_a_position_at_its_time(void **state)
{
	struct room *room = *state;
	struct seen seen = { 0 };
	const struct list *front = NULL;
	const struct teaser *t = NULL;
	int64_t old = room_story(room, "Old", 0, NOON - 10);
	int64_t new = room_story(room, "New", 0, NOON);
	int64_t next = 0;
	size_t n = 0;

	OK(list_front(CTX, ST, room->edition, &front));
	OK(room_pin(room, front, 1, old, NOON + 10));
	OK(list_expire(CTX, ST, &n, &next));
	assert_int_equal(n, 0);
	assert_int_equal(next, NOON + 10);
	atomic_store(&room->clock.fixed_ns, (NOON + 10) * CLOCK_SECOND);
	OK(list_expire(CTX, ST, &n, &next));
	assert_int_equal(n, 1);
	assert_int_equal(next, 0);
	assert_true(room_touched(room, "front:1"));
	OK(list_fill(CTX, ST, front, 2, &seen, &t, &n));
	assert_int_equal(t[0].id, new);
}

static void
test_list_fill__passes_a_pinned_story_that_was_withdrawn(void **state)
{
	struct room *room = *state;
	struct seen seen = { 0 };
	const struct list *front = NULL;
	const struct teaser *t = NULL;
	int64_t old = room_story(room, "Old", 0, NOON - 10);
	int64_t new = room_story(room, "New", 0, NOON);
	size_t n = 0;

	OK(list_front(CTX, ST, room->edition, &front));
	OK(room_pin(room, front, 1, old, 0));
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = old }));
	OK(list_fill(CTX, ST, front, 5, &seen, &t, &n));
	assert_int_equal(n, 1);
	assert_int_equal(t[0].id, new);
}

static void
test_list_named__holds_only_what_is_pinned(void **state)
{
	struct room *room = *state;
	struct seen seen = { 0 };
	const struct list *one = NULL;
	const struct list *again = NULL;
	const struct teaser *t = NULL;
	int64_t id = room_story(room, "Pinned", 0, NOON);
	size_t n = 0;

	room_story(room, "Not pinned", 0, NOON);
	REFUSED(ERR_INVALID, "small letters",
	    list_named(
		CTX, ST, room->edition, STR("Not a name"), STR(""), &one));
	OK(list_named(CTX, ST, room->edition, STR("flood-works"),
	    STR("The flood works"), &one));
	OK(list_named(
	    CTX, ST, room->edition, STR("flood-works"), STR("x"), &again));
	assert_int_equal(one->id, again->id);
	assert_true(str_eq(again->title, STR("The flood works")));
	OK(room_pin(room, one, 3, id, 0));
	OK(list_fill(CTX, ST, one, 5, &seen, &t, &n));
	assert_int_equal(n, 1);
	assert_int_equal(t[0].id, id);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_range_read__pages_without_gap_or_double),
		ROOM_TEST(
		    test_range_read__is_the_same_in_one_statement_and_in_many),
		ROOM_TEST(test_list_fill__pins_stand_and_nothing_twice),
		ROOM_TEST(test_list_pin__refuses_what_readers_cannot_see),
		ROOM_TEST(test_list_expire__frees_a_position_at_its_time),
		ROOM_TEST(test_list_named__holds_only_what_is_pinned),
		ROOM_TEST(
		    test_list_fill__passes_a_pinned_story_that_was_withdrawn),
	};

	return UNIT_RUN(tests, argc, argv);
}
