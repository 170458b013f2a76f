/* SPDX-License-Identifier: MIT */
/* Ranges of stories that readers page through, newest first. */

#include <assert.h>

#include "newsroom/list.h"
#include "newsroom/story_row.h"

/* ---- teasers ---- */

bool
teaser_is_gated(const struct teaser *t)
{
	return t->lead.gated ||
	       (t->advisory != 0 && t->severity == SEVERITY_GATE);
}

/* From the columns that teaser_get and range_teasers share. */
#define TEASER_OF(r)                                         \
	((struct teaser){                                    \
	    .id = (r)->id,                                   \
	    .edition = (r)->edition,                         \
	    .rev = (r)->rev,                                 \
	    .slug = (r)->slug,                               \
	    .at = (r)->at,                                   \
	    .updated_at = (r)->updated_at,                   \
	    .section = { (r)->section, (r)->section_slug,    \
		(r)->section_title },                        \
	    .headline = (r)->headline,                       \
	    .kicker = (r)->kicker,                           \
	    .standfirst = (r)->standfirst,                   \
	    .byline = (r)->byline,                           \
	    .advisory = (r)->advisory,                       \
	    .advisory_code = (r)->advisory_code,             \
	    .advisory_label = ADVISORY_LABEL_OF(r),          \
	    .advisory_note = (r)->advisory_note,             \
	    .severity = severity_of((r)->advisory_severity), \
	    .advisory_version = (r)->advisory_version,       \
	    .lead = PICTURE_OF(r),                           \
	    .body = (r)->body,                               \
	})

/* What others' advisories say of its lead. */
static enum err
warn(struct ctx *ctx, struct store *st, struct teaser *t)
{
	struct warning w = { t->advisory, t->advisory_code, t->advisory_label,
		t->advisory_note, t->severity, t->advisory_version };

	if (!t->lead.gated)
		return ERR_OK;
	TRY(warning_of_lead(ctx, st, &t->lead, t->edition, &w));
	t->advisory = w.id;
	t->advisory_code = w.code;
	t->advisory_label = w.label;
	t->advisory_note = w.note;
	t->severity = w.severity;
	t->advisory_version = w.version;
	return ERR_OK;
}

enum err
teaser_read(struct ctx *ctx, struct store *st, int64_t id, bool bodies,
    struct teaser *out, bool *there)
{
	const struct sql_teaser_get_row *row = NULL;

	TRY(sql_teaser_get(ctx, st,
	    &(struct sql_teaser_get){ .id = id, .bodies = bodies }, &row));
	*there = row != NULL;
	if (row == NULL)
		return ERR_OK;
	*out = TEASER_OF(row);
	return warn(ctx, st, out);
}

/* ---- ranges ---- */

const char *
range_tag(int64_t kind)
{
	switch (kind) {
	case RANGE_EDITION:
		return "list:e";
	case RANGE_SECTION:
		return "list:s";
	case RANGE_TAG:
		return "list:t";
	default:
		return "list:a";
	}
}

bool
seen_has(const struct seen *s, int64_t id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->ids[i] == id)
			return true;
	return false;
}

void
seen_add(struct seen *s, int64_t id)
{
	assert(s->n < sizeof s->ids / sizeof *s->ids);
	s->ids[s->n++] = id;
}

static size_t
without_n(const struct range *in)
{
	return in->without != NULL ? in->without->n : 0;
}

static bool
is_without(const struct range *in, int64_t id)
{
	return in->without != NULL && seen_has(in->without, id);
}

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
		.n = (int64_t)(in->n + without_n(in)),
	    },
	    &rows, &rows_n));
	all = ARENA_ARRAY(ctx->arena, in->n, struct teaser);
	/* They come nearest first; readers want the newest first. */
	for (size_t i = 0; i < rows_n && taken < in->n; i++) {
		bool there = false;

		if (is_without(in, rows[i].story))
			continue;
		TRY(teaser_read(ctx, st, rows[i].story, in->bodies,
		    &all[in->n - 1 - taken], &there));
		taken += there;
	}
	*out = all + (in->n - taken);
	*n = taken;
	return ERR_OK;
}

/* Where none is left out: all of them in one statement. */
static enum err
read_whole(struct ctx *ctx, struct store *st, const struct range *in,
    struct seen *seen, const struct teaser **out, size_t *n)
{
	const struct sql_range_teasers_row *rows = NULL;
	struct teaser *all = NULL;
	bool top = in->at == 0 && in->story == 0;

	TRY(sql_range_teasers(ctx, st,
	    &(struct sql_range_teasers){
		.kind = in->kind,
		.ref = in->ref,
		.at = top ? INT64_MAX : in->at,
		.story = in->story,
		.since = in->from != 0 ? in->from : INT64_MIN,
		.bodies = in->bodies,
		.n = (int64_t)in->n,
	    },
	    &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct teaser);
	for (size_t i = 0; i < *n; i++) {
		all[i] = TEASER_OF(&rows[i]);
		TRY(warn(ctx, st, &all[i]));
		seen_add(seen, rows[i].id);
	}
	*out = all;
	return ERR_OK;
}

enum err
range_fill(struct ctx *ctx, struct store *st, const struct range *in,
    struct seen *seen, const struct teaser **out, size_t *out_n)
{
	const struct sql_range_older_row *rows = NULL;
	struct teaser *all = NULL;
	bool top = in->at == 0 && in->story == 0;
	size_t rows_n = 0;
	size_t taken = 0;

	assert(in->n <= LIST_MAX);
	if (seen->n + without_n(in) == 0)
		return read_whole(ctx, st, in, seen, out, out_n);
	all = ARENA_ARRAY(ctx->arena, in->n, struct teaser);
	/* As many more as could be left out because they were seen. */
	TRY(sql_range_older(ctx, st,
	    &(struct sql_range_older){
		.kind = in->kind,
		.ref = in->ref,
		.at = top ? INT64_MAX : in->at,
		.story = in->story,
		.since = in->from != 0 ? in->from : INT64_MIN,
		.n = (int64_t)(in->n + seen->n + without_n(in)),
	    },
	    &rows, &rows_n));
	for (size_t i = 0; i < rows_n && taken < in->n; i++) {
		bool there = false;

		if (seen_has(seen, rows[i].story) ||
		    is_without(in, rows[i].story))
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
