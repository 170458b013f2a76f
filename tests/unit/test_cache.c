/* SPDX-License-Identifier: MIT */
/*
 * The page cache against exchanges of our own: the linker takes the two
 * functions below instead of the listener's.
 */

#include "unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages/cache.h"

struct exchange {
	atomic_int queued;
	_Atomic(struct response *) got;
};

void
exchange_answer(struct exchange *x, struct response *r)
{
	assert_null(atomic_exchange(&x->got, r));
}

void
exchange_queue(struct exchange *x)
{
	atomic_fetch_add(&x->queued, 1);
}

static struct cache *cache;

static int
setup(void **state)
{
	(void)state;
	cache = cache_new(1 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	cache_free(cache);
	return 0;
}

static struct response *
response_of(int64_t n)
{
	char text[32];

	snprintf(text, sizeof text, "%lld", (long long)n);
	return response_new(&(struct response_make){ .body = str_c(text) });
}

static int64_t
number_of(const struct response *r)
{
	struct arena *a = arena_new(0);
	int64_t n = -1;

	assert_true(str_int(response_body(a, r, CODING_IDENTITY), &n));
	arena_free(a);
	return n;
}

/* What a reader gets now; -1 when nothing is kept. */
static int64_t
kept(const char *key)
{
	struct response *r = cache_get(cache, str_c(key));
	int64_t n = r != NULL ? number_of(r) : -1;

	response_unref(r);
	return n;
}

static struct cache_flight *
lead(const char *key)
{
	struct cache_flight *f = NULL;
	struct response *r = NULL;
	struct exchange x = { 0 };

	assert_int_equal(
	    cache_first(cache, str_c(key), &x, &r, &f), CACHE_LEAD);
	return f;
}

static bool
joins(const char *key, struct exchange *x)
{
	struct cache_flight *f = NULL;
	struct response *r = NULL;

	return cache_first(cache, str_c(key), x, &r, &f) == CACHE_JOINED;
}

/* A page whose body is the change number that it was made at. */
static void
finish(struct cache_flight *f, int64_t change, const char *tag)
{
	struct response *r = response_of(change);
	struct str name = str_c(tag);

	cache_finish(f, &(struct cache_render){
			    .response = r,
			    .tags = &name,
			    .tags_n = 1,
			    .change = change,
			    .cost_ns = 1000,
			    .store = true,
			});
	response_unref(r);
}

static void
purge(int64_t change, const char *tag)
{
	struct str name = str_c(tag);

	cache_purge(cache, change, &name, 1);
}

static void
assert_got(struct exchange *x, int64_t want)
{
	struct response *r = atomic_exchange(&x->got, NULL);

	assert_non_null(r);
	assert_int_equal(number_of(r), want);
	response_unref(r);
}

static void
test_cache_first__keeps_what_was_rendered(void **state)
{
	struct response *r = NULL;
	struct cache_flight *f = NULL;

	(void)state;
	assert_int_equal(kept("/a"), -1);
	finish(lead("/a"), 1, "story:1");
	assert_int_equal(kept("/a"), 1);
	assert_int_equal(
	    cache_first(cache, STR("/a"), NULL, &r, &f), CACHE_HIT);
	response_unref(r);
}

static void
test_cache_first__gives_one_render_to_all_who_wait(void **state)
{
	struct exchange x[50] = { 0 };
	struct cache_flight *f = lead("/a");

	(void)state;
	for (size_t i = 0; i < 50; i++)
		assert_true(joins("/a", &x[i]));
	finish(f, 1, "t");
	for (size_t i = 0; i < 50; i++)
		assert_got(&x[i], 1);
}

static void
test_cache_purge__drops_exactly_the_pages_of_its_tags(void **state)
{
	(void)state;
	finish(lead("/a"), 1, "story:1");
	finish(lead("/b"), 1, "story:2");
	finish(lead("/c"), 1, "story:1");
	purge(2, "story:1");
	assert_int_equal(kept("/a"), -1);
	assert_int_equal(kept("/b"), 1);
	assert_int_equal(kept("/c"), -1);
}

/* A page that carries two tags. */
static void
keep(struct cache *c, const char *key, const char *one, const char *two)
{
	const struct str tags[] = { str_c(one), str_c(two) };
	struct response *r = response_of(1);
	struct response *hit = NULL;
	struct cache_flight *f = NULL;

	assert_int_equal(
	    cache_first(c, str_c(key), NULL, &hit, &f), CACHE_LEAD);
	cache_finish(f, &(struct cache_render){
			    .response = r,
			    .tags = tags,
			    .tags_n = 2,
			    .change = 1,
			    .store = true,
			});
	response_unref(r);
}

/* What dropping a tag costs, in entries looked at. */
static uint64_t
price(struct cache *c, const char *tag, size_t *dropped)
{
	struct str name = str_c(tag);
	struct cache_counts before;
	struct cache_counts after;

	cache_counts(c, &before);
	cache_purge(c, 2, &name, 1);
	cache_counts(c, &after);
	*dropped = before.pages - after.pages;
	return after.looked - before.looked;
}

static void
test_cache_purge__does_not_walk_the_store(void **state)
{
	enum { PAGES = 20000, OF_TAG = 50, WALK = 20 };
	struct cache *c = cache_new(256 << 20);
	size_t dropped = 0;

	(void)state;
	for (int i = 0; i < PAGES; i++) {
		char key[32];
		char one[32];
		char two[32];

		snprintf(key, sizeof key, "/news/%d", i);
		snprintf(one, sizeof one, "story:%d", i);
		snprintf(two, sizeof two, "section:%d", i / OF_TAG);
		keep(c, key, one, two);
	}
	assert_in_range(price(c, "story:7", &dropped), 1, WALK);
	assert_int_equal(dropped, 1);
	assert_in_range(
	    price(c, "section:100", &dropped), OF_TAG, OF_TAG * WALK);
	assert_int_equal(dropped, OF_TAG);
	assert_int_equal(price(c, "section:none", &dropped), 0);
	assert_int_equal(dropped, 0);
	cache_free(c);
}

static void
test_cache_finish__stores_no_render_older_than_a_purge(void **state)
{
	struct exchange before = { 0 };
	struct cache_flight *f = lead("/a");

	(void)state;
	assert_true(joins("/a", &before));
	purge(2, "t");
	finish(f, 1, "t");
	/* Who asked before may have it; nobody else. */
	assert_got(&before, 1);
	assert_int_equal(kept("/a"), -1);
}

static void
test_cache_finish__stores_a_render_that_saw_the_change(void **state)
{
	struct cache_flight *f = lead("/a");

	(void)state;
	purge(2, "t");
	finish(f, 2, "t");
	assert_int_equal(kept("/a"), 2);
}

static void
test_cache_finish__stores_what_an_unrelated_purge_passed(void **state)
{
	struct cache_flight *f = lead("/a");

	(void)state;
	purge(2, "other");
	finish(f, 1, "t");
	assert_int_equal(kept("/a"), 1);
}

static void
test_cache_first__joins_no_flight_that_a_purge_has_passed(void **state)
{
	struct exchange before = { 0 };
	struct exchange after = { 0 };
	struct cache_flight *old = lead("/a");
	struct cache_flight *fresh = NULL;

	(void)state;
	assert_true(joins("/a", &before));
	purge(2, "t");
	fresh = lead("/a");
	assert_true(joins("/a", &after));
	/* In the worst order: the old one ends last. */
	finish(fresh, 2, "t");
	finish(old, 1, "t");
	assert_got(&before, 1);
	assert_got(&after, 2);
	assert_int_equal(kept("/a"), 2);
}

static void
test_cache_finish__replaces_no_newer_page_by_an_older(void **state)
{
	struct cache_flight *old = lead("/a");
	struct cache_flight *fresh = NULL;

	(void)state;
	purge(5, "other");
	fresh = lead("/a");
	finish(fresh, 5, "t");
	finish(old, 4, "t");
	assert_int_equal(kept("/a"), 5);
}

static void
test_cache_purge__remembers_the_highest_number(void **state)
{
	struct cache_flight *f = lead("/a");

	(void)state;
	purge(9, "t");
	purge(3, "t");
	finish(f, 5, "t");
	assert_int_equal(kept("/a"), -1);
}

static void
test_cache_purge_all__drops_all_and_what_is_being_made(void **state)
{
	struct cache_flight *f = NULL;

	(void)state;
	finish(lead("/a"), 1, "t");
	f = lead("/b");
	cache_purge_all(cache);
	assert_int_equal(kept("/a"), -1);
	finish(f, 99, "t");
	assert_int_equal(kept("/b"), -1);
}

static void
test_cache_abandon__sends_all_who_wait_to_the_pool(void **state)
{
	struct exchange x[2] = { 0 };
	struct cache_flight *f = lead("/a");

	(void)state;
	assert_true(joins("/a", &x[0]));
	assert_true(joins("/a", &x[1]));
	cache_abandon(f);
	assert_int_equal(atomic_load(&x[0].queued), 1);
	assert_int_equal(atomic_load(&x[1].queued), 1);
	f = lead("/a");
	assert_true(joins("/a", &x[0]));
	finish(f, 1, "t");
	assert_got(&x[0], 1);
}

static void
test_cache_counts__forgets_purges_that_nobody_can_have_missed(void **state)
{
	struct cache_counts n;
	struct cache_flight *f = NULL;
	char tag[32];

	(void)state;
	f = lead("/a");
	for (int i = 0; i < 1000; i++) {
		snprintf(tag, sizeof tag, "story:%d", i);
		purge(i, tag);
	}
	cache_counts(cache, &n);
	assert_int_equal(n.tags, 1000);
	finish(f, 0, "t");
	cache_counts(cache, &n);
	assert_int_equal(n.tags, 1);
	purge(2000, "t");
	cache_counts(cache, &n);
	assert_int_equal(n.tags, 0);
	assert_int_equal(n.bytes, 0);
}

static void
test_cache_purge__stays_right_when_too_much_is_to_be_remembered(void **state)
{
	struct cache_counts n;
	struct cache_flight *f = lead("/a");
	char tag[32];

	(void)state;
	purge(7, "first");
	for (int i = 0; i < CACHE_PURGED_MAX; i++) {
		snprintf(tag, sizeof tag, "story:%d", i);
		purge(8, tag);
	}
	cache_counts(cache, &n);
	assert_true(n.tags <= CACHE_PURGED_MAX);
	/* Its number is forgotten, its meaning is not. */
	finish(f, 6, "first");
	assert_int_equal(kept("/a"), -1);
}

static void
test_cache_finish__keeps_to_its_ceiling_and_what_is_used(void **state)
{
	struct cache_counts n;
	char key[32];
	int hot = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		snprintf(key, sizeof key, "/page/%d", i);
		finish(lead(key), i, "t");
		for (int j = 0; i >= 10 && j < 10; j++) {
			snprintf(key, sizeof key, "/page/%d", j);
			hot += kept(key) == j;
		}
	}
	cache_counts(cache, &n);
	assert_true(n.bytes <= n.max_bytes);
	assert_true(n.evicted > 0 && n.pages > 10);
	for (int j = 0; j < 10; j++) {
		snprintf(key, sizeof key, "/page/%d", j);
		assert_int_equal(kept(key), j);
	}
	assert_int_equal(hot, 10 * 3990);
}

