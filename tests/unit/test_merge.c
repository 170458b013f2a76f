/* SPDX-License-Identifier: MIT */
/* Three texts become one: what touches, what does not, what it may cost. */

#include <stdio.h>
#include <stdlib.h>

#include "unit/unit.h"

#include "newsroom/merge.h"

struct fix {
	struct arena *arena;
	struct ctx ctx;
};

static int
setup(void **state)
{
	struct fix *f = calloc(1, sizeof *f);

	f->arena = arena_new(0);
	ctx_init(&f->ctx, f->arena, NULL);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	arena_free(f->arena);
	free(f);
	return 0;
}

static const char *
merged(struct fix *f, const char *base, const char *mine, const char *theirs,
    size_t conflicts)
{
	struct merged out = { 0 };

	assert_int_equal(
	    merge_text(&f->ctx,
		&(struct merge){ str_c(base), str_c(mine), str_c(theirs) },
		&out),
	    ERR_OK);
	if (out.conflicts != conflicts)
		fail_msg(
		    "%zu conflicts:\n%.*s", out.conflicts, STR_FMT(out.text));
	assert_int_equal(merge_marked(out.text) != 0, conflicts != 0);
	return str_cstr(f->arena, out.text);
}

static void
test_merge_text__puts_together_what_does_not_touch(void **state)
{
	struct fix *f = *state;
	const char *base = "One.\n\nTwo.\n\nThree.\n";

	assert_string_equal(merged(f, base, "One!\n\nTwo.\n\nThree.\n",
				"One.\n\nTwo.\n\nThree?\n", 0),
	    "One!\n\nTwo.\n\nThree?\n");
	assert_string_equal(merged(f, base, "New.\n\nOne.\n\nTwo.\n\nThree.\n",
				"One.\n\nThree.\n", 0),
	    "New.\n\nOne.\n\nThree.\n");
	/* An end was added, a beginning went. */
	assert_string_equal(merged(f, base, "Two.\n\nThree.\n",
				"One.\n\nTwo.\n\nThree.\n\nFour.\n", 0),
	    "Two.\n\nThree.\n\nFour.\n");
	/* The same change twice is one. */
	assert_string_equal(
	    merged(f, base, "One.\n\n2.\n\nThree.\n", "One.\n\n2.\n\n3.\n", 0),
	    "One.\n\n2.\n\n3.\n");
}

static void
test_merge_text__shows_what_touches(void **state)
{
	struct fix *f = *state;

	assert_string_equal(
	    merged(f, "a\n\nb\n\nc\n", "a\n\nB\n\nc\n", "a\n\nbb\n\nC\n", 1),
	    "a\n\n<<<<<<< mine\nB\n||||||| before\nb\n=======\nbb\n"
	    ">>>>>>> newer\n\nC\n");
	/* Two additions at one place have no order. */
	merged(f, "a\nb\n", "a\nx\nb\n", "a\ny\nb\n", 1);
	/* One took away what the other changed. */
	merged(f, "a\n\nb\n\nc\n", "a\n\nc\n", "a\n\nB\n\nc\n", 1);
	/* Lines that stand next to each other touch. */
	merged(f, "a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb\nC\nd\n", 1);
	merged(f, "", "a\n", "b\n", 1);
	merged(f, "a\n", "", "b\n", 1);
}

static void
test_merge_text__loses_no_line_when_one_side_moved_much(void **state)
{
	struct fix *f = *state;
	const char *out = merged(f, "a\nb\nc\nd\ne\nf\n", "d\ne\nf\na\nb\nc\n",
	    "a\nb\nc\nd\ne\nf\ng\n", 1);

	assert_non_null(strstr(out, "g\n"));
}

static void
test_merge_text__keeps_one_side_to_the_byte(void **state)
{
	struct fix *f = *state;

	/* No newline at the end, and ends of lines from elsewhere. */
	assert_string_equal(
	    merged(f, "a\r\nb", "a\r\nb", "a\r\nc", 0), "a\r\nc");
	assert_string_equal(merged(f, "a\r\nb", "x\ty", "a\r\nb", 0), "x\ty");
	assert_string_equal(merged(f, "", "", "", 0), "");
	assert_string_equal(merged(f, "a", "b", "b", 0), "b");
}

/* Some pseudo-random lines out of few, the worst for a search. */
static struct str
noise(struct fix *f, size_t bytes, const char *few, unsigned seed)
{
	char *p = arena_alloc(f->arena, bytes);

	for (size_t i = 0; i < bytes; i++) {
		seed = seed * 1103515245u + 12345u;
		p[i] = few[(seed >> 16) % strlen(few)];
	}
	return str_make(p, bytes);
}

static void
test_merge_text__is_bounded_whatever_the_texts(void **state)
{
	static const char *const few[] = { "\n", "a\n", "ab\n\n",
		"abcdefghijklmnopqrstuvwxyz\n" };
	struct fix *f = *state;

	for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
		int64_t before = clock_thread_ns(pthread_self());
		struct merged out = { 0 };
		struct merge in = { noise(f, 2 << 20, few[i], 1),
			noise(f, 2 << 20, few[i], 2),
			noise(f, (2 << 20) - 9, few[i], 3) };

		assert_int_equal(merge_text(&f->ctx, &in, &out), ERR_OK);
		/* No timing test: a guard against the square of 2 MB. */
		assert_true(clock_thread_ns(pthread_self()) - before <
			    120 * CLOCK_SECOND);
	}
}

static void
test_merge_value__is_mine_or_theirs_or_neither(void **state)
{
	struct str out = { 0 };

	(void)state;
	assert_true(
	    merge_value(&(struct merge){ STR("a"), STR("b"), STR("a") }, &out));
	assert_true(str_eq(out, STR("b")));
	assert_true(
	    merge_value(&(struct merge){ STR("a"), STR("a"), STR("c") }, &out));
	assert_true(str_eq(out, STR("c")));
	assert_true(
	    merge_value(&(struct merge){ STR("a"), STR(""), STR("") }, &out));
	assert_true(str_eq(out, STR("")));
	assert_false(
	    merge_value(&(struct merge){ STR("a"), STR("b"), STR("c") }, &out));
}

static void
test_merge_marked__finds_what_was_left(void **state)
{
	(void)state;
	assert_int_equal(merge_marked(STR("a\n=======\nb\n")), 0);
	assert_int_equal(merge_marked(STR("a\n>>>>>>> newer\n")), 2);
	assert_int_equal(merge_marked(STR("<<<<<<< mine")), 1);
	assert_int_equal(merge_marked(STR("a <<<<<<< mine\n")), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_merge_text__puts_together_what_does_not_touch),
		T(test_merge_text__shows_what_touches),
		T(test_merge_text__loses_no_line_when_one_side_moved_much),
		T(test_merge_text__keeps_one_side_to_the_byte),
		T(test_merge_text__is_bounded_whatever_the_texts),
		T(test_merge_value__is_mine_or_theirs_or_neither),
		T(test_merge_marked__finds_what_was_left),
	};

	return UNIT_RUN(tests, argc, argv);
}
