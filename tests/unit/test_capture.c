/* SPDX-License-Identifier: MIT */
/* Captured pages: refused with a sentence, or taken whole; never by half. */

#include "unit/import_fixture.h"

#include "exchange/capture.h"
#include "markup/sanitise.h"

#define TEXT                                                      \
	"GRAPHIC CONTENT: VIDEO Shows Barge Strike the Mole\n\n"  \
	"Fri Nov 18, 2016 14:53:43\n\n"                           \
	"The first paragraph, harbour police said on Friday.\n\n" \
	"The second: it wraps\nonto a line & holds a < sign.\n\n" \
	"S/SH 11\n\n"
#define LIST                                                                  \
	"[{\"id\":\"1886610\",\"sort\":\"3666470\",\"contenttypeid\":\"21\"," \
	"\"pic\":\"/2016/11/18/courier_636150734595751124_25f_4x3.mp4\","     \
	"\"title\":\"Fresh VIDEO: Smoke over the Quay\"} ,"                   \
	"{\"id\":\"1886502\",\"sort\":\"3666471\",\"contenttypeid\":\"21\","  \
	"\"pic\":\"/2016/11/18/courier_636150544461130889_25f_4x3.jpg\","     \
	"\"title\":\"The Pilots’ \\\"long\\\" Night \\\\ Day\"} ]"

static struct str
dump(struct arena *a, const char *text, const char *list)
{
	return str_printf(
	    a, "%sstring(%zu) \"%s\"\n", text, strlen(list), list);
}

static struct str
page(struct room *room)
{
	return dump(room->arena, TEXT, LIST);
}

/* The old system's wire format, as the site answers it. */
static struct str
wire(struct room *room, int64_t story)
{
	const struct related *v = NULL;
	struct buf b;
	size_t n = 0;

	OK(related_read(CTX, ST, story, &v, &n));
	buf_init(&b, room->arena, 1 << 20);
	buf_char(&b, '[');
	for (size_t i = 0; i < n; i++) {
		const struct str values[] = { v[i].wire.content_type,
			v[i].wire.pic, v[i].wire.title };
		static const char *const names[] = { "contenttypeid", "pic",
			"title" };

		buf_printf(&b,
		    "%s{\"id\":\"%" PRId64 "\",\"sort\":\"%" PRId64 "\"",
		    i != 0 ? " ," : "", v[i].wire.id, v[i].wire.sort);
		for (size_t k = 0; k < 3; k++) {
			buf_printf(&b, ",\"%s\":\"", names[k]);
			escape_json(&b, values[k]);
			buf_char(&b, '"');
		}
		buf_char(&b, '}');
	}
	BUF_LIT(&b, " ]");
	return buf_str(&b);
}

/* ---- what is refused ---- */

static void
refuses(struct room *room, struct str bytes, const char *words)
{
	struct import_report r = import_bytes(room, NULL, "a.txt", bytes);

	assert_refused(room, &r, words);
}

static void
test_capture__refuses_a_wrong_byte_count(void **state)
{
	struct room *room = *state;
	struct arena *a = room->arena;
	size_t n = strlen(LIST);

	refuses(room, str_printf(a, "%sstring(%zu) \"%s\"", TEXT, n + 1, LIST),
	    "bytes stand between its quotes");
	refuses(room, str_printf(a, "%sstring(%zu) \"%s\"", TEXT, n - 2, LIST),
	    str_cstr(a, str_printf(a, "but %zu bytes", n)));
	/* Characters, not bytes: ’ has three. */
	refuses(room,
	    str_printf(a, "%sstring(%zu) \"%s\"", TEXT,
		utf8_length(str_c(LIST)), LIST),
	    str_cstr(a, str_printf(a, "but %zu bytes", n)));
	refuses(room, str_printf(a, "%sstring(%zu) \"%s", TEXT, n, LIST),
	    "bytes stand between its quotes");
	refuses(room, str_printf(a, "%sstring(99999999999) \"", TEXT),
	    "is not closed by a quote");
}

