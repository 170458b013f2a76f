/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_REDIRECT_H
#define NEWSROOM_REDIRECT_H

/*
 * Old addresses that the desk keeps alive.  A redirect answers where nothing
 * else does; so none is taken for an address at which something stands, none
 * that leads nowhere, and none that leads in a circle.  With or without a
 * slash at the end is the same address.
 *
 * Old names of sections, tags and authors need none: house.h keeps them.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "newsroom/story.h"

enum { REDIRECT_PATH_MAX = 2000 }; /* bytes */

/*
 * A path as requests have it: percent-encoded where it must be, without a
 * slash at its end.  ERR_INVALID for what is no path.
 */
MUST_USE enum err redirect_path(
    struct ctx *ctx, struct str typed, struct str *out);

/* Does something stand at that path?  The site's own pages always do. */
MUST_USE enum err redirect_is_living(
    struct ctx *ctx, struct store *st, struct str path, bool *out);

/*
 * Makes or changes one.  to: a story that is published, or a path of the
 * site at which something stands.  ERR_CONFLICT, ERR_INVALID.
 */
MUST_USE enum err redirect_add(struct ctx *ctx, struct store *st,
    struct str path, const struct redirect *to);
/* ERR_NOTFOUND. */
MUST_USE enum err redirect_remove(
    struct ctx *ctx, struct store *st, struct str path);

struct redirect_row {
	struct str path;
	struct redirect to;
};
/* By path, those that begin so, after that one; n <= 1000. */
struct redirect_query {
	struct str beginning, after;
	size_t n;
};
MUST_USE enum err redirect_page(struct ctx *ctx, struct store *st,
    const struct redirect_query *in, const struct redirect_row **out,
    size_t *n);

#endif
