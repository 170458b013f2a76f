/* SPDX-License-Identifier: MIT */
/*
 * Sitemaps (sitemaps.org 0.9, with Google's image and news elements, and
 * hreflang links for translations): an index of months, a map for each
 * month of an edition, the last two days for news, and videos.
 *
 * A picture or a video that an advisory gates is not in them.  Times are UTC.
 */

#include "newsroom/film.h"
#include "newsroom/month.h"
#include "pages/part.h"

enum {
	NEWS_SECONDS = 2 * 86400, /* what a news map may hold */
	NEWS_MAX = 1000,	  /* likewise */
	MAP_STILL = 1280,	  /* width of the pictures named */
};

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define SCHEMAS "http://www.sitemaps.org/schemas/sitemap/0.9"

static const struct str xml_type = STR_INIT("application/xml; charset=utf-8");

struct mapping {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct tags tags;
	struct buf b;
};

static void
mapping_begin(struct mapping *m, struct ctx *ctx, const struct page_ask *ask)
{
	*m = (struct mapping){
		.ctx = ctx,
		.ask = ask,
		.tags = { .arena = ctx->arena },
	};
	buf_init(&m->b, ctx->arena, PAGE_MAX);
	BUF_LIT(&m->b, XML_HEAD);
	tag_word(&m->tags, STR("house"));
	for (size_t i = 0; i < ask->editions_n; i++)
		tag_add(&m->tags, "edition", ask->editions[i].id);
}

static enum err
mapping_end(struct mapping *m, struct page *out)
{
	struct page page = { .type = xml_type };

	TRY(buf_done(m->ctx, &m->b, &page.body));
	tags_give(&m->tags, &page);
	*out = page;
	return ERR_OK;
}

static void
put(struct mapping *m, const char *name, struct str text)
{
	buf_printf(&m->b, "<%s>", name);
	escape_xml(&m->b, text);
	buf_printf(&m->b, "</%s>", name);
}

static void
put_url(struct mapping *m, const char *name, struct str path)
{
	put(m, name, whole_url(m->ctx->arena, m->ask, path));
}

static void
put_time(struct mapping *m, const char *name, int64_t at)
{
	char text[32];

	log_time(at, text);
	put(m, name, str_c(text));
}

/* ---- the index ---- */

static void
put_map(struct mapping *m, const struct month *month, int64_t part)
{
	struct arena *a = m->ctx->arena;
	const struct edition *e = ask_edition(m->ask, month->edition);
	struct str path = str_printf(a,
	    "%.*s/sitemap/%04" PRId64 "-%02" PRId64 ".xml",
	    STR_FMT(path_prefix(a, e)), month->month / 100, month->month % 100);

	if (part > 1)
		path = str_printf(a, "%.*s?part=%" PRId64, STR_FMT(path), part);
	BUF_LIT(&m->b, "<sitemap>");
	put_url(m, "loc", path);
	put_time(m, "lastmod", month->changed_at);
	BUF_LIT(&m->b, "</sitemap>\n");
}

enum err
page_sitemap(struct ctx *ctx, const struct page_ask *ask, struct page *out)
{
	const struct month *months = NULL;
	struct mapping m;
	size_t n = 0;

	mapping_begin(&m, ctx, ask);
	tag_word(&m.tags, STR("months"));
	TRY(month_list(ctx, ask->st, &months, &n));
	BUF_LIT(&m.b, "<sitemapindex xmlns=\"" SCHEMAS "\">\n<sitemap>");
	put_url(&m, "loc", STR("/sitemap/news.xml"));
	BUF_LIT(&m.b, "</sitemap>\n<sitemap>");
	put_url(&m, "loc", STR("/sitemap/video.xml"));
	BUF_LIT(&m.b, "</sitemap>\n");
	for (size_t i = 0; i < n; i++)
		for (int64_t done = 0; done < months[i].stories;
		     done += MAP_PART_MAX)
			put_map(&m, &months[i], done / MAP_PART_MAX + 1);
	BUF_LIT(&m.b, "</sitemapindex>\n");
	return mapping_end(&m, out);
}

/* ---- a month ---- */

static struct str
story_url(const struct mapping *m, int64_t edition, int64_t id, struct str slug)
{
	struct arena *a = m->ctx->arena;

	return whole_url(
	    a, m->ask, path_story(a, ask_edition(m->ask, edition), id, slug));
}

