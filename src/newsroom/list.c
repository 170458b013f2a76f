/* SPDX-License-Identifier: MIT */
/* The lists that the desk arranges: which there are, and what fills them. */

#include "newsroom/list.h"

#include <assert.h>

#include "markup/locale.h"
#include "markup/slug.h"
#include "newsroom/archive.h"
#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/list_row.h"
#include "newsroom/story_row.h"

enum { LIST_DAYS_MAX = 36500 };

/* ---- the desk's lists ---- */

#define LIST_OF(ctx, r)                                  \
	list_new((ctx), &(struct list){                  \
			    .id = (r)->id,               \
			    .edition = (r)->edition,     \
			    .section = (r)->section,     \
			    .kind = (r)->kind,           \
			    .code = (r)->code,           \
			    .title = (r)->title,         \
			    .version = (r)->version,     \
			    .rest = (r)->rest,           \
			    .rest_ref = (r)->rest_ref,   \
			    .rest_days = (r)->rest_days, \
			})

static const struct list *
list_new(struct ctx *ctx, const struct list *in)
{
	struct list *l = ARENA_NEW(ctx->arena, struct list);

	*l = *in;
	return l;
}

enum err
list_front(
    struct ctx *ctx, struct store *st, int64_t edition, const struct list **out)
{
	const struct sql_list_of_edition_row *row = NULL;

	TRY(sql_list_of_edition(ctx, st,
	    &(struct sql_list_of_edition){
		.edition = edition,
		.kind = STR("front"),
		.code = STR("front"),
	    },
	    &row));
	if (row == NULL)
		return FAIL(ctx, ERR_NOTFOUND,
		    "edition %" PRId64 " has no front", edition);
	*out = LIST_OF(ctx, row);
	return ERR_OK;
}

enum err
list_by_section(
    struct ctx *ctx, struct store *st, int64_t section, const struct list **out)
{
	const struct sql_list_of_section_row *row = NULL;

	TRY(sql_list_of_section(ctx, st,
	    &(struct sql_list_of_section){ .section = section }, &row));
	if (row == NULL)
		return FAIL(ctx, ERR_NOTFOUND,
		    "section %" PRId64 " has no list", section);
	*out = LIST_OF(ctx, row);
	return ERR_OK;
}

static enum err
list_make(struct ctx *ctx, struct store *st, const struct sql_list_add *in,
    const struct list **out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_list_add_row *row = NULL;

	if (!slug_valid(in->code))
		return FAIL(ctx, ERR_INVALID,
		    "a list's name is written in small letters, digits and "
		    "single hyphens");
	/* Addresses and commands mean other lists by these. */
	if (str_eq(in->code, STR("front")) || str_eq(in->code, STR("section")))
		return FAIL(ctx, ERR_INVALID,
		    "no list of the desk's own can be named \"%.*s\"",
		    STR_FMT(in->code));
	if (!utf8_ok(in->title) || !utf8_is_line(in->title) ||
	    utf8_length(in->title) > TITLE_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "a list's title is one line of at most %d characters",
		    TITLE_MAX);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_list_add(ctx, st, in, &row));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.action = "list.add",
		.subject = change_tag(ctx->arena, "list", row->id),
		.detail = in->code,
	    }));
	TRY(store_tx_commit(ctx, &tx));
	*out = list_new(ctx, &(struct list){
				 .id = row->id,
				 .edition = in->edition,
				 .kind = in->kind,
				 .code = in->code,
				 .title = in->title,
				 .version = 1,
			     });
	return ERR_OK;
}

enum err
list_named(struct ctx *ctx, struct store *st, int64_t edition, struct str code,
    struct str title, const struct list **out)
{
	const struct sql_list_of_edition_row *row = NULL;
	const struct sql_list_add in = {
		.edition = edition,
		.kind = STR("named"),
		.code = code,
		.title = title,
	};

	TRY(sql_list_of_edition(ctx, st,
	    &(struct sql_list_of_edition){ edition, in.kind, code }, &row));
	if (row == NULL)
		return list_make(ctx, st, &in, out);
	*out = LIST_OF(ctx, row);
	return ERR_OK;
}

static enum err
list_by_slug(struct ctx *ctx, struct store *st, int64_t edition,
    struct str slug, const struct list **out)
{
	const struct section *s = NULL;

	TRY(section_by_slug(ctx, st, edition, slug, &s));
	if (s == NULL)
		return FAIL(ctx, ERR_NOTFOUND,
		    "there is no section \"%.*s\" in that edition",
		    STR_FMT(utf8_head(slug, SLUG_MAX)));
	return list_by_section(ctx, st, s->id, out);
}

