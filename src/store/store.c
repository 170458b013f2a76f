/* SPDX-License-Identifier: MIT */
/* A connection: statements prepared once, transactions, touched surfaces. */

#include "store/store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/block.h"
#include "store/engine.h"
#include "store/mover.h"

enum {
	TAGS_FIRST = 64,
	CHANGES_FIRST = 16,
	TAGS_MAX = 100000, /* of one transaction; imports come in batches */
	MOVE_PAGES = 1000, /* of the log: 4 MB */
};

/* Tags of the open transaction: a list, and a table to find doubles. */
struct touched {
	struct arena *arena;
	struct str *list;
	size_t n;
	size_t room;   /* a power of two; the table has twice as many */
	size_t *table; /* index + 1 into the list */
	struct store_change *changes;
	size_t changes_n, changes_room;
	int64_t change;
};

struct store {
	const struct engine *engine;
	void *db;
	void **stmts; /* one for each block, made on first use */
	enum store_mode mode;
	int depth;     /* open transactions */
	int whole;     /* depth of the one that is kept or undone whole; or 0 */
	bool broken;   /* a part of that was undone */
	int64_t began; /* the outermost; monotonic ns */
	struct touched touched;
	void (*listen)(void *arg, const struct store_commit *commit);
	void *listen_arg;
	const struct folder *folder; /* of a writer that is alone; or NULL */
	struct mover *mover;	     /* its, once the log has been long */
};

/* ---- opening ---- */

static enum err
bring_up(struct ctx *ctx, struct store *st)
{
	struct str digest = { 0 };
	int64_t version = 0;

	TRY(st->engine->schema(ctx, st->db, &version, &digest));
	if (version > store_schema())
		return FAIL(ctx, ERR_CONFLICT,
		    "this newsroom was written by a newer Masthead (schema "
		    "%" PRId64 ", this program knows %" PRId64
		    "): use the newer program",
		    version, store_schema());
	if (version > 0 &&
	    !str_eq(digest, str_c(sql_migrations_sqlite[version - 1].digest)))
		return FAIL(ctx, ERR_CONFLICT,
		    "this newsroom's schema %" PRId64
		    " is not the one that this program knows: it was made by "
		    "another build",
		    version);
	if (version < store_schema() && st->mode == STORE_READ)
		return FAIL(ctx, ERR_CONFLICT,
		    "this newsroom has schema %" PRId64 ", this program needs "
		    "%" PRId64 ": start `masthead serve` to bring it up",
		    version, store_schema());
	for (; version < store_schema(); version++)
		TRY(st->engine->migrate(
		    ctx, st->db, &sql_migrations_sqlite[version]));
	return ERR_OK;
}

enum err
store_open(struct ctx *ctx, const struct store_open *in, struct store **out)
{
	struct store *st = calloc(1, sizeof *st);
	enum err err = ERR_OK;

	if (st == NULL)
		abort();
	st->engine = &engine_sqlite;
	st->mode = in->mode;
	st->folder = in->alone ? in->folder : NULL;
	st->touched.arena = arena_new(0);
	st->stmts = calloc(sql_block_count, sizeof *st->stmts);
	if (st->stmts == NULL)
		abort();
	err = st->engine->open(ctx, in, &st->db);
	if (err == ERR_OK)
		err = bring_up(ctx, st);
	if (err != ERR_OK) {
		store_close(st);
		return err;
	}
	*out = st;
	return ERR_OK;
}

void
store_close(struct store *st)
{
	if (st == NULL)
		return;
	mover_stop(st->mover);
	for (size_t i = 0; i < sql_block_count; i++)
		if (st->stmts[i] != NULL)
			st->engine->finalize(st->stmts[i]);
	if (st->db != NULL)
		st->engine->close(st->db);
	arena_free(st->touched.arena);
	free(st->stmts);
	free(st);
}

int64_t
store_schema(void)
{
	return sql_migrations_sqlite[sql_migration_count - 1].version;
}

/* ---- statements ---- */

