/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_COMMON_H
#define SEARCH_COMMON_H

/*
 * The room's own: the words that nearly every text of a language has, as
 * terms.  Which they are is part of what an index is made by.
 */

#include "base/base.h"

enum {
	COMMON_MAX = 64,    /* of a language: a bit for each */
	COMMON_TERM = 22,   /* bytes; longer ones are not common */
	COMMON_SLOTS = 256, /* a power of two, and thin */
};

struct common {
	struct {
		char text[COMMON_TERM];
		uint8_t n;
	} all[COMMON_MAX];
	size_t n;
	uint8_t slots[COMMON_SLOTS]; /* 0: free; else one more than which */
};

/* As they are written, spaces between; empty: none are known. code: "en". */
struct str common_words(struct str code);
/* Those of all languages, to tell one list from the next. */
void common_put_all(struct buf *out);

void common_add(struct common *c, struct str term);
/* Which of them it is; -1: none. */
int common_find(const struct common *c, struct str term);

#endif
