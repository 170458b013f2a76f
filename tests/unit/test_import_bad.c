/* SPDX-License-Identifier: MIT */
/* Archives that nobody in his right mind would pack: the rest comes in. */

#include <errno.h>
#include <stdatomic.h>
#include <threads.h>

#include "unit/import_fixture.h"

#include "exchange/run.h"

#define FRONT "---\ntitle: a\ndate: 2016-01-01\n---\n"

static const char *
path_of(struct room *room, const char *name)
{
	return str_cstr(
	    room->arena, str_printf(room->arena, "%s/%s", room->path, name));
}

static struct str
times(struct room *room, const char *what, size_t n)
{
	struct buf b;

	buf_init(&b, room->arena, 8 << 20);
	BUF_LIT(&b, FRONT);
	for (size_t i = 0; i < n; i++)
		buf_put(&b, str_c(what));
	return buf_str(&b);
}

static struct str
body_of(struct room *room, const struct import_report *r)
{
	const struct article *a = NULL;

	assert_int_equal(r->count[IMPORT_TAKEN], 1);
	OK(story_article(CTX, ST, r->done[0].story, -1, &a));
	return a->body.s;
}

static bool
holds(struct str s, const char *words)
{
	return str_find(s, str_c(words), 0) != SIZE_MAX;
}

/* ---- what is in the files ---- */

static void
test_title__of_blanks_is_none(void **state)
{
	static const char *const titles[] = {
		"'   '",
		"\"\\t\\n \"",
		"\"\\u200b\\u200b\"",
		"\"\\u00a0\\u3000\\ufeff\"",
		"\"\\u2800\\u3164\\u00ad\"",
		"'&nbsp;&#8203;'",
		"'{{< toc >}}'",
		"'<strong> </strong>'",
	};
	struct room *room = *state;

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		struct str file = str_printf(room->arena,
		    "---\ntitle: %s\ndate: 2016-01-01\n---\nx\n", titles[i]);
		struct import_report r = import_bytes(room, NULL, "a.md", file);

		assert_refused(room, &r, "no title");
	}
}

static void
test_front__becomes_plain_text(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	struct import_report r = import_bytes(room, NULL, "a.md",
	    STR("---\ndate: 2016-01-01\n"
		"title: 'Why {{< b >}}EPA&#8217;s{{% /b %}} a<b & R&D {{x}}'\n"
		"summary: '<strong>Half</strong> a million &ndash; <script>'\n"
		"tags: ['  ', \"\\u200b\", 'R&amp;D']\n"
		"dateline: 'x {{&lt; y &gt;}} z {{'\n"
		"byline: '{{{<{{{%{<a'\n"
		"kicker: '{{{{< x >}}< y'\n---\nx\n"));

	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	OK(story_article(CTX, ST, r.done[0].story, -1, &a));
	assert_true(str_eq(a->headline, STR("Why EPA’s a<b & R&D {{x}}")));
	assert_true(str_eq(a->standfirst, STR("Half a million – <script>")));
	assert_int_equal(a->tags_n, 1);
	assert_true(str_eq(a->tags[0].title, STR("R&D")));
	assert_false(holds(a->kicker, "{{<"));
	assert_false(holds(a->byline, "{{"));
	assert_true(str_eq(a->dateline, STR("x  z {{")));
}

static void
test_front__wrong_types_name_the_key(void **state)
{
	static const char *const keys[] = { "title", "slug", "summary", "deck",
		"source", "source_url", "redirectto", "section", "kicker" };
	static const char *const lists[] = { "tags", "topics", "categories",
		"authors", "aliases", "related" };
	struct room *room = *state;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct import_report r = import_bytes(room, NULL, "a.md",
		    str_printf(room->arena,
			"---\n%s: {a: [b]}\ndate: 2016-01-01\n---\nx\n",
			keys[i]));

		assert_refused(room, &r,
		    str_cstr(room->arena,
			str_printf(room->arena, "“%s” is a map", keys[i])));
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct import_report r = import_bytes(room, NULL, "a.md",
		    str_printf(room->arena,
			"---\ntitle: a\n%s: [b, [c]]\n---\nx\n", lists[i]));

		assert_refused(room, &r,
		    str_cstr(room->arena,
			str_printf(room->arena, "“%s” is a list", lists[i])));
	}
}

