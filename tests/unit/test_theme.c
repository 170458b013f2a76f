/* SPDX-License-Identifier: MIT */
/* Themes: files, style, addresses. */

#include "unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "markup/theme.h"
#include "markup/theme_css.h"

struct page_view {
	struct str title;
};

static const struct tpl_field page_fields[] = {
	TPL_TEXT(struct page_view, title),
	TPL_END,
};

static const struct theme_page pages[] = {
	{ "front.html", page_fields },
	{ "story.html", page_fields },
};

#define FILE_OF(name, text)                                             \
	{                                                               \
		(name), (const unsigned char *)(text), sizeof(text) - 1 \
	}

static const struct embedded_file files[] = {
	FILE_OF("10-tokens.css", ":root { --a: 1px; }\n"),
	FILE_OF("20-page.css",
	    "@font-face { src: url(fonts/x.woff2) format(\"woff2\"); }\n"),
	FILE_OF("fonts/x.woff2", "wOF2 not really"),
	FILE_OF("front.html",
	    "<head>{{> style}}<link rel=\"icon\" "
	    "href=\"{{> static/icon.svg}}\"></head>{{> head}}"),
	FILE_OF("head.html", "<h1>{{title}}</h1>\n"),
	FILE_OF("icon.svg", "<svg/>"),
	FILE_OF("story.html", "{{> head}}story\n"),
};

struct fixture {
	struct arena *arena;
	struct ctx ctx;
	struct tpl_report report;
	struct theme_source src;
	struct theme *theme;
	char folder[64];
};

static int
setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof *f);

	f->arena = arena_new(0);
	ctx_init(&f->ctx, f->arena, NULL);
	snprintf(f->folder, sizeof f->folder, "/tmp/test_theme.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	f->src = (struct theme_source){
		.dir = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.files = files,
		.files_n = sizeof files / sizeof files[0],
	};
	assert_true(f->src.dir >= 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	theme_unref(f->theme);
	close(f->src.dir);
	arena_free(f->arena);
	snprintf(command, sizeof command, "rm -r -- '%s'", f->folder);
	assert_int_equal(system(command), 0);
	test_free(f);
	return 0;
}

static void
write_file(struct fixture *f, const char *name, struct str bytes)
{
	int fd = openat(f->src.dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	close(fd);
}

static enum err
load(struct fixture *f)
{
	theme_unref(f->theme);
	f->theme = NULL;
	f->report = (struct tpl_report){ .arena = f->arena };
	return theme_load(&f->ctx, &f->src, pages, 2, &f->report, &f->theme);
}

static struct str
render(struct fixture *f, size_t page)
{
	struct page_view view = { .title = STR("A & B") };
	struct html out = { 0 };

	assert_int_equal(
	    theme_render(&f->ctx, f->theme, page, &view, &out), ERR_OK);
	return out.s;
}

static void
expect_words(struct fixture *f, const char *words)
{
	assert_null(f->theme);
	if (strstr(ctx_why(&f->ctx), words) == NULL)
		fail_msg("%s", ctx_why(&f->ctx));
}

static void
test_theme__joins_the_style_and_hashes_it(void **state)
{
	struct fixture *f = *state;
	const struct theme_static *font = NULL;

	assert_int_equal(load(f), ERR_OK);
	font = theme_static_by_path(f->theme, STR("fonts/x.woff2"));
	assert_non_null(font);
	assert_true(str_eq(font->type, STR("font/woff2")));
	assert_true(str_eq(font->bytes, STR("wOF2 not really")));
	/* b2sum -l 256 says so too. */
	assert_true(
	    str_eq(font->address, STR("/theme/a4d0da8d815d761b/x.woff2")));
	assert_ptr_equal(
	    theme_static(f->theme, font->hash, STR("x.woff2")), font);
	assert_null(theme_static(f->theme, font->hash, STR("y.woff2")));
	assert_null(
	    theme_static(f->theme, STR("0000000000000000"), STR("x.woff2")));
	assert_true(str_eq(theme_style(f->theme),
	    STR(":root{--a:1px}@font-face{src:url(/theme/a4d0da8d815d761b/"
		"x.woff2) format(\"woff2\")}")));
	assert_true(str_eq(theme_style_sources(f->theme),
	    STR("'sha256-n3p1b071vrH8Gyg8uXDM4AljEIEXn8CCBF3Xc/rNXZs='")));
}

static void
test_theme__renders_with_partials_style_and_files(void **state)
{
	struct fixture *f = *state;
	struct str page;

	assert_int_equal(load(f), ERR_OK);
	page = render(f, 0);
	assert_true(str_starts(page, STR("<head><style>:root{--a:1px}")));
	assert_true(str_find(page,
			STR("</style><link rel=\"icon\" "
			    "href=\"/theme/"),
			0) != SIZE_MAX);
	assert_true(str_ends(page, STR("</head><h1>A &amp; B</h1>\n")));
	assert_true(str_eq(render(f, 1), STR("<h1>A &amp; B</h1>\nstory\n")));
}

static void
test_theme__takes_the_folders_files_first(void **state)
{
	struct fixture *f = *state;

	write_file(f, "head.html", STR("\xef\xbb\xbf<h2>{{title}}</h2>\n"));
	write_file(f, "90-house.css", STR("p { color: red }"));
	write_file(f, ".hidden.css", STR("}"));
	write_file(f, "notes.txt", STR("\xff"));
	assert_int_equal(load(f), ERR_OK);
	assert_true(str_eq(render(f, 1), STR("<h2>A &amp; B</h2>\nstory\n")));
	assert_true(str_ends(theme_style(f->theme), STR("}p{color:red}")));
}

static void
test_theme__needs_no_folder(void **state)
{
	struct fixture *f = *state;

	close(f->src.dir);
	f->src.dir = -1;
	assert_int_equal(load(f), ERR_OK);
	assert_true(str_eq(render(f, 1), STR("<h1>A &amp; B</h1>\nstory\n")));
}

static void
test_theme__tells_the_problems_of_all_files(void **state)
{
	struct fixture *f = *state;

	write_file(f, "front.html", STR("{{a}}"));
	write_file(f, "story.html", STR("\n{{b}}"));
	write_file(f, "10-tokens.css", STR("a {\n/* "));
	assert_int_equal(load(f), ERR_INVALID);
	assert_int_equal(f->report.n, 4);
	expect_words(f, "10-tokens.css:2: this comment is never closed (and "
			"3 more to mend)");
	assert_int_equal(
	    theme_load(&f->ctx, &f->src, pages, 2, NULL, &f->theme),
	    ERR_INVALID);
}

static void
test_theme__follows_no_symbolic_link(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(symlinkat("/etc/passwd", f->src.dir, "head.html"), 0);
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "head.html: a symbolic link");
	assert_int_equal(unlinkat(f->src.dir, "head.html", 0), 0);
	assert_int_equal(symlinkat("/etc", f->src.dir, "fonts"), 0);
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "fonts/x.woff2: a symbolic link");
}

