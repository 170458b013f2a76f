/* SPDX-License-Identifier: MIT */
/* Revisions of a story, and the way back to one of them. */

#include "newsroom/history.h"

#include "newsroom/story_row.h"

enum err
story_history(struct ctx *ctx, struct store *st, int64_t id, int64_t before,
    const struct revision **out, size_t *n)
{
	const struct sql_revision_history_row *rows = NULL;
	struct revision *all = NULL;

	TRY(sql_revision_history(ctx, st,
	    &(struct sql_revision_history){
		.story = id,
		.before = before != 0 ? before : INT64_MAX,
		.n = HISTORY_MAX,
	    },
	    &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct revision);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct revision){
			.id = rows[i].id,
			.number = rows[i].number,
			.at = rows[i].at,
			.person = rows[i].person,
			.headline = rows[i].headline,
			.words = rows[i].words,
		};
	*out = all;
	return ERR_OK;
}

enum err
revision_by_number(struct ctx *ctx, struct store *st, int64_t story,
    int64_t number, int64_t *rev)
{
	const struct sql_revision_by_number_row *row = NULL;

	TRY(sql_revision_by_number(ctx, st,
	    &(struct sql_revision_by_number){
		.story = story, .number = number },
	    &row));
	if (row == NULL)
		return FAIL(ctx, ERR_NOTFOUND,
		    "story %" PRId64 " has no revision %" PRId64, story,
		    number);
	*rev = row->id;
	return ERR_OK;
}

/* ---- back ---- */

static const int64_t *
ids_of(struct ctx *ctx, const struct story_link *links, size_t n)
{
	int64_t *ids = ARENA_ARRAY(ctx->arena, n, int64_t);

	for (size_t i = 0; i < n; i++)
		ids[i] = links[i].id;
	return ids;
}

struct story_text
story_text_of(struct ctx *ctx, const struct article *a)
{
	return (struct story_text){
		.section = a->section.id,
		.advisory = a->advisory,
		.advisory_label = a->advisory_spelling,
		.advisory_note = a->advisory_note,
		.headline = a->headline,
		.kicker = a->kicker,
		.standfirst = a->standfirst,
		.byline = a->byline,
		.dateline = a->dateline,
		.signoff = a->signoff,
		.desk = a->desk,
		.lead = a->lead.asset,
		.format = a->format,
		.body = a->format == BODY_HTML ? a->body.s : a->source,
		.authors = ids_of(ctx, a->authors, a->authors_n),
		.authors_n = a->authors_n,
		.tags = ids_of(ctx, a->tags, a->tags_n),
		.tags_n = a->tags_n,
		.sources = a->sources,
		.sources_n = a->sources_n,
	};
}

enum err
story_restore(struct ctx *ctx, struct store *st, const struct story_restore *in,
    struct story_saved *out)
{
	const struct sql_story_get_row *row = NULL;
	const struct article *a = NULL;
	int64_t rev = 0;

	TRY(story_row_for_change(ctx, st, in->id, in->seen, &row));
	TRY(revision_by_number(ctx, st, in->id, in->number, &rev));
	if (rev == row->work_rev)
		return FAIL(ctx, ERR_CONFLICT,
		    "revision %" PRId64 " is the newest text of story %" PRId64
		    " already",
		    in->number, in->id);
	TRY(story_article(ctx, st, in->id, rev, &a));
	return story_save(ctx, st,
	    &(struct story_save){
		.id = in->id,
		.seen = row->version,
		.person = in->person,
		.text = story_text_of(ctx, a),
	    },
	    out);
}
