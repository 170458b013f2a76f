/* SPDX-License-Identifier: MIT */
/* Stories: saving a revision, moving among the desk's states, correcting. */

#include "newsroom/story.h"

#include <assert.h>

#include "markup/locale.h"
#include "markup/markdown.h"
#include "markup/plain.h"
#include "markup/sanitise.h"
#include "markup/slug.h"
#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "newsroom/story_row.h"

enum { SET_MAX = 100 }; /* stories of one translation set */

static const struct str state_names[] = {
	[STORY_STUB] = STR_INIT("stub"),
	[STORY_DRAFT] = STR_INIT("draft"),
	[STORY_REVIEW] = STR_INIT("review"),
	[STORY_READY] = STR_INIT("ready"),
	[STORY_SCHEDULED] = STR_INIT("scheduled"),
	[STORY_PUBLISHED] = STR_INIT("published"),
	[STORY_WITHDRAWN] = STR_INIT("withdrawn"),
	[STORY_CANCELED] = STR_INIT("canceled"),
};

struct str
story_state_name(enum story_state s)
{
	return state_names[s];
}

bool
story_state_by_name(struct str name, enum story_state *out)
{
	for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++) {
		if (str_eq(name, state_names[i])) {
			*out = (enum story_state)i;
			return true;
		}
	}
	return false;
}

/* Of a column: the schema allows no other words than ours and ''. */
enum story_state
story_state_of(struct str name)
{
	enum story_state s = STORY_STUB;

	if (name.n != 0 && !story_state_by_name(name, &s))
		assert(!"a state that the schema does not allow");
	return s;
}

enum err
story_row_moved(struct ctx *ctx, int64_t id, int64_t seen)
{
	return FAIL(ctx, ERR_CONFLICT,
	    "story %" PRId64 " is no longer at version %" PRId64
	    ": look at the newer one first",
	    id, seen);
}

