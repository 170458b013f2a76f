/* SPDX-License-Identifier: MIT */
/* SQLite behind the store's door. */

#include "store/engine.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/folder.h"
#include "store/rank.h"

enum {
	BUSY_MS = 5000, /* a checkpoint of another connection takes less */
	MIGRATION_MAX = 1024, /* bytes of our own little statements */
	SAID = 24,	      /* of transactions, a few levels deep */
	SAID_MAX = 24,	      /* bytes of such a one */
	/*
	 * Pages of the WAL, 64 MB, at which a commit moves them itself: where
	 * nobody else does, or cannot keep up.
	 */
	LOG_MAX = 16384,
};

/* BEGIN, SAVEPOINT tx3 …: said again and again, and read once. */
struct said {
	char text[SAID_MAX];
	sqlite3_stmt *stmt;
};

struct lite {
	sqlite3 *db;
	struct said said[SAID];
	size_t said_n;
	int64_t log_pages; /* in the WAL, after the newest commit */
	bool open;	   /* may people and sessions be written? */
	bool migrating;
};

/* ---- errors ---- */

/*
 * A quota, and a limit on file sizes, are full disks by another name.  The
 * write that failed was one to the WAL, which alone remembers why.
 */
static bool
is_full(sqlite3 *db, int code)
{
	sqlite3_file *wal = NULL;
	int why = 0;

	if (code != SQLITE_IOERR_WRITE)
		return false;
	sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	if (wal != NULL && wal->pMethods != NULL)
		wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &why);
	return why == EDQUOT || why == EFBIG;
}

static enum err
lite_fail(struct ctx *ctx, sqlite3 *db, const char *what)
{
	int code = sqlite3_extended_errcode(db);
	const char *words = sqlite3_errmsg(db);
	enum err err = ERR_OK;

	if (is_full(db, code))
		code = SQLITE_FULL;
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		err = FAIL(ctx, ERR_CONFLICT,
		    "the newsroom's rules refuse this (%s)", words);
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err = FAIL(ctx, ERR_BUSY,
		    "the newsroom is being written by another program: try "
		    "again shortly");
		break;
	case SQLITE_FULL:
		err = FAIL(ctx, ERR_IO,
		    "the disk is full: free some space and try again; nothing "
		    "was changed");
		break;
	case SQLITE_AUTH:
		err = FAIL(ctx, ERR_DENIED,
		    "the store refuses a statement that has no place here");
		break;
	case SQLITE_TOOBIG:
		err = FAIL(ctx, ERR_LIMIT, "this is too large for the store");
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		err = FAIL(ctx, ERR_IO,
		    "newsroom.db is damaged or not a newsroom: restore the "
		    "latest backup");
		break;
	default:
		err = FAIL(ctx, ERR_IO, "the store failed (%s)", words);
	}
	ctx_detail(ctx, "%s: sqlite %d: %s", what, sqlite3_extended_errcode(db),
	    words);
	return err;
}

/* ---- open and close ---- */

/* ATTACH would reach other files; people are written only when unlocked. */
static int
authorize(void *arg, int action, const char *one, const char *two,
    const char *database, const char *trigger)
{
	const struct lite *l = arg;

	(void)two;
	(void)database;
	(void)trigger;
	if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
		return SQLITE_DENY;
	if (l->migrating)
		return SQLITE_OK;
	if ((action == SQLITE_INSERT || action == SQLITE_UPDATE ||
		action == SQLITE_DELETE) &&
	    one != NULL &&
	    (strcmp(one, "person") == 0 || strcmp(one, "session") == 0 ||
		strcmp(one, "token") == 0) &&
	    !l->open)
		return SQLITE_DENY;
	return SQLITE_OK;
}

static enum err lite_exec(struct ctx *ctx, void *db, const char *text);

/* ---- the log ---- */

/*
 * SQLite's own way is to move a thousand pages inside whichever COMMIT comes
 * to them: every thirtieth publish would wait for that.
 */
