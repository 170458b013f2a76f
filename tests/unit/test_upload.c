/* SPDX-License-Identifier: MIT */
/* What is known of files on their way in. */

#include "unit/newsroom_fixture.h"

#include "newsroom/audit.h"
#include "newsroom/intake.h"
#include "newsroom/person.h"
#include "newsroom/upload.h"
#include "store/sql.h"

#define ST room->store
#define CTX &room->ctx

static int
setup(void **state)
{
	struct room *room = NULL;
	struct str made = { 0 };
	int64_t id = 0;

	room_setup(state);
	room = *state;
	OK(person_add(CTX, ST,
	    &(struct person_new){
		.email = STR("ada@example.org"),
		.role = STR("reporter"),
	    },
	    &id, &made));
	return 0;
}

static const struct upload *
add(struct room *room, int64_t size)
{
	const struct upload *u = NULL;

	OK(upload_add(CTX, ST,
	    &(struct upload){
		.person = 1,
		.size = size,
		.file = STR("quay.jpg"),
		.alt = STR("A quay"),
	    },
	    &u));
	return u;
}

static const struct upload *
again(struct room *room, const struct upload *u)
{
	const struct upload *now = NULL;

	OK(upload_by_name(CTX, ST, u->name, &now));
	return now;
}

static void
keep(struct room *room, const struct upload *u, int64_t kept)
{
	int64_t expires_at = 0;

	OK(upload_keep(CTX, ST, u->id, kept, &expires_at));
}

static struct asset
a_picture(void)
{
	return (struct asset){
		.type = STR("image/jpeg"),
		.blob = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			    "aaaaaaaaaaaaaa"),
		.size = 10,
		.width = 1,
		.height = 1,
		.focal_x = 500,
		.focal_y = 500,
	};
}

static void
test_upload_add__has_an_address_that_cannot_be_guessed(void **state)
{
	struct room *room = *state;
	const struct upload *one = add(room, 10);
	const struct upload *two = add(room, 10);

	assert_int_equal(one->name.n, UPLOAD_NAME);
	assert_false(str_eq(one->name, two->name));
	assert_int_equal(again(room, one)->kept, 0);
	assert_int_equal(
	    again(room, one)->expires_at, NOON + UPLOAD_KEEP_SECONDS);
	assert_true(str_eq(again(room, two)->file, STR("quay.jpg")));
}

static void
test_upload_keep__only_forwards_and_lives_on(void **state)
{
	struct room *room = *state;
	const struct upload *u = add(room, 10);
	int64_t expires_at = 0;

	keep(room, u, 7);
	REFUSED(
	    ERR_GONE, "no longer", upload_keep(CTX, ST, u->id, 6, &expires_at));
	atomic_store(&room->clock.fixed_ns, (NOON + 60) * CLOCK_SECOND);
	OK(upload_keep(CTX, ST, u->id, 8, &expires_at));
	assert_int_equal(expires_at, NOON + 60 + UPLOAD_KEEP_SECONDS);
	assert_int_equal(again(room, u)->kept, 8);
	assert_int_equal(upload_keep(CTX, ST, u->id, 11, &expires_at),
	    ERR_CONFLICT); /* more than it has */
	OK(upload_remove(CTX, ST, u));
	REFUSED(
	    ERR_GONE, "no longer", upload_keep(CTX, ST, u->id, 9, &expires_at));
}

static void
test_upload_take__makes_an_asset_once_and_says_who(void **state)
{
	struct room *room = *state;
	const struct upload *u = add(room, 10);
	const struct sql_audit_page_row *audit = NULL;
	const struct asset *a = NULL;
	const struct asset *b = NULL;
	const struct asset in = a_picture();
	const struct upload *whole = NULL;
	size_t n = 0;

	keep(room, u, 10);
	assert_true(upload_is_whole(again(room, u)));
	OK(upload_list_whole(CTX, ST, 0, &whole, &n));
	assert_int_equal(n, 1);
	assert_true(str_eq(whole[0].name, u->name));
	OK(upload_take(CTX, ST, u, &in, &a));
	assert_int_equal(again(room, u)->asset, a->id);
	assert_false(upload_is_whole(again(room, u)));
	OK(upload_list_whole(CTX, ST, 0, &whole, &n));
	assert_int_equal(n, 0);
	OK(sql_audit_page(
	    CTX, ST, &(struct sql_audit_page){ .after = 0 }, &audit, &n));
	assert_true(str_eq(audit[n - 1].action, STR("upload.take")));
	assert_int_equal(audit[n - 1].person, 1);
	/* The same bytes by another upload. */
	u = add(room, 10);
	keep(room, u, 10);
	OK(upload_take(CTX, ST, u, &in, &b));
	assert_int_equal(b->id, a->id);
}

static void
test_upload_add__has_limits_for_each_person(void **state)
{
	struct room *room = *state;
	const struct upload *u = NULL;
	const struct upload *first = add(room, 10);
	struct upload in = { .person = 1, .size = UPLOADS_BYTES_MAX };

	REFUSED(ERR_BUSY, "bytes", upload_add(CTX, ST, &in, &u));
	in.size = UPLOADS_BYTES_MAX - 10;
	OK(upload_add(CTX, ST, &in, &u));
	OK(upload_remove(CTX, ST, u));
	in.size = 10;
	for (int i = 1; i < UPLOADS_OPEN_MAX; i++)
		(void)add(room, 10);
	REFUSED(ERR_BUSY, "100 uploads", upload_add(CTX, ST, &in, &u));
	/* What has come to its end counts no longer. */
	keep(room, first, 10);
	OK(upload_refuse(CTX, ST, first, STR("it is no picture")));
	OK(upload_add(CTX, ST, &in, &u));
}

static void
test_upload_expire__removes_what_is_old_but_never_what_is_whole(void **state)
{
	struct room *room = *state;
	const struct upload *old = add(room, 10);
	const struct upload *whole = add(room, 10);
	const struct upload *young = NULL;
	const struct str *names = NULL;
	int64_t next = 0;
	size_t n = 1;

	keep(room, whole, 10);
	OK(upload_expire(CTX, ST, &names, &n, &next));
	assert_int_equal(n, 0);
	assert_int_equal(next, NOON + UPLOAD_KEEP_SECONDS);
	atomic_store(
	    &room->clock.fixed_ns, (NOON + UPLOAD_KEEP_SECONDS) * CLOCK_SECOND);
	young = add(room, 10);
	OK(upload_expire(CTX, ST, &names, &n, &next));
	assert_int_equal(n, 1);
	assert_true(str_eq(names[0], old->name));
	assert_int_equal(next, NOON + 2 * UPLOAD_KEEP_SECONDS);
	assert_null(again(room, old));
	assert_non_null(again(room, whole));
	assert_non_null(again(room, young));
}

static void
test_intake_may_be__knows_its_types(void **state)
{
	(void)state;
	assert_true(intake_may_be(STR("")));
	assert_true(intake_may_be(STR("Image/JPEG")));
	assert_true(intake_may_be(STR("image/png; x=y")));
	assert_true(intake_may_be(STR("application/octet-stream")));
	assert_false(intake_may_be(STR("image/jpegs")));
	assert_false(intake_may_be(STR("text/html")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, room_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_upload_add__has_an_address_that_cannot_be_guessed),
		TEST(test_upload_keep__only_forwards_and_lives_on),
		TEST(test_upload_take__makes_an_asset_once_and_says_who),
		TEST(test_upload_add__has_limits_for_each_person),
		TEST(
		    test_upload_expire__removes_what_is_old_but_never_what_is_whole),
		TEST(test_intake_may_be__knows_its_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
