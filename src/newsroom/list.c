/* SPDX-License-Identifier: MIT */
/* Lists: ranges that readers page through, and those the desk arranges. */

#include "newsroom/list.h"

#include <assert.h>

#include "markup/slug.h"
#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/story_row.h"

/* ---- teasers ---- */

bool
teaser_is_gated(const struct teaser *t)
{
	return t->lead.gated ||
	       (t->advisory != 0 && t->severity == SEVERITY_GATE);
}

static void
teaser_from(struct teaser *t, const struct sql_teaser_get_row *r)
{
	*t = (struct teaser){
		.id = r->id,
		.edition = r->edition,
		.slug = r->slug,
		.at = r->at,
		.updated_at = r->updated_at,
		.section = { r->section, r->section_slug, r->section_title },
		.headline = r->headline,
		.kicker = r->kicker,
		.standfirst = r->standfirst,
		.byline = r->byline,
		.advisory = r->advisory,
		.advisory_code = r->advisory_code,
		.advisory_label = ADVISORY_LABEL_OF(r),
		.advisory_note = r->advisory_note,
		.severity = severity_of(r->advisory_severity),
		.advisory_version = r->advisory_version,
		.lead = PICTURE_OF(r),
		.body = r->body,
	};
}

enum err
teaser_read(struct ctx *ctx, struct store *st, int64_t id, bool bodies,
    struct teaser *out, bool *there)
{
	const struct sql_teaser_get_row *row = NULL;

	TRY(sql_teaser_get(ctx, st,
	    &(struct sql_teaser_get){ .id = id, .bodies = bodies }, &row));
	*there = row != NULL;
	if (row != NULL)
		teaser_from(out, row);
	return ERR_OK;
}

/* ---- ranges ---- */

enum err
range_read(struct ctx *ctx, struct store *st, const struct range *in,
    const struct teaser **out, size_t *n)
{
	struct seen none = { 0 };

	return range_fill(ctx, st, in, &none, out, n);
}

enum err
range_read_newer(struct ctx *ctx, struct store *st, const struct range *in,
    const struct teaser **out, size_t *n)
{
	const struct sql_range_newer_row *rows = NULL;
	struct teaser *all = NULL;
	size_t rows_n = 0;
	size_t taken = 0;

	assert(in->n <= LIST_MAX);
	TRY(sql_range_newer(ctx, st,
	    &(struct sql_range_newer){
		.kind = in->kind,
		.ref = in->ref,
		.at = in->at,
		.story = in->story,
		.until = in->until != 0 ? in->until : INT64_MAX,
		.n = (int64_t)in->n,
	    },
	    &rows, &rows_n));
	all = ARENA_ARRAY(ctx->arena, rows_n, struct teaser);
	/* They come nearest first; readers want the newest first. */
	for (size_t i = rows_n; i > 0; i--) {
		bool there = false;

		TRY(teaser_read(ctx, st, rows[i - 1].story, in->bodies,
		    &all[taken], &there));
		taken += there;
	}
	*out = all;
	*n = taken;
	return ERR_OK;
}

bool
seen_has(const struct seen *s, int64_t id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->ids[i] == id)
			return true;
	return false;
}

static void
seen_add(struct seen *s, int64_t id)
{
	assert(s->n < sizeof s->ids / sizeof *s->ids);
	s->ids[s->n++] = id;
}

enum err
range_fill(struct ctx *ctx, struct store *st, const struct range *in,
    struct seen *seen, const struct teaser **out, size_t *out_n)
{
	const struct sql_range_older_row *rows = NULL;
	struct teaser *all = ARENA_ARRAY(ctx->arena, in->n, struct teaser);
	bool top = in->at == 0 && in->story == 0;
	size_t rows_n = 0;
	size_t taken = 0;