static int
on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct lite *l = arg;

	l->log_pages = pages;
	if (pages >= LOG_MAX)
		sqlite3_wal_checkpoint_v2(
		    db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

static int64_t
lite_log_pages(void *db)
{
	return ((struct lite *)db)->log_pages;
}

static enum err
lite_log_move(struct ctx *ctx, void *db, int64_t *pages, int64_t *moved)
{
	struct lite *l = db;
	int all = 0;
	int done = 0;
	int code = sqlite3_wal_checkpoint_v2(
	    l->db, "main", SQLITE_CHECKPOINT_PASSIVE, &all, &done);

	/* Busy: the writer is at it, having reached its own limit. */
	if (code != SQLITE_OK && code != SQLITE_BUSY)
		return lite_fail(ctx, l->db, "checkpoint");
	*pages = all > 0 ? all : 0;
	*moved = done > 0 ? done : 0;
	return ERR_OK;
}

/* ---- opening ---- */

/* Counting each allocation takes a lock that all connections share. */
static void
configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err
lite_open(struct ctx *ctx, const struct store_open *in, void **out)
{
	static const char writer[] = "PRAGMA journal_mode=WAL;"
				     "PRAGMA synchronous=FULL;"
				     "PRAGMA foreign_keys=ON;"
				     "PRAGMA secure_delete=ON;"
				     "PRAGMA trusted_schema=OFF;"
				     "PRAGMA cell_size_check=ON;"
				     "PRAGMA temp_store=MEMORY;"
				     "PRAGMA cache_size=-32768;";
	/* synchronous: of a reader that moves the log. */
	static const char reader[] = "PRAGMA query_only=ON;"
				     "PRAGMA synchronous=FULL;"
				     "PRAGMA trusted_schema=OFF;"
				     "PRAGMA temp_store=MEMORY;"
				     "PRAGMA cache_size=-4096;";
	struct str path =
	    str_printf(ctx->arena, "%s/newsroom.db", folder_path(in->folder));
	/* A reader opens for writing too, or it could not share the WAL. */
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    (in->mode == STORE_WRITE ? SQLITE_OPEN_CREATE : 0);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct lite *l = calloc(1, sizeof *l);

	if (l == NULL)
		abort();
	*out = l;
	pthread_once(&once, configure);
	if (sqlite3_open_v2(path.p, &l->db, flags, NULL) != SQLITE_OK)
		return FAIL(ctx, ERR_IO, "%s cannot be opened: %s", path.p,
		    l->db != NULL ? sqlite3_errmsg(l->db) : "no memory");
	sqlite3_extended_result_codes(l->db, 1);
	sqlite3_busy_timeout(l->db, BUSY_MS);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	TRY(lite_exec(ctx, l, in->mode == STORE_WRITE ? writer : reader));
	sqlite3_wal_hook(l->db, on_commit, l);
	if (rank_register(l->db) != SQLITE_OK)
		return FAIL(ctx, ERR_IO,
		    "SQLite was built without FTS5, which search needs");
	sqlite3_set_authorizer(l->db, authorize, l);
	return ERR_OK;
}

static void
lite_close(void *db)
{
	struct lite *l = db;

	for (size_t i = 0; i < l->said_n; i++)
		sqlite3_finalize(l->said[i].stmt);
	sqlite3_close_v2(l->db);
	free(l);
}

/* ---- statements ---- */

static const char *
lite_dialect(const struct sql_block *block)
{
	return block->sqlite;
}

static enum err
lite_exec(struct ctx *ctx, void *db, const char *text)
{
	struct lite *l = db;

	if (sqlite3_exec(l->db, text, NULL, NULL, NULL) != SQLITE_OK)
		return lite_fail(ctx, l->db, text);
	return ERR_OK;
}

static enum err
lite_prepare(struct ctx *ctx, void *db, const char *text, void **stmt)
{
	struct lite *l = db;
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v3(l->db, text, -1, SQLITE_PREPARE_PERSISTENT, &s,
		NULL) != SQLITE_OK)
		return lite_fail(ctx, l->db, text);
	*stmt = s;
	return ERR_OK;
}

static enum err lite_step(struct ctx *ctx, void *stmt, bool *row);