/* 4000 pages, the even ones of that cost and size; how many of them stay. */
static void
fill(int64_t cost_ns, size_t size, int *even, int *odd)
{
	static char text[4096];
	char key[32];

	memset(text, 'x', sizeof text);
	for (int i = 0; i < 4000; i++) {
		struct response *r = response_new(&(struct response_make){
		    .body = str_make(text, i % 2 == 0 ? size : 500) });

		snprintf(key, sizeof key, "/page/%d", i);
		cache_finish(
		    lead(key), &(struct cache_render){
				   .response = r,
				   .cost_ns = i % 2 == 0 ? cost_ns : 1000,
				   .store = true,
			       });
		response_unref(r);
	}
	*even = *odd = 0;
	for (int i = 0; i < 4000; i++) {
		struct response *r = NULL;

		snprintf(key, sizeof key, "/page/%d", i);
		r = cache_get(cache, str_c(key));
		*(i % 2 == 0 ? even : odd) += r != NULL;
		response_unref(r);
	}
}

static void
test_cache_finish__keeps_what_was_dear_to_make(void **state)
{
	int dear = 0;
	int cheap = 0;

	(void)state;
	fill(1000 * 1000, 500, &dear, &cheap);
	assert_true(dear > 10 && dear > 4 * cheap);
}

