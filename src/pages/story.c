/* SPDX-License-Identifier: MIT */
/* A story's page, and the page behind its Show button. */

#include "pages/part.h"

enum { DESCRIPTION = 200, RELATED_TEASERS = 12, SHARE_WIDTH = 1280 };

/* What both pages need to know. */
struct telling {
	struct ctx *ctx;
	const struct page_ask *ask;
	const struct article *a;
	struct tags tags;
	bool gated;	  /* its picture is withheld */
	int64_t version;  /* of the advisories that do so */
	struct str title; /* with the advisory before it */
	struct str path;
	struct str *elsewhere; /* its translations, by edition */
};

static enum err
read_gate(struct telling *t)
{
	const struct asset *asset = NULL;
	struct asset_gate gate = { 0 };

	/* Also of what is withheld: its rights may be prolonged. */
	tag_add(&t->tags, "asset", t->a->lead.asset);
	if (!lead_plays(&t->a->lead) && !lead_is_seen(&t->a->lead))
		return ERR_OK;
	TRY(asset_by_id(t->ctx, t->ask->st, t->a->lead.asset, &asset));
	if (asset == NULL)
		return ERR_OK;
	TRY(asset_gate(t->ctx, t->ask->st, asset, &gate));
	t->gated = gate.gated;
	t->version = gate.version;
	tag_add(&t->tags, "advisory", asset->advisory);
	return ERR_OK;
}

/* ERR_NOTFOUND and ERR_GONE pass; *moved: where it stands now, or empty. */
static enum err
begin(struct telling *t, struct ctx *ctx, const struct page_ask *ask,
    int64_t id, struct str slug, struct str *moved)
{
	const struct edition *home = NULL;

	*t = (struct telling){ .ctx = ctx, .ask = ask };
	t->tags.arena = ctx->arena;
	TRY(story_for_readers(ctx, ask->st, id, &t->a));
	tag_add(&t->tags, "story", id);
	tag_add(&t->tags, "advisory", t->a->advisory);
	home = ask_edition(ask, t->a->edition);
	t->path = path_story(
	    ctx->arena, home != NULL ? home : ask->edition, id, t->a->slug);
	*moved = STR("");
	if (t->a->edition != ask->edition->id || !str_eq(slug, t->a->slug)) {
		*moved = t->path;
		return ERR_OK;
	}
	t->title =
	    label_headline(ctx->arena, t->a->advisory_label, t->a->headline);
	return read_gate(t);
}

static struct str
withheld_note(const struct telling *t)
{
	return t->a->advisory_note.n > 0 ? t->a->advisory_note
					 : t->a->lead.advisory_note;
}

static const struct advisory_view *
advisory_make(const struct telling *t, struct str sentence)
{
	struct advisory_view *v = NULL;
	struct str label = t->a->advisory_label;
	struct str note = withheld_note(t);

	if (label.n == 0 && !t->gated)
		return NULL;
	v = ARENA_NEW(t->ctx->arena, struct advisory_view);
	if (label.n == 0)
		label = t->ask->w->advisory;
	v->title = label_headline(t->ctx->arena, label, note);
	if (note.n == 0)
		v->title = label;
	v->sentence = sentence;
	return v;
}

/* ---- the parts of the page ---- */

static struct str
between(const struct words *w, size_t i, size_t n)
{
	return i == 0 ? STR("") : i + 1 == n ? w->and : w->comma;
}

static const struct link_view *
links_make(
    struct telling *t, const struct story_link *in, size_t n, const char *what)
{
	struct link_view *v = ARENA_ARRAY(t->ctx->arena, n, struct link_view);

	for (size_t i = 0; i < n; i++) {
		v[i].before = between(t->ask->w, i, n);
		v[i].title = in[i].title;
		v[i].url =
		    path_list(t->ctx->arena, t->ask->edition, what, in[i].slug);
		tag_add(&t->tags, what, in[i].id);
	}
	return v;
}

