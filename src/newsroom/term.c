/* SPDX-License-Identifier: MIT */
/* Tags and authors: what stories stand under, by the thousand. */

#include "markup/slug.h"
#include "newsroom/house_row.h"

static const struct term *
term_of(struct ctx *ctx, const struct name *n)
{
	struct term *t = NULL;

	if (n == NULL)
		return NULL;
	t = ARENA_NEW(ctx->arena, struct term);
	*t = (struct term){ n->id, n->edition, n->slug, n->title,
		n->standfirst };
	return t;
}

static enum err
term_by_slug(struct ctx *ctx, struct store *st, int kind, int64_t edition,
    struct str slug, const struct term **out)
{
	const struct name *n = NULL;

	TRY(name_find(ctx, st, kind, edition, slug, &n));
	*out = term_of(ctx, n);
	return ERR_OK;
}

static enum err
term_by_id(struct ctx *ctx, struct store *st, int kind, int64_t id,
    const struct term **out)
{
	const struct name *n = NULL;

	TRY(name_get(ctx, st, kind, id, &n));
	*out = term_of(ctx, n);
	return ERR_OK;
}

static enum err
term_put(struct ctx *ctx, struct store *st, int kind, const struct term *in,
    int64_t *id)
{
	bool made = false;

	return name_put(ctx, st, kind,
	    &(struct name){
		.id = in->id,
		.edition = in->edition,
		.slug = in->slug,
		.title = in->title,
		.standfirst = in->standfirst,
	    },
	    id, &made);
}

enum err
tag_by_slug(struct ctx *ctx, struct store *st, int64_t edition, struct str slug,
    const struct term **out)
{
	return term_by_slug(ctx, st, RANGE_TAG, edition, slug, out);
}

enum err
author_by_slug(struct ctx *ctx, struct store *st, int64_t edition,
    struct str slug, const struct term **out)
{
	return term_by_slug(ctx, st, RANGE_AUTHOR, edition, slug, out);
}

enum err
tag_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct term **out)
{
	return term_by_id(ctx, st, RANGE_TAG, id, out);
}

enum err
author_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct term **out)
{
	return term_by_id(ctx, st, RANGE_AUTHOR, id, out);
}

enum err
tag_put(struct ctx *ctx, struct store *st, const struct term *in, int64_t *id)
{
	return term_put(ctx, st, RANGE_TAG, in, id);
}

enum err
author_put(
    struct ctx *ctx, struct store *st, const struct term *in, int64_t *id)
{
	return term_put(ctx, st, RANGE_AUTHOR, in, id);
}

/* ---- page by page ---- */

/* "{" stands after all that a slug is made of, "-" before all of it. */
static struct str
with(struct arena *a, struct str s, char c)
{
	return str_printf(a, "%.*s%c", STR_FMT(s), c);
}

#define COUNTED_OF(r)                                                     \
	((struct term_counted){                                           \
	    { (r).id, (r).edition, (r).slug, (r).title, (r).standfirst }, \
	    (r).stories })

enum err
term_page(struct ctx *ctx, struct store *st, const struct term_query *in,
    const struct term_counted **out, size_t *n)
{
	struct str low =
	    in->after.n != 0 ? with(ctx->arena, in->after, '-') : in->beginning;
	struct str high = with(ctx->arena, in->beginning, '{');
	const struct sql_tag_page_row *tags = NULL;
	const struct sql_author_page_row *authors = NULL;
	struct term_counted *all = NULL;

	if (in->kind == RANGE_TAG)
		TRY(sql_tag_page(ctx, st,
		    &(struct sql_tag_page){
			in->edition, low, high, (int64_t)in->n },
		    &tags, n));
	else
		TRY(sql_author_page(ctx, st,
		    &(struct sql_author_page){
			in->edition, low, high, (int64_t)in->n },
		    &authors, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct term_counted);
	for (size_t i = 0; i < *n; i++)
		all[i] =
		    tags != NULL ? COUNTED_OF(tags[i]) : COUNTED_OF(authors[i]);
	*out = all;
	return ERR_OK;
}
