/* SPDX-License-Identifier: MIT */
/* Stories and revisions: what may happen, and what readers then see. */

#include "unit/newsroom_fixture.h"

#include "newsroom/audit.h"
#include "newsroom/list.h"

#define ST room->store
#define CTX &room->ctx

static void
test_story_save__sanitises_and_makes_a_slug(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	struct story_saved saved = { 0 };

	OK(story_save(CTX, ST,
	    &(struct story_save){
		.edition = room->edition,
		.text = {
		    .headline = STR("  Grüße aus dem Hafen  "),
		    .body = STR("<p onclick=x>Hi<script>alert(1)</script>"),
		},
	    },
	    &saved));
	OK(story_article(CTX, ST, saved.id, -1, &a));
	assert_string_equal(
	    str_cstr(room->arena, a->headline), "Grüße aus dem Hafen");
	assert_string_equal(
	    str_cstr(room->arena, str_trim(a->body.s)), "<p>Hi</p>");
	assert_true(str_starts(a->slug, STR("gru")));
	assert_int_equal(a->state, STORY_DRAFT);
	REFUSED(ERR_NOTFOUND, "not published",
	    story_article(CTX, ST, saved.id, 0, &a));
}

static void
test_story_save__refuses_what_is_wrong(void **state)
{
	struct room *room = *state;
	struct story_saved saved = { 0 };
	struct story_save in = {
		.edition = room->edition,
		.text = { .headline = STR("A"), .body = STR("<p>x") },
	};
	char *big = arena_alloc(room->arena, BODY_MAX + 1);

	in.text.headline = STR("  ");
	REFUSED(ERR_INVALID, "no headline", story_save(CTX, ST, &in, &saved));
	in.text.headline = STR("a\nb");
	REFUSED(ERR_INVALID, "line break", story_save(CTX, ST, &in, &saved));
	in.text.headline = STR("a\xff");
	REFUSED(ERR_INVALID, "UTF-8", story_save(CTX, ST, &in, &saved));
	in.text.headline = STR("A");
	memset(big, 'a', BODY_MAX + 1);
	in.text.body = str_make(big, BODY_MAX + 1);
	REFUSED(ERR_LIMIT, "the limit is", story_save(CTX, ST, &in, &saved));
	in.text.body = STR("<p>x");
	in.slug = STR("Not a slug");
	REFUSED(ERR_INVALID, "slug", story_save(CTX, ST, &in, &saved));
	in.slug = STR("");
	in.text.authors = &(int64_t){ 999 };
	in.text.authors_n = 1;
	REFUSED(ERR_INVALID, "author 999", story_save(CTX, ST, &in, &saved));
}

static void
test_story_save__refuses_a_story_that_moved(void **state)
{
	struct room *room = *state;
	int64_t id = room_story(room, "One", 0, 0);
	struct story_saved saved = { 0 };
	struct story_save in = {
		.id = id,
		.seen = 2,
		.text = { .headline = STR("Two"), .body = STR("<p>x") },
	};

	OK(story_save(CTX, ST, &in, &saved));
	REFUSED(ERR_CONFLICT, "no longer at version",
	    story_save(CTX, ST, &in, &saved));
}

static void
test_story_publish__goes_live_and_touches_its_surfaces(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	int64_t section = 0;
	int64_t id = 0;

	OK(section_put(CTX, ST,
	    &(struct section){
		.edition = room->edition, .title = STR("Harbour") },
	    &section));
	id = room_story(room, "Ship comes in", section, NOON);
	assert_true(room_touched(room, "story:1"));
	assert_true(room_touched(room, "front:1"));
	assert_true(room_touched(room, "list:e:1"));
	assert_true(room_touched(room, "list:s:1"));
	assert_true(room_touched(room, "slist:1"));
	OK(story_article(CTX, ST, id, 0, &a));
	assert_int_equal(a->live_at, NOON);
	assert_int_equal(a->updated_at, 0);
	assert_int_equal(a->state, STORY_PUBLISHED);
}

