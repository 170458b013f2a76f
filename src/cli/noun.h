/* SPDX-License-Identifier: MIT */
#ifndef CLI_NOUN_H
#define CLI_NOUN_H

/* What the commands on the house's nouns have in common. */

#include "cli/command.h"
#include "newsroom/house.h"

enum { WHEN_BYTES = 32 };

/* That of --edition, else the default one.  ERR_NOTFOUND. */
MUST_USE enum err noun_edition(struct run *run, const struct edition **out);

/*
 * The end of something that begins now: a duration, such as 30m, 3h, 2d or
 * 1w, or a time that is read in the zone.  ERR_INVALID.
 */
MUST_USE enum err noun_until(
    struct ctx *ctx, struct str text, struct str zone, int64_t *out);

/* "2026-11-24 06:00", by the clock of that zone. */
MUST_USE enum err noun_when(
    struct ctx *ctx, struct str zone, int64_t at, char out[WHEN_BYTES]);

/* A value that was given takes the place of what stands there. */
void noun_take(struct run *run, const char *option, struct str *out);

/* --limit, within what one call can read. */
int64_t noun_limit(struct run *run, int64_t usual, int64_t most);

/* An option that was given must say something. */
MUST_USE enum err noun_not_empty(struct run *run, const char *option);

/* ---- sections, tags and authors ---- */

/* A slug from the title unless one is given. */
MUST_USE enum err noun_slug(struct ctx *ctx, const struct edition *e,
    struct str title, struct str *slug);

/* What was asked for by an old name is not changed by mistake. */
MUST_USE enum err noun_present(
    struct ctx *ctx, const char *what, struct str asked, struct str slug);

/* ERR_CONFLICT: the slug is or was that one's. */
MUST_USE enum err noun_taken(
    struct ctx *ctx, const char *what, struct str asked, struct str slug);

/*
 * Merges one into the other, step by step, while others may write between
 * the steps.  A merge that was cut short is finished by the same words.
 * kind: enum range_kind.
 */
MUST_USE enum err noun_merge(struct run *run, int kind, const struct edition *e,
    struct str from, struct str into);

MUST_USE enum err noun_removed(
    struct run *run, const char *what, struct str slug);

/* Before each item of an array on run->out: a comma unless it is the first. */
void noun_item(FILE *out, bool *first);

#endif
