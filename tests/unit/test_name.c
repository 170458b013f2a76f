/* SPDX-License-Identifier: MIT */
/* Names that change, merge and go, while revisions stay as they are. */

#include "unit/newsroom_fixture.h"

#include "newsroom/list.h"
#include "newsroom/redirect.h"

#define ST room->store
#define CTX &room->ctx

static int64_t
tag(struct room *room, const char *title)
{
	int64_t id = 0;

	OK(tag_put(CTX, ST,
	    &(struct term){ .edition = room->edition, .title = str_c(title) },
	    &id));
	return id;
}

static int64_t
tagged(struct room *room, const int64_t *tags, size_t n)
{
	struct story_saved saved = { 0 };

	OK(story_save(CTX, ST,
	    &(struct story_save){
		.edition = room->edition,
		.text = {
		    .headline = STR("Tagged"),
		    .body = STR("<p>Some words.</p>"),
		    .tags = tags,
		    .tags_n = n,
		},
	    },
	    &saved));
	OK(story_publish(
	    CTX, ST, &(struct story_publish){ .id = saved.id, .at = NOON }));
	return saved.id;
}

static size_t
under(struct room *room, int kind, int64_t ref)
{
	const struct teaser *t = NULL;
	size_t n = 0;

	OK(range_read(CTX, ST,
	    &(struct range){
		.kind = (enum range_kind)kind, .ref = ref, .n = LIST_MAX },
	    &t, &n));
	return n;
}

static void
merge(struct room *room, int kind, int64_t from, int64_t into)
{
	size_t moved = 1;

	OK(term_merge(CTX, ST, &(struct term_merge){ kind, from, into }));
	while (moved > 0)
		OK(term_settle(CTX, ST, kind, into, &moved));
}

static void
test_term_merge__reads_old_revisions_by_the_new_name(void **state)
{
	struct room *room = *state;
	int64_t both[] = { tag(room, "Ferry"), tag(room, "Ferries") };
	int64_t story = tagged(room, both, 2);
	const struct article *a = NULL;
	const int64_t *ids = NULL;
	const struct term *t = NULL;
	size_t n = 0;

	merge(room, RANGE_TAG, both[0], both[1]);
	OK(story_article(CTX, ST, story, 1, &a));
	assert_int_equal(a->tags_n, 1);
	assert_int_equal(a->tags[0].id, both[1]);
	assert_true(str_eq(a->tags[0].title, STR("Ferries")));
	OK(story_tag_ids(CTX, ST, a->rev, &ids, &n));
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		OK(tag_by_id(CTX, ST, ids[i], &t));
		assert_int_equal(t->id, both[1]);
		assert_true(str_eq(t->slug, STR("ferries")));
	}
	assert_int_equal(under(room, RANGE_TAG, both[0]), 0);
	assert_int_equal(under(room, RANGE_TAG, both[1]), 1);
	OK(tag_by_slug(CTX, ST, room->edition, STR("ferry"), &t));
	assert_int_equal(t->id, both[1]);
	assert_int_equal(tag(room, "Ferry"), both[1]);
	/* What is published by its old name now stands under the new. */
	story = tagged(room, &both[0], 1);
	assert_int_equal(under(room, RANGE_TAG, both[0]), 0);
	assert_int_equal(under(room, RANGE_TAG, both[1]), 2);
	REFUSED(ERR_NOTFOUND, "no such tag",
	    term_merge(
		CTX, ST, &(struct term_merge){ RANGE_TAG, both[0], both[1] }));
}

static void
test_term_merge__touches_both_and_goes_on_where_it_was_cut(void **state)
{
	struct room *room = *state;
	int64_t a = tag(room, "A");
	int64_t b = tag(room, "B");
	size_t moved = 0;

	for (int i = 0; i < 3; i++)
		tagged(room, &a, 1);
	OK(term_merge(CTX, ST, &(struct term_merge){ RANGE_TAG, a, b }));
	assert_true(room_touched(room, "tag:1"));
	assert_true(room_touched(room, "tag:2"));
	assert_true(room_touched(room, "list:t:1"));
	assert_true(room_touched(room, "list:t:2"));
	assert_int_equal(under(room, RANGE_TAG, a), 3);
	room->last.n = 0;
	OK(term_settle(CTX, ST, RANGE_TAG, b, &moved));
	assert_int_equal(moved, 3);
	assert_true(room_touched(room, "list:t:2"));
	OK(term_settle(CTX, ST, RANGE_TAG, b, &moved));
	assert_int_equal(moved, 0);
	assert_int_equal(under(room, RANGE_TAG, b), 3);
}