static void
test_capture__refuses_what_is_no_list(void **state)
{
	struct room *room = *state;
	struct arena *a = room->arena;
	static const struct {
		const char *list, *words;
	} cases[] = {
		{ "[{\"id\":\"1\" ]", "not JSON" },
		{ "", "not JSON" },
		{ "{\"id\":\"1\"}", "not an array" },
		{ "[7]", "entry 1 of the list is not an object" },
		{ "[{\"id\":\"1\",\"id\":\"2\"}]", "not JSON" },
		{ "[{\"id\":\"1\"}]", "no text called “sort”" },
		{ "[{\"id\":1,\"sort\":\"1\"}]", "no text called “id”" },
		{ "[{\"id\":\"x\",\"sort\":\"1\"}]", "must be a number" },
		{ "[{\"id\":\"0\",\"sort\":\"1\"}]", "must be a number" },
		{ "[{\"id\":\"-5\",\"sort\":\"1\"}]", "must be a number" },
		{ "[{\"id\":\"007\",\"sort\":\"1\"}]", "must be a number" },
		{ "[{\"id\":\"9223372036854775807\",\"sort\":\"1\"}]",
		    "must be a number" },
		{ "[{\"id\":\"1\",\"sort\":\"1\",\"contenttypeid\":\"2\","
		  "\"pic\":\"/a\",\"title\":\" \"}]",
		    "empty title" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		refuses(room, dump(a, TEXT, cases[i].list), cases[i].words);
}

static struct str
entry(struct arena *a, int id, int sort)
{
	return str_printf(a,
	    "{\"id\":\"%d\",\"sort\":\"%d\",\"contenttypeid\":\"21\","
	    "\"pic\":\"/p\",\"title\":\"T\"}",
	    id, sort);
}

static void
test_capture__refuses_ids_and_sorts_that_collide(void **state)
{
	struct room *room = *state;
	struct arena *a = room->arena;
	struct import_options own = { .id = 5 };
	struct import_report r;
	struct str list = str_printf(
	    a, "[%.*s,%.*s]", STR_FMT(entry(a, 5, 1)), STR_FMT(entry(a, 5, 2)));

	refuses(room, dump(a, TEXT, list.p), "the same id, 5");
	list = str_printf(
	    a, "[%.*s,%.*s]", STR_FMT(entry(a, 5, 1)), STR_FMT(entry(a, 6, 1)));
	refuses(room, dump(a, TEXT, list.p), "the same sort, 1");
	list = str_printf(a, "[%.*s]", STR_FMT(entry(a, 5, 1)));
	r = import_bytes(room, &own, "a.txt", dump(a, TEXT, list.p));
	assert_refused(room, &r, "not related to itself");
}

static void
test_capture__refuses_a_sort_that_another_list_has(void **state)
{
	struct room *room = *state;
	struct arena *a = room->arena;
	struct str one = str_printf(a, "[%.*s]", STR_FMT(entry(a, 5, 77)));
	struct str two = str_printf(a, "[%.*s]", STR_FMT(entry(a, 6, 77)));
	struct import_report r;
	const struct story *six = NULL;

	r = import_bytes(room, NULL, "a.txt", dump(a, TEXT, one.p));
	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	r = import_bytes(room, NULL, "b.txt",
	    dump(a, "Another\n\n2016-11-18 10:00\n\nText.\n\n", two.p));
	assert_int_equal(r.count[IMPORT_REFUSED], 1);
	assert_true(has_note(&r, "77"));
	OK(story_by_id(CTX, ST, 6, &six));
	assert_null(six);
}

static void
test_capture__names_the_byte_that_is_not_utf8(void **state)
{
	struct room *room = *state;

	refuses(room, STR("A caf\xe9\n\nFri Nov 18, 2016 14:53:43\n\nText.\n"),
	    "byte 6 (0xe9, line 1) is not UTF-8");
	refuses(room, STR("A\n\nFri Nov 18, 2016 14:53:43\n\nT\xed\xa0\x80."),
	    "iconv -f ISO-8859-1");
	refuses(room, STR("A \xc2\x96 B\n\nFri Nov 18, 2016 14:53:43\n\nT."),
	    "U+0096");
	refuses(room, STR("A\0B\n\nFri Nov 18, 2016 14:53:43\n\nT."),
	    "control character 0x00");
}

static void
test_capture__refuses_what_is_no_page(void **state)
{
	struct room *room = *state;
	struct arena *a = room->arena;

	refuses(room, STR(""), "empty");
	refuses(room, STR(" \n\n\t\n"), "white space");
	refuses(room, dump(a, "", LIST), "nothing but a list");
	refuses(room, STR("Only a headline\n"), "no date below");
	refuses(room, STR("Headline\n\nFri Foo 18, 2016\n\nText.\n"),
	    "“Fri Foo 18, 2016”");
	/* The 18th was a Friday. */
	refuses(room, STR("Headline\n\nMon Nov 18, 2016 14:53:43\n\nText.\n"),
	    "its date is written in no way");
	refuses(room, STR("Graphic content:\n\n2016-11-18\n\nText.\n"),
	    "nothing but the advisory");
}

static void
test_capture__refuses_the_source_of_a_page(void **state)
{
	struct room *room = *state;
	struct buf b;

	buf_init(&b, room->arena, 200000);
	BUF_LIT(&b, "Headline\n\n2016-11-18 10:00\n\n");
	while (b.n < 100000)
		BUF_LIT(&b, "<div>");
	refuses(room, buf_str(&b), "HTML tags");
}

static void
test_capture__refuses_a_file_that_is_too_large(void **state)
{
	struct room *room = *state;
	struct import_report r = { 0 };
	struct import_options o = { .media_base_fd = -1 };
	struct import_file f = {
		.fd = file_of(page(room)),
		.name = STR("big.txt"),
	};

	assert_int_equal(ftruncate(f.fd, 50 << 20), 0);
	OK(import_run(CTX, ST, &o, &f, 1, &r));
	close(f.fd);
	assert_refused(room, &r, "52.4 MB large");
}

static void
test_capture__a_bad_one_does_not_stop_the_rest(void **state)
{
	struct room *room = *state;
	struct import_options o = { .media_base_fd = -1 };
	struct import_report r = { 0 };
	struct import_file f[] = {
		{ .fd = file_of(STR("\xff")), .name = STR("bad.txt") },
		{ .fd = file_of(page(room)), .name = STR("good.txt") },
	};

	OK(import_run(CTX, ST, &o, f, 2, &r));
	assert_int_equal(r.total, 2);
	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_int_equal(r.count[IMPORT_REFUSED], 1);
	close(f[0].fd);
	close(f[1].fd);
}

/* ---- what is taken ---- */

static const struct article *
article_of(struct room *room, int64_t id)
{
	const struct article *a = NULL;

	OK(story_article(CTX, ST, id, 0, &a));
	return a;
}

static void
assert_str(struct str is, const char *due)
{
	if (!str_eq(is, str_c(due)))
		fail_msg("is \"%.*s\", not \"%s\"", STR_FMT(is), due);
}

static void
test_capture__becomes_a_published_story(void **state)
{
	struct room *room = *state;
	struct import_options o = { .zone = STR("Asia/Tehran") };
	struct import_report r = import_bytes(room, &o, "a.txt", page(room));
	const struct article *a = NULL;

	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_int_equal(r.count[IMPORT_CHANGED], 0);
	assert_int_equal(r.done[0].story, CAPTURE_ID_FIRST);
	a = article_of(room, r.done[0].story);
	assert_str(a->headline, "VIDEO Shows Barge Strike the Mole");
	assert_str(a->advisory_code, "graphic");
	assert_str(a->advisory_label, "GRAPHIC CONTENT");
	assert_int_equal(a->severity, SEVERITY_GATE);
	assert_str(a->signoff, "S/SH");
	assert_str(a->desk, "11");
	assert_int_equal(a->live_at, 1479468223); /* 11:23:43Z */
	assert_int_equal(a->sources_n, 0);
	assert_str(a->body.s,
	    "<p>The first paragraph, harbour police said on Friday.</p>\n"
	    "<p>The second: it wraps onto a line &amp; holds a &lt; "
	    "sign.</p>");
}

static void
test_capture__answers_the_bytes_of_its_list(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(room, NULL, "a.txt", page(room));
	const struct story *stub = NULL;
	const struct article *a = NULL;

	assert_str(wire(room, r.done[0].story), LIST);
	OK(story_by_id(CTX, ST, 1886610, &stub));
	assert_int_equal(stub->state, STORY_STUB);
	assert_int_equal(story_article(CTX, ST, 1886610, 0, &a), ERR_NOTFOUND);
}

static void
test_capture__prefixes(void **state)
{
	struct room *room = *state;
	static const struct {
		const char *line, *code, *label, *headline;
	} cases[] = {
		{ "VIDEO: Ships", "", "", "VIDEO: Ships" },
		{ "Fresh VIDEO: Ships", "", "", "Fresh VIDEO: Ships" },
		{ "graphic content: Ships", "graphic", "graphic content",
		    "Ships" },
		{ "Graphic content: A: B", "graphic", "Graphic content",
		    "A: B" },
		{ "مشاهد قاسية: سفن", "graphic", "مشاهد قاسية", "سفن" },
		{ "GRAPHIC VIDEO: Ships", "", "", "GRAPHIC VIDEO: Ships" },
		{ ": Ships", "", "", ": Ships" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct import_report r = import_bytes(room, NULL, "a.txt",
		    str_printf(room->arena, "%s\n\n2016-11-18 10:00\n\nText.\n",
			cases[i].line));
		const struct article *a = NULL;

		assert_int_equal(r.count[IMPORT_TAKEN], 1);
		a = article_of(room, r.done[0].story);
		assert_str(a->headline, cases[i].headline);
		assert_str(a->advisory_code, cases[i].code);
		assert_str(a->advisory_label, cases[i].label);
	}
}

static void
test_capture__without_a_list_is_taken_and_told(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(room, NULL, "a.txt", str_c(TEXT));
	const struct related *v = NULL;
	size_t n = 7;

	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_true(has_note(&r, "no list of related stories"));
	OK(related_read(CTX, ST, r.done[0].story, &v, &n));
	assert_int_equal(n, 0);
}

static void
test_capture__tells_what_it_left_out(void **state)
{
	struct room *room = *state;
	struct str bytes =
	    str_printf(room->arena, "%.*sPage 1 of 2\n", STR_FMT(page(room)));
	struct import_report r = import_bytes(room, NULL, "a.txt", bytes);

	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_true(has_note(&r, "Page 1 of 2"));
}

static void
test_capture__with_dos_lines_and_a_mark_is_the_same(void **state)
{
	struct room *room = *state;
	struct buf b;
	struct str unix_page = page(room);
	struct import_report r;

	buf_init(&b, room->arena, 100000);
	BUF_LIT(&b, "\xef\xbb\xbf");
	for (size_t i = 0; i < unix_page.n; i++) {
		if (unix_page.p[i] == '\n')
			buf_char(&b, '\r');
		buf_char(&b, unix_page.p[i]);
	}
	r = import_bytes(room, NULL, "a.txt", buf_str(&b));
	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_str(wire(room, r.done[0].story), LIST);
	assert_str(article_of(room, r.done[0].story)->signoff, "S/SH");
}

/* ---- ids ---- */

static void
test_capture__takes_the_id_it_is_given(void **state)
{
	struct room *room = *state;
	struct import_options o = { .id = 1886700 };
	struct import_report r = import_bytes(room, &o, "a.txt", page(room));

	assert_int_equal(r.done[0].story, 1886700);
	o.id = 1886701;
	r = import_bytes(room, &o, "a.txt", page(room));
	assert_int_equal(r.count[IMPORT_REFUSED], 1);
	assert_true(has_note(&r, "taken before as story 1886700"));
}

static void
test_capture__arrives_in_the_place_of_its_stub(void **state)
{
	struct room *room = *state;
	struct import_options o = { .id = 1886610 };
	struct import_report r = import_bytes(room, NULL, "a.txt", page(room));
	const struct related *v = NULL;
	int64_t first = r.done[0].story;
	size_t n = 0;

	r = import_bytes(
	    room, &o, "b.txt", STR("Smoke\n\n2016-11-18 09:00\n\nText.\n"));
	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	OK(related_read(CTX, ST, first, &v, &n));
	assert_int_equal(n, 2);
	assert_false(v[0].stub);
	assert_str(v[0].teaser.headline, "Smoke");
}

static void
test_capture__an_id_that_is_a_story_is_refused(void **state)
{
	struct room *room = *state;
	struct import_options o = { .id = room_story(room, "There", 0, NOON) };
	struct import_report r = import_bytes(room, &o, "a.txt", page(room));

	assert_int_equal(r.count[IMPORT_REFUSED], 1);
	assert_true(has_note(&r, "is there already"));
}

static void
test_capture__an_entry_that_is_a_story_links_to_it(void **state)
{
	struct room *room = *state;
	int64_t there = room_story(room, "There", 0, NOON);
	struct str list = str_printf(
	    room->arena, "[%.*s]", STR_FMT(entry(room->arena, (int)there, 9)));
	struct import_report r =
	    import_bytes(room, NULL, "a.txt", dump(room->arena, TEXT, list.p));
	const struct related *v = NULL;
	size_t n = 0;

	OK(related_read(CTX, ST, r.done[0].story, &v, &n));
	assert_int_equal(n, 1);
	assert_false(v[0].stub);
}

static void
test_capture__new_ids_keep_clear_of_those_named(void **state)
{
	struct room *room = *state;
	struct arena *a = room->arena;
	struct str list =
	    str_printf(a, "[%.*s,%.*s]", STR_FMT(entry(a, CAPTURE_ID_FIRST, 1)),
		STR_FMT(entry(a, CAPTURE_ID_FIRST + 1, 2)));
	struct import_report r =
	    import_bytes(room, NULL, "a.txt", dump(a, TEXT, list.p));

	assert_int_equal(r.done[0].story, CAPTURE_ID_FIRST + 2);
}

/* ---- again ---- */

static void
test_capture__a_second_time_changes_nothing(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(room, NULL, "a.txt", page(room));
	int64_t id = r.done[0].story;
	int64_t before = 0;
	int64_t after = 0;

	OK(change_newest(CTX, ST, &before));
	r = import_bytes(room, NULL, "elsewhere.txt", page(room));
	OK(change_newest(CTX, ST, &after));
	assert_int_equal(before, after);
	assert_int_equal(r.count[IMPORT_UNCHANGED], 1);
	assert_int_equal(r.count[IMPORT_TAKEN], 0);
	assert_int_equal(r.done[0].story, id);
	assert_true(str_find(import_report_text(room->arena, &r),
			STR("unchanged"), 0) != SIZE_MAX);
}

static void
test_capture__another_zone_moves_its_time(void **state)
{
	struct room *room = *state;
	struct import_options o = { .zone = STR("Asia/Tehran") };
	struct import_report r = import_bytes(room, NULL, "a.txt", page(room));
	int64_t id = r.done[0].story;

	assert_int_equal(article_of(room, id)->live_at, 1479480823);
	r = import_bytes(room, &o, "a.txt", page(room));
	assert_int_equal(r.count[IMPORT_UPDATED], 1);
	assert_int_equal(r.done[0].story, id);
	assert_int_equal(article_of(room, id)->live_at, 1479468223);
}

static void
test_capture__a_withdrawn_one_stays_withdrawn(void **state)
{
	struct room *room = *state;
	struct import_report r = import_bytes(room, NULL, "a.txt", page(room));
	int64_t id = r.done[0].story;
	const struct story *s = NULL;

	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = id }));
	r = import_bytes(room, NULL, "a.txt", str_c(TEXT));
	assert_int_equal(r.count[IMPORT_UPDATED], 1);
	OK(story_by_id(CTX, ST, id, &s));
	assert_int_equal(s->state, STORY_WITHDRAWN);
	OK(story_takedown(CTX, ST, &(struct story_move){ .id = id }));
	r = import_bytes(
	    room, NULL, "a.txt", str_printf(room->arena, "%sMore.\n", TEXT));
	assert_int_equal(r.count[IMPORT_REFUSED], 1);
	assert_true(has_note(&r, "taken down"));
}