	assert(in->n <= LIST_MAX);
	/* As many more as could be left out because they were seen. */
	TRY(sql_range_older(ctx, st,
	    &(struct sql_range_older){
		.kind = in->kind,
		.ref = in->ref,
		.at = top ? INT64_MAX : in->at,
		.story = in->story,
		.since = in->from != 0 ? in->from : INT64_MIN,
		.n = (int64_t)(in->n + seen->n),
	    },
	    &rows, &rows_n));
	for (size_t i = 0; i < rows_n && taken < in->n; i++) {
		bool there = false;

		if (seen_has(seen, rows[i].story))
			continue;
		TRY(teaser_read(
		    ctx, st, rows[i].story, in->bodies, &all[taken], &there));
		if (!there)
			continue;
		taken++;
		seen_add(seen, rows[i].story);
	}
	*out = all;
	*out_n = taken;
	return ERR_OK;
}

/* ---- the desk's lists ---- */

static const struct list *
list_of(struct ctx *ctx, int64_t id, int64_t edition, int64_t section,
    struct str kind, struct str code, struct str title, int64_t version)
{
	struct list *l = ARENA_NEW(ctx->arena, struct list);

	*l = (struct list){ id, edition, section, kind, code, title, version };
	return l;
}

#define LIST_OF(ctx, r)                                                \
	list_of((ctx), (r)->id, (r)->edition, (r)->section, (r)->kind, \
	    (r)->code, (r)->title, (r)->version)

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
	*out = list_of(
	    ctx, row->id, in->edition, 0, in->kind, in->code, in->title, 1);
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

enum err
list_by_code(struct ctx *ctx, struct store *st, int64_t edition,
    struct str code, const struct list **out)
{
	const struct sql_list_of_edition_row *row = NULL;

	if (str_eq(code, STR("front")))
		return list_front(ctx, st, edition, out);
	TRY(sql_list_of_edition(ctx, st,
	    &(struct sql_list_of_edition){ edition, STR("named"), code },
	    &row));
	if (row == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no such list");
	*out = LIST_OF(ctx, row);
	return ERR_OK;
}

static struct str
list_tag(struct ctx *ctx, int64_t section, int64_t edition)
{
	return section != 0 ? change_tag(ctx->arena, "slist", section)
			    : change_tag(ctx->arena, "front", edition);
}

static enum err
list_changed(struct ctx *ctx, struct store *st,
    const struct sql_list_get_row *l, const char *action, int64_t story)
{
	struct str tag = list_tag(ctx, l->section, l->edition);
	int64_t changed = 0;

	TRY(sql_list_bump(
	    ctx, st, &(struct sql_list_bump){ .id = l->id }, &changed));
	TRY(change_add(
	    ctx, st, &(struct change){ .kind = "list", .tags = &tag, .n = 1 }));
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.action = action,
		.subject = change_tag(ctx->arena, "list", l->id),
		.detail = change_tag(ctx->arena, "story", story),
	    });
}

static enum err
list_row(struct ctx *ctx, struct store *st, int64_t id,
    const struct sql_list_get_row **out)
{
	TRY(sql_list_get(ctx, st, &(struct sql_list_get){ .id = id }, out));
	if (*out == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no list %" PRId64, id);
	return ERR_OK;
}

enum err
list_pin(struct ctx *ctx, struct store *st, int64_t list, int64_t position,
    int64_t story, int64_t until)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_list_get_row *l = NULL;
	const struct story *s = NULL;
	int64_t changed = 0;

	if (position < 1 || position > LIST_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "a list has positions 1 to %d, not %" PRId64, LIST_MAX,
		    position);
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(list_row(ctx, st, list, &l));
	TRY(story_by_id(ctx, st, story, &s));
	if (s == NULL || s->state != STORY_PUBLISHED)
		return FAIL(ctx, ERR_INVALID,
		    "story %" PRId64 " is not published: only published "
		    "stories can be pinned",
		    story);
	if (s->edition != l->edition)
		return FAIL(ctx, ERR_INVALID,
		    "story %" PRId64 " belongs to another edition", story);
	TRY(sql_list_unpin(ctx, st,
	    &(struct sql_list_unpin){ .list = list, .story = story },
	    &changed));
	TRY(sql_list_free_position(ctx, st,
	    &(struct sql_list_free_position){
		.list = list, .position = position },
	    &changed));
	TRY(sql_list_pin(ctx, st,
	    &(struct sql_list_pin){
		.list = list,
		.position = position,
		.story = story,
		.until = until,
	    },
	    &changed));
	TRY(list_changed(ctx, st, l, "list.pin", story));
	return store_tx_commit(ctx, &tx);
}

