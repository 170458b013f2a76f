/* SPDX-License-Identifier: MIT */
/* Publishing, scheduling, withdrawing: what readers see, and where. */

#include <assert.h>

#include "newsroom/archive.h"
#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/list.h"
#include "newsroom/search.h"
#include "newsroom/month.h"
#include "newsroom/story_row.h"

enum {
	/* Tags of one change: places before and after, pins, translations;
	   each of them is bounded, and all together stay below. */
	TOUCHED_MAX = 2000,
};

/* Surfaces that a change of one story touches. */
struct touched {
	struct str *tags;
	size_t n;
};

static void
touch(struct ctx *ctx, struct touched *t, const char *what, int64_t id)
{
	if (id == 0)
		return;
	assert(t->n < TOUCHED_MAX);
	t->tags[t->n++] = change_tag(ctx->arena, what, id);
}

/* ---- places ---- */

static void
touch_place(struct ctx *ctx, struct touched *t, int64_t kind, int64_t ref)
{
	touch(ctx, t, range_tag(kind), ref);
	if (kind == RANGE_EDITION)
		touch(ctx, t, "front", ref);
	if (kind == RANGE_SECTION)
		touch(ctx, t, "slist", ref);
}

/* The maps of its month, and the index of all maps. */
static void
touch_month(struct ctx *ctx, struct touched *t, int64_t edition, int64_t at)
{
	assert(t->n + 2 <= TOUCHED_MAX);
	t->tags[t->n++] = map_tag(ctx->arena, edition, month_of(at));
	t->tags[t->n++] = STR("months");
}

static enum err
leave_places(
    struct ctx *ctx, struct store *st, int64_t story, struct touched *t)
{
	const struct sql_placement_of_story_row *rows = NULL;
	size_t n = 0;
	int64_t changed = 0;

