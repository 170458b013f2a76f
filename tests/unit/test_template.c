/* SPDX-License-Identifier: MIT */
/* Templates: what is written, and what is refused. */

#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "markup/template.h"

struct person_view {
	struct str name;
	struct str url;
};

struct comment_view {
	struct str text;
	const struct comment_view *replies;
	size_t replies_n;
};

struct page_view {
	struct str title;
	struct str kicker;
	struct str link;
	struct str image;
	struct html body;
	int64_t width;
	bool current;
	const struct person_view *editor;
	const struct person_view *byline;
	size_t byline_n;
	const struct str *tags;
	size_t tags_n;
	const struct comment_view *comments;
	size_t comments_n;
};

static const struct tpl_field person_fields[] = {
	TPL_TEXT(struct person_view, name),
	TPL_URL(struct person_view, url),
	TPL_END,
};

static const struct tpl_field comment_fields[3] = {
	TPL_TEXT(struct comment_view, text),
	TPL_LIST(struct comment_view, replies, comment_fields),
	TPL_END,
};

static const struct tpl_field page_fields[] = {
	TPL_TEXT(struct page_view, title),
	TPL_TEXT(struct page_view, kicker),
	TPL_URL(struct page_view, link),
	TPL_URL(struct page_view, image),
	TPL_HTML(struct page_view, body),
	TPL_INT(struct page_view, width),
	TPL_BOOL(struct page_view, current),
	TPL_VIEW(struct page_view, editor, person_fields),
	TPL_LIST(struct page_view, byline, person_fields),
	TPL_TEXTS(struct page_view, tags),
	TPL_LIST(struct page_view, comments, comment_fields),
	TPL_END,
};

struct fixture {
	struct arena *arena;
	struct ctx ctx;
	struct page_view view;
	struct tpl_report report;
	const struct tpl *tpl;
};

static const struct person_view people[] = {
	{ STR_INIT("Ilse & Co"), STR_INIT("/author/ilse") },
	{ STR_INIT("Tomas"), STR_INIT("javascript:alert(1)") },
};
static const struct str tags[] = { STR_INIT("Sea <wall>"), STR_INIT("Lock") };

static int
setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof *f);

	f->arena = arena_new(0);
	ctx_init(&f->ctx, f->arena, NULL);
	f->report.arena = f->arena;
	f->view = (struct page_view){
		.title = STR("A \"new\" <day> & 'night'"),
		.link = STR("/news/1?a=b&c=d"),
		.image = STR("https://example.org/a, b.jpg"),
		.body = { STR("<p>Hello</p>") },
		.width = 480,
		.byline = people,
		.byline_n = 2,
		.tags = tags,
		.tags_n = 2,
	};
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	test_free(f);
	return 0;
}

struct partial {
	const char *name;
	const char *text;
};

/* A URL attribute on the way must not spoil a recursion. */
#define LI "<li cite=\"#\">"

static const struct partial partials[] = {
	{ "byline", "{{#byline}}[{{name}}]{{/byline}}" },
	{ "comment", LI "{{text}}{{#replies}}{{> comment}}{{/replies}}</li>" },
	{ "attrs", " lang=\"en\"" },
	{ "unclosed", "<p class=\"x" },
	{ "again", "{{> again}}" },
	{ "maybe", "{{#current}}{{> maybe}}{{/current}}" },
	{ "wrong", "\n{{nothing}}" },
	{ "dir/one.part", "one" },
};

static bool
find_partial(
    void *arg, struct str name, struct tpl_report *r, struct tpl_source *out)
{
	(void)arg;
	/* x1 includes x2 twice, that x3 twice … */
	if (name.p[0] == 'x') {
		int n = atoi(str_cstr(r->arena, name) + 1) + 1;

		*out = (struct tpl_source){
			.file = name,
			.text =
			    str_printf(r->arena, "{{> x%d}}{{> x%d}}", n, n),
		};
		if (n == TPL_DEPTH_MAX)
			out->text = STR("end");
		return true;
	}
	for (size_t i = 0; i < sizeof partials / sizeof partials[0]; i++) {
		if (!str_eq(str_c(partials[i].name), name))
			continue;
		*out = (struct tpl_source){
			.file = str_c(partials[i].name),
			.text = str_c(partials[i].text),
		};
		return true;
	}
	return false;
}

