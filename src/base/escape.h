/* SPDX-License-Identifier: MIT */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

/*
 * Text on its way into another language: HTML, JSON, a URL, XML.
 */

#include "base/buf.h"
#include "base/str.h"

/*
 * Markup that is safe to put on a page.  A type of its own, so that the
 * compiler refuses raw text where markup is due.  Only the escaper below,
 * the sanitiser and the template renderer make one.
 */
struct html {
	struct str s;
};

/* For HTML text and quoted attributes: & < > " ' */
void escape_html(struct buf *b, struct str s);
struct html html_escape(struct arena *a, struct str s);

/* For XML 1.0 text and attributes; characters XML forbids become U+FFFD. */
void escape_xml(struct buf *b, struct str s);

/*
 * The inside of a JSON string (RFC 8259), without its quotes: only ", \ and
 * controls are escaped.
 */
void escape_json(struct buf *b, struct str s);

/* The same for JSON inside HTML: also < > & and U+2028, U+2029 as \uXXXX. */
void escape_json_html(struct buf *b, struct str s);

/* RFC 3986: all but the unreserved characters as %XX. */
void escape_url(struct buf *b, struct str s);

/* logfmt: a bare word, or a quoted string when it needs to be one. */
void escape_logfmt(struct buf *b, struct str s);

#endif
