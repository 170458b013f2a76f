/* SPDX-License-Identifier: MIT */
/* Accounts and passwords. */

#include "unit/newsroom_fixture.h"

#include "newsroom/audit.h"
#include "newsroom/person.h"
#include "store/sql.h"

#define ST room->store
#define CTX &room->ctx

static enum err
add(struct room *room, const char *email, const char *role,
    const char *password, struct str *made)
{
	int64_t id = 0;

	return person_add(CTX, ST,
	    &(struct person_new){
		.email = str_c(email),
		.role = str_c(role),
		.password = str_c(password),
	    },
	    &id, made);
}

static void
test_person_add__makes_a_password_when_none_is_given(void **state)
{
	struct room *room = *state;
	const struct person *all = NULL;
	const struct person *p = NULL;
	struct str made = { 0 };
	struct str other = { 0 };
	size_t n = 0;

	OK(add(room, "Ada@Example.org", "admin", "", &made));
	assert_int_equal(made.n, PASSWORD_MADE);
	OK(person_verify(CTX, ST, STR("ada@example.ORG"), made, &p));
	assert_true(str_eq(p->role, STR("admin")));
	assert_true(str_eq(p->name, STR("ada")));
	assert_int_equal(p->created_at, NOON);
	OK(add(room, "bob@example.org", "reporter", "", &other));
	assert_false(str_eq(made, other));
	OK(person_list(CTX, ST, &all, &n));
	assert_int_equal(n, 2);
	assert_true(str_eq(all[0].email, STR("ada@example.org")));
	assert_true(str_eq(all[1].email, STR("bob@example.org")));
}

static void
test_person_add__keeps_argon2id_and_never_the_password(void **state)
{
	struct room *room = *state;
	const struct sql_person_find_row *row = NULL;
	const struct sql_audit_page_row *audit = NULL;
	struct str made = STR("something");
	size_t n = 0;

	OK(add(room, "ada@example.org", "chief", "correct horse", &made));
	assert_int_equal(made.n, 0);
	OK(sql_person_find(CTX, ST,
	    &(struct sql_person_find){ .email = STR("ada@example.org") },
	    &row));
	assert_true(str_starts(row->password, STR("$argon2id$")));
	OK(sql_audit_page(
	    CTX, ST, &(struct sql_audit_page){ .after = 0 }, &audit, &n));
	assert_true(str_eq(audit[n - 1].action, STR("person.add")));
	assert_true(str_eq(audit[n - 1].subject, STR("person:1")));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
		    str_find(audit[i].detail, STR("horse"), 0), SIZE_MAX);
}

static void
test_person_verify__refuses_alike_whatever_was_wrong(void **state)
{
	struct room *room = *state;
	const struct person *p = NULL;
	struct str made = { 0 };
	char first[CTX_WHY_MAX];

	OK(add(room, "ada@example.org", "admin", "correct horse", &made));
	REFUSED(ERR_DENIED, "do not belong together",
	    person_verify(
		CTX, ST, STR("ada@example.org"), STR("incorrect horse"), &p));
	snprintf(first, sizeof first, "%s", ctx_why(CTX));
	assert_int_equal(person_verify(CTX, ST, STR("eve@example.org"),
			     STR("correct horse"), &p),
	    ERR_DENIED);
	assert_string_equal(ctx_why(CTX), first);
	assert_int_equal(
	    person_verify(CTX, ST, STR(""), STR(""), &p), ERR_DENIED);
	assert_int_equal(person_verify(CTX, ST, STR("ada@example.org"),
			     STR("correct horse\0"), &p),
	    ERR_DENIED);
	assert_null(p);
}

