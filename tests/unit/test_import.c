/* SPDX-License-Identifier: MIT */
/* Markdown with front matter, folders of it, and the run around them. */

#include "unit/import_fixture.h"

#define MD(front, body) STR("---\n" front "---\n" body)

static void
refuses(struct room *room, struct str bytes, const char *words)
{
	struct import_report r = import_bytes(room, NULL, "a.md", bytes);

	assert_refused(room, &r, words);
}

/* ---- what is refused ---- */

static void
test_markdown__refuses_what_is_no_front_matter(void **state)
{
	struct room *room = *state;

	refuses(room, STR("# Only Markdown\n"), "front matter");
	refuses(room, STR("---\ntitle: A\n"), "has no end");
	refuses(room, STR("---\n- a\n- b\n---\n"), "must be a map");
	refuses(room, STR("---\njust text\n---\n"), "must be a map");
	refuses(room, STR("---\n---\nText.\n"), "must be a map");
	refuses(room, STR("---\ntitle: [\n---\n"), "not YAML");
	refuses(room, STR("---\ntitle: \"a\n---\n"), "not YAML");
	refuses(room, STR("---\n\ttitle: a\n---\n"), "not YAML");
	refuses(room, STR("---\ntitle: a\ntitle: b\n---\n"), "twice");
	refuses(room, STR("---\ntitle: a\nadvisory: {code: x, code: y}\n---\n"),
	    "“code” stands there twice");
	refuses(room, STR("---\na: &x 1\nb: *x\n---\n"), "aliases");
	refuses(room, STR("---\n[a]: b\n---\n"), "key must be a text");
	refuses(room, STR("---\ntitle: caf\xe9\n---\n"), "not UTF-8");
}

static void
test_markdown__refuses_wrong_types_and_sizes(void **state)
{
	struct room *room = *state;
	struct buf b;

	refuses(room, MD("date: 2020-01-01\n", "x"), "no title");
	refuses(room, MD("title: '   '\n", "x"), "no title");
	refuses(room, MD("title: [a]\n", "x"), "“title” is a list");
	refuses(room, MD("title: a\ntags: {a: b}\n", "x"), "“tags” is a map");
	refuses(room, MD("title: a\ndate: 0000-01-01\n", "x"), "its date");
	refuses(room, MD("title: a\ndate: 99999-01-01\n", "x"), "its date");
	refuses(room, MD("title: a\ndate: [1]\n", "x"), "“date” is a list");
	refuses(
	    room, MD("title: a\nstate: maybe\n", "x"), "published or draft");
	refuses(room, MD("title: a\nedition: xx\n", "x"), "no edition “xx”");
	refuses(
	    room, MD("title: a\nadvisory: gore\n", "x"), "no advisory “gore”");
	refuses(
	    room, MD("title: a\nadvisory: [graphic]\n", "x"), "must be a map");
	refuses(
	    room, MD("title: a\ncorrections: [x]\n", "x"), "a correction is");
	refuses(room, MD("title: a\nx: [[[[[[[[[1]]]]]]]]]\n", "x"), "deep");

	buf_init(&b, room->arena, 1 << 22);
	BUF_LIT(&b, "---\ntitle: ");
	for (int i = 0; i < 10000; i++)
		buf_char(&b, 'x');
	BUF_LIT(&b, "\n---\nText.\n");
	refuses(room, buf_str(&b), "10000 characters");

	buf_init(&b, room->arena, 1 << 22);
	BUF_LIT(&b, "---\ntitle: a\ntags:\n");
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "- t%d\n", i);
	BUF_LIT(&b, "---\nText.\n");
	refuses(room, buf_str(&b), "more than");
}

/* ---- what is taken ---- */

