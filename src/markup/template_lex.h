/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_TEMPLATE_LEX_H
#define MARKUP_TEMPLATE_LEX_H

/*
 * Mustache's own syntax: a source becomes pairs of text and the tag that
 * follows it.  Comments and changes of delimiters are dealt with here;
 * tags that stand alone take their line with them.
 */

#include "base/base.h"

enum lex_tag {
	LEX_END_OF_FILE,
	LEX_NOTHING, /* a comment or the like: only its text counts */
	LEX_VALUE,
	LEX_RAW,
	LEX_SECTION,
	LEX_INVERTED,
	LEX_CLOSE,
	LEX_PARTIAL,
	LEX_FAULT, /* wrong says what; reading goes on behind it */
};

struct lex_token {
	struct str text; /* before the tag */
	int text_line;
	enum lex_tag tag;
	int line;	   /* of the tag, from 1 */
	struct str name;   /* trimmed, and made of name characters */
	struct str indent; /* of a partial that stands alone */
	const char *wrong;
};

enum { LEX_DELIM_MAX = 8 };

struct lex {
	struct str src;
	size_t at;
	int line;
	struct str open;
	struct str close;
};

void lex_init(struct lex *lx, struct str src);
void lex_next(struct lex *lx, struct lex_token *out);

#endif