/* A byline that only names the authors is said with their links. */
static enum err
by_make(struct telling *t, struct story_view *v)
{
	const struct article *a = t->a;
	struct str *names =
	    ARENA_ARRAY(t->ctx->arena, a->authors_n, struct str);
	bool names_all = a->authors_n > 0;

	for (size_t i = 0; i < a->authors_n; i++) {
		names[i] = a->authors[i].title;
		if (a->byline.n > 0 &&
		    str_find(a->byline, names[i], 0) == SIZE_MAX)
			names_all = false;
	}
	if (names_all) {
		v->authors = links_make(t, a->authors, a->authors_n, "author");
		v->authors_n = a->authors_n;
	} else
		v->byline = a->byline;
	v->has_by = v->authors_n > 0 || v->byline.n > 0;
	return ERR_OK;
}

/* Where that day stands in the archive; iso: "2016-11-18T…", local. */
static struct str
day_path(const struct telling *t, struct str iso)
{
	struct arena *a = t->ctx->arena;

	return STR_CAT(a, path_prefix(a, t->ask->edition), STR("/archive/"),
	    str_sub(iso, 0, 4), STR("/"), str_sub(iso, 5, 2), STR("/"),
	    str_sub(iso, 8, 2));
}

static enum err
times_make(struct telling *t, struct story_view *v)
{
	const struct article *a = t->a;

	TRY(time_full(t->ctx, t->ask, a->live_at, &v->published));
	TRY(time_iso(t->ctx, t->ask, a->live_at, &v->published_iso));
	v->day = day_path(t, v->published_iso);
	if (a->updated_at == 0 || a->updated_at == a->live_at)
		return ERR_OK;
	TRY(time_full(t->ctx, t->ask, a->updated_at, &v->updated));
	return time_iso(t->ctx, t->ask, a->updated_at, &v->updated_iso);
}

static enum err
corrections_make(struct telling *t, struct story_view *v)
{
	const struct article *a = t->a;
	struct correction_view *c = ARENA_ARRAY(
	    t->ctx->arena, a->corrections_n, struct correction_view);

	for (size_t i = 0; i < a->corrections_n; i++) {
		c[i].text = a->corrections[i].text;
		TRY(time_full(
		    t->ctx, t->ask, a->corrections[i].at, &c[i].time));
		TRY(time_iso(t->ctx, t->ask, a->corrections[i].at, &c[i].iso));
	}
	v->corrections = c;
	v->corrections_n = a->corrections_n;
	v->has_corrections = a->corrections_n > 0;
	v->corrections_head = a->corrections_n > 1 ? t->ask->w->corrections
						   : t->ask->w->correction;
	return ERR_OK;
}

static void
sources_make(struct telling *t, struct story_view *v)
{
	const struct article *a = t->a;
	struct source_name_view *s =
	    ARENA_ARRAY(t->ctx->arena, a->sources_n, struct source_name_view);

	for (size_t i = 0; i < a->sources_n; i++) {
		s[i].before = i == 0 ? STR("") : STR("; ");
		s[i].name = a->sources[i].name;
		s[i].url = a->sources[i].url;
	}
	v->sources = s;
	v->sources_n = a->sources_n;
	v->has_sources = a->sources_n > 0;
}

/* Its name in itself; of another edition in our own language its title. */
static enum err
tongue(const struct telling *t, const struct edition *e, struct str *out)
{
	if (str_eq(e->lang, t->ask->edition->lang)) {
		*out = e->title;
		return ERR_OK;
	}
	return lang_name(t->ctx, e->lang, out);
}

/* paths: where each edition has it, in their order. */
static enum err
translation_add(struct telling *t, const struct translation *in,
    struct str *paths, struct story_view *v, struct link_view *links)
{
	const struct edition *e = ask_edition(t->ask, in->edition);
	struct link_view *l = &links[v->translations_n];
	struct str *path = NULL;

	if (e == NULL || e == t->ask->edition)
		return ERR_OK;
	path = &paths[e - t->ask->editions];
	tag_add(&t->tags, "story", in->story);
	if (path->n > 0) /* one of each edition is enough */
		return ERR_OK;
	*path = path_story(t->ctx->arena, e, in->story, in->slug);
	*l = (struct link_view){
		.before = v->translations_n == 0 ? STR("") : t->ask->w->comma,
		.url = *path,
		.lang = e->lang,
		.dir = e->rtl ? STR("rtl") : STR("ltr"),
	};
	v->translations_n++;
	return tongue(t, e, &l->title);
}

