/* SPDX-License-Identifier: MIT */
/* Assets: a permanent address each, and what stands before it. */

#include "unit/newsroom_fixture.h"

#include "newsroom/asset.h"
#include "newsroom/audit.h"
#include "newsroom/list.h"
#include "store/blob.h"

#define ST room->store
#define CTX &room->ctx

/* A good one, of an original that holds those words. */
static struct asset
picture(struct room *room, const char *words)
{
	return (struct asset){
		.kind = ASSET_PICTURE,
		.type = STR("image/jpeg"),
		.blob = digest_hex(room->arena, str_c(words)),
		.size = 1000,
		.width = 1600,
		.height = 900,
		.focal_x = 500,
		.focal_y = 500,
		.alt = STR("A pier in the rain"),
	};
}

static const struct asset *
add(struct room *room, const struct asset *in)
{
	const struct asset *out = NULL;

	OK(asset_add(CTX, ST, in, &out));
	return out;
}

static int64_t
advisory(struct room *room, const char *code)
{
	const struct advisory *all = NULL;
	size_t n = 0;

	OK(advisory_list(CTX, ST, STR("en"), &all, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].code, str_c(code)))
			return all[i].id;
	fail_msg("no advisory %s", code);
	return 0;
}

/* ---- adding ---- */

static void
test_asset_add__takes_the_present_and_the_house(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *a = add(room, &in);
	const struct asset *same = NULL;

	assert_int_equal(a->ticks, ticks_from_ns(NOON * CLOCK_SECOND));
	assert_true(str_eq(asset_address(room->arena, a),
	    str_printf(room->arena, "/2016/11/18/courier_%" PRId64, a->ticks)));
	OK(asset_by_ticks(CTX, ST, a->ticks, &same));
	assert_int_equal(same->id, a->id);
	assert_true(str_eq(same->alt, in.alt));
	assert_int_equal(same->kind, ASSET_PICTURE);
	OK(asset_by_id(CTX, ST, a->id, &same));
	assert_int_equal(same->ticks, a->ticks);
	OK(asset_by_id(CTX, ST, 99, &same));
	assert_null(same);
}

static void
test_asset_add__moves_on_while_the_ticks_are_taken(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *first = add(room, &in);

	in = picture(room, "two");
	assert_int_equal(add(room, &in)->ticks, first->ticks + 1);
	in = picture(room, "three");
	assert_int_equal(add(room, &in)->ticks, first->ticks + 2);
}

static void
test_asset_add__keeps_the_address_that_an_import_brings(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "capture");
	const struct asset *a = NULL;

	in.ticks = INT64_C(636150734595751124);
	in.house = STR("alalam");
	a = add(room, &in);
	assert_true(str_eq(asset_address(room->arena, a),
	    STR("/2016/11/18/alalam_636150734595751124")));
	/* The day of an address need not be that of its ticks. */
	in = picture(room, "other day");
	in.ticks = INT64_C(636150734595751125);
	in.day = STR("2016/11/19");
	a = add(room, &in);
	assert_true(str_eq(asset_address(room->arena, a),
	    STR("/2016/11/19/courier_636150734595751125")));
	in = picture(room, "third");
	in.ticks = INT64_C(636150734595751124);
	REFUSED(ERR_CONFLICT, "another asset has the ticks",
	    asset_add(CTX, ST, &in, &a));
}

static void
test_asset_add__gives_the_one_with_the_same_original(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *first = add(room, &in);
	struct audit_head before = { 0 };
	struct audit_head after = { 0 };

	OK(audit_head(CTX, ST, &before));
	in.alt = STR("Other words");
	assert_int_equal(add(room, &in)->id, first->id);
	OK(audit_head(CTX, ST, &after));
	assert_int_equal(before.id, after.id);
}