/* Alone, the rest of a transaction that was lost would commit by itself. */
static enum err
still_inside(struct ctx *ctx, struct store *st)
{
	if (st->depth > 0 && !st->engine->inside(st->db))
		return FAIL(ctx, ERR_IO,
		    "the store gave up this piece of work: nothing was "
		    "changed, try again");
	if (st->broken)
		return FAIL(ctx, ERR_CONFLICT,
		    "a part of this piece of work failed: nothing was changed");
	return ERR_OK;
}

struct running {
	const struct engine *engine;
	void *stmt;
};

static void
running_end(struct running *r)
{
	if (r->stmt != NULL)
		r->engine->reset(r->stmt);
}

static enum err
start(struct ctx *ctx, struct store *st, size_t block,
    const struct sql_value *values, size_t n, struct running *out)
{
	assert(block < sql_block_count && n == sql_blocks[block].in_n);
	TRY(still_inside(ctx, st));
	if (st->stmts[block] == NULL)
		TRY(st->engine->prepare(ctx, st->db,
		    st->engine->dialect(&sql_blocks[block]),
		    &st->stmts[block]));
	out->engine = st->engine;
	out->stmt = st->stmts[block];
	return st->engine->bind(ctx, out->stmt, values, n);
}

enum err
store_run(struct ctx *ctx, struct store *st, size_t block,
    const struct sql_value *values, size_t n, int64_t *changed)
{
	CLEANUP(running_end) struct running r = { 0 };
	bool row = false;

	TRY(start(ctx, st, block, values, n, &r));
	TRY(st->engine->step(ctx, r.stmt, &row));
	*changed = st->engine->changed(st->db);
	return ERR_OK;
}

/* A row of our own for the one that was inserted. */
static enum err
query_new_id(struct ctx *ctx, struct store *st, const struct running *r,
    struct sql_rows *out)
{
	struct sql_value *v = NULL;
	bool row = false;

	TRY(st->engine->step(ctx, r->stmt, &row));
	*out = (struct sql_rows){ 0 };
	if (st->engine->changed(st->db) != 1)
		return ERR_OK;
	v = ARENA_NEW(ctx->arena, struct sql_value);
	v->kind = SQL_INT;
	v->i = st->engine->new_id(st->db);
	*out = (struct sql_rows){ v, 1 };
	return ERR_OK;
}

enum err
store_query(struct ctx *ctx, struct store *st, size_t block,
    const struct sql_value *values, size_t n, struct sql_rows *out)
{
	const struct sql_block *b = &sql_blocks[block];
	CLEANUP(running_end) struct running r = { 0 };
	struct sql_value *all = NULL;
	size_t room = 0;
	size_t rows = 0;
	bool row = false;

	TRY(start(ctx, st, block, values, n, &r));
	if (b->gives_id)
		return query_new_id(ctx, st, &r, out);
	for (;;) {
		TRY(st->engine->step(ctx, r.stmt, &row));
		if (!row)
			break;
		if (rows == b->limit)
			return FAIL(ctx, ERR_LIMIT,
			    "%s gives more than %zu rows", b->name, b->limit);
		if (rows == room) {
			struct sql_value *more = NULL;

			room = room != 0      ? room * 2
			       : b->limit < 8 ? b->limit
					      : 8;
			/* Each value is written whole below. */
			more = arena_bytes(
			    ctx->arena, room * b->out_n * sizeof *more);
			if (rows != 0)
				memcpy(
				    more, all, rows * b->out_n * sizeof *more);
			all = more;
		}
		for (size_t i = 0; i < b->out_n; i++) {
			struct sql_value *v = &all[rows * b->out_n + i];

			*v = st->engine->column(r.stmt, i, b->out[i].kind);
			if (v->kind != SQL_INT && v->s.p != NULL)
				v->s = str_dup(ctx->arena, v->s);
		}
		rows++;
	}
	out->values = all;
	out->n = rows;
	return ERR_OK;
}

/* ---- touched surfaces ---- */

static size_t *
tag_place(struct touched *t, struct str tag)
{
	size_t mask = t->room * 2 - 1;
	size_t at = (size_t)str_hash(tag) & mask;

	while (t->table[at] != 0 && !str_eq(t->list[t->table[at] - 1], tag))
		at = (at + 1) & mask;
	return &t->table[at];
}