static void
test_body__of_hostile_html_is_clean(void **state)
{
	static const char *const never[] = { "<script", "<iframe", "<svg",
		"<style", "<form", "<object", "<base", "<meta", "<link",
		"<math", " on", "javascript:", "vbscript:", "data:text",
		"srcdoc", "expression(" };
	struct room *room = *state;
	struct import_report r = import_bytes(room, NULL, "a.md",
	    STR(FRONT
		"<script>alert(1)</script><iframe srcdoc='<script>1'></iframe>"
		"<svg/onload=alert(1)><style>*{}</style><base href=//evil>\n\n"
		"<p onclick=x style='a:expression(1)'>p<meta http-equiv=x>\n\n"
		"<a href='java\tscript:1'>a</a><a href=&#106;avascript:1>b</a>"
		"<math><mi xlink:href='javascript:1'>m</math><link rel=x>\n\n"
		"[x](JaVaScRiPt:1) [y](data:text/html,z) ![i](vbscript:x)\n\n"
		"<form action=x><input autofocus onfocus=y><object data=z>\n"));
	struct str body = str_lower_ascii(room->arena, body_of(room, &r));

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (holds(body, never[i]))
			fail_msg("“%s” is in: %.*s", never[i], STR_FMT(body));
	assert_true(r.notes_n > 0);
}

/* Half of a pair, NUL and what is above all characters: U+FFFD. */
static void
test_body__characters_that_are_none_are_replaced(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(room, NULL, "a.md",
	    STR(FRONT "a &#xd800; b &#0; c &#1114112; d &#xdfff;&#xd83d; e\n"));
	struct str body = body_of(room, &r);

	assert_true(utf8_ok(body));
	assert_true(holds(body, "a \xef\xbf\xbd b"));
	assert_true(holds(body, "\xef\xbf\xbd e"));
}

/*
 * Each as often as makes a file of some hundred kilobytes: what took the
 * square of that would not end within the patience of this test.
 */
static void
test_body__bombs_are_taken_or_refused(void **state)
{
	static const struct {
		const char *what;
		size_t n;
	} bombs[] = {
		{ "{{< note >}}", 100000 },
		{ "{{< note ", 100000 },
		{ "{{% /note %}}", 100000 },
		{ "{{< img alt=\"", 100000 },
		{ "{{< x `", 100000 },
		{ "[a]({{< ref \"b.md\" >}}", 50000 },
		{ "{{<", 300000 },
		{ ">}}", 300000 },
		{ "{{</*", 100000 },
		{ "> ", 20000 },
		{ "<div>", 50000 },
		{ "[", 200000 },
		{ "![a](", 50000 },
		{ "`a", 100000 },
		{ "*_", 50000 },
		{ "a|", 100000 },
	};
	struct room *room = *state;

	for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
		struct import_report r = import_bytes(room,
		    &(struct import_options){ .dry_run = true }, "a.md",
		    times(room, bombs[i].what, bombs[i].n));

		assert_int_equal(
		    r.count[IMPORT_TAKEN] + r.count[IMPORT_REFUSED], 1);
	}
}

static void
test_body__keeps_no_brace_of_a_bomb(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(
	    room, NULL, "a.md", times(room, "a {{< note\n\nb {{% /x >}}", 900));
	struct str body = body_of(room, &r);

	assert_false(holds(body, "{{&lt;"));
	assert_false(holds(body, "{{%"));
	assert_true(holds(body, "b"));
}

/* Old readers of Markdown went on with HTML after a blank line. */
static void
test_body__indented_html_is_no_code(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(room, NULL, "a.md",
	    STR(FRONT
		"<div>\n  <div>\n\n    <ul>\n      <li>\n        One\n"
		"      </li>\n    </ul>\n\n    <p>\n      Two\n    </p>\n"
		"  </div>\n</div>\n\nUse `<div>` so:\n\n    <p>code\n\n"
		"<div>\n\n```\n\n    <i>fenced\n```\n\n    plain code\n"));
	struct str body = body_of(room, &r);

	assert_true(holds(body, "<li>"));
	assert_true(holds(body, "Two"));
	assert_false(holds(body, "&lt;li&gt;"));
	assert_false(holds(body, "&lt;/p&gt;"));
	assert_true(holds(body, "<code>&lt;p&gt;code"));
	assert_true(holds(body, "    &lt;i&gt;fenced"));
	assert_true(holds(body, "<code>plain code"));
}