static void
test_asset_add__refuses_what_no_asset_can_be(void **state)
{
	struct room *room = *state;
	static const char *const no_licence[] = { "CC BY 4.0", "https://",
		"http:///x", "javascript:alert(1)", "https://a.example/ b",
		"https://a.example/\n", "https://\xc3\xa4.example",
		"//a.example" };
	struct asset good = picture(room, "one");
	struct asset in = good;
	const struct asset *a = NULL;

	in.alt = STR("bad \xff byte");
	REFUSED(ERR_INVALID, "valid UTF-8", asset_add(CTX, ST, &in, &a));
	in = good;
	in.caption = STR("two\nlines");
	REFUSED(ERR_INVALID, "lines", asset_add(CTX, ST, &in, &a));
	in = good;
	in.copyright = STR("bad \xff byte");
	REFUSED(ERR_INVALID, "valid UTF-8", asset_add(CTX, ST, &in, &a));
	for (size_t i = 0; i < sizeof no_licence / sizeof *no_licence; i++) {
		in = good;
		in.licence = str_c(no_licence[i]);
		REFUSED(ERR_INVALID, "a licence is the address",
		    asset_add(CTX, ST, &in, &a));
	}
	in = good;
	in.focal_x = 1001;
	REFUSED(ERR_INVALID, "per mille", asset_add(CTX, ST, &in, &a));
	in = good;
	in.width = 0;
	REFUSED(ERR_INVALID, "a width", asset_add(CTX, ST, &in, &a));
	in = good;
	in.blob = STR("abc");
	REFUSED(ERR_INVALID, "its digest", asset_add(CTX, ST, &in, &a));
	in = good;
	in.type = STR("");
	REFUSED(ERR_INVALID, "media type", asset_add(CTX, ST, &in, &a));
	in = good;
	in.ticks = -1;
	REFUSED(ERR_INVALID, "no ticks", asset_add(CTX, ST, &in, &a));
	in = good;
	in.day = STR("../../../etc");
	REFUSED(ERR_INVALID, "no day", asset_add(CTX, ST, &in, &a));
	in = good;
	in.day = STR("2016/02/30");
	REFUSED(ERR_INVALID, "no day", asset_add(CTX, ST, &in, &a));
	in = good;
	in.house = STR("../x");
	REFUSED(ERR_INVALID, "house", asset_add(CTX, ST, &in, &a));
	in = good;
	in.advisory = 99;
	REFUSED(ERR_CONFLICT, "rules", asset_add(CTX, ST, &in, &a));
	assert_null(a);
}

/* ---- the gate ---- */

/* A story that leads with it, under that advisory (0: none). */
static struct story_saved
story(struct room *room, int64_t lead, int64_t under)
{
	struct story_saved saved = { 0 };

	OK(story_save(CTX, ST,
	    &(struct story_save){
		.edition = room->edition,
		.text = {
		    .headline = STR("Rain in May"),
		    .body = STR("<p>Some words.</p>"),
		    .lead = lead,
		    .advisory = under,
		},
	    },
	    &saved));
	return saved;
}

static void
publish(struct room *room, int64_t id)
{
	OK(story_publish(CTX, ST, &(struct story_publish){ .id = id }));
}

static struct asset_gate
gate(struct room *room, const struct asset *a)
{
	struct asset_gate g = { 0 };

	OK(asset_gate(CTX, ST, a, &g));
	return g;
}

static struct teaser
teaser(struct room *room, int64_t id)
{
	struct teaser t = { 0 };
	bool there = false;

	OK(teaser_read(CTX, ST, id, false, &t, &there));
	assert_true(there);
	return t;
}

static void
test_asset_gate__is_open_for_what_nobody_warned_of(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *a = add(room, &in);
	int64_t id = 0;

	assert_false(gate(room, a).gated);
	assert_false(gate(room, a).live);
	id = story(room, a->id, 0).id;
	assert_false(gate(room, a).live);
	publish(room, id);
	assert_true(gate(room, a).live);
	assert_false(gate(room, a).gated);
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = id }));
	assert_false(gate(room, a).live);
}

static void
test_asset_gate__closes_by_its_own_advisory(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *a = NULL;

	in.advisory = advisory(room, "graphic");
	a = add(room, &in);
	assert_true(gate(room, a).gated);
	in = picture(room, "two");
	in.advisory = advisory(room, "sensitive"); /* a note gates nothing */
	a = add(room, &in);
	assert_false(gate(room, a).gated);
}

static void
test_asset_gate__closes_by_any_live_story_that_shows_it(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *a = add(room, &in);
	int64_t graphic = advisory(room, "graphic");
	int64_t open = story(room, a->id, 0).id;
	int64_t gated = story(room, a->id, graphic).id;

	publish(room, open);
	assert_false(gate(room, a).gated); /* the other one is a draft */
	publish(room, gated);
	assert_true(gate(room, a).gated);
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = gated }));
	assert_false(gate(room, a).gated);
	assert_true(gate(room, a).live);
}

