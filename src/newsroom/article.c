/* SPDX-License-Identifier: MIT */
/* Reading stories: rows for the desk, whole articles for the page. */

#include "newsroom/asset.h"
#include "newsroom/story_row.h"

enum { STORY_LIST_MAX = 1000 };

int64_t
asset_kind_of(struct str name)
{
	return str_eq(name, STR("video"))     ? ASSET_VIDEO
	       : str_eq(name, STR("audio"))   ? ASSET_AUDIO
	       : str_eq(name, STR("picture")) ? ASSET_PICTURE
					      : ASSET_WITHHELD;
}

enum severity
severity_of(struct str name)
{
	return str_eq(name, STR("gate")) ? SEVERITY_GATE : SEVERITY_NOTE;
}

enum err
story_by_id(
    struct ctx *ctx, struct store *st, int64_t id, const struct story **out)
{
	const struct sql_story_get_row *row = NULL;
	struct story *s = NULL;

	TRY(sql_story_get(ctx, st, &(struct sql_story_get){ .id = id }, &row));
	*out = NULL;
	if (row == NULL)
		return ERR_OK;
	s = ARENA_NEW(ctx->arena, struct story);
	*s = (struct story){
		.id = row->id,
		.edition = row->edition,
		.state = story_state_of(row->state),
		.pending = story_state_of(row->pending),
		.version = row->version,
		.slug = row->slug,
		.work_rev = row->work_rev,
		.live_rev = row->live_rev,
		.live_at = row->live_at,
		.updated_at = row->updated_at,
		.due_at = row->due_at,
		.due_rev = row->due_rev,
		.created_at = row->created_at,
		.translation_set = row->translation_set,
		.slug_fixed = row->slug_fixed != 0,
		.headline = row->headline,
	};
	*out = s;
	return ERR_OK;
}

enum err
story_list(struct ctx *ctx, struct store *st, const struct story_query *in,
    const struct story **out, size_t *n)
{
	const struct sql_story_page_row *rows = NULL;
	struct story *all = NULL;

	TRY(sql_story_page(ctx, st,
	    &(struct sql_story_page){
		.before = in->before != 0 ? in->before : INT64_MAX,
		.state = in->any_state ? STR("") : story_state_name(in->state),
		.n = (int64_t)(in->n < STORY_LIST_MAX ? in->n : STORY_LIST_MAX),
	    },
	    &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct story);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct story){
			.id = rows[i].id,
			.edition = rows[i].edition,
			.state = story_state_of(rows[i].state),
			.pending = story_state_of(rows[i].pending),
			.version = rows[i].version,
			.slug = rows[i].slug,
			.work_rev = rows[i].work_rev,
			.live_rev = rows[i].live_rev,
			.live_at = rows[i].live_at,
			.updated_at = rows[i].updated_at,
			.due_at = rows[i].due_at,
			.due_rev = rows[i].due_rev,
			.created_at = rows[i].created_at,
			.translation_set = rows[i].translation_set,
			.slug_fixed = rows[i].slug_fixed != 0,
			.headline = rows[i].headline,
		};
	*out = all;
	return ERR_OK;
}

/* ---- a whole article ---- */

/* Which revision, and whether whoever asks may have it. */
static enum err
choose(struct ctx *ctx, const struct sql_story_stands_row *row, int64_t id,
    int64_t want, int64_t *rev)
{
	enum story_state state = STORY_STUB;

	if (row != NULL)
		state = story_state_of(row->state);
	if (state == STORY_STUB)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no story %" PRId64, id);
	if (want == 0 && state == STORY_CANCELED)
		return FAIL(ctx, ERR_GONE,
		    "story %" PRId64 " was taken down for good", id);
	if (want == 0 && state != STORY_PUBLISHED)
		return FAIL(ctx, ERR_NOTFOUND,
		    "story %" PRId64 " is not published", id);
	*rev = want == 0 ? row->live_rev : want < 0 ? row->work_rev : want;
	return ERR_OK;
}

/* Adds a link, unless it stands there: two tags may have become one. */
static void
link_add(struct story_link *links, size_t *n, struct story_link link)
{
	for (size_t i = 0; i < *n; i++)
		if (links[i].id == link.id)
			return;
	links[(*n)++] = link;
}