	TRY(sql_placement_of_story(ctx, st,
	    &(struct sql_placement_of_story){ .story = story }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		touch_place(ctx, t, rows[i].kind, rows[i].ref);
		if (rows[i].kind != RANGE_EDITION)
			continue;
		touch_month(ctx, t, rows[i].ref, rows[i].at);
		TRY(month_leave(ctx, st, rows[i].ref, rows[i].at));
	}
	if (n == 0)
		return ERR_OK;
	return sql_placement_clear(
	    ctx, st, &(struct sql_placement_clear){ .story = story }, &changed);
}

struct placing {
	int64_t story, at;
	struct touched *touched;
};

static enum err
enter_place(struct ctx *ctx, struct store *st, const struct placing *p,
    int64_t kind, int64_t ref)
{
	int64_t changed = 0;

	if (ref == 0)
		return ERR_OK;
	touch_place(ctx, p->touched, kind, ref);
	return sql_placement_add(ctx, st,
	    &(struct sql_placement_add){
		.kind = kind,
		.ref = ref,
		.at = p->at,
		.story = p->story,
	    },
	    &changed);
}

static enum err
enter_places(struct ctx *ctx, struct store *st, const struct placing *p,
    int64_t edition, int64_t rev, int64_t section)
{
	const struct sql_revision_tags_row *tags = NULL;
	const struct sql_revision_authors_row *authors = NULL;
	size_t tags_n = 0;
	size_t authors_n = 0;

	TRY(sql_revision_tags(ctx, st,
	    &(struct sql_revision_tags){ .rev = rev }, &tags, &tags_n));
	TRY(sql_revision_authors(ctx, st,
	    &(struct sql_revision_authors){ .rev = rev }, &authors,
	    &authors_n));
	TRY(enter_place(ctx, st, p, RANGE_EDITION, edition));
	touch_month(ctx, p->touched, edition, p->at);
	TRY(month_enter(ctx, st, edition, p->at));
	TRY(enter_place(ctx, st, p, RANGE_SECTION, section));
	for (size_t i = 0; i < tags_n; i++)
		TRY(enter_place(ctx, st, p, RANGE_TAG, tags[i].id));
	for (size_t i = 0; i < authors_n; i++)
		TRY(enter_place(ctx, st, p, RANGE_AUTHOR, authors[i].id));
	return ERR_OK;
}

/* ---- the archive, and the page of corrections ---- */

/* The story has come to stand at that moment, or stood there and is gone. */
static enum err
touch_archive(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, int64_t at, struct touched *t)
{
	const struct sql_edition_tongue_row *tongue = NULL;
	size_t n = 0;

	assert(t->n + ARCHIVE_TAGS_MAX <= TOUCHED_MAX);
	TRY(sql_edition_tongue(ctx, st,
	    &(struct sql_edition_tongue){ .id = row->edition }, &tongue));
	TRY(archive_touched(ctx, st,
	    &(struct archive_move){
		.edition = row->edition,
		.zone = tongue->zone,
		.at = at,
		.story = row->id,
	    },
	    t->tags + t->n, &n));
	t->n += n;
	return ERR_OK;
}

/* With the story its corrections come and go. */
static enum err
touch_corrections(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, struct touched *t)
{
	const struct sql_correction_has_row *has = NULL;

	TRY(sql_correction_has(
	    ctx, st, &(struct sql_correction_has){ .story = row->id }, &has));
	if (has != NULL)
		touch(ctx, t, "corrections", row->edition);
	return ERR_OK;
}

static bool
is_live(const struct sql_story_get_row *row)
{
	return story_state_of(row->state) == STORY_PUBLISHED;
}

/* ---- who else shows it ---- */

/*
 * Lists it is pinned in, and its translations.  Pages whose related list
 * holds it carry its tag already, whether it is shown there or not.
 */
static enum err
touch_holders(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, struct touched *t)
{
	const struct sql_list_pins_of_story_row *pins = NULL;
	const struct sql_story_translations_row *others = NULL;
	size_t n = 0;

	TRY(sql_list_pins_of_story(ctx, st,
	    &(struct sql_list_pins_of_story){ .story = row->id }, &pins, &n));
	for (size_t i = 0; i < n; i++)
		touch(ctx, t, pins[i].section != 0 ? "slist" : "front",
		    pins[i].section != 0 ? pins[i].section : pins[i].edition);
	if (row->translation_set == 0)
		return ERR_OK;
	TRY(sql_story_translations(ctx, st,
	    &(struct sql_story_translations){
		.translation_set = row->translation_set, .id = row->id },
	    &others, &n));
	for (size_t i = 0; i < n; i++)
		touch(ctx, t, "story", others[i].story);
	return ERR_OK;
}

/* A picture may become public, private or gated with its story. */
static enum err
touch_lead(struct ctx *ctx, struct store *st,
    const struct sql_revision_head_row *head, struct touched *t)
{
	size_t n = 0;

	if (head == NULL || head->lead == 0)
		return ERR_OK;
	touch(ctx, t, "asset", head->lead);
	if (head->advisory == 0)
		return ERR_OK;
	/* With an advisory it may open or close it for other stories, too. */
	assert(t->n + MAPS_TOUCHED_MAX <= TOUCHED_MAX);
	TRY(maps_touched(ctx, st, head->lead, t->tags + t->n, &n));
	t->n += n;
	return ERR_OK;
}

/* That of the revision which readers saw until now, if they saw one. */
static enum err
touch_old_lead(
    struct ctx *ctx, struct store *st, int64_t rev, struct touched *t)
{
	const struct sql_revision_head_row *head = NULL;

	if (rev == 0)
		return ERR_OK;
	TRY(sql_revision_head(
	    ctx, st, &(struct sql_revision_head){ .rev = rev }, &head));
	return touch_lead(ctx, st, head, t);
}

static enum err
announce(struct ctx *ctx, struct store *st, const char *kind, int64_t story,
    const struct touched *t)
{
	return change_add(ctx, st,
	    &(struct change){
		.kind = kind,
		.story = story,
		.tags = t->tags,
		.n = t->n,
	    });
}

static struct touched
touched_new(struct ctx *ctx, int64_t story)
{
	struct touched t = {
		/* Written one by one: no need to wipe 32 kB first. */
		.tags =
		    arena_bytes(ctx->arena, TOUCHED_MAX * sizeof(struct str)),
	};

	touch(ctx, &t, "story", story);
	return t;
}

static enum err
note(struct ctx *ctx, struct store *st, const char *action,
    const struct story_move *who, struct str detail)
{
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.person = who->person,
		.action = action,
		.subject = change_tag(ctx->arena, "story", who->id),
		.detail = detail,
	    });
}

