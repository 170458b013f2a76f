/* SPDX-License-Identifier: MIT */
/* What readers get of a film, and its captions. */

#include "newsroom/film.h"

#include "markup/locale.h"
#include "markup/vtt.h"
#include "newsroom/asset.h"
#include "newsroom/audit.h"
#include "newsroom/change.h"
#include "store/sql.h"
#include "store/store.h"

static enum err
read_captions(
    struct ctx *ctx, struct store *st, int64_t asset, struct film *out)
{
	const struct sql_caption_langs_row *rows = NULL;
	struct str *langs = NULL;
	size_t n = 0;

	TRY(sql_caption_langs(
	    ctx, st, &(struct sql_caption_langs){ asset }, &rows, &n));
	langs = ARENA_ARRAY(ctx->arena, n, struct str);
	for (size_t i = 0; i < n; i++)
		langs[i] = rows[i].lang;
	out->captions = langs;
	out->captions_n = n;
	return ERR_OK;
}

enum err
film_read(struct ctx *ctx, struct store *st, int64_t asset, struct film *out)
{
	const struct sql_film_get_row *row = NULL;
	struct film film = { 0 };

	TRY(sql_film_get(ctx, st, &(struct sql_film_get){ asset }, &row));
	if (row != NULL) {
		film.plays = row->shown != 0;
		film.whole = row->whole != 0;
		film.failed = !film.plays && str_eq(row->state, STR("failed"));
		film.bytes = row->bytes;
		TRY(read_captions(ctx, st, asset, &film));
	}
	*out = film;
	return ERR_OK;
}

enum err
film_stories(
    struct ctx *ctx, struct store *st, const struct film_story **out, size_t *n)
{
	const struct sql_film_list_row *rows = NULL;
	struct film_story *all = NULL;

	TRY(sql_film_list(ctx, st,
	    &(struct sql_film_list){ INT64_MAX, FILM_STORIES_MAX }, &rows, n));
	all = ARENA_ARRAY(ctx->arena, *n, struct film_story);
	for (size_t i = 0; i < *n; i++)
		all[i] = (struct film_story){ rows[i].asset, rows[i].story };
	*out = all;
	return ERR_OK;
}

enum err
film_story(struct ctx *ctx, struct store *st, int64_t asset, int64_t *story)
{
	const struct sql_film_story_row *row = NULL;

	TRY(sql_film_story(ctx, st, &(struct sql_film_story){ asset }, &row));
	*story = row != NULL ? row->story : 0;
	return ERR_OK;
}

/* ---- captions ---- */

/* Whoever shows the film has to be made anew. */
static enum err
note_change(struct ctx *ctx, struct store *st, int64_t asset, struct str lang,
    int64_t person, const char *action)
{
	struct str tag = change_tag(ctx->arena, "asset", asset);

	TRY(change_add(ctx, st,
	    &(struct change){ .kind = "asset", .tags = &tag, .n = 1 }));
	return audit_add(ctx, st,
	    &(struct audit_entry){
		.person = person,
		.action = action,
		.subject = tag,
		.detail = lang,
	    });
}

static struct str
clock_time(struct arena *a, int64_t ms)
{
	return str_printf(a,
	    "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64,
	    ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

/* Captions of another film, or of a longer cut of it, help nobody. */
static enum err
check_times(struct ctx *ctx, const struct asset *a, const struct vtt *vtt)
{
	int64_t last = vtt->cues[vtt->n - 1].from;

	if (a->duration == 0 || last < a->duration)
		return ERR_OK;
	return FAIL(ctx, ERR_INVALID,
	    "a caption begins at %.*s, but asset %" PRId64
	    " ends at %.*s: are they of another cut?",
	    STR_FMT(clock_time(ctx->arena, last)), a->id,
	    STR_FMT(clock_time(ctx->arena, a->duration)));
}

static enum err
check_film(struct ctx *ctx, struct store *st, int64_t id, struct str lang,
    const struct vtt *vtt)
{
	const struct asset *a = NULL;
	struct film film = { 0 };
	bool there = false;

	TRY(asset_by_id(ctx, st, id, &a));
	if (a == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no asset %" PRId64, id);
	if (a->kind == ASSET_PICTURE)
		return FAIL(ctx, ERR_INVALID,
		    "asset %" PRId64
		    " is a picture: captions belong to films and sound",
		    id);
	TRY(check_times(ctx, a, vtt));
	TRY(film_read(ctx, st, id, &film));
	for (size_t i = 0; i < film.captions_n; i++)
		there = there || str_eq(film.captions[i], lang);
	if (!there && film.captions_n >= CAPTIONS_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "asset %" PRId64 " has captions in %d languages already",
		    id, CAPTIONS_MAX);
	return ERR_OK;
}

enum err
caption_set(struct ctx *ctx, struct store *st, const struct caption *in,
    int64_t person, size_t *notes)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct str body = { 0 };
	struct vtt vtt = { 0 };
	int64_t changed = 0;

	if (!lang_valid(in->lang))
		return FAIL(ctx, ERR_INVALID,
		    "“%.*s” is no language: en, fa, pt-BR and the like are",
		    STR_FMT(in->lang));
	TRY(vtt_read(ctx, in->vtt, &vtt));
	TRY(vtt_write(ctx, &vtt, &body));
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(check_film(ctx, st, in->asset, in->lang, &vtt));
	TRY(sql_caption_set(ctx, st,
	    &(struct sql_caption_set){
		.asset = in->asset,
		.lang = in->lang,
		.body = body,
		.at = ctx_now(ctx),
	    },
	    &changed));
	TRY(note_change(ctx, st, in->asset, in->lang, person, "caption.set"));
	TRY(store_tx_commit(ctx, &tx));
	*notes = vtt.notes;
	return ERR_OK;
}

enum err
caption_drop(struct ctx *ctx, struct store *st, int64_t asset, struct str lang,
    int64_t person)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(sql_caption_drop(
	    ctx, st, &(struct sql_caption_drop){ asset, lang }, &changed));
	if (changed == 0)
		return FAIL(ctx, ERR_NOTFOUND,
		    "asset %" PRId64 " has no captions in “%.*s”", asset,
		    STR_FMT(lang));
	TRY(note_change(ctx, st, asset, lang, person, "caption.drop"));
	return store_tx_commit(ctx, &tx);
}

enum err
caption_get(struct ctx *ctx, struct store *st, int64_t asset, struct str lang,
    struct str *vtt)
{
	const struct sql_caption_get_row *row = NULL;

	TRY(sql_caption_get(
	    ctx, st, &(struct sql_caption_get){ asset, lang }, &row));
	*vtt = row != NULL ? row->body : STR("");
	return ERR_OK;
}