static void
test_markdown__becomes_a_story(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	const struct article *read = NULL;
	struct import_report r = import_bytes(room, NULL, "a.md",
	    MD("title: 'The wall: holds'\n"
	       "date: 2016-11-18 10:00\n"
	       "section: Harbour\n"
	       "kicker: Flood works\n"
	       "summary: In short.\n"
	       "authors: [Ilse Varden, Tomas Oyelund]\n"
	       "tags: [Sea wall, sea wall, Port]\n"
	       "advisory: {code: graphic, note: Shows hurt people}\n"
	       "sources: [Gauges, {name: Port, url: 'https://port.example/'}]\n"
	       "corrections: [{date: 2016-11-18 12:00, text: It was 41.}]\n"
	       "mood: grey\n",
		"One *line*.\n\n> Said.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"));

	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_true(has_note(&r, "“mood”"));
	assert_true(has_note(&r, "1 new sections"));
	assert_true(has_note(&r, "2 new tags"));
	OK(story_article(CTX, ST, r.done[0].story, 0, &a));
	assert_true(a->source.n > 0);
	OK(story_for_readers(CTX, ST, r.done[0].story, &read));
	assert_int_equal(read->source.n, 0);
	assert_true(str_eq(read->body.s, a->body.s));
	assert_true(str_eq(read->slug, a->slug));
	assert_int_equal(read->tags_n, a->tags_n);
	assert_int_equal(read->live_at, a->live_at);
	assert_true(str_eq(a->headline, STR("The wall: holds")));
	assert_true(str_eq(a->section.slug, STR("harbour")));
	assert_true(str_eq(a->standfirst, STR("In short.")));
	assert_true(str_eq(a->byline, STR("Ilse Varden and Tomas Oyelund")));
	assert_int_equal(a->authors_n, 2);
	assert_int_equal(a->tags_n, 2);
	assert_int_equal(a->sources_n, 2);
	assert_int_equal(a->corrections_n, 1);
	assert_int_equal(a->severity, SEVERITY_GATE);
	assert_int_equal(a->live_at, 1479463200);
	assert_true(str_find(a->body.s, STR("<blockquote>"), 0) != SIZE_MAX);
	assert_true(str_find(a->body.s, STR("<table>"), 0) != SIZE_MAX);
}

static void
test_markdown__raw_html_is_cleaned(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	struct import_report r = import_bytes(room, NULL, "a.md",
	    MD("title: a\ndate: 2016-01-01\n",
		"<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n"
		"A <sub>b</sub> <em onclick=\"c()\">d</em>\n"));

	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_true(has_note(&r, "@href"));
	OK(story_article(CTX, ST, r.done[0].story, 0, &a));
	assert_true(str_find(a->body.s, STR("<script"), 0) == SIZE_MAX);
	assert_true(str_find(a->body.s, STR("javascript:"), 0) == SIZE_MAX);
	assert_true(str_find(a->body.s, STR("<em>d</em>"), 0) != SIZE_MAX);
}

static void
test_markdown__a_draft_and_one_without_date_are_not_shown(void **state)
{
	struct room *room = *state;
	const struct story *s = NULL;
	struct import_report r = import_bytes(room, NULL, "a.md",
	    MD("title: a\ndate: 2016-01-01\nstate: draft\n", "x"));

	OK(story_by_id(CTX, ST, r.done[0].story, &s));
	assert_int_equal(s->state, STORY_DRAFT);
	r = import_bytes(room, NULL, "b.md", MD("title: b\n", "x"));
	assert_true(has_note(&r, "no date"));
	OK(story_by_id(CTX, ST, r.done[0].story, &s));
	assert_int_equal(s->state, STORY_DRAFT);
}

/* ---- folders ---- */

static void
small_house(struct room *room)
{
	make_folder(room, "demo");
	make_folder(room, "demo/a");
	write_file(room, "demo/house.yaml",
	    "editions:\n"
	    "- {code: en, title: The Courier, zone: Europe/Lisbon}\n"
	    "- {code: ar, title: بريد الميناء}\n"
	    "sections:\n- {slug: city, title: City}\n"
	    "- {slug: harbour, title: Harbour, standfirst: The port.}\n"
	    "authors:\n- {name: Ilse Varden, standfirst: Writes.}\n"
	    "front:\n- {edition: en, pins: [a/two.md, one]}\n");
	/* Before what it translates, in the order of names. */
	write_file(room, "demo/a/arabic.md",
	    "---\ntitle: سفن\ndate: 2016-11-17\nedition: ar\n"
	    "translation_of: ../one.md\n---\nنص\n");
	write_file(room, "demo/a/two.md",
	    "---\ntitle: Two\ndate: 2016-11-18 10:00\nsection: harbour\n"
	    "related: [../one, arabic.md]\n---\nText.\n");
	write_file(room, "demo/one.md",
	    "---\ntitle: One\ndate: 2016-11-16\nsection: City\n"
	    "lead: ../../../etc/passwd\n---\nText.\n");
	write_file(room, "demo/.hidden.md", "not looked at");
	write_file(room, "demo/picture.svg", "<svg/>");
}

