/* SPDX-License-Identifier: MIT */
/* Floor 0: text, buffers, escaping, arenas, ticks. */

#include "unit/unit.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/thread.h"

static void
test_arena__gives_zeroed_memory_and_runs_deferred_newest_first(void **state)
{
	struct arena *a = arena_new(64);
	char *p = arena_alloc(a, 1000);

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0);
	arena_free(a);
}

static void
test_ticks__reads_the_captures_key(void **state)
{
	struct ticks_time t = { 0 };

	(void)state;
	assert_true(ticks_read(636150734595751124, &t));
	assert_int_equal(t.year, 2016);
	assert_int_equal(t.month, 11);
	assert_int_equal(t.day, 18);
	assert_int_equal(t.hour, 13);
	assert_int_equal(t.minute, 44);
	assert_int_equal(t.second, 19);
	assert_int_equal(t.fraction, 5751124);
	assert_int_equal(
	    ticks_from_ns(INT64_C(1479476659) * CLOCK_SECOND + 575112400),
	    636150734595751124);
	assert_false(ticks_read(-1, &t));
	assert_false(ticks_read(INT64_MAX, &t));
}

static void
test_date__knows_leap_years(void **state)
{
	(void)state;
	assert_true(date_exists(2024, 2, 29));
	assert_false(date_exists(2023, 2, 29));
	assert_false(date_exists(1900, 2, 29));
	assert_false(date_exists(0, 1, 1));
	assert_false(date_exists(10000, 1, 1));
	assert_int_equal(days_from_date(1970, 1, 1), 0);
}

static void
test_utf8__refuses_what_rfc_3629_forbids(void **state)
{
	(void)state;
	assert_true(utf8_ok(STR("Grüße, العربية, 𝄞")));
	assert_int_equal(utf8_bad(STR("a\xc0\x80")), 1);	/* overlong */
	assert_int_equal(utf8_bad(STR("\xed\xa0\x80")), 0);	/* surrogate */
	assert_int_equal(utf8_bad(STR("\xf4\x90\x80\x80")), 0); /* too high */
	assert_int_equal(utf8_bad(STR("ab\xe2\x82")), 2);	/* cut off */
	assert_int_equal(utf8_bad(STR("\xff")), 0);
	assert_int_equal(utf8_whole(STR("ab\xe2\x82")), 2);
	assert_int_equal(utf8_length(STR("Grüße")), 5);
	assert_true(str_eq(utf8_head(STR("Grüße"), 3), STR("Grü")));
	assert_false(utf8_is_line(STR("a\nb")));
	assert_true(utf8_printable(STR("a\nb")));
	assert_false(utf8_printable(STR("a\x1b[31m")));
	assert_true(utf8_is_blank(STR("")));
	assert_true(utf8_is_blank(STR(" \t\n\u00a0\u200b\u3000\ufeff")));
	assert_false(utf8_is_blank(STR("\u200b.\u200b")));
	assert_false(utf8_is_blank(STR("\u3042")));
}

static void
test_str__reads_whole_numbers_only(void **state)
{
	int64_t v = 0;

	(void)state;
	assert_true(str_int(STR("-9223372036854775808"), &v));
	assert_int_equal(v, INT64_MIN);
	assert_true(str_int(STR("9223372036854775807"), &v));
	assert_false(str_int(STR("9223372036854775808"), &v));
	assert_false(str_int(STR("-"), &v));
	assert_false(str_int(STR(""), &v));
	assert_false(str_int(STR("1 "), &v));
}

static void
test_buf__remembers_what_did_not_fit(void **state)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;
	struct buf b;
	struct str out = { 0 };

	(void)state;
	ctx_init(&ctx, a, NULL);
	buf_init(&b, a, 8);
	BUF_LIT(&b, "12345");
	BUF_LIT(&b, "6789");
	BUF_LIT(&b, "x");
	assert_int_equal(buf_done(&ctx, &b, &out), ERR_LIMIT);
	assert_non_null(strstr(ctx_why(&ctx), "8 bytes"));
	/* Room ahead is no more than the ceiling, and loses nothing. */
	buf_init(&b, a, 8);
	BUF_LIT(&b, "123");
	buf_reserve(&b, 100);
	assert_int_equal(b.room, 8);
	BUF_LIT(&b, "45678");
	assert_true(str_eq(buf_str(&b), STR("12345678")));
	BUF_LIT(&b, "9");
	assert_int_equal(buf_done(&ctx, &b, &out), ERR_LIMIT);
	arena_free(a);
}

