/* SPDX-License-Identifier: MIT */
/* The house and its order: what may be put there, and who hears of it. */

#include "unit/newsroom_fixture.h"

#include "newsroom/audit.h"
#include "newsroom/list.h"
#include "store/sql.h"

#define ST room->store
#define CTX &room->ctx

static int64_t
audit_rows(struct room *room)
{
	struct audit_head head = { 0 };

	OK(audit_head(CTX, ST, &head));
	return head.id;
}

/* n times that character. */
static struct str
many(struct room *room, const char *character, size_t n)
{
	struct buf b;
	struct str out = { 0 };

	buf_init(&b, room->arena, 100000);
	for (size_t i = 0; i < n; i++)
		buf_put(&b, str_c(character));
	OK(buf_done(CTX, &b, &out));
	return out;
}

/* ---- founding ---- */

static void
test_house_found__makes_all_that_a_newsroom_needs(void **state)
{
	struct room *room = *state;
	const struct house *h = NULL;
	const struct edition *e = NULL;
	const struct list *front = NULL;
	const struct advisory *a = NULL;
	char zeros[32] = { 0 };
	size_t n = 0;

	OK(house_get(CTX, ST, &h));
	assert_true(str_eq(h->code, STR("courier")));
	assert_int_equal(h->secret.n, 32);
	assert_memory_not_equal(h->secret.p, zeros, 32);
	OK(edition_list(CTX, ST, &e, &n));
	assert_int_equal(n, 1);
	assert_true(e->is_default && !e->rtl);
	assert_true(str_eq(e->code, STR("en")));
	assert_true(str_eq(e->zone, STR("UTC")));
	OK(list_front(CTX, ST, e->id, &front));
	assert_true(str_eq(front->code, STR("front")));
	OK(advisory_list(CTX, ST, STR("ar"), &a, &n));
	assert_int_equal(n, 4);
	assert_true(str_eq(a[0].code, STR("graphic")));
	assert_int_equal(a[0].severity, SEVERITY_GATE);
	assert_true(str_eq(a[0].label, STR("مشاهد قاسية")));
	assert_true(str_eq(a[3].code, STR("sensitive")));
	assert_int_equal(a[3].severity, SEVERITY_NOTE);
	assert_true(audit_rows(room) > 0);
}

static void
test_house_found__happens_once(void **state)
{
	struct room *room = *state;
	int64_t rows = audit_rows(room);

	REFUSED(ERR_CONFLICT, "founded already",
	    house_found(CTX, ST,
		&(struct house_new){
		    .code = STR("other"), .title = STR("Other") }));
	assert_int_equal(audit_rows(room), rows);
}

/* A folder of its own, not yet founded. */
static void
with_empty_store(
    struct room *room, void (*check)(struct room *room, struct store *st))
{
	struct folder *f = NULL;
	struct store *st = NULL;

	OK(folder_create(
	    CTX, str_printf(room->arena, "%s/empty", room->path), &f));
	OK(store_open(CTX, &(struct store_open){ f, STORE_WRITE }, &st));
	check(room, st);
	store_close(st);
	folder_close(f);
}

static void
found_persian(struct room *room, struct store *st)
{
	const struct edition *e = NULL;

	OK(house_found(CTX, st,
	    &(struct house_new){
		.code = STR("bandar"),
		.title = STR("بندر"),
		.lang = STR("fa-IR"),
		.zone = STR("Asia/Tehran"),
	    }));
	OK(edition_by_code(CTX, st, STR(""), &e));
	assert_true(str_eq(e->code, STR("fa")));
	assert_true(str_eq(e->lang, STR("fa-IR")));
	assert_true(e->rtl);
}

static void
test_house_found__writes_from_the_right_where_the_language_does(void **state)
{
	with_empty_store(*state, found_persian);
}

static void
found_wrongly(struct room *room, struct store *st)
{
	static const struct {
		struct house_new in;
		const char *words;
	} wrong[] = {
		{ { .code = STR_INIT("Courier"), .title = STR_INIT("T") },
		    "house's code" },
		{ { .code = STR_INIT(""), .title = STR_INIT("T") },
		    "house's code" },
		{ { .code = STR_INIT("c"), .title = STR_INIT(" ") },
		    "title is empty" },
		{ { .code = STR_INIT("c"), .title = STR_INIT("a\nb") },
		    "one line" },
		{ { .code = STR_INIT("c"),
		      .title = STR_INIT("T"),
		      .lang = STR_INIT("no language") },
		    "language" },
		{ { .code = STR_INIT("c"),
		      .title = STR_INIT("T"),
		      .zone = STR_INIT("Mars/Olympus") },
		    "no time zone" },
	};
	const struct house *h = NULL;

	REFUSED(ERR_NOTFOUND, "masthead init", house_get(CTX, st, &h));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		REFUSED(ERR_INVALID, wrong[i].words,
		    house_found(CTX, st, &wrong[i].in));
	/* Each left the store as empty as it was. */
	REFUSED(ERR_NOTFOUND, "masthead init", house_get(CTX, st, &h));
}

