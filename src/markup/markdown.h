/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_MARKDOWN_H
#define MARKUP_MARKDOWN_H

/*
 * Markdown to a story's body: CommonMark with tables, ~~strikethrough~~
 * and bare links.  Raw HTML in it is HTML, and the result goes through the
 * sanitiser like all else.
 *
 * Errors, limits, memory, threads: as sanitise().
 */

#include "markup/sanitise.h"

MUST_USE enum err markdown_html(struct ctx *ctx, struct str bytes,
    const struct sanitise_rules *rules, struct html *out,
    struct sanitise_report *report);

#endif