/* Prepared, if it is one that is said often; NULL: say it as it is. */
static sqlite3_stmt *
said(struct lite *l, const char *text)
{
	size_t n = strlen(text);
	struct said *s = NULL;

	for (size_t i = 0; i < l->said_n; i++)
		if (strcmp(l->said[i].text, text) == 0)
			return l->said[i].stmt;
	if (l->said_n == SAID || n >= SAID_MAX || strchr(text, ';') != NULL)
		return NULL;
	s = &l->said[l->said_n];
	if (sqlite3_prepare_v3(l->db, text, -1, SQLITE_PREPARE_PERSISTENT,
		&s->stmt, NULL) != SQLITE_OK)
		return NULL;
	memcpy(s->text, text, n + 1);
	l->said_n++;
	return s->stmt;
}

static enum err
lite_control(struct ctx *ctx, void *db, const char *text)
{
	sqlite3_stmt *s = said(db, text);
	enum err err = ERR_OK;
	bool row = false;

	if (s == NULL)
		return lite_exec(ctx, db, text);
	err = lite_step(ctx, s, &row);
	sqlite3_reset(s);
	return err;
}

static void
lite_finalize(void *stmt)
{
	sqlite3_finalize(stmt);
}

static int
bind_one(sqlite3_stmt *s, int at, const struct sql_value *v)
{
	if (v->kind == SQL_INT)
		return v->nullable && v->i == 0
			   ? sqlite3_bind_null(s, at)
			   : sqlite3_bind_int64(s, at, v->i);
	if (v->nullable && v->s.p == NULL)
		return sqlite3_bind_null(s, at);
	if (v->kind == SQL_TEXT)
		return sqlite3_bind_text64(s, at, v->s.p != NULL ? v->s.p : "",
		    v->s.n, SQLITE_STATIC, SQLITE_UTF8);
	return sqlite3_bind_blob64(
	    s, at, v->s.p != NULL ? v->s.p : "", v->s.n, SQLITE_STATIC);
}

static enum err
lite_bind(struct ctx *ctx, void *stmt, const struct sql_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bind_one(stmt, (int)i + 1, &values[i]) != SQLITE_OK)
			return lite_fail(
			    ctx, sqlite3_db_handle(stmt), sqlite3_sql(stmt));
	return ERR_OK;
}

static enum err
lite_step(struct ctx *ctx, void *stmt, bool *row)
{
	int code = sqlite3_step(stmt);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return lite_fail(
		    ctx, sqlite3_db_handle(stmt), sqlite3_sql(stmt));
	*row = code == SQLITE_ROW;
	return ERR_OK;
}

static struct sql_value
lite_column(void *stmt, size_t i, enum sql_kind kind)
{
	struct sql_value v = { .kind = kind };
	int at = (int)i;

	if (kind == SQL_INT) {
		v.i = sqlite3_column_int64(stmt, at);
	} else if (kind == SQL_TEXT) {
		v.s.p = (const char *)sqlite3_column_text(stmt, at);
		if (v.s.p != NULL) /* else it is NULL: an empty text has one */
			v.s.n = (size_t)sqlite3_column_bytes(stmt, at);
	} else if (sqlite3_column_type(stmt, at) != SQLITE_NULL) {
		v.s.p = sqlite3_column_blob(stmt, at);
		v.s.n = (size_t)sqlite3_column_bytes(stmt, at);
		if (v.s.p == NULL) /* an empty blob is no NULL */
			v.s.p = "";
	}
	return v;
}

