/* SPDX-License-Identifier: MIT */
/* Pins as an editor means them, and the rules that fill the rest. */

#include "unit/newsroom_fixture.h"

#include "newsroom/list.h"

#define ST room->store
#define CTX &room->ctx

static const struct list *
front_of(struct room *room)
{
	const struct list *l = NULL;

	OK(list_front(CTX, ST, room->edition, &l));
	return l;
}

static enum err
pin(struct room *room, int64_t position, int64_t story, int64_t until)
{
	return list_pin(CTX, ST,
	    &(struct list_pin){
		.list = front_of(room)->id,
		.position = position,
		.story = story,
		.until = until,
	    });
}

/* "7@1 9@2": what is pinned, by position. */
static struct str
pins(struct room *room)
{
	const struct pin *p = NULL;
	struct buf b;
	size_t n = 0;

	OK(list_pins(CTX, ST, front_of(room)->id, &p, &n));
	buf_init(&b, room->arena, 10000);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%" PRId64 "@%" PRId64, i > 0 ? " " : "",
		    p[i].story, p[i].position);
	return buf_str(&b);
}

#define PINNED(words) assert_true(str_eq(pins(room), STR(words)))

static void
stories(struct room *room, int n)
{
	for (int i = 0; i < n; i++)
		room_story(room, "Story", 0, NOON - 1000 + i);
}

static void
test_list_pin__moves_down_what_stands_there(void **state)
{
	struct room *room = *state;

	stories(room, 6);
	OK(pin(room, 1, 1, 0));
	OK(pin(room, 2, 2, 0));
	OK(pin(room, 4, 3, 0));
	OK(pin(room, 1, 4, 0));
	/* The gap at 3 took the last of them: 3 stays where it was put. */
	PINNED("4@1 1@2 2@3 3@4");
	OK(pin(room, 4, 5, 0));
	PINNED("4@1 1@2 2@3 5@4 3@5");
}

static void
test_list_pin__moves_a_story_that_is_pinned_there_already(void **state)
{
	struct room *room = *state;

	stories(room, 3);
	OK(pin(room, 1, 1, 0));
	OK(pin(room, 2, 2, 0));
	OK(pin(room, 2, 1, NOON + 5));
	PINNED("1@2 2@3");
	OK(pin(room, 2, 1, 0));
	PINNED("1@2 2@3");
}

static void
test_list_pin__takes_the_place_of_a_pin_that_has_ended(void **state)
{
	struct room *room = *state;

	stories(room, 2);
	OK(pin(room, 1, 1, NOON + 10));
	atomic_store(&room->clock.fixed_ns, (NOON + 10) * CLOCK_SECOND);
	PINNED("");
	OK(pin(room, 1, 2, 0));
	PINNED("2@1");
	REFUSED(ERR_INVALID, "ended already", pin(room, 1, 1, NOON));
}

static void
test_list_pin__refuses_when_the_last_would_fall_off(void **state)
{
	struct room *room = *state;

	stories(room, 4);
	OK(pin(room, 199, 1, 0));
	OK(pin(room, 200, 2, 0));
	REFUSED(ERR_LIMIT, "from 199 to 200", pin(room, 199, 3, 0));
	PINNED("1@199 2@200");
	OK(pin(room, 198, 3, 0));
	REFUSED(ERR_INVALID, "positions 1 to 200", pin(room, 201, 4, 0));
	REFUSED(ERR_INVALID, "positions 1 to 200", pin(room, -1, 4, 0));
}

static void
test_list_order__pins_from_the_top_and_loses_nobody(void **state)
{
	struct room *room = *state;
	int64_t ids[] = { 3, 1 };
	struct list_order in = {
		.list = front_of(room)->id, .stories = ids, .n = 2
	};
	const struct pin *p = NULL;
	size_t n = 0;

	stories(room, 6);
	OK(pin(room, 1, 1, NOON + 50));
	OK(pin(room, 2, 2, 0));
	OK(pin(room, 3, 4, 0));
	OK(pin(room, 7, 5, 0));
	OK(list_order(CTX, ST, &in));
	PINNED("3@1 1@2 2@3 4@4 5@7");
	OK(list_pins(CTX, ST, in.list, &p, &n));
	assert_int_equal(p[1].until, NOON + 50);
	in.only = true;
	OK(list_order(CTX, ST, &in));
	PINNED("3@1 1@2");
	ids[1] = 3;
	REFUSED(ERR_INVALID, "named twice", list_order(CTX, ST, &in));
	ids[1] = 99;
	REFUSED(ERR_INVALID, "not published", list_order(CTX, ST, &in));
	PINNED("3@1 1@2");
}

static void
test_list_order__refuses_a_list_that_moved(void **state)
{
	struct room *room = *state;
	int64_t ids[] = { 1, 2 };
	struct list_order in = { .stories = ids, .n = 2 };

	stories(room, 2);
	in.list = front_of(room)->id;
	in.seen = front_of(room)->version;
	OK(pin(room, 1, 2, NOON + 10));
	REFUSED(ERR_CONFLICT, "has moved", list_order(CTX, ST, &in));
	PINNED("2@1");
	/* So does the end of a pin. */
	in.seen = front_of(room)->version;
	atomic_store(&room->clock.fixed_ns, (NOON + 10) * CLOCK_SECOND);
	OK(list_expire(CTX, ST, &(size_t){ 0 }, &(int64_t){ 0 }));
	REFUSED(ERR_CONFLICT, "has moved", list_order(CTX, ST, &in));
	in.seen = front_of(room)->version;
	OK(list_order(CTX, ST, &in));
}

