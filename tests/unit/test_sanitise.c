/* SPDX-License-Identifier: MIT */
/* Strangers' HTML: what stays, what goes, and what is refused. */

#include "unit/unit.h"

#include "markup/sanitise.h"

struct room {
	struct arena *arena;
	struct ctx ctx;
};

static int
setup(void **state)
{
	static struct room r;

	r.arena = arena_new(0);
	ctx_init(&r.ctx, r.arena, NULL);
	*state = &r;
	return 0;
}

static int
teardown(void **state)
{
	struct room *r = *state;

	arena_free(r->arena);
	return 0;
}

struct pair {
	const char *in;
	const char *out;
};

/* In gives out, and out is left as it is. */
static void
check(struct room *r, const struct sanitise_rules *rules, const char *in,
    const char *want)
{
	struct sanitise_report report;
	struct html once = { 0 };
	struct html twice = { 0 };

	if (sanitise(&r->ctx, str_c(in), rules, &once, &report) != ERR_OK)
		fail_msg("%s: %s", in, ctx_why(&r->ctx));
	assert_string_equal(str_cstr(r->arena, once.s), want);
	assert_int_equal(
	    sanitise(&r->ctx, once.s, rules, &twice, &report), ERR_OK);
	assert_string_equal(str_cstr(r->arena, twice.s), want);
	assert_int_equal(report.elements + report.attributes, 0);
}

static void
check_all(struct room *r, const struct pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check(r, NULL, pairs[i].in, pairs[i].out);
}

#define CHECK_ALL(state, pairs) \
	check_all(*(state), (pairs), sizeof(pairs) / sizeof(pairs)[0])

static void
test_sanitise__leaves_nothing_that_runs(void **state)
{
	static const struct pair pairs[] = {
		{ "<script>alert(1)</script>a", "<p>a</p>" },
		{ "<SCRIPT SRC=//x/y.js></SCRIPT>", "" },
		{ "<img src=x onerror=alert(1)>", "" },
		{ "<img src=/x.jpg onerror=alert(1)>",
		    "<p><img src=\"/x.jpg\" alt=\"\" loading=\"lazy\"></p>" },
		{ "<p style='x:expression(1)' onclick=a() class=b>c",
		    "<p>c</p>" },
		{ "<svg onload=alert(1)><circle/></svg>a", "<p>a</p>" },
		{ "<svg><script>alert(1)</script></svg>", "" },
		{ "<math><mi xlink:href='javascript:x'>a</math>b", "<p>b</p>" },
		{ "<iframe src=javascript:x>a</iframe>b", "<p>b</p>" },
		{ "<object data=x><p>a</object><embed src=x>", "" },
		{ "<form action=javascript:x><input><button>go</button>a",
		    "<p>a</p>" },
		{ "<body onload=x><p>a</body>", "<p>a</p>" },
		{ "<meta http-equiv=refresh content=0><base href=//x>a",
		    "<p>a</p>" },
		{ "<<script>script>alert(1)//<</script>/script>",
		    "<p>&lt;/script&gt;</p>" },
		{ "<scr<script>ipt>alert(1)</script>",
		    "<p>ipt&gt;alert(1)</p>" },
		{ "<a href=/x><style></a><img src=1></style>b",
		    "<p><a href=\"/x\">b</a></p>" },
	};

	CHECK_ALL(state, pairs);
}

/* Markup that one parser reads as text and the next as tags. */
static void
test_sanitise__is_not_fooled_by_a_second_reading(void **state)
{
	static const struct pair pairs[] = {
		{ "<noscript><p title=\"</noscript><img src=x onerror=a>\">",
		    "" },
		{ "<svg></p><style><a title=\"</style><img src=x onerror=a>\">",
		    "" },
		{ "<math><mtext><table><mglyph><style><!--</style>"
		  "<img title=\"--&gt;&lt;img src=1 onerror=a&gt;\">",
		    "" },
		{ "<template><script>a</script></template>b", "<p>b</p>" },
		{ "<textarea></p><img src=x onerror=a></textarea>b",
		    "<p>b</p>" },
		{ "<title><img src=/x></title>b", "<p>b</p>" },
		{ "<xmp><script>a</script></xmp>b", "<p>b</p>" },
		{ "<!--><p>a-->", "<p>a--&gt;</p>" },
		{ "<!---><p>a", "<p>a</p>" },
		{ "<!-- --!><p>a", "<p>a</p>" },
		{ "<![CDATA[<p>a]]>b", "<p>a]]&gt;b</p>" },
		{ "<?xml a><p>b", "<p>b</p>" },
		{ "a<p title=\"<b>\">&lt;b&gt;&amp;lt;</p>",
		    "<p>a</p>\n<p>&lt;b&gt;&amp;lt;</p>" },
		{ "<a href=\"/x\" title='\"><script>a</script>'>b</a>",
		    "<p><a href=\"/x\" title=\"&quot;&gt;&lt;script&gt;a"
		    "&lt;/script&gt;\">b</a></p>" },
		{ "<p>a<img src=\"/x", "<p>a</p>" },
		{ "<p>a<b title=\"x", "<p>a</p>" },
	};

	CHECK_ALL(state, pairs);
}

