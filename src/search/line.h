/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_LINE_H
#define SEARCH_LINE_H

/*
 * What stands in the index for a text.
 *
 * The words that nearly every story has say little alone, yet a phrase with
 * one of them would walk over all its places in all stories.  So a common
 * word stands there by its neighbours, not by itself:
 *
 *	the wall of the port	the>K(wall) wall of<K(wall) of>the the>K(port) port
 *
 * A word's own term, unless it is common; between two words of which one is,
 * a pair: the common one and which of 256 kinds of words the other is.  That
 * other one stands right beside it, so a line tells all its words and their
 * order: a phrase stands in a text where its line stands in the text's, and
 * nowhere else.  That a story has a common word at all is told once for the
 * story, by whoever asks what was seen.
 *
 * Memory: as the buffer.  Threads: as the analyser.
 */

#include "search/words.h"

/* Behind the common word of a pair: no term holds them. */
#define LINE_BEFORE "\uE001" /* it stands before the other */
#define LINE_BEHIND "\uE002"

struct line {
	struct analyser *an;
	struct buf *out; /* a space after each term */
	uint64_t seen;	 /* bits of words_common() */
	bool begun, last_is_common;
	char last[TERM_MAX];
	size_t last_n;
};

void line_begin(struct line *l, struct analyser *an, struct buf *out);
/* One text stands right behind the other. */
void line_text(struct line *l, struct str text);
void line_term(struct line *l, struct str term);

/* Of one or more terms: their line. */
struct str line_of_phrase(
    struct arena *a, struct analyser *an, const struct str *terms, size_t n);
/* What stands between two words of which one is common. */
struct str line_pair(
    struct arena *a, const struct analyser *an, struct str one, struct str two);

#endif
