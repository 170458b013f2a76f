/* SPDX-License-Identifier: MIT */
/* Pages: the old wire format, bodies on their way out, the theme's words. */

#include "unit/newsroom_fixture.h"

#include <stdio.h>

#include "newsroom/list.h"
#include "pages/page.h"
#include "pages/part.h"

/* The theme as it is built in. */
extern const struct embedded_file broadsheet_files[];
extern const size_t broadsheet_files_n;

/* Beside the project, where it is there; from this file's own folder. */
#define SAMPLE MUSTACHE_SPEC_DIR "/../../../../shared/samples/captured-page.txt"

static void
says(struct str got, const char *want)
{
	struct str w = str_c(want);

	if (!str_eq(got, w))
		fail_msg("%.*s\nis not\n%s", STR_FMT(got), want);
}

static void
ask(struct room *room, struct page_ask *out)
{
	struct press *press = NULL;

	OK(press_load(&room->ctx, -1, NULL, &press));
	arena_defer(room->arena, (void (*)(void *))press_unref, press);
	OK(page_ask_init(&room->ctx,
	    &(struct page_ask_init){
		room->store, press, STR("https://courier.example") },
	    STR(""), out));
}

static void
test_wire_write__escapes_only_quotes_backslashes_and_controls(void **state)
{
	struct room *room = *state;
	const struct wire_item items[] = {
		{ .id = 7,
		    .sort = 1,
		    .content_type = STR("21"),
		    .pic = STR("/2016/11/18/a_1_25f_4x3.mp4"),
		    .title = STR("a/b <c> & \"d\" \\ \n \xe2\x80\x99") },
		{ .id = 8, .sort = 2 },
	};
	struct str out = { 0 };

	OK(wire_write(&room->ctx, items, 2, &out));
	says(out,
	    "[{\"id\":\"7\",\"sort\":\"1\",\"contenttypeid\":\"21\",\"pic\":"
	    "\"/2016/11/18/a_1_25f_4x3.mp4\",\"title\":\"a/b <c> & \\\"d\\\" "
	    "\\\\ \\n \xe2\x80\x99\"} ,{\"id\":\"8\",\"sort\":\"2\","
	    "\"contenttypeid\":\"\",\"pic\":\"\",\"title\":\"\"} ]");
	OK(wire_write(&room->ctx, items, 0, &out));
	says(out, "[]");
}

/* A value of the capture; what follows it goes to *s. */
static struct str
next_value(struct str *s, const char *key)
{
	char mark[32];
	size_t at = 0;
	size_t end = 0;
	struct str value = { 0 };

	snprintf(mark, sizeof mark, "\"%s\":\"", key);
	at = str_find(*s, str_c(mark), 0);
	assert_true(at != SIZE_MAX);
	at += strlen(mark);
	end = str_find_char(*s, '"', at);
	value = str_sub(*s, at, end - at);
	*s = str_from(*s, end + 1);
	return value;
}

static void
test_page_wire__gives_the_capture_back_to_the_byte(void **state)
{
	static char text[16384];
	struct room *room = *state;
	FILE *f = fopen(SAMPLE, "rb");
	struct wire_item items[10] = { 0 };
	struct page_ask a = { 0 };
	struct page page = { 0 };
	struct str all = { 0 };
	struct str want = { 0 };
	struct str rest = { 0 };
	size_t added = 0;
	int64_t story = 0;

	if (f == NULL)
		skip();
	all = str_make(text, fread(text, 1, sizeof text, f));
	fclose(f);
	rest = str_from(all, str_find(all, STR("string(2009) \""), 0) + 14);
	want = str_sub(rest, 0, 2009);
	assert_int_equal(want.p[2008], ']');
	rest = want;
	for (size_t i = 0; i < 10; i++) {
		assert_true(str_int(next_value(&rest, "id"), &items[i].id));
		assert_true(str_int(next_value(&rest, "sort"), &items[i].sort));
		items[i].content_type = next_value(&rest, "contenttypeid");
		items[i].pic = next_value(&rest, "pic");
		items[i].title = next_value(&rest, "title");
	}
	story = room_story(room, "VIDEO Shows Iraqi Civilians", 0, NOON);
	OK(related_add(&room->ctx, room->store, story, items, 10, &added));
	ask(room, &a);
	OK(page_wire(&room->ctx, &a, story, &page));
	assert_int_equal(page.body.n, 2009);
	assert_memory_equal(page.body.p, want.p, 2009);
	/* A stub is no story: readers cannot ask for its list. */
	assert_int_equal(
	    page_wire(&room->ctx, &a, 1886610, &page), ERR_NOTFOUND);
}

