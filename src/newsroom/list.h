/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_LIST_H
#define NEWSROOM_LIST_H

/*
 * Lists of stories: the ranges that readers page through (an edition, a
 * section, a tag, an author), the lists that the desk arranges, and each
 * story's related list.
 *
 * Ranges cost the same at a thousand stories and at a million.
 *
 * Memory: ctx's arena.  Threads: as their store.
 */

#include "base/base.h"
#include "newsroom/story.h"

enum { LIST_MAX = 200 }; /* stories of one call */

/* A published story as a list shows it. */
struct teaser {
	int64_t id, edition;
	struct str slug;
	int64_t at, updated_at;
	struct story_link section; /* id 0: none */
	struct str headline, kicker, standfirst, byline;
	int64_t advisory; /* id; 0: none */
	struct str advisory_code, advisory_label, advisory_note;
	enum severity severity;
	int64_t advisory_version;
	struct picture lead;
	struct str body; /* only where asked for (feeds); else empty */
};

/* *there: false, and out untouched, when the story is not published. */
MUST_USE enum err teaser_read(struct ctx *ctx, struct store *st, int64_t id,
    bool bodies, struct teaser *out, bool *there);

enum range_kind { RANGE_EDITION = 1, RANGE_SECTION, RANGE_TAG, RANGE_AUTHOR };

struct range {
	enum range_kind kind;
	int64_t ref;   /* id of that edition, section … */
	int64_t at;    /* below this moment and id: where the last page */
	int64_t story; /* ended; 0, 0: from the newest */
	int64_t from;  /* not before this moment; 0: no end */
	int64_t until; /* going up: before this moment; 0: no end */
	size_t n;      /* at most this many, <= LIST_MAX */
	bool bodies;
};
/* Newest first; at the same moment the larger id first. */
MUST_USE enum err range_read(struct ctx *ctx, struct store *st,
    const struct range *in, const struct teaser **out, size_t *n);
/* Going up: the n stories just above (at, story), still newest first. */
MUST_USE enum err range_read_newer(struct ctx *ctx, struct store *st,
    const struct range *in, const struct teaser **out, size_t *n);

/* ---- lists of the desk ---- */

struct list {
	int64_t id, edition, section; /* section 0: not a section's */
	struct str kind, code, title;
	int64_t version;
};
/* The front list of an edition; NULL never. */
MUST_USE enum err list_front(struct ctx *ctx, struct store *st, int64_t edition,
    const struct list **out);
MUST_USE enum err list_by_section(struct ctx *ctx, struct store *st,
    int64_t section, const struct list **out);
/* "front", or the name of a named list.  ERR_NOTFOUND. */
MUST_USE enum err list_by_code(struct ctx *ctx, struct store *st,
    int64_t edition, struct str code, const struct list **out);
/* Finds or makes a list of that name; it holds only what is pinned. */
MUST_USE enum err list_named(struct ctx *ctx, struct store *st, int64_t edition,
    struct str code, struct str title, const struct list **out);
/* Pins a published story; until 0: until moved.  position 1 .. 200. */
MUST_USE enum err list_pin(struct ctx *ctx, struct store *st, int64_t list,
    int64_t position, int64_t story, int64_t until);
MUST_USE enum err list_unpin(
    struct ctx *ctx, struct store *st, int64_t list, int64_t story);

/* Stories that already stand on the page; the calls below add to it. */
struct seen {
	int64_t ids[1024];
	size_t n;
};
bool seen_has(const struct seen *s, int64_t id);

/*
 * n stories: pinned ones at their positions while their time runs, the rest
 * newest first from the list's range, none that is in seen already.
 */
MUST_USE enum err list_fill(struct ctx *ctx, struct store *st,
    const struct list *l, size_t n, struct seen *seen,
    const struct teaser **out, size_t *out_n);
/* A range's newest without those in seen. */
MUST_USE enum err range_fill(struct ctx *ctx, struct store *st,
    const struct range *in, struct seen *seen, const struct teaser **out,
    size_t *out_n);

/* When the next pin ends, 0: none; and end those that are due. */
MUST_USE enum err list_expire(
    struct ctx *ctx, struct store *st, size_t *ended, int64_t *next);

/* ---- related ---- */

/* An entry of the old wire format, field for field. */
struct wire_item {
	int64_t id;
	int64_t sort; /* 0 on input: the next one */
	struct str content_type, pic, title;
};

struct related {
	int64_t id;
	int64_t sort;
	bool stub;	  /* text without a link */
	struct str title; /* whole, for stubs; else the headline */
	struct wire_item wire;
	struct teaser teaser; /* unless stub */
};

/*
 * In the order of sort: stubs and published stories; withdrawn and canceled
 * ones have left the list.
 */
MUST_USE enum err related_read(struct ctx *ctx, struct store *st, int64_t story,
    const struct related **out, size_t *n);

/*
 * All ids of the list, also of stories that readers do not see now: a page
 * that shows the list must learn when one of them comes or goes.
 */
MUST_USE enum err related_ids(struct ctx *ctx, struct store *st, int64_t story,
    const int64_t **out, size_t *n);

/*
 * Adds to the end, or under the sorts given.  Unknown ids become stubs.
 * Entries that stand there already stay as they are.  ERR_CONFLICT when a
 * sort is taken by another entry.
 */
MUST_USE enum err related_add(struct ctx *ctx, struct store *st, int64_t story,
    const struct wire_item *items, size_t n, size_t *added);

/* Does this published story's page gate its lead picture? */
bool teaser_is_gated(const struct teaser *t);

#endif
