/* SPDX-License-Identifier: MIT */
/* A story as lists show it. */

#include "pages/part.h"

enum { EXCERPT = 300 }; /* bytes */

struct str
label_headline(struct arena *a, struct str label, struct str headline)
{
	if (label.n == 0)
		return headline;
	return str_printf(a, "%.*s: %.*s", STR_FMT(label), STR_FMT(headline));
}

static void
tag_teaser(struct tags *tags, const struct teaser *t)
{
	tag_add(tags, "story", t->id);
	tag_add(tags, "advisory", t->advisory);
	tag_add(tags, "asset", t->lead.asset);
}

static const struct withheld_view *
withheld(struct arena *a, const struct page_ask *ask, const struct teaser *t)
{
	struct withheld_view *v = ARENA_NEW(a, struct withheld_view);
	const struct words *w = ask->w;
	struct str choose = lead_word(&t->lead, w->withheld_choose,
	    w->withheld_choose_film, w->withheld_choose_sound);
	struct str note =
	    t->advisory_note.n > 0 ? t->advisory_note : t->lead.advisory_note;

	v->ratio = lead_is_seen(&t->lead) ? STR("r32") : STR("");
	v->title = lead_word(
	    &t->lead, w->withheld, w->withheld_film, w->withheld_sound);
	v->note = note.n == 0 ? choose : STR_CAT(a, note, STR(" "), choose);
	return v;
}

/* Sound has no still that could say so. */
static enum err
teaser_sound(struct ctx *ctx, const struct page_ask *ask,
    const struct picture *p, struct str *out)
{
	struct str length = { 0 };

	if (p->kind != ASSET_AUDIO || !lead_plays(p))
		return ERR_OK;
	TRY(film_length(ctx, ask, p->duration, &length));
	*out = length.n == 0
		   ? ask->w->sound
		   : STR_CAT(ctx->arena, ask->w->sound, ask->w->comma, length);
	return ERR_OK;
}

/* A film's still says that there is more to it, and how long it lasts. */
static enum err
teaser_image(struct ctx *ctx, const struct page_ask *ask,
    const struct picture *p, const struct image_view **out)
{
	const struct image_view *still = NULL;
	struct image_view *v = NULL;

	*out = image_make(ctx->arena, ask, p, STR(""));
	if (p->kind != ASSET_VIDEO)
		return ERR_OK;
	still = image_shaped(ctx->arena, ask, p, STR(""), STILL_PICTURE);
	if (still == NULL)
		return ERR_OK;
	v = ARENA_NEW(ctx->arena, struct image_view);
	*v = *still;
	v->kind = ask->w->video;
	*out = v;
	return film_length(ctx, ask, p->duration, &v->length);
}

enum err
teaser_make(struct ctx *ctx, const struct page_ask *ask, const struct teaser *t,
    struct tags *tags, struct teaser_view *out)
{
	const struct edition *e = ask_edition(ask, t->edition);

	*out = (struct teaser_view){
		.url = path_story(
		    ctx->arena, e != NULL ? e : ask->edition, t->id, t->slug),
		.headline = t->headline,
		.label = t->advisory_label,
		.kicker =
		    t->advisory_label.n > 0 ? t->advisory_label : t->kicker,
		.deck = t->standfirst,
		.byline = t->byline,
	};
	TRY(time_short(ctx, ask, t->at, &out->time));
	TRY(time_iso(ctx, ask, t->at, &out->iso));
	tag_teaser(tags, t);
	if (!teaser_is_gated(t)) {
		TRY(teaser_image(ctx, ask, &t->lead, &out->image));
		TRY(teaser_sound(ctx, ask, &t->lead, &out->heard));
	} else if (lead_plays(&t->lead) || lead_is_seen(&t->lead))
		out->withheld = withheld(ctx->arena, ask, t);
	return ERR_OK;
}

enum err
teasers_make(struct ctx *ctx, const struct page_ask *ask,
    const struct teaser *t, size_t n, struct tags *tags,
    struct teaser_view **out)
{
	struct teaser_view *v = ARENA_ARRAY(ctx->arena, n, struct teaser_view);

	for (size_t i = 0; i < n; i++)
		TRY(teaser_make(ctx, ask, &t[i], tags, &v[i]));
	*out = v;
	return ERR_OK;
}

enum err
teaser_excerpt(struct ctx *ctx, const struct page_ask *ask,
    const struct teaser *t, struct teaser_view *v)
{
	const struct article *article = NULL;

	if (v->deck.n > 0)
		return ERR_OK;
	TRY(story_for_readers(ctx, ask->st, t->id, &article));
	v->deck = body_words(ctx->arena, article->body, EXCERPT);
	return ERR_OK;
}
