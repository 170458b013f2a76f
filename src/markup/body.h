/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_BODY_H
#define MARKUP_BODY_H

/*
 * Writes a story's body so that it can only come out well.
 *
 * It is told what stands in the input, in whatever order the input has it:
 * a block opens, an emphasis opens, text, an end.  It keeps the blocks and
 * the inline elements that are open in two stacks of their own and writes a
 * start tag only when content arrives.  Hence
 *   - what is empty never appears;
 *   - an inline element never holds a block: it ends before the block and
 *     is opened again inside and after it;
 *   - a block stands only where HTML's parser would leave it, so that
 *     reading the output gives the same tree, and writing that the same
 *     bytes.
 *
 * Memory: the arena given.  Threads: as the arena.
 */

#include "markup/allow.h"

struct body;

/* max: bytes that may be written. */
struct body *body_new(
    struct arena *a, const struct sanitise_rules *rules, size_t max);

/* What is known of an element besides its name, cleaned and escaped. */
struct body_attrs {
	struct str id;
	struct str rest; /* ' lang="de" title="x"' */
	uint32_t has;	 /* bits of 1 << enum attr */
};

void body_text(struct body *b, struct str text);
void body_br(struct body *b);
void body_hr(struct body *b);
/* A void element in the line of text: img. */
void body_img(struct body *b, const struct body_attrs *attrs);

/* To be given to body_block_end(). */
size_t body_block(
    struct body *b, const struct element *e, const struct body_attrs *attrs);
/* A block without a tag of its own, as a div was. */
size_t body_break(struct body *b);
void body_block_end(struct body *b, size_t mark);

/* False when it may not stand here: then it has no end either. */
bool body_inline(
    struct body *b, const struct element *e, const struct body_attrs *attrs);
void body_inline_end(struct body *b);

MUST_USE enum err body_done(struct ctx *ctx, struct body *b, struct html *out);

#endif