static void
touched_grow(struct touched *t)
{
	struct str *list = NULL;

	t->room = t->room != 0 ? t->room * 2 : TAGS_FIRST;
	list = ARENA_ARRAY(t->arena, t->room, struct str);
	if (t->n != 0)
		memcpy(list, t->list, t->n * sizeof *list);
	t->list = list;
	t->table = ARENA_ARRAY(t->arena, t->room * 2, size_t);
	for (size_t i = 0; i < t->n; i++)
		*tag_place(t, t->list[i]) = i + 1;
}

static void
touched_clear(struct touched *t)
{
	arena_reset(t->arena);
	t->list = NULL;
	t->table = NULL;
	t->n = t->room = 0;
	t->changes = NULL;
	t->changes_n = t->changes_room = 0;
	t->change = 0;
}

/*
 * Back to the first n.  A change that was undone must not be announced: its
 * number would be ahead of all that a reader can see.
 */
static void
touched_cut(struct touched *t, size_t n, size_t changes, int64_t change)
{
	t->change = change;
	t->changes_n = changes;
	if (t->n == n)
		return;
	t->n = n;
	memset(t->table, 0, t->room * 2 * sizeof *t->table);
	for (size_t i = 0; i < n; i++)
		*tag_place(t, t->list[i]) = i + 1;
}

/* ---- transactions ---- */

static enum err
say_begin(struct ctx *ctx, struct store *st)
{
	char text[64];

	/* A ROLLBACK that failed must not end all writing. */
	if (st->depth == 0 && st->engine->inside(st->db))
		TRY(st->engine->exec(ctx, st->db, "ROLLBACK"));
	if (st->depth == 0)
		snprintf(text, sizeof text, "%s",
		    st->mode == STORE_WRITE ? "BEGIN IMMEDIATE" : "BEGIN");
	else
		snprintf(text, sizeof text, "SAVEPOINT tx%d", st->depth);
	if (st->depth == 0)
		st->began = clock_monotonic_ns();
	return st->engine->exec(ctx, st->db, text);
}

enum err
store_tx_begin(struct ctx *ctx, struct store *st, struct store_tx *tx)
{
	bool part = st->whole != 0;

	assert(tx->st == NULL);
	TRY(still_inside(ctx, st));
	if (!part)
		TRY(say_begin(ctx, st));
	st->depth++;
	*tx = (struct store_tx){
		.st = st,
		.depth = st->depth,
		.part = part,
		.written = st->engine->written(st->db),
		.touched = st->touched.n,
		.changes = st->touched.changes_n,
		.change = st->touched.change,
	};
	return ERR_OK;
}

enum err
store_tx_begin_whole(struct ctx *ctx, struct store *st, struct store_tx *tx)
{
	TRY(store_tx_begin(ctx, st, tx));
	if (!tx->part)
		st->whole = tx->depth;
	return ERR_OK;
}

static void
tell_listener(struct store *st, int64_t committed)
{
	struct touched *t = &st->touched;
	int64_t kept = clock_monotonic_ns();

	if (t->n != 0 && st->listen != NULL)
		st->listen(st->listen_arg, &(struct store_commit){
					       .change = t->change,
					       .tags = t->list,
					       .n = t->n,
					       .changes = t->changes,
					       .changes_n = t->changes_n,
					       .began = st->began,
					       .committed = committed,
					       .kept = kept,
					   });
	touched_clear(t);
}

/*
 * A few pages are moved by whoever closes the folder last.  Where the disk takes
 * them more slowly than they come, the writer waits: a log begins anew only
 * when all of it was moved between two commits.
 */
static void
move_behind(struct store *st)
{
	int64_t pages = 0;

	if (st->folder == NULL)
		return;
	pages = st->engine->log_pages(st->db);
	if (pages < MOVE_PAGES)
		return;
	if (st->mover == NULL)
		st->mover = mover_start(st->folder);
	if (st->mover == NULL)
		return;
	mover_tell(st->mover);
	if (pages >= st->engine->log_max)
		mover_wait(st->mover);
}

