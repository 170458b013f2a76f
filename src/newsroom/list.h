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
	int64_t id, edition, rev; /* rev: the one that readers see */
	struct str slug;
	int64_t at, updated_at;
	struct story_link section; /* id 0: none */
	struct str headline, kicker, standfirst, byline;
	int64_t advisory; /* id; 0: none; as an article has it for readers */
	struct str advisory_code, advisory_label, advisory_note;
	enum severity severity;
	int64_t advisory_version;
	struct picture lead;
	bool pinned;	 /* it stands there because the desk put it there */
	struct str body; /* only where asked for (feeds); else empty */
};

/* *there: false, and out untouched, when the story is not published. */
MUST_USE enum err teaser_read(struct ctx *ctx, struct store *st, int64_t id,
    bool bodies, struct teaser *out, bool *there);

/* Stories that already stand on the page; filling adds to it. */
struct seen {
	int64_t ids[1024];
	size_t n;
};
bool seen_has(const struct seen *s, int64_t id);
void seen_add(struct seen *s, int64_t id);

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
	const struct seen *without; /* stories left out; NULL: none */
};
/* Newest first; at the same moment the larger id first. */
MUST_USE enum err range_read(struct ctx *ctx, struct store *st,
    const struct range *in, const struct teaser **out, size_t *n);
/* Going up: the n stories just above (at, story), still newest first. */
MUST_USE enum err range_read_newer(struct ctx *ctx, struct store *st,
    const struct range *in, const struct teaser **out, size_t *n);

/* A range's newest without those in seen, and adds them there. */
MUST_USE enum err range_fill(struct ctx *ctx, struct store *st,
    const struct range *in, struct seen *seen, const struct teaser **out,
    size_t *out_n);

/* "list:e", "list:s", "list:t", "list:a": what a page of it is tagged with. */
const char *range_tag(int64_t kind);

/* ---- lists of the desk ---- */

/*
 * A list has 200 positions.  The desk pins stories to some of them, until a
 * moment or until they are moved; the others fill themselves by the list's
 * rule: from a range, newest first, or not at all.
 *
 * version grows with all that changes a list: pins, their ends, its rule.
 * Where a call takes seen, it is the version that the editor had on screen
 * (0: any); ERR_CONFLICT when the list has moved since.
 */
struct list {
	int64_t id, edition, section; /* section 0: not a section's */
	struct str kind, code, title; /* kind: front, section, named */
	int64_t version;
	int64_t rest;	   /* enum range_kind; 0: only what is pinned */
	int64_t rest_ref;  /* id of that edition, section … */
	int64_t rest_days; /* only of today and the days before; 0: any age */
};
/* The front list of an edition; NULL never. */
MUST_USE enum err list_front(struct ctx *ctx, struct store *st, int64_t edition,
    const struct list **out);
MUST_USE enum err list_by_section(struct ctx *ctx, struct store *st,
    int64_t section, const struct list **out);
/* "front", "section/harbour", or the code of a named list. ERR_NOTFOUND. */
MUST_USE enum err list_by_code(struct ctx *ctx, struct store *st,
    int64_t edition, struct str code, const struct list **out);
/* By kind and code; at most 1000. */
MUST_USE enum err list_all(struct ctx *ctx, struct store *st, int64_t edition,
    const struct list **out, size_t *n);
/* Finds or makes a list of that name; it holds only what is pinned. */
MUST_USE enum err list_named(struct ctx *ctx, struct store *st, int64_t edition,
    struct str code, struct str title, const struct list **out);
/* Only a named one, with its pins. */
MUST_USE enum err list_remove(
    struct ctx *ctx, struct store *st, int64_t list, int64_t seen);

struct list_rule {
	int64_t list, seen;
	int64_t kind; /* enum range_kind; 0: only what is pinned */
	int64_t ref;  /* of the list's own edition */
	int64_t days; /* 0: of any age */
};
MUST_USE enum err list_set_rule(
    struct ctx *ctx, struct store *st, const struct list_rule *in);

/*
 * n stories: pinned ones at their positions while their time runs, the rest
 * by the rule, none that is in seen already.
 */
MUST_USE enum err list_fill(struct ctx *ctx, struct store *st,
    const struct list *l, size_t n, struct seen *seen,
    const struct teaser **out, size_t *out_n);

/*
 * The positions skip + 1 .. skip + n: a part of a page.  What is pinned
 * further down, at or above the position reach, is left for its place there.
 */
struct list_part {
	const struct list *list;
	size_t skip, n, reach;
	const struct range *rest; /* instead of the list's rule; n is ours */
	struct seen *seen;
};
MUST_USE enum err list_part_fill(struct ctx *ctx, struct store *st,
    const struct list_part *in, const struct teaser **out, size_t *out_n);

/* ---- pins (pin.c) ---- */

struct list_pin {
	int64_t list, seen;
	int64_t story;	  /* published, of the list's edition */
	int64_t position; /* 1 .. 200 */
	int64_t until;	  /* 0: until it is moved */
};
/*
 * At a position that is taken the pin there, and those that follow it
 * without a gap, move down by one: no pin is lost.  A story that is pinned
 * in the list already moves.  ERR_LIMIT when the last one would fall off.
 */
MUST_USE enum err list_pin(
    struct ctx *ctx, struct store *st, const struct list_pin *in);
MUST_USE enum err list_unpin(struct ctx *ctx, struct store *st, int64_t list,
    int64_t seen, int64_t story);

struct list_order {
	int64_t list, seen;
	const int64_t *stories;
	size_t n;
	bool only; /* all other pins go */
};
/*
 * Pins these to positions 1, 2, 3 … at once; those that are pinned keep
 * their ends.  Other pins stay where they are, or follow in their order
 * where their places are taken.
 */
MUST_USE enum err list_order(
    struct ctx *ctx, struct store *st, const struct list_order *in);

/* What the desk has pinned, by position; also what readers do not see. */
struct pin {
	int64_t position, story;
	int64_t until; /* 0: until it is moved */
};
MUST_USE enum err list_pins(struct ctx *ctx, struct store *st, int64_t list,
    const struct pin **out, size_t *n);

/* Who stands at that position at that moment, as things are; 0: nobody. */
MUST_USE enum err list_who(struct ctx *ctx, struct store *st,
    const struct list *l, int64_t position, int64_t at, int64_t *story);

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
 * All ids of the list, in no order, also of stories that readers do not see
 * now: a page that shows the list must learn when one of them comes or goes.
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

/* Is its lead withheld, whoever's advisory does so? */
bool teaser_is_gated(const struct teaser *t);

#endif
