/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_MEDIA_EXTRA_H
#define NEWSROOM_MEDIA_EXTRA_H

/*
 * What is made of a film when all of it is there that readers need: AV1.
 *
 * It adds renditions to a whole take of media_job.h and changes none.  When
 * it cannot be made the film stays done, without it, and the row says why.
 * One server has the folder, and one of its threads does this work: so there
 * is no lease, and whatever runs when a server begins has nobody.
 *
 * A film that is worked on anew gets a new row with its new take; whoever is
 * still at the old one learns so by ERR_GONE.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "newsroom/media_job.h"

enum { EXTRA_PAUSE = 600 }; /* seconds between two tries */

struct media_extra_row {
	int64_t asset;
	int64_t take; /* that it adds to */
	enum media_job_state state;
	int64_t percent;
	struct str rung; /* the newest with a part; "" */
	int64_t attempts;
	struct str reason; /* why not, or why it waits again */
};

/* NULL: nobody asked for it. */
MUST_USE enum err media_extra_get(struct ctx *ctx, struct store *st,
    int64_t asset, const struct media_extra_row **out);

/* For the take that the job has just made; in the same transaction. */
MUST_USE enum err media_extra_ask(
    struct ctx *ctx, struct store *st, const struct media_job_row *job);
/* Not for that take: what an older one had ends with it. */
MUST_USE enum err media_extra_drop(
    struct ctx *ctx, struct store *st, const struct media_job_row *job);

/* A server begins: what ran waits again. */
MUST_USE enum err media_extra_recover(struct ctx *ctx, struct store *st);

/* When one is due; 0: nothing to wait for. */
MUST_USE enum err media_extra_next(
    struct ctx *ctx, struct store *st, int64_t *at);

/* Begins the newest that is due; NULL: none is. */
MUST_USE enum err media_extra_claim(
    struct ctx *ctx, struct store *st, const struct media_extra_row **out);

MUST_USE enum err media_extra_tell(struct ctx *ctx, struct store *st,
    const struct media_extra_row *row, int64_t percent, struct str rung);

/* All is there and was looked through: from now on readers get it. */
MUST_USE enum err media_extra_done(struct ctx *ctx, struct store *st,
    const struct media_extra_row *row, const struct rendition *all, size_t n);

/* As media_job_broke(). */
MUST_USE enum err media_extra_broke(struct ctx *ctx, struct store *st,
    const struct media_extra_row *row, enum err err, struct str reason,
    bool *again);

/* The server ends: the try does not count. */
MUST_USE enum err media_extra_give_back(
    struct ctx *ctx, struct store *st, const struct media_extra_row *row);

#endif