static void
test_file__in_utf_16_says_how_to_convert_it(void **state)
{
	struct room *room = *state;
	struct import_report r =
	    import_bytes(room, NULL, "a.md", STR("\xff\xfe-\0-\0-\0"));

	assert_refused(room, &r, "iconv -f UTF-16");
}

/* ---- what they are called ---- */

static void
test_name__of_any_bytes_is_told_on_one_line(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(
	    room, NULL, "\x1b[31mé\n\xff\xc2\x85\xe2\x80\xae\t.md", STR("x"));
	struct str want =
	    STR("\\x1b[31mé\\x0a\\xff\\xc2\\x85\\xe2\\x80\\xae\\x09.md");

	assert_true(str_eq(r.notes[0].name, want));
	assert_true(holds(import_report_text(room->arena, &r), "é\\x0a\\xff"));
}

static void
test_quote__lets_no_control_through(void **state)
{
	struct room *room = *state;
	struct str quoted = str_c(text_quote(room->arena,
	    STR("a\x1b[2J\xc2\x9b\xe2\x80\xae\xe2\x80\xa8é\xe2\x81\xa6")));

	assert_true(str_eq(quoted, STR("a [2J   é ")));
}

static void
test_story__that_is_refused_leaves_no_name_behind(void **state)
{
	struct room *room = *state;
	struct import_options dry = { .media_base_fd = -1, .dry_run = true };
	struct import_report r;

	make_folder(room, "many");
	write_file(room, "many/a.md",
	    "---\ntitle: a\ndate: 2016-11-18\nsection: Sea\n"
	    "tags: [Wall, Wall]\nadvisory: {code: none}\n---\nText.\n");
	write_file(room, "many/b.md",
	    "---\ntitle: b\ndate: 2016-11-18\nsection: Sea\n"
	    "tags: [Wall, Wall]\n---\nText.\n");
	write_file(room, "many/c.md",
	    "---\ntitle: c\ndate: 2016-11-18\nsection: Sea\n"
	    "tags: [Wall]\n---\nText.\n");
	r = import_folder(room, &dry, "many");
	assert_counts(&r, 2, 0, 0, 1);
	r = import_folder(room, NULL, "many");
	assert_counts(&r, 2, 0, 0, 1);
	assert_true(has_note(&r, "there is no advisory"));
}

static size_t
notes_with(const struct import_report *r, const char *words)
{
	size_t n = 0;

	for (size_t i = 0; i < r->notes_n; i++)
		n += str_find(r->notes[i].why, str_c(words), 0) != SIZE_MAX;
	return n;
}

/* What stood before it in the batch is undone with it, and taken again. */
static void
test_story__that_is_refused_lets_the_others_be_told_once(void **state)
{
	struct room *room = *state;
	struct import_report r;

	make_folder(room, "many");
	write_file(room, "many/a.md",
	    "---\ntitle: a\ntags: [Wall]\nrelated: [nowhere.md]\n---\nText.\n");
	write_file(room, "many/b.md", FRONT "Text.\n");
	write_file(room, "many/c.md",
	    "---\ntitle: c\ndate: 2016-11-18\nadvisory: {code: none}\n---\n"
	    "Text.\n");
	write_file(room, "many/d.md", FRONT "Text.\n");
	r = import_folder(room, NULL, "many");
	assert_counts(&r, 3, 0, 0, 1);
	assert_int_equal(notes_with(&r, "it has no date"), 1);
	assert_int_equal(notes_with(&r, "nowhere.md"), 1);
	assert_int_equal(notes_with(&r, "1 new tags were made"), 1);
	r = import_folder(room, NULL, "many");
	assert_counts(&r, 0, 0, 3, 1);
}

/* ---- what changes under the reader ---- */