enum err
store_tx_commit(struct ctx *ctx, struct store_tx *tx)
{
	struct store *st = tx->st;
	int64_t committed = 0;
	char text[64];

	assert(st != NULL && tx->depth == st->depth);
	TRY(still_inside(ctx, st));
	if (tx->depth == 1)
		snprintf(text, sizeof text, "COMMIT");
	else
		snprintf(text, sizeof text, "RELEASE tx%d", tx->depth - 1);
	committed = clock_monotonic_ns();
	if (!tx->part)
		TRY(st->engine->exec(ctx, st->db, text));
	if (st->whole == st->depth)
		st->whole = 0;
	st->depth--;
	tx->st = NULL;
	if (st->depth > 0)
		return ERR_OK;
	tell_listener(st, committed);
	move_behind(st);
	return ERR_OK;
}

static void
undo(struct store *st, int depth)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;
	char text[64];

	if (depth == 1)
		snprintf(text, sizeof text, "ROLLBACK");
	else
		snprintf(text, sizeof text, "ROLLBACK TO tx%d; RELEASE tx%d",
		    depth - 1, depth - 1);
	/* The words of the failure that led here must stay in the caller's. */
	ctx_init(&ctx, a, NULL);
	if (st->engine->inside(st->db) &&
	    st->engine->exec(&ctx, st->db, text) != ERR_OK)
		log_failure(&ctx, "rollback");
	arena_free(a);
}

void
store_tx_end(struct store_tx *tx)
{
	struct store *st = tx->st;

	if (st == NULL)
		return;
	assert(tx->depth == st->depth);
	if (!tx->part) {
		undo(st, tx->depth);
	} else if (st->engine->written(st->db) != tx->written) {
		st->broken = true;
	}
	if (st->whole == st->depth) {
		st->whole = 0;
		st->broken = false;
	}
	st->depth--;
	tx->st = NULL;
	if (st->depth == 0)
		touched_clear(&st->touched);
	else
		touched_cut(&st->touched, tx->touched, tx->changes, tx->change);
}

void
store_change(struct store *st, const struct store_change *in)
{
	struct touched *t = &st->touched;

	assert(st->depth > 0);
	if (t->changes_n == t->changes_room) {
		struct store_change *more = NULL;

		t->changes_room =
		    t->changes_room != 0 ? t->changes_room * 2 : CHANGES_FIRST;
		more =
		    ARENA_ARRAY(t->arena, t->changes_room, struct store_change);
		if (t->changes_n != 0)
			memcpy(more, t->changes, t->changes_n * sizeof *more);
		t->changes = more;
	}
	t->changes[t->changes_n++] = *in;
}

void
store_touch(struct store *st, int64_t change, struct str tag)
{
	struct touched *t = &st->touched;
	size_t *place = NULL;

	assert(st->depth > 0 && t->n < TAGS_MAX);
	if (t->change < change)
		t->change = change;
	if (t->n == t->room)
		touched_grow(t);
	place = tag_place(t, tag);
	if (*place != 0)
		return;
	t->list[t->n++] = str_dup(t->arena, tag);
	*place = t->n;
}

void
store_on_commit(struct store *st,
    void (*listen)(void *arg, const struct store_commit *commit), void *arg)
{
	st->listen = listen;
	st->listen_arg = arg;
}

/* ---- the rest ---- */

void
store_unlock(struct store *st)
{
	st->engine->unlock(st->db, true);
}

void
store_lock(struct store *st)
{
	st->engine->unlock(st->db, false);
}

enum err
store_shred(struct ctx *ctx, struct store *st, bool shred)
{
	return st->engine->shred(ctx, st->db, shred);
}

int64_t
store_log_pages(const struct store *st)
{
	return st->engine->log_pages(st->db);
}

enum err
store_log_move(struct ctx *ctx, struct store *st, struct store_log *out)
{
	return st->engine->log_move(ctx, st->db, &out->pages, &out->moved);
}

enum err
store_check(struct ctx *ctx, struct store *st,
    void (*tell)(void *arg, struct str line), void *arg)
{
	return st->engine->check(ctx, st->db, tell, arg);
}
