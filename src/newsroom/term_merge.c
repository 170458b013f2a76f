/* SPDX-License-Identifier: MIT */
/*
 * Merging and removing sections, tags and authors.  Revisions are not
 * touched: the row stays, as an old name of another or as one that is gone,
 * and what a revision says is read through it.
 */

#include <assert.h>

#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/house_row.h"

enum { BATCH = 500 }; /* placements moved in one transaction */

/* One of three calls that take the same, and change rows. */
#define CHANGE(ctx, st, kind, verb, ...)                           \
	((kind) == RANGE_SECTION                                   \
		? sql_section_##verb((ctx), (st),                  \
		      &(struct sql_section_##verb){ __VA_ARGS__ }, \
		      &(int64_t){ 0 })                             \
	    : (kind) == RANGE_TAG                                  \
		? sql_tag_##verb((ctx), (st),                      \
		      &(struct sql_tag_##verb){ __VA_ARGS__ },     \
		      &(int64_t){ 0 })                             \
		: sql_author_##verb((ctx), (st),                   \
		      &(struct sql_author_##verb){ __VA_ARGS__ },  \
		      &(int64_t){ 0 }))

/* ---- who hears of it ---- */

enum { TAGS_MAX = 12 };

struct touched {
	struct str tags[TAGS_MAX];
	size_t n;
};

static void
touch(struct ctx *ctx, struct touched *t, const char *what, int64_t id)
{
	assert(t->n < TAGS_MAX);
	t->tags[t->n++] = change_tag(ctx->arena, what, id);
}

static void
touch_name(struct ctx *ctx, struct touched *t, int kind, int64_t id)
{
	touch(ctx, t, name_word(kind), id);
	touch(ctx, t, range_tag(kind), id);
	if (kind == RANGE_SECTION)
		touch(ctx, t, "slist", id);
}

static enum err
record(struct ctx *ctx, struct store *st, const char *verb, int kind,
    const struct touched *t, struct str detail)
{
	struct str action =
	    str_printf(ctx->arena, "%s.%s", name_word(kind), verb);

	return house_record(
	    ctx, st, str_cstr(ctx->arena, action), t->tags, t->n, detail);
}

/* ---- both ---- */

static enum err
get(struct ctx *ctx, struct store *st, int kind, int64_t id,
    const struct name **out)
{
	TRY(name_get(ctx, st, kind, id, out));
	if (*out == NULL || (*out)->id != id)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no such %s", name_word(kind));
	return ERR_OK;
}

/* Suggestions know it no more; a section's own list goes, with its pins. */
static enum err
forget(struct ctx *ctx, struct store *st, int kind, int64_t id)
{
	const struct list *l = NULL;
	int64_t changed = 0;

	TRY(sql_search_name_drop(
	    ctx, st, &(struct sql_search_name_drop){ kind, id }, &changed));
	if (kind != RANGE_SECTION)
		return ERR_OK;
	TRY(list_by_section(ctx, st, id, &l));
	TRY(sql_list_unpin_all(
	    ctx, st, &(struct sql_list_unpin_all){ .list = l->id }, &changed));
	return sql_list_forget(
	    ctx, st, &(struct sql_list_forget){ .id = l->id }, &changed);
}

/* ---- merging ---- */

enum err
term_merge(struct ctx *ctx, struct store *st, const struct term_merge *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct name *from = NULL;
	const struct name *into = NULL;
	struct touched t = { .n = 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(get(ctx, st, in->kind, in->from, &from));
	TRY(get(ctx, st, in->kind, in->into, &into));
	if (from->id == into->id)
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" cannot be merged into itself",
		    STR_FMT(from->slug));
	if (from->edition != into->edition)
		return FAIL(ctx, ERR_INVALID,
		    "\"%.*s\" and \"%.*s\" are of two editions",
		    STR_FMT(from->slug), STR_FMT(into->slug));
	TRY(forget(ctx, st, in->kind, from->id));
	TRY(CHANGE(ctx, st, in->kind, merge, from->id, into->id));
	TRY(sql_list_fill_by(ctx, st,
	    &(struct sql_list_fill_by){
		from->edition, in->kind, from->id, into->id },
	    &changed));
	touch_name(ctx, &t, in->kind, from->id);
	touch_name(ctx, &t, in->kind, into->id);
	touch(ctx, &t, "edition", from->edition);
	touch(ctx, &t, "search", from->edition);
	TRY(record(ctx, st, "merge", in->kind, &t,
	    str_printf(ctx->arena, "%.*s into %.*s", STR_FMT(from->slug),
		STR_FMT(into->slug))));
	return store_tx_commit(ctx, &tx);
}