static void
test_tag_put__renames_and_takes_an_old_slug_back(void **state)
{
	struct room *room = *state;
	int64_t id = tag(room, "Ferry");
	struct term in = { .id = id, .title = STR("Ferry") };
	const struct term *t = NULL;
	int64_t other = tag(room, "Ship");

	in.slug = STR("ferries");
	OK(tag_put(CTX, ST, &in, &id));
	assert_true(room_touched(room, "made:1:ferries"));
	OK(tag_by_slug(CTX, ST, room->edition, STR("ferry"), &t));
	assert_true(str_eq(t->slug, STR("ferries")));
	in.slug = STR("ship");
	REFUSED(ERR_CONFLICT, "choose another", tag_put(CTX, ST, &in, &id));
	in = (struct term){
		.id = other, .slug = STR("ferry"), .title = STR("Ship")
	};
	REFUSED(ERR_CONFLICT, "or had it", tag_put(CTX, ST, &in, &other));
	for (int i = 0; i < 6; i++) {
		in = (struct term){ .id = id,
			.slug = i % 2 == 0 ? STR("ferry") : STR("ferries"),
			.title = STR("Ferry") };
		OK(tag_put(CTX, ST, &in, &id));
		OK(tag_by_slug(CTX, ST, room->edition,
		    i % 2 == 0 ? STR("ferries") : STR("ferry"), &t));
		assert_int_equal(t->id, id);
	}
}

static void
test_term_remove__keeps_what_is_in_use_and_frees_the_slug(void **state)
{
	struct room *room = *state;
	int64_t id = tag(room, "Ferry");
	int64_t story = tagged(room, &id, 1);
	const struct article *a = NULL;
	const struct term *t = NULL;

	REFUSED(
	    ERR_CONFLICT, "stories stand", term_remove(CTX, ST, RANGE_TAG, id));
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = story }));
	OK(term_remove(CTX, ST, RANGE_TAG, id));
	assert_true(room_touched(room, "tag:1"));
	OK(tag_by_slug(CTX, ST, room->edition, STR("ferry"), &t));
	assert_null(t);
	/* The revision says what it said; nobody is shown it. */
	OK(story_article(CTX, ST, story, -1, &a));
	assert_int_equal(a->tags_n, 0);
	assert_int_not_equal(tag(room, "Ferry"), id);
}

static int64_t
section(struct room *room, const char *title)
{
	int64_t id = 0;

	OK(section_put(CTX, ST,
	    &(struct section){
		.edition = room->edition, .title = str_c(title) },
	    &id));
	return id;
}

static void
test_term_remove__minds_drafts_and_rules_of_a_section(void **state)
{
	struct room *room = *state;
	int64_t world = section(room, "World");
	int64_t port = section(room, "Port");
	const struct list *l = NULL;
	const struct article *a = NULL;
	int64_t draft = room_story(room, "Draft", world, 0);

	REFUSED(ERR_CONFLICT, "not published yet",
	    term_remove(CTX, ST, RANGE_SECTION, world));
	merge(room, RANGE_SECTION, world, port);
	assert_true(room_touched(room, "edition:1"));
	OK(story_publish(
	    CTX, ST, &(struct story_publish){ .id = draft, .at = NOON }));
	assert_int_equal(under(room, RANGE_SECTION, port), 1);
	OK(story_article(CTX, ST, draft, 0, &a));
	assert_int_equal(a->section.id, port);
	REFUSED(ERR_NOTFOUND, "no list", list_by_section(CTX, ST, world, &l));
	world = section(room, "World Two");
	OK(list_front(CTX, ST, room->edition, &l));
	OK(list_set_rule(CTX, ST,
	    &(struct list_rule){
		.list = l->id, .kind = RANGE_SECTION, .ref = world }));
	REFUSED(ERR_CONFLICT, "filled from it",
	    term_remove(CTX, ST, RANGE_SECTION, world));
	merge(room, RANGE_SECTION, world, port);
	OK(list_front(CTX, ST, room->edition, &l));
	assert_int_equal(l->rest_ref, port);
}

static void
test_redirect_path__is_as_requests_have_it(void **state)
{
	struct room *room = *state;
	struct str out = { 0 };

	OK(redirect_path(CTX, STR("/a b/é//"), &out));
	assert_true(str_eq(out, STR("/a%20b/%C3%A9")));
	OK(redirect_path(CTX, STR("/%C3%A9"), &out));
	assert_true(str_eq(out, STR("/%C3%A9")));
	REFUSED(ERR_INVALID, "no ?", redirect_path(CTX, STR("/a?b"), &out));
	REFUSED(ERR_INVALID, "begins with one /",
	    redirect_path(CTX, STR("a"), &out));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_term_merge__reads_old_revisions_by_the_new_name),
		ROOM_TEST(
		    test_term_merge__touches_both_and_goes_on_where_it_was_cut),
		ROOM_TEST(test_tag_put__renames_and_takes_an_old_slug_back),
		ROOM_TEST(
		    test_term_remove__keeps_what_is_in_use_and_frees_the_slug),
		ROOM_TEST(
		    test_term_remove__minds_drafts_and_rules_of_a_section),
		ROOM_TEST(test_redirect_path__is_as_requests_have_it),
	};

	return UNIT_RUN(tests, argc, argv);
}