static void
test_theme__refuses_what_is_no_regular_file(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkfifoat(f->src.dir, "head.html", 0600), 0);
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "head.html: this is not a regular file");
	assert_int_equal(unlinkat(f->src.dir, "head.html", 0), 0);
	assert_int_equal(mkdirat(f->src.dir, "head.html", 0700), 0);
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "not a regular file");
}

static void
test_theme__refuses_bytes_that_are_no_text(void **state)
{
	struct fixture *f = *state;

	write_file(f, "head.html", STR("a\nb\xff"));
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "head.html:2: there are bytes");
	write_file(f, "head.html", STR("a\0b"));
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "head.html:1: there are bytes");
}

static void
test_theme__limits_the_length_of_files(void **state)
{
	struct fixture *f = *state;

	write_file(f, "head.html", STR(""));
	assert_int_equal(
	    truncate(str_cstr(f->arena,
			 str_printf(f->arena, "%s/head.html", f->folder)),
		TPL_FILE_MAX + 1),
	    0);
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "head.html: the file is longer than");
}

static void
test_theme__misses_a_page_it_needs(void **state)
{
	struct fixture *f = *state;

	f->src.files_n--;
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "story.html: the theme has no such page");
}

static void
test_theme__refuses_names_that_an_address_cannot_hold(void **state)
{
	struct fixture *f = *state;

	write_file(f, "a b.svg", STR("<svg/>"));
	assert_int_equal(load(f), ERR_INVALID);
	expect_words(f, "a b.svg: a file's name");
}

static void
test_theme__is_swapped_while_in_use(void **state)
{
	struct fixture *f = *state;
	struct theme_slot *slot = theme_slot_new();
	struct theme *old = NULL;

	assert_null(theme_slot_get(slot));
	assert_int_equal(load(f), ERR_OK);
	theme_slot_set(slot, f->theme);
	old = theme_slot_get(slot);
	assert_ptr_equal(old, f->theme);
	write_file(f, "head.html", STR("new "));
	assert_int_equal(load(f), ERR_OK);
	theme_slot_set(slot, f->theme);
	assert_true(str_eq(render(f, 1), STR("new story\n")));
	/* Who still holds the old one still has it. */
	assert_non_null(theme_static_by_path(old, STR("icon.svg")));
	theme_unref(old);
	theme_slot_free(slot);
}

static bool
no_address(void *arg, struct str path, struct str *out)
{
	(void)arg;
	*out = STR("/theme/h/x");
	return str_eq(path, STR("x.woff2"));
}