static void
test_cache_finish__keeps_many_small_pages_before_few_large(void **state)
{
	int large = 0;
	int small = 0;

	(void)state;
	fill(1000, 4096, &large, &small);
	assert_true(small > 10 && small > 4 * large);
}

static void
test_cache_finish__stores_neither_giants_nor_what_may_not_be(void **state)
{
	static char big[1 << 18];
	struct response *r = NULL;

	(void)state;
	memset(big, 'x', sizeof big);
	r = response_new(
	    &(struct response_make){ .body = str_make(big, sizeof big) });
	cache_finish(
	    lead("/a"), &(struct cache_render){ .response = r, .store = true });
	assert_null(cache_get(cache, STR("/a")));
	response_unref(r);
	r = response_of(1);
	cache_finish(lead("/b"), &(struct cache_render){ .response = r });
	assert_null(cache_get(cache, STR("/b")));
	response_unref(r);
}

static void
test_cache_weigh__counts_a_coding_that_came_later(void **state)
{
	static char text[4000];
	struct http_header h = { STR("Accept-Encoding"), STR("gzip") };
	const struct request req = { .headers = &h, .headers_n = 1 };
	struct cache_counts before;
	struct cache_counts after;
	struct response *r = NULL;

	(void)state;
	memset(text, 'x', sizeof text);
	r = response_new(&(struct response_make){
	    .type = STR("text/html"),
	    .body = str_make(text, sizeof text),
	    .codings = RESPONSE_LATER,
	});
	cache_finish(
	    lead("/a"), &(struct cache_render){ .response = r, .store = true });
	cache_counts(cache, &before);
	response_encode(r, &req);
	cache_weigh(cache, STR("/other"), r);
	cache_counts(cache, &after);
	assert_int_equal(after.bytes, before.bytes);
	cache_weigh(cache, STR("/a"), r);
	cache_counts(cache, &after);
	assert_true(after.bytes > before.bytes);
	cache_purge_all(cache);
	cache_counts(cache, &after);
	assert_int_equal(after.bytes, 0);
	response_unref(r);
}

