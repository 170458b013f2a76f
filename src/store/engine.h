/* SPDX-License-Identifier: MIT */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

/*
 * What the store asks of a database.  SQLite stands behind it today;
 * PostgreSQL will, with the same few words.  Only this room includes it.
 *
 * Threads: a connection, with its statements, belongs to one thread.
 */

#include "store/block.h"

struct engine {
	/* Text of a block in the engine's dialect. */
	const char *(*dialect)(const struct sql_block *block);
	enum err (*open)(
	    struct ctx *ctx, const struct store_open *in, void **db);
	void (*close)(void *db);

	/* One or more statements without parameters or rows. */
	enum err (*exec)(struct ctx *ctx, void *db, const char *text);
	enum err (*prepare)(
	    struct ctx *ctx, void *db, const char *text, void **stmt);
	void (*finalize)(void *stmt);

	/* Texts must live until reset. */
	enum err (*bind)(struct ctx *ctx, void *stmt,
	    const struct sql_value *values, size_t n);
	enum err (*step)(struct ctx *ctx, void *stmt, bool *row);
	/* Text points into the statement, until its next step. */
	struct sql_value (*column)(void *stmt, size_t i, enum sql_kind kind);
	void (*reset)(void *stmt);
	int64_t (*changed)(void *db);
	int64_t (*written)(void *db); /* rows, since it was opened */
	int64_t (*new_id)(void *db);  /* of the row that was inserted last */
	/* Is a transaction open?  A full disk ends one by itself. */
	bool (*inside)(void *db);

	/* Version of the schema, 0 for none; and the digest recorded for it. */
	enum err (*schema)(
	    struct ctx *ctx, void *db, int64_t *version, struct str *digest);
	enum err (*migrate)(
	    struct ctx *ctx, void *db, const struct sql_migration *m);
	/* Second defence: may people and sessions be written now? */
	void (*unlock)(void *db, bool open);
	/* Is what is deleted overwritten at once?  It is, at first. */
	enum err (*shred)(struct ctx *ctx, void *db, bool shred);
	/* Pages of the log at which a commit moves them itself. */
	int64_t log_max;
	/* Pages in the log after this connection's newest commit. */
	int64_t (*log_pages)(void *db);
	/* Moves them to their places, as far as readers let it; no waiting. */
	enum err (*log_move)(
	    struct ctx *ctx, void *db, int64_t *pages, int64_t *moved);
	/* Full examination; each fault is a line handed to tell(). */
	enum err (*check)(struct ctx *ctx, void *db,
	    void (*tell)(void *arg, struct str line), void *arg);
};

extern const struct engine engine_sqlite;

#endif