enum err
list_by_code(struct ctx *ctx, struct store *st, int64_t edition,
    struct str code, const struct list **out)
{
	const struct sql_list_of_edition_row *row = NULL;

	if (str_eq(code, STR("front")))
		return list_front(ctx, st, edition, out);
	if (str_starts(code, STR("section/")))
		return list_by_slug(
		    ctx, st, edition, str_from(code, STR("section/").n), out);
	TRY(sql_list_of_edition(ctx, st,
	    &(struct sql_list_of_edition){ edition, STR("named"), code },
	    &row));
	if (row == NULL)
		return FAIL(ctx, ERR_NOTFOUND,
		    "there is no list \"%.*s\" in that edition: it is front, "
		    "section/ and a slug, or one that was made by name",
		    STR_FMT(utf8_head(code, SLUG_MAX)));
	*out = LIST_OF(ctx, row);
	return ERR_OK;
}

enum err
list_all(struct ctx *ctx, struct store *st, int64_t edition,
    const struct list **out, size_t *n)
{
	const struct sql_list_all_row *rows = NULL;
	struct list *all = NULL;

	TRY(sql_list_all(
	    ctx, st, &(struct sql_list_all){ .edition = edition }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct list);
	for (size_t i = 0; i < *n; i++)
		all[i] = *LIST_OF(ctx, &rows[i]);
	*out = all;
	return ERR_OK;
}

/* ---- changing one ---- */

enum err
list_for_change(struct ctx *ctx, struct store *st, int64_t id, int64_t seen,
    const struct list **out)
{
	const struct sql_list_get_row *row = NULL;

	TRY(sql_list_get(ctx, st, &(struct sql_list_get){ .id = id }, &row));
	if (row == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no list %" PRId64, id);
	if (seen != 0 && seen != row->version)
		return FAIL(ctx, ERR_CONFLICT,
		    "the list has moved since version %" PRId64
		    " (it is at %" PRId64 "): look at it again first",
		    seen, row->version);
	*out = LIST_OF(ctx, row);
	return ERR_OK;
}

struct str
list_tag(struct arena *a, int64_t section, int64_t edition)
{
	return section != 0 ? change_tag(a, "slist", section)
			    : change_tag(a, "front", edition);
}

enum err
list_changed(struct ctx *ctx, struct store *st, const struct list *l,
    const char *action, struct str detail)
{
	struct str tag = list_tag(ctx->arena, l->section, l->edition);
	int64_t changed = 0;

	TRY(sql_list_bump(
	    ctx, st, &(struct sql_list_bump){ .id = l->id }, &changed));
	TRY(change_add(
	    ctx, st, &(struct change){ .kind = "list", .tags = &tag, .n = 1 }));
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.action = action,
		.subject = change_tag(ctx->arena, "list", l->id),
		.detail = detail,
	    });
}

enum err
list_remove(struct ctx *ctx, struct store *st, int64_t list, int64_t seen)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct list *l = NULL;
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(list_for_change(ctx, st, list, seen, &l));
	if (!str_eq(l->kind, STR("named")))
		return FAIL(ctx, ERR_INVALID,
		    "the list of a front or section stays with it; only lists "
		    "made by name can be removed");
	TRY(list_changed(ctx, st, l, "list.remove", l->code));
	TRY(sql_list_unpin_all(
	    ctx, st, &(struct sql_list_unpin_all){ .list = list }, &changed));
	TRY(sql_list_forget(
	    ctx, st, &(struct sql_list_forget){ .id = list }, &changed));
	return store_tx_commit(ctx, &tx);
}

enum err
list_set_rule(struct ctx *ctx, struct store *st, const struct list_rule *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct list *l = NULL;
	int64_t changed = 0;

	if (in->days < 0 || in->days > LIST_DAYS_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "a list's stories are of 1 to %d days", LIST_DAYS_MAX);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(list_for_change(ctx, st, in->list, in->seen, &l));
	if (in->kind == RANGE_EDITION && in->ref != l->edition)
		return FAIL(
		    ctx, ERR_INVALID, "a list is filled from its own edition");
	TRY(sql_list_set_rule(ctx, st,
	    &(struct sql_list_set_rule){
		.id = l->id,
		.rest = in->kind,
		.rest_ref = in->kind != 0 ? in->ref : 0,
		.rest_days = in->kind != 0 ? in->days : 0,
	    },
	    &changed));
	TRY(list_changed(ctx, st, l, "list.rule",
	    str_printf(ctx->arena, "%s:%" PRId64 " days:%" PRId64,
		in->kind != 0 ? range_tag(in->kind) : "none", in->ref,
		in->days)));
	return store_tx_commit(ctx, &tx);
}

/* ---- filling ---- */

