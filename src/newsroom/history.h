/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_HISTORY_H
#define NEWSROOM_HISTORY_H

/*
 * What a story said before.  Nothing is ever taken back: an older text that
 * is wanted again becomes a new revision.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "newsroom/story.h"

enum { HISTORY_MAX = 1000 }; /* revisions of one call */

struct revision {
	int64_t id;
	int64_t number;	   /* 1, 2, 3 … within the story */
	int64_t at;	   /* when it was saved */
	struct str person; /* empty: a command */
	struct str headline;
	int64_t words;
};

/* Newest first, below that number; 0: from the newest. */
MUST_USE enum err story_history(struct ctx *ctx, struct store *st, int64_t id,
    int64_t before, const struct revision **out, size_t *n);

/* The id of a story's revision.  ERR_NOTFOUND. */
MUST_USE enum err revision_by_number(struct ctx *ctx, struct store *st,
    int64_t story, int64_t number, int64_t *rev);

/* What an editor would type to get that revision again. */
struct story_text story_text_of(struct ctx *ctx, const struct article *a);

struct story_restore {
	int64_t id, seen, person;
	int64_t number; /* of the revision that is wanted again */
};
/* ERR_CONFLICT when that is the newest one. */
MUST_USE enum err story_restore(struct ctx *ctx, struct store *st,
    const struct story_restore *in, struct story_saved *out);

#endif
