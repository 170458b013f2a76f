/* SPDX-License-Identifier: MIT */
/* Traces of changes: which pages they find, which they forget. */

#include "unit/unit.h"

#include <stdio.h>

#include "site/trace.h"
#include "store/store.h"

static struct traces *traces;
static struct ctx ctx;

static int
setup(void **state)
{
	(void)state;
	traces = traces_new();
	ctx_init(&ctx, arena_new(0), NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(ctx.arena);
	traces_free(traces);
	return 0;
}

/* Change number n, of that story, which touches these. */
static void
change(int64_t n, int64_t story, const struct str *tags, size_t tags_n)
{
	const struct store_change one = { n, story, "publish" };

	traces_note(traces,
	    &(struct store_commit){
		.change = n,
		.tags = tags,
		.n = tags_n,
		.changes = &one,
		.changes_n = 1,
		.began = 1000,
		.committed = 3000,
		.kept = 7000,
	    },
	    &(struct traces_purge){ 7000, 15000, 42, 5 });
}

static void
render(const char *path, int64_t sees, const struct str *tags, size_t n)
{
	traces_render(traces, &(struct traces_render){
				  .path = str_c(path),
				  .surface = "/",
				  .tags = tags,
				  .tags_n = n,
				  .change = sees,
				  .began = 20000,
				  .ended = 36000,
			      });
}

static size_t
traces_now(int64_t story, const struct trace **out)
{
	size_t n = 0;

	traces_of(&ctx, traces, story, out, &n);
	return n;
}

static const struct str front[] = { STR_INIT("front:1"), STR_INIT("story:7") };

static void
test_traces_note__tells_the_parts(void **state)
{
	const struct trace *t = NULL;

	(void)state;
	change(3, 7, front, 2);
	assert_int_equal(traces_now(8, &t), 0);
	assert_int_equal(traces_now(7, &t), 1);
	assert_int_equal(t->number, 3);
	assert_string_equal(t->kind, "publish");
	assert_int_equal(t->at, 42);
	assert_int_equal(t->write, 2000);
	assert_int_equal(t->commit, 4000);
	assert_int_equal(t->purge, 8000);
	assert_int_equal(t->dropped, 5);
	assert_int_equal(t->pages_n, 0);
}

static void
test_traces_render__finds_what_it_shows_and_once(void **state)
{
	const struct str other = STR_INIT("section:2");
	const struct trace *t = NULL;

	(void)state;
	change(3, 7, front, 2);
	render("/", 2, front, 1);	/* has not seen it */
	render("/about", 3, &other, 1); /* does not show it */
	render("/", 3, front, 1);
	render("/", 3, front, 1); /* again: not the first time */
	render("/news/7", 4, front, 2);
	assert_int_equal(traces_now(7, &t), 1);
	assert_int_equal(t->pages_n, 2);
	assert_true(str_eq(t->pages[0].path, STR("/")));
	assert_int_equal(t->pages[0].asked, 5000);
	assert_int_equal(t->pages[0].took, 16000);
	assert_true(str_eq(t->pages[1].path, STR("/news/7")));
}

/* A page made after both is the first since each. */
static void
test_traces_render__is_the_first_since_each(void **state)
{
	const struct trace *t = NULL;

	(void)state;
	change(3, 7, front, 2);
	render("/a", 3, front, 1);
	change(4, 7, front, 2);
	render("/b", 4, front, 1);
	render("/a", 4, front, 1);
	assert_int_equal(traces_now(7, &t), 2);
	assert_int_equal(t[0].number, 4); /* newest first */
	assert_int_equal(t[0].pages_n, 2);
	assert_int_equal(t[1].pages_n, 2);
}

static void
test_traces__forget_the_oldest_and_stop_at_a_number_of_pages(void **state)
{
	const struct trace *t = NULL;
	char path[32];

	(void)state;
	change(1, 8, front, 1);
	for (int64_t i = 2; i <= TRACES_MAX; i++)
		change(i, 7, front, 2);
	assert_int_equal(traces_now(8, &t), 1);
	change(TRACES_MAX + 1, 7, front, 2);
	assert_int_equal(traces_now(8, &t), 0);
	for (int i = 0; i < TRACE_PAGES_MAX + 1; i++) {
		snprintf(path, sizeof path, "/%d", i);
		render(path, INT64_MAX, front, 1);
	}
	assert_int_equal(traces_now(7, &t), TRACES_MAX);
	assert_int_equal(t[0].pages_n, TRACE_PAGES_MAX);
	assert_true(t[0].more);
	assert_int_equal(t[TRACES_MAX - 1].pages_n, TRACE_PAGES_MAX);
}

/* Nobody waits for one story of a batch. */
static void
test_traces_note__a_batch_is_not_traced(void **state)
{
	struct store_change many[TRACE_CHANGES_MAX + 1];
	const struct trace *t = NULL;

	(void)state;
	for (int i = 0; i <= TRACE_CHANGES_MAX; i++)
		many[i] = (struct store_change){ i, i, "publish" };
	traces_note(traces,
	    &(struct store_commit){
		.change = TRACE_CHANGES_MAX,
		.tags = front,
		.n = 2,
		.changes = many,
		.changes_n = TRACE_CHANGES_MAX + 1,
	    },
	    &(struct traces_purge){ 0 });
	assert_int_equal(traces_now(1, &t), 0);
}

static void
test_traces_metrics__has_histograms(void **state)
{
	struct str text = { 0 };
	struct buf b;

	(void)state;
	change(3, 7, front, 2);
	render("/", 3, front, 1);
	render("/", 3, front, 1);
	buf_init(&b, ctx.arena, 1 << 20);
	traces_metrics(traces, &b);
	assert_int_equal(buf_done(&ctx, &b, &text), ERR_OK);
	assert_int_not_equal(
	    str_find(text, STR("publish_seconds_count{part=\"commit\"} 1"), 0),
	    SIZE_MAX);
	assert_int_not_equal(
	    str_find(text,
		STR("publish_seconds_sum{part=\"whole\"} 0.000014000"), 0),
	    SIZE_MAX);
	assert_int_not_equal(
	    str_find(
		text, STR("first_render_seconds_count{surface=\"/\"} 1"), 0),
	    SIZE_MAX);
}

int
main(int argc, char **argv)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_traces_note__tells_the_parts),
		T(test_traces_render__finds_what_it_shows_and_once),
		T(test_traces_render__is_the_first_since_each),
		T(test_traces__forget_the_oldest_and_stop_at_a_number_of_pages),
		T(test_traces_note__a_batch_is_not_traced),
		T(test_traces_metrics__has_histograms),
	};

	return UNIT_RUN(tests, argc, argv);
}
