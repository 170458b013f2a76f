/* SPDX-License-Identifier: MIT */
/* Every block of SQL, prepared on SQLite, is what its comments say. */

#include <stdio.h>

#include "sql/sql_fixture.h"

static sqlite3_stmt *
prepare(sqlite3 *db, const struct sql_block *b)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, b->sqlite, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", b->name, sqlite3_errmsg(db));
	return s;
}

/* Columns that SQLite gives: an id it knows without being asked. */
static size_t
columns_of(const struct sql_block *b)
{
	return b->gives_id ? 0 : b->out_n;
}

static void
test_blocks__have_the_columns_that_they_declare(void **state)
{
	for (size_t i = 0; i < sql_block_count; i++) {
		const struct sql_block *b = &sql_blocks[i];
		sqlite3_stmt *s = prepare(*state, b);

		if ((size_t)sqlite3_column_count(s) != columns_of(b))
			fail_msg("%s: %d columns, out: has %zu", b->name,
			    sqlite3_column_count(s), b->out_n);
		for (size_t c = 0; c < columns_of(b); c++)
			if (strcmp(sqlite3_column_name(s, (int)c),
				b->out[c].name) != 0)
				fail_msg("%s: column %zu is %s, out: says %s",
				    b->name, c + 1,
				    sqlite3_column_name(s, (int)c),
				    b->out[c].name);
		sqlite3_finalize(s);
	}
}

static void
test_blocks__have_the_parameters_that_they_declare(void **state)
{
	for (size_t i = 0; i < sql_block_count; i++) {
		const struct sql_block *b = &sql_blocks[i];
		sqlite3_stmt *s = prepare(*state, b);

		if ((size_t)sqlite3_bind_parameter_count(s) != b->in_n)
			fail_msg("%s: %d parameters, in: has %zu", b->name,
			    sqlite3_bind_parameter_count(s), b->in_n);
		sqlite3_finalize(s);
	}
}

/* A column that comes from a table has the type that out: gives it. */
static void
test_blocks__declare_the_types_of_the_tables(void **state)
{
	static const char *const types[] = { "INTEGER", "TEXT", "BLOB" };

	for (size_t i = 0; i < sql_block_count; i++) {
		const struct sql_block *b = &sql_blocks[i];
		sqlite3_stmt *s = prepare(*state, b);

		for (size_t c = 0; c < columns_of(b); c++) {
			const char *type = sqlite3_column_decltype(s, (int)c);

			if (type != NULL &&
			    strcmp(type, types[b->out[c].kind]) != 0)
				fail_msg("%s: %s is %s in the table", b->name,
				    b->out[c].name, type);
		}
		sqlite3_finalize(s);
	}
}

/* What SQLite calls the last inserted rowid is that id. */
static void
test_blocks__give_the_id_of_tables_that_count_by_it(void **state)
{
	size_t found = 0;

	for (size_t i = 0; i < sql_block_count; i++) {
		const struct sql_block *b = &sql_blocks[i];
		sqlite3_stmt *s = NULL;
		char text[200];
		char table[60];

		if (!b->gives_id)
			continue;
		found++;
		assert_int_equal(
		    sscanf(b->sqlite, "INSERT INTO %59[a-z_](", table), 1);
		snprintf(text, sizeof text,
		    "EXPLAIN QUERY PLAN SELECT 1 FROM %s WHERE id=1", table);
		assert_int_equal(
		    sqlite3_prepare_v2(*state, text, -1, &s, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(s), SQLITE_ROW);
		if (strstr((const char *)sqlite3_column_text(s, 3),
			"INTEGER PRIMARY KEY (rowid=?)") == NULL)
			fail_msg(
			    "%s: id is not the rowid of %s", b->name, table);
		sqlite3_finalize(s);
	}
	assert_true(found > 5);
}

static void
test_blocks__give_no_unbounded_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < sql_block_count; i++) {
		const struct sql_block *b = &sql_blocks[i];

		if (b->limit > 1 && strstr(b->sqlite, " LIMIT ") == NULL)
			fail_msg("%s: many rows, and no LIMIT", b->name);
	}
}

/* STRICT refuses a text where a number is due. */
static void
test_tables__are_strict(void **state)
{
	sqlite3_stmt *s = NULL;

	assert_int_equal(
	    sqlite3_prepare_v2(*state,
		"SELECT name FROM pragma_table_list WHERE schema = 'main' "
		"AND type = 'table' AND name NOT LIKE 'sqlite%' AND NOT strict",
		-1, &s, NULL),
	    SQLITE_OK);
	if (sqlite3_step(s) == SQLITE_ROW)
		fail_msg("%s is not STRICT", sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		SQL_TEST(test_blocks__have_the_columns_that_they_declare),
		SQL_TEST(test_blocks__have_the_parameters_that_they_declare),
		SQL_TEST(test_blocks__declare_the_types_of_the_tables),
		SQL_TEST(test_blocks__give_the_id_of_tables_that_count_by_it),
		SQL_TEST(test_blocks__give_no_unbounded_list),
		SQL_TEST(test_tables__are_strict),
	};

	return UNIT_RUN(tests, argc, argv);
}