static void
test_story_publish__keeps_a_pending_revision_from_readers(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	const struct story *s = NULL;
	struct story_saved saved = { 0 };
	int64_t id = room_story(room, "First", 0, NOON);

	OK(story_save(CTX, ST,
	    &(struct story_save){ .id = id,
		.text = { .headline = STR("Second"), .body = STR("<p>y") } },
	    &saved));
	OK(story_article(CTX, ST, id, 0, &a));
	assert_true(str_eq(a->headline, STR("First")));
	OK(story_by_id(CTX, ST, id, &s));
	assert_int_equal(s->pending, STORY_DRAFT);
	atomic_store(&room->clock.fixed_ns, (NOON + 60) * CLOCK_SECOND);
	OK(story_publish(CTX, ST, &(struct story_publish){ .id = id }));
	OK(story_article(CTX, ST, id, 0, &a));
	assert_true(str_eq(a->headline, STR("Second")));
	assert_true(str_eq(a->slug, STR("first"))); /* addresses stay */
	assert_int_equal(a->live_at, NOON);
	assert_int_equal(a->updated_at, NOON + 60);
}

static void
test_story_publish__later_waits_for_its_time(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	int64_t id = room_story(room, "Embargo", 0, NOON + 100);
	struct story_due due = { 0 };

	REFUSED(
	    ERR_NOTFOUND, "not published", story_article(CTX, ST, id, 0, &a));
	OK(story_publish_due(CTX, ST, &due));
	assert_int_equal(due.n, 0);
	assert_int_equal(due.next, NOON + 100);
	atomic_store(&room->clock.fixed_ns, (NOON + 100) * CLOCK_SECOND);
	OK(story_publish_due(CTX, ST, &due));
	assert_int_equal(due.n, 1);
	assert_int_equal(due.went[0].late, 0);
	assert_int_equal(due.next, 0);
	assert_true(room_touched(room, "front:1"));
	OK(story_article(CTX, ST, id, 0, &a));
	assert_int_equal(a->live_at, NOON + 100);
}

static void
test_story_publish_due__says_how_late_each_is(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	int64_t one = room_story(room, "One", 0, NOON + 100);
	int64_t two = room_story(room, "Two", 0, NOON + 130);
	int64_t later = room_story(room, "Later", 0, NOON + 500);
	struct story_due due = { 0 };

	atomic_store(&room->clock.fixed_ns, (NOON + 137) * CLOCK_SECOND);
	OK(story_publish_due(CTX, ST, &due));
	assert_int_equal(due.n, 2);
	assert_int_equal(due.went[0].id, one);
	assert_int_equal(due.went[0].late, 37);
	assert_int_equal(due.went[1].id, two);
	assert_int_equal(due.went[1].late, 7);
	assert_int_equal(due.next, NOON + 500);
	/* On the page stands when it was to be, not when it was. */
	OK(story_article(CTX, ST, two, 0, &a));
	assert_int_equal(a->live_at, NOON + 130);
	OK(story_unschedule(CTX, ST, &(struct story_move){ .id = later }));
	OK(story_publish_due(CTX, ST, &due));
	assert_int_equal(due.n, 0);
	assert_int_equal(due.next, 0);
	REFUSED(ERR_CONFLICT, "not scheduled",
	    story_unschedule(CTX, ST, &(struct story_move){ .id = later }));
}

static void
test_story_withdraw__hides_it_and_lets_it_return(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	const struct teaser *t = NULL;
	size_t n = 9;
	int64_t id = room_story(room, "Gone soon", 0, NOON);

	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = id }));
	assert_true(room_touched(room, "story:1"));
	assert_true(room_touched(room, "front:1"));
	REFUSED(
	    ERR_NOTFOUND, "not published", story_article(CTX, ST, id, 0, &a));
	OK(range_read(CTX, ST,
	    &(struct range){ .kind = RANGE_EDITION, .ref = 1, .n = 10 }, &t,
	    &n));
	assert_int_equal(n, 0);
	REFUSED(ERR_CONFLICT, "is not published",
	    story_withdraw(CTX, ST, &(struct story_move){ .id = id }));
	OK(story_publish(CTX, ST, &(struct story_publish){ .id = id }));
	OK(story_article(CTX, ST, id, 0, &a));
	assert_int_equal(a->live_at, NOON);
}