static void
put_other(struct mapping *m, const struct edition *e, struct str url)
{
	BUF_LIT(&m->b, "<xhtml:link rel=\"alternate\" hreflang=\"");
	escape_xml(&m->b, e->lang);
	BUF_LIT(&m->b, "\" href=\"");
	escape_xml(&m->b, url);
	BUF_LIT(&m->b, "\"/>");
}

/* Each of a set names all of it, itself as well. */
static enum err
put_translations(struct mapping *m, const struct mapped *s)
{
	const struct translation *others = NULL;
	size_t n = 0;

	if (s->translation_set == 0)
		return ERR_OK;
	TRY(story_translations(
	    m->ctx, m->ask->st, s->id, s->translation_set, &others, &n));
	if (n == 0)
		return ERR_OK;
	put_other(m, m->ask->edition,
	    story_url(m, m->ask->edition->id, s->id, s->slug));
	for (size_t i = 0; i < n; i++) {
		put_other(m, ask_edition(m->ask, others[i].edition),
		    story_url(
			m, others[i].edition, others[i].story, others[i].slug));
		tag_add(&m->tags, "story", others[i].story);
	}
	return ERR_OK;
}

static void
put_image(struct mapping *m, const struct picture *p, bool gated)
{
	struct arena *a = m->ctx->arena;

	if (!lead_is_seen(p) || gated)
		return;
	BUF_LIT(&m->b, "<image:image>");
	put_url(m, "image:loc",
	    str_printf(
		a, "%.*s?w=%d", STR_FMT(still_path(a, p, "3x2")), MAP_STILL));
	BUF_LIT(&m->b, "</image:image>");
}

static enum err
put_story(struct mapping *m, const struct mapped *s)
{
	BUF_LIT(&m->b, "<url>");
	put(m, "loc", story_url(m, m->ask->edition->id, s->id, s->slug));
	put_time(m, "lastmod", s->updated_at > s->at ? s->updated_at : s->at);
	TRY(put_translations(m, s));
	put_image(m, &s->lead, s->gated);
	BUF_LIT(&m->b, "</url>\n");
	return ERR_OK;
}

