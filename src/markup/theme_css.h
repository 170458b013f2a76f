/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_THEME_CSS_H
#define MARKUP_THEME_CSS_H

/*
 * A theme's style sheets, made small: comments and needless white space go,
 * nothing else changes; strings and addresses stay as they are, except that
 * url(fonts/x.woff2) gets the address under which the file is served.
 */

#include "markup/template.h"

struct css_files {
	/* The address of a file of the theme; false when there is none. */
	bool (*address)(void *arg, struct str path, struct str *out);
	void *arg;
};

/* Appends one sheet; what is wrong goes to the report. */
void css_append(struct buf *out, struct str file, struct str css,
    const struct css_files *files, struct tpl_report *r);

#endif