static void
test_person_set_password__ends_the_old_one(void **state)
{
	struct room *room = *state;
	const struct person *p = NULL;
	struct str made = { 0 };

	OK(add(room, "ada@example.org", "admin", "correct horse", &made));
	OK(person_set_password(
	    CTX, ST, STR("ADA@example.org"), STR("battery staple"), &made));
	assert_int_equal(made.n, 0);
	REFUSED(ERR_DENIED, "do not belong",
	    person_verify(
		CTX, ST, STR("ada@example.org"), STR("correct horse"), &p));
	OK(person_verify(
	    CTX, ST, STR("ada@example.org"), STR("battery staple"), &p));
	REFUSED(ERR_NOTFOUND, "has no account",
	    person_set_password(
		CTX, ST, STR("eve@example.org"), STR(""), &made));
}

static void
test_person_add__refuses_wrong_words(void **state)
{
	static const struct {
		const char *email, *role, *password, *words;
		enum err err;
	} wrong[] = {
		{ "", "admin", "", "no e-mail address", ERR_INVALID },
		{ "ada", "admin", "", "no e-mail address", ERR_INVALID },
		{ "@example.org", "admin", "", "no e-mail", ERR_INVALID },
		{ "ada@", "admin", "", "no e-mail address", ERR_INVALID },
		{ "a@b@c", "admin", "", "no e-mail address", ERR_INVALID },
		{ "a da@b", "admin", "", "no e-mail address", ERR_INVALID },
		{ "a\xff@b", "admin", "", "no e-mail address", ERR_INVALID },
		{ "a\n@b", "admin", "", "no e-mail address", ERR_INVALID },
		{ "ada@b", "boss", "", "reporter, editor, chief or admin",
		    ERR_INVALID },
		{ "ada@b", "admin", "short", "at least 12", ERR_INVALID },
		{ "ada@b", "admin", "éééééé", "at least 12", ERR_INVALID },
		{ "ada@b", "admin", "long enough \xff", "UTF-8", ERR_INVALID },
	};
	struct room *room = *state;
	char huge[PASSWORD_MAX + 2];
	struct audit_head before = { 0 };
	struct audit_head after = { 0 };
	struct str made = { 0 };

	OK(audit_head(CTX, ST, &before));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		REFUSED(wrong[i].err, wrong[i].words,
		    add(room, wrong[i].email, wrong[i].role, wrong[i].password,
			&made));
	memset(huge, 'x', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	REFUSED(ERR_LIMIT, "at most 512 bytes",
	    add(room, "ada@b", "admin", huge, &made));
	OK(audit_head(CTX, ST, &after));
	assert_int_equal(before.id, after.id);
}

static void
test_person_add__refuses_an_address_twice(void **state)
{
	struct room *room = *state;
	struct str made = { 0 };

	OK(add(room, "ada@example.org", "admin", "", &made));
	REFUSED(ERR_CONFLICT, "has an account already",
	    add(room, "ADA@example.org", "reporter", "", &made));
}

/* The door is locked again, also after a refusal. */
static void
test_person_add__locks_the_door_behind_it(void **state)
{
	struct room *room = *state;
	int64_t changed = 0;
	struct str made = { 0 };

	OK(add(room, "ada@example.org", "admin", "", &made));
	assert_int_equal(
	    add(room, "ada@example.org", "admin", "", &made), ERR_CONFLICT);
	assert_int_equal(sql_person_set_password(CTX, ST,
			     &(struct sql_person_set_password){
				 .id = 1, .password = STR("x") },
			     &changed),
	    ERR_DENIED);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_person_add__makes_a_password_when_none_is_given),
		ROOM_TEST(
		    test_person_add__keeps_argon2id_and_never_the_password),
		ROOM_TEST(test_person_verify__refuses_alike_whatever_was_wrong),
		ROOM_TEST(test_person_set_password__ends_the_old_one),
		ROOM_TEST(test_person_add__refuses_wrong_words),
		ROOM_TEST(test_person_add__refuses_an_address_twice),
		ROOM_TEST(test_person_add__locks_the_door_behind_it),
	};

	return UNIT_RUN(tests, argc, argv);
}