enum err
story_row_for_change(struct ctx *ctx, struct store *st, int64_t id,
    int64_t seen, const struct sql_story_get_row **out)
{
	const struct sql_story_get_row *row = NULL;

	TRY(sql_story_get(ctx, st, &(struct sql_story_get){ .id = id }, &row));
	if (row == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no story %" PRId64, id);
	if (story_state_of(row->state) == STORY_STUB)
		return FAIL(ctx, ERR_NOTFOUND,
		    "story %" PRId64 " is only a stub in related lists: "
		    "import the story itself first",
		    id);
	if (story_state_of(row->state) == STORY_CANCELED)
		return FAIL(ctx, ERR_GONE,
		    "story %" PRId64 " was taken down for good", id);
	if (seen != 0 && seen != row->version)
		return story_row_moved(ctx, id, seen);
	*out = row;
	return ERR_OK;
}

/* ---- checking what was typed ---- */

static enum err
check_line(struct ctx *ctx, const char *what, struct str s, size_t max)
{
	if (!utf8_ok(s))
		return FAIL(
		    ctx, ERR_INVALID, "the %s is not valid UTF-8", what);
	if (!utf8_is_line(s))
		return FAIL(ctx, ERR_INVALID,
		    "the %s has a line break or control character in it", what);
	if (utf8_length(s) > max)
		return FAIL(ctx, ERR_LIMIT,
		    "the %s is %zu characters long, the limit is %zu", what,
		    utf8_length(s), max);
	return ERR_OK;
}

static enum err
check_text(struct ctx *ctx, const struct story_text *t)
{
	const struct {
		const char *what;
		struct str s;
		size_t max;
	} lines[] = {
		{ "headline", t->headline, HEADLINE_MAX },
		{ "kicker", t->kicker, KICKER_MAX },
		{ "standfirst", t->standfirst, STANDFIRST_MAX },
		{ "byline", t->byline, BYLINE_MAX },
		{ "dateline", t->dateline, STORY_LINE_MAX },
		{ "sign-off", t->signoff, STORY_LINE_MAX },
		{ "desk number", t->desk, STORY_LINE_MAX },
		{ "advisory's spelling", t->advisory_label, STORY_LINE_MAX },
		{ "advisory's note", t->advisory_note, STANDFIRST_MAX },
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		TRY(check_line(ctx, lines[i].what, lines[i].s, lines[i].max));
	for (size_t i = 0; i < t->sources_n; i++) {
		TRY(check_line(
		    ctx, "source", t->sources[i].name, STORY_LINE_MAX));
		TRY(check_line(ctx, "source's address", t->sources[i].url,
		    STORY_LINE_MAX));
		if (str_trim(t->sources[i].name).n == 0)
			return FAIL(ctx, ERR_INVALID, "a source has no name");
	}
	if (utf8_is_blank(t->headline))
		return FAIL(ctx, ERR_INVALID, "the story has no headline");
	if (t->authors_n > STORY_AUTHORS_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the story has %zu authors, the limit is %d", t->authors_n,
		    STORY_AUTHORS_MAX);
	if (t->tags_n > STORY_TAGS_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the story has %zu tags, the limit is %d", t->tags_n,
		    STORY_TAGS_MAX);
	if (t->sources_n > STORY_SOURCES_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the story has %zu sources, the limit is %d", t->sources_n,
		    STORY_SOURCES_MAX);
	if (t->body.n > BODY_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the text is %zu bytes long, the limit is %d", t->body.n,
		    BODY_MAX);
	return ERR_OK;
}

static enum err
clean_body(struct ctx *ctx, const struct story_text *t, struct html *out)
{
	if (t->clean != NULL) {
		*out = *t->clean;
		return ERR_OK;
	}
	switch (t->format) {
	case BODY_HTML:
		return sanitise(ctx, t->body, &sanitise_story, out, NULL);
	case BODY_MARKDOWN:
		return markdown_html(ctx, t->body, &sanitise_story, out, NULL);
	case BODY_PLAIN:
		return plain_html(ctx, t->body, PLAIN_JOIN, out);
	}
	return FAIL(ctx, ERR_INVALID, "the text has no known format");
}

static struct str
format_name(enum body_format f)
{
	return f == BODY_HTML	 ? STR("html")
	       : f == BODY_PLAIN ? STR("plain")
				 : STR("markdown");
}

enum err
byline_make(struct ctx *ctx, struct store *st, int64_t edition,
    const int64_t *authors, size_t n, struct str *out)
{
	const struct sql_edition_tongue_row *tongue = NULL;
	CLEANUP(locale_clear) struct locale *l = NULL;
	struct str *names = NULL;

	*out = STR("");
	if (n == 0)
		return ERR_OK;
	names = ARENA_ARRAY(ctx->arena, n, struct str);
	for (size_t i = 0; i < n; i++) {
		const struct sql_author_name_row *row = NULL;

		TRY(sql_author_name(ctx, st,
		    &(struct sql_author_name){ .id = authors[i] }, &row));
		if (row == NULL)
			return FAIL(ctx, ERR_INVALID,
			    "there is no author %" PRId64, authors[i]);
		names[i] = row->name;
	}
	*out = names[0];
	if (n == 1)
		return ERR_OK;
	TRY(sql_edition_tongue(
	    ctx, st, &(struct sql_edition_tongue){ .id = edition }, &tongue));
	TRY(locale_new(ctx, &(struct locale_spec){ .lang = tongue->lang }, &l));
	return locale_list(ctx, l, names, n, out);
}

/* ---- saving ---- */

static enum err
add_links(
    struct ctx *ctx, struct store *st, int64_t rev, const struct story_text *t)
{
	int64_t changed = 0;

	for (size_t i = 0; i < t->authors_n; i++)
		TRY(sql_revision_add_author(ctx, st,
		    &(struct sql_revision_add_author){
			.revision = rev,
			.position = (int64_t)i,
			.author = t->authors[i],
		    },
		    &changed));
	for (size_t i = 0; i < t->tags_n; i++)
		TRY(sql_revision_add_tag(ctx, st,
		    &(struct sql_revision_add_tag){
			.revision = rev,
			.position = (int64_t)i,
			.tag = t->tags[i],
		    },
		    &changed));
	for (size_t i = 0; i < t->sources_n; i++)
		TRY(sql_revision_add_source(ctx, st,
		    &(struct sql_revision_add_source){
			.revision = rev,
			.position = (int64_t)i,
			.name = t->sources[i].name,
			.url = t->sources[i].url,
		    },
		    &changed));
	return ERR_OK;
}

static enum err
add_revision(struct ctx *ctx, struct store *st, const struct story_save *in,
    int64_t story, int64_t edition, int64_t *rev)
{
	const struct story_text *t = &in->text;
	const struct sql_revision_add_row *row = NULL;
	struct html body = { 0 };
	struct str byline = t->byline;

	TRY(clean_body(ctx, t, &body));
	if (byline.n == 0)
		TRY(byline_make(
		    ctx, st, edition, t->authors, t->authors_n, &byline));
	TRY(sql_revision_add(ctx, st,
	    &(struct sql_revision_add){
		.story = story,
		.person = in->person,
		.at = ctx_now(ctx),
		.section = t->section,
		.advisory = t->advisory,
		.advisory_label = t->advisory_label,
		.advisory_note = t->advisory_note,
		.headline = str_trim(t->headline),
		.kicker = str_trim(t->kicker),
		.standfirst = str_trim(t->standfirst),
		.byline = byline,
		.dateline = t->dateline,
		.signoff = t->signoff,
		.desk = t->desk,
		.lead = t->lead,
		.words = (int64_t)(t->clean != NULL ? t->clean_words
						    : html_words(body)),
		.format = format_name(t->format),
		.source = t->format == BODY_HTML ? (struct str){ 0 } : t->body,
		.body = body.s,
	    },
	    &row));
	*rev = row->id;
	return add_links(ctx, st, *rev, t);
}

static enum err
free_id(struct ctx *ctx, struct store *st, int64_t *id)
{
	const struct sql_story_top_id_row *top = NULL;

	TRY(sql_story_top_id(ctx, st, &top));
	if (top->id == INT64_MAX)
		return FAIL(ctx, ERR_LIMIT, "no story id is left");
	*id = top->id + 1;
	return ERR_OK;
}

enum err
story_reserve(struct ctx *ctx, struct store *st, int64_t edition, int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;
	int64_t next = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(free_id(ctx, st, &next));
	TRY(sql_story_new(ctx, st,
	    &(struct sql_story_new){
		.id = next,
		.edition = edition,
		.at = ctx_now(ctx),
	    },
	    &changed));
	TRY(store_tx_commit(ctx, &tx));
	*id = next;
	return ERR_OK;
}

/* As it stands then in the table, where nobody has written it yet. */
static enum err
add_row(struct ctx *ctx, struct store *st, const struct story_save *in,
    int64_t id, const struct sql_story_get_row **out)
{
	struct sql_story_get_row *row =
	    ARENA_NEW(ctx->arena, struct sql_story_get_row);
	int64_t changed = 0;

	*row = (struct sql_story_get_row){
		.id = id,
		.edition = in->edition,
		.state = story_state_name(STORY_STUB),
		.pending = STR(""),
		.version = 1,
		.slug = STR(""),
		.created_at = ctx_now(ctx),
		.headline = STR(""),
	};
	*out = row;
	return sql_story_new(ctx, st,
	    &(struct sql_story_new){
		.id = row->id,
		.edition = row->edition,
		.at = row->created_at,
	    },
	    &changed);
}

/* The row to save into: an old story, a new one, or a stub that arrives. */
static enum err
place_for(struct ctx *ctx, struct store *st, const struct story_save *in,
    const struct sql_story_get_row **out, bool *stub)
{
	const struct sql_story_get_row *there = NULL;
	int64_t id = in->want_id;
	int64_t changed = 0;

	if (in->id != 0)
		return story_row_for_change(ctx, st, in->id, in->seen, out);
	if (id < 0)
		return FAIL(ctx, ERR_INVALID, "a story's id is above 0");
	if (id == 0) {
		TRY(free_id(ctx, st, &id));
		return add_row(ctx, st, in, id, out);
	}
	TRY(sql_story_get(
	    ctx, st, &(struct sql_story_get){ .id = id }, &there));
	if (there == NULL)
		return add_row(ctx, st, in, id, out);
	if (story_state_of(there->state) != STORY_STUB)
		return FAIL(ctx, ERR_CONFLICT,
		    "story %" PRId64 " is there already: choose another id",
		    id);
	*stub = true;
	TRY(sql_story_arrive(ctx, st,
	    &(struct sql_story_arrive){
		.id = id,
		.edition = in->edition,
		.at = ctx_now(ctx),
	    },
	    &changed));
	return sql_story_get(ctx, st, &(struct sql_story_get){ .id = id }, out);
}

static enum err
choose_slug(struct ctx *ctx, struct store *st, const struct story_save *in,
    const struct sql_story_get_row *row, struct str *out)
{
	const struct sql_edition_tongue_row *tongue = NULL;

	if (in->slug.n != 0) {
		if (!slug_valid(in->slug))
			return FAIL(ctx, ERR_INVALID,
			    "the slug may hold small letters a to z, digits "
			    "and single hyphens, %d at the most",
			    SLUG_MAX);
		*out = in->slug;
		return ERR_OK;
	}
	if (row->slug_fixed != 0) {
		*out = row->slug;
		return ERR_OK;
	}
	TRY(sql_edition_tongue(ctx, st,
	    &(struct sql_edition_tongue){ .id = row->edition }, &tongue));
	if (tongue == NULL)
		return FAIL(ctx, ERR_INVALID, "there is no edition %" PRId64,
		    row->edition);
	return slug_make(ctx, in->text.headline, tongue->lang, out);
}

/* Saving a draft changes nothing for readers, but a new slug does. */
static enum err
tell_slug(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, struct str slug)
{
	struct str tag = change_tag(ctx->arena, "story", row->id);

	if (story_state_of(row->state) != STORY_PUBLISHED ||
	    str_eq(row->slug, slug))
		return ERR_OK;
	return change_add(ctx, st,
	    &(struct change){
		.kind = "slug",
		.story = row->id,
		.tags = &tag,
		.n = 1,
	    });
}

static enum err
touch_set(
    struct ctx *ctx, struct store *st, int64_t set, struct str *tags, size_t *n)
{
	const struct sql_story_translations_row *rows = NULL;
	size_t rows_n = 0;

	if (set == 0)
		return ERR_OK;
	TRY(sql_story_translations(ctx, st,
	    &(struct sql_story_translations){ .translation_set = set }, &rows,
	    &rows_n));
	for (size_t i = 0; i < rows_n; i++)
		tags[(*n)++] = change_tag(ctx->arena, "story", rows[i].story);
	return ERR_OK;
}

/* Pages of both sets, the one left and the one joined, name each other. */
static enum err
tell_sets(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, int64_t set)
{
	struct str *tags = ARENA_ARRAY(ctx->arena, 2 * SET_MAX, struct str);
	size_t n = 0;

	if (story_state_of(row->state) != STORY_PUBLISHED)
		return ERR_OK;
	TRY(touch_set(ctx, st, row->translation_set, tags, &n));
	TRY(touch_set(ctx, st, set, tags, &n));
	return change_add(ctx, st,
	    &(struct change){
		.kind = "translation",
		.story = row->id,
		.tags = tags,
		.n = n,
	    });
}

/* Both stories stand in the set of the older one. */
static enum err
join_translation(struct ctx *ctx, struct store *st,
    const struct sql_story_get_row *row, int64_t other_id)
{
	const struct sql_story_get_row *other = NULL;
	int64_t changed = 0;
	int64_t set = 0;

	if (other_id == 0)
		return ERR_OK;
	TRY(sql_story_get(
	    ctx, st, &(struct sql_story_get){ .id = other_id }, &other));
	if (other == NULL || other_id == row->id ||
	    story_state_of(other->state) == STORY_STUB)
		return FAIL(ctx, ERR_INVALID,
		    "story %" PRId64 " cannot be a translation of %" PRId64,
		    row->id, other_id);
	set = other->translation_set != 0 ? other->translation_set : other_id;
	if (row->translation_set == set)
		return ERR_OK;
	if (other->translation_set == 0)
		TRY(sql_story_set_translation(ctx, st,
		    &(struct sql_story_set_translation){
			.id = other_id, .translation_set = set },
		    &changed));
	TRY(sql_story_set_translation(ctx, st,
	    &(struct sql_story_set_translation){
		.id = row->id, .translation_set = set },
	    &changed));
	return tell_sets(ctx, st, row, set);
}

static enum err
leave_translation(
    struct ctx *ctx, struct store *st, const struct sql_story_get_row *row)
{
	int64_t changed = 0;

	if (row->translation_set == 0)
		return ERR_OK;
	TRY(sql_story_set_translation(ctx, st,
	    &(struct sql_story_set_translation){ .id = row->id }, &changed));
	return tell_sets(ctx, st, row, 0);
}

/* All but the story's own row: *out is what that shall say of its text. */
static enum err
write_down(struct ctx *ctx, struct store *st, const struct story_save *in,
    struct sql_story_get_row *out, struct story_saved *saved)
{
	const struct sql_story_get_row *row = NULL;
	struct str slug = { 0 };

	TRY(check_text(ctx, &in->text));
	TRY(place_for(ctx, st, in, &row, &saved->stub_arrived));
	TRY(choose_slug(ctx, st, in, row, &slug));
	TRY(add_revision(ctx, st, in, row->id, row->edition, &saved->rev));
	if (in->translates_none)
		TRY(leave_translation(ctx, st, row));
	else
		TRY(join_translation(ctx, st, row, in->translation_of));
	TRY(tell_slug(ctx, st, row, slug));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.person = in->person,
		.action = "story.save",
		.subject = change_tag(ctx->arena, "story", row->id),
		.detail =
		    str_printf(ctx->arena, "revision %" PRId64, saved->rev),
	    }));
	/* It may stand in another set now. */
	if (in->translates_none || in->translation_of != 0)
		TRY(sql_story_get(
		    ctx, st, &(struct sql_story_get){ .id = row->id }, &row));
	saved->id = row->id;
	*out = *row;
	out->work_rev = saved->rev;
	out->slug = slug;
	out->slug_fixed = row->slug_fixed != 0 || in->slug.n != 0;
	return ERR_OK;
}