static void
test_sanitise__judges_urls_as_browsers_do(void **state)
{
	static const char *const bad[] = { "javascript:a", "JaVaScRiPt:a",
		" javascript:a", "java\tscript:a", "java&#10;script:a",
		"&#1;javascript:a", "javascript&colon;a", "&#106;avascript:a",
		"data:text/html,x", "vbscript:a", "http:x", "https:", "http://",
		"//", "page.html", "?x", "\\\\h", "/\\h", "feed:http://x",
		"http\xe2\x80\x8b://x", "#", "/a&#x202e;gpj" };
	static const struct pair good[] = {
		{ "HTTP://Example.org/a?b=c&amp;d",
		    "http://Example.org/a?b=c&amp;d" },
		{ "  /news/1 ", "/news/1" },
		{ "//h/x", "https://h/x" },
		{ "mailto:a@b.org", "mailto:a@b.org" },
		{ "tel:+4930123", "tel:+4930123" },
		{ "/a b\"c", "/a%20b%22c" },
		{ "/\xc3\xbc", "/\xc3\xbc" },
		{ "#part", "#s-part" },
	};
	struct room *r = *state;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		check(r, NULL,
		    str_printf(r->arena, "<a href='%s'>x</a>", bad[i]).p,
		    "<p>x</p>");
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		check(r, NULL,
		    str_printf(r->arena, "<a href='%s'>x</a>", good[i].in).p,
		    str_printf(
			r->arena, "<p><a href=\"%s\">x</a></p>", good[i].out)
			.p);
}

static void
test_sanitise__puts_blocks_at_the_top_and_text_in_paragraphs(void **state)
{
	static const struct pair pairs[] = {
		{ "a", "<p>a</p>" },
		{ "a<p>b<div>c<br><br>d</div> e",
		    "<p>a</p>\n<p>b</p>\n<p>c</p>\n<p>d</p>\n<p>e</p>" },
		{ "<p>&nbsp;</p><p></p><p><br></p><p><b> </b></p>", "" },
		{ "<b>x<p>y</p>z</b>",
		    "<p><b>x</b></p>\n<p><b>y</b></p>\n<p><b>z</b></p>" },
		{ "<a href=/x><h1>t</h1><div>u</div></a>",
		    "<h2><a href=\"/x\">t</a></h2>\n"
		    "<p><a href=\"/x\">u</a></p>" },
		{ "<h5>t</h5><h6>u<p>v</h6>", "<h4>t</h4>\n<h4>u v</h4>" },
		{ "  a \n  b <b> c </b>d", "<p>a b <b>c</b> d</p>" },
		{ "<blockquote cite=http://x/>q</blockquote><hr>",
		    "<blockquote cite=\"http://x/\"><p>q</p></blockquote>\n"
		    "<hr>" },
		{ "<pre>\n\na\n b</pre>", "<pre>a\n b</pre>" },
		{ "a\xc2\xa0"
		  "b",
		    "<p>a\xc2\xa0"
		    "b</p>" },
	};

	CHECK_ALL(state, pairs);
}

static void
test_sanitise__mends_lists_and_tables(void **state)
{
	static const struct pair pairs[] = {
		{ "<ul>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>" },
		{ "<li>a<li>b</li>c",
		    "<ul><li>a</li><li>b</li></ul>\n<p>c</p>" },
		{ "<ol start=3><li>a<ul><li>b</ol>",
		    "<ol start=\"3\"><li>a<ul><li>b</li></ul></li></ol>" },
		{ "<ul></ul><ul><li></ul>", "" },
		{ "<dl><dt>a<dd>b<p>c</dl>",
		    "<dl><dt>a</dt><dd>b<p>c</p></dd></dl>" },
		{ "<table><tr><td>1<th scope=ROW colspan=2 rowspan=0>2"
		  "<td></table>",
		    "<table><tbody><tr><td>1</td>"
		    "<th scope=\"row\" colspan=\"2\">2</th><td></td></tr>"
		    "</tbody></table>" },
		{ "<table><caption>c<thead><tr><th>h</table>",
		    "<table><caption>c</caption><thead><tr><th>h</th></tr>"
		    "</thead></table>" },
		{ "<table>x<tr><td>y</table>",
		    "<p>x</p>\n<table><tbody><tr><td>y</td></tr></tbody>"
		    "</table>" },
		{ "<tr><td>x", "<p>x</p>" },
		{ "<figure><div><img src=/a alt='b &amp; c' width=9 "
		  "height=x></div><figcaption>d</figure>",
		    "<figure><img src=\"/a\" alt=\"b &amp; c\" width=\"9\" "
		    "loading=\"lazy\"><figcaption>d</figcaption></figure>" },
		{ "<details><summary>s</summary>t</details>",
		    "<details><summary>s</summary><p>t</p></details>" },
		{ "<ruby>a<rt>b</ruby><rt>c",
		    "<p><ruby>a<rt>b</rt></ruby>c</p>" },
	};

	CHECK_ALL(state, pairs);
}

