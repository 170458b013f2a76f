/* SPDX-License-Identifier: MIT */
/* The chain holds, and shows where somebody broke it. */

#include "unit/newsroom_fixture.h"

#include <sodium.h>
#include <sqlite3.h>

#include "newsroom/audit.h"
#include "store/sql.h"

#define ST room->store
#define CTX &room->ctx

static const struct audit_head none = { 0 };

static void
add(struct room *room, int n)
{
	struct store_tx tx = { 0 };

	OK(store_tx_begin(CTX, ST, &tx));
	for (int i = 0; i < n; i++)
		OK(audit_add(CTX, ST,
		    &(struct audit_entry){
			.action = "test.row",
			.subject = STR("story:7"),
			.detail = str_printf(room->arena, "row %d", i),
		    }));
	OK(store_tx_commit(CTX, &tx));
}

/* Somebody with the file in hand, for whom no trigger stands in the way. */
static void
tamper(struct room *room, const char *sql)
{
	static const char open[] = "DROP TRIGGER audit_never_changes;"
				   "DROP TRIGGER audit_never_shrinks;";
	sqlite3 *db = NULL;
	char path[128];

	snprintf(path, sizeof path, "%s/newsroom/newsroom.db", room->path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, open, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_not_equal(sqlite3_changes(db), 0);
	sqlite3_close(db);
}

/* ---- what a hash covers, worked out here a second time ---- */

static void
feed(crypto_generichash_state *h, const void *p, size_t n)
{
	unsigned char length[8] = { 0 };

	for (size_t i = 0; i < 8; i++)
		length[i] = (unsigned char)(n >> (8 * i));
	crypto_generichash_update(h, length, 8);
	crypto_generichash_update(h, p, n);
}

static void
feed_int(crypto_generichash_state *h, int64_t v)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)v >> (8 * i));
	feed(h, bytes, 8);
}

static void
test_audit_add__hashes_what_its_header_says(void **state)
{
	struct room *room = *state;
	const struct sql_audit_page_row *rows = NULL;
	unsigned char hash[32] = { 0 };
	char hex[65];
	size_t n = 0;

	OK(sql_audit_page(
	    CTX, ST, &(struct sql_audit_page){ .after = 0 }, &rows, &n));
	assert_true(n > 1);
	for (size_t i = 0; i < n; i++) {
		crypto_generichash_state h;

		crypto_generichash_init(&h, NULL, 0, 32);
		crypto_generichash_update(&h, hash, 32);
		feed_int(&h, rows[i].id);
		feed_int(&h, rows[i].at);
		feed_int(&h, rows[i].person);
		feed(&h, rows[i].action.p, rows[i].action.n);
		feed(&h, rows[i].subject.p, rows[i].subject.n);
		feed(&h, rows[i].detail.p, rows[i].detail.n);
		crypto_generichash_final(&h, hash, 32);
		sodium_bin2hex(hex, sizeof hex, hash, 32);
		assert_true(str_eq(rows[i].hash, str_c(hex)));
	}
}

static void
test_audit_verify__walks_more_than_a_page(void **state)
{
	struct room *room = *state;
	struct audit_head before = { 0 };
	struct audit_head head = { 0 };
	struct audit_head end = { 0 };

	OK(audit_head(CTX, ST, &before));
	add(room, 2500);
	OK(audit_verify(CTX, ST, &none, &end));
	assert_int_equal(end.id, before.id + 2500);
	OK(audit_head(CTX, ST, &head));
	assert_int_equal(head.id, end.id);
	assert_true(str_eq(head.hash, end.hash));
	/* A head noted long ago is still in the chain. */
	OK(audit_verify(CTX, ST, &before, &end));
	OK(audit_verify(CTX, ST, &head, &end));
}

/* What it holds at a time does not grow with the chain. */
static void
test_audit_verify__keeps_nothing_of_the_pages_behind_it(void **state)
{
	struct room *room = *state;
	struct audit_head end = { 0 };
	size_t before = 0;

	add(room, 3000);
	before = arena_used(room->arena);
	OK(audit_verify(CTX, ST, &none, &end));
	assert_true(arena_used(room->arena) - before < 1000);
}