static void
test_story_takedown__is_for_good(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	struct story_saved saved = { 0 };
	int64_t id = room_story(room, "Never again", 0, NOON);

	OK(story_takedown(CTX, ST, &(struct story_move){ .id = id }));
	REFUSED(ERR_GONE, "taken down", story_article(CTX, ST, id, 0, &a));
	REFUSED(ERR_GONE, "taken down",
	    story_publish(CTX, ST, &(struct story_publish){ .id = id }));
	REFUSED(ERR_GONE, "taken down",
	    story_save(CTX, ST,
		&(struct story_save){
		    .id = id, .text = { .headline = STR("x") } },
		&saved));
}

static void
test_story_correct__is_public_and_dated(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	int64_t id = room_story(room, "Ships", 0, NOON);
	int64_t correction = 0;

	REFUSED(ERR_INVALID, "says nothing",
	    story_correct(CTX, ST,
		&(struct story_correct){ .id = id, .text = STR(" ") },
		&correction));
	OK(story_correct(CTX, ST,
	    &(struct story_correct){
		.id = id, .text = STR("The number is 41.") },
	    &correction));
	assert_true(room_touched(room, "story:1"));
	OK(story_article(CTX, ST, id, 0, &a));
	assert_int_equal(a->corrections_n, 1);
	assert_int_equal(a->corrections[0].at, NOON);
}

static void
test_story_save__a_stub_arrives_under_its_id(void **state)
{
	struct room *room = *state;
	const struct related *r = NULL;
	const int64_t *ids = NULL;
	struct story_saved saved = { 0 };
	const struct wire_item item = { 1886610, 3666470, STR_INIT("21"),
		STR_INIT("/2016/11/18/alalam_1_25f_4x3.mp4"),
		STR_INIT("Fresh VIDEO: Gunfire") };
	int64_t id = room_story(room, "Holder", 0, NOON);
	size_t n = 0;

	OK(related_add(CTX, ST, id, &item, 1, &n));
	assert_int_equal(n, 1);
	assert_true(room_touched(room, "related:1"));
	OK(related_read(CTX, ST, id, &r, &n));
	assert_int_equal(n, 1);
	assert_true(r[0].stub);
	assert_int_equal(r[0].wire.sort, 3666470);
	/* A new story takes no stub's id. */
	assert_int_equal(room_story(room, "Other", 0, NOON), 1886611);
	OK(story_save(CTX, ST,
	    &(struct story_save){ .want_id = 1886610,
		.edition = room->edition,
		.text = { .headline = STR("Gunfire"), .body = STR("x") } },
	    &saved));
	assert_true(saved.stub_arrived);
	OK(related_read(CTX, ST, id, &r, &n));
	assert_int_equal(n, 0); /* a draft is not for readers */
	OK(related_ids(CTX, ST, id, &ids, &n));
	assert_int_equal(n, 1); /* but its page must learn of it */
	assert_int_equal(ids[0], 1886610);
	OK(story_publish(
	    CTX, ST, &(struct story_publish){ .id = 1886610, .at = NOON }));
	/* The tag that pages with it in their related list carry. */
	assert_true(room_touched(room, "story:1886610"));
	OK(related_read(CTX, ST, id, &r, &n));
	assert_int_equal(n, 1);
	assert_false(r[0].stub);
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = 1886610 }));
	OK(related_read(CTX, ST, id, &r, &n));
	assert_int_equal(n, 0);
	REFUSED(ERR_CONFLICT, "is there already",
	    story_save(CTX, ST,
		&(struct story_save){ .want_id = 1886610,
		    .edition = room->edition,
		    .text = { .headline = STR("Gunfire") } },
		&saved));
}

