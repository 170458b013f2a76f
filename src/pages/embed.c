/* SPDX-License-Identifier: MIT */
/* A player for other sites' pages. */

#include "newsroom/film.h"
#include "pages/part.h"

/* The story that it is told with, in its own edition. */
struct embedding {
	struct ctx *ctx;
	struct page_ask ask;
	const struct asset *asset;
	struct asset_gate gate;
	struct teaser t;
	struct tags tags;
	struct str title, url;
};

static enum err
no_such(struct ctx *ctx)
{
	return FAIL(ctx, ERR_NOTFOUND, "there is no such player");
}

static enum err
find(struct embedding *e, const struct page_ask *ask, int64_t ticks)
{
	struct ctx *ctx = e->ctx;
	int64_t story = 0;
	bool there = false;

	TRY(asset_by_ticks(ctx, ask->st, ticks, &e->asset));
	if (e->asset == NULL || e->asset->kind == ASSET_PICTURE)
		return no_such(ctx);
	TRY(asset_gate(ctx, ask->st, e->asset, &e->gate));
	if (!e->gate.live)
		return no_such(ctx);
	TRY(film_story(ctx, ask->st, e->asset->id, &story));
	if (story == 0)
		return no_such(ctx);
	TRY(teaser_read(ctx, ask->st, story, false, &e->t, &there));
	return there ? ERR_OK : no_such(ctx);
}

static enum err
begin(struct embedding *e, const struct page_ask *ask)
{
	const struct page_ask_init again = { ask->st, ask->press, ask->url,
		ask->standing, ask->change, ask->widths };
	const struct edition *home = ask_edition(ask, e->t.edition);
	struct arena *a = e->ctx->arena;

	e->ask = *ask;
	if (home != ask->edition)
		TRY(page_ask_init(e->ctx, &again, home->code, &e->ask));
	e->tags.arena = a;
	tag_add(&e->tags, "asset", e->asset->id);
	tag_add(&e->tags, "advisory", e->asset->advisory);
	tag_add(&e->tags, "story", e->t.id);
	tag_add(&e->tags, "advisory", e->t.advisory);
	e->title = label_headline(a, e->t.advisory_label, e->t.headline);
	e->url = whole_url(
	    a, ask, path_story(a, e->ask.edition, e->t.id, e->t.slug));
	return ERR_OK;
}

static const struct gate_view *
gate_make(const struct embedding *e)
{
	struct gate_view *v = ARENA_NEW(e->ctx->arena, struct gate_view);
	const struct words *w = e->ask.w;

	v->title = lead_word(
	    &e->t.lead, w->withheld, w->withheld_film, w->withheld_sound);
	v->note = e->t.advisory_note.n > 0 ? e->t.advisory_note
					   : e->t.lead.advisory_note;
	v->url = e->url;
	return v;
}

enum err
page_embed(struct ctx *ctx, const struct page_ask *ask, int64_t ticks,
    struct page *out)
{
	struct embedding e = { .ctx = ctx };
	struct page page = { .noindex = true, .framed = true };
	struct embed_view v = { 0 };
	struct frame_view *frame = NULL;

	TRY(find(&e, ask, ticks));
	TRY(begin(&e, ask));
	v.headline = e.title;
	v.url = e.url;
	if (e.gate.gated)
		v.gate = gate_make(&e);
	else
		TRY(film_make(ctx, &e.ask, &e.t.lead, STR(""), false, &v.film));
	page.film = v.film != NULL;
	TRY(frame_make(ctx, &e.ask,
	    &(struct frame_ask){
		.title = e.title,
		.path = path_story(ctx->arena, e.ask.edition, e.t.id, e.t.slug),
		.noindex = true,
		.film = true,
	    },
	    &e.tags, &frame));
	v.frame = frame;
	TRY(page_print(ctx, &e.ask, PRESS_EMBED, &v, &e.tags, &page));
	*out = page;
	return ERR_OK;
}
