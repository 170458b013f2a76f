/* SPDX-License-Identifier: MIT */
#ifndef STORE_STORE_H
#define STORE_STORE_H

/*
 * The door to the newsroom's tables.  It names no engine.  Statements live
 * in sql/<noun>.sql and are called through the typed functions of
 * "store/sql.h", which is written from them at build time:
 *
 *	const struct sql_story_by_id_row *row = NULL;
 *
 *	TRY(sql_story_by_id(ctx, st, &(struct sql_story_by_id){ .id = 7 },
 *	    &row));
 *	if (row == NULL)
 *		return FAIL(ctx, ERR_NOTFOUND, "there is no story 7");
 *
 * In a field marked "?" in the .sql file, 0 or a str without pointer stands
 * for NULL, both ways.
 *
 * Memory: rows are copied into ctx's arena.
 * Errors: ERR_CONFLICT a constraint refused it; ERR_BUSY another writer;
 *         ERR_LIMIT more rows than the block's limit; ERR_IO the disk;
 *         ERR_DENIED a statement that the second defence refuses.
 * Threads: a store is one connection and belongs to one thread at a time.
 *          Open as many readers as you like, and one writer.
 */

#include "base/base.h"

struct store;
struct folder; /* store/folder.h */

enum store_mode {
	STORE_READ,  /* sees one moment in each transaction */
	STORE_WRITE, /* the one writer; the caller holds the folder's lock */
};

struct store_open {
	const struct folder *folder;
	enum store_mode mode;
	/* Of a writer: nobody else moves its log, so it has a thread do it. */
	bool alone;
};

/*
 * A writer brings the tables up to this program's version; a reader expects
 * them there.  ERR_CONFLICT when a newer program has written the folder.
 */
MUST_USE enum err store_open(
    struct ctx *ctx, const struct store_open *in, struct store **out);
void store_close(struct store *st);

/*
 * A transaction.  What is not committed when the variable goes out of scope
 * is undone.  Begun inside another it is a part of it: committed with the
 * outer one, undone alone.  When the engine gives up (a full disk) the whole
 * of it is undone: what is asked of the outer one after that is refused.
 */
struct store_tx {
	struct store *st; /* NULL: not open */
	int depth;
	bool part;	 /* of one that is kept or undone whole */
	int64_t written; /* rows, by then */
	size_t touched;	 /* tags, changes and change number, when it began */
	size_t changes;
	int64_t change;
};

MUST_USE enum err store_tx_begin(
    struct ctx *ctx, struct store *st, struct store_tx *tx);

/*
 * Begins one that is kept or undone whole: those begun inside it cost
 * nothing, and cannot be undone alone.  Whoever sees one of them fail must
 * let all of it fail; all that is asked of it after that is refused.
 * For imports: an inner one of its own costs a copy of each page it writes.
 */
MUST_USE enum err store_tx_begin_whole(
    struct ctx *ctx, struct store *st, struct store_tx *tx);

MUST_USE enum err store_tx_commit(struct ctx *ctx, struct store_tx *tx);
void store_tx_end(struct store_tx *tx);

/*
 * Surfaces that the open transaction changes, such as "story:7", under the
 * number of the change row that says so.  They are handed to the listener
 * after the outermost commit and before that commit returns.
 */
struct store_commit {
	int64_t change; /* newest change number of the transaction */
	const struct str *tags;
	size_t n;
	const struct store_change *changes; /* in their order */
	size_t changes_n;
	int64_t began;	   /* monotonic ns, when the transaction did */
	int64_t committed; /* likewise: when its commit began … */
	int64_t kept;	   /* … and when all of it was on the disk */
};

/* A change row of the transaction. */
struct store_change {
	int64_t number;
	int64_t subject;  /* what it is about; 0: nothing in particular */
	const char *kind; /* static */
};

void store_change(struct store *st, const struct store_change *in);
void store_touch(struct store *st, int64_t change, struct str tag);
void store_on_commit(struct store *st,
    void (*listen)(void *arg, const struct store_commit *commit), void *arg);

/*
 * People, sessions and tokens may be written only between these two; a second
 * defence against a statement that should not have come this far.
 */
void store_unlock(struct store *st);
void store_lock(struct store *st);

/*
 * What is deleted is overwritten at once, so that nothing of it can be read
 * from the file.  That takes as much memory and log as there is of it: of what
 * is large, public, and about to be made again, it need not be.
 */
MUST_USE enum err store_shred(struct ctx *ctx, struct store *st, bool shred);

/*
 * What is committed stands in a log first, safe already, and is moved to its
 * place in the database later: by whoever calls store_log_move() on a store
 * of its own, while the writer goes on.  Nobody need: past some 64 MB a
 * commit does it, or waits for whoever is at it for a writer that is alone.
 */
struct store_log {
	int64_t pages; /* that it holds */
	int64_t
	    moved; /* of them; all: the log begins anew at the next commit */
};
/* A writer's: as its newest commit left it. */
int64_t store_log_pages(const struct store *st);
/* As far as open transactions of readers let it.  Any mode; it never waits. */
MUST_USE enum err store_log_move(
    struct ctx *ctx, struct store *st, struct store_log *out);

/* Examines the whole store; tell() is called with a line for each fault. */
MUST_USE enum err store_check(struct ctx *ctx, struct store *st,
    void (*tell)(void *arg, struct str line), void *arg);

/* Newest schema that this program knows. */
int64_t store_schema(void);

#endif
