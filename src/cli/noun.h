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

/* Before each item of an array on run->out: a comma unless it is the first. */
void noun_item(FILE *out, bool *first);

#endif
