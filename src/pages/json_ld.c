/* SPDX-License-Identifier: MIT */
/*
 * What search engines are told of a story: schema.org's NewsArticle.  Made
 * here and not in a template, which may write nothing inside a script.
 */

#include "pages/part.h"

static void
put_text(struct buf *b, struct str s)
{
	buf_char(b, '"');
	escape_json_html(b, s);
	buf_char(b, '"');
}

/* ,"key":"text", left out when empty. */
static void
put_pair(struct buf *b, const char *key, struct str s)
{
	if (s.n == 0)
		return;
	BUF_LIT(b, ",\"");
	buf_put(b, str_c(key));
	BUF_LIT(b, "\":");
	put_text(b, s);
}

/* Of a list, the first of which is 1. */
static void
begin_item(struct buf *b, int place)
{
	buf_put(b, place > 1 ? STR(",") : STR(""));
	BUF_LIT(b, "{\"@type\":\"ListItem\",\"position\":");
	buf_int(b, place);
}

static void
put_crumb(struct buf *b, int *place, struct str name, struct str url)
{
	begin_item(b, *place);
	put_pair(b, "name", name);
	put_pair(b, "item", url);
	buf_char(b, '}');
	++*place;
}

static void
put_author(struct buf *b, struct str name, struct str url)
{
	BUF_LIT(b, "{\"@type\":\"Person\"");
	put_pair(b, "name", name);
	put_pair(b, "url", url);
	buf_char(b, '}');
}

static void
put_authors(struct buf *b, struct arena *arena, const struct page_ask *ask,
    const struct article *a)
{
	if (a->authors_n == 0 && a->byline.n == 0)
		return;
	BUF_LIT(b, ",\"author\":[");
	for (size_t i = 0; i < a->authors_n; i++) {
		if (i > 0)
			buf_char(b, ',');
		put_author(b, a->authors[i].title,
		    whole_url(arena, ask,
			path_list(arena, ask->edition, "author",
			    a->authors[i].slug)));
	}
	if (a->authors_n == 0)
		put_author(b, a->byline, STR(""));
	buf_char(b, ']');
}

/* The way down to the story: edition, section, story. */
static void
put_crumbs(struct buf *b, struct arena *arena, const struct page_ask *ask,
    const struct json_ld *in)
{
	const struct story_link *section = &in->article->section;
	struct str home = path_prefix(arena, ask->edition);
	int place = 1;

	BUF_LIT(b, ",{\"@context\":\"https://schema.org\","
		   "\"@type\":\"BreadcrumbList\",\"itemListElement\":[");
	put_crumb(b, &place, ask->edition->title,
	    whole_url(arena, ask, STR_CAT(arena, home, STR("/"))));
	if (section->id != 0)
		put_crumb(b, &place, section->title,
		    whole_url(arena, ask,
			path_list(
			    arena, ask->edition, "section", section->slug)));
	put_crumb(b, &place, in->title, in->url);
	BUF_LIT(b, "]}");
}

static void
begin(struct buf *b, struct arena *a, const char *type)
{
	buf_init(b, a, PAGE_MAX);
	buf_printf(b,
	    "<script type=\"application/ld+json\">"
	    "[{\"@context\":\"https://schema.org\",\"@type\":\"%s\"",
	    type);
}

static void
put_organisation(
    struct buf *b, struct arena *a, const struct page_ask *ask, const char *key)
{
	buf_printf(b, ",\"%s\":{\"@type\":\"NewsMediaOrganization\"", key);
	put_pair(b, "name", ask->edition->title);
	put_pair(b, "url", whole_url(a, ask, STR("/")));
	put_pair(b, "description", ask->edition->standfirst);
	put_pair(b, "correctionsPolicy",
	    whole_url(a, ask, path_corrections(a, ask->edition)));
	buf_char(b, '}');
}