/* An old name of it that stories still stand under; 0: none. */
static enum err
unsettled(struct ctx *ctx, struct store *st, int kind, int64_t id, int64_t *out)
{
	const struct sql_section_unsettled_row *section = NULL;
	const struct sql_tag_unsettled_row *tag = NULL;
	const struct sql_author_unsettled_row *author = NULL;

	if (kind == RANGE_SECTION)
		TRY(sql_section_unsettled(ctx, st,
		    &(struct sql_section_unsettled){ .id = id }, &section));
	else if (kind == RANGE_TAG)
		TRY(sql_tag_unsettled(
		    ctx, st, &(struct sql_tag_unsettled){ .id = id }, &tag));
	else
		TRY(sql_author_unsettled(ctx, st,
		    &(struct sql_author_unsettled){ .id = id }, &author));
	*out = section != NULL	? section->id
	       : tag != NULL	? tag->id
	       : author != NULL ? author->id
				: 0;
	return ERR_OK;
}

static enum err
move(struct ctx *ctx, struct store *st, const struct term_merge *in,
    size_t *moved)
{
	const struct sql_range_older_row *rows = NULL;
	size_t n = 0;
	int64_t changed = 0;

	TRY(sql_range_older(ctx, st,
	    &(struct sql_range_older){
		.kind = in->kind,
		.ref = in->from,
		.at = INT64_MAX,
		.story = INT64_MAX,
		.since = INT64_MIN,
		.n = BATCH,
	    },
	    &rows, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(sql_placement_add(ctx, st,
		    &(struct sql_placement_add){
			in->kind, in->into, rows[i].at, rows[i].story },
		    &changed));
		TRY(sql_placement_leave(ctx, st,
		    &(struct sql_placement_leave){
			in->kind, in->from, rows[i].at, rows[i].story },
		    &changed));
	}
	*moved = n;
	return ERR_OK;
}

enum err
term_settle(
    struct ctx *ctx, struct store *st, int kind, int64_t id, size_t *moved)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct term_merge in = { .kind = kind, .into = id };
	struct touched t = { .n = 0 };

	*moved = 0;
	TRY(unsettled(ctx, st, kind, id, &in.from));
	if (in.from == 0)
		return ERR_OK;
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(move(ctx, st, &in, moved));
	touch_name(ctx, &t, kind, id);
	TRY(change_add(ctx, st,
	    &(struct change){ .kind = "merge", .tags = t.tags, .n = t.n }));
	return store_tx_commit(ctx, &tx);
}

/* ---- removing ---- */

static enum err
refuse_in_use(struct ctx *ctx, const struct name *n, int kind, const char *by)
{
	return FAIL(ctx, ERR_CONFLICT,
	    "%s under the %s \"%.*s\": merge it into another instead", by,
	    name_word(kind), STR_FMT(n->slug));
}

static enum err
check_unused(struct ctx *ctx, struct store *st, int kind, const struct name *n)
{
	const struct sql_placement_count_row *count = NULL;
	const struct sql_section_draft_row *draft = NULL;
	const struct sql_list_filled_by_row *list = NULL;

	TRY(sql_placement_count(
	    ctx, st, &(struct sql_placement_count){ kind, n->id }, &count));
	if (count->n > 0)
		return refuse_in_use(ctx, n, kind, "stories stand");
	if (kind == RANGE_SECTION)
		TRY(sql_section_draft(ctx, st,
		    &(struct sql_section_draft){ .section = n->id }, &draft));
	if (draft != NULL)
		return FAIL(ctx, ERR_CONFLICT,
		    "story %" PRId64
		    ", which is not published yet, is meant for the section "
		    "\"%.*s\": merge it into another instead",
		    draft->story, STR_FMT(n->slug));
	TRY(sql_list_filled_by(ctx, st,
	    &(struct sql_list_filled_by){ n->edition, kind, n->id }, &list));
	if (list != NULL)
		return FAIL(ctx, ERR_CONFLICT,
		    "the list \"%.*s\" is filled from it: change its rule "
		    "first",
		    STR_FMT(list->code));
	return ERR_OK;
}

enum err
term_remove(struct ctx *ctx, struct store *st, int kind, int64_t id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct name *n = NULL;
	struct touched t = { .n = 0 };

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(get(ctx, st, kind, id, &n));
	TRY(check_unused(ctx, st, kind, n));
	TRY(forget(ctx, st, kind, id));
	TRY(CHANGE(ctx, st, kind, gone, id));
	touch_name(ctx, &t, kind, id);
	touch(ctx, &t, "edition", n->edition);
	TRY(record(ctx, st, "remove", kind, &t, n->slug));
	return store_tx_commit(ctx, &tx);
}