static enum err
point_at_newest(
    struct ctx *ctx, struct store *st, const struct sql_story_get_row *row)
{
	enum story_state state = story_state_of(row->state);
	struct str pending = row->pending;
	int64_t changed = 0;

	if (state == STORY_STUB)
		state = STORY_DRAFT;
	if (state == STORY_PUBLISHED && pending.n == 0)
		pending = STR("draft");
	TRY(sql_story_saved(ctx, st,
	    &(struct sql_story_saved){
		.id = row->id,
		.seen = row->version,
		.rev = row->work_rev,
		.state = story_state_name(state),
		.pending = pending,
		.slug = row->slug,
		.slug_fixed = row->slug_fixed,
	    },
	    &changed));
	return changed == 1 ? ERR_OK
			    : story_row_moved(ctx, row->id, row->version);
}

enum err
story_save(struct ctx *ctx, struct store *st, const struct story_save *in,
    struct story_saved *out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct sql_story_get_row row = { 0 };
	struct story_saved saved = { 0 };

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(write_down(ctx, st, in, &row, &saved));
	TRY(point_at_newest(ctx, st, &row));
	TRY(store_tx_commit(ctx, &tx));
	saved.version = row.version + 1;
	*out = saved;
	return ERR_OK;
}

enum err
story_save_public(struct ctx *ctx, struct store *st,
    const struct story_save *in, const struct story_publish *how,
    struct story_saved *out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct sql_story_get_row row = { 0 };
	struct story_saved saved = { 0 };
	struct story_publish publish = *how;
	int64_t now = ctx_now(ctx);

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(write_down(ctx, st, in, &row, &saved));
	/* Until its time comes it is a draft, like any other. */
	if (how->at > now) {
		TRY(point_at_newest(ctx, st, &row));
		row.version++;
	}
	publish.rev = saved.rev;
	TRY(story_row_publish(ctx, st, &row, &publish, now));
	TRY(store_tx_commit(ctx, &tx));
	saved.version = row.version + 1;
	*out = saved;
	return ERR_OK;
}

