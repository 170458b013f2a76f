/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_FOLD_H
#define SEARCH_FOLD_H

/* One word folded.  Only this room includes it. */

#include "search/words.h"

/* utf8_next() of valid text, without a call for Latin, Arabic and the like. */
static inline uint32_t
fold_next(struct str s, size_t *at)
{
	uint32_t c = (unsigned char)s.p[*at];

	if (c < 0x80) {
		++*at;
		return c;
	}
	if (c >= 0xe0)
		return utf8_next(s, at);
	c = (c & 0x1f) << 6 | ((unsigned char)s.p[*at + 1] & 0x3f);
	*at += 2;
	return c;
}

/* Writes at most TERM_MAX bytes; the result stands in room. */
struct str fold_word(struct str raw, char room[TERM_MAX]);

/* a-z, 0-9 and characters above ASCII, no private one? */
bool fold_is_term(struct str s);

/*
 * Persian plurals (ها, های, هایی), which are written to their word, after a
 * zero-width non-joiner or after a space: cut off, and said as ها, they are
 * all the same.  The root is empty where one stands alone.
 * false: there is none, or too little would be left.
 */
bool fold_cut_plural(struct str term, struct str *root, struct str *plural);

#endif