static enum err
translations_make(struct telling *t, struct story_view *v)
{
	const struct translation *list = NULL;
	struct link_view *links = NULL;
	size_t n = 0;

	t->elsewhere =
	    ARENA_ARRAY(t->ctx->arena, t->ask->editions_n, struct str);
	if (t->a->translation_set == 0)
		return ERR_OK;
	TRY(story_translations(
	    t->ctx, t->ask->st, t->a->id, t->a->translation_set, &list, &n));
	links = ARENA_ARRAY(t->ctx->arena, n, struct link_view);
	for (size_t i = 0; i < n; i++)
		TRY(translation_add(t, &list[i], t->elsewhere, v, links));
	v->translations = links;
	v->has_translations = v->translations_n > 0;
	return ERR_OK;
}

static enum err
related_make(struct telling *t, struct story_view *v)
{
	const struct related *r = NULL;
	struct teaser_view *teasers = NULL;
	struct str *stubs = NULL;
	size_t n = 0;

	TRY(related_tags(t->ctx, t->ask->st, t->a->id, &t->tags));
	TRY(related_read(t->ctx, t->ask->st, t->a->id, &r, &n));
	teasers = ARENA_ARRAY(t->ctx->arena, n, struct teaser_view);
	stubs = ARENA_ARRAY(t->ctx->arena, n, struct str);
	for (size_t i = 0; i < n; i++) {
		if (r[i].stub)
			stubs[v->stubs_n++] = r[i].title;
		else if (v->related_n < RELATED_TEASERS)
			TRY(teaser_make(t->ctx, t->ask, &r[i].teaser, &t->tags,
			    &teasers[v->related_n++]));
	}
	for (size_t i = 0; i < v->related_n; i++)
		teasers[i].deck = STR("");
	v->related = teasers;
	v->stubs = stubs;
	v->has_linked = v->related_n > 0;
	v->has_stubs = v->stubs_n > 0;
	v->has_related = v->has_linked || v->has_stubs;
	return ERR_OK;
}

/* ---- the head ---- */

static struct str
description(const struct telling *t)
{
	struct str words = t->a->standfirst;

	if (words.n == 0)
		words = body_words(t->ctx->arena, t->a->body, DESCRIPTION);
	return label_headline(t->ctx->arena, t->a->advisory_label, words);
}

/* A clear picture is for those only who have chosen to see it. */
static struct str
share_image(const struct telling *t)
{
	const struct picture *p = &t->a->lead;

	if (!lead_is_seen(p) || t->gated)
		return STR("");
	return str_printf(t->ctx->arena, "%.*s%.*s?w=%d", STR_FMT(t->ask->url),
	    STR_FMT(still_path(t->ctx->arena, p, "16x9")), SHARE_WIDTH);
}

static enum err
story_frame(
    struct telling *t, const struct story_view *v, struct frame_view **out)
{
	struct frame_ask in = {
		.title = t->title,
		.description = description(t),
		.path = t->path,
		.section = t->a->section.id,
		.article = true,
		.image = share_image(t),
		.elsewhere = t->elsewhere,
		.equal = true,
		.film = v->film != NULL,
	};

	TRY(frame_make(t->ctx, t->ask, &in, &t->tags, out));
	return json_ld(t->ctx, t->ask,
	    &(struct json_ld){
		.article = t->a,
		.title = t->title,
		.url = whole_url(t->ctx->arena, t->ask, t->path),
		.description = in.description,
		.image = in.image,
		.gated = t->gated,
		.film = v->film,
		.published_iso = v->published_iso,
		.updated_iso =
		    v->updated.n > 0 ? v->updated_iso : v->published_iso,
	    },
	    &(*out)->data);
}

static struct str
signoff(const struct telling *t)
{
	const struct article *a = t->a;

	return str_trim(STR_CAT(t->ctx->arena, a->signoff, STR(" "), a->desk));
}

static const struct gate_view *
gate_make(const struct telling *t)
{
	struct gate_view *gate = ARENA_NEW(t->ctx->arena, struct gate_view);
	const struct words *w = t->ask->w;
	const struct picture *p = &t->a->lead;

	gate->title =
	    lead_word(p, w->withheld, w->withheld_film, w->withheld_sound);
	gate->show = lead_word(p, w->show, w->show_film, w->show_sound);
	gate->note = withheld_note(t);
	gate->url = str_printf(t->ctx->arena, "%.*s/shown", STR_FMT(t->path));
	return gate;
}