static void
test_related_add__keeps_order_and_refuses_a_taken_sort(void **state)
{
	struct room *room = *state;
	struct wire_item item = { 77, 500, STR_INIT("21"), STR_INIT(""),
		STR_INIT("A") };
	int64_t one = room_story(room, "One", 0, NOON);
	size_t n = 0;

	OK(related_add(CTX, ST, one, &item, 1, &n));
	item.id = 78;
	REFUSED(ERR_CONFLICT, "sort 500 is taken",
	    related_add(CTX, ST, one, &item, 1, &n));
	item.id = one;
	REFUSED(ERR_INVALID, "related to itself",
	    related_add(CTX, ST, one, &item, 1, &n));
	item.id = -1;
	REFUSED(ERR_INVALID, "which is none",
	    related_add(CTX, ST, one, &item, 1, &n));
}

static void
test_story_save__translations_know_each_other(void **state)
{
	struct room *room = *state;
	const struct translation *t = NULL;
	const struct article *a = NULL;
	struct story_saved saved = { 0 };
	size_t n = 0;
	int64_t one = room_story(room, "One", 0, NOON);
	int64_t ar = 0;

	OK(edition_put(CTX, ST,
	    &(struct edition){ .code = STR("ar"),
		.lang = STR("ar"),
		.rtl = true,
		.zone = STR("UTC"),
		.title = STR("بريد الميناء") },
	    &ar));
	OK(story_save(CTX, ST,
	    &(struct story_save){ .edition = ar,
		.translation_of = one,
		.text = { .headline = STR("واحد"), .body = STR("x") } },
	    &saved));
	OK(story_publish(
	    CTX, ST, &(struct story_publish){ .id = saved.id, .at = NOON }));
	assert_true(room_touched(room, "story:1"));
	OK(story_article(CTX, ST, one, 0, &a));
	OK(story_translations(CTX, ST, one, a->translation_set, &t, &n));
	assert_int_equal(n, 1);
	assert_int_equal(t[0].story, saved.id);
	assert_int_equal(t[0].edition, ar);
}

/* ---- both at once ---- */

static struct story_saved
save_public(struct room *room, const struct story_save *in, int64_t at)
{
	struct story_saved saved = { 0 };

	OK(story_save_public(CTX, ST, in,
	    &(struct story_publish){ .at = at, .search_later = true }, &saved));
	return saved;
}

static void
test_story_save_public__does_what_both_do(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	const struct story *s = NULL;
	struct audit_head before = { 0 };
	struct audit_head after = { 0 };
	struct story_saved saved = { 0 };

	OK(audit_head(CTX, ST, &before));
	saved = save_public(room,
	    &(struct story_save){ .edition = room->edition,
		.text = { .headline = STR("First"), .body = STR("<p>x") } },
	    NOON);
	assert_true(room_touched(room, "story:1"));
	assert_true(room_touched(room, "front:1"));
	OK(story_article(CTX, ST, saved.id, 0, &a));
	assert_int_equal(a->live_at, NOON);
	assert_int_equal(a->updated_at, 0);
	assert_true(str_eq(a->slug, STR("first")));
	OK(story_by_id(CTX, ST, saved.id, &s));
	assert_int_equal(s->version, saved.version);
	assert_int_equal(s->work_rev, saved.rev);
	assert_int_equal(s->live_rev, saved.rev);
	assert_true(s->slug_fixed);
	OK(audit_head(CTX, ST, &after));
	assert_int_equal(after.id, before.id + 2); /* saved, published */
}