static void
test_sanitise__keeps_language_direction_and_anchors(void **state)
{
	static const struct pair pairs[] = {
		{ "<p lang=fa dir=RTL id=a>x", /* */
		    "<p id=\"s-a\" lang=\"fa\" dir=\"rtl\">x</p>" },
		{ "<p id=s-a>x<p id=a>y", "<p id=\"s-a\">x</p>\n<p>y</p>" },
		{ "<p id='a b' lang=x dir=up>x", "<p>x</p>" },
		{ "<span>x</span><span lang=de>y</span>",
		    "<p>x<span lang=\"de\">y</span></p>" },
		{ "<bdo>x</bdo><bdo dir=rtl>y</bdo><bdi>z</bdi>",
		    "<p>x<bdo dir=\"rtl\">y</bdo><bdi>z</bdi></p>" },
		{ "<time datetime=2026-11-22T09:12Z>x</time>",
		    "<p><time datetime=\"2026-11-22T09:12Z\">x</time></p>" },
		{ "<b><b><b><b>x</b></b></b></b>", "<p><b>x</b></p>" },
		{ "<strike>a</strike><tt>b</tt><acronym title=t>c</acronym>",
		    "<p><s>a</s><code>b</code><abbr title=\"t\">c</abbr>"
		    "</p>" },
	};

	CHECK_ALL(state, pairs);
}

static void
test_sanitise__follows_the_rules_given(void **state)
{
	check(*state, &sanitise_plain, "<p>a<img src=/x>b", "<p>ab</p>");
	check(*state, &sanitise_line, "<p>a <b>b</b><ul><li>c<p>d<br>e",
	    "a <b>b</b> c d<br>e");
}

static void
test_sanitise__drops_nul_and_controls(void **state)
{
	struct room *r = *state;
	struct html out = { 0 };

	assert_int_equal(
	    sanitise(&r->ctx, STR("<p>a\0b&#7;c\x1b&#x85;d<scr\0ipt>x"), NULL,
		&out, NULL),
	    ERR_OK);
	for (size_t i = 0; i < out.s.n; i++)
		assert_true((unsigned char)out.s.p[i] >= ' ');
	assert_true(str_starts(out.s, STR("<p>a")));
}

static void
test_sanitise__names_the_byte_that_is_not_utf8(void **state)
{
	struct room *r = *state;
	struct html out = { .s = STR("untouched") };

	assert_int_equal(
	    sanitise(&r->ctx, STR("<p>caf\xe9</p>"), NULL, &out, NULL),
	    ERR_INVALID);
	assert_non_null(strstr(ctx_why(&r->ctx), "byte 6"));
	assert_true(str_eq(out.s, STR("untouched")));
}

static void
test_sanitise__reports_what_went(void **state)
{
	struct room *r = *state;
	struct sanitise_report report;
	struct html out = { 0 };

	assert_int_equal(
	    sanitise(&r->ctx,
		STR("<div class=a><script>x</script><a href=javascript:x>b</a>"
		    "</div><div>c</div>"),
		NULL, &out, &report),
	    ERR_OK);
	assert_int_equal(report.elements, 4);
	assert_int_equal(report.attributes, 1);
	assert_int_equal(report.n, 4);
	assert_true(str_eq(report.gone[0].name, STR("div")));
	assert_int_equal(report.gone[0].count, 2);
	assert_true(str_eq(report.gone[1].name, STR("script")));
	assert_true(str_eq(report.gone[2].name, STR("@href")));
}

/* pre n times, then s m times. */
static struct str
repeat(struct arena *a, const char *pre, size_t n, const char *s, size_t m)
{
	struct buf b;

	buf_init(&b, a, 3 * (size_t)SANITISE_MAX);
	for (size_t i = 0; i < n; i++)
		buf_put(&b, str_c(pre));
	for (size_t i = 0; i < m; i++)
		buf_put(&b, str_c(s));
	return buf_str(&b);
}

