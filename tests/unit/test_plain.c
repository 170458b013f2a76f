/* SPDX-License-Identifier: MIT */
/* Plain text and Markdown to a story's body. */

#include "unit/unit.h"

#include "markup/markdown.h"
#include "markup/plain.h"

static void
check_plain(
    enum plain_lines lines, const char *in, const char *want, const char *back)
{
	struct arena *a = arena_new(0);
	struct html out = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	assert_int_equal(plain_html(&ctx, str_c(in), lines, &out), ERR_OK);
	assert_string_equal(str_cstr(a, out.s), want);
	assert_string_equal(str_cstr(a, plain_text(a, out)), back);
	arena_free(a);
}

static void
test_plain_html__parts_paragraphs_at_blank_lines(void **state)
{
	(void)state;
	check_plain(PLAIN_JOIN, "\n\na\nb\r\n \t\r\n\r\nc & <d>\n",
	    "<p>a b</p>\n<p>c &amp; &lt;d&gt;</p>", "a b\n\nc & <d>");
	check_plain(
	    PLAIN_BREAKS, "a\nb\n\nc", "<p>a<br>b</p>\n<p>c</p>", "a\nb\n\nc");
	check_plain(PLAIN_JOIN, "", "", "");
	check_plain(PLAIN_JOIN, "<script>&lt;", /* text, not markup */
	    "<p>&lt;script&gt;&amp;lt;</p>", "<script>&lt;");
}

static void
check_markdown(const char *in, const char *want)
{
	struct arena *a = arena_new(0);
	struct html out = { 0 };
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	assert_int_equal(
	    markdown_html(&ctx, str_c(in), NULL, &out, NULL), ERR_OK);
	assert_string_equal(str_cstr(a, out.s), want);
	arena_free(a);
}

static void
test_markdown__writes_common_mark_and_tables(void **state)
{
	(void)state;
	check_markdown("# A\n\nb *c* **d** ~~e~~ `f`\n\n- g\n- h\n\n> i\n",
	    "<h2>A</h2>\n<p>b <em>c</em> <strong>d</strong> <del>e</del> "
	    "<code>f</code></p>\n<ul><li>g</li><li>h</li></ul>\n"
	    "<blockquote><p>i</p></blockquote>");
	check_markdown("| a | b |\n|---|---|\n| 1 | 2 |\n",
	    "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr>"
	    "<td>1</td><td>2</td></tr></tbody></table>");
	check_markdown("```c\nint a;\n\n  b < c\n```\n",
	    "<pre><code>int a;\n\n  b &lt; c\n</code></pre>");
	check_markdown("https://example.org/a_b",
	    "<p><a href=\"https://example.org/a_b\">"
	    "https://example.org/a_b</a></p>");
}

static void
test_markdown__trusts_no_html_and_no_url(void **state)
{
	(void)state;
	check_markdown("<script>a</script> <b>b</b>", "<p><b>b</b></p>");
	check_markdown("a <a href=\"https://b.example/\" onclick=\"c()\">d</a>",
	    "<p>a <a href=\"https://b.example/\">d</a></p>");
	check_markdown("[a](javascript:b) ![c](data:d) <javascript:e>",
	    "<p>a javascript:e</p>");
}

static void
test_markdown__refuses_too_much(void **state)
{
	struct arena *a = arena_new(0);
	struct html out = { 0 };
	struct ctx ctx;
	char *deep = arena_alloc(a, 100000);

	(void)state;
	ctx_init(&ctx, a, NULL);
	memset(deep, '>', 100000);
	assert_int_equal(
	    markdown_html(&ctx, str_make(deep, 100000), NULL, &out, NULL),
	    ERR_LIMIT);
	assert_int_equal(
	    markdown_html(&ctx, STR("\xff"), NULL, &out, NULL), ERR_INVALID);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_plain_html__parts_paragraphs_at_blank_lines),
		cmocka_unit_test(test_markdown__writes_common_mark_and_tables),
		cmocka_unit_test(test_markdown__trusts_no_html_and_no_url),
		cmocka_unit_test(test_markdown__refuses_too_much),
	};

	return UNIT_RUN(tests, argc, argv);
}