static void
lite_reset(void *stmt)
{
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

static int64_t
lite_changed(void *db)
{
	return sqlite3_changes64(((struct lite *)db)->db);
}

static int64_t
lite_written(void *db)
{
	return sqlite3_total_changes64(((struct lite *)db)->db);
}

static int64_t
lite_new_id(void *db)
{
	return sqlite3_last_insert_rowid(((struct lite *)db)->db);
}

static bool
lite_inside(void *db)
{
	return sqlite3_get_autocommit(((struct lite *)db)->db) == 0;
}

/* ---- schema ---- */

static enum err
lite_schema(struct ctx *ctx, void *db, int64_t *version, struct str *digest)
{
	static const char there[] =
	    "SELECT count(*) FROM sqlite_schema WHERE name='migration'";
	static const char newest[] = "SELECT version, digest FROM migration "
				     "ORDER BY version DESC LIMIT 1";
	void *stmt = NULL;
	bool row = false;
	enum err err = ERR_OK;

	TRY(lite_prepare(ctx, db, there, &stmt));
	err = lite_step(ctx, stmt, &row);
	if (err == ERR_OK && lite_column(stmt, 0, SQL_INT).i != 0) {
		lite_finalize(stmt);
		TRY(lite_prepare(ctx, db, newest, &stmt));
		err = lite_step(ctx, stmt, &row);
		if (err == ERR_OK && row) {
			*version = lite_column(stmt, 0, SQL_INT).i;
			*digest = str_dup(
			    ctx->arena, lite_column(stmt, 1, SQL_TEXT).s);
		}
	}
	lite_finalize(stmt);
	return err;
}

static enum err
lite_migrate(struct ctx *ctx, void *db, const struct sql_migration *m)
{
	static const char book[] =
	    "CREATE TABLE IF NOT EXISTS migration("
	    "version INTEGER PRIMARY KEY, digest TEXT NOT NULL, "
	    "at INTEGER NOT NULL) STRICT;";
	struct lite *l = db;
	char note[MIGRATION_MAX];
	enum err err = ERR_OK;

	snprintf(note, sizeof note,
	    "INSERT INTO migration VALUES(%" PRId64 ",'%s',%" PRId64 ")",
	    m->version, m->digest, ctx_now(ctx));
	l->migrating = true;
	/* A migration may put a constraint in other words. */
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	err = lite_exec(ctx, db, "BEGIN IMMEDIATE");
	if (err == ERR_OK)
		err = lite_exec(ctx, db, book);
	if (err == ERR_OK)
		err = lite_exec(ctx, db, m->text);
	if (err == ERR_OK)
		err = lite_exec(ctx, db, note);
	if (err == ERR_OK)
		err = lite_exec(ctx, db, "COMMIT");
	if (err != ERR_OK)
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_exec(l->db, "PRAGMA writable_schema=OFF", NULL, NULL, NULL);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	l->migrating = false;
	return err;
}

static void
lite_unlock(void *db, bool open)
{
	struct lite *l = db;

	if (l->open == open)
		return;
	l->open = open;
	/*
	 * The authorizer is asked when a statement is prepared, and a prepared
	 * one is kept.  Setting it anew makes SQLite prepare them all again.
	 */
	sqlite3_set_authorizer(l->db, authorize, l);
}

/* FAST: but for what a write comes by in any case. */
static enum err
lite_shred(struct ctx *ctx, void *db, bool shred)
{
	return lite_exec(ctx, db,
	    shred ? "PRAGMA secure_delete=ON" : "PRAGMA secure_delete=FAST");
}

static enum err
lite_check(struct ctx *ctx, void *db, void (*tell)(void *arg, struct str line),
    void *arg)
{
	static const char *const questions[] = { "PRAGMA integrity_check(100)",
		"SELECT format('%s row %s points at a missing %s', \"table\", "
		"rowid, parent) FROM pragma_foreign_key_check LIMIT 100" };
	enum err err = ERR_OK;

	for (size_t i = 0; i < 2 && err == ERR_OK; i++) {
		void *stmt = NULL;
		bool row = true;

		TRY(lite_prepare(ctx, db, questions[i], &stmt));
		while ((err = lite_step(ctx, stmt, &row)) == ERR_OK && row) {
			struct str line = lite_column(stmt, 0, SQL_TEXT).s;

			if (!str_eq(line, STR("ok")))
				tell(arg, line);
		}
		lite_finalize(stmt);
	}
	return err;
}

const struct engine engine_sqlite = {
	.dialect = lite_dialect,
	.open = lite_open,
	.close = lite_close,
	.exec = lite_control,
	.prepare = lite_prepare,
	.finalize = lite_finalize,
	.bind = lite_bind,
	.step = lite_step,
	.column = lite_column,
	.reset = lite_reset,
	.changed = lite_changed,
	.written = lite_written,
	.new_id = lite_new_id,
	.inside = lite_inside,
	.schema = lite_schema,
	.migrate = lite_migrate,
	.unlock = lite_unlock,
	.shred = lite_shred,
	.log_max = LOG_MAX,
	.log_pages = lite_log_pages,
	.log_move = lite_log_move,
	.check = lite_check,
};