static enum err
compile_str(struct fixture *f, struct str text)
{
	struct tpl_source src = { .file = STR("t.html"), .text = text };
	struct tpl_loader loader = { find_partial, NULL };

	f->report = (struct tpl_report){ .arena = f->arena };
	return tpl_compile(
	    &f->ctx, f->arena, &src, &loader, page_fields, &f->report, &f->tpl);
}

static void
expect(struct fixture *f, const char *template, const char *want)
{
	struct html got = { 0 };

	if (compile_str(f, str_c(template)) != ERR_OK)
		fail_msg("%s: %s", template, ctx_why(&f->ctx));
	assert_int_equal(tpl_render(&f->ctx, f->tpl, &f->view, &got), ERR_OK);
	if (!str_eq(got.s, str_c(want)))
		fail_msg("%s gives %.*s", template, STR_FMT(got.s));
}

/* The first problem has these words in it; line 0: any. */
static void
refuse(struct fixture *f, const char *template, int line, const char *words)
{
	enum err err = compile_str(f, str_c(template));

	if (err == ERR_OK)
		fail_msg("%s is taken", template);
	assert_int_equal(err, ERR_INVALID);
	assert_true(f->report.n > 0);
	if (strstr(ctx_why(&f->ctx), words) == NULL)
		fail_msg("%s: %s", template, ctx_why(&f->ctx));
	if (line != 0)
		assert_int_equal(f->report.problems[0].line, line);
}

static void
test_template__escapes_text_everywhere(void **state)
{
	struct fixture *f = *state;

	expect(f, "<p title='{{title}}'>{{title}}</p>",
	    "<p title='A &quot;new&quot; &lt;day&gt; &amp; &#39;night&#39;'>"
	    "A &quot;new&quot; &lt;day&gt; &amp; &#39;night&#39;</p>");
	expect(f, "<title>{{title}}</title>",
	    "<title>A &quot;new&quot; &lt;day&gt; &amp; "
	    "&#39;night&#39;</title>");
	expect(f, "{{{body}}}{{&body}}", "<p>Hello</p><p>Hello</p>");
	expect(f, "<i data-w=\"{{width}}\">{{width}}</i>",
	    "<i data-w=\"480\">480</i>");
	f->view.width = INT64_MIN;
	expect(f, "{{width}}", "-9223372036854775808");
}

static void
test_template__writes_urls_of_known_schemes_only(void **state)
{
	struct fixture *f = *state;

	expect(f, "<a href=\"{{link}}\">", "<a href=\"/news/1?a=b&amp;c=d\">");
	expect(f, "<a href=\"{{link}}#top\">",
	    "<a href=\"/news/1?a=b&amp;c=d#top\">");
	expect(f,
	    "<img src='{{image}}' srcset=\"{{image}} {{width}}w, "
	    "{{link}} 2x\">",
	    "<img src='https://example.org/a, b.jpg' "
	    "srcset=\"https://example.org/a%2C%20b.jpg 480w, "
	    "/news/1?a=b&amp;c=d 2x\">");
	f->view.link = STR("JavaScript:alert(1)");
	expect(f, "<a href=\"{{link}}\"><img src=\"{{link}}\">{{link}}",
	    "<a href=\"#\"><img src=\"\">JavaScript:alert(1)");
}