static void
test_house_found__refuses_what_no_house_can_be(void **state)
{
	with_empty_store(*state, found_wrongly);
}

/* ---- editions ---- */

static const struct edition arabic = {
	.code = STR_INIT("ar"),
	.lang = STR_INIT("ar"),
	.rtl = true,
	.zone = STR_INIT("Asia/Beirut"),
	.title = STR_INIT("بريد الميناء"),
};

static void
test_edition_put__makes_one_and_changes_it(void **state)
{
	struct room *room = *state;
	struct edition in = arabic;
	const struct edition *e = NULL;
	int64_t first = 0;
	int64_t second = 0;

	OK(edition_put(CTX, ST, &in, &first));
	assert_true(room_touched(room, "house"));
	in.title = STR("  بريد  ");
	in.zone = STR("Asia/Baghdad");
	OK(edition_put(CTX, ST, &in, &second));
	assert_int_equal(first, second);
	OK(edition_by_code(CTX, ST, STR("ar"), &e));
	assert_true(str_eq(e->title, STR("بريد")));
	assert_true(e->rtl && !e->is_default);
	OK(edition_by_id(CTX, ST, room->edition, &e));
	assert_true(e->is_default);
	OK(edition_by_code(CTX, ST, STR("xx"), &e));
	assert_null(e);
}

static void
test_edition_put__refuses_what_would_break_addresses_or_dates(void **state)
{
	static const struct {
		const char *code, *lang, *zone, *form, *words;
	} wrong[] = {
		{ "a", "ar", "UTC", "", "2 to 16" },
		{ "AR", "ar", "UTC", "", "small letters" },
		{ "2016", "ar", "UTC", "", "a letter first" },
		{ "api", "ar", "UTC", "", "an address of that name" },
		{ "lite", "ar", "UTC", "", "an address of that name" },
		{ "ar", "arabic please", "UTC", "", "no language tag" },
		{ "ar", "ar", "Beirut", "", "no time zone" },
		{ "ar", "ar", "../etc", "", "no time zone" },
		{ "ar", "ar", "UTC", "'open", "" },
	};
	struct room *room = *state;
	int64_t rows = audit_rows(room);
	int64_t id = 0;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct edition in = arabic;

		in.code = str_c(wrong[i].code);
		in.lang = str_c(wrong[i].lang);
		in.zone = str_c(wrong[i].zone);
		in.date_form = str_c(wrong[i].form);
		REFUSED(ERR_INVALID, wrong[i].words,
		    edition_put(CTX, ST, &in, &id));
	}
	assert_int_equal(audit_rows(room), rows);
}

/* ---- sections ---- */

static void
test_section_put__makes_its_slug_and_its_list(void **state)
{
	struct room *room = *state;
	const struct section *s = NULL;
	const struct list *l = NULL;
	int64_t id = 0;
	size_t n = 0;

	OK(section_put(CTX, ST,
	    &(struct section){
		.edition = room->edition,
		.title = STR("World & Sea"),
		.position = 2,
	    },
	    &id));
	assert_true(room_touched(room, "section:1"));
	assert_true(room_touched(room, "edition:1"));
	OK(section_by_slug(CTX, ST, room->edition, STR("world-sea"), &s));
	assert_int_equal(s->id, id);
	OK(list_by_section(CTX, ST, id, &l));
	assert_int_equal(l->section, id);
	OK(section_put(CTX, ST,
	    &(struct section){ .edition = room->edition,
		.slug = STR("home"),
		.title = STR("Home"),
		.position = 1 },
	    &id));
	OK(section_list(CTX, ST, room->edition, &s, &n));
	assert_int_equal(n, 2);
	assert_true(str_eq(s[0].slug, STR("home")));
}

