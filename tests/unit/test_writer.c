/* SPDX-License-Identifier: MIT */
#include "unit/unit.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/thread.h"
#include "jobs/writer.h"

enum { TAKERS = 8, ROUNDS = 200 };

struct room {
	struct writer *writer;
	struct store *(*take)(struct writer *w); /* take_once()'s way */
	int inside;    /* who has it; guarded by having it */
	int most;      /* the most that ever had it at once */
	int64_t turns; /* guarded likewise */
	int given;     /* calls of the watcher, one at a time */
};

static void *
take_and_give(void *arg)
{
	struct room *room = arg;

	for (int i = 0; i < ROUNDS; i++) {
		writer_take(room->writer);
		room->inside++;
		if (room->inside > room->most)
			room->most = room->inside;
		room->turns++;
		sched_yield();
		room->inside--;
		writer_give(room->writer);
	}
	return NULL;
}

static void
note(void *arg)
{
	struct room *room = arg;

	room->given++;
}

static void
test_writer__is_had_by_one_at_a_time(void **state)
{
	struct room room = { .writer = writer_new(NULL) };
	pthread_t threads[TAKERS];

	(void)state;
	for (int i = 0; i < TAKERS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, take_and_give, &room), 0);
	for (int i = 0; i < TAKERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(room.most, 1);
	assert_int_equal(room.turns, TAKERS * ROUNDS);
	writer_free(room.writer);
}

static void *
take_once(void *arg)
{
	struct room *room = arg;

	room->take(room->writer);
	room->turns++;
	writer_give(room->writer);
	return NULL;
}

static bool
is_behind(void)
{
	return sched_getscheduler(0) == SCHED_IDLE;
}

static void
test_writer_go_back__holds_till_somebody_waits(void **state)
{
	struct room room = { .writer = writer_new(NULL), .take = writer_take };
	bool small_share = false;
	pthread_t thread;

	(void)state;
	writer_take(room.writer);
	writer_go_back(room.writer);
	/* Who could not come forward again is not put behind. */
	small_share = getpriority(PRIO_PROCESS, (id_t)gettid()) == 10;
	assert_true(is_behind() || small_share);
	assert_int_equal(pthread_create(&thread, NULL, take_once, &room), 0);
	while (!writer_wanted(room.writer))
		sched_yield();
	while (is_behind()) /* who waits calls it forward */
		sched_yield();
	/* Nor does it go back while somebody waits. */
	writer_go_back(room.writer);
	assert_false(is_behind());
	writer_give(room.writer);
	pthread_join(thread, NULL);
	writer_take(room.writer);
	writer_go_back(room.writer);
	assert_true(is_behind() || small_share);
	thread_forward();
	assert_false(is_behind());
	writer_give(room.writer);
	writer_free(room.writer);
}

static void
test_writer_take_patiently__calls_forward_after_a_while(void **state)
{
	struct room room = { .writer = writer_new(NULL),
		.take = writer_take_patiently };
	int64_t began = clock_monotonic_ns();
	bool small_share = false;
	pthread_t thread;

	(void)state;
	writer_take(room.writer);
	writer_go_back(room.writer);
	small_share = !is_behind();
	assert_int_equal(pthread_create(&thread, NULL, take_once, &room), 0);
	while (!writer_wanted(room.writer))
		sched_yield();
	while (is_behind())
		sched_yield();
	if (!small_share)
		assert_true(clock_monotonic_ns() - began >= CLOCK_SECOND / 2);
	writer_give(room.writer);
	pthread_join(thread, NULL);
	assert_int_equal(room.turns, 1);
	thread_forward();
	writer_free(room.writer);
}

static void
test_writer_wanted__says_that_somebody_waits(void **state)
{
	struct room room = { .writer = writer_new(NULL), .take = writer_take };
	pthread_t thread;

	(void)state;
	writer_take(room.writer);
	assert_false(writer_wanted(room.writer));
	assert_int_equal(pthread_create(&thread, NULL, take_once, &room), 0);
	while (!writer_wanted(room.writer))
		sched_yield();
	/* Whoever waits goes before whoever comes back for more. */
	writer_give(room.writer);
	writer_take(room.writer);
	assert_int_equal(room.turns, 1);
	assert_false(writer_wanted(room.writer));
	writer_give(room.writer);
	pthread_join(thread, NULL);
	writer_free(room.writer);
}

static void
test_writer_watch__hears_of_each_turn_until_it_is_ended(void **state)
{
	struct room room = { .writer = writer_new(NULL), .take = writer_take };

	(void)state;
	writer_take(room.writer);
	writer_watch(room.writer, note, &room);
	writer_give(room.writer);
	take_once(&room);
	assert_int_equal(room.given, 2);
	writer_take(room.writer);
	writer_give_quietly(room.writer);
	assert_int_equal(room.given, 2);
	writer_take(room.writer);
	writer_unwatch(room.writer, &room);
	writer_give(room.writer);
	assert_int_equal(room.given, 2);
	writer_free(room.writer);
}

static void
test_writer_free__of_nothing_does_nothing(void **state)
{
	(void)state;
	writer_free(NULL);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writer__is_had_by_one_at_a_time),
		cmocka_unit_test(test_writer_wanted__says_that_somebody_waits),
		cmocka_unit_test(
		    test_writer_go_back__holds_till_somebody_waits),
		cmocka_unit_test(
		    test_writer_take_patiently__calls_forward_after_a_while),
		cmocka_unit_test(
		    test_writer_watch__hears_of_each_turn_until_it_is_ended),
		cmocka_unit_test(test_writer_free__of_nothing_does_nothing),
	};

	return UNIT_RUN(tests, argc, argv);
}
