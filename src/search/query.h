/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

/*
 * What a reader typed, understood.
 *
 *	flood wall              both words, anywhere in the story
 *	"flood wall"            one after the other
 *	-wall  -"flood wall"    without it
 *	author:varden           in the byline
 *	section:harbour         in that section; tag:storms likewise
 *	after:2026-01-01        that day and later; also 2026-01, 2026
 *	before:2026-02-01       earlier than that day
 *	2026-01..2026-03        from the first to the last, both included
 *
 * The operators have names in Arabic and Persian, too.  There is no wrong
 * query: what cannot be an operator is words, a quotation that is left open
 * ends with the line, a sign that means nothing is left out.
 *
 * Memory: the arena given; texts point into the query.  Threads: as the
 * analyser.
 */

#include "search/words.h"

enum {
	QUERY_MAX = 300,      /* characters; the rest is not read */
	QUERY_PARTS_MAX = 16, /* words, phrases and filters */
	QUERY_TERMS_MAX = 24, /* of one phrase */
};

enum query_kind { QUERY_TEXT, QUERY_AUTHOR, QUERY_SECTION, QUERY_TAG };

struct query_part {
	enum query_kind kind;
	bool not ;
	struct str text;	 /* as typed, without operator and quotes */
	const struct str *terms; /* one after the other; never none */
	size_t n;
	const struct str *other; /* another way to write it; 0: none */
	size_t other_n;
};

struct query {
	const struct query_part *parts;
	size_t n;
	/* Days since 1970: from .. until - 1. */
	int64_t from, until;
	bool dated; /* one of the two was asked for */
	bool cut;   /* more was typed than is looked for */
};

/* Of any valid UTF-8. */
void query_read(
    struct arena *a, struct analyser *an, struct str typed, struct query *out);

/* Does it ask for nothing at all? */
bool query_is_empty(const struct query *q);

/* ---- what was found, shown ---- */

struct piece {
	struct str text; /* into the text given */
	bool hit;
};

/* The text, cut where hits begin and end. */
void query_mark(struct arena *a, struct analyser *an, const struct query *q,
    struct str text, const struct piece **out, size_t *n);

/*
 * About so many words around the best place of the text; *before, *after:
 * is something left out there?  No hit at all: the beginning.
 */
struct snippet {
	const struct piece *pieces;
	size_t n;
	size_t worth; /* how well it says what was asked; 0: not at all */
	bool all;     /* each word and phrase stands in it */
	bool before, after;
};
void query_snippet(struct arena *a, struct analyser *an, const struct query *q,
    struct str text, size_t words, struct snippet *out);

#endif
