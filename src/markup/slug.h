/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_SLUG_H
#define MARKUP_SLUG_H

/*
 * The readable part of an address: "grosse-aenderung-in-koeln".
 *
 * Made once from a headline, then kept: the same title and language give
 * the same slug as long as ICU is the same, and stories store theirs.
 *
 * Memory: ctx's arena.  Threads: any (transliterators are shared, behind a
 * lock; titles in ASCII take no lock).
 */

#include "base/base.h"

enum { SLUG_MAX = 80 };

/*
 * [a-z0-9] words with single hyphens, cut at a word; never empty: a title
 * without a letter gives "story".  lang: a language tag, or empty.
 * ERR_INVALID for a title that is not UTF-8.
 */
MUST_USE enum err slug_make(
    struct ctx *ctx, struct str title, struct str lang, struct str *out);

/* Could slug_make() have made it?  For those set by hand. */
bool slug_valid(struct str slug);

#endif