/* As many days back as the rule says, by the edition's calendar. */
static enum err
rest_since(struct ctx *ctx, struct store *st, const struct list *l, int64_t at,
    int64_t *since)
{
	const struct sql_edition_tongue_row *tongue = NULL;
	struct wall_time w = { 0 };
	struct period first = { 0 };
	int64_t until = 0;

	*since = 0;
	if (l->rest_days == 0)
		return ERR_OK;
	TRY(sql_edition_tongue(ctx, st,
	    &(struct sql_edition_tongue){ .id = l->edition }, &tongue));
	TRY(zone_from_utc(ctx, tongue->zone, at, &w));
	date_from_days(
	    days_from_date(w.year, w.month, w.day) - (l->rest_days - 1),
	    &first.year, &first.month, &first.day);
	return period_span(ctx, tongue->zone, &first, since, &until);
}

static enum err
rest_of(struct ctx *ctx, struct store *st, const struct list_part *in,
    int64_t at, struct range *out)
{
	const struct list *l = in->list;

	if (in->rest != NULL) {
		*out = *in->rest;
		return ERR_OK;
	}
	*out = (struct range){
		.kind = (enum range_kind)l->rest,
		.ref = l->rest_ref,
	};
	return rest_since(ctx, st, l, at, &out->from);
}

/*
 * Pinned stories by position, and the ids of those further down.  Those that
 * are not published any more are passed by.
 */
static enum err
read_pins(struct ctx *ctx, struct store *st, const struct list_part *in,
    int64_t at, struct teaser *places, struct seen *below)
{
	const struct sql_list_slots_row *slots = NULL;
	size_t slots_n = 0;

	TRY(sql_list_slots(ctx, st,
	    &(struct sql_list_slots){ .list = in->list->id, .now = at }, &slots,
	    &slots_n));
	for (size_t i = 0; i < slots_n; i++) {
		size_t p = (size_t)slots[i].position - 1;
		struct teaser *place = places + (p - in->skip);
		bool there = false;

		if (p >= in->skip + in->n && p < in->reach)
			seen_add(below, slots[i].story);
		if (p < in->skip || p >= in->skip + in->n ||
		    seen_has(in->seen, slots[i].story))
			continue;
		TRY(teaser_read(ctx, st, slots[i].story, false, place, &there));
		place->pinned = there;
		if (there)
			seen_add(in->seen, slots[i].story);
	}
	return ERR_OK;
}

static enum err
fill(struct ctx *ctx, struct store *st, const struct list_part *in, int64_t at,
    const struct teaser **out, size_t *out_n)
{
	struct teaser *places = ARENA_ARRAY(ctx->arena, in->n, struct teaser);
	struct seen *below = ARENA_NEW(ctx->arena, struct seen);
	const struct teaser *rest = NULL;
	struct range range = { 0 };
	size_t rest_n = 0;
	size_t used = 0;
	size_t filled = 0;

	assert(in->n <= LIST_MAX);
	TRY(read_pins(ctx, st, in, at, places, below));
	TRY(rest_of(ctx, st, in, at, &range));
	range.without = below;
	for (size_t i = 0; i < in->n; i++)
		range.n += !places[i].pinned;
	if (range.kind != 0)
		TRY(range_fill(ctx, st, &range, in->seen, &rest, &rest_n));
	/* Pins keep their order when there are too few stories to fill. */
	for (size_t i = 0; i < in->n; i++) {
		if (places[i].pinned)
			places[filled++] = places[i];
		else if (used < rest_n)
			places[filled++] = rest[used++];
	}
	*out = places;
	*out_n = filled;
	return ERR_OK;
}

enum err
list_part_fill(struct ctx *ctx, struct store *st, const struct list_part *in,
    const struct teaser **out, size_t *out_n)
{
	return fill(ctx, st, in, ctx_now(ctx), out, out_n);
}

enum err
list_fill(struct ctx *ctx, struct store *st, const struct list *l, size_t n,
    struct seen *seen, const struct teaser **out, size_t *out_n)
{
	return fill(ctx, st,
	    &(struct list_part){ .list = l, .n = n, .seen = seen },
	    ctx_now(ctx), out, out_n);
}

enum err
list_who(struct ctx *ctx, struct store *st, const struct list *l,
    int64_t position, int64_t at, int64_t *story)
{
	struct seen *seen = ARENA_NEW(ctx->arena, struct seen);
	const struct teaser *t = NULL;
	size_t n = 0;

	assert(position >= 1 && position <= LIST_MAX);
	TRY(fill(ctx, st,
	    &(struct list_part){
		.list = l, .n = (size_t)position, .seen = seen },
	    at, &t, &n));
	*story = n == (size_t)position ? t[n - 1].id : 0;
	return ERR_OK;
}