/* ---- publishing ---- */

static enum err
schedule(struct ctx *ctx, struct store *st, const struct story_publish *in,
    const struct sql_story_get_row *row, int64_t rev)
{
	bool live = is_live(row);
	int64_t changed = 0;

	TRY(sql_story_schedule(ctx, st,
	    &(struct sql_story_schedule){
		.id = row->id,
		.seen = row->version,
		.rev = rev,
		.at = in->at,
		.state = live ? STR("published") : STR("scheduled"),
		.pending = live ? STR("scheduled") : STR(""),
	    },
	    &changed));
	/* No surface changes yet; the clock must learn of it. */
	TRY(change_add(
	    ctx, st, &(struct change){ .kind = "schedule", .story = row->id }));
	return note(ctx, st, "story.schedule",
	    &(struct story_move){ .id = row->id, .person = in->person },
	    str_printf(
		ctx->arena, "revision %" PRId64 " at %" PRId64, rev, in->at));
}

static enum err
go_live(struct ctx *ctx, struct store *st, const struct story_publish *in,
    const struct sql_story_get_row *row, int64_t rev,
    const struct sql_revision_head_row *head)
{
	struct touched touched = touched_new(ctx, row->id);
	bool again = row->live_at != 0;
	int64_t at = in->at != 0 ? in->at : row->live_at;
	int64_t changed = 0;

	if (at == 0)
		at = ctx_now(ctx);
	TRY(sql_story_publish(ctx, st,
	    &(struct sql_story_publish){
		.id = row->id,
		.seen = row->version,
		.rev = rev,
		.work_rev = row->work_rev,
		.slug = row->slug,
		.at = at,
		.updated_at = again && rev != row->live_rev ? ctx_now(ctx)
							    : row->updated_at,
		.section = head->section,
		.pending = rev == row->work_rev ? STR("") : STR("draft"),
	    },
	    &changed));
	if (changed != 1)
		return story_row_moved(ctx, row->id, row->version);
	TRY(leave_places(ctx, st, row->id, &touched));
	if (is_live(row) && row->live_at != at)
		TRY(touch_archive(ctx, st, row, row->live_at, &touched));
	TRY(enter_places(ctx, st,
	    &(struct placing){
		.story = row->id, .at = at, .touched = &touched },
	    row->edition, rev, head->section));
	/* A story that stays where it stood changes by its own tag. */
	if (!is_live(row) || row->live_at != at)
		TRY(touch_archive(ctx, st, row, at, &touched));
	if (!is_live(row))
		TRY(touch_corrections(ctx, st, row, &touched));
	TRY(touch_holders(ctx, st, row, &touched));
	TRY(touch_old_lead(ctx, st, row->live_rev, &touched));
	TRY(touch_lead(ctx, st, head, &touched));
	TRY(search_put(ctx, st,
	    &(struct search_put){
		.story = row->id,
		.rev = rev,
		.edition = row->edition,
		.at = at,
		.later = in->search_later,
	    }));
	touch(ctx, &touched, "search", row->edition);
	TRY(announce(ctx, st, "publish", row->id, &touched));
	return note(ctx, st, "story.publish",
	    &(struct story_move){ .id = row->id, .person = in->person },
	    str_printf(ctx->arena, "revision %" PRId64, rev));
}

/* The revision meant, if it is one of this story's. */
static enum err
choose_revision(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, int64_t want, int64_t *rev,
    const struct sql_revision_head_row **head)
{
	*rev = want != 0 ? want : row->work_rev;
	TRY(sql_revision_head(
	    ctx, st, &(struct sql_revision_head){ .rev = *rev }, head));
	if (*head == NULL || (*head)->story != row->id)
		return FAIL(ctx, ERR_NOTFOUND,
		    "story %" PRId64 " has no revision %" PRId64, row->id,
		    *rev);
	return ERR_OK;
}

enum err
story_row_publish(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, const struct story_publish *in,
    int64_t now)
{
	const struct sql_revision_head_row *head = NULL;
	int64_t rev = 0;

	TRY(choose_revision(ctx, st, row, in->rev, &rev, &head));
	return in->at > now ? schedule(ctx, st, in, row, rev)
			    : go_live(ctx, st, in, row, rev, head);
}

