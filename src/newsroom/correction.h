/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_CORRECTION_H
#define NEWSROOM_CORRECTION_H

/*
 * What an edition had to correct in the stories that readers see, as a
 * range: it costs the same at its first page and at its last.  Adding one is
 * story_correct() (newsroom/story.h).
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "newsroom/list.h"

struct corrected {
	int64_t id, at;
	struct str text;
	struct teaser story;
};

struct correction_range {
	int64_t edition;
	int64_t at; /* below this moment and id: where the last page ended; */
	int64_t id; /* 0, 0: from the newest */
	size_t n;   /* at most this many, <= LIST_MAX */
};

/* Newest first; at the same moment the larger id first. */
MUST_USE enum err corrections_read(struct ctx *ctx, struct store *st,
    const struct correction_range *in, const struct corrected **out, size_t *n);
/* Going up: the n just above (at, id), still newest first. */
MUST_USE enum err corrections_read_newer(struct ctx *ctx, struct store *st,
    const struct correction_range *in, const struct corrected **out, size_t *n);

#endif