/* ---- the desk's states ---- */

enum err
story_set_state(struct ctx *ctx, struct store *st, const struct story_move *in,
    enum story_state to)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_story_get_row *row = NULL;
	bool live = false;
	int64_t changed = 0;

	if (to != STORY_DRAFT && to != STORY_REVIEW && to != STORY_READY)
		return FAIL(ctx, ERR_INVALID,
		    "a story is moved to draft, review or ready; the other "
		    "states have commands of their own");
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(story_row_for_change(ctx, st, in->id, in->seen, &row));
	live = story_state_of(row->state) == STORY_PUBLISHED;
	if (live && row->pending.n == 0)
		return FAIL(ctx, ERR_INVALID,
		    "story %" PRId64 " is published and nothing is pending",
		    in->id);
	TRY(sql_story_state(ctx, st,
	    &(struct sql_story_state){
		.id = in->id,
		.seen = row->version,
		.state = live ? row->state : story_state_name(to),
		.pending = live ? story_state_name(to) : STR(""),
	    },
	    &changed));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.person = in->person,
		.action = "story.state",
		.subject = change_tag(ctx->arena, "story", in->id),
		.detail = story_state_name(to),
	    }));
	return store_tx_commit(ctx, &tx);
}

/* ---- corrections ---- */

enum err
story_correct(struct ctx *ctx, struct store *st, const struct story_correct *in,
    int64_t *id)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_correction_add_row *added = NULL;
	const struct sql_story_get_row *row = NULL;
	struct str text = str_trim(in->text);
	struct str tags[2];
	int64_t changed = 0;

	TRY(check_line(ctx, "correction", text, STANDFIRST_MAX));
	if (text.n == 0)
		return FAIL(ctx, ERR_INVALID, "the correction says nothing");
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(story_row_for_change(ctx, st, in->id, 0, &row));
	TRY(sql_correction_add(ctx, st,
	    &(struct sql_correction_add){
		.story = in->id,
		.edition = row->edition,
		.at = in->at != 0 ? in->at : ctx_now(ctx),
		.person = in->person,
		.text = text,
	    },
	    &added));
	TRY(sql_story_bump(ctx, st,
	    &(struct sql_story_bump){
		.id = in->id,
		.at = in->at != 0 ? in->at : ctx_now(ctx),
	    },
	    &changed));
	tags[0] = change_tag(ctx->arena, "story", in->id);
	tags[1] = change_tag(ctx->arena, "corrections", row->edition);
	TRY(change_add(ctx, st,
	    &(struct change){
		.kind = "correction",
		.story = in->id,
		.tags = tags,
		.n = 2,
	    }));
	TRY(audit_add(ctx, st,
	    &(struct audit_entry){
		.person = in->person,
		.action = "story.correct",
		.subject = tags[0],
		.detail = text,
	    }));
	TRY(store_tx_commit(ctx, &tx));
	*id = added->id;
	return ERR_OK;
}