/* A newer revision without the warning gates on until it is published. */
static void
test_asset_gate__looks_at_the_live_revision_only(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *a = add(room, &in);
	int64_t id = story(room, a->id, advisory(room, "graphic")).id;
	const struct story *now = NULL;
	struct story_saved saved = { 0 };

	publish(room, id);
	OK(story_by_id(CTX, ST, id, &now));
	OK(story_save(CTX, ST,
	    &(struct story_save){
		.id = id,
		.seen = now->version,
		.text = {
		    .headline = STR("Rain in May"),
		    .body = STR("<p>Other words.</p>"),
		    .lead = a->id,
		},
	    },
	    &saved));
	assert_true(gate(room, a).gated);
	assert_true(teaser(room, id).lead.gated);
	publish(room, id);
	assert_false(gate(room, a).gated);
	assert_false(teaser(room, id).lead.gated);
}

/* It is part of the /shown key: an old key must not open a new gate. */
static void
test_asset_gate__changes_its_version_with_the_advisories(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	const struct asset *a = NULL;
	struct advisory label = { .code = STR("graphic"),
		.severity = SEVERITY_GATE,
		.label = STR("GRAPHIC CONTENT") };
	int64_t before = 0;
	int64_t id = 0;

	in.advisory = advisory(room, "graphic");
	a = add(room, &in);
	before = gate(room, a).version;
	assert_true(before > 0);
	OK(advisory_put(CTX, ST, &label, STR("en"), &id));
	assert_true(gate(room, a).version > before);
	before = gate(room, a).version;
	publish(room, story(room, a->id, advisory(room, "distressing")).id);
	assert_true(gate(room, a).version > before);
}

/* ---- what readers are told of it ---- */

static void
test_teaser_read__says_what_another_story_warns_of(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	int64_t lead = add(room, &in)->id;
	int64_t graphic = advisory(room, "graphic");
	int64_t open = story(room, lead, 0).id;
	int64_t noted = story(room, lead, advisory(room, "sensitive")).id;
	const struct article *a = NULL;
	struct teaser t = { 0 };

	publish(room, open);
	publish(room, noted);
	publish(room, story(room, lead, graphic).id);
	t = teaser(room, open);
	assert_true(teaser_is_gated(&t));
	assert_int_equal(t.advisory, graphic);
	assert_true(str_eq(t.advisory_label, STR("Graphic content")));
	/* Its own stands first, and says no less than before. */
	t = teaser(room, noted);
	assert_true(teaser_is_gated(&t));
	assert_true(str_eq(
	    t.advisory_label, STR("Sensitive content · Graphic content")));
	OK(story_for_readers(CTX, ST, open, &a));
	assert_true(a->lead.gated);
	assert_true(str_eq(a->advisory_label, STR("Graphic content")));
	/* What the desk gets is what the desk wrote. */
	OK(story_article(CTX, ST, open, 0, &a));
	assert_int_equal(a->advisory, 0);
	assert_int_equal(a->advisory_label.n, 0);
}

static void
test_teaser_read__prefers_the_words_of_the_picture_itself(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	int64_t distressing = advisory(room, "distressing");
	int64_t id = 0;
	int64_t lead = 0;

	in.advisory = distressing;
	in.advisory_note = STR("It shows a wreck.");
	lead = add(room, &in)->id;
	id = story(room, lead, 0).id;
	publish(room, id);
	publish(room, story(room, lead, advisory(room, "graphic")).id);
	assert_int_equal(teaser(room, id).advisory, distressing);
	assert_true(
	    str_eq(teaser(room, id).advisory_note, STR("It shows a wreck.")));
}

/* Nothing is withheld by an advisory where nothing would be shown. */
static void
test_teaser_read__is_silent_about_what_has_no_rights(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	int64_t id = 0;

	in.advisory = advisory(room, "graphic");
	in.id = add(room, &in)->id;
	id = story(room, in.id, 0).id;
	publish(room, id);
	in.rights_until = NOON - 1;
	OK(asset_set(CTX, ST, &in, 0));
	assert_int_equal(teaser(room, id).advisory, 0);
}

/* In words that its readers understand. */
static void
test_teaser_read__warns_in_the_language_of_the_story(void **state)
{
	struct room *room = *state;
	struct edition ar = { .code = STR("ar"),
		.lang = STR("ar"),
		.rtl = true,
		.zone = STR("UTC"),
		.title = STR("النذير") };
	struct asset in = picture(room, "one");
	int64_t lead = add(room, &in)->id;
	struct story_saved there = { 0 };
	struct story_saved here = { 0 };
	struct story_save save = {
		.text = {
		    .headline = STR("مطر"),
		    .body = STR("<p>كلمات</p>"),
		    .lead = lead,
		},
	};

	OK(edition_put(CTX, ST, &ar, &save.edition));
	OK(story_save(CTX, ST, &save, &there));
	publish(room, there.id);
	save = (struct story_save){
		.edition = room->edition,
		.text = {
		    .headline = STR("Rain in May"),
		    .body = STR("<p>Some words.</p>"),
		    .lead = lead,
		    .advisory = advisory(room, "graphic"),
		    .advisory_label = STR("SCENES"),
		    .advisory_note = STR("The fall itself."),
		},
	};
	OK(story_save(CTX, ST, &save, &here));
	publish(room, here.id);
	assert_true(
	    str_eq(teaser(room, there.id).advisory_label, STR("مشاهد قاسية")));
	assert_int_equal(teaser(room, there.id).advisory_note.n, 0);
	here.id = story(room, lead, 0).id;
	publish(room, here.id);
	assert_true(str_eq(
	    teaser(room, here.id).advisory_label, STR("Graphic content")));
	assert_true(str_eq(
	    teaser(room, here.id).advisory_note, STR("The fall itself.")));
}