static void
test_audit_verify__names_the_row_that_was_changed(void **state)
{
	static const char *const changes[] = {
		"UPDATE audit SET detail = 'nothing' WHERE id = 12",
		"UPDATE audit SET at = at + 1 WHERE id = 12",
		"UPDATE audit SET action = 'story.save' WHERE id = 12",
		/* The same words, cut elsewhere. */
		("UPDATE audit SET subject = subject || substr(detail, 1, 1), "
		 "detail = substr(detail, 2) WHERE id = 12"),
	};
	struct room *room = *state;
	struct audit_head end = { 0 };

	add(room, 20);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		if (i > 0) {
			void *again = room;

			room_teardown(&again);
			room_setup(&again);
			*state = room = again;
			add(room, 20);
		}
		tamper(room, changes[i]);
		REFUSED(ERR_CONFLICT, "audit row 12 was changed",
		    audit_verify(CTX, ST, &none, &end));
	}
	assert_int_equal(end.id, 0);
}

static void
test_audit_verify__misses_a_row(void **state)
{
	struct room *room = *state;
	struct audit_head end = { 0 };

	add(room, 20);
	tamper(room, "DELETE FROM audit WHERE id = 12");
	REFUSED(ERR_CONFLICT, "audit row 12 is missing",
	    audit_verify(CTX, ST, &none, &end));
}

static void
test_audit_verify__a_cut_end_shows_against_a_noted_head(void **state)
{
	struct room *room = *state;
	struct audit_head noted = { 0 };
	struct audit_head end = { 0 };

	add(room, 20);
	OK(audit_head(CTX, ST, &noted));
	tamper(room, "DELETE FROM audit WHERE id > 15");
	/* By itself the chain is whole: */
	OK(audit_verify(CTX, ST, &none, &end));
	assert_int_equal(end.id, 15);
	/* but not what it was. */
	REFUSED(ERR_CONFLICT, "its end was cut off",
	    audit_verify(CTX, ST, &noted, &end));
	/* Rows written over the gap do not hide it. */
	add(room, 20);
	REFUSED(ERR_CONFLICT, "not the one that was noted",
	    audit_verify(CTX, ST, &noted, &end));
}

static void
test_audit_add__cuts_long_words_at_a_character(void **state)
{
	struct room *room = *state;
	char *words = arena_alloc(room->arena, 10000);
	struct audit_head end = { 0 };

	for (size_t i = 0; i < 10000; i += 2)
		memcpy(words + i, "é", 2);
	OK(audit_add(CTX, ST,
	    &(struct audit_entry){
		.action = "test.row", .detail = str_make(words, 10000) }));
	OK(audit_verify(CTX, ST, &none, &end));
}

static void
test_audit__is_never_rewritten_from_here(void **state)
{
	struct room *room = *state;
	sqlite3 *db = NULL;
	char path[128];

	snprintf(path, sizeof path, "%s/newsroom/newsroom.db", room->path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_not_equal(
	    sqlite3_exec(db, "UPDATE audit SET at = 1", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_not_equal(
	    sqlite3_exec(db, "DELETE FROM audit", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_audit_add__hashes_what_its_header_says),
		ROOM_TEST(test_audit_verify__walks_more_than_a_page),
		ROOM_TEST(
		    test_audit_verify__keeps_nothing_of_the_pages_behind_it),
		ROOM_TEST(test_audit_verify__names_the_row_that_was_changed),
		ROOM_TEST(test_audit_verify__misses_a_row),
		ROOM_TEST(
		    test_audit_verify__a_cut_end_shows_against_a_noted_head),
		ROOM_TEST(test_audit_add__cuts_long_words_at_a_character),
		ROOM_TEST(test_audit__is_never_rewritten_from_here),
	};

	return UNIT_RUN(tests, argc, argv);
}
