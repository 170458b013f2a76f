/* SPDX-License-Identifier: MIT */
/* Tokens: shown once, kept as a digest, taken back at once. */

#include "unit/newsroom_fixture.h"

#include "newsroom/person.h"
#include "newsroom/token.h"
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

static struct str
give(struct room *room, int64_t expires_at)
{
	struct str text = { 0 };
	int64_t id = 0;

	OK(token_add(CTX, ST,
	    &(struct token_new){
		.email = STR("Ada@example.org"),
		.rights = STR("upload"),
		.label = STR("a phone"),
		.expires_at = expires_at,
	    },
	    &id, &text));
	return text;
}

static void
test_token_add__gives_a_token_that_is_theirs(void **state)
{
	struct room *room = *state;
	const struct token *t = NULL;
	struct str one = give(room, 0);
	struct str two = give(room, 0);

	assert_false(str_eq(one, two));
	assert_true(str_starts(one, STR("mht_1_")));
	OK(token_verify(CTX, ST, two, &t));
	assert_int_equal(t->id, 2);
	assert_int_equal(t->person, 1);
	assert_true(str_eq(t->rights, STR("upload")));
	assert_true(str_eq(t->email, STR("ada@example.org")));
}

static void
test_token_add__keeps_a_digest_and_never_the_secret(void **state)
{
	struct room *room = *state;
	const struct sql_token_find_row *row = NULL;
	const struct sql_audit_page_row *audit = NULL;
	struct str secret = str_from(give(room, 0), 6);
	size_t n = 0;

	OK(sql_token_find(CTX, ST, &(struct sql_token_find){ .id = 1 }, &row));
	assert_int_equal(row->hash.n, 64);
	assert_int_equal(str_find(row->hash, secret, 0), SIZE_MAX);
	OK(sql_audit_page(
	    CTX, ST, &(struct sql_audit_page){ .after = 0 }, &audit, &n));
	assert_true(str_eq(audit[n - 1].action, STR("token.add")));
	assert_int_equal(str_find(audit[n - 1].detail, secret, 0), SIZE_MAX);
}

static void
test_token_add__refuses(void **state)
{
	struct room *room = *state;
	struct token_new in = { .email = STR("bob@example.org"),
		.rights = STR("upload") };
	struct str text = { 0 };
	int64_t id = 0;

	REFUSED(
	    ERR_NOTFOUND, "no account", token_add(CTX, ST, &in, &id, &text));
	in.email = STR("ada@example.org");
	in.rights = STR("publish");
	REFUSED(
	    ERR_INVALID, "only upload", token_add(CTX, ST, &in, &id, &text));
	in.rights = STR("upload");
	in.label = STR("two\nlines");
	REFUSED(ERR_INVALID, "one line", token_add(CTX, ST, &in, &id, &text));
	in.label = STR("");
	in.expires_at = NOON;
	REFUSED(ERR_INVALID, "future", token_add(CTX, ST, &in, &id, &text));
}

static void
test_token_verify__in_the_same_words_whatever_is_wrong(void **state)
{
	struct room *room = *state;
	const struct token *t = NULL;
	struct str good = give(room, 0);
	char *bent = (char *)(uintptr_t)str_cstr(room->arena, good);
	const char *const wrong[] = { "", "mht_", "mht_1_", "mht_1", "mht_x_y",
		"mht_9_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"mht_1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"mht_-1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", bent };

	bent[good.n - 1] = bent[good.n - 1] == 'A' ? 'B' : 'A';
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		REFUSED(ERR_DENIED, "does not hold",
		    token_verify(CTX, ST, str_c(wrong[i]), &t));
	REFUSED(ERR_DENIED, "does not hold",
	    token_verify(
		CTX, ST, str_printf(room->arena, "%.*s ", STR_FMT(good)), &t));
}

static void
test_token_verify__not_after_its_time_nor_when_taken_back(void **state)
{
	struct room *room = *state;
	const struct token *t = NULL;
	struct str dated = give(room, NOON + 60);
	struct str back = give(room, 0);

	OK(token_verify(CTX, ST, dated, &t));
	atomic_store(&room->clock.fixed_ns, (NOON + 60) * CLOCK_SECOND);
	REFUSED(ERR_DENIED, "does not hold", token_verify(CTX, ST, dated, &t));
	OK(token_verify(CTX, ST, back, &t));
	OK(token_revoke(CTX, ST, 2));
	OK(token_revoke(CTX, ST, 2));
	REFUSED(ERR_DENIED, "does not hold", token_verify(CTX, ST, back, &t));
	REFUSED(ERR_NOTFOUND, "no token 3", token_revoke(CTX, ST, 3));
}

static void
test_token_note__says_when_it_was_used(void **state)
{
	struct room *room = *state;
	const struct token *t = NULL;
	const struct token *all = NULL;
	struct str text = give(room, 0);
	size_t n = 0;

	OK(token_verify(CTX, ST, text, &t));
	assert_true(token_is_unnoted(CTX, t));
	OK(token_note(CTX, ST, t->id));
	OK(token_verify(CTX, ST, text, &t));
	assert_false(token_is_unnoted(CTX, t));
	OK(token_list(CTX, ST, &all, &n));
	assert_int_equal(n, 1);
	assert_int_equal(all[0].used_at, NOON);
	assert_true(str_eq(all[0].label, STR("a phone")));
}

static void
test_store__refuses_to_write_a_token_unless_unlocked(void **state)
{
	struct room *room = *state;
	int64_t changed = 0;

	(void)give(room, 0);
	REFUSED(ERR_DENIED, "",
	    sql_token_revoke(CTX, ST,
		&(struct sql_token_revoke){ .id = 1, .at = NOON }, &changed));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, room_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_token_add__gives_a_token_that_is_theirs),
		TEST(test_token_add__keeps_a_digest_and_never_the_secret),
		TEST(test_token_add__refuses),
		TEST(test_token_verify__in_the_same_words_whatever_is_wrong),
		TEST(test_token_verify__not_after_its_time_nor_when_taken_back),
		TEST(test_token_note__says_when_it_was_used),
		TEST(test_store__refuses_to_write_a_token_unless_unlocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
