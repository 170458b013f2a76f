/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_MONTH_H
#define NEWSROOM_MONTH_H

/*
 * The house by months, as sitemaps list it: how many stories readers see of
 * each, counted as they come and go, and their addresses.  Nothing here
 * costs more in a house of a million stories than in one of a thousand, but
 * for what a single month holds.
 *
 * Months are those of UTC, and written as numbers: 201611.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "newsroom/story.h"

enum {
	MONTHS_MAX = 10000,    /* of all editions: eight centuries of one */
	MAP_PART_MAX = 10000,  /* stories of one map; the protocol takes 50,000,
				  which would be long to make at once */
	MAP_PARTS_MAX = 10000, /* of one month */
};

struct month {
	int64_t edition;
	int64_t month;	    /* 201611 */
	int64_t stories;    /* > 0 */
	int64_t changed_at; /* newest coming, going or change in it */
};

int64_t month_of(int64_t at);
/* Is it a month of the years 1 to 9999? */
bool month_valid(int64_t month);
/* Its first second, and the first one after it. */
void month_bounds(int64_t month, int64_t *from, int64_t *to);

/* Oldest first, edition by edition. */
MUST_USE enum err month_list(
    struct ctx *ctx, struct store *st, const struct month **out, size_t *n);

/* A story as a map shows it. */
struct mapped {
	int64_t id, at, updated_at;
	int64_t translation_set; /* 0: none */
	struct str slug;
	struct picture lead;
	bool gated; /* its lead, whoever's advisory does so */
};

struct map {
	int64_t edition, month;
	int64_t part; /* from 1: each of MAP_PART_MAX stories */
};
/* In no order within the part. */
MUST_USE enum err map_read(struct ctx *ctx, struct store *st,
    const struct map *in, const struct mapped **out, size_t *n);
/* "map:1-201611": what a map of it was made from. */
struct str map_tag(struct arena *a, int64_t edition, int64_t month);
/*
 * The tags of all maps that name an asset as the picture of a story, for
 * whoever opens or closes it; the house's, where too many do.  A map holds
 * ten thousand: it carries no tag of each.  tags: room for MAPS_TOUCHED_MAX.
 */
enum { MAPS_TOUCHED_MAX = 200 };
MUST_USE enum err maps_touched(struct ctx *ctx, struct store *st, int64_t asset,
    struct str *tags, size_t *n);

/* For publish.c: a story has come to the month of that moment, or left it. */
MUST_USE enum err month_enter(
    struct ctx *ctx, struct store *st, int64_t edition, int64_t at);
MUST_USE enum err month_leave(
    struct ctx *ctx, struct store *st, int64_t edition, int64_t at);

#endif
