/* SPDX-License-Identifier: MIT */
/*
 * PostgreSQL prepares every block and takes every migration, and the tables
 * are those of SQLite.  with_postgres.py starts the server.
 */

#include "sql/sql_fixture.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PG_INT8 = 20, /* oids of types, fixed for ever */
	PG_TEXT = 25,
	PG_BYTEA = 17,
	PARAMETERS_MAX = 64,
	COLUMNS_MAX = 65536, /* bytes of the tables, written as text */
};

struct both {
	sqlite3 *lite;
	PGconn *pg;
};

/* ---- the server ---- */

/* The server tells of implicit indexes otherwise. */
static void
be_quiet(void *arg, const char *words)
{
	(void)arg;
	(void)words;
}

static void
pg_do(PGconn *pg, const char *what, const char *text)
{
	PGresult *r = PQexec(pg, text);

	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", what, PQresultErrorMessage(r));
	PQclear(r);
}

static int
both_setup(void **state)
{
	struct both *b = calloc(1, sizeof *b);
	void *lite = NULL;

	assert_non_null(b);
	assert_int_equal(sql_setup(&lite), 0);
	b->lite = lite;
	b->pg = PQconnectdb("");
	if (PQstatus(b->pg) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(b->pg));
	PQsetNoticeProcessor(b->pg, be_quiet, NULL);
	/* Each test has tables of its own, undone at its end. */
	pg_do(b->pg, "begin", "BEGIN");
	for (size_t i = 0; i < sql_migration_count; i++)
		pg_do(b->pg, "migration", sql_migrations_pg[i].text);
	*state = b;
	return 0;
}

static int
both_teardown(void **state)
{
	struct both *b = *state;
	void *lite = b->lite;

	PQfinish(b->pg);
	free(b);
	return sql_teardown(&lite);
}

/* ---- blocks ---- */

static Oid
oid_of(enum sql_kind kind)
{
	return kind == SQL_INT	  ? PG_INT8
	       : kind == SQL_TEXT ? PG_TEXT
				  : PG_BYTEA;
}

static PGresult *
describe(PGconn *pg, const struct sql_block *b)
{
	Oid types[PARAMETERS_MAX];
	PGresult *r = NULL;

	assert_true(b->in_n <= PARAMETERS_MAX);
	for (size_t i = 0; i < b->in_n; i++)
		types[i] = oid_of(b->in[i].kind);
	r = PQprepare(pg, b->name, b->pg, (int)b->in_n, types);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", b->name, PQresultErrorMessage(r));
	PQclear(r);
	r = PQdescribePrepared(pg, b->name);
	assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
	return r;
}

static void
test_blocks__are_prepared_with_the_columns_that_they_declare(void **state)
{
	struct both *both = *state;

	for (size_t i = 0; i < sql_block_count; i++) {
		const struct sql_block *b = &sql_blocks[i];
		PGresult *r = describe(both->pg, b);

		if ((size_t)PQnparams(r) != b->in_n ||
		    (size_t)PQnfields(r) != b->out_n)
			fail_msg("%s: %d parameters, %d columns", b->name,
			    PQnparams(r), PQnfields(r));
		for (size_t c = 0; c < b->out_n; c++) {
			if (strcmp(PQfname(r, (int)c), b->out[c].name) != 0)
				fail_msg("%s: column %zu is %s, out: says %s",
				    b->name, c + 1, PQfname(r, (int)c),
				    b->out[c].name);
			/* sum() of a bigint, say, is a numeric. */
			if (PQftype(r, (int)c) != oid_of(b->out[c].kind))
				fail_msg("%s: %s is of type %u", b->name,
				    b->out[c].name, PQftype(r, (int)c));
		}
		PQclear(r);
	}
}

/* Is a name among those between the parentheses? */
static bool
lists(const char *columns, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = columns; *p != ')' && *p != '\0';) {
		p += strspn(p, "(, ");
		if (strncmp(p, name, n) == 0 && strchr(",) ", p[n]) != NULL)
			return true;
		p += strcspn(p, ",)");
	}
	return false;
}

/*
 * An INSERT names every column that has no value of its own: the server
 * notices that only when it is carried out.
 */
