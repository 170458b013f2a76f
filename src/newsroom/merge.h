/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_MERGE_H
#define NEWSROOM_MERGE_H

/*
 * Two people changed the same text: what does not touch is put together,
 * what touches is shown with both versions and what stood there before.
 *
 *	<<<<<<< mine
 *	The gate gave way at noon.
 *	||||||| before
 *	The gate gave way.
 *	=======
 *	The lower gate gave way.
 *	>>>>>>> newer
 *
 * It works by lines; a paragraph of Markdown is one.  Changes of lines that
 * stand next to each other touch.
 *
 * Cost: sorting the lines, then a bounded search.  Texts that have little
 * in common, or very many lines, are compared more coarsely: a conflict may
 * then be larger than it need be, but no change is lost.
 * Memory: ctx's arena; nothing is changed in what was given.
 * Threads: any.
 */

#include "base/base.h"

struct merge {
	struct str base; /* what both began with */
	struct str mine, theirs;
};

struct merged {
	struct str text;  /* with marks around what touches */
	size_t conflicts; /* how many of those */
};

/* ERR_LIMIT when the result is longer than all three together and marks. */
MUST_USE enum err merge_text(
    struct ctx *ctx, const struct merge *in, struct merged *out);

/* One value, which is mine, theirs, or a conflict: then false. */
bool merge_value(const struct merge *in, struct str *out);

/* One conflict, as above.  The texts may end without a newline. */
void merge_mark(struct buf *out, const struct merge *in);

/* The first line that a mark stands in, from 1; 0: none is left. */
size_t merge_marked(struct str text);

#endif