enum err
list_unpin(struct ctx *ctx, struct store *st, int64_t list, int64_t story)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_list_get_row *l = NULL;
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(list_row(ctx, st, list, &l));
	TRY(sql_list_unpin(ctx, st,
	    &(struct sql_list_unpin){ .list = list, .story = story },
	    &changed));
	if (changed == 0)
		return FAIL(ctx, ERR_NOTFOUND,
		    "story %" PRId64 " is not pinned in that list", story);
	TRY(list_changed(ctx, st, l, "list.unpin", story));
	return store_tx_commit(ctx, &tx);
}

/* Pinned stories by position; those not published any more are passed by. */
static enum err
read_pins(struct ctx *ctx, struct store *st, const struct list *l, size_t n,
    struct seen *seen, struct teaser *places, bool *taken)
{
	const struct sql_list_slots_row *slots = NULL;
	size_t slots_n = 0;

	TRY(sql_list_slots(ctx, st,
	    &(struct sql_list_slots){ .list = l->id, .now = ctx_now(ctx) },
	    &slots, &slots_n));
	for (size_t i = 0; i < slots_n; i++) {
		size_t at = (size_t)slots[i].position - 1;

		if (at >= n || seen_has(seen, slots[i].story))
			continue;
		TRY(teaser_read(
		    ctx, st, slots[i].story, false, &places[at], &taken[at]));
		if (taken[at])
			seen_add(seen, slots[i].story);
	}
	return ERR_OK;
}

static struct range
rest_of(const struct list *l, size_t n)
{
	return (struct range){
		.kind = l->section != 0 ? RANGE_SECTION : RANGE_EDITION,
		.ref = l->section != 0 ? l->section : l->edition,
		.n = n,
	};
}

enum err
list_fill(struct ctx *ctx, struct store *st, const struct list *l, size_t n,
    struct seen *seen, const struct teaser **out, size_t *out_n)
{
	struct teaser *places = ARENA_ARRAY(ctx->arena, n, struct teaser);
	bool *taken = ARENA_ARRAY(ctx->arena, n, bool);
	const struct teaser *rest = NULL;
	struct range range = rest_of(l, n);
	size_t rest_n = 0;
	size_t used = 0;
	size_t filled = 0;

	assert(n <= LIST_MAX);
	TRY(read_pins(ctx, st, l, n, seen, places, taken));
	for (size_t i = 0; i < n; i++)
		range.n -= taken[i];
	if (!str_eq(l->kind, STR("named")))
		TRY(range_fill(ctx, st, &range, seen, &rest, &rest_n));
	/* Pins keep their order when there are too few stories to fill. */
	for (size_t i = 0; i < n; i++) {
		if (taken[i])
			places[filled++] = places[i];
		else if (used < rest_n)
			places[filled++] = rest[used++];
	}
	*out = places;
	*out_n = filled;
	return ERR_OK;
}

enum err
list_expire(struct ctx *ctx, struct store *st, size_t *ended, int64_t *next)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_list_ended_row *rows = NULL;
	const struct sql_list_next_end_row *end = NULL;
	size_t n = 0;
	int64_t changed = 0;

	TRY(sql_list_ended(ctx, st,
	    &(struct sql_list_ended){ .now = ctx_now(ctx) }, &rows, &n));
	if (n != 0)
		TRY(store_tx_begin(ctx, st, &tx));
	for (size_t i = 0; i < n; i++) {
		struct str tag =
		    list_tag(ctx, rows[i].section, rows[i].edition);

		TRY(sql_list_unpin(ctx, st,
		    &(struct sql_list_unpin){
			.list = rows[i].list, .story = rows[i].story },
		    &changed));
		TRY(change_add(ctx, st,
		    &(struct change){ .kind = "list", .tags = &tag, .n = 1 }));
	}
	if (n != 0)
		TRY(store_tx_commit(ctx, &tx));
	TRY(sql_list_next_end(ctx, st, &end));
	*ended = n;
	*next = end->at;
	return ERR_OK;
}
