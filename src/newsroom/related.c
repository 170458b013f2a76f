/* SPDX-License-Identifier: MIT */
/* Related lists: the order of the old system, kept. */

#include <stdlib.h>

#include "newsroom/change.h"
#include "newsroom/list.h"
#include "newsroom/story_row.h"

static int
by_sort(const void *one, const void *two)
{
	const struct related *a = one;
	const struct related *b = two;

	return (a->sort > b->sort) - (a->sort < b->sort);
}

enum err
related_read(struct ctx *ctx, struct store *st, int64_t story,
    const struct related **out, size_t *n)
{
	const struct sql_related_page_row *rows = NULL;
	struct related *all = NULL;
	size_t rows_n = 0;
	size_t taken = 0;

	TRY(sql_related_page(ctx, st,
	    &(struct sql_related_page){ .story = story }, &rows, &rows_n));
	all = ARENA_ARRAY(ctx->arena, rows_n, struct related);
	for (size_t i = 0; i < rows_n; i++) {
		struct related *r = &all[taken];

		*r = (struct related){
			.id = rows[i].id,
			.sort = rows[i].sort,
			.stub = story_state_of(rows[i].state) == STORY_STUB,
			.title = rows[i].title,
			.wire = { rows[i].id, rows[i].sort,
			    rows[i].content_type, rows[i].pic, rows[i].title },
		};
		if (!r->stub) {
			bool there = false;

			TRY(teaser_read(
			    ctx, st, r->id, false, &r->teaser, &there));
			if (!there)
				continue;
			r->title = r->teaser.headline;
		}
		taken++;
	}
	if (taken > 1)
		qsort(all, taken, sizeof *all, by_sort);
	*out = all;
	*n = taken;
	return ERR_OK;
}

enum err
related_ids(struct ctx *ctx, struct store *st, int64_t story,
    const int64_t **out, size_t *n)
{
	const struct sql_related_ids_row *rows = NULL;
	int64_t *ids = NULL;

	TRY(sql_related_ids(
	    ctx, st, &(struct sql_related_ids){ .story = story }, &rows, n));
	ids = ARENA_ARRAY(ctx->arena, *n, int64_t);
	for (size_t i = 0; i < *n; i++)
		ids[i] = rows[i].id;
	*out = ids;
	return ERR_OK;
}

/* ---- adding ---- */

static enum err
check_item(struct ctx *ctx, int64_t story, const struct wire_item *item)
{
	if (item->id <= 0 || item->id == INT64_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "a related story has the id %" PRId64 ", which is none",
		    item->id);
	if (item->id == story)
		return FAIL(ctx, ERR_INVALID,
		    "story %" PRId64 " cannot be related to itself", story);
	if (item->sort < 0 || item->sort == INT64_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "related story %" PRId64 " has the sort %" PRId64
		    ", which is none",
		    item->id, item->sort);
	if (!utf8_ok(item->title) || !utf8_ok(item->pic) ||
	    !utf8_ok(item->content_type))
		return FAIL(ctx, ERR_INVALID,
		    "related story %" PRId64 " is not valid UTF-8", item->id);
	if (utf8_length(item->title) > HEADLINE_MAX || item->pic.n > 2000 ||
	    item->content_type.n > 100)
		return FAIL(ctx, ERR_LIMIT,
		    "related story %" PRId64 " has too long a title or "
		    "address",
		    item->id);
	return ERR_OK;
}

/* What no story has become yet stands as a stub, with the wire's words. */
static enum err
make_stub(struct ctx *ctx, struct store *st, int64_t edition,
    const struct wire_item *item)
{
	const struct sql_story_get_row *there = NULL;
	int64_t changed = 0;

	TRY(sql_story_get(
	    ctx, st, &(struct sql_story_get){ .id = item->id }, &there));
	if (there == NULL)
		TRY(sql_story_new(ctx, st,
		    &(struct sql_story_new){
			.id = item->id,
			.edition = edition,
			.at = ctx_now(ctx),
		    },
		    &changed));
	if (item->title.n == 0)
		return there != NULL
			   ? ERR_OK
			   : FAIL(ctx, ERR_INVALID,
				 "there is no story %" PRId64, item->id);
	return sql_wire_put(ctx, st,
	    &(struct sql_wire_put){
		.story = item->id,
		.content_type = item->content_type,
		.pic = item->pic,
		.title = item->title,
	    },
	    &changed);
}

static enum err
choose_sort(struct ctx *ctx, struct store *st, const struct wire_item *item,
    int64_t *out)
{
	const struct sql_related_by_sort_row *taken = NULL;
	const struct sql_related_top_row *top = NULL;

	*out = item->sort;
	if (item->sort != 0) {
		TRY(sql_related_by_sort(ctx, st,
		    &(struct sql_related_by_sort){ .sort = item->sort },
		    &taken));
		if (taken != NULL)
			return FAIL(ctx, ERR_CONFLICT,
			    "sort %" PRId64 " is taken by the related list of "
			    "story %" PRId64,
			    item->sort, taken->story);
		return ERR_OK;
	}
	TRY(sql_related_top(ctx, st, &top));
	if (top->sort == INT64_MAX)
		return FAIL(ctx, ERR_LIMIT, "no sort is left");
	*out = top->sort + 1;
	return ERR_OK;
}

static enum err
add_one(struct ctx *ctx, struct store *st, int64_t story, int64_t edition,
    const struct wire_item *item, size_t *added)
{
	const struct sql_related_find_row *there = NULL;
	int64_t sort = 0;
	int64_t changed = 0;

	TRY(check_item(ctx, story, item));
	TRY(sql_related_find(ctx, st,
	    &(struct sql_related_find){ .story = story, .target = item->id },
	    &there));
	if (there != NULL)
		return ERR_OK;
	TRY(make_stub(ctx, st, edition, item));
	TRY(choose_sort(ctx, st, item, &sort));
	TRY(sql_related_add(ctx, st,
	    &(struct sql_related_add){
		.sort = sort, .story = story, .target = item->id },
	    &changed));
	(*added)++;
	return ERR_OK;
}

enum err
related_add(struct ctx *ctx, struct store *st, int64_t story,
    const struct wire_item *items, size_t n, size_t *added)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_related_count_row *count = NULL;
	const struct sql_story_get_row *row = NULL;
	struct str tag = change_tag(ctx->arena, "related", story);
	size_t done = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(story_row_for_change(ctx, st, story, 0, &row));
	for (size_t i = 0; i < n; i++)
		TRY(add_one(ctx, st, story, row->edition, &items[i], &done));
	TRY(sql_related_count(
	    ctx, st, &(struct sql_related_count){ .story = story }, &count));
	if (count->n > RELATED_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "story %" PRId64 " would have %" PRId64
		    " related stories, the limit is %d",
		    story, count->n, RELATED_MAX);
	if (done != 0)
		TRY(change_add(ctx, st,
		    &(struct change){
			.kind = "related",
			.story = story,
			.tags = &tag,
			.n = 1,
		    }));
	TRY(store_tx_commit(ctx, &tx));
	*added = done;
	return ERR_OK;
}
