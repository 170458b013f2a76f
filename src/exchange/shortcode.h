/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_SHORTCODE_H
#define EXCHANGE_SHORTCODE_H

/*
 * Hugo's shortcodes, {{< name … >}} and {{% name … %}}, in a Markdown body:
 * each becomes the Markdown that it means, or the words in it.  No brace of
 * one reaches a reader.  What stands in code is left as it is.
 *
 *	ref, relref, link       the address of a page; inside a link that
 *	                        leads nowhere, the words alone stay
 *	img, figure, legacy-img what it shows, in words, with its caption
 *	youtube, vimeo, tweet   a link to it, with its title
 *	quote-block             a quotation, with its source
 *	button, card-prompt     a link with its text
 *	asset-static            its label
 *	note, box, ring …       what is in them, below their title
 *
 * All others: what stands between their ends stays, and the name is told.
 *
 * On the same way the host is asked about each link, [words](address).
 *
 * Memory: ctx's arena.  Threads: any.  Time grows with the length alone.
 */

#include "base/base.h"

enum {
	SHORTCODE_MAX = 16384, /* bytes from brace to brace */
	SHORTCODE_PARAMS = 16, /* of one */
	SHORTCODE_NAMES = 16,  /* unknown ones that are told */
};

/* What the rest of the house knows; any function may be NULL. */
struct shortcode_host {
	void *arg;
	/*
	 * The address of a page named as Hugo names it; empty: there is none
	 * here.
	 */
	MUST_USE enum err (*address)(
	    void *arg, struct ctx *ctx, struct str name, struct str *out);
	/*
	 * Where a link shall lead; *keep: where it leads already, out empty:
	 * nowhere.
	 */
	MUST_USE enum err (*link)(void *arg, struct ctx *ctx, struct str url,
	    bool *keep, struct str *out);
};

struct shortcode_report {
	struct str unknown[SHORTCODE_NAMES]; /* each once */
	size_t unknown_n;
	size_t pictures; /* that became words */
	size_t dead;	 /* links that led nowhere */
	size_t open;	 /* braces that had no end */
};

/* Is there anything to do: a brace, or a link? */
bool shortcode_in(struct str body);

/* ERR_LIMIT when the result would be longer than BODY_MAX. */
MUST_USE enum err shortcode_expand(struct ctx *ctx, struct str body,
    const struct shortcode_host *host, struct str *out,
    struct shortcode_report *report);

#endif
