/* SPDX-License-Identifier: MIT */
#ifndef MARKUP_GAUGE_H
#define MARKUP_GAUGE_H

/*
 * One linear look at HTML before it is parsed, to refuse what the parser
 * would take too long for.
 *
 * gumbo is quadratic where a browser is: each tag walks the elements that
 * are open, each attribute the ones before it, and an unclosed <b> is made
 * anew in every paragraph that follows (84 kB of such cost 25 s and 3 GB).
 * The gauge follows the open elements roughly as the parser will, always
 * erring to the deep side, and adds up those walks.
 *
 * Memory: some 30 kB of the scratch arena.  Threads: any.
 */

#include "base/base.h"

enum {
	/* Elements open at once. An honest story has a dozen. */
	GAUGE_DEPTH_MAX = 512,
	/*
	 * Steps of some 10 ns: 2 MB of dense and honest markup take two
	 * million of them.
	 */
	GAUGE_STEPS_MAX = 8 * 1000 * 1000,
};

struct gauge {
	size_t deepest;
	size_t steps;
};

/* ERR_LIMIT beyond either bound.  out may be NULL. */
MUST_USE enum err gauge_html(
    struct ctx *ctx, struct arena *scratch, struct str html, struct gauge *out);

#endif
