/* SPDX-License-Identifier: MIT */
/* Sections: the navigation of an edition. */

#include "newsroom/change.h"
#include "newsroom/house_row.h"

enum { SECTIONS_MAX = 200 }; /* of one edition */

static const struct section *
section_of(struct ctx *ctx, const struct name *n)
{
	struct section *s = NULL;

	if (n == NULL)
		return NULL;
	s = ARENA_NEW(ctx->arena, struct section);
	*s = (struct section){ n->id, n->edition, n->slug, n->title,
		n->standfirst, n->position };
	return s;
}

enum err
section_list(struct ctx *ctx, struct store *st, int64_t edition,
    const struct section **out, size_t *n)
{
	const struct sql_section_all_row *rows = NULL;
	struct section *all = NULL;

	TRY(sql_section_all(ctx, st,
	    &(struct sql_section_all){ .edition = edition }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct section);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct section){ rows[i].id, rows[i].edition,
			rows[i].slug, rows[i].title, rows[i].standfirst,
			rows[i].position };
	*out = all;
	return ERR_OK;
}

enum err
section_by_slug(struct ctx *ctx, struct store *st, int64_t edition,
    struct str slug, const struct section **out)
{
	const struct name *n = NULL;

	TRY(name_find(ctx, st, RANGE_SECTION, edition, slug, &n));
	*out = section_of(ctx, n);
	return ERR_OK;
}

enum err
section_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct section **out)
{
	const struct name *n = NULL;

	TRY(name_get(ctx, st, RANGE_SECTION, id, &n));
	*out = section_of(ctx, n);
	return ERR_OK;
}

/* Its list comes with it, and goes by its name. */
static enum err
put_list(struct ctx *ctx, struct store *st, int64_t id, bool made)
{
	const struct sql_list_add_row *list = NULL;
	const struct name *n = NULL;
	int64_t changed = 0;

	TRY(name_get(ctx, st, RANGE_SECTION, id, &n));
	if (!made)
		return sql_list_rename(ctx, st,
		    &(struct sql_list_rename){ id, n->slug, n->title },
		    &changed);
	return sql_list_add(ctx, st,
	    &(struct sql_list_add){
		.edition = n->edition,
		.kind = STR("section"),
		.section = id,
		.code = n->slug,
		.title = n->title,
		.rest = RANGE_SECTION,
		.rest_ref = id,
	    },
	    &list);
}

enum err
section_put(
    struct ctx *ctx, struct store *st, const struct section *in, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct section *all = NULL;
	bool made = false;
	size_t n = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(name_put(ctx, st, RANGE_SECTION,
	    &(struct name){ in->id, in->edition, in->slug, in->title,
		in->standfirst, in->position },
	    id, &made));
	if (made) {
		TRY(section_list(ctx, st, in->edition, &all, &n));
		if (n >= SECTIONS_MAX)
			return FAIL(ctx, ERR_LIMIT,
			    "an edition has at most %d sections",
			    SECTIONS_MAX - 1);
	}
	TRY(put_list(ctx, st, *id, made));
	return store_tx_commit(ctx, &tx);
}

/* ---- the order of the navigation ---- */

static enum err
place(struct ctx *ctx, struct store *st, const struct section *s,
    int64_t position)
{
	int64_t changed = 0;

	return sql_section_set(ctx, st,
	    &(struct sql_section_set){
		s->id, s->slug, s->title, s->standfirst, position },
	    &changed);
}

static bool
is_named(const struct section_order *in, int64_t id)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->sections[i] == id)
			return true;
	return false;
}

static enum err
place_named(struct ctx *ctx, struct store *st, const struct section_order *in,
    const struct section *all, size_t n, int64_t *position)
{
	for (size_t i = 0; i < in->n; i++) {
		size_t k = 0;

		while (k < n && all[k].id != in->sections[i])
			k++;
		if (k == n)
			return FAIL(ctx, ERR_INVALID,
			    "there is no section %" PRId64 " in that edition",
			    in->sections[i]);
		TRY(place(ctx, st, &all[k], ++*position));
	}
	return ERR_OK;
}

enum err
section_order(struct ctx *ctx, struct store *st, const struct section_order *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct section *all = NULL;
	int64_t position = 0;
	size_t n = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(section_list(ctx, st, in->edition, &all, &n));
	TRY(place_named(ctx, st, in, all, n, &position));
	for (size_t i = 0; i < n; i++)
		if (!is_named(in, all[i].id))
			TRY(place(ctx, st, &all[i], ++position));
	TRY(house_record_one(
	    ctx, st, "section.order", "edition", in->edition, STR("")));
	return store_tx_commit(ctx, &tx);
}