/* A picture or a film; or what stands before it. */
static enum err
lead_make(struct telling *t, struct story_view *v)
{
	const struct words *w = t->ask->w;
	const struct picture *p = &t->a->lead;

	v->advisory = advisory_make(
	    t, t->gated ? lead_word(p, w->gate_closed, w->gate_closed_film,
			      w->gate_closed_sound)
			: STR(""));
	if (t->gated) {
		v->gate = gate_make(t);
		return ERR_OK;
	}
	v->image = image_make(t->ctx->arena, t->ask, p, STR(""));
	return film_make(t->ctx, t->ask, p, STR(""), true, &v->film);
}

static struct str
kicker(const struct article *a)
{
	return a->advisory_label.n > 0 ? a->advisory_label : a->kicker;
}

enum err
page_story(struct ctx *ctx, const struct page_ask *ask, int64_t id,
    struct str slug, struct page *out)
{
	struct telling t;
	struct story_view v = { 0 };
	struct frame_view *frame = NULL;
	struct page page = { 0 };

	TRY(begin(&t, ctx, ask, id, slug, &page.redirect));
	if (page.redirect.n > 0) {
		tags_give(&t.tags, &page);
		*out = page;
		return ERR_OK;
	}
	v.kicker = kicker(t.a);
	v.headline = t.a->headline;
	v.deck = t.a->standfirst;
	v.dateline = t.a->dateline;
	v.signoff = signoff(&t);
	v.body = ask->form == PRESS_LITE
		     ? body_lite(ctx->arena, t.a->body)
		     : body_tables(ctx->arena, t.a->body, t.a->headline);
	TRY(lead_make(&t, &v));
	TRY(by_make(&t, &v));
	TRY(times_make(&t, &v));
	TRY(corrections_make(&t, &v));
	sources_make(&t, &v);
	v.tags = links_make(&t, t.a->tags, t.a->tags_n, "tag");
	v.tags_n = t.a->tags_n;
	v.has_tags = v.tags_n > 0;
	TRY(related_make(&t, &v));
	TRY(translations_make(&t, &v));
	TRY(story_frame(&t, &v, &frame));
	v.frame = frame;
	page.film = v.film != NULL && ask->form == PRESS_FULL;
	TRY(page_print(ctx, ask, PRESS_STORY, &v, &t.tags, &page));
	*out = page;
	return ERR_OK;
}

enum err
page_shown(struct ctx *ctx, const struct page_ask *ask, int64_t id,
    struct str slug, struct page *out)
{
	struct telling t;
	struct shown_view v = { 0 };
	struct frame_view *frame = NULL;
	struct page page = { .noindex = true };
	struct str prefix = { 0 };

	TRY(begin(&t, ctx, ask, id, slug, &page.redirect));
	if (page.redirect.n > 0 || !t.gated) {
		/* Nothing to choose here (any more): the story shows it. */
		page.redirect = str_printf(ctx->arena, "%.*s%s",
		    STR_FMT(t.path), page.redirect.n > 0 ? "/shown" : "");
		tags_give(&t.tags, &page);
		*out = page;
		return ERR_OK;
	}
	prefix = str_printf(ctx->arena, "/shown/%.*s",
	    STR_FMT(
		shown_key(ctx->arena, ask->house, t.a->lead.asset, t.version)));
	v.kicker = kicker(t.a);
	v.headline = t.a->headline;
	v.deck = t.a->standfirst;
	v.url = t.path;
	v.advisory = advisory_make(
	    &t, lead_word(&t.a->lead, ask->w->shown_open,
		    ask->w->shown_open_film, ask->w->shown_open_sound));
	v.image = image_make(ctx->arena, ask, &t.a->lead, prefix);
	TRY(film_make(ctx, ask, &t.a->lead, prefix, true, &v.film));
	page.film = v.film != NULL;
	TRY(frame_make(ctx, ask,
	    &(struct frame_ask){
		.title = words_fill(ctx->arena,
		    lead_word(&t.a->lead, ask->w->shown_title,
			ask->w->shown_title_film, ask->w->shown_title_sound),
		    "name", t.title),
		.film = page.film,
		.path = t.path,
		.section = t.a->section.id,
		.noindex = true,
	    },
	    &t.tags, &frame));
	v.frame = frame;
	TRY(page_print(ctx, ask, PRESS_SHOWN, &v, &t.tags, &page));
	*out = page;
	return ERR_OK;
}