static void
test_section_put__renames_the_one_with_that_slug(void **state)
{
	struct room *room = *state;
	struct section in = { .edition = room->edition,
		.slug = STR("home"),
		.title = STR("Home") };
	const struct section *s = NULL;
	int64_t first = 0;
	int64_t second = 0;

	OK(section_put(CTX, ST, &in, &first));
	in.title = STR("Domestic");
	OK(section_put(CTX, ST, &in, &second));
	assert_int_equal(first, second);
	OK(section_by_slug(CTX, ST, room->edition, STR("home"), &s));
	assert_true(str_eq(s->title, STR("Domestic")));
}

static void
test_section_put__refuses_wrong_words(void **state)
{
	struct room *room = *state;
	struct section in = { .edition = room->edition };
	int64_t id = 0;

	REFUSED(ERR_INVALID, "is empty", section_put(CTX, ST, &in, &id));
	in.title = many(room, "é", TITLE_MAX);
	in.slug = STR("fits");
	OK(section_put(CTX, ST, &in, &id));
	in.title = many(room, "é", TITLE_MAX + 1);
	REFUSED(ERR_LIMIT, "300 characters", section_put(CTX, ST, &in, &id));
	in.title = STR("bad \xff byte");
	REFUSED(ERR_INVALID, "UTF-8", section_put(CTX, ST, &in, &id));
	in.title = STR("two\nlines");
	REFUSED(ERR_INVALID, "one line", section_put(CTX, ST, &in, &id));
	in.title = STR("Fine");
	in.slug = STR("Not A Slug");
	REFUSED(ERR_INVALID, "no slug", section_put(CTX, ST, &in, &id));
	in.slug = STR("");
	in.edition = 99;
	REFUSED(ERR_INVALID, "no edition", section_put(CTX, ST, &in, &id));
}

/* ---- tags and authors ---- */

static void
test_tag_put__finds_without_writing(void **state)
{
	struct room *room = *state;
	struct term in = { .edition = room->edition, .title = STR("Mosul") };
	const struct term *t = NULL;
	int64_t first = 0;
	int64_t again = 0;
	int64_t rows = 0;

	OK(tag_put(CTX, ST, &in, &first));
	rows = audit_rows(room);
	room->last.n = 0;
	OK(tag_put(CTX, ST, &in, &again));
	assert_int_equal(first, again);
	in.title = STR("  Mosul ");
	OK(tag_put(CTX, ST, &in, &again));
	assert_int_equal(first, again);
	in.slug = STR("mosul");
	OK(tag_put(CTX, ST, &in, &again));
	assert_int_equal(first, again);
	assert_int_equal(audit_rows(room), rows);
	assert_int_equal(room->last.n, 0);
	/* By its slug it takes another spelling. */
	in.title = STR("Mosul, Iraq");
	OK(tag_put(CTX, ST, &in, &again));
	assert_int_equal(first, again);
	assert_true(room_touched(room, "tag:1"));
	assert_int_equal(audit_rows(room), rows + 1);
	OK(tag_by_slug(CTX, ST, room->edition, STR("mosul"), &t));
	assert_true(str_eq(t->title, STR("Mosul, Iraq")));
}

static void
test_author_put__finds_without_writing(void **state)
{
	struct room *room = *state;
	struct term in = { .edition = room->edition,
		.title = STR("Ilse Varden") };
	const struct term *t = NULL;
	int64_t first = 0;
	int64_t again = 0;
	int64_t rows = 0;

	OK(author_put(CTX, ST, &in, &first));
	rows = audit_rows(room);
	OK(author_put(CTX, ST, &in, &again));
	assert_int_equal(first, again);
	assert_int_equal(audit_rows(room), rows);
	in.slug = STR("ilse-varden");
	in.standfirst = STR("Writes from the harbour.");
	OK(author_put(CTX, ST, &in, &again));
	assert_int_equal(first, again);
	assert_true(room_touched(room, "author:1"));
	/* An import that knows only the name leaves the rest alone. */
	in.slug = STR("");
	in.standfirst = STR("");
	OK(author_put(CTX, ST, &in, &again));
	OK(author_by_slug(CTX, ST, room->edition, STR("ilse-varden"), &t));
	assert_true(str_eq(t->standfirst, STR("Writes from the harbour.")));
}

static void
test_tag_put__keeps_editions_apart(void **state)
{
	struct room *room = *state;
	const struct term *t = NULL;
	int64_t ar = 0;
	int64_t one = 0;
	int64_t two = 0;

	OK(edition_put(CTX, ST, &arabic, &ar));
	OK(tag_put(CTX, ST,
	    &(struct term){ .edition = room->edition, .title = STR("Sea") },
	    &one));
	OK(tag_by_slug(CTX, ST, ar, STR("sea"), &t));
	assert_null(t);
	OK(tag_put(CTX, ST,
	    &(struct term){ .edition = ar, .title = STR("Sea") }, &two));
	assert_int_not_equal(one, two);
}

