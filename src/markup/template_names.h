/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_TEMPLATE_NAMES_H
#define MARKUP_TEMPLATE_NAMES_H

/* What a name in a template means, given the sections around it. */

#include "base/base.h"
#include "markup/template.h"

/* The tables of the enclosing sections, outermost first. */
struct tpl_scopes {
	/* NULL: a section of an unknown name, where anything may be. */
	const struct tpl_field *tables[TPL_DEPTH_MAX + 2];
	size_t n;
	int open; /* sections, also those without a table */
};

/* A member, and the way to it. */
struct tpl_found {
	size_t frame;
	const struct tpl_field *field;
	size_t hops[TPL_DOTS_MAX]; /* offsets of pointers to follow */
	size_t hops_n;
};

enum tpl_resolved {
	TPL_RESOLVED,
	TPL_UNKNOWN,
	TPL_UNSURE, /* a section around it is unknown itself */
};

enum tpl_resolved tpl_resolve(
    const struct tpl_scopes *s, struct str name, struct tpl_found *out);

/* The table inside a section of that field; NULL: it changes nothing. */
const struct tpl_field *tpl_inside(const struct tpl_field *f);

/*
 * Would each name mean the same with only the first n scopes, the innermost
 * of all in place of the innermost of those?  Then a partial that was begun
 * there can be run here.  False when there are no more than n.
 */
bool tpl_scopes_repeat(const struct tpl_scopes *s, size_t n);

/* A sentence about an unknown name, with those near it. */
const char *tpl_unknown_words(
    struct arena *a, const struct tpl_scopes *s, struct str name);

#endif
