/* SPDX-License-Identifier: MIT */
/*
 * oEmbed 1.0 for stories: a quotation with a link, which needs no script
 * and no frame; or the player, where the story leads with a video or sound.
 * An advisory's label goes with it, and what it gates has neither thumbnail
 * nor player.
 */

#include <string.h>

#include "pages/part.h"

enum {
	CARD_WIDTH = 600,
	CARD_HEIGHT = 300,
	THUMB_WIDTH = 640,
	FRAME_WIDTH = 640,
	FRAME_WORDS = 104,  /* pixels below the picture: bar and title */
	SOUND_HEIGHT = 160, /* of a player that shows nothing; where it is */
	SOUND_NARROW = 192, /* narrow its title takes two lines */
};

struct card {
	struct ctx *ctx;
	const struct page_ask *ask; /* of the story's own edition */
	const struct teaser *t;
	struct str url, title, html;
	bool xml;
	bool plays; /* the player, not a quotation */
	bool video;
	struct buf b;
	bool first;
};

/* "/ar/news/7/slug" of this site: 7; 0: it is no story's address. */
static int64_t
story_of(const struct page_ask *ask, struct str url)
{
	struct str path = { 0 };
	size_t at = 0;
	size_t end = 0;
	int64_t id = 0;

	if (!str_starts(url, ask->url))
		return 0;
	path = str_from(url, ask->url.n);
	at = str_find(path, STR("/news/"), 0);
	if (at == SIZE_MAX || path.p[0] != '/')
		return 0;
	path = str_from(path, at + 6);
	while (end < path.n && path.p[end] >= '0' && path.p[end] <= '9')
		end++;
	if (end < path.n && strchr("/?#", path.p[end]) == NULL)
		return 0;
	return str_int(str_sub(path, 0, end), &id) ? id : 0;
}

static void
put(struct card *c, const char *key, struct str value)
{
	if (value.n == 0)
		return;
	if (c->xml) {
		buf_printf(&c->b, "<%s>", key);
		escape_xml(&c->b, value);
		buf_printf(&c->b, "</%s>\n", key);
		return;
	}
	buf_printf(&c->b, "%s\"%s\":\"", c->first ? "" : ",", key);
	escape_json(&c->b, value);
	buf_char(&c->b, '"');
	c->first = false;
}

static void
put_int(struct card *c, const char *key, int64_t v)
{
	if (c->xml)
		buf_printf(&c->b, "<%s>%" PRId64 "</%s>\n", key, v, key);
	else
		buf_printf(&c->b, ",\"%s\":%" PRId64, key, v);
}

static enum err
quotation(struct card *c)
{
	const struct teaser *t = c->t;
	struct str date = { 0 };
	struct buf b;

	TRY(time_full(c->ctx, c->ask, t->at, &date));
	buf_init(&b, c->ctx->arena, 65536);
	BUF_LIT(&b, "<blockquote cite=\"");
	escape_html(&b, c->url);
	buf_printf(&b, "\" lang=\"%.*s\" dir=\"%s\"><p><a href=\"",
	    STR_FMT(c->ask->edition->lang),
	    c->ask->edition->rtl ? "rtl" : "ltr");
	escape_html(&b, c->url);
	BUF_LIT(&b, "\">");
	escape_html(&b, c->title);
	BUF_LIT(&b, "</a></p>");
	if (t->standfirst.n > 0) {
		BUF_LIT(&b, "<p>");
		escape_html(&b, t->standfirst);
		BUF_LIT(&b, "</p>");
	}
	BUF_LIT(&b, "<footer>");
	escape_html(&b, c->ask->edition->title);
	BUF_LIT(&b, ", ");
	escape_html(&b, date);
	BUF_LIT(&b, "</footer></blockquote>");
	return buf_done(c->ctx, &b, &c->html);
}

/* The player in a frame of the other page; its height is given. */
static enum err
framed(struct card *c, int64_t width, int64_t height)
{
	struct arena *a = c->ctx->arena;
	struct buf b;

	buf_init(&b, a, 65536);
	BUF_LIT(&b, "<iframe src=\"");
	escape_html(&b, whole_url(a, c->ask, film_embed_path(a, &c->t->lead)));
	buf_printf(&b,
	    "\" width=\"%" PRId64 "\" height=\"%" PRId64 "\" title=\"", width,
	    height);
	escape_html(&b, c->title);
	BUF_LIT(&b, "\" style=\"border:0\" allow=\"fullscreen\" "
		    "allowfullscreen loading=\"lazy\"></iframe>");
	return buf_done(c->ctx, &b, &c->html);
}