/* More than are read ahead, and none of them can be taken yet. */
static void
test_folder__may_wait_for_its_other_half(void **state)
{
	enum { HALF = 900 };
	struct room *room = *state;
	struct import_report r;

	make_folder(room, "two");
	make_folder(room, "two/a");
	make_folder(room, "two/b");
	for (int i = 0; i < HALF; i++) {
		struct str name = str_printf(room->arena, "two/a/%03d.md", i);
		struct str text = str_printf(room->arena,
		    "---\ntitle: A %d\ndate: 2016-11-18\n"
		    "translation_of: ../b/%03d.md\n---\nText.\n",
		    i, i);

		write_file(room, str_cstr(room->arena, name),
		    str_cstr(room->arena, text));
		name = str_printf(room->arena, "two/b/%03d.md", i);
		write_file(room, str_cstr(room->arena, name),
		    "---\ntitle: B\ndate: 2016-11-18\n---\nText.\n");
	}
	r = import_folder(room, NULL, "two");
	assert_int_equal(r.total, 2 * HALF);
	assert_int_equal(r.count[IMPORT_TAKEN], 2 * HALF);
	assert_int_equal(r.notes_n, 0);
}

static void
test_folder__brings_a_house(void **state)
{
	struct room *room = *state;
	const struct edition *ar = NULL;
	const struct translation *t = NULL;
	const struct related *rel = NULL;
	const struct list *front = NULL;
	const struct teaser *teasers = NULL;
	const struct story *one = NULL;
	struct import_report r;
	struct seen seen = { 0 };
	size_t n = 0;

	small_house(room);
	r = import_folder(room, NULL, "demo");
	assert_counts(&r, 3, 0, 0, 0);
	assert_int_equal(r.total, 3);
	OK(edition_by_code(CTX, ST, STR("ar"), &ar));
	assert_true(ar->rtl);
	OK(list_front(CTX, ST, room->edition, &front));
	OK(list_fill(CTX, ST, front, 5, &seen, &teasers, &n));
	assert_int_equal(n, 2);
	assert_true(str_eq(teasers[0].headline, STR("Two")));
	OK(related_read(CTX, ST, teasers[0].id, &rel, &n));
	assert_int_equal(n, 2);
	OK(story_by_id(CTX, ST, teasers[1].id, &one));
	OK(story_translations(CTX, ST, one->id, one->translation_set, &t, &n));
	assert_int_equal(n, 1);
	assert_int_equal(t[0].edition, ar->id);
}

static void
test_folder__a_second_time_changes_nothing(void **state)
{
	struct room *room = *state;
	struct import_report r;
	int64_t before = 0;
	int64_t after = 0;

	small_house(room);
	r = import_folder(room, NULL, "demo");
	OK(change_newest(CTX, ST, &before));
	r = import_folder(room, NULL, "demo");
	OK(change_newest(CTX, ST, &after));
	assert_int_equal(before, after);
	assert_counts(&r, 0, 0, 3, 0);
	assert_int_equal(r.notes_n, 0);
	write_file(room, "demo/one.md",
	    "---\ntitle: One\ndate: 2016-11-16\n---\nAnother text.\n");
	r = import_folder(room, NULL, "demo");
	assert_counts(&r, 0, 1, 2, 0);
}

static bool
stop_at_once(void *arg)
{
	return ++*(int *)arg > 1;
}