static void
expect_css(struct fixture *f, const char *css, const char *want)
{
	struct css_files own = { no_address, NULL };
	struct tpl_report r = { .arena = f->arena };
	struct buf b;

	buf_init(&b, f->arena, 100000);
	css_append(&b, STR("a.css"), str_c(css), &own, &r);
	if (r.n != 0)
		fail_msg("%s: %.*s", css, STR_FMT(r.problems[0].words));
	if (!str_eq(buf_str(&b), str_c(want)))
		fail_msg("%s gives %.*s", css, STR_FMT(buf_str(&b)));
}

static void
test_css__loses_only_what_means_nothing(void **state)
{
	struct fixture *f = *state;

	expect_css(f, "  a  b >  c { d : e  f ; g: h; }\n\n i{}",
	    "a b > c{d :e f;g:h}i{}");
	expect_css(f, "a{b:c/**/d}", "a{b:c d}");
	expect_css(f, "a /* x */ :hover, a:hover{}", "a :hover,a:hover{}");
	expect_css(f, "a::before{content:\" /* ; } \\\" \" ; }",
	    "a::before{content:\" /* ; } \\\" \"}");
	expect_css(f, "a{b:calc(1px  +  2px)}", "a{b:calc(1px + 2px)}");
	expect_css(f, "@media  screen  and (min-width: 40em) { a { b: c } }",
	    "@media screen and (min-width:40em){a{b:c}}");
	expect_css(f, "a\\31  b{}", "a\\31  b{}");
	/* An escaped ; is no end of a declaration. */
	expect_css(f, "a{b:c\\;}", "a{b:c\\;}");
}

static void
test_css__gives_files_their_addresses(void **state)
{
	struct fixture *f = *state;

	expect_css(f, "a{b:url(x.woff2)}", "a{b:url(/theme/h/x)}");
	expect_css(
	    f, "a{b:URL( './x.woff2?q#r' )}", "a{b:url(/theme/h/x?q#r)}");
	expect_css(f, "a{b:url(data:image/svg+xml;utf8, <x a=b>)}",
	    "a{b:url(data:image/svg+xml;utf8, <x a=b>)}");
	expect_css(
	    f, "a{b:url( \"data:a ) b\" )}", "a{b:url( \"data:a ) b\" )}");
	expect_css(f, "a{b:url(#c) url(/d) url(https://e/f)}",
	    "a{b:url(#c) url(/d) url(https://e/f)}");
}

static void
refuse_css(struct fixture *f, const char *css, int line, const char *words)
{
	struct css_files own = { no_address, NULL };
	struct tpl_report r = { .arena = f->arena };
	struct buf b;

	buf_init(&b, f->arena, 100000);
	css_append(&b, STR("a.css"), str_c(css), &own, &r);
	assert_true(r.n > 0);
	assert_int_equal(r.problems[0].line, line);
	if (str_find(r.problems[0].words, str_c(words), 0) == SIZE_MAX)
		fail_msg("%s: %.*s", css, STR_FMT(r.problems[0].words));
}

static void
test_css__refuses_what_is_broken(void **state)
{
	struct fixture *f = *state;

	refuse_css(f, "a{\nb:url(y.woff2)}", 2, "no such file");
	refuse_css(f, "a{", 1, "never closed");
	refuse_css(f, "a}\n", 1, "too many");
	refuse_css(f, "a{b:\"c\n}", 1, "string is never closed");
	refuse_css(f, "a{b:url(", 1, "url( is never closed");
	refuse_css(f, "a{b:url(\"x\"", 1, "url( is never closed");
	refuse_css(f, "\n@import 'x.css';", 2, "@import");
	refuse_css(f, "a{b:\"</Style>\"}", 0, "would end the element");
	refuse_css(f, "a{b:<</style>}", 0, "would end the element");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_theme__joins_the_style_and_hashes_it),
		TEST(test_theme__renders_with_partials_style_and_files),
		TEST(test_theme__takes_the_folders_files_first),
		TEST(test_theme__needs_no_folder),
		TEST(test_theme__tells_the_problems_of_all_files),
		TEST(test_theme__follows_no_symbolic_link),
		TEST(test_theme__refuses_what_is_no_regular_file),
		TEST(test_theme__refuses_bytes_that_are_no_text),
		TEST(test_theme__limits_the_length_of_files),
		TEST(test_theme__misses_a_page_it_needs),
		TEST(test_theme__refuses_names_that_an_address_cannot_hold),
		TEST(test_theme__is_swapped_while_in_use),
		TEST(test_css__loses_only_what_means_nothing),
		TEST(test_css__gives_files_their_addresses),
		TEST(test_css__refuses_what_is_broken),
	};

	return UNIT_RUN(tests, argc, argv);
}
