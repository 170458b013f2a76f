/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_ARCHIVE_H
#define NEWSROOM_ARCHIVE_H

/*
 * The archive: an edition's stories by the day, month and year that its
 * clock showed when they were published.
 *
 * Every question is answered by a bounded number of look-ups in the range
 * of the edition, whatever the size of the archive: one for "is there any",
 * one for each neighbour, and for a calendar one for each day or month that
 * has stories.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "base/base.h"

struct store;

enum {
	ARCHIVE_PARTS_MAX = 400, /* years listed; more than months and days */
	ARCHIVE_TAGS_MAX = 12,	 /* of one story that comes or goes */
};

/*
 * A year; a month of it; a day of that.  What is not meant is 0: all zero
 * is the whole archive.  In the calendar of the edition's zone.
 */
struct period {
	int year; /* 1 .. 9999 */
	int month, day;
};

bool period_exists(const struct period *p);
/* "2016", "2016-11", "2016-11-18"; "" for the whole. */
struct str period_name(struct arena *a, const struct period *p);
/* When it began, and when the next began.  A day may have 23 or 25 hours. */
MUST_USE enum err period_span(struct ctx *ctx, struct str zone,
    const struct period *p, int64_t *from, int64_t *until);

struct archive {
	int64_t edition;
	struct str zone;
	struct period period;
};

/* Has it stories?  And the nearest of its kind that have; year 0: none. */
struct archive_look {
	bool any;
	struct period older, newer;
};
MUST_USE enum err archive_look(struct ctx *ctx, struct store *st,
    const struct archive *in, struct archive_look *out);

/*
 * The years, months or days within it that have stories, oldest first.  Of
 * years the newest ARCHIVE_PARTS_MAX.
 */
MUST_USE enum err archive_parts(struct ctx *ctx, struct store *st,
    const struct archive *in, const struct period **out, size_t *n);

/*
 * Tags (newsroom/change.h).  A page of a period that has stories carries
 * the period's own; of an empty one its neighbours', too, since a story
 * between them comes with theirs.
 */
struct str archive_tag(
    struct arena *a, int64_t edition, const struct period *p);

/*
 * What a story that came to stand at that moment, or that stood there and
 * has gone, changes in the archive: its day; with the first or last story
 * of a day the days beside it and the month; and so on.  Call it when its
 * placement is written, or gone.  out: room for ARCHIVE_TAGS_MAX.
 */
struct archive_move {
	int64_t edition;
	struct str zone;
	int64_t at, story;
};
MUST_USE enum err archive_touched(struct ctx *ctx, struct store *st,
    const struct archive_move *in, struct str *out, size_t *n);

#endif