static void
test_folder__stopped_in_the_middle_it_is_finished_later(void **state)
{
	struct room *room = *state;
	int asked = 0;
	struct import_options o = {
		.media_base_fd = -1,
		.arg = &asked,
		.cancelled = stop_at_once,
	};
	const struct story *v = NULL;
	const struct related *rel = NULL;
	struct import_report r;
	size_t n = 0;

	small_house(room);
	r = import_folder(room, &o, "demo");
	assert_true(r.cancelled);
	r = import_folder(room, NULL, "demo");
	assert_int_equal(r.count[IMPORT_TAKEN] + r.count[IMPORT_UNCHANGED], 3);
	OK(story_list(CTX, ST,
	    &(struct story_query){ .any_state = true, .n = 10 }, &v, &n));
	assert_int_equal(n, 3);
	for (size_t i = 0; i < 3; i++) {
		if (!str_eq(v[i].headline, STR("Two")))
			continue;
		OK(related_read(CTX, ST, v[i].id, &rel, &n));
		assert_int_equal(n, 2);
	}
}

static void
test_folder__follows_no_link_out_of_it(void **state)
{
	struct room *room = *state;
	struct import_report r;

	make_folder(room, "demo");
	write_file(room, "secret.md",
	    "---\ntitle: Secret\ndate: 2016-11-16\n---\nText.\n");
	write_file(room, "demo/fine.md",
	    "---\ntitle: Fine\ndate: 2016-11-16\n---\nText.\n");
	assert_int_equal(
	    symlink("../secret.md",
		str_cstr(room->arena,
		    str_printf(room->arena, "%s/demo/link.md", room->path))),
	    0);
	assert_int_equal(symlink("/", str_cstr(room->arena,
					  str_printf(room->arena,
					      "%s/demo/root", room->path))),
	    0);
	assert_int_equal(
	    mkfifo(str_cstr(room->arena,
		       str_printf(room->arena, "%s/demo/pipe.md", room->path)),
		0600),
	    0);
	write_file(room, "demo/bad\nname.md", "---\n");
	r = import_folder(room, NULL, "demo");
	assert_counts(&r, 1, 0, 0, 4);
	assert_true(has_note(&r, "symbolic link"));
	assert_true(has_note(&r, "not a regular file"));
	assert_true(has_note(&r, "one line of UTF-8"));
}

static void
test_folder__a_namesake_does_not_overwrite(void **state)
{
	struct room *room = *state;
	struct import_report r;

	make_folder(room, "x");
	make_folder(room, "x/posts");
	make_folder(room, "y");
	make_folder(room, "y/posts");
	write_file(room, "x/posts/1.md",
	    "---\ntitle: One\ndate: 2016-11-16\n---\nText.\n");
	write_file(room, "y/posts/1.md",
	    "---\ntitle: Another\ndate: 2015-11-16\n---\nText.\n");
	r = import_folder(room, NULL, "x/posts");
	assert_counts(&r, 1, 0, 0, 0);
	r = import_folder(room, NULL, "y/posts");
	assert_counts(&r, 0, 0, 0, 1);
	assert_true(has_note(&r, "rename"));
}

static void
test_folder__many_batches(void **state)
{
	struct room *room = *state;
	struct import_report r;

	make_folder(room, "many");
	for (int i = 0; i < 200; i++)
		write_file(room,
		    str_cstr(room->arena,
			str_printf(room->arena, "many/%03d.md", i)),
		    str_cstr(room->arena,
			str_printf(room->arena,
			    i % 50 == 7 ? "broken %d"
					: "---\ntitle: Story %d\n"
					  "date: 2016-11-16\n---\nText.\n",
			    i)));
	r = import_folder(room, NULL, "many");
	assert_counts(&r, 196, 0, 0, 4);
	r = import_folder(room, NULL, "many");
	assert_counts(&r, 0, 0, 196, 4);
}