static void
change_the_rest(void *arg, int64_t done, int64_t total)
{
	struct room *room = arg;

	(void)done;
	(void)total;
	if (unlink(path_of(room, "many/1190.md")) != 0)
		return; /* the first batch only: the last files were not read yet */
	unlink(path_of(room, "many/1191.md"));
	unlink(path_of(room, "many/1192.md"));
	unlink(path_of(room, "many/1193.md"));
	assert_int_equal(
	    symlink("/etc/hostname", path_of(room, "many/1191.md")), 0);
	assert_int_equal(mkfifo(path_of(room, "many/1192.md"), 0600), 0);
	make_folder(room, "many/1193.md");
	assert_int_equal(
	    truncate(path_of(room, "many/1194.md"), IMPORT_FILE_MAX + 1), 0);
	assert_int_equal(truncate(path_of(room, "many/1195.md"), 0), 0);
	write_file(room, "many/1196.md", "\xff");
	write_file(room, "many/1197.md", FRONT "Another text.\n");
	write_file(room, "many/9999.md", FRONT "Too late.\n");
}

static void
test_folder__that_changes_while_it_is_read(void **state)
{
	struct room *room = *state;
	struct import_options o = {
		.media_base_fd = -1,
		.arg = room,
		.progress = change_the_rest,
	};
	struct import_report r;

	make_folder(room, "many");
	for (int i = 0; i < 1200; i++) {
		struct str name = str_printf(room->arena, "many/%04d.md", i);

		write_file(room, str_cstr(room->arena, name), FRONT "Text.\n");
	}
	r = import_folder(room, &o, "many");
	assert_counts(&r, 1193, 0, 0, 7);
	assert_int_equal(r.total, 1200);
	assert_true(has_note(&r, "it went away before it was read"));
	assert_true(has_note(&r, "symbolic link"));
	assert_true(has_note(&r, "not a regular file"));
	assert_true(has_note(&r, "4.2 MB large"));
	assert_true(has_note(&r, "the file is empty"));
	assert_true(has_note(&r, "not UTF-8"));
}

struct wobble {
	int fd;
	atomic_bool end;
};

/* Somebody writes into it all the time; it stays as long as it is. */
static int
wobble_run(void *arg)
{
	struct wobble *w = arg;

	for (time_t n = 0; !atomic_load(&w->end); n++)
		if (futimens(
			w->fd, (struct timespec[]){ { .tv_nsec = UTIME_OMIT },
				   { .tv_sec = n } }) != 0)
			return 1;
	return 0;
}

/* Sooner or later it is caught in the act; until then it is read whole. */
static void
test_files_read__takes_no_file_in_motion(void **state)
{
	struct room *room = *state;
	struct wobble w = { .fd = memfd_create("wobble", MFD_CLOEXEC) };
	struct str out = { 0 };
	enum err err = ERR_OK;
	thrd_t thread;

	assert_int_equal(ftruncate(w.fd, 1 << 20), 0);
	assert_int_equal(thrd_create(&thread, wobble_run, &w), thrd_success);
	while (err == ERR_OK) {
		struct arena *caller = room->ctx.arena;

		room->ctx.arena = arena_new(0);
		err = files_read(CTX, w.fd, IMPORT_FILE_MAX, &out);
		arena_free(room->ctx.arena);
		room->ctx.arena = caller;
	}
	atomic_store(&w.end, true);
	thrd_join(thread, NULL);
	close(w.fd);
	assert_int_equal(err, ERR_CONFLICT);
	assert_true(
	    strstr(ctx_why(CTX), "it changed while it was read") != NULL);
}

static void
test_folder__too_deep_is_named(void **state)
{
	struct room *room = *state;
	char name[80] = "deep";

	make_folder(room, name);
	for (int i = 0; i < IMPORT_DEPTH_MAX + 2; i++) {
		snprintf(name + strlen(name), 3, "/d");
		make_folder(room, name);
	}
	write_file(room, "deep/a.md", FRONT "x\n");

	struct import_report r = import_folder(room, NULL, "deep");

	assert_counts(&r, 1, 0, 0, 1);
	assert_true(has_note(&r, "16 folders deep"));
	assert_true(str_starts(r.notes[0].name, STR("deep/d/")));
}

