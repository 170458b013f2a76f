/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_CATALOGUE_H
#define EXCHANGE_CATALOGUE_H

/*
 * What a run's folders hold, by every name that another file may know it
 * under: its path, its file's name, its old addresses.  Made at the first
 * question, from the front matter of all files.
 *
 * Only this room includes it.  Memory: the run's.
 */

#include "exchange/run.h"

enum shelf_kind {
	SHELF_STORY,
	SHELF_AUTHOR, /* authors/jane-doe/_index.md */
	SHELF_TAG,    /* topics/search/_index.md; tags, categories too */
	SHELF_LIST,   /* another _index.md: a list page of the old site */
	SHELF_MOVED,  /* it only sends readers elsewhere; told by no path */
};

/* What the file itself says, when it is first asked. */
struct verdict {
	bool asked;
	struct str slug; /* that its story will have; empty: it is refused */
};

struct shelved {
	enum shelf_kind kind;
	struct str key;	 /* what the origin table calls the file */
	struct str slug; /* of its address */
	struct str day;	 /* "2014/11/05"; empty: no date is known */
	struct str to;	 /* where SHELF_MOVED sends readers */

	const struct source *src;
	struct verdict *verdict;
};

/* What a file is, by its path, the folder's own name included. */
enum shelf_kind shelf_of(struct str path);
/* "jane-doe" of "authors/jane-doe/_index.md"; else the file's own name. */
struct str shelf_name(struct str path);
/* "2014/11/05" from a date as it is written, or from the file's name. */
struct str shelf_day(struct arena *a, struct str date, struct str path);
/* The file's name without ".md" and without its date. */
struct str shelf_slug(struct str path);

/*
 * NULL when nothing has that name, or two files have it.  name may begin
 * with a slash and end with one, or with ".md".
 */
MUST_USE enum err catalogue_find(
    struct run *r, struct str name, const struct shelved **out);
/*
 * The slug that the story of its file will have; empty when that will be
 * refused.  Asked before an id is reserved for it.
 */
MUST_USE enum err catalogue_slug(
    struct run *r, const struct shelved *s, struct str *out);

#endif
