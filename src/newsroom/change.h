/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_CHANGE_H
#define NEWSROOM_CHANGE_H

/*
 * The outbox.  Every transaction that readers can notice writes a change
 * row, and names the surfaces that it touches.  After the commit the store
 * hands them to its listener, which drops the pages made from them.
 *
 *	story:7     the story itself, on its page and wherever it stands
 *	list:e:1    the range list of an edition; s section, t tag, a author
 *	front:1     the arranged front of an edition
 *	slist:2     the arranged list of a section
 *	related:7   the related list of a story
 *	search:1    what search finds in an edition
 *	map:1-201611  a month of an edition, as sitemaps list it; months: all
 *	corrections:1  the corrections of an edition's stories
 *	archive:1:2016-11-18  a day of an edition's archive, and so
 *	archive:1:2016-11, archive:1:2016, archive:1 what is made of days:
 *	            calendars change with the first or last story of a day, a
 *	            month, a year; so do the links between the neighbours
 *	section:2 tag:3 author:4 edition:1 advisory:5 asset:6 house
 *	            their names and settings; an advisory's are the house's, too,
 *	            as they gate what other stories show
 *	made:2:harbour  edition 2 has a new tag or author of that slug: lists of
 *	            that slug in other editions link to it
 *
 * Touched by the site, not by a change: day:1, the day that an edition's
 * pages say it is (site/days.c).
 *
 * Threads: as their store.  Call inside a transaction.
 */

#include "base/base.h"

struct store;

struct change {
	const char *kind; /* static: publish, withdraw, list … */
	int64_t story;	  /* 0: none in particular */
	const struct str *tags;
	size_t n;
};

MUST_USE enum err change_add(
    struct ctx *ctx, struct store *st, const struct change *in);

/* "made:2:harbour": edition 2 has a new tag or author of that slug. */
struct str made_tag(struct arena *a, int64_t edition, struct str slug);

/* "story:7" and the like. */
struct str change_tag(struct arena *a, const char *what, int64_t id);

#endif
