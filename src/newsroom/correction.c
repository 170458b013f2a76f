/* SPDX-License-Identifier: MIT */
/* Corrections of an edition, as readers page through them. */

#include "newsroom/correction.h"

#include <assert.h>

#include "store/sql.h"

static enum err
add(struct ctx *ctx, struct store *st, const struct corrected *in,
    struct corrected *all, size_t *n)
{
	bool there = false;

	all[*n] = *in;
	TRY(teaser_read(ctx, st, in->story.id, false, &all[*n].story, &there));
	*n += there;
	return ERR_OK;
}

enum err
corrections_read(struct ctx *ctx, struct store *st,
    const struct correction_range *in, const struct corrected **out, size_t *n)
{
	const struct sql_correction_older_row *rows = NULL;
	struct corrected *all = NULL;
	bool top = in->at == 0 && in->id == 0;
	size_t rows_n = 0;
	size_t taken = 0;

	assert(in->n <= LIST_MAX);
	TRY(sql_correction_older(ctx, st,
	    &(struct sql_correction_older){
		.edition = in->edition,
		.at = top ? INT64_MAX : in->at,
		.id = in->id,
		.n = (int64_t)in->n,
	    },
	    &rows, &rows_n));
	all = ARENA_ARRAY(ctx->arena, rows_n, struct corrected);
	for (size_t i = 0; i < rows_n; i++)
		TRY(add(ctx, st,
		    &(struct corrected){ rows[i].id, rows[i].at, rows[i].text,
			{ .id = rows[i].story } },
		    all, &taken));
	*out = all;
	*n = taken;
	return ERR_OK;
}

enum err
corrections_read_newer(struct ctx *ctx, struct store *st,
    const struct correction_range *in, const struct corrected **out, size_t *n)
{
	const struct sql_correction_newer_row *rows = NULL;
	struct corrected *all = NULL;
	size_t rows_n = 0;
	size_t taken = 0;

	assert(in->n <= LIST_MAX);
	TRY(sql_correction_newer(ctx, st,
	    &(struct sql_correction_newer){
		.edition = in->edition,
		.at = in->at,
		.id = in->id,
		.n = (int64_t)in->n,
	    },
	    &rows, &rows_n));
	all = ARENA_ARRAY(ctx->arena, rows_n, struct corrected);
	/* They come nearest first; readers want the newest first. */
	for (size_t i = rows_n; i > 0; i--)
		TRY(add(ctx, st,
		    &(struct corrected){ rows[i - 1].id, rows[i - 1].at,
			rows[i - 1].text, { .id = rows[i - 1].story } },
		    all, &taken));
	*out = all;
	*n = taken;
	return ERR_OK;
}
