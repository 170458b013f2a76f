/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_PROFILE_H
#define EXCHANGE_PROFILE_H

/*
 * Files of an archive that are no stories: who an author is, what a topic
 * is about, list pages of the old site.  Only this room includes it.
 */

#include "exchange/catalogue.h"
#include "exchange/front.h"

/*
 * Puts the author or tag, inside the caller's transaction; list pages are
 * passed by, and told.
 */
MUST_USE enum err profile_take(struct run *r, const struct source *src,
    const struct front *f, int64_t edition, struct taking *t);

/* "jessica-milcetich" is "Jessica Milcetich"; other names stay. */
struct str profile_name(struct arena *a, struct str name);

#endif