static void
test_blocks__insert_every_column_that_must_be_given(void **state)
{
	static const char needed[] =
	    "SELECT column_name FROM information_schema.columns "
	    "WHERE table_schema = current_schema() AND table_name = $1 "
	    "AND is_nullable = 'NO' AND column_default IS NULL "
	    "AND is_identity = 'NO'";
	static const char head[] = "INSERT INTO ";
	struct both *both = *state;
	int inserts = 0;

	for (size_t i = 0; i < sql_block_count; i++) {
		const struct sql_block *b = &sql_blocks[i];
		const char *columns = strchr(b->pg, '(');
		char table[64];
		const char *values[] = { table };
		PGresult *r = NULL;

		if (strncmp(b->pg, head, strlen(head)) != 0)
			continue;
		assert_non_null(columns);
		snprintf(table, sizeof table, "%.*s",
		    (int)strcspn(b->pg + strlen(head), "( "),
		    b->pg + strlen(head));
		r = PQexecParams(
		    both->pg, needed, 1, NULL, values, NULL, NULL, 0);
		assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
		for (int c = 0; c < PQntuples(r); c++)
			if (!lists(columns, PQgetvalue(r, c, 0)))
				fail_msg("%s: %s is not given", b->name,
				    PQgetvalue(r, c, 0));
		PQclear(r);
		inserts++;
	}
	assert_true(inserts > 20);
}

/* ---- tables ---- */

/* "story.live_at INTEGER NULL" for each column, in order. */
static char *
lite_columns(sqlite3 *db)
{
	static const char text[] =
	    "SELECT l.name || '.' || c.name || ' ' || c.type || "
	    "CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE ' NULL' END "
	    "FROM pragma_table_list l JOIN pragma_table_info(l.name) c "
	    "WHERE l.schema = 'main' AND l.type = 'table' "
	    "AND l.name NOT LIKE 'sqlite%' ORDER BY 1";
	char *out = calloc(1, COLUMNS_MAX);
	sqlite3_stmt *s = NULL;
	size_t n = 0;

	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW)
		n += (size_t)snprintf(out + n, COLUMNS_MAX - n, "%s\n",
		    sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	assert_true(n > 1000 && n < COLUMNS_MAX);
	return out;
}

static char *
pg_columns(PGconn *pg)
{
	static const char text[] =
	    "SELECT table_name || '.' || column_name || ' ' || "
	    "CASE data_type WHEN 'bigint' THEN 'INTEGER' "
	    "WHEN 'text' THEN 'TEXT' WHEN 'bytea' THEN 'BLOB' "
	    "ELSE data_type END || "
	    "CASE is_nullable WHEN 'YES' THEN ' NULL' ELSE '' END "
	    "FROM information_schema.columns "
	    "WHERE table_schema = current_schema() "
	    /* FTS5's on the other side, and no table there. */
	    "AND table_name <> 'search' ORDER BY 1";
	char *out = calloc(1, COLUMNS_MAX);
	PGresult *r = PQexec(pg, text);
	size_t n = 0;

	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s", PQresultErrorMessage(r));
	for (int i = 0; i < PQntuples(r); i++)
		n += (size_t)snprintf(
		    out + n, COLUMNS_MAX - n, "%s\n", PQgetvalue(r, i, 0));
	PQclear(r);
	assert_true(n > 1000 && n < COLUMNS_MAX);
	return out;
}

static void
test_tables__are_the_same_on_both_engines(void **state)
{
	struct both *both = *state;
	char *lite = lite_columns(both->lite);
	char *pg = pg_columns(both->pg);

	assert_string_equal(lite, pg);
	free(lite);
	free(pg);
}

/* Indexes too, those behind keys apart: their names, and what of. */
static void
test_indexes__are_the_same_on_both_engines(void **state)
{
	struct both *both = *state;
	sqlite3_stmt *s = NULL;
	int n = 0;

	assert_int_equal(sqlite3_prepare_v2(both->lite,
			     "SELECT tbl_name, name FROM sqlite_schema "
			     "WHERE type = 'index' AND sql IS NOT NULL",
			     -1, &s, NULL),
	    SQLITE_OK);
	for (; sqlite3_step(s) == SQLITE_ROW; n++) {
		const char *values[] = {
			(const char *)sqlite3_column_text(s, 0),
			(const char *)sqlite3_column_text(s, 1),
		};
		PGresult *r = PQexecParams(both->pg,
		    "SELECT 1 FROM pg_indexes WHERE tablename = $1 "
		    "AND indexname = $2",
		    2, NULL, values, NULL, NULL, 0);

		if (PQntuples(r) != 1)
			fail_msg("PostgreSQL has no index %s", values[1]);
		PQclear(r);
	}
	sqlite3_finalize(s);
	assert_true(n > 10);
}

#define BOTH_TEST(f) \
	cmocka_unit_test_setup_teardown(f, both_setup, both_teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		BOTH_TEST(
		    test_blocks__are_prepared_with_the_columns_that_they_declare),
		BOTH_TEST(test_blocks__insert_every_column_that_must_be_given),
		BOTH_TEST(test_tables__are_the_same_on_both_engines),
		BOTH_TEST(test_indexes__are_the_same_on_both_engines),
	};

	return UNIT_RUN(tests, argc, argv);
}