static void
test_sanitise__refuses_what_would_take_for_ever(void **state)
{
	struct room *r = *state;
	struct arena *a = r->arena;
	struct buf unique;
	struct buf attrs;
	const struct str bad[] = {
		repeat(a, "<div>", 20000, "", 0),
		repeat(a, "<span>", 20000, "", 0),
		repeat(a, "<b><i>", 10000, "", 0),
		repeat(a, "<table><tr><td>", 7000, "", 0),
		repeat(a, "<ul><li>", 10000, "", 0),
		repeat(a, "<svg><g>", 10000, "", 0),
		repeat(a, "<a><div>", 20000, "", 0),
		repeat(a, "<select><optgroup><option><div>", 10000, "", 0),
		repeat(a, "<div>", 500, "</x>", 400000),
		repeat(a, "<div><object></div></object>", 10000, "", 0),
		repeat(a, "<div><!--</div>-->", 10000, "", 0),
		repeat(a, "<div title='</div>'>", 10000, "", 0),
		repeat(a, "<style></div></style><div>", 10000, "", 0),
		repeat(a, "x", SANITISE_MAX + 1, "", 0),
	};
	struct html out = { 0 };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (sanitise(&r->ctx, bad[i], NULL, &out, NULL) != ERR_LIMIT)
			fail_msg("accepted: %.40s", bad[i].p);

	/* Formatting left open by each of many paragraphs. */
	buf_init(&unique, a, SANITISE_MAX);
	for (int i = 0; i < 5000; i++)
		buf_printf(&unique, "<p><b id=a%d></p>", i);
	assert_int_equal(
	    sanitise(&r->ctx, buf_str(&unique), NULL, &out, NULL), ERR_LIMIT);

	/* One tag of ten thousand attributes. */
	buf_init(&attrs, a, SANITISE_MAX);
	BUF_LIT(&attrs, "<p ");
	for (int i = 0; i < 10000; i++)
		buf_printf(&attrs, "a%d ", i);
	BUF_LIT(&attrs, ">");
	assert_int_equal(
	    sanitise(&r->ctx, buf_str(&attrs), NULL, &out, NULL), ERR_LIMIT);
}

static void
test_sanitise__takes_large_and_sloppy_but_honest_stories(void **state)
{
	struct room *r = *state;
	struct arena *a = r->arena;
	const struct str good[] = {
		repeat(a, "<p>x", 20000, "", 0),
		repeat(a, "<li>x", 20000, "", 0),
		repeat(a, "<p><b>x</p>", 20000, "", 0),
		repeat(a, "<p><font size=2>x</p>", 5000, "", 0),
		repeat(a, "<table>", 1, "<tr><td>x<td><b>y", 10000),
		repeat(a, "<p>a <b>b <i>c</b> d</i>.</p>", 10000, "", 0),
		repeat(a, "<svg>", 1, "<path d='M0'/>", 1000),
		repeat(a, "<div>", 500, "x", 1),
		repeat(a, "x ", SANITISE_MAX / 2 - 10, "", 0),
	};
	struct html out = { 0 };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (sanitise(&r->ctx, good[i], NULL, &out, NULL) != ERR_OK)
			fail_msg("%.40s: %s", good[i].p, ctx_why(&r->ctx));
}

static void
test_html_text__reads_like_text(void **state)
{
	struct room *r = *state;
	struct html h = { STR("<p>a <b>b</b> &amp; c</p>\n<ul><li>d</li>"
			      "<li>e&lt;<br>f</li></ul>") };

	assert_true(
	    str_eq(html_text(r->arena, h, 0), STR("a b & c\nd\ne<\nf")));
	assert_true(str_eq(html_text(r->arena, h, 6), STR("a b &")));
	assert_true(
	    str_eq(html_text(r->arena,
		       (struct html){ STR("<p>\xc3\xbc\xc3\xbc</p>") }, 3),
		STR("\xc3\xbc")));
	assert_int_equal(html_words(h), 6);
	assert_int_equal(html_paragraphs(h), 1);
	assert_int_equal(
	    html_words((struct html){ STR("<p>Don't panic \xe2\x80\x93 "
					  "\xd8\xa7\xd9\x84 x</p>") }),
	    4);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		T(test_sanitise__leaves_nothing_that_runs),
		T(test_sanitise__is_not_fooled_by_a_second_reading),
		T(test_sanitise__judges_urls_as_browsers_do),
		T(test_sanitise__puts_blocks_at_the_top_and_text_in_paragraphs),
		T(test_sanitise__mends_lists_and_tables),
		T(test_sanitise__keeps_language_direction_and_anchors),
		T(test_sanitise__follows_the_rules_given),
		T(test_sanitise__drops_nul_and_controls),
		T(test_sanitise__names_the_byte_that_is_not_utf8),
		T(test_sanitise__reports_what_went),
		T(test_sanitise__refuses_what_would_take_for_ever),
		T(test_sanitise__takes_large_and_sloppy_but_honest_stories),
		T(test_html_text__reads_like_text),
	};

	return UNIT_RUN(tests, argc, argv);
}
