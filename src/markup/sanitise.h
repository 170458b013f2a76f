/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_SANITISE_H
#define MARKUP_SANITISE_H

/*
 * Strangers' HTML in, a story's body out.
 *
 * The bytes are parsed as a browser parses them (HTML5, gumbo-parser) and
 * written anew from an allow-list: nothing of the input reaches the output
 * but text, and the elements and attributes of docs/HTML.md.
 *
 * What comes out
 *   - holds at its top only blocks, one to a line;
 *   - nests as XML does: every element is closed (<br>, <hr> and <img>
 *     are written as HTML wants them), attributes stand quoted in a fixed
 *     order, only & < > (and " in attributes) are escaped;
 *   - is stable: sanitise(sanitise(x)) is sanitise(x), byte for byte.
 *
 * Limits: gumbo takes quadratic time for deep and for badly nested markup,
 *         so one linear pass looks first (markup/gauge.h).
 * Memory: results live in ctx's arena; the parser's own is freed at once.
 * Errors: ERR_INVALID for bytes that are not UTF-8 (the words name the
 *         offset), ERR_LIMIT for too much; out is then untouched.
 * Threads: any.
 */

#include "base/base.h"

/* Larger input is refused; so is markup that would grow beyond it. */
enum { SANITISE_MAX = 2 * 1024 * 1024 };

struct sanitise_rules {
	bool images;	  /* may img stay? */
	bool inline_only; /* no blocks: for captions, standfirsts */
};

/* The body of a story: everything that docs/HTML.md lists. */
extern const struct sanitise_rules sanitise_story;
/* The same without img: letters from readers, comments. */
extern const struct sanitise_rules sanitise_plain;
/* A line: emphasis, links, abbreviations; no blocks and no images. */
extern const struct sanitise_rules sanitise_line;

enum { SANITISE_NAMES = 32 };

/*
 * What was taken away, for importers that must not drop silently.
 *
 * A name is an element's ("script", "div"), or an attribute's with "@"
 * before it ("@onclick"; "@href" when its URL was refused).  Elements of
 * which the content stayed are counted too.
 */
struct sanitise_report {
	struct {
		struct str name;
		size_t count;
	} gone[SANITISE_NAMES]; /* in the order first met */
	size_t n;
	size_t more;	 /* counts whose names did not fit above */
	size_t elements; /* in all */
	size_t attributes;
};

/* rules: NULL for sanitise_story.  report may be NULL; it is overwritten. */
MUST_USE enum err sanitise(struct ctx *ctx, struct str bytes,
    const struct sanitise_rules *rules, struct html *out,
    struct sanitise_report *report);

/*
 * Is this an address a reader's browser may be sent to?  Gives it cleaned:
 * white space as browsers strip it, scheme in small letters, "//host" as
 * https.  http, https, mailto, tel, "/path" and "#part"; false for all else
 * (javascript:, data:, relative paths, backslashes).
 */
bool url_clean(struct arena *a, struct str url, struct str *out);

/*
 * The text of markup, for descriptions and search: blocks end with a
 * newline, white space is single, entities are characters again.  At most
 * max bytes, cut at a word (0: no limit).  Takes what sanitise(),
 * html_escape() and the renderers make; not strangers' HTML.
 */
struct str html_text(struct arena *a, struct html html, size_t max);

/* Words and paragraphs in it; runs of letters and digits count as words. */
size_t html_words(struct html html);
size_t html_paragraphs(struct html html);

#endif