static void
test_capture__a_dry_run_keeps_nothing(void **state)
{
	struct room *room = *state;
	struct import_options o = { .dry_run = true };
	struct import_report r = import_bytes(room, &o, "a.txt", page(room));
	const struct story *v = NULL;
	size_t n = 0;

	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	OK(story_list(CTX, ST,
	    &(struct story_query){ .any_state = true, .n = 10 }, &v, &n));
	assert_int_equal(n, 0);
}

/* The page of 2016, where it lies beside the project. */
static void
test_capture__the_page_of_2016(void **state)
{
	struct room *room = *state;
	struct import_options o = {
		.zone = STR("Asia/Tehran"),
		.media_base_fd = -1,
	};
	struct import_report r = { 0 };
	struct import_file f = {
		.fd = open(MUSTACHE_SPEC_DIR
		    "/../../../../shared/samples/captured-page.txt",
		    O_RDONLY | O_CLOEXEC),
		.name = STR("captured-page.txt"),
	};
	const struct article *a = NULL;

	if (f.fd < 0)
		skip();
	OK(import_run(CTX, ST, &o, &f, 1, &r));
	close(f.fd);
	assert_int_equal(r.count[IMPORT_TAKEN], 1);
	assert_int_equal(r.notes_n, 0);
	a = article_of(room, r.done[0].story);
	assert_str(a->headline,
	    "VIDEO Shows Iraqi Civilians Flee Mosul Fighting against ISIS");
	assert_int_equal(html_paragraphs(a->body), 7);
	assert_str(a->signoff, "S/SH");
	assert_str(a->desk, "11");
	assert_int_equal(a->live_at, 1479468223);
	assert_int_equal(wire(room, r.done[0].story).n, 2009);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_capture__refuses_a_wrong_byte_count),
		ROOM_TEST(test_capture__refuses_what_is_no_list),
		ROOM_TEST(test_capture__refuses_ids_and_sorts_that_collide),
		ROOM_TEST(test_capture__refuses_a_sort_that_another_list_has),
		ROOM_TEST(test_capture__names_the_byte_that_is_not_utf8),
		ROOM_TEST(test_capture__refuses_what_is_no_page),
		ROOM_TEST(test_capture__refuses_the_source_of_a_page),
		ROOM_TEST(test_capture__refuses_a_file_that_is_too_large),
		ROOM_TEST(test_capture__a_bad_one_does_not_stop_the_rest),
		ROOM_TEST(test_capture__becomes_a_published_story),
		ROOM_TEST(test_capture__answers_the_bytes_of_its_list),
		ROOM_TEST(test_capture__prefixes),
		ROOM_TEST(test_capture__without_a_list_is_taken_and_told),
		ROOM_TEST(test_capture__tells_what_it_left_out),
		ROOM_TEST(test_capture__with_dos_lines_and_a_mark_is_the_same),
		ROOM_TEST(test_capture__takes_the_id_it_is_given),
		ROOM_TEST(test_capture__arrives_in_the_place_of_its_stub),
		ROOM_TEST(test_capture__an_id_that_is_a_story_is_refused),
		ROOM_TEST(test_capture__an_entry_that_is_a_story_links_to_it),
		ROOM_TEST(test_capture__new_ids_keep_clear_of_those_named),
		ROOM_TEST(test_capture__a_second_time_changes_nothing),
		ROOM_TEST(test_capture__another_zone_moves_its_time),
		ROOM_TEST(test_capture__a_withdrawn_one_stays_withdrawn),
		ROOM_TEST(test_capture__a_dry_run_keeps_nothing),
		ROOM_TEST(test_capture__the_page_of_2016),
	};

	return UNIT_RUN(tests, argc, argv);
}
