/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_HOUSE_H
#define NEWSROOM_HOUSE_H

/*
 * The house and its order: editions, sections, tags, authors, and the
 * vocabulary of advisories.
 *
 * Memory: results live in ctx's arena.
 * Errors: ERR_INVALID with the field's name in the sentence; ERR_NOTFOUND.
 * Threads: as their store.
 */

#include "base/base.h"

struct store;

enum {
	TITLE_MAX = 300,     /* characters of any title or name */
	HOUSE_CODE_MAX = 32, /* characters; it stands in media addresses */
};

struct house {
	struct str code;   /* first word of media addresses: "alalam" */
	struct str title;  /* "The Harbour Courier" */
	struct str secret; /* 32 bytes; keys of /shown addresses */
};

struct edition {
	int64_t id;
	struct str code; /* "en"; first segment of its addresses */
	struct str lang; /* BCP 47 */
	bool rtl;
	struct str zone; /* IANA */
	struct str title;
	struct str standfirst;
	struct str date_form; /* ICU pattern; empty: the language's own */
	bool is_default;      /* no prefix in its addresses */
	int64_t position;
};

struct section {
	int64_t id;
	int64_t edition;
	struct str slug, title, standfirst;
	int64_t position;
};

/* A tag or an author: something that stories stand under. */
struct term {
	int64_t id;
	int64_t edition;
	struct str slug, title, standfirst;
};

enum severity { SEVERITY_NOTE, SEVERITY_GATE };

struct advisory {
	int64_t id;
	struct str code; /* "graphic" */
	enum severity severity;
	int64_t version;  /* grows with every edit; part of /shown keys */
	struct str label; /* the house's spelling in the language asked for */
};

struct house_new {
	struct str code, title;
	struct str lang; /* of the first edition; empty: en */
	struct str zone; /* empty: UTC */
};

/*
 * Founds a newsroom in an empty store: house, its default edition (coded by
 * its language), the usual advisories, the front list.
 */
MUST_USE enum err house_found(
    struct ctx *ctx, struct store *st, const struct house_new *in);
MUST_USE enum err house_get(
    struct ctx *ctx, struct store *st, const struct house **out);

MUST_USE enum err edition_list(
    struct ctx *ctx, struct store *st, const struct edition **out, size_t *n);
/* Makes or changes the edition with that code; id and is_default ignored. */
MUST_USE enum err edition_put(
    struct ctx *ctx, struct store *st, const struct edition *in, int64_t *id);
/*
 * Its pages stand at the root from now on; those of the default edition
 * before get its code as their prefix.
 */
MUST_USE enum err edition_make_default(
    struct ctx *ctx, struct store *st, int64_t id);
/* NULL when there is none; an empty code is the default edition. */
MUST_USE enum err edition_by_code(struct ctx *ctx, struct store *st,
    struct str code, const struct edition **out);
MUST_USE enum err edition_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct edition **out);

/* In the order of the navigation. */
MUST_USE enum err section_list(struct ctx *ctx, struct store *st,
    int64_t edition, const struct section **out, size_t *n);
/*
 * With an id: changes that one; another slug makes of the old one an old
 * name, whose address leads to the new.  Without: makes or changes the one
 * with that slug; an empty slug is made from the title, and what is found
 * by it, or by an old name, stays as it is.  ERR_CONFLICT: the slug is, or
 * was, another's.
 */
MUST_USE enum err section_put(
    struct ctx *ctx, struct store *st, const struct section *in, int64_t *id);
/* Also by a slug that it had: compare.  NULL when there is none. */
MUST_USE enum err section_by_slug(struct ctx *ctx, struct store *st,
    int64_t edition, struct str slug, const struct section **out);
MUST_USE enum err section_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct section **out);

struct section_order {
	int64_t edition;
	const int64_t *sections; /* first in the navigation; others follow */
	size_t n;
};
MUST_USE enum err section_order(
    struct ctx *ctx, struct store *st, const struct section_order *in);

/* As section_put(). */
MUST_USE enum err tag_put(
    struct ctx *ctx, struct store *st, const struct term *in, int64_t *id);
MUST_USE enum err author_put(
    struct ctx *ctx, struct store *st, const struct term *in, int64_t *id);
/* Also by a slug that it had: compare.  NULL when there is none. */
MUST_USE enum err tag_by_slug(struct ctx *ctx, struct store *st,
    int64_t edition, struct str slug, const struct term **out);
MUST_USE enum err author_by_slug(struct ctx *ctx, struct store *st,
    int64_t edition, struct str slug, const struct term **out);
MUST_USE enum err tag_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct term **out);
MUST_USE enum err author_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct term **out);

struct term_counted {
	struct term term;
	int64_t stories; /* published; 1000: or more */
};
struct term_query {
	int kind; /* RANGE_TAG, RANGE_AUTHOR */
	int64_t edition;
	struct str beginning; /* of the slug; may be empty */
	struct str after;     /* the last slug of the page before */
	size_t n;	      /* <= 1000 */
};
/* By slug. */
MUST_USE enum err term_page(struct ctx *ctx, struct store *st,
    const struct term_query *in, const struct term_counted **out, size_t *n);

/*
 * One becomes an old name of another of its kind and edition: what stands in
 * a revision as the one is read as the other, from this moment.  The stories
 * still stand in the old range: call term_settle() until it moves none.  A
 * merge that was cut short is finished by that, at any time.
 */
struct term_merge {
	int kind; /* RANGE_SECTION, RANGE_TAG, RANGE_AUTHOR */
	int64_t from, into;
};
MUST_USE enum err term_merge(
    struct ctx *ctx, struct store *st, const struct term_merge *in);
/* Brings some 500 stories from old names to the range of id. */
MUST_USE enum err term_settle(
    struct ctx *ctx, struct store *st, int kind, int64_t id, size_t *moved);
/* ERR_CONFLICT while stories stand there, or a list is filled from it. */
MUST_USE enum err term_remove(
    struct ctx *ctx, struct store *st, int kind, int64_t id);

/* With the labels of that language (English where it has none). */
MUST_USE enum err advisory_list(struct ctx *ctx, struct store *st,
    struct str lang, const struct advisory **out, size_t *n);
/* Makes or changes code, severity, and the label in that language. */
MUST_USE enum err advisory_put(struct ctx *ctx, struct store *st,
    const struct advisory *in, struct str lang, int64_t *id);

struct advisory_label {
	struct str lang, label;
};
/* By language. */
MUST_USE enum err advisory_labels(struct ctx *ctx, struct store *st, int64_t id,
    const struct advisory_label **out, size_t *n);
/* ERR_CONFLICT when a story or asset carries it, or a revision did. */
MUST_USE enum err advisory_remove(
    struct ctx *ctx, struct store *st, struct str code);

#endif
