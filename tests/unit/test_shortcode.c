/* SPDX-License-Identifier: MIT */
/* Shortcodes: what each becomes, and that none of them stays. */

#include <stdlib.h>

#include "unit/unit.h"

#include "base/base.h"
#include "exchange/shortcode.h"

struct fixture {
	struct arena *arena;
	struct ctx ctx;
	struct shortcode_report report;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->arena = arena_new(0);
	ctx_init(&f->ctx, f->arena, NULL);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	free(f);
	return 0;
}

static enum err
address(void *arg, struct ctx *ctx, struct str name, struct str *out)
{
	(void)arg;
	(void)ctx;
	if (str_eq(name, STR("there.md")))
		*out = STR("/news/7/there");
	return ERR_OK;
}

static struct str
expand(struct fixture *f, struct str body)
{
	const struct shortcode_host host = { NULL, address };
	struct str out = { 0 };

	assert_int_equal(
	    shortcode_expand(&f->ctx, body, &host, &out, &f->report), ERR_OK);
	return out;
}

static void
gives(struct fixture *f, const char *body, const char *want)
{
	struct str out = expand(f, str_c(body));

	if (!str_eq(str_trim(out), str_c(want)))
		fail_msg("%s\nbecame\n%.*s\nnot\n%s", body, STR_FMT(out), want);
}

static void
test_shortcode__becomes_what_it_means(void **state)
{
	struct fixture *f = *state;

	gives(f, "[a]({{< ref \"there.md\" >}}) b", "[a](/news/7/there) b");
	gives(f, "{{< img src=\"x\" alt=\"A [quay]\" caption=\"Fog\" >}}",
	    "*\\[A \\[quay\\]\\]* *Fog*");
	gives(f, "{{% img src=\"x\" %}}", "");
	gives(f, "a {{< youtube id=\"q_1\" title=\"A talk\" >}} b",
	    "a \n\n[A talk](https://www.youtube.com/watch?v=q_1)\n\n b");
	gives(f, "{{< tweet user=\"usgsa\" id=\"77\" >}}",
	    "[Post on Twitter](https://twitter.com/usgsa/status/77)");
	gives(f, "{{<quote-block text=\"Well\\\"put\" cite=\"Her\">}}",
	    "> Well\"put\n>\n> — Her");
	gives(f, "{{< note >}}Words{{< /note >}}", "Words");
	gives(f, "{{< ring title=\"Case\" >}}x{{</ ring >}}", "**Case**\n\nx");
	gives(f, "{{< button href=\"https://a.example/b c\" text=\"Go\" >}}",
	    "[Go](https://a.example/b%20c)");
	gives(f, "{{< asset-static file=\"a.xlsx\" label=\"The table\" >}}",
	    "The table");
}

static void
test_shortcode__link_to_nowhere_leaves_its_words(void **state)
{
	struct fixture *f = *state;

	gives(f, "a [b *c* [d]]({{< ref \"gone.md\" >}}) e", "a b *c* [d] e");
	assert_int_equal(f->report.dead, 1);
	gives(f, "[b]({{< tmp \"deadlink\" >}}), and", "b, and");
	gives(f, "[b]({{< ref \"gone\" >}} \"title\") c", "b c");
	gives(f, "]({{< ref \"gone\" >}}", "](#");
	gives(f, "x {{< ref \"gone\" >}} y", "x  y");
}

static void
test_shortcode__button_never_leads_to_a_script(void **state)
{
	struct fixture *f = *state;

	gives(
	    f, "{{< button href=\"javascript:alert(1)\" text=\"Go\" >}}", "Go");
	gives(f, "{{< iframe src=\"data:text/html,x\" title=\"X\" >}}", "X");
}

static void
test_shortcode__stays_in_code(void **state)
{
	struct fixture *f = *state;
	static const char fenced[] = "```\n{{< x >}}\n```\n{{< y >}}z";

	gives(f, "`{{< x >}}` {{< y >}}z", "`{{< x >}}` z");
	gives(f, fenced, "```\n{{< x >}}\n```\nz");
	gives(f, "~~~~\n~~~\n{{< x >}}\n~~~~\n", "~~~~\n~~~\n{{< x >}}\n~~~~");
}

static void
test_shortcode__unknown_or_cut_off_is_told(void **state)
{
	struct fixture *f = *state;

	gives(f, "{{< odd a=1 >}}in{{< /odd >}} {{<odd>}}", "in");
	assert_int_equal(f->report.unknown_n, 1);
	assert_true(str_eq(f->report.unknown[0], STR("odd")));
	gives(f, "a {{< odd b", "a  odd b");
	assert_int_equal(f->report.open, 1);
	gives(f, "{{< img alt=\"{{< note >}}x", "img alt=\"\n\nx");
	gives(f, "{{<>}}{{< >}}{{%/%}}{{< / >}}", "");
	gives(f, "{{ x }} {{", "{{ x }} {{");
}

static void
test_shortcode__takes_time_by_length_only(void **state)
{
	struct fixture *f = *state;
	static const char *const bombs[] = { "{{<", "{{< note >}}",
		"[]({{< ref", "[x]({{< ref \"y\" >}}", "`", "{{< a \"",
		"[[[[](", "\n```\n" };

	for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
		struct buf b;

		buf_init(&b, f->arena, 1 << 20);
		while (b.n < 900000)
			buf_put(&b, str_c(bombs[i]));
		expand(f, buf_str(&b));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shortcode__becomes_what_it_means),
		TEST(test_shortcode__link_to_nowhere_leaves_its_words),
		TEST(test_shortcode__button_never_leads_to_a_script),
		TEST(test_shortcode__stays_in_code),
		TEST(test_shortcode__unknown_or_cut_off_is_told),
		TEST(test_shortcode__takes_time_by_length_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
