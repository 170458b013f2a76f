/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_CROSSLINK_H
#define EXCHANGE_CROSSLINK_H

/*
 * Links between the files of an archive become links between stories.  A
 * story that has not come yet has its id reserved, so that no body is
 * written twice.  Only this room includes it.
 */

#include "exchange/catalogue.h"
#include "exchange/shortcode.h"

struct crosslink {
	struct run *r;
	const struct source *src;
	const struct edition *edition;
	size_t joined; /* links that lead to a story or list here */
};

/* A shortcode_host: arg is a struct crosslink. */
MUST_USE enum err crosslink_address(
    void *arg, struct ctx *ctx, struct str name, struct str *out);

MUST_USE enum err crosslink_link(
    void *arg, struct ctx *ctx, struct str url, bool *keep, struct str *out);

/*
 * The same without the archive, on any thread: what is made so is right
 * unless asks says that the archive must be asked.
 */
struct crosslink_alone {
	struct str site; /* of the options */
	bool asks;
};
MUST_USE enum err crosslink_alone_address(
    void *arg, struct ctx *ctx, struct str name, struct str *out);
MUST_USE enum err crosslink_alone_link(
    void *arg, struct ctx *ctx, struct str url, bool *keep, struct str *out);

#endif
