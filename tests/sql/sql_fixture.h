/* SPDX-License-Identifier: MIT */
#ifndef SQL_SQL_FIXTURE_H
#define SQL_SQL_FIXTURE_H

/* All migrations, in a SQLite database of its own, in memory. */

#include <sqlite3.h>

#include "unit/unit.h"

#include "store/block.h"
#include "store/rank.h"

static inline int
sql_setup(void **state)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	assert_int_equal(rank_register(db), SQLITE_OK);
	for (size_t i = 0; i < sql_migration_count; i++)
		if (sqlite3_exec(db, sql_migrations_sqlite[i].text, NULL, NULL,
			NULL) != SQLITE_OK)
			fail_msg("migration %" PRId64 ": %s",
			    sql_migrations_sqlite[i].version,
			    sqlite3_errmsg(db));
	*state = db;
	return 0;
}

static inline int
sql_teardown(void **state)
{
	/* SQLITE_BUSY: a statement was not finalised. */
	return sqlite3_close(*state) == SQLITE_OK ? 0 : -1;
}

#define SQL_TEST(f) cmocka_unit_test_setup_teardown(f, sql_setup, sql_teardown)

#endif
