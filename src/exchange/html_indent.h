/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_HTML_INDENT_H
#define EXCHANGE_HTML_INDENT_H

/*
 * Indented HTML in old Markdown.
 *
 * To CommonMark a blank line ends a block of HTML, and what is indented
 * below it is code.  Archives that were written for older readers of
 * Markdown (Blackfriday, Jekyll's) hold whole pages of it:
 *
 *	<div>
 *	  <ul>
 *
 *	    <li>This shall be no code.</li>
 *
 * So an indented line that begins with a tag, inside of an element that is
 * open, loses its indentation.  Elsewhere, and between fences, indented code
 * stays code.
 *
 * Memory: the arena; the same text when there is nothing to do.
 * Threads: any.  Time grows with the length alone.
 */

#include "base/base.h"

struct str html_outdent(struct arena *a, struct str body);

#endif