/* The demo house: taken whole, nothing to complain of but the pictures. */
static void
test_demo__is_taken_whole(void **state)
{
	struct room *room = *state;
	struct import_options o = { .media_base_fd = -1 };
	struct import_report r = { 0 };
	struct import_file f = {
		.fd = open(MUSTACHE_SPEC_DIR "/../../../demo",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.name = STR("demo"),
		.is_dir = true,
	};

	assert_true(f.fd >= 0);
	atomic_store(&room->clock.fixed_ns, INT64_C(1795392000) * CLOCK_SECOND);
	OK(import_run(CTX, ST, &o, &f, 1, &r));
	assert_int_equal(r.count[IMPORT_REFUSED], 0);
	assert_true(r.count[IMPORT_TAKEN] >= 80);
	for (size_t i = 0; i < r.notes_n; i++) {
		if (str_find(r.notes[i].why, STR("picture"), 0) == SIZE_MAX &&
		    str_find(r.notes[i].why, STR("were made"), 0) == SIZE_MAX)
			fail_msg("%.*s: %.*s", STR_FMT(r.notes[i].name),
			    STR_FMT(r.notes[i].why));
	}
	OK(import_run(CTX, ST, &o, &f, 1, &r));
	assert_int_equal(r.count[IMPORT_UNCHANGED], r.total);
	assert_int_equal(r.notes_n, 0);
	close(f.fd);
}

/* ---- the run ---- */

static void
test_import_run__refuses_options_that_cannot_be(void **state)
{
	struct room *room = *state;
	struct import_report r = { 0 };
	struct import_options o = { .format = STR("word") };
	struct import_file f[2] = { { .fd = -1 }, { .fd = -1 } };

	REFUSED(ERR_INVALID, "no format", import_run(CTX, ST, &o, f, 1, &r));
	o = (struct import_options){ .zone = STR("Mars/North") };
	REFUSED(ERR_INVALID, "time zone", import_run(CTX, ST, &o, f, 1, &r));
	o = (struct import_options){ .edition = STR("xx") };
	REFUSED(ERR_INVALID, "edition", import_run(CTX, ST, &o, f, 1, &r));
	o = (struct import_options){ .id = 7 };
	REFUSED(ERR_INVALID, "single file", import_run(CTX, ST, &o, f, 2, &r));
}

static void
test_import_report__is_json(void **state)
{
	struct room *room = *state;
	struct import_report r =
	    import_bytes(room, NULL, "a \"b\".txt", STR("x"));

	assert_true(str_eq(import_report_json(room->arena, &r),
	    STR("{\"dry_run\": false, \"cancelled\": false, \"total\": 1, "
		"\"taken\": 0, \"updated\": 0, \"unchanged\": 0, "
		"\"changed\": 0, \"skipped\": 0, \"refused\": 1, \"stories\": "
		"[], \"notes\": "
		"[{\"outcome\": \"refused\", \"file\": \"a \\\"b\\\".txt\", "
		"\"story\": null, \"why\": \"there is no date below the "
		"headline\"}], \"more_notes\": 0, \"groups\": [{\"outcome\": "
		"\"refused\", \"files\": 1, \"why\": \"there is no date "
		"below the headline\", \"first\": \"a \\\"b\\\".txt\"}]}")));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_markdown__refuses_what_is_no_front_matter),
		ROOM_TEST(test_markdown__refuses_wrong_types_and_sizes),
		ROOM_TEST(test_markdown__becomes_a_story),
		ROOM_TEST(test_markdown__raw_html_is_cleaned),
		ROOM_TEST(
		    test_markdown__a_draft_and_one_without_date_are_not_shown),
		ROOM_TEST(test_folder__may_wait_for_its_other_half),
		ROOM_TEST(test_folder__brings_a_house),
		ROOM_TEST(test_folder__a_second_time_changes_nothing),
		ROOM_TEST(
		    test_folder__stopped_in_the_middle_it_is_finished_later),
		ROOM_TEST(test_folder__follows_no_link_out_of_it),
		ROOM_TEST(test_folder__a_namesake_does_not_overwrite),
		ROOM_TEST(test_folder__many_batches),
		ROOM_TEST(test_demo__is_taken_whole),
		ROOM_TEST(test_import_run__refuses_options_that_cannot_be),
		ROOM_TEST(test_import_report__is_json),
	};

	return UNIT_RUN(tests, argc, argv);
}
