/* SPDX-License-Identifier: MIT */
#ifndef STORE_BLOCK_H
#define STORE_BLOCK_H

/*
 * Between the generated calls (sql.c) and the store: what a block of SQL
 * is, and how one is run.  Only this room includes it.
 */

#include "store/store.h"

enum sql_kind { SQL_INT, SQL_TEXT, SQL_BLOB };

/* A nullable value of 0, or a text without a pointer, is NULL in the table. */
struct sql_value {
	enum sql_kind kind;
	bool nullable;
	int64_t i;
	struct str s;
};

struct sql_field {
	const char *name;
	enum sql_kind kind;
	bool nullable;
};

struct sql_block {
	const char *name;
	const char *sqlite;
	const char *pg;
	const struct sql_field *in;
	size_t in_n;
	const struct sql_field *out;
	size_t out_n;
	size_t limit; /* rows at the most */
	/*
	 * Its one column is the id of the row that it inserts: RETURNING on
	 * PostgreSQL; on SQLite that would make a table for it each time,
	 * twice the price of the insertion, and the connection knows the id.
	 */
	bool gives_id;
};

struct sql_migration {
	int64_t version;
	const char *digest; /* BLAKE2b-256 of its text, hex */
	const char *text;
};

/* Row after row, out_n values each; in ctx's arena. */
struct sql_rows {
	const struct sql_value *values;
	size_t n;
};

extern const struct sql_block sql_blocks[];
extern const size_t sql_block_count;
extern const struct sql_migration sql_migrations_sqlite[];
extern const struct sql_migration sql_migrations_pg[];
extern const size_t sql_migration_count;

MUST_USE enum err store_run(struct ctx *ctx, struct store *st, size_t block,
    const struct sql_value *values, size_t n, int64_t *changed);
MUST_USE enum err store_query(struct ctx *ctx, struct store *st, size_t block,
    const struct sql_value *values, size_t n, struct sql_rows *out);

#endif
