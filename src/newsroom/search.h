/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_SEARCH_H
#define NEWSROOM_SEARCH_H

/*
 * Full-text search over what readers see: the live revisions of published
 * stories, edition by edition.
 *
 * A story enters and leaves in the transaction that publishes or withdraws
 * it: when that call returns, search knows.  The index keeps terms, not
 * texts (search/words.h); to take a story out, the terms of its revision,
 * which never changes, are made once more.  Should ICU or a stemmer make
 * other terms one day, the index is made anew.
 *
 * Each row has a key that falls with the story's time, so that "the newest
 * that match" is a walk from the beginning, which FTS5 does with a quarter
 * less than one from the end, a span of time is a span of keys, and sections
 * and years are counted without looking a story up:
 *
 *	edition | minutes from live_at to the end | section   20, 33, 10 bits
 *
 * Of several stories of one section in one minute the later ones stand some
 * minutes on; the more there are, the further.
 *
 * Memory: ctx's arena.  Threads: as the store.
 */

#include "base/base.h"
#include "search/query.h"

struct store;

enum {
	SEARCH_RANKED =
	    2000, /* newest matches among which the best are sought */
	SEARCH_COUNTED = 10000, /* matches that are counted */
	SEARCH_PAGE_MAX = 100,
	SEARCH_FACETS_MAX = 100, /* sections, and years */
	SEARCH_NAMES_MAX = 10,	 /* suggestions */
};

enum search_order { SEARCH_BEST, SEARCH_NEWEST };

struct search_ask {
	int64_t edition;
	struct str typed;
	int64_t section; /* only of that one; 0: of any */
	int64_t year;	 /* only of that one; 0: of any */
	enum search_order order;
	int64_t skip;	/* SEARCH_BEST: how many stood before */
	int64_t before; /* SEARCH_NEWEST: older than that key; 0: from all */
	size_t n;	/* <= SEARCH_PAGE_MAX */
};

struct search_facet {
	int64_t id; /* of the section; or the year */
	int64_t n;
};

struct search_found {
	struct query query;
	struct analyser *analyser; /* that it was read with: for marking */
	const int64_t *stories;
	size_t n;
	int64_t total; /* <= SEARCH_COUNTED */
	bool more;     /* there are more than that */
	bool older;    /* the order knows of more behind this page */
	int64_t next;  /* skip or before of the next page */
	const struct search_facet *sections, *years;
	size_t sections_n, years_n;
	/* Names after section: and tag: that nothing has; taken as words. */
	const struct str *unknown;
	size_t unknown_n;
	bool unfinished; /* some stories are not in the index yet */
};

/* Any typed text will do; one that asks for nothing finds nothing. */
MUST_USE enum err search_find(struct ctx *ctx, struct store *st,
    const struct search_ask *in, struct search_found *out);

/* Sections, tags and authors whose name has a word that begins so. */
struct search_name {
	int64_t kind; /* enum range_kind */
	int64_t id;
	struct str title;
};
MUST_USE enum err search_suggest(struct ctx *ctx, struct store *st,
    int64_t edition, struct str typed, const struct search_name **out,
    size_t *n);

/* ---- for those who change what readers see ---- */

struct search_put {
	int64_t story, rev, edition;
	int64_t at; /* live_at */
	bool later; /* let it wait for search_catch_up() */
};
/* Inside the transaction that makes that revision live. */
MUST_USE enum err search_put(
    struct ctx *ctx, struct store *st, const struct search_put *in);
/* Inside the transaction that takes it from readers. */
MUST_USE enum err search_drop(struct ctx *ctx, struct store *st, int64_t story);

/* A section, tag or author has that name now. */
struct search_term {
	int64_t kind; /* enum range_kind */
	int64_t id, edition;
	struct str title;
};
MUST_USE enum err search_name_put(
    struct ctx *ctx, struct store *st, const struct search_term *in);

/* ---- keeping it in few pieces ---- */

/*
 * What a call puts in stands in a small piece of its own; a question asks
 * every piece.  Merges a little, in one transaction of a few milliseconds.
 * Large pieces are for a time when nobody writes: a word that most stories
 * have is merged in one go.  Nobody need call it: past 64 pieces the calls
 * that add some do it, and take longer.
 */
struct search_tidied {
	bool merged; /* something; there may be more to do */
	bool large;  /* large pieces are, or were, the next to merge */
};
MUST_USE enum err search_tidy(
    struct ctx *ctx, struct store *st, bool large, struct search_tidied *out);

/* Pieces just now. */
MUST_USE enum err search_pieces(
    struct ctx *ctx, struct store *st, int64_t *out);

/* ---- making it whole ---- */

/* Empties the index; all stories wait.  Also when a language changes. */
MUST_USE enum err search_reset(struct ctx *ctx, struct store *st);

/*
 * A few of those that wait, newest first, in one transaction; *left: does any
 * wait still?  Resets first when the index was made under other libraries.
 */
MUST_USE enum err search_work(
    struct ctx *ctx, struct store *st, size_t n, bool *left);

/*
 * All that wait: terms are made on other threads, the index is merged at the
 * end.  Each pointer may be NULL.
 */
struct search_bulk {
	void *arg;
	void (*progress)(void *arg, int64_t done, int64_t total);
	bool (*cancelled)(void *arg);
	void (*yield)(void *arg); /* between transactions */
};
MUST_USE enum err search_catch_up(
    struct ctx *ctx, struct store *st, const struct search_bulk *in);

#endif