static void
put_thumbnail(struct card *c)
{
	struct arena *a = c->ctx->arena;
	const struct picture *p = &c->t->lead;

	if (!lead_is_seen(p) || teaser_is_gated(c->t))
		return;
	put(c, "thumbnail_url",
	    whole_url(a, c->ask,
		str_printf(a, "%.*s?w=%d", STR_FMT(still_path(a, p, "3x2")),
		    THUMB_WIDTH)));
	put_int(c, "thumbnail_width", THUMB_WIDTH);
	put_int(c, "thumbnail_height", THUMB_WIDTH * 2 / 3);
}

static enum err
put_html(struct card *c, int64_t most)
{
	int64_t room = c->plays ? FRAME_WIDTH : CARD_WIDTH;
	int64_t width = most > 0 && most < room ? most : room;
	int64_t height = !c->plays	       ? CARD_HEIGHT
			 : c->video	       ? width * 9 / 16 + FRAME_WORDS
			 : width < FRAME_WIDTH ? SOUND_NARROW
					       : SOUND_HEIGHT;

	TRY(c->plays ? framed(c, width, height) : quotation(c));
	put(c, "html", c->html);
	put_int(c, "width", width);
	put_int(c, "height", height);
	return ERR_OK;
}

static enum err
write_card(struct card *c, int64_t width)
{
	c->plays = lead_plays(&c->t->lead) && !teaser_is_gated(c->t);
	c->video = c->plays && c->t->lead.kind == ASSET_VIDEO;
	if (c->xml)
		BUF_LIT(&c->b, "<?xml version=\"1.0\" encoding=\"utf-8\" "
			       "standalone=\"yes\"?>\n<oembed>\n");
	else
		buf_char(&c->b, '{');
	put(c, "version", STR("1.0"));
	put(c, "type", c->video ? STR("video") : STR("rich"));
	put(c, "title", c->title);
	put(c, "author_name", c->t->byline);
	put(c, "provider_name", c->ask->edition->title);
	put(c, "provider_url", whole_url(c->ctx->arena, c->ask, STR("/")));
	TRY(put_html(c, width));
	put_thumbnail(c);
	buf_put(&c->b, c->xml ? STR("</oembed>\n") : STR("}\n"));
	return ERR_OK;
}

static void
card_tags(const struct card *c, struct page *out)
{
	struct tags tags = { .arena = c->ctx->arena };

	tag_word(&tags, STR("house"));
	tag_add(&tags, "edition", c->t->edition);
	tag_add(&tags, "story", c->t->id);
	tag_add(&tags, "advisory", c->t->advisory);
	tag_add(&tags, "asset", c->t->lead.asset);
	tags_give(&tags, out);
}

enum err
page_oembed(struct ctx *ctx, const struct page_ask *ask,
    const struct oembed *in, struct page *out)
{
	struct page_ask own = *ask;
	struct page_ask_init again = { ask->st, ask->press, ask->url,
		ask->standing, ask->change, ask->widths };
	const struct edition *e = NULL;
	struct page page = { 0 };
	struct teaser t = { 0 };
	struct card c = {
		.ctx = ctx,
		.ask = &own,
		.t = &t,
		.xml = in->xml,
		.first = true,
	};
	bool there = false;

	TRY(teaser_read(
	    ctx, ask->st, story_of(ask, in->url), false, &t, &there));
	if (!there)
		return FAIL(ctx, ERR_NOTFOUND,
		    "the address is not that of a story of this site");
	e = ask_edition(ask, t.edition);
	if (e != ask->edition)
		TRY(page_ask_init(ctx, &again, e->code, &own));
	c.url =
	    whole_url(ctx->arena, ask, path_story(ctx->arena, e, t.id, t.slug));
	c.title = label_headline(ctx->arena, t.advisory_label, t.headline);
	buf_init(&c.b, ctx->arena, PAGE_MAX);
	TRY(write_card(&c, in->width));
	TRY(buf_done(ctx, &c.b, &page.body));
	page.type =
	    in->xml ? STR("text/xml; charset=utf-8") : STR("application/json");
	card_tags(&c, &page);
	*out = page;
	return ERR_OK;
}