static void
test_takedown__frees_the_position_and_withdrawal_keeps_it(void **state)
{
	struct room *room = *state;

	stories(room, 2);
	OK(pin(room, 1, 1, 0));
	OK(pin(room, 2, 2, 0));
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = 1 }));
	OK(story_takedown(CTX, ST, &(struct story_move){ .id = 2 }));
	PINNED("1@1");
}

/* ---- rules ---- */

static enum err
rule(struct room *room, int64_t kind, int64_t ref, int64_t days)
{
	return list_set_rule(CTX, ST,
	    &(struct list_rule){
		.list = front_of(room)->id,
		.kind = kind,
		.ref = ref,
		.days = days,
	    });
}

/* "7 9": who stands there now. */
static struct str
places(struct room *room, size_t max)
{
	struct seen *seen = ARENA_NEW(room->arena, struct seen);
	const struct teaser *t = NULL;
	struct buf b;
	size_t n = 0;

	OK(list_fill(CTX, ST, front_of(room), max, seen, &t, &n));
	buf_init(&b, room->arena, 10000);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%" PRId64, i > 0 ? " " : "", t[i].id);
	return buf_str(&b);
}

#define STANDS(words) assert_true(str_eq(places(room, 5), STR(words)))

static void
test_list_set_rule__fills_from_another_range(void **state)
{
	struct room *room = *state;
	int64_t section = 0;

	OK(section_put(CTX, ST,
	    &(struct section){
		.edition = room->edition, .title = STR("Harbour") },
	    &section));
	room_story(room, "A", section, NOON - 5);
	room_story(room, "B", 0, NOON - 4);
	room_story(room, "C", section, NOON - 3);
	STANDS("3 2 1");
	OK(rule(room, RANGE_SECTION, section, 0));
	assert_true(room_touched(room, "front:1"));
	STANDS("3 1");
	OK(pin(room, 1, 2, 0));
	STANDS("2 3 1");
	OK(rule(room, 0, 0, 0));
	STANDS("2");
	REFUSED(ERR_INVALID, "own edition", rule(room, RANGE_EDITION, 77, 0));
	REFUSED(ERR_INVALID, "days", rule(room, 0, 0, -1));
}

/* Days are those of the edition's calendar: NOON is of the 18th. */
static void
test_list_set_rule__counts_days_by_the_calendar(void **state)
{
	struct room *room = *state;
	int64_t midnight = NOON / 86400 * 86400;

	room_story(room, "The day before", 0, midnight - 1);
	room_story(room, "Today", 0, midnight);
	OK(rule(room, RANGE_EDITION, room->edition, 1));
	STANDS("2");
	OK(rule(room, RANGE_EDITION, room->edition, 2));
	STANDS("2 1");
	atomic_store(&room->clock.fixed_ns, (midnight + 86400) * CLOCK_SECOND);
	STANDS("2");
}

/* What is pinned further down is left for its place there. */
static void
test_list_fill__leaves_the_newest_to_its_pin(void **state)
{
	struct room *room = *state;

	stories(room, 5);
	OK(pin(room, 4, 5, 0));
	STANDS("4 3 2 5 1");
}

static void
test_list_who__knows_who_follows_a_pin(void **state)
{
	struct room *room = *state;
	int64_t then = 0;

	stories(room, 3);
	OK(pin(room, 1, 1, NOON + 10));
	OK(list_who(CTX, ST, front_of(room), 1, NOON, &then));
	assert_int_equal(then, 1);
	OK(list_who(CTX, ST, front_of(room), 1, NOON + 10, &then));
	assert_int_equal(then, 3);
	OK(list_who(CTX, ST, front_of(room), 4, NOON, &then));
	assert_int_equal(then, 0);
}

static void
test_list_remove__only_what_was_made_by_name(void **state)
{
	struct room *room = *state;
	const struct list *l = NULL;

	stories(room, 1);
	REFUSED(ERR_INVALID, "stays with it",
	    list_remove(CTX, ST, front_of(room)->id, 0));
	REFUSED(ERR_INVALID, "can be named",
	    list_named(CTX, ST, room->edition, STR("section"), STR(""), &l));
	OK(list_named(CTX, ST, room->edition, STR("works"), STR(""), &l));
	OK(list_pin(CTX, ST,
	    &(struct list_pin){ .list = l->id, .story = 1, .position = 1 }));
	OK(list_remove(CTX, ST, l->id, 0));
	REFUSED(ERR_NOTFOUND, "no list",
	    list_by_code(CTX, ST, room->edition, STR("works"), &l));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_list_pin__moves_down_what_stands_there),
		ROOM_TEST(
		    test_list_pin__moves_a_story_that_is_pinned_there_already),
		ROOM_TEST(
		    test_list_pin__takes_the_place_of_a_pin_that_has_ended),
		ROOM_TEST(test_list_pin__refuses_when_the_last_would_fall_off),
		ROOM_TEST(test_list_order__pins_from_the_top_and_loses_nobody),
		ROOM_TEST(test_list_order__refuses_a_list_that_moved),
		ROOM_TEST(
		    test_takedown__frees_the_position_and_withdrawal_keeps_it),
		ROOM_TEST(test_list_set_rule__fills_from_another_range),
		ROOM_TEST(test_list_set_rule__counts_days_by_the_calendar),
		ROOM_TEST(test_list_fill__leaves_the_newest_to_its_pin),
		ROOM_TEST(test_list_who__knows_who_follows_a_pin),
		ROOM_TEST(test_list_remove__only_what_was_made_by_name),
	};

	return UNIT_RUN(tests, argc, argv);
}
