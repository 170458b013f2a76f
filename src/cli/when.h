/* SPDX-License-Identifier: MIT */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

/*
 * Times as a person at a terminal types them, and as they are told back.
 *
 *	06:00   today 18:30   tomorrow 6:00   friday 06:00
 *	+90m   +2h   +3d
 *
 * and everything that date_parse() reads.  All in the zone given; a weekday
 * is the next one, never today.
 *
 * Memory: ctx's arena.  Threads: any.
 */

#include "base/base.h"

/* ERR_INVALID, with examples. */
MUST_USE enum err when_parse(
    struct ctx *ctx, struct str text, struct str zone, int64_t *out);

/* "2026-11-24 06:00:00 Europe/Athens" */
struct str when_text(struct ctx *ctx, struct str zone, int64_t at);

#endif
