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
	buf_printf(b, ",\"%s\":", key);
	put_text(b, s);
}

static void
put_crumb(struct buf *b, int *place, struct str name, struct str url)
{
	buf_printf(b, "%s{\"@type\":\"ListItem\",\"position\":%d",
	    *place > 1 ? "," : "", *place);
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
	    whole_url(arena, ask, str_printf(arena, "%.*s/", STR_FMT(home))));
	if (section->id != 0)
		put_crumb(b, &place, section->title,
		    whole_url(arena, ask,
			path_list(
			    arena, ask->edition, "section", section->slug)));
	put_crumb(b, &place, in->title, in->url);
	BUF_LIT(b, "]}");
}

enum err
json_ld(struct ctx *ctx, const struct page_ask *ask, const struct json_ld *in,
    struct html *out)
{
	struct buf b;

	buf_init(&b, ctx->arena, PAGE_MAX);
	BUF_LIT(&b, "<script type=\"application/ld+json\">"
		    "[{\"@context\":\"https://schema.org\","
		    "\"@type\":\"NewsArticle\"");
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
	BUF_LIT(&b, ",\"publisher\":{\"@type\":\"NewsMediaOrganization\"");
	put_pair(&b, "name", ask->edition->title);
	put_pair(&b, "url", whole_url(ctx->arena, ask, STR("/")));
	put_pair(&b, "correctionsPolicy",
	    whole_url(ctx->arena, ask, STR("/corrections")));
	BUF_LIT(&b, "}}");
	put_crumbs(&b, ctx->arena, ask, in);
	BUF_LIT(&b, "]</script>");
	return buf_done(ctx, &b, &out->s);
}
