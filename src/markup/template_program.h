/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_TEMPLATE_PROGRAM_H
#define MARKUP_TEMPLATE_PROGRAM_H

/*
 * A compiled template: a list of steps over a stack of frames.
 *
 * Each section that changes what names mean has a frame: a pointer to the
 * struct, item or value that it is about.  Which frame a name belongs to
 * is known when compiling, so each step says its own.
 */

#include "base/base.h"
#include "markup/template.h"

enum tpl_code {
	TPL_OP_LITERAL,
	TPL_OP_TEXT,
	TPL_OP_HTML,
	TPL_OP_INT,
	TPL_OP_HREF,
	TPL_OP_URL,
	TPL_OP_SRCSET,
	TPL_OP_IF,     /* go on if true, else to end */
	TPL_OP_UNLESS, /* the other way round */
	TPL_OP_EACH,   /* what follows up to end, for each item */
	TPL_OP_CALL,   /* a partial inside itself */
};

struct tpl_op {
	uint8_t code;
	uint8_t kind;  /* enum tpl_kind of the member */
	uint8_t frame; /* where its struct is */
	uint8_t push;  /* sections: the frame that they set; 0: none */
	uint8_t hops_n;
	uint32_t end; /* sections: the step behind; call: the part */
	/* Dotted names: offsets of the pointers to follow first. */
	const size_t *hops;
	union {
		const struct tpl_field *field;
		struct str literal;
	};
};

/* A partial that is included inside itself. */
struct tpl_part {
	uint32_t begin;
	uint32_t end;
	uint8_t frames; /* on the stack where it was first included */
};

struct tpl {
	struct str file;
	const struct tpl_op *ops;
	size_t ops_n;
	const struct tpl_part *parts;
	size_t literal_bytes; /* a guess at the size of a page */
};

#endif