static enum err
read_links(struct ctx *ctx, struct store *st, int64_t rev, struct article *a)
{
	const struct sql_revision_authors_row *authors = NULL;
	const struct sql_revision_tags_row *tags = NULL;
	struct story_link *out = NULL;
	size_t n = 0;

	TRY(sql_revision_authors(ctx, st,
	    &(struct sql_revision_authors){ .rev = rev }, &authors, &n));
	out = ARENA_ARRAY(ctx->arena, n, struct story_link);
	for (size_t i = 0; i < n; i++)
		link_add(out, &a->authors_n,
		    (struct story_link){
			authors[i].id, authors[i].slug, authors[i].title });
	a->authors = out;
	TRY(sql_revision_tags(
	    ctx, st, &(struct sql_revision_tags){ .rev = rev }, &tags, &n));
	out = ARENA_ARRAY(ctx->arena, n, struct story_link);
	for (size_t i = 0; i < n; i++)
		link_add(out, &a->tags_n,
		    (struct story_link){
			tags[i].id, tags[i].slug, tags[i].title });
	a->tags = out;
	return ERR_OK;
}

static enum err
read_notes(struct ctx *ctx, struct store *st, int64_t rev, struct article *a)
{
	const struct sql_revision_sources_row *sources = NULL;
	const struct sql_correction_of_story_row *corrections = NULL;
	struct story_source *s = NULL;
	struct correction *c = NULL;

	TRY(sql_revision_sources(ctx, st,
	    &(struct sql_revision_sources){ .rev = rev }, &sources,
	    &a->sources_n));
	s = ARENA_ARRAY(ctx->arena, a->sources_n, struct story_source);
	for (size_t i = 0; i < a->sources_n; i++)
		s[i] = (struct story_source){ sources[i].name, sources[i].url };
	a->sources = s;
	TRY(sql_correction_of_story(ctx, st,
	    &(struct sql_correction_of_story){ .story = a->id }, &corrections,
	    &a->corrections_n));
	c = ARENA_ARRAY(ctx->arena, a->corrections_n, struct correction);
	for (size_t i = 0; i < a->corrections_n; i++)
		c[i] = (struct correction){ corrections[i].id,
			corrections[i].at, corrections[i].text };
	a->corrections = c;
	return ERR_OK;
}

static enum body_format
format_of(struct str name)
{
	return str_eq(name, STR("html"))    ? BODY_HTML
	       : str_eq(name, STR("plain")) ? BODY_PLAIN
					    : BODY_MARKDOWN;
}

static struct article *
article_of(struct ctx *ctx, const struct sql_story_stands_row *s,
    const struct sql_revision_get_row *r)
{
	struct article *a = ARENA_NEW(ctx->arena, struct article);

	*a = (struct article){
		.id = s->id,
		.edition = s->edition,
		.rev = r->id,
		.number = r->number,
		.state = story_state_of(s->state),
		.version = s->version,
		.slug = s->slug,
		.live_at = s->live_at,
		.updated_at = s->updated_at,
		.translation_set = s->translation_set,
		.section = { r->section, r->section_slug, r->section_title },
		.advisory = r->advisory,
		.advisory_code = r->advisory_code,
		.advisory_label = ADVISORY_LABEL_OF(r),
		.advisory_note = r->advisory_note,
		.advisory_spelling = r->advisory_label,
		.severity = severity_of(r->advisory_severity),
		.advisory_version = r->advisory_version,
		.headline = r->headline,
		.kicker = r->kicker,
		.standfirst = r->standfirst,
		.byline = r->byline,
		.dateline = r->dateline,
		.signoff = r->signoff,
		.desk = r->desk,
		.lead = PICTURE_OF(r),
		.words = r->words,
		.format = format_of(r->format),
		.source = r->source,
		/* Clean since it was saved: revisions never change. */
		.body = { r->body },
	};
	return a;
}

/* What others' advisories say of its lead. */
static enum err
warn(struct ctx *ctx, struct store *st, struct article *a)
{
	struct warning w = { a->advisory, a->advisory_code, a->advisory_label,
		a->advisory_note, a->severity, a->advisory_version };

	TRY(warning_of_lead(ctx, st, &a->lead, a->edition, &w));
	a->advisory = w.id;
	a->advisory_code = w.code;
	a->advisory_label = w.label;
	a->advisory_note = w.note;
	a->severity = w.severity;
	a->advisory_version = w.version;
	return ERR_OK;
}

