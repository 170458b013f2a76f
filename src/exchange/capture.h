/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_CAPTURE_H
#define EXCHANGE_CAPTURE_H

/*
 * A page of the old site as a crawler saw it: headline, date, paragraphs,
 * sign-off, and the debugging dump of its related list, with a blank line
 * between.  docs/IMPORT.md describes it.
 *
 * Reading one needs no store; what it says is taken as said, and nothing is
 * guessed.
 *
 * Memory: ctx's arena; texts may point into the bytes given.
 * Errors: ERR_INVALID and ERR_LIMIT with a sentence that says where.
 * Threads: any.
 */

#include "base/base.h"
#include "newsroom/list.h"

enum {
	CAPTURE_TAGS_MAX = 32, /* what looks like HTML tags in the text */

	/*
	 * A captured page does not know its own id.  New ones begin here,
	 * far above what the old system ever gave out: a list that arrives
	 * later may name any of its ids, and must not hit a story of ours.
	 */
	CAPTURE_ID_FIRST = 1000000000,
};
/* Ids and sorts as all clients can read them: JavaScript's whole numbers. */
#define CAPTURE_ID_MAX INT64_C(9007199254740991)

struct capture {
	struct str headline; /* one line, advisory prefix and all */
	struct str date;     /* as written */
	struct str body;     /* paragraphs with blank lines between */
	size_t paragraphs;
	struct str signoff, desk; /* "S/SH", "11"; may be empty */
	bool has_list;
	const struct wire_item *items;
	size_t items_n;

	size_t tags;	    /* how much of the text looks like HTML tags */
	struct str trailer; /* what stood after the list; left out */
	size_t extra;	    /* fields of the list that nobody knows */
	bool unordered;	    /* the entries stand out of the order of sort */
};

MUST_USE enum err capture_parse(
    struct ctx *ctx, struct str bytes, struct capture *out);

#endif