/* ---- which maps name it ---- */

enum { OCTOBER = 30 * 86400 /* before NOON */ };

static int64_t
october_story(struct room *room, int64_t lead)
{
	int64_t id = story(room, lead, 0).id;

	OK(story_publish(CTX, ST,
	    &(struct story_publish){ .id = id, .at = NOON - OCTOBER }));
	return id;
}

static void
test_story_publish__touches_the_maps_of_what_it_gates(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	int64_t lead = add(room, &in)->id;
	int64_t id = 0;

	october_story(room, lead);
	publish(room, story(room, lead, 0).id);
	assert_false(room_touched(room, "map:1-201610"));
	id = story(room, lead, advisory(room, "graphic")).id;
	publish(room, id);
	assert_true(room_touched(room, "map:1-201610"));
	OK(story_withdraw(CTX, ST, &(struct story_move){ .id = id }));
	assert_true(room_touched(room, "map:1-201610"));
}

static void
test_asset_set__touches_the_maps_that_name_its_picture(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");
	size_t ended = 0;
	int64_t next = 0;

	in.id = add(room, &in)->id;
	october_story(room, in.id);
	in.advisory = advisory(room, "graphic");
	in.rights_until = NOON + 10;
	OK(asset_set(CTX, ST, &in, 0));
	assert_true(room_touched(room, "map:1-201610"));
	atomic_store(&room->clock.fixed_ns, (NOON + 10) * CLOCK_SECOND);
	room->last.n = 0;
	OK(asset_rights_due(CTX, ST, &ended, &next));
	assert_true(room_touched(room, "map:1-201610"));
}

/* More stories than are looked for: the house's tag drops every page. */
static void
test_asset_set__touches_the_house_where_too_many_show_it(void **state)
{
	struct room *room = *state;
	struct asset in = picture(room, "one");

	in.id = add(room, &in)->id;
	for (int i = 0; i < 199; i++)
		october_story(room, in.id);
	OK(asset_set(CTX, ST, &in, 0));
	assert_false(room_touched(room, "house"));
	october_story(room, in.id);
	OK(asset_set(CTX, ST, &in, 0));
	assert_true(room_touched(room, "house"));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_asset_add__takes_the_present_and_the_house),
		ROOM_TEST(test_asset_add__moves_on_while_the_ticks_are_taken),
		ROOM_TEST(
		    test_asset_add__keeps_the_address_that_an_import_brings),
		ROOM_TEST(test_asset_add__gives_the_one_with_the_same_original),
		ROOM_TEST(test_asset_add__refuses_what_no_asset_can_be),
		ROOM_TEST(test_asset_gate__is_open_for_what_nobody_warned_of),
		ROOM_TEST(test_asset_gate__closes_by_its_own_advisory),
		ROOM_TEST(
		    test_asset_gate__closes_by_any_live_story_that_shows_it),
		ROOM_TEST(test_asset_gate__looks_at_the_live_revision_only),
		ROOM_TEST(
		    test_asset_gate__changes_its_version_with_the_advisories),
		ROOM_TEST(test_teaser_read__says_what_another_story_warns_of),
		ROOM_TEST(
		    test_teaser_read__prefers_the_words_of_the_picture_itself),
		ROOM_TEST(test_teaser_read__is_silent_about_what_has_no_rights),
		ROOM_TEST(test_teaser_read__warns_in_the_language_of_the_story),
		ROOM_TEST(
		    test_story_publish__touches_the_maps_of_what_it_gates),
		ROOM_TEST(
		    test_asset_set__touches_the_maps_that_name_its_picture),
		ROOM_TEST(
		    test_asset_set__touches_the_house_where_too_many_show_it),
	};

	return UNIT_RUN(tests, argc, argv);
}