enum err
page_sitemap_month(struct ctx *ctx, const struct page_ask *ask, int64_t month,
    int64_t part, struct page *out)
{
	const struct mapped *stories = NULL;
	struct mapping m;
	size_t n = 0;

	if (!month_valid(month))
		return FAIL(ctx, ERR_NOTFOUND, "there is no such month");
	mapping_begin(&m, ctx, ask);
	tag_word(&m.tags, map_tag(ctx->arena, ask->edition->id, month));
	TRY(map_read(ctx, ask->st,
	    &(struct map){ ask->edition->id, month, part }, &stories, &n));
	if (n == 0)
		return FAIL(
		    ctx, ERR_NOTFOUND, "nothing was published in that month");
	BUF_LIT(&m.b,
	    "<urlset xmlns=\"" SCHEMAS "\" "
	    "xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\" "
	    "xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
	for (size_t i = 0; i < n; i++)
		TRY(put_story(&m, &stories[i]));
	BUF_LIT(&m.b, "</urlset>\n");
	return mapping_end(&m, out);
}

/* ---- news ---- */

static void
put_news(struct mapping *m, const struct edition *e, const struct teaser *t)
{
	BUF_LIT(&m->b, "<url>");
	put(m, "loc", story_url(m, e->id, t->id, t->slug));
	put_time(m, "lastmod", t->updated_at > t->at ? t->updated_at : t->at);
	BUF_LIT(&m->b, "<news:news><news:publication>");
	put(m, "news:name", e->title);
	put(m, "news:language", e->lang);
	BUF_LIT(&m->b, "</news:publication>");
	put_time(m, "news:publication_date", t->at);
	put(m, "news:title",
	    label_headline(m->ctx->arena, t->advisory_label, t->headline));
	BUF_LIT(&m->b, "</news:news>");
	put_image(m, &t->lead, teaser_is_gated(t));
	BUF_LIT(&m->b, "</url>\n");
	tag_add(&m->tags, "story", t->id);
	tag_add(&m->tags, "advisory", t->advisory);
	tag_add(&m->tags, "asset", t->lead.asset);
}

static enum err
put_news_of(struct mapping *m, const struct edition *e, size_t *room)
{
	struct range range = {
		.kind = RANGE_EDITION,
		.ref = e->id,
		.from = ctx_now(m->ctx) - NEWS_SECONDS,
	};
	const struct teaser *t = NULL;
	size_t n = 0;

	do {
		range.n = *room < LIST_MAX ? *room : LIST_MAX;
		TRY(range_read(m->ctx, m->ask->st, &range, &t, &n));
		for (size_t i = 0; i < n; i++)
			put_news(m, e, &t[i]);
		if (n > 0) {
			range.at = t[n - 1].at;
			range.story = t[n - 1].id;
		}
		*room -= n;
	} while (*room > 0 && n == range.n);
	return ERR_OK;
}

enum err
page_sitemap_news(struct ctx *ctx, const struct page_ask *ask, struct page *out)
{
	struct mapping m;
	size_t room = NEWS_MAX;

	mapping_begin(&m, ctx, ask);
	BUF_LIT(&m.b,
	    "<urlset xmlns=\"" SCHEMAS "\" "
	    "xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\" "
	    "xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n");
	for (size_t i = 0; i < ask->editions_n && room > 0; i++) {
		tag_add(&m.tags, "list:e", ask->editions[i].id);
		/* It grows old with its day. */
		tag_add(&m.tags, "day", ask->editions[i].id);
		TRY(put_news_of(&m, &ask->editions[i], &room));
	}
	BUF_LIT(&m.b, "</urlset>\n");
	TRY(mapping_end(&m, out));
	out->dated = ask->edition->id;
	return ERR_OK;
}

/* ---- videos ---- */

static void
put_video(struct mapping *m, const struct teaser *t, const struct film *film)
{
	const struct picture *p = &t->lead;
	struct arena *a = m->ctx->arena;

	BUF_LIT(&m->b, "<url>");
	put(m, "loc", story_url(m, t->edition, t->id, t->slug));
	BUF_LIT(&m->b, "<video:video>");
	put_url(m, "video:thumbnail_loc",
	    str_printf(
		a, "%.*s?w=%d", STR_FMT(still_path(a, p, "16x9")), MAP_STILL));
	put(m, "video:title",
	    label_headline(a, t->advisory_label, t->headline));
	put(m, "video:description",
	    t->standfirst.n > 0 ? t->standfirst
	    : p->caption.n > 0	? p->caption
				: t->headline);
	if (film->bytes > 0)
		put_url(m, "video:content_loc", film_file_path(a, p));
	put_url(m, "video:player_loc", film_embed_path(a, p));
	if (p->duration > 0)
		put(m, "video:duration",
		    str_printf(a, "%" PRId64, (p->duration + 500) / 1000));
	put_time(m, "video:publication_date", t->at);
	put(m, "video:family_friendly",
	    t->advisory != 0 ? STR("no") : STR("yes"));
	put(m, "video:live", STR("no"));
	BUF_LIT(&m->b, "</video:video></url>\n");
}

static enum err
put_video_of(struct mapping *m, const struct film_story *f)
{
	const struct asset *asset = NULL;
	struct asset_gate gate = { 0 };
	struct teaser t = { 0 };
	struct film film = { 0 };
	bool there = false;

	TRY(teaser_read(m->ctx, m->ask->st, f->story, false, &t, &there));
	if (!there)
		return ERR_OK;
	tag_add(&m->tags, "story", t.id);
	tag_add(&m->tags, "advisory", t.advisory);
	tag_add(&m->tags, "asset", t.lead.asset);
	TRY(asset_by_id(m->ctx, m->ask->st, f->asset, &asset));
	TRY(asset_gate(m->ctx, m->ask->st, asset, &gate));
	TRY(film_read(m->ctx, m->ask->st, f->asset, &film));
	if (lead_plays(&t.lead) && film.plays && gate.live && !gate.gated)
		put_video(m, &t, &film);
	return ERR_OK;
}

enum err
page_sitemap_video(
    struct ctx *ctx, const struct page_ask *ask, struct page *out)
{
	const struct film_story *all = NULL;
	struct mapping m;
	size_t n = 0;

	mapping_begin(&m, ctx, ask);
	/* Whatever is published may lead with one. */
	for (size_t i = 0; i < ask->editions_n; i++)
		tag_add(&m.tags, "list:e", ask->editions[i].id);
	TRY(film_stories(ctx, ask->st, &all, &n));
	BUF_LIT(&m.b,
	    "<urlset xmlns=\"" SCHEMAS "\" "
	    "xmlns:video=\"http://www.google.com/schemas/sitemap-video/"
	    "1.1\">\n");
	for (size_t i = 0; i < n; i++)
		TRY(put_video_of(&m, &all[i]));
	BUF_LIT(&m.b, "</urlset>\n");
	return mapping_end(&m, out);
}
