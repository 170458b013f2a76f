/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_ALLOW_H
#define MARKUP_ALLOW_H

/*
 * The allow-list of the sanitiser, as tables.  docs/HTML.md says the same
 * in words: change both.
 *
 * Memory: ctx-less; cleaned values live in the arena given.  Threads: any.
 */

#include <gumbo.h>

#include "markup/sanitise.h"

/* What becomes of an element. */
enum role {
	ROLE_UNWRAP, /* goes, its content stays in the line */
	ROLE_BREAK,  /* goes, its content stays as a block of its own */
	ROLE_DROP,   /* goes with its content */
	ROLE_INLINE,
	ROLE_IMG,
	ROLE_BR,
	ROLE_HR,
	ROLE_BLOCK,
};

/* What a block may hold, and how text directly in it is treated. */
enum kind {
	KIND_FLOW,    /* blocks; text is wrapped in p */
	KIND_DETAILS, /* the same, and a summary first */
	KIND_LOOSE,   /* blocks or text: li, td */
	KIND_FIGURE,  /* the same, and a figcaption */
	KIND_PHRASE,  /* text only: p, h2 */
	KIND_LIST,    /* li only */
	KIND_DLIST,   /* dt and dd only */
	KIND_TABLE,   /* caption, row groups */
	KIND_GROUP,   /* rows */
	KIND_ROW,     /* cells */
};

/* Where a block may stand. */
enum place {
	PLACE_TEXT, /* not a block: text and what stands in its line */
	PLACE_FLOW,
	PLACE_ITEM,	  /* li */
	PLACE_TERM,	  /* dt, dd */
	PLACE_CAPTION,	  /* first in a table */
	PLACE_GROUP,	  /* thead, tbody, tfoot */
	PLACE_ROW,	  /* tr */
	PLACE_CELL,	  /* td, th */
	PLACE_FIGCAPTION, /* in a figure */
	PLACE_SUMMARY,	  /* first in details */
};

/* In the order in which they are written. */
enum attr {
	ATTR_ID,
	ATTR_LANG,
	ATTR_DIR,
	ATTR_HREF,
	ATTR_SRC,
	ATTR_ALT,
	ATTR_WIDTH,
	ATTR_HEIGHT,
	ATTR_CITE,
	ATTR_TITLE,
	ATTR_HREFLANG,
	ATTR_DATETIME,
	ATTR_START,
	ATTR_SCOPE,
	ATTR_COLSPAN,
	ATTR_ROWSPAN,
	ATTR_N,
};

struct element {
	const char *name; /* as it is written; NULL: not allowed */
	enum role role;
	enum kind kind;
	enum place place;
	uint32_t attrs; /* bits of 1 << enum attr, beside the global ones */
};

const struct element *allow_element(GumboTag tag);
bool allow_has(const struct element *e, enum attr attr);
const char *allow_attr_name(enum attr attr);

/* The value as it is to be written, unescaped; false when it is refused. */
bool allow_value(struct arena *a, const struct element *e, enum attr attr,
    struct str value, struct str *out);

#endif
