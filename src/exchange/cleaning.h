/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_CLEANING_H
#define EXCHANGE_CLEANING_H

/*
 * A body made clean: at once, or on the other thread.
 *
 *	c = cleaning_start(ctx, aside, BODY_MARKDOWN, body);
 *	… the next file …
 *	cleaning_wait(c);
 *	if (c->err == ERR_OK) … c->html, c->lost, c->words …
 *
 * Who fails says so in c->why.
 *
 * Memory: it lives in ctx's arena and ends with it, waited for or not.
 */

#include "base/base.h"
#include "exchange/aside.h"
#include "markup/sanitise.h"
#include "newsroom/story.h"

struct cleaning {
	struct html html;
	struct sanitise_report lost;
	size_t words;
	enum err err;
	struct str why;

	/* Its own. */
	struct aside *aside;
	struct aside_job job;
	struct arena *arena;
	enum body_format format;
	struct str body;
};

/* Here and now. */
struct cleaning *cleaning_make(
    struct ctx *ctx, enum body_format format, struct str body);

/* body must live as long as it.  aside NULL: it is made at once, here. */
struct cleaning *cleaning_start(struct ctx *ctx, struct aside *aside,
    enum body_format format, struct str body);
void cleaning_wait(struct cleaning *c);

#endif