/* What will never arrive has no id, and nobody is sent to it. */
static void
test_links__lead_to_nothing_that_is_refused(void **state)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{ "many/b-title.md", "---\ndate: 2016-01-01\n---\nx\n" },
		{ "many/b-type.md", "---\ntitle: a\ntags: {a: b}\n---\nx\n" },
		{ "many/b-date.md", "---\ntitle: a\ndate: noon\n---\nx\n" },
		{ "many/b-adv.md", "---\ntitle: a\nadvisory: no\n---\nx\n" },
		{ "many/b-lang.md", "---\ntitle: a\nlang: '?'\n---\nx\n" },
		{ "many/b-utf8.md", FRONT "\xff\n" },
		{ "many/a.md",
		    FRONT "[1]({{< ref \"b-title.md\" >}}) [2](b-type.md) "
			  "[3](b-date.md) [4]({{< ref \"b-adv\" >}}) "
			  "[5](b-lang.md) [6](b-utf8.md) [7](b-deep.md) "
			  "[8](b-good.md)\n" },
		{ "many/b-good.md", FRONT "x\n" },
	};
	struct room *room = *state;
	const struct story *v = NULL;
	const struct article *a = NULL;
	struct import_report r;
	size_t n = 0;

	make_folder(room, "many");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		write_file(room, files[i].name, files[i].text);
	write_file(room, "many/b-deep.md",
	    str_cstr(room->arena, times(room, "<div>", 3000)));
	r = import_folder(room, NULL, "many");
	assert_counts(&r, 2, 0, 0, 7);
	assert_true(has_note(&r, "or are refused, became text"));
	/* No stub, and one link. */
	OK(story_list(CTX, ST,
	    &(struct story_query){ .any_state = true, .n = 10 }, &v, &n));
	assert_int_equal(n, 2);
	for (size_t i = 0; i < r.done_n; i++) {
		if (!str_ends(r.done[i].name, STR("/a.md")))
			continue;
		OK(story_article(CTX, ST, r.done[i].story, -1, &a));
		assert_true(holds(a->body.s, "<p>1 2 3 4 5 6 7 <a href="));
	}
	assert_non_null(a);
}

/* ---- the report ---- */

/* More changes than it has places for: a refusal is never among the lost. */
static void
test_report__names_what_is_refused_whatever_else_there_is(void **state)
{
	struct room *room = *state;
	struct import_report r;
	struct str text;

	make_folder(room, "many");
	for (int i = 0; i < IMPORT_NOTES_MAX + 20; i++) {
		struct str name = str_printf(room->arena, "many/%04d.md", i);
		struct str file = str_printf(room->arena,
		    "---\ntitle: %d\ndate: 2016-01-01\nsection: City\n"
		    "mood: grey\n---\nx\n",
		    i);

		write_file(room, str_cstr(room->arena, name),
		    str_cstr(room->arena, file));
	}
	write_file(room, "many/zz.md", "---\ntitle: {}\n---\n");
	r = import_folder(room, NULL, "many");
	assert_counts(&r, IMPORT_NOTES_MAX + 20, 0, 0, 1);
	text = import_report_text(room->arena, &r);
	assert_true(holds(text, "many/zz.md: refused: line 2: “title”"));
	assert_true(holds(text, "1 new sections were made"));
	assert_true(holds(text, "1020 files: the key “mood”"));
	assert_int_equal(r.notes_n + (size_t)r.more, IMPORT_NOTES_MAX + 22);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_title__of_blanks_is_none),
		ROOM_TEST(test_front__becomes_plain_text),
		ROOM_TEST(test_front__wrong_types_name_the_key),
		ROOM_TEST(test_body__of_hostile_html_is_clean),
		ROOM_TEST(test_body__characters_that_are_none_are_replaced),
		ROOM_TEST(test_body__bombs_are_taken_or_refused),
		ROOM_TEST(test_body__keeps_no_brace_of_a_bomb),
		ROOM_TEST(test_body__indented_html_is_no_code),
		ROOM_TEST(test_file__in_utf_16_says_how_to_convert_it),
		ROOM_TEST(test_name__of_any_bytes_is_told_on_one_line),
		ROOM_TEST(test_quote__lets_no_control_through),
		ROOM_TEST(test_story__that_is_refused_leaves_no_name_behind),
		ROOM_TEST(
		    test_story__that_is_refused_lets_the_others_be_told_once),
		ROOM_TEST(test_folder__that_changes_while_it_is_read),
		ROOM_TEST(test_files_read__takes_no_file_in_motion),
		ROOM_TEST(test_folder__too_deep_is_named),
		ROOM_TEST(test_links__lead_to_nothing_that_is_refused),
		ROOM_TEST(
		    test_report__names_what_is_refused_whatever_else_there_is),
	};

	return UNIT_RUN(tests, argc, argv);
}