/* ---- advisories ---- */

static void
test_advisory_put__grows_its_version_with_every_edit(void **state)
{
	struct room *room = *state;
	struct advisory in = { .code = STR("graphic"),
		.severity = SEVERITY_GATE,
		.label = STR("GRAPHIC CONTENT") };
	const struct advisory *a = NULL;
	int64_t version = 0;
	int64_t rows = 0;
	int64_t id = 0;
	size_t n = 0;

	OK(advisory_list(CTX, ST, STR("en"), &a, &n));
	version = a[0].version;
	OK(advisory_put(CTX, ST, &in, STR("en"), &id));
	assert_int_equal(id, a[0].id);
	assert_true(room_touched(room, "advisory:1"));
	assert_true(room_touched(room, "house")); /* other stories' pictures */
	OK(advisory_list(CTX, ST, STR("en"), &a, &n));
	assert_int_equal(a[0].version, version + 1);
	assert_true(str_eq(a[0].label, STR("GRAPHIC CONTENT")));
	/* Nothing new: /shown keys stay as they are. */
	rows = audit_rows(room);
	OK(advisory_put(CTX, ST, &in, STR("en"), &id));
	OK(advisory_list(CTX, ST, STR("en"), &a, &n));
	assert_int_equal(a[0].version, version + 1);
	assert_int_equal(audit_rows(room), rows);
	in.severity = SEVERITY_NOTE;
	OK(advisory_put(CTX, ST, &in, STR("en"), &id));
	OK(advisory_list(CTX, ST, STR("en"), &a, &n));
	assert_int_equal(a[0].version, version + 2);
	assert_int_equal(a[0].severity, SEVERITY_NOTE);
}

static void
test_advisory_list__falls_back_to_english_and_to_the_code(void **state)
{
	struct room *room = *state;
	const struct advisory *a = NULL;
	int64_t id = 0;
	size_t n = 0;

	OK(advisory_put(CTX, ST,
	    &(struct advisory){
		.code = STR("dive"), .label = STR("Tauchgang") },
	    STR("de"), &id));
	OK(advisory_list(CTX, ST, STR("de"), &a, &n));
	assert_int_equal(n, 5);
	assert_true(str_eq(a[0].label, STR("Graphic content")));
	assert_true(str_eq(a[4].label, STR("Tauchgang")));
	OK(advisory_list(CTX, ST, STR("fr"), &a, &n));
	assert_true(str_eq(a[4].label, STR("dive")));
}

static void
test_advisory_put__refuses_wrong_words(void **state)
{
	struct room *room = *state;
	struct advisory in = { .code = STR("war"), .label = STR("War") };
	int64_t id = 0;

	REFUSED(ERR_INVALID, "no language tag",
	    advisory_put(CTX, ST, &in, STR("x y"), &id));
	in.label = STR("");
	REFUSED(ERR_INVALID, "label is empty",
	    advisory_put(CTX, ST, &in, STR("en"), &id));
	in.code = STR("War!");
	REFUSED(ERR_INVALID, "advisory's code",
	    advisory_put(CTX, ST, &in, STR("en"), &id));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_house_found__makes_all_that_a_newsroom_needs),
		ROOM_TEST(test_house_found__happens_once),
		ROOM_TEST(
		    test_house_found__writes_from_the_right_where_the_language_does),
		ROOM_TEST(test_house_found__refuses_what_no_house_can_be),
		ROOM_TEST(test_edition_put__makes_one_and_changes_it),
		ROOM_TEST(
		    test_edition_put__refuses_what_would_break_addresses_or_dates),
		ROOM_TEST(test_section_put__makes_its_slug_and_its_list),
		ROOM_TEST(test_section_put__renames_the_one_with_that_slug),
		ROOM_TEST(test_section_put__refuses_wrong_words),
		ROOM_TEST(test_tag_put__finds_without_writing),
		ROOM_TEST(test_author_put__finds_without_writing),
		ROOM_TEST(test_tag_put__keeps_editions_apart),
		ROOM_TEST(test_advisory_put__grows_its_version_with_every_edit),
		ROOM_TEST(
		    test_advisory_list__falls_back_to_english_and_to_the_code),
		ROOM_TEST(test_advisory_put__refuses_wrong_words),
	};

	return UNIT_RUN(tests, argc, argv);
}