/*
 * Readers, renderers and a writer at once.  The writer commits (a number
 * goes up), purges, and only then says so; whoever has seen it say so must
 * never be given an older page.
 */
static struct {
	_Atomic int64_t committed;
	_Atomic int64_t said;
	atomic_int reads;
	atomic_bool over;
} world;

enum { KEYS = 4, ROUNDS = 1000, READERS = 4 };

static void
wait_for(struct exchange *x, int64_t said, unsigned *seed)
{
	struct response *r = NULL;

	(void)seed;
	while ((r = atomic_load(&x->got)) == NULL)
		sched_yield();
	atomic_store(&x->got, NULL);
	assert_true(number_of(r) >= said);
	response_unref(r);
}

static void *
reader_main(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;
	struct exchange x = { 0 };
	char key[16];

	while (!atomic_load(&world.over)) {
		int64_t said = atomic_load(&world.said);
		struct response *r = NULL;
		struct cache_flight *f = NULL;

		snprintf(key, sizeof key, "/%d", rand_r(&seed) % KEYS);
		switch (cache_first(cache, str_c(key), &x, &r, &f)) {
		case CACHE_HIT:
			assert_true(number_of(r) >= said);
			response_unref(r);
			break;
		case CACHE_JOINED:
			wait_for(&x, said, &seed);
			break;
		case CACHE_LEAD: {
			int64_t read = atomic_load(&world.committed);

			if (rand_r(&seed) % 4 == 0)
				sched_yield();
			finish(f, read, "t");
			break;
		}
		}
		atomic_fetch_add(&world.reads, 1);
	}
	return NULL;
}

static void
test_cache_purge__leaves_nobody_stale_among_threads(void **state)
{
	pthread_t readers[READERS];

	(void)state;
	atomic_store(&world.over, false);
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, reader_main,
				     (void *)(i + 1)),
		    0);
	for (int64_t n = 1; n <= ROUNDS; n++) {
		int seen = atomic_load(&world.reads);

		atomic_store(&world.committed, n);
		purge(n, "t");
		atomic_store(&world.said, n);
		/* Let some read between purges, or nothing is ever kept. */
		while (atomic_load(&world.reads) < seen + 4)
			sched_yield();
	}
	atomic_store(&world.over, true);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
}

int
main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_cache_first__keeps_what_was_rendered),
		TEST(test_cache_first__gives_one_render_to_all_who_wait),
		TEST(test_cache_purge__drops_exactly_the_pages_of_its_tags),
		TEST(test_cache_purge__does_not_walk_the_store),
		TEST(test_cache_finish__stores_no_render_older_than_a_purge),
		TEST(test_cache_finish__stores_a_render_that_saw_the_change),
		TEST(test_cache_finish__stores_what_an_unrelated_purge_passed),
		TEST(test_cache_first__joins_no_flight_that_a_purge_has_passed),
		TEST(test_cache_finish__replaces_no_newer_page_by_an_older),
		TEST(test_cache_purge__remembers_the_highest_number),
		TEST(test_cache_purge_all__drops_all_and_what_is_being_made),
		TEST(test_cache_abandon__sends_all_who_wait_to_the_pool),
		TEST(
		    test_cache_counts__forgets_purges_that_nobody_can_have_missed),
		TEST(
		    test_cache_purge__stays_right_when_too_much_is_to_be_remembered),
		TEST(test_cache_finish__keeps_to_its_ceiling_and_what_is_used),
		TEST(test_cache_finish__keeps_what_was_dear_to_make),
		TEST(
		    test_cache_finish__keeps_many_small_pages_before_few_large),
		TEST(
		    test_cache_finish__stores_neither_giants_nor_what_may_not_be),
		TEST(test_cache_weigh__counts_a_coding_that_came_later),
		TEST(test_cache_purge__leaves_nobody_stale_among_threads),
	};

	return UNIT_RUN(tests, argc, argv);
}