#define ASSERT_ESCAPED(fn, in, out)                                   \
	do {                                                          \
		struct arena *a_ = arena_new(0);                      \
		struct buf b_;                                        \
		buf_init(&b_, a_, 4096);                              \
		fn(&b_, STR(in));                                     \
		assert_string_equal(str_cstr(a_, buf_str(&b_)), out); \
		arena_free(a_);                                       \
	} while (0)

static void
test_escape__leaves_nothing_dangerous(void **state)
{
	(void)state;
	ASSERT_ESCAPED(escape_html, "<a b=\"c'd\">&",
	    "&lt;a b=&quot;c&#39;d&quot;&gt;&amp;");
	ASSERT_ESCAPED(escape_json, "a\"b\\c\n\x01’", "a\\\"b\\\\c\\n\\u0001’");
	ASSERT_ESCAPED(escape_json_html, "</script>\xe2\x80\xa8&",
	    "\\u003c/script\\u003e\\u2028\\u0026");
	ASSERT_ESCAPED(escape_url, "a b/ü?", "a%20b%2F%C3%BC%3F");
	ASSERT_ESCAPED(escape_xml, "a\x01<", "a\xef\xbf\xbd&lt;");
	ASSERT_ESCAPED(escape_logfmt, "a b\"", "\"a b\\\"\"");
	ASSERT_ESCAPED(escape_logfmt, "", "\"\"");
}

static struct str
escaped(struct arena *a, void (*fn)(struct buf *b, struct str s), struct str in)
{
	struct buf b;

	buf_init(&b, a, 4096);
	fn(&b, in);
	return buf_str(&b);
}

/* Long texts are looked at sixteen bytes at once, short ones byte by byte. */
static void
test_escape__is_the_same_at_every_place_of_a_text(void **state)
{
	static void (*const all[])(struct buf * b, struct str s) = {
		escape_html, escape_xml, escape_json, escape_json_html
	};
	static const char *const wide[] = { "\xc3\xa9", "\xd8\xa7",
		"\xe2\x80\xa7", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xb7\xb2",
		"\xef\xbf\xbd", "\xef\xbf\xbe", "\xef\xbf\xbf",
		"\xf0\x9f\x93\xb0" };
	struct arena *a = arena_new(0);

	(void)state;
	for (size_t c = 1; c < 128 + sizeof wide / sizeof *wide; c++) {
		const char one[2] = { (char)c, 0 };
		struct str s = str_c(c < 128 ? one : wide[c - 128]);

		for (size_t i = 0; i < 4 * 40; i++) {
			struct str before = str_sub(
			    STR("0123456789abcdefghijklmnopqrstuvwxyzABCD"), 0,
			    i / 4);
			/* twice: beside each other, and some bytes apart */
			struct str gap = str_sub(STR("efgh"), 0, i % 4);
			struct str in = STR_CAT(
			    a, before, s, gap, s, STR("EFGHIJKLMNOPQRSTUV"));

			for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
				struct str alone = escaped(a, all[k], s);

				assert_true(str_eq(escaped(a, all[k], in),
				    STR_CAT(a, before, alone, gap, alone,
					STR("EFGHIJKLMNOPQRSTUV"))));
			}
		}
		arena_reset(a);
	}
	arena_free(a);
}

static void
test_ctx__cuts_a_long_reason_between_characters(void **state)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;
	char fill[CTX_WHY_MAX];

	(void)state;
	memset(fill, 'a', sizeof fill);
	fill[sizeof fill - 1] = '\0';
	ctx_init(&ctx, a, NULL);
	assert_int_equal(
	    FAIL(&ctx, ERR_LIMIT, "%.*s\xc3\xbc", CTX_WHY_MAX - 2, fill),
	    ERR_LIMIT);
	assert_true(utf8_ok(str_c(ctx_why(&ctx))));
	arena_free(a);
}

enum { NOBODY = 65534 };

#define MS (CLOCK_SECOND / 1000)

static int
policy(void)
{
	return sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
}

static void *
note_policy(void *arg)
{
	*(int *)arg = policy();
	return NULL;
}