/* schema.org's VideoObject or AudioObject; gated: no address of the clear. */
static void
put_film(struct buf *b, struct arena *a, const struct page_ask *ask,
    const struct json_ld *in)
{
	const struct picture *p = &in->article->lead;
	bool clear = !in->gated && in->film != NULL;

	buf_printf(b, ",{\"@context\":\"https://schema.org\",\"@type\":\"%s\"",
	    p->kind == ASSET_AUDIO ? "AudioObject" : "VideoObject");
	put_pair(b, "name", in->title);
	put_pair(b, "description",
	    p->caption.n > 0 && clear ? p->caption : in->description);
	put_pair(b, "uploadDate", in->published_iso);
	put_pair(b, "inLanguage", ask->edition->lang);
	if (p->duration > 0)
		put_pair(b, "duration", film_duration_iso(a, p->duration));
	put_pair(b, "embedUrl", whole_url(a, ask, film_embed_path(a, p)));
	if (clear) {
		put_pair(b, "thumbnailUrl", in->image);
		if (in->film->file.n > 0)
			put_pair(
			    b, "contentUrl", whole_url(a, ask, in->film->file));
	} else
		BUF_LIT(b, ",\"isFamilyFriendly\":false");
	buf_char(b, '}');
}

enum err
json_ld(struct ctx *ctx, const struct page_ask *ask, const struct json_ld *in,
    struct html *out)
{
	struct buf b;

	begin(&b, ctx->arena, "NewsArticle");
	put_pair(&b, "headline", in->title);
	put_pair(&b, "url", in->url);
	put_pair(&b, "mainEntityOfPage", in->url);
	put_pair(&b, "description", in->description);
	put_pair(&b, "inLanguage", ask->edition->lang);
	put_pair(&b, "datePublished", in->published_iso);
	put_pair(&b, "dateModified", in->updated_iso);
	put_pair(&b, "articleSection", in->article->section.title);
	put_pair(&b, "image", in->image);
	put_authors(&b, ctx->arena, ask, in->article);
	put_organisation(&b, ctx->arena, ask, "publisher");
	buf_char(&b, '}');
	put_crumbs(&b, ctx->arena, ask, in);
	if (lead_plays(&in->article->lead))
		put_film(&b, ctx->arena, ask, in);
	BUF_LIT(&b, "]</script>");
	return buf_done(ctx, &b, &out->s);
}

enum err
json_ld_front(struct ctx *ctx, const struct page_ask *ask, struct html *out)
{
	struct arena *a = ctx->arena;
	struct buf b;

	begin(&b, a, "WebSite");
	put_pair(&b, "name", ask->edition->title);
	put_pair(&b, "url", whole_url(a, ask, path_home(a, ask->edition)));
	put_pair(&b, "inLanguage", ask->edition->lang);
	put_organisation(&b, a, ask, "publisher");
	BUF_LIT(&b, ",\"potentialAction\":{\"@type\":\"SearchAction\"");
	put_pair(&b, "target",
	    str_printf(a, "%.*s?q={search_term_string}",
		STR_FMT(whole_url(a, ask, path_search(a, ask->edition)))));
	BUF_LIT(&b, ",\"query-input\":\"required name=search_term_string\"}");
	BUF_LIT(&b, "}]</script>");
	return buf_done(ctx, &b, &out->s);
}

static void
put_item(struct buf *b, struct arena *a, const struct page_ask *ask, int *place,
    const struct teaser_view *t)
{
	struct str title = label_headline(a, t->label, t->headline);

	begin_item(b, *place);
	put_pair(b, "name", title);
	put_pair(b, "url", whole_url(a, ask, t->url));
	buf_char(b, '}');
	++*place;
}

enum err
json_ld_list(struct ctx *ctx, const struct page_ask *ask,
    const struct json_ld_list *in, struct html *out)
{
	struct arena *a = ctx->arena;
	struct str url = whole_url(a, ask, in->path);
	struct buf b;
	int place = 1;

	begin(&b, a, in->author ? "ProfilePage" : "CollectionPage");
	put_pair(&b, "name", in->title);
	put_pair(&b, "url", url);
	put_pair(&b, "inLanguage", ask->edition->lang);
	if (in->author) {
		BUF_LIT(&b, ",\"mainEntity\":{\"@type\":\"Person\"");
		put_pair(&b, "name", in->title);
		put_pair(&b, "description", in->standfirst);
		put_pair(&b, "url", url);
		BUF_LIT(&b, "}}");
	} else {
		put_pair(&b, "description", in->standfirst);
		buf_char(&b, '}');
	}
	BUF_LIT(&b, ",{\"@context\":\"https://schema.org\","
		    "\"@type\":\"ItemList\",\"itemListElement\":[");
	for (size_t i = 0; i < in->parts_n; i++)
		for (size_t j = 0; j < in->parts[i].n; j++)
			put_item(&b, a, ask, &place, &in->parts[i].items[j]);
	BUF_LIT(&b, "]}]</script>");
	return buf_done(ctx, &b, &out->s);
}