/* The desk's has what the desk wrote; readers' what readers must know. */
static enum err
read_article(struct ctx *ctx, struct store *st, int64_t id, int64_t rev,
    bool desk, const struct article **out)
{
	const struct sql_story_stands_row *row = NULL;
	const struct sql_revision_get_row *r = NULL;
	struct article *a = NULL;
	int64_t chosen = 0;

	TRY(sql_story_stands(
	    ctx, st, &(struct sql_story_stands){ .id = id }, &row));
	TRY(choose(ctx, row, id, rev, &chosen));
	TRY(sql_revision_get(ctx, st,
	    &(struct sql_revision_get){ .rev = chosen, .typed = desk }, &r));
	if (r == NULL || r->story != id)
		return FAIL(ctx, ERR_NOTFOUND,
		    "story %" PRId64 " has no revision %" PRId64, id, chosen);
	a = article_of(ctx, row, r);
	TRY(read_links(ctx, st, chosen, a));
	TRY(read_notes(ctx, st, chosen, a));
	if (!desk)
		TRY(warn(ctx, st, a));
	*out = a;
	return ERR_OK;
}

enum err
story_article(struct ctx *ctx, struct store *st, int64_t id, int64_t rev,
    const struct article **out)
{
	return read_article(ctx, st, id, rev, true, out);
}

enum err
story_for_readers(
    struct ctx *ctx, struct store *st, int64_t id, const struct article **out)
{
	return read_article(ctx, st, id, 0, false, out);
}

/* ---- around it ---- */

enum err
story_translations(struct ctx *ctx, struct store *st, int64_t id, int64_t set,
    const struct translation **out, size_t *n)
{
	const struct sql_story_translations_row *rows = NULL;
	struct translation *all = NULL;

	*out = NULL;
	*n = 0;
	if (set == 0)
		return ERR_OK;
	TRY(sql_story_translations(ctx, st,
	    &(struct sql_story_translations){
		.translation_set = set, .id = id },
	    &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct translation);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct translation){ rows[i].story, rows[i].edition,
			rows[i].slug };
	*out = all;
	return ERR_OK;
}

/* A slash at the end is no other address. */
static struct str
redirect_path(struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

enum err
redirect_find(
    struct ctx *ctx, struct store *st, struct str path, struct redirect *out)
{
	const struct sql_redirect_find_row *row = NULL;

	TRY(sql_redirect_find(ctx, st,
	    &(struct sql_redirect_find){ .path = redirect_path(path) }, &row));
	*out = (struct redirect){ 0 };
	if (row != NULL)
		*out = (struct redirect){ row->story, row->target };
	return ERR_OK;
}

enum err
redirect_put(struct ctx *ctx, struct store *st, struct str path,
    const struct redirect *to)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	if (!str_starts(path, STR("/")) || !utf8_ok(path) ||
	    !utf8_is_line(path) || path.n > 2000)
		return FAIL(ctx, ERR_INVALID,
		    "an old address is a path that begins with /");
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_redirect_put(ctx, st,
	    &(struct sql_redirect_put){
		.path = redirect_path(path),
		.story = to->story,
		.target = to->story != 0 ? (struct str){ 0 } : to->target,
	    },
	    &changed));
	return store_tx_commit(ctx, &tx);
}

enum err
origin_find(struct ctx *ctx, struct store *st, struct str system,
    struct str name, const struct origin **out)
{
	const struct sql_origin_find_row *row = NULL;
	struct origin *o = NULL;

	TRY(sql_origin_find(ctx, st,
	    &(struct sql_origin_find){ .system = system, .name = name }, &row));
	*out = NULL;
	if (row == NULL)
		return ERR_OK;
	o = ARENA_NEW(ctx->arena, struct origin);
	*o = (struct origin){ system, name, row->digest, row->story };
	*out = o;
	return ERR_OK;
}

enum err
origin_put(struct ctx *ctx, struct store *st, const struct origin *in)
{
	int64_t changed = 0;

	return sql_origin_put(ctx, st,
	    &(struct sql_origin_put){
		.system = in->system,
		.name = in->name,
		.story = in->story,
		.digest = in->digest,
		.at = ctx_now(ctx),
	    },
	    &changed);
}

enum err
story_tag_ids(struct ctx *ctx, struct store *st, int64_t rev,
    const int64_t **out, size_t *n)
{
	const struct sql_revision_tag_ids_row *rows = NULL;
	int64_t *ids = NULL;

	TRY(sql_revision_tag_ids(
	    ctx, st, &(struct sql_revision_tag_ids){ .rev = rev }, &rows, n));
	ids = ARENA_ARRAY(ctx->arena, *n, int64_t);
	for (size_t i = 0; i < *n; i++)
		ids[i] = rows[i].id;
	*out = ids;
	return ERR_OK;
}