static void
test_story_save_public__renews_what_readers_see(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	const struct story *s = NULL;
	int64_t id = room_story(room, "First", 0, NOON);

	OK(story_by_id(CTX, ST, id, &s));
	atomic_store(&room->clock.fixed_ns, (NOON + 60) * CLOCK_SECOND);
	save_public(room,
	    &(struct story_save){ .id = id,
		.seen = s->version,
		.slug = STR("second-by-hand"),
		.text = { .headline = STR("Second"), .body = STR("<p>y") } },
	    0);
	OK(story_article(CTX, ST, id, 0, &a));
	assert_true(str_eq(a->headline, STR("Second")));
	assert_true(str_eq(a->slug, STR("second-by-hand")));
	assert_int_equal(a->live_at, NOON);
	assert_int_equal(a->updated_at, NOON + 60);
	OK(story_by_id(CTX, ST, id, &s));
	assert_int_equal(s->pending, STORY_STUB);
	REFUSED(ERR_CONFLICT, "no longer at version",
	    story_save_public(CTX, ST,
		&(struct story_save){ .id = id,
		    .seen = s->version - 1,
		    .text = { .headline = STR("Third") } },
		&(struct story_publish){ 0 }, &(struct story_saved){ 0 }));
}

static void
test_story_save_public__later_waits_for_its_time(void **state)
{
	struct room *room = *state;
	const struct article *a = NULL;
	const struct story *s = NULL;
	struct story_saved saved = save_public(room,
	    &(struct story_save){ .edition = room->edition,
		.text = { .headline = STR("Embargo"), .body = STR("x") } },
	    NOON + 100);

	REFUSED(ERR_NOTFOUND, "not published",
	    story_article(CTX, ST, saved.id, 0, &a));
	OK(story_by_id(CTX, ST, saved.id, &s));
	assert_int_equal(s->state, STORY_SCHEDULED);
	assert_int_equal(s->version, saved.version);
	assert_int_equal(s->due_rev, saved.rev);
	assert_int_equal(s->due_at, NOON + 100);
}

static void
test_story_save_public__touches_what_it_translates(void **state)
{
	struct room *room = *state;
	int64_t one = room_story(room, "One", 0, NOON);
	int64_t two = room_story(room, "Two", 0, NOON);
	const struct article *a = NULL;
	const struct translation *t = NULL;
	struct story_saved saved = { 0 };
	size_t n = 0;

	OK(story_save(CTX, ST,
	    &(struct story_save){ .id = two,
		.translation_of = one,
		.text = { .headline = STR("Two"), .body = STR("x") } },
	    &saved));
	saved = save_public(room,
	    &(struct story_save){ .edition = room->edition,
		.translation_of = one,
		.text = { .headline = STR("Three"), .body = STR("x") } },
	    NOON);
	assert_true(room_touched(room, "story:1"));
	assert_true(room_touched(room, "story:2"));
	OK(story_article(CTX, ST, saved.id, 0, &a));
	OK(story_translations(CTX, ST, saved.id, a->translation_set, &t, &n));
	assert_int_equal(n, 2);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_story_save__sanitises_and_makes_a_slug),
		ROOM_TEST(test_story_save__refuses_what_is_wrong),
		ROOM_TEST(test_story_save__refuses_a_story_that_moved),
		ROOM_TEST(
		    test_story_publish__goes_live_and_touches_its_surfaces),
		ROOM_TEST(
		    test_story_publish__keeps_a_pending_revision_from_readers),
		ROOM_TEST(test_story_publish__later_waits_for_its_time),
		ROOM_TEST(test_story_save_public__does_what_both_do),
		ROOM_TEST(test_story_save_public__renews_what_readers_see),
		ROOM_TEST(test_story_save_public__later_waits_for_its_time),
		ROOM_TEST(test_story_save_public__touches_what_it_translates),
		ROOM_TEST(test_story_publish_due__says_how_late_each_is),
		ROOM_TEST(test_story_withdraw__hides_it_and_lets_it_return),
		ROOM_TEST(test_story_takedown__is_for_good),
		ROOM_TEST(test_story_correct__is_public_and_dated),
		ROOM_TEST(test_story_save__a_stub_arrives_under_its_id),
		ROOM_TEST(
		    test_related_add__keeps_order_and_refuses_a_taken_sort),
		ROOM_TEST(test_story_save__translations_know_each_other),
	};

	return UNIT_RUN(tests, argc, argv);
}
