/* SPDX-License-Identifier: MIT */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/*
 * UTF-8 after RFC 3629: no surrogates, nothing above U+10FFFF, no overlong
 * forms.
 */

#include "base/str.h"

/* Index of the first byte that is not valid; SIZE_MAX when all is. */
size_t utf8_bad(struct str bytes);

static inline bool
utf8_ok(struct str bytes)
{
	return utf8_bad(bytes) == SIZE_MAX;
}

/* How many leading bytes hold whole characters: to cut, never to mend. */
size_t utf8_whole(struct str bytes);

/* Takes one character from s at *at, which moves on.  s must be valid. */
uint32_t utf8_next(struct str s, size_t *at);

/* Writes c, 1 to 4 bytes; returns how many. */
size_t utf8_encode(uint32_t c, char out[4]);

/* Characters (code points) in valid text. */
size_t utf8_length(struct str s);

/* The first n characters of valid text. */
struct str utf8_head(struct str s, size_t n);

/* Is it free of controls (C0 but tab and newline, DEL, C1)? */
bool utf8_printable(struct str s);

/* Like the above, and on one line: no tab, newline, U+2028 or U+2029. */
bool utf8_is_line(struct str s);

/*
 * Is there nothing to see in it: only white space of any script, and
 * characters without a shape, such as U+200B and U+FEFF?
 */
bool utf8_is_blank(struct str s);

#endif
