/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_TEMPLATE_HTML_H
#define MARKUP_TEMPLATE_HTML_H

/*
 * Where in HTML a template stands: enough of the HTML tokenizer to know
 * whether a value would land in text, in which attribute, or where none
 * may.  Stricter than browsers where they guess: what they would mend
 * (a missing space between attributes) is a problem here, so that both
 * always agree on where they are.
 */

#include "base/base.h"
#include "markup/template.h"

enum html_state {
	HTML_TEXT,
	HTML_OPEN,	 /* after < */
	HTML_CLOSE,	 /* after </ */
	HTML_NAME,	 /* in a tag's name */
	HTML_GAP,	 /* in a tag; white space, / or > must follow */
	HTML_BEFORE,	 /* in a tag; an attribute may begin */
	HTML_ATTR,	 /* in an attribute's name */
	HTML_AFTER_ATTR, /* white space after that name */
	HTML_EQUALS,	 /* after = */
	HTML_DOUBLE,	 /* in a value between " */
	HTML_SINGLE,	 /* in a value between ' */
	HTML_BARE,	 /* in a value without quotes */
	HTML_BANG,	 /* after <! */
	HTML_COMMENT,
	HTML_DECL, /* <!doctype or what browsers take for a comment */
	HTML_RAW,  /* in script, style, title, textarea … */
	HTML_RAW_OPEN,
	HTML_RAW_CLOSE,
};

/* How a value is to be written. */
enum html_use {
	HTML_USE_TEXT, /* escaped */
	HTML_USE_HTML,
	HTML_USE_HREF,
	HTML_USE_URL,
	HTML_USE_SRCSET, /* a URL without spaces and commas */
};

enum { HTML_WORD = 24 }; /* names longer than this mean nothing to us */

struct html_word {
	char p[HTML_WORD];
	uint8_t n; /* HTML_WORD + 1: too long */
};

struct html_at {
	enum html_state state;
	struct html_word tag;
	struct html_word attr;
	bool closing;	  /* an end tag */
	bool equiv;	  /* this tag has http-equiv */
	bool value_given; /* this tag's content= has a value in it */
	bool holds_url;	  /* what the attribute's name says of its value */
	bool holds_set;	  /* of URLs: srcset */
	uint8_t url;	  /* HTML_URL_*: where we may be in a URL value */
	uint8_t step;	  /* dashes of a comment, letters of a raw end */
};

/* One character on; NULL, or a sentence that says what is wrong. */
const char *html_step(struct html_at *h, char c);

/* May a value of that kind stand here?  raw: between three braces. */
const char *html_value(
    struct html_at *h, enum tpl_kind kind, bool raw, enum html_use *use);

/*
 * A section or partial begins or ends here.  again: its beginning, and it
 * may be repeated.
 */
const char *html_pause(struct html_at *h, bool again);

/* A section ended at h, that began (after its html_pause) at start. */
const char *html_join(struct html_at *h, const struct html_at *start);

/* Do both stand in the same place, so that text means the same at both? */
bool html_same(const struct html_at *a, const struct html_at *b);

/* "inside an attribute" etc., for sentences. */
const char *html_where(const struct html_at *h);

#endif
