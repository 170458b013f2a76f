/* SPDX-License-Identifier: MIT */
/*
 * Three texts: no change of either side is lost.  What both have kept stands
 * in the result; whoever changed nothing leaves the other's text; swapping
 * the sides gives as many conflicts.
 */

#include <stdlib.h>

#include "newsroom/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t
merge(struct ctx *ctx, struct str base, struct str mine, struct str theirs,
    struct str *out)
{
	struct merged m = { 0 };

	if (merge_text(ctx, &(struct merge){ base, mine, theirs }, &m) !=
	    ERR_OK)
		abort();
	*out = m.text;
	return m.conflicts;
}

static bool
has_line(struct str text, struct str line)
{
	while (text.n != 0)
		if (str_eq(str_cut(text, '\n', &text), line))
			return true;
	return false;
}

/* Every line of one side that the base has not is in the result. */
static void
check_kept(struct str base, struct str side, struct str out)
{
	while (side.n != 0) {
		struct str line = str_cut(side, '\n', &side);

		if (!has_line(base, line) && !has_line(out, line))
			abort();
	}
}

/* The texts are parted by bytes of 0. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(0);
	struct ctx ctx;
	struct str rest = { 0 };
	struct str base = str_cut(str_make((const char *)data, n), '\0', &rest);
	struct str mine = str_cut(rest, '\0', &rest);
	struct str out = { 0 };
	struct str other = { 0 };

	ctx_init(&ctx, a, NULL);
	if (n <= 4096) {
		size_t conflicts = merge(&ctx, base, mine, rest, &out);

		check_kept(base, mine, out);
		check_kept(base, rest, out);
		if (conflicts != merge(&ctx, base, rest, mine, &other))
			abort();
		if (merge(&ctx, base, mine, base, &other) != 0 ||
		    !str_eq(other, mine))
			abort();
		if (merge(&ctx, base, base, rest, &other) != 0 ||
		    !str_eq(other, rest))
			abort();
	}
	arena_free(a);
	return 0;
}
