/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_INTAKE_H
#define MARKUP_INTAKE_H

/*
 * Takes elements in, whoever has read them: looks them up in the allow-list,
 * cleans their attributes, passes them to the body and counts what goes.
 *
 * Two readers use it: the HTML5 parser's tree (sanitise.c), and the one for
 * simple markup (simple.c).
 *
 * Memory: the arena of the intake; names of the report in ctx's.
 */

#include "markup/allow.h"
#include "markup/body.h"

struct intake {
	struct ctx *ctx;
	struct arena *arena; /* ends with the call */
	struct body *body;
	const struct sanitise_rules *rules;
	struct sanitise_report *report;
};

/* An attribute as it was read: decoded, not yet judged. */
struct given {
	struct str name;
	struct str value;
};

struct given_element {
	GumboTag tag;
	struct str name; /* for the report */
	const struct given *attrs;
	size_t attrs_n;
};

/* To be given back when the element ends. */
struct taken {
	enum role role; /* what it was taken as */
	size_t mark;
};

/* Of any role but ROLE_DROP, which has no content to wait for. */
struct taken intake_start(struct intake *in, const struct given_element *g);
void intake_end(struct intake *in, struct taken taken);

/* Counts an element that went. */
void intake_gone(struct intake *in, const struct given_element *g);

#endif
