/* SPDX-License-Identifier: MIT */
/* What a publish leaves behind is tidied up, and by nobody who waits. */

#include "unit/newsroom_fixture.h"

#include <sched.h>

#include "base/thread.h"
#include "jobs/keeper.h"
#include "jobs/writer.h"
#include "newsroom/search.h"

#define ST room->store
#define CTX &room->ctx

enum {
	STORIES = 200,	  /* each is some pages of the log, and a piece */
	LOG_PAGES = 1000, /* from so many on it is moved */
	FEW = 8,	  /* pieces: less than four on each of two levels */
};

static void
publish_some(struct room *room, struct writer *w)
{
	for (int i = 0; i < STORIES; i++) {
		writer_take(w);
		room_story(room, "Rain in the harbour", 0, NOON - 60 * i);
		arena_reset(room->arena);
		writer_give(w);
	}
}

static int64_t
pieces(struct room *room)
{
	int64_t n = 0;

	OK(search_pieces(CTX, ST, &n));
	return n;
}

static int64_t
pieces_now(struct room *room, struct writer *w)
{
	int64_t n = 0;

	writer_take(w);
	n = pieces(room);
	arena_reset(room->arena);
	writer_give_quietly(w);
	sched_yield();
	return n;
}

static void
test_keeper__merges_the_index_when_nobody_writes(void **state)
{
	struct room *room = *state;
	struct writer *w = writer_new(ST);
	struct keeper *k = NULL;

	publish_some(room, w);
	assert_true(pieces(room) > FEW);
	OK(keeper_start(CTX, room->folder, w, &k));
	while (pieces_now(room, w) > FEW)
		;
	assert_true(keeper_done(k).merges > 0);
	keeper_stop(k);
	writer_free(w);
}

static void
test_keeper__moves_the_log_to_its_end(void **state)
{
	struct room *room = *state;
	struct writer *w = writer_new(ST);
	struct keeper *k = NULL;
	struct store_log log = { 0 };
	struct store *other = NULL;

	publish_some(room, w);
	assert_true(store_log_pages(ST) > LOG_PAGES);
	OK(keeper_start(CTX, room->folder, w, &k));
	while (keeper_done(k).pages < LOG_PAGES)
		sched_yield();
	keeper_stop(k);
	/* It was moved to the end; so the next commit begins it anew. */
	OK(store_open(
	    CTX, &(struct store_open){ room->folder, STORE_READ }, &other));
	OK(store_log_move(CTX, other, &log));
	assert_int_equal(log.pages, log.moved);
	store_close(other);
	room_story(room, "One more", 0, NOON);
	assert_true(store_log_pages(ST) < LOG_PAGES);
	writer_free(w);
}

/* Would an event thread that wakes now, and has slept enough, go first? */
static bool
goes_first(void)
{
	struct thread_lead l = { 0 };
	bool first = false;

	thread_lead_begin(&l, 0);
	thread_lead_slept(&l, 0);
	first = l.ahead;
	/* It has worked enough. */
	thread_lead_worked(&l, CLOCK_SECOND);
	return first;
}

static bool
may_go_first(void)
{
	bool may = false;

	threads_behind_begin();
	may = goes_first();
	threads_behind_end();
	return may;
}

static void
test_keeper__works_behind_readers(void **state)
{
	struct room *room = *state;
	struct writer *w = writer_new(ST);
	struct keeper *k = NULL;
	bool seen = false;

	publish_some(room, w);
	OK(keeper_start(CTX, room->folder, w, &k));
	while (keeper_done(k).pages < LOG_PAGES) {
		seen |= goes_first();
		sched_yield();
	}
	keeper_stop(k);
	assert_int_equal(seen, may_go_first());
	assert_false(goes_first());
	writer_free(w);
}

static void
test_keeper_stop__of_nothing_does_nothing(void **state)
{
	(void)state;
	keeper_stop(NULL);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_keeper__merges_the_index_when_nobody_writes),
		ROOM_TEST(test_keeper__moves_the_log_to_its_end),
		ROOM_TEST(test_keeper__works_behind_readers),
		cmocka_unit_test(test_keeper_stop__of_nothing_does_nothing),
	};

	return UNIT_RUN(tests, argc, argv);
}