enum err
story_publish(struct ctx *ctx, struct store *st, const struct story_publish *in)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_story_get_row *row = NULL;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(story_row_for_change(ctx, st, in->id, in->seen, &row));
	TRY(story_row_publish(ctx, st, row, in, ctx_now(ctx)));
	return store_tx_commit(ctx, &tx);
}

enum err
story_unschedule(struct ctx *ctx, struct store *st, const struct story_move *in)
{
	const struct sql_story_get_row *row = NULL;

	TRY(story_row_for_change(ctx, st, in->id, in->seen, &row));
	if (row->due_at == 0)
		return FAIL(ctx, ERR_CONFLICT,
		    "story %" PRId64 " is not scheduled (it is %.*s)", in->id,
		    STR_FMT(row->state));
	return story_set_state(ctx, st, in, STORY_READY);
}

enum err
story_publish_due(struct ctx *ctx, struct store *st, struct story_due *out)
{
	const struct sql_story_due_row *due = NULL;
	const struct sql_story_next_due_row *row = NULL;
	struct story_went *went = NULL;
	enum err first = ERR_OK;
	size_t due_n = 0;
	size_t n = 0;

	TRY(sql_story_due(ctx, st,
	    &(struct sql_story_due){ .now = ctx_now(ctx) }, &due, &due_n));
	went = ARENA_ARRAY(ctx->arena, due_n, struct story_went);
	for (size_t i = 0; i < due_n; i++) {
		enum err err = story_publish(ctx, st,
		    &(struct story_publish){
			.id = due[i].id,
			.rev = due[i].due_rev,
			.seen = due[i].version,
			.at = due[i].due_at,
		    });

		if (err == ERR_OK)
			went[n++] = (struct story_went){ due[i].id,
				due[i].due_at, ctx_now(ctx) - due[i].due_at };
		else if (first == ERR_OK)
			first = err;
	}
	out->went = went;
	out->n = n;
	TRY(sql_story_next_due(ctx, st, &row));
	out->next = row->at;
	return first;
}

/* ---- leaving ---- */

static enum err
leave(struct ctx *ctx, struct store *st, const struct story_move *in,
    enum story_state to, const char *action)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_story_get_row *row = NULL;
	struct touched touched = touched_new(ctx, in->id);
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(story_row_for_change(ctx, st, in->id, in->seen, &row));
	if (to == STORY_WITHDRAWN && !is_live(row))
		return FAIL(ctx, ERR_CONFLICT,
		    "story %" PRId64 " is not published (it is %.*s)", in->id,
		    STR_FMT(row->state));
	TRY(sql_story_leave(ctx, st,
	    &(struct sql_story_leave){
		.id = in->id,
		.seen = row->version,
		.state = story_state_name(to),
	    },
	    &changed));
	if (changed != 1)
		return story_row_moved(ctx, in->id, row->version);
	TRY(leave_places(ctx, st, in->id, &touched));
	if (is_live(row)) {
		TRY(touch_archive(ctx, st, row, row->live_at, &touched));
		TRY(touch_corrections(ctx, st, row, &touched));
	}
	TRY(touch_holders(ctx, st, row, &touched));
	/* What is withdrawn may return to its place; this will not. */
	if (to == STORY_CANCELED)
		TRY(sql_list_unpin_story(ctx, st,
		    &(struct sql_list_unpin_story){ .story = in->id },
		    &changed));
	TRY(touch_old_lead(ctx, st, row->live_rev, &touched));
	TRY(search_drop(ctx, st, in->id));
	touch(ctx, &touched, "search", row->edition);
	TRY(announce(ctx, st, to == STORY_WITHDRAWN ? "withdraw" : "takedown",
	    in->id, &touched));
	TRY(note(ctx, st, action, in, STR("")));
	return store_tx_commit(ctx, &tx);
}

enum err
story_withdraw(struct ctx *ctx, struct store *st, const struct story_move *in)
{
	return leave(ctx, st, in, STORY_WITHDRAWN, "story.withdraw");
}

enum err
story_takedown(struct ctx *ctx, struct store *st, const struct story_move *in)
{
	return leave(ctx, st, in, STORY_CANCELED, "story.takedown");
}