static void
test_body_whole__makes_addresses_whole_in_tags_only(void **state)
{
	struct room *room = *state;
	struct html body = { STR("<p>Write href=\"/x\"</p>\n<p><a href=\"/y\" "
				 "title=\"z\">y</a> <a href=\"#s-a\">n</a> "
				 "<img src=\"/p.jpg\" alt=\"\" /></p>") };

	struct buf b;

	buf_init(&b, room->arena, 4096);
	body_whole(&b, body, STR("https://h"), STR("https://h/news/1/x"));
	says(buf_str(&b),
	    "<p>Write href=\"/x\"</p>\n<p><a href=\"https://h/y\" title=\"z\">"
	    "y</a> <a href=\"https://h/news/1/x#s-a\">n</a> "
	    "<img src=\"https://h/p.jpg\" alt=\"\" /></p>");
}

static void
test_body_tables__wraps_the_outermost(void **state)
{
	struct room *room = *state;
	struct html body = { STR("<table><tr><td><table></table></td></tr>"
				 "</table>") };

	says(body_tables(room->arena, body, STR("\"A\"")).s,
	    "<section class=\"scroll\" tabindex=\"0\" aria-label=\"&quot;A"
	    "&quot;\"><table><tr><td><table></table></td></tr></table>"
	    "</section>");
}

static bool
has(struct str s, const char *what)
{
	return str_find(s, str_c(what), 0) != SIZE_MAX;
}

static void
test_page_front__says_what_will_stand_there(void **state)
{
	struct room *room = *state;
	struct page_ask a = { 0 };
	struct page page = { 0 };

	ask(room, &a);
	OK(page_front(&room->ctx, &a, &page));
	assert_true(has(page.body, "No story has been published yet"));
	assert_false(has(page.body, "<h2"));
	for (int i = 0; i < 6; i++) {
		room_story(room, "Rain", 0, NOON + i);
		OK(page_front(&room->ctx, &a, &page));
		assert_false(has(page.body, "No story"));
	}
}

static void
test_page_story__shows_hostile_words_as_words(void **state)
{
	struct room *room = *state;
	const char *headline = "</script><script>alert(1)</script>\"'";
	int64_t id = room_story(room, headline, 0, NOON);
	const struct article *article = NULL;
	struct page_ask a = { 0 };
	struct page page = { 0 };

	ask(room, &a);
	OK(story_article(&room->ctx, room->store, id, 0, &article));
	OK(page_story(&room->ctx, &a, id, STR("other"), &page));
	assert_true(page.redirect.n > 0);
	OK(page_story(&room->ctx, &a, id, article->slug, &page));
	assert_false(has(page.body, "<script>alert"));
	assert_true(has(page.body, "\\u003c/script\\u003e"));
	assert_true(has(page.body, "&lt;/script&gt;"));
}

static void
test_words_read__refuses_what_it_does_not_know(void **state)
{
	static const char text[] = "skip = Go\nbananas = 3\n";
	const struct embedded_file file = { "words/xx.ini",
		(const unsigned char *)text, sizeof text - 1 };
	struct theme_source src = { .dir = -1, .files = &file, .files_n = 1 };
	struct room *room = *state;
	struct words base = { 0 };
	struct words out = { 0 };

	REFUSED(ERR_INVALID, "words/xx.ini:2",
	    words_read(&room->ctx, &src, STR("xx"), &base, &out));
	REFUSED(ERR_NOTFOUND, "no words",
	    words_read(&room->ctx, &src, STR("../xx"), &base, &out));
}

/* Without a language to fall back to, a word that is missing is refused. */
static void
test_words_read__finds_every_word_in_every_language(void **state)
{
	struct room *room = *state;
	struct theme_source src = { .dir = -1,
		.files = broadsheet_files,
		.files_n = broadsheet_files_n };
	size_t langs = 0;

	for (size_t i = 0; i < broadsheet_files_n; i++) {
		struct str name = str_c(broadsheet_files[i].name);
		struct words out = { 0 };

		if (!str_starts(name, STR("words/")))
			continue;
		OK(words_read(&room->ctx, &src, str_sub(name, 6, name.n - 10),
		    NULL, &out));
		langs++;
	}
	assert_true(langs >= 3);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(
		    test_wire_write__escapes_only_quotes_backslashes_and_controls),
		ROOM_TEST(test_page_wire__gives_the_capture_back_to_the_byte),
		ROOM_TEST(test_body_whole__makes_addresses_whole_in_tags_only),
		ROOM_TEST(test_body_tables__wraps_the_outermost),
		ROOM_TEST(test_page_front__says_what_will_stand_there),
		ROOM_TEST(test_page_story__shows_hostile_words_as_words),
		ROOM_TEST(test_words_read__refuses_what_it_does_not_know),
		ROOM_TEST(test_words_read__finds_every_word_in_every_language),
	};

	return UNIT_RUN(tests, argc, argv);
}
