/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_PLAIN_H
#define MARKUP_PLAIN_H

/*
 * Plain text to a story's body and back.
 *
 * Blank lines part paragraphs.  A single line end inside one is a space
 * (mail and agency copy wrap at a column); PLAIN_BREAKS keeps it as <br>.
 * Nothing in the text is markup: < and & come out as characters.
 *
 * Memory: ctx's arena.  Errors: ERR_INVALID for bytes that are not UTF-8,
 * ERR_LIMIT above SANITISE_MAX.  Threads: any.
 */

#include "markup/sanitise.h"

enum plain_lines { PLAIN_JOIN, PLAIN_BREAKS };

/* The result is what sanitise() would leave as it is. */
MUST_USE enum err plain_html(struct ctx *ctx, struct str bytes,
    enum plain_lines lines, struct html *out);

/* Paragraphs with a blank line between, <br> as line ends. */
struct str plain_text(struct arena *a, struct html html);

#endif