/* In turns of work and sleep; the line of what is not as it should be, or 0. */
static int
lead_in_turns(void)
{
	struct thread_lead l = { 0 };
	int64_t now = 77 * CLOCK_SECOND;
	int first = SCHED_OTHER;
	int others = -1;
	pthread_t thread;

	/* Nothing works behind it that it could go before. */
	thread_lead_begin(&l, now);
	thread_lead_slept(&l, now += CLOCK_SECOND);
	thread_lead_worked(&l, now += 1 * MS);
	if (policy() != SCHED_OTHER)
		return __LINE__;
	threads_behind_begin();
	thread_lead_slept(&l, now += CLOCK_SECOND);
	/* Whoever has not the right queues all the time. */
	if (l.ahead)
		first = SCHED_RR;
	if (pthread_create(&thread, NULL, note_policy, &others) != 0)
		return __LINE__;
	pthread_join(thread, NULL);
	if (policy() != first || others != SCHED_OTHER)
		return __LINE__;
	/* A quarter of all the time, for ever. */
	for (int i = 0; i < 100; i++) {
		thread_lead_worked(&l, now += 9 * MS);
		if (policy() != first)
			return __LINE__;
		thread_lead_slept(&l, now += 27 * MS);
	}
	/* Not for longer at a stretch, or in pieces. */
	thread_lead_worked(&l, now += 5 * MS);
	thread_lead_slept(&l, now += 3 * MS);
	thread_lead_worked(&l, now += 5 * MS);
	if (policy() != first)
		return __LINE__;
	thread_lead_worked(&l, now += 2 * MS);
	if (policy() != SCHED_OTHER)
		return __LINE__;
	/* However long it works so, it owes what it worked ahead: 1 ms. */
	thread_lead_worked(&l, now += 3600 * CLOCK_SECOND);
	thread_lead_slept(&l, now += 32 * MS);
	if (policy() != SCHED_OTHER)
		return __LINE__;
	thread_lead_slept(&l, now += 2 * MS);
	if (policy() != first)
		return __LINE__;
	/* A long round ahead is a quarter, too: it sleeps three times that. */
	thread_lead_worked(&l, now += 100 * MS);
	if (policy() != SCHED_OTHER)
		return __LINE__;
	thread_lead_slept(&l, now += 31 * MS);
	if (policy() != SCHED_OTHER)
		return __LINE__;
	thread_lead_worked(&l, now += 100 * MS);
	thread_lead_slept(&l, now += 268 * MS);
	if (policy() != SCHED_OTHER)
		return __LINE__;
	thread_lead_slept(&l, now += 2 * MS);
	if (policy() != first)
		return __LINE__;
	/* The machine stood still for an hour: that is no hour's debt. */
	thread_lead_worked(&l, now += 3600 * CLOCK_SECOND);
	thread_lead_slept(&l, now += 3 * CLOCK_SECOND + 29 * MS);
	if (policy() != SCHED_OTHER)
		return __LINE__;
	thread_lead_slept(&l, now += 2 * MS);
	if (policy() != first)
		return __LINE__;
	threads_behind_end();
	thread_lead_worked(&l, now + 1 * MS);
	return policy() == SCHED_OTHER ? 0 : __LINE__;
}

static void
test_thread_lead__goes_first_while_it_wants_little(void **state)
{
	(void)state;
	assert_int_equal(lead_in_turns(), 0);
}

/* What a server does that root starts: the status of a child that did it. */
static int
lead_without_rights(void)
{
	struct thread_lead l = { 0 };
	struct rlimit r = { 0 };

	threads_keep_places();
	if (geteuid() == 0 && setuid(NOBODY) != 0)
		return 1;
	/* root itself may be without the right to raise a limit. */
	(void)getrlimit(RLIMIT_RTPRIO, &r);
	threads_behind_begin();
	thread_lead_begin(&l, 0);
	thread_lead_slept(&l, CLOCK_SECOND);
	threads_behind_end();
	if (l.ahead != (r.rlim_cur >= 1))
		return 2;
	thread_lead_worked(&l, CLOCK_SECOND);
	return lead_in_turns() == 0 ? 0 : 3;
}

static void
test_thread_lead__outlives_the_rights(void **state)
{
	pid_t child = fork();
	int how = -1;

	(void)state;
	if (child == 0)
		_exit(lead_without_rights());
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_int_equal(how, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_arena__gives_zeroed_memory_and_runs_deferred_newest_first),
		cmocka_unit_test(test_ticks__reads_the_captures_key),
		cmocka_unit_test(test_date__knows_leap_years),
		cmocka_unit_test(test_utf8__refuses_what_rfc_3629_forbids),
		cmocka_unit_test(test_str__reads_whole_numbers_only),
		cmocka_unit_test(test_buf__remembers_what_did_not_fit),
		cmocka_unit_test(
		    test_thread_lead__goes_first_while_it_wants_little),
		cmocka_unit_test(test_thread_lead__outlives_the_rights),
		cmocka_unit_test(test_escape__leaves_nothing_dangerous),
		cmocka_unit_test(
		    test_escape__is_the_same_at_every_place_of_a_text),
		cmocka_unit_test(
		    test_ctx__cuts_a_long_reason_between_characters),
	};

	return UNIT_RUN(tests, argc, argv);
}