static void
test_url__is_safe_only_with_a_known_scheme(void **state)
{
	static const char *const good[] = { "", "/", "a", "?q=a:b", "#a:b",
		"a/b:c", "//example.org/", "http://a", "HTTPS://a",
		"mailto:a@b", "tel:+1", "./x:y" };
	static const char *const bad[] = { "javascript:alert(1)",
		"JAVASCRIPT:alert(1)", " javascript:alert(1)",
		"java\tscript:alert(1)", "java\nscript:alert(1)",
		"\x01javascript:alert(1)", "data:text/html,x", "vbscript:x",
		":alert(1)", "blob:x", "file:///etc", "javascript&colon;a:b",
		"x y:z" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!tpl_url_is_safe(str_c(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (tpl_url_is_safe(str_c(bad[i])))
			fail_msg("%s", bad[i]);
}

static void
test_template__knows_what_is_true(void **state)
{
	struct fixture *f = *state;

	expect(f, "{{#kicker}}<b>{{.}}</b>{{/kicker}}{{^kicker}}-{{/kicker}}",
	    "-");
	f->view.kicker = STR("Now");
	expect(f, "{{#kicker}}<b>{{.}}</b>{{/kicker}}{{^kicker}}-{{/kicker}}",
	    "<b>Now</b>");
	expect(f, "{{#width}}{{.}}{{/width}}", "480");
	expect(f, "{{#body}}{{{.}}}{{/body}}", "<p>Hello</p>");
	expect(f, "{{#current}}a{{/current}}{{^current}}b{{/current}}", "b");
	expect(f,
	    "{{#editor}}{{name}}{{/editor}}{{^editor}}none{{/editor}}"
	    "{{editor.name}}",
	    "none");
	f->view.editor = &people[1];
	expect(f,
	    "{{#editor}}{{name}}{{/editor}}{{^editor}}none{{/editor}}"
	    "{{editor.name}}",
	    "TomasTomas");
	expect(f, "{{#editor.name}}{{.}}{{/editor.name}}", "Tomas");
}

static void
test_template__walks_lists_and_looks_outwards(void **state)
{
	struct fixture *f = *state;

	expect(f,
	    "{{#byline}}<a href=\"{{url}}\">{{name}}</a>{{width}} "
	    "{{/byline}}",
	    "<a href=\"/author/ilse\">Ilse &amp; Co</a>480 "
	    "<a href=\"#\">Tomas</a>480 ");
	expect(f, "{{#tags}}({{.}}){{/tags}}", "(Sea &lt;wall&gt;)(Lock)");
	expect(f, "{{#tags}}{{#byline}}{{name}}{{/byline}}.{{.}} {{/tags}}",
	    "Ilse &amp; CoTomas.Sea &lt;wall&gt; Ilse &amp; CoTomas.Lock ");
	f->view.tags_n = 0;
	expect(f, "{{#tags}}x{{/tags}}{{^tags}}no tags{{/tags}}", "no tags");
}

static void
test_template__allows_whole_attributes_in_sections(void **state)
{
	struct fixture *f = *state;

	expect(f, "<a{{#current}} aria-current=\"page\"{{/current}}>", "<a>");
	f->view.current = true;
	expect(f, "<a{{#current}} aria-current=\"page\"{{/current}}>",
	    "<a aria-current=\"page\">");
	expect(f, "<a {{#current}}hidden{{/current}}>", "<a hidden>");
	expect(f, "<a class=\"x{{#current}} on{{/current}}\">",
	    "<a class=\"x on\">");
	expect(f,
	    "<a href=\"{{#editor}}{{url}}{{/editor}}"
	    "{{^editor}}{{link}}{{/editor}}\">",
	    "<a href=\"/news/1?a=b&amp;c=d\">");
	expect(f, "<a{{> attrs}}>", "<a lang=\"en\">");
	expect(f, "<!-- {{#current}}x{{/current}} -->", "<!-- x -->");
}

static void
test_template__includes_partials(void **state)
{
	static const struct comment_view deep[] = {
		{ STR_INIT("c"), NULL, 0 },
	};
	static const struct comment_view middle[] = {
		{ STR_INIT("b"), deep, 1 },
		{ STR_INIT("d"), NULL, 0 },
	};
	static const struct comment_view top[] = {
		{ STR_INIT("a"), middle, 2 },
		{ STR_INIT("e"), NULL, 0 },
	};
	struct fixture *f = *state;

	expect(
	    f, "{{> byline}}{{> dir/one.part}}", "[Ilse &amp; Co][Tomas]one");
	f->view.comments = top;
	f->view.comments_n = 2;
	expect(f, "{{#comments}}{{> comment}}{{/comments}}{{width}}",
	    LI "a" LI "b" LI "c</li></li>" LI "d</li></li>" LI "e</li>480");
	/* As often as one likes, and after a recursion all is as before. */
	expect(f, "{{#comments}}{{> comment}}{{text}}{{/comments}}",
	    LI "a" LI "b" LI "c</li></li>" LI "d</li></li>a" LI "e</li>e");
}

static void
test_template__ends_when_data_nest_too_deep(void **state)
{
	struct fixture *f = *state;
	struct comment_view *c =
	    ARENA_ARRAY(f->arena, TPL_RECURSION_MAX + 2, struct comment_view);
	struct html got = { 0 };

	for (size_t i = 0; i < TPL_RECURSION_MAX + 1; i++) {
		c[i].replies = &c[i + 1];
		c[i].replies_n = 1;
	}
	f->view.comments = c;
	f->view.comments_n = 1;
	assert_int_equal(
	    compile_str(f, STR("{{#comments}}{{> comment}}{{/comments}}")),
	    ERR_OK);
	assert_int_equal(
	    tpl_render(&f->ctx, f->tpl, &f->view, &got), ERR_LIMIT);
	f->view.comments = &c[1];
	assert_int_equal(tpl_render(&f->ctx, f->tpl, &f->view, &got), ERR_OK);
}

static void
test_template__keeps_crlf(void **state)
{
	struct fixture *f = *state;

	expect(f, "a\r\n{{#byline}}\r\n{{name}}\r\n{{/byline}}\r\nb",
	    "a\r\nIlse &amp; Co\r\nTomas\r\nb");
	refuse(f, "a\r\n\r\n{{nothing}}", 3, "no such name");
}

static void
test_template__refuses_unknown_names(void **state)
{
	struct fixture *f = *state;

	refuse(f, "a\nb {{titel}}", 2, "near it are: title");
	assert_string_equal(ctx_why(&f->ctx),
	    "t.html:2: titel: there is no such name here; near it are: "
	    "title");
	refuse(f, "{{#byline}}{{nam}}{{/byline}}", 1, "near it are: name");
	refuse(
	    f, "{{#editor}}{{qqqqqqq}}{{/editor}}", 1, "there are: name, url");
	refuse(f, "{{editor.nane}}", 1, "near it are: name");
	refuse(f, "{{byline.name}}", 1, "no such name");
	refuse(f, "{{title.name}}", 1, "no such name");
	refuse(f, "{{.}}", 1, "{{.}} means");
	refuse(f, "{{#byline}}{{.}}{{/byline}}", 1, "{{.}} means");
	refuse(f, "{{#tags}}{{#editor}}{{.}}{{/editor}}{{/tags}}", 1,
	    "{{.}} means");
	refuse(f, "{{#nothing}}{{something}}{{/nothing}}", 1, "nothing");
	assert_int_equal(f->report.n, 1);
	refuse(f, "{{}}", 1, "one name");
	refuse(f, "{{a b}}", 1, "one name");
	refuse(f, "{{a..b}}", 1, "one name");
	refuse(f, "{{<parent}}", 1, "one name");
}

static void
test_template__refuses_the_wrong_braces(void **state)
{
	struct fixture *f = *state;

	refuse(f, "{{body}}", 1, "body: it is markup");
	refuse(f, "{{{title}}}", 1, "title: it is no markup");
	refuse(f, "{{&link}}", 1, "it is no markup");
	refuse(f, "{{{width}}}", 1, "it is no markup");
	refuse(f, "{{byline}}", 1, "it is a list");
	refuse(f, "{{editor}}", 1, "it has members");
	refuse(f, "{{current}}", 1, "it is yes or no");
	refuse(f, "{{#tags}}{{{.}}}{{/tags}}", 1, "it is no markup");
}

static void
test_template__refuses_values_where_escaping_cannot_help(void **state)
{
	struct fixture *f = *state;

	refuse(f, "<a title={{title}}>", 1, "needs quotes");
	refuse(f, "<a title=x{{title}}>", 1, "needs quotes");
	refuse(f, "<a title={{#current}}x{{/current}}>", 1, "needs quotes");
	refuse(f, "<script>\nvar x = '{{title}}'</script>", 2,
	    "inside this element");
	refuse(f, "<SCRIPT type=\"application/json\">{{title}}</script>", 1,
	    "inside this element");
	refuse(f, "<script>a</scrip></scriptx>{{title}}</script>", 1,
	    "inside this element");
	refuse(f, "<style>{{title}}</style>", 1, "inside this element");
	refuse(f, "<style>{{{body}}}</style>", 1, "only between tags");
	refuse(f, "<iframe>{{title}}</iframe>", 1, "inside this element");
	refuse(f, "<{{title}}>", 1, "tag's name");
	refuse(f, "<a{{title}}>", 1, "tag's name");
	refuse(f, "</{{title}}>", 1, "tag's name");
	refuse(f, "<a {{title}}>", 1, "outside of an");
	refuse(f, "<a x{{title}}=\"y\">", 1, "outside of an");
	refuse(f, "<a x=\"y\"{{title}}>", 1, "outside of an");
	refuse(f, "<a x {{title}}>", 1, "outside of an");
	refuse(f, "<a onclick=\"{{title}}\">", 1, "event handler");
	refuse(f, "<a ONLOAD='f({{width}})'>", 1, "event handler");
	refuse(f, "<a hx-on:click=\"{{title}}\">", 1, "event handler");
	refuse(f, "<a data-hx-on:click=\"{{title}}\">", 1, "event handler");
	refuse(f, "<a data-hx-on:contentvisibilityautostate=\"{{title}}\">", 1,
	    "event handler");
	refuse(f, "<a oncontentvisibilityautostatechange=\"{{title}}\">", 1,
	    "event handler");
	refuse(f, "<a style=\"{{title}}\">", 1, "another language");
	refuse(f, "<iframe srcdoc=\"{{title}}\">", 1, "another language");
	refuse(f, "<a hx-vals='{{title}}'>", 1, "another language");
	refuse(f, "<a title=\"{{{body}}}\">", 1, "only between tags");
	refuse(f, "<title>{{{body}}}</title>", 1, "only between tags");
	refuse(f, "<!-- {{title}} -->", 1, "in a comment");
	refuse(f, "<!doctype {{title}}>", 1, "in a comment");
	refuse(f, "<meta http-equiv=\"refresh\" content=\"0;{{title}}\">", 1,
	    "http-equiv");
	refuse(f, "<meta content=\"0;{{title}}\" http-equiv=\"refresh\">", 1,
	    "http-equiv");
}

static void
test_template__takes_only_urls_in_url_attributes(void **state)
{
	static const char *const attrs[] = { "href", "src", "srcset", "poster",
		"action", "formaction", "data", "cite", "HREF", "xlink:href",
		"hx-get", "data-hx-post", "ping", "background" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof attrs / sizeof attrs[0]; i++) {
		char text[128];

		snprintf(text, sizeof text, "<a %s=\"{{title}}\">", attrs[i]);
		refuse(f, text, 1, "only a TPL_URL field");
		snprintf(text, sizeof text, "<a %s='{{link}}'>", attrs[i]);
		assert_int_equal(compile_str(f, str_c(text)), ERR_OK);
	}
	refuse(f, "<a href=\"{{width}}\">", 1, "only a TPL_URL field");
	refuse(f, "<img srcset=\"{{width}}\">", 1, "only a TPL_URL field");
	refuse(f, "<img srcset=\"{{link}} {{title}}\">", 1,
	    "only a TPL_URL field");
	refuse(f, "<a href=\"javascript:{{link}}\">", 1, "must begin");
	refuse(f, "<a href=\"{{#current}}java{{/current}}{{link}}\">", 1,
	    "must begin");
	assert_int_equal(
	    compile_str(f, STR("<a href=\"/lite{{link}}\">")), ERR_OK);
	refuse(f, "<a href=\"/{{link}}\">", 1, "must begin");
	refuse(f, "<a href=\"//lite{{link}}\">", 1, "must begin");
	refuse(f, "<a href=\"/\\lite{{link}}\">", 1, "must begin");
	refuse(f, "<a href=\"/&#47;lite{{link}}\">", 1, "must begin");
	refuse(f, "<a href=\"{{#current}}/{{/current}}{{link}}\">", 1,
	    "must begin");
	refuse(f, "<a href=\"{{link}}:x\">", 1, "after a URL");
	refuse(f, "<a href=\"{{link}}&colon;x\">", 1, "after a URL");
}

static void
test_template__refuses_sections_that_end_elsewhere(void **state)
{
	struct fixture *f = *state;

	refuse(f, "{{#current}}<p class=\"{{/current}}x\">", 1, "same place");
	refuse(f, "<p {{#current}}>{{/current}}", 1, "same place");
	refuse(f, "<p class=\"{{#current}}\" id=\"{{/current}}x\">", 1,
	    "same place");
	refuse(f, "{{#current}}<script>{{/current}}", 1, "same place");
	refuse(f, "{{#current}}<!--{{/current}}-->", 1, "same place");
	refuse(f, "<s{{#current}}cript>{{/current}}", 1, "white space");
	refuse(f, "<s{{#current}} x{{/current}}cript>", 1, "white space");
	refuse(f, "<{{#current}}a{{/current}}>", 1, "tag's name");
	refuse(f, "<a {{#byline}}o{{/byline}}>", 1, "white space");
	refuse(f, "{{> unclosed}}", 1, "same place");
	refuse(f, "<p class=\"x", 1, "the page ends inside an attribute");
	refuse(f, "<script>", 1, "the page ends inside an element");
	refuse(f, "<!--", 1, "the page ends inside a comment");
	refuse(f, "<p", 1, "the page ends inside a tag");
}

static void
test_template__refuses_html_that_browsers_guess_at(void **state)
{
	struct fixture *f = *state;

	refuse(f, "<a b=\"c\"d=\"e\">", 1, "white space");
	refuse(f, "<a b=>", 1, "no value");
	refuse(f, "<a =b>", 1, "stray");
	refuse(f, "<a b\"c>", 1, "stray");
	refuse(f, "<a <b>", 1, "stray");
	refuse(f, "<svg><![CDATA[x]]></svg>", 1, "not HTML");
	refuse(f, "<script><!-- x</script>", 1, "inside a script");
	refuse(f, "<svg><title><script>{{title}}</title>", 1, "&lt;");
	refuse(f, "<textarea></textare>{{title}}</textarea>", 1, "&lt;");
	expect(f, "<!--> {{width}} <!---> {{width}} <!-- a--!>{{width}}",
	    "<!--> 480 <!---> 480 <!-- a--!>480");
	expect(f, "1 < 2 <> <3 </> {{width}}", "1 < 2 <> <3 </> 480");
	expect(f, "<br/><a b=c/d e>{{width}}", "<br/><a b=c/d e>480");
}

static void
test_template__refuses_broken_tags(void **state)
{
	struct fixture *f = *state;

	refuse(f, "\n{{#current}}\n", 2, "never closed");
	refuse(f, "{{/current}}", 1, "no section is open");
	refuse(f, "{{#current}}\n{{/byline}}", 2, "from line 1");
	refuse(f, "{{title", 1, "never closed");
	refuse(f, "{{{body}}", 1, "never closed");
	refuse(f, "{{=a}}", 1, "never closed");
	refuse(f, "{{=a=}}", 1, "change of delimiters");
	refuse(f, "{{> missing}}", 1, "no partial of this name");
	refuse(f, "{{> ../secret}}", 1, "one name");
	refuse(f, "\n{{> wrong}}", 2, "no such name");
	assert_true(str_eq(f->report.problems[0].file, STR("wrong")));
}

static void
test_template__refuses_what_never_ends(void **state)
{
	struct fixture *f = *state;

	refuse(f, "{{> again}}", 1, "never end");
	refuse(f, "{{> maybe}}", 1, "never end");
}

static void
test_template__tells_all_problems_up_to_a_hundred(void **state)
{
	struct fixture *f = *state;
	struct buf b;

	refuse(f, "{{a}}\n{{title}}<script>{{title}}</script>\n{{b}}", 1,
	    "a: there is no such name");
	assert_int_equal(f->report.n, 3);
	/* Each is told once, however often it is included. */
	refuse(f, "{{> wrong}}{{> wrong}}", 2, "no such name");
	assert_int_equal(f->report.n, 1);
	buf_init(&b, f->arena, 100000);
	for (int i = 0; i < 250; i++)
		buf_printf(&b, "{{a%d}}", i);
	assert_int_equal(compile_str(f, buf_str(&b)), ERR_INVALID);
	assert_int_equal(f->report.n, TPL_PROBLEMS_MAX);
	assert_int_equal(f->report.more, 150);
}

static void
repeat(struct buf *b, const char *s, int n)
{
	for (int i = 0; i < n; i++)
		buf_put(b, str_c(s));
}

static void
test_template__limits_depth_and_length(void **state)
{
	struct fixture *f = *state;
	struct buf b;
	struct html got = { 0 };

	buf_init(&b, f->arena, SIZE_MAX / 4);
	repeat(&b, "{{#current}}", TPL_DEPTH_MAX);
	repeat(&b, "{{/current}}", TPL_DEPTH_MAX);
	assert_int_equal(compile_str(f, buf_str(&b)), ERR_OK);

	buf_init(&b, f->arena, SIZE_MAX / 4);
	repeat(&b, "{{#kicker}}", TPL_DEPTH_MAX);
	repeat(&b, "{{.}}", 1);
	repeat(&b, "{{/kicker}}", TPL_DEPTH_MAX);
	f->view.kicker = STR("k");
	assert_int_equal(compile_str(f, buf_str(&b)), ERR_OK);
	assert_int_equal(tpl_render(&f->ctx, f->tpl, &f->view, &got), ERR_OK);
	assert_true(str_eq(got.s, STR("k")));

	buf_init(&b, f->arena, SIZE_MAX / 4);
	repeat(&b, "{{#current}}", 100000);
	assert_int_equal(compile_str(f, buf_str(&b)), ERR_INVALID);
	assert_non_null(strstr(ctx_why(&f->ctx), "too deep"));

	buf_init(&b, f->arena, SIZE_MAX / 4);
	repeat(&b, "<p>{{title}}</p>\n", 65536);
	assert_true(b.n > 1024 * 1024);
	assert_int_equal(compile_str(f, buf_str(&b)), ERR_OK);
	assert_int_equal(tpl_render(&f->ctx, f->tpl, &f->view, &got), ERR_OK);
	assert_true(got.s.n > b.n);

	repeat(&b, "<p>{{title}}</p>\n", 65536);
	assert_int_equal(compile_str(f, buf_str(&b)), ERR_INVALID);
	assert_non_null(strstr(ctx_why(&f->ctx), "longer than"));
}

static void
test_template__renders_a_huge_list_up_to_the_ceiling(void **state)
{
	struct fixture *f = *state;
	struct html got = { 0 };
	size_t n = 1000000;
	struct str *many = ARENA_ARRAY(f->arena, n, struct str);

	for (size_t i = 0; i < n; i++)
		many[i] = STR("a<");
	f->view.tags = many;
	f->view.tags_n = n;
	assert_int_equal(
	    compile_str(f, STR("{{#tags}}{{.}},{{/tags}}")), ERR_OK);
	assert_int_equal(tpl_render(&f->ctx, f->tpl, &f->view, &got), ERR_OK);
	assert_int_equal(got.s.n, n * 6);
	assert_int_equal(
	    compile_str(f, STR("{{#tags}}{{#tags}}{{.}},{{/tags}}{{/tags}}")),
	    ERR_OK);
	assert_int_equal(
	    tpl_render(&f->ctx, f->tpl, &f->view, &got), ERR_LIMIT);
}

static void
test_template__stops_partials_that_multiply(void **state)
{
	struct fixture *f = *state;

	refuse(f, "{{> x5}}", 1, "includes too much");
	assert_int_equal(f->report.n, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_template__escapes_text_everywhere),
		TEST(test_template__writes_urls_of_known_schemes_only),
		TEST(test_url__is_safe_only_with_a_known_scheme),
		TEST(test_template__knows_what_is_true),
		TEST(test_template__walks_lists_and_looks_outwards),
		TEST(test_template__allows_whole_attributes_in_sections),
		TEST(test_template__includes_partials),
		TEST(test_template__ends_when_data_nest_too_deep),
		TEST(test_template__keeps_crlf),
		TEST(test_template__refuses_unknown_names),
		TEST(test_template__refuses_the_wrong_braces),
		TEST(test_template__refuses_values_where_escaping_cannot_help),
		TEST(test_template__takes_only_urls_in_url_attributes),
		TEST(test_template__refuses_sections_that_end_elsewhere),
		TEST(test_template__refuses_html_that_browsers_guess_at),
		TEST(test_template__refuses_broken_tags),
		TEST(test_template__refuses_what_never_ends),
		TEST(test_template__tells_all_problems_up_to_a_hundred),
		TEST(test_template__limits_depth_and_length),
		TEST(test_template__renders_a_huge_list_up_to_the_ceiling),
		TEST(test_template__stops_partials_that_multiply),
	};

	return UNIT_RUN(tests, argc, argv);
}
