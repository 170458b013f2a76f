/* SPDX-License-Identifier: MIT */
/* markup/vtt.h */

#include "unit/unit.h"

#include "markup/vtt.h"

static struct ctx ctx;

static struct str
again(const char *text)
{
	struct vtt v = { 0 };
	struct str out = { 0 };

	assert_int_equal(vtt_read(&ctx, str_c(text), &v), ERR_OK);
	assert_int_equal(vtt_write(&ctx, &v, &out), ERR_OK);
	return out;
}

static void
test_vtt_read__keeps_what_it_knows_and_leaves_comments_out(void **state)
{
	struct str out = again("\xef\xbb\xbfWEBVTT a title\r\n\r\n"
			       "NOTE who said it\r\nis known\r\n\r\n"
			       "first\r\n00:01.000 --> 00:02.500 line:0 "
			       "align:start\r\n<v.loud Ilse>Two &amp; <i>two"
			       "</i>\r\nlines\r\n\r\n"
			       "01:00:00.000 --> 01:00:01.000\r\nEnd");

	(void)state;
	assert_true(str_eq(
	    out, STR("WEBVTT\n\n00:00:01.000 --> 00:00:02.500 line:0 "
		     "align:start\n<v.loud Ilse>Two &amp; <i>two</i>\nlines\n\n"
		     "01:00:00.000 --> 01:00:01.000\nEnd\n")));
	assert_true(str_eq(again(str_cstr(ctx.arena, out)), out));
}

static void
test_vtt_read__refuses_whatever_else_there_is(void **state)
{
#define HEAD "WEBVTT\n\n00:01.000 --> 00:02.000\n"
	static const char *const bad[] = {
		"",
		"WEBVTT",
		"WEBVTTX\n\n00:01.000 --> 00:02.000\nx",
		"1\n00:00:01,000 --> 00:00:02,000\nsubrip",
		HEAD "<script>alert(1)</script>",
		HEAD "<b onclick=x>x</b>",
		HEAD "<i>open",
		HEAD "a </i> b",
		HEAD "a < b",
		HEAD "a > b",
		HEAD "a & b",
		HEAD "a --> b",
		HEAD "\x01",
		HEAD "\x7f",
		HEAD "\xc2\x85",
		HEAD "\xff",
		"WEBVTT\n\nSTYLE\n::cue { color: transparent }\n\n" HEAD "x",
		"WEBVTT\n\nREGION\nid:a\n\n" HEAD "x",
		"WEBVTT\n\n00:02.000 --> 00:02.000\nx",
		"WEBVTT\n\n00:61.000 --> 01:02.000\nx",
		"WEBVTT\n\n00:01.000 --> 00:02.000 region:a\nx",
		"WEBVTT\n\n00:01.000 --> 00:02.000 line:0;x\nx",
		"WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n"
		"00:01.000 --> 00:02.000\ny",
	};
#undef HEAD
	struct vtt v = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (vtt_read(&ctx, str_c(bad[i]), &v) != ERR_INVALID)
			fail_msg("taken: %s", bad[i]);
}

/* A cue of that many bytes in two lines. */
static enum err
read_long(int first, int second)
{
	static const char head[] = "WEBVTT\n\n00:01.000 --> 00:02.000\n";
	struct vtt v = { 0 };
	struct buf b;

	buf_init(&b, ctx.arena, sizeof head + 2 * VTT_CUE_MAX);
	buf_printf(&b, "%s%0*d\n%0*d", head, first, 0, second, 0);
	return vtt_read(&ctx, buf_str(&b), &v);
}

static void
test_vtt_read__counts_the_lines_of_a_cue_and_their_ends(void **state)
{
	(void)state;
	assert_int_equal(read_long(500, VTT_CUE_MAX - 501), ERR_OK);
	assert_int_equal(read_long(500, VTT_CUE_MAX - 500), ERR_INVALID);
}

static void
test_vtt_read__refuses_settings_without_end(void **state)
{
	struct vtt v = { 0 };
	struct buf b;

	(void)state;
	buf_init(&b, ctx.arena, 4096);
	BUF_LIT(&b, "WEBVTT\n\n00:01.000 --> 00:02.000");
	for (int i = 0; i < 100; i++)
		BUF_LIT(&b, " align:start");
	BUF_LIT(&b, "\nx\n");
	assert_int_equal(vtt_read(&ctx, buf_str(&b), &v), ERR_INVALID);
	assert_non_null(strstr(ctx_why(&ctx), "line 3: "));
}

/* Hours are written even where there are none. */
static void
test_vtt_write__writes_nothing_that_is_too_long_to_read(void **state)
{
	struct vtt v = { 0 };
	struct str out = { 0 };
	struct buf b;

	(void)state;
	buf_init(&b, ctx.arena, VTT_MAX);
	BUF_LIT(&b, "WEBVTT\n");
	while (b.n < VTT_MAX - 200)
		buf_printf(&b, "\n00:01.000 --> 00:02.000\n%0100d\n", 0);
	assert_int_equal(vtt_read(&ctx, buf_str(&b), &v), ERR_OK);
	assert_int_equal(vtt_write(&ctx, &v, &out), ERR_INVALID);
	assert_non_null(strstr(ctx_why(&ctx), "512 kB"));
}

static void
test_vtt_words__makes_paragraphs_of_plain_text(void **state)
{
	const struct str *words = NULL;
	struct vtt v = { 0 };
	size_t n = 0;

	(void)state;
	assert_int_equal(
	    vtt_read(&ctx,
		STR("WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ilse>One &lt;\n"
		    "two\n\n00:01.500 --> 00:02.000\nthree.\n\n"
		    "00:09.000 --> 00:10.000\n<b>Four</b>"),
		&v),
	    ERR_OK);
	assert_int_equal(vtt_words(&ctx, &v, &words, &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_true(str_eq(words[0], STR("One < two three.")));
	assert_true(str_eq(words[1], STR("Four")));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_vtt_read__keeps_what_it_knows_and_leaves_comments_out),
		cmocka_unit_test(test_vtt_read__refuses_whatever_else_there_is),
		cmocka_unit_test(
		    test_vtt_read__counts_the_lines_of_a_cue_and_their_ends),
		cmocka_unit_test(test_vtt_read__refuses_settings_without_end),
		cmocka_unit_test(
		    test_vtt_write__writes_nothing_that_is_too_long_to_read),
		cmocka_unit_test(
		    test_vtt_words__makes_paragraphs_of_plain_text),
	};

	int failed = 0;

	ctx_init(&ctx, arena_new(0), NULL);
	failed = UNIT_RUN(tests, argc, argv);
	arena_free(ctx.arena);
	return failed;
}
