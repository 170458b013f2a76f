/* SPDX-License-Identifier: MIT */
/*
 * Feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, with whole stories.
 *
 * What an advisory gates is not in them, and its label stands before title
 * and text.  An entry's id is its address without the slug: it stays when
 * the slug changes.
 */

#include "pages/part.h"

enum { FEED_ITEMS = 30, FEED_STILL = 1280 };

struct feed {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct list_head head;
	struct tags tags;
	struct buf b;
	struct str self, home; /* whole addresses */
	int64_t updated;
	const struct teaser *items;
	size_t n;
};

struct entry {
	const struct teaser *t;
	struct str id, url, title, html, image;
	int64_t updated;
};

/* ---- what all three say ---- */

static struct str
clear_image(const struct feed *f, const struct teaser *t)
{
	struct arena *a = f->ctx->arena;

	if (t->lead.asset == 0 || t->lead.kind != ASSET_PICTURE ||
	    teaser_is_gated(t))
		return STR("");
	return str_printf(a, "%.*s%.*s?w=%d", STR_FMT(f->ask->url),
	    STR_FMT(still_path(a, &t->lead, "3x2")), FEED_STILL);
}

static struct str
content(struct feed *f, const struct entry *e)
{
	const struct teaser *t = e->t;
	struct html body = { t->body }; /* sanitised when it was saved */
	struct buf b;

	buf_init(&b, f->ctx->arena, PAGE_MAX);
	if (t->advisory_label.n > 0) {
		struct str words =
		    t->advisory_note.n == 0
			? t->advisory_label
			: label_headline(f->ctx->arena, t->advisory_label,
			      t->advisory_note);

		BUF_LIT(&b, "<p><strong>");
		escape_html(&b, words);
		BUF_LIT(&b, "</strong></p>\n");
	}
	if (e->image.n > 0) {
		BUF_LIT(&b, "<p><img src=\"");
		escape_html(&b, e->image);
		BUF_LIT(&b, "\" alt=\"");
		escape_html(&b, t->lead.alt);
		BUF_LIT(&b, "\"/></p>\n");
	}
	buf_put(&b, body_whole(f->ctx->arena, body, f->ask->url, e->url).s);
	return buf_str(&b);
}

static struct entry
entry_make(struct feed *f, const struct teaser *t)
{
	struct arena *a = f->ctx->arena;
	struct entry e = {
		.t = t,
		.id = str_printf(
		    a, "%.*s/news/%" PRId64, STR_FMT(f->ask->url), t->id),
		.url = whole_url(
		    a, f->ask, path_story(a, f->ask->edition, t->id, t->slug)),
		.title = label_headline(a, t->advisory_label, t->headline),
		.image = clear_image(f, t),
		.updated = t->updated_at > t->at ? t->updated_at : t->at,
	};

	e.html = content(f, &e);
	return e;
}

/* ---- XML ---- */

static void
put_element(struct buf *b, const char *name, struct str text)
{
	if (text.n == 0)
		return;
	buf_printf(b, "<%s>", name);
	escape_xml(b, text);
	buf_printf(b, "</%s>\n", name);
}

static enum err
put_date(struct feed *f, const char *name, enum date_style style, int64_t at)
{
	struct str date = { 0 };

	TRY(locale_date(f->ctx, f->ask->locale, style, at, &date));
	put_element(&f->b, name, date);
	return ERR_OK;
}

static enum err
rss_entry(struct feed *f, const struct entry *e)
{
	BUF_LIT(&f->b, "<item>\n");
	put_element(&f->b, "title", e->title);
	put_element(&f->b, "link", e->url);
	BUF_LIT(&f->b, "<guid isPermaLink=\"false\">");
	escape_xml(&f->b, e->id);
	BUF_LIT(&f->b, "</guid>\n");
	TRY(put_date(f, "pubDate", DATE_RFC822, e->t->at));
	put_element(&f->b, "dc:creator", e->t->byline);
	put_element(&f->b, "category", e->t->section.title);
	put_element(&f->b, "description",
	    e->t->standfirst.n > 0 ? label_headline(f->ctx->arena,
					 e->t->advisory_label, e->t->standfirst)
				   : e->title);
	put_element(&f->b, "content:encoded", e->html);
	BUF_LIT(&f->b, "</item>\n");
	return ERR_OK;
}

static enum err
rss(struct feed *f)
{
	BUF_LIT(&f->b,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
	    "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
	    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n");
	put_element(&f->b, "title", f->head.title);
	put_element(&f->b, "link", f->home);
	put_element(&f->b, "description",
	    f->head.standfirst.n > 0 ? f->head.standfirst : f->head.title);
	put_element(&f->b, "language", f->ask->edition->lang);
	BUF_LIT(&f->b, "<atom:link rel=\"self\" type=\"application/rss+xml\" "
		       "href=\"");
	escape_xml(&f->b, f->self);
	BUF_LIT(&f->b, "\"/>\n");
	TRY(put_date(f, "lastBuildDate", DATE_RFC822, f->updated));
	for (size_t i = 0; i < f->n; i++) {
		struct entry e = entry_make(f, &f->items[i]);

		TRY(rss_entry(f, &e));
	}
	BUF_LIT(&f->b, "</channel>\n</rss>\n");
	return ERR_OK;
}

static void
atom_link(struct buf *b, const char *rel, const char *type, struct str url)
{
	buf_printf(b, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
	escape_xml(b, url);
	BUF_LIT(b, "\"/>\n");
}

static enum err
atom_entry(struct feed *f, const struct entry *e)
{
	BUF_LIT(&f->b, "<entry>\n");
	put_element(&f->b, "id", e->id);
	put_element(&f->b, "title", e->title);
	atom_link(&f->b, "alternate", "text/html", e->url);
	TRY(put_date(f, "published", DATE_ISO, e->t->at));
	TRY(put_date(f, "updated", DATE_ISO, e->updated));
	if (e->t->byline.n > 0) {
		BUF_LIT(&f->b, "<author>");
		put_element(&f->b, "name", e->t->byline);
		BUF_LIT(&f->b, "</author>\n");
	}
	if (e->t->section.title.n > 0) {
		BUF_LIT(&f->b, "<category term=\"");
		escape_xml(&f->b, e->t->section.title);
		BUF_LIT(&f->b, "\"/>\n");
	}
	put_element(&f->b, "summary",
	    e->t->standfirst.n == 0
		? STR("")
		: label_headline(
		      f->ctx->arena, e->t->advisory_label, e->t->standfirst));
	BUF_LIT(&f->b, "<content type=\"html\">");
	escape_xml(&f->b, e->html);
	BUF_LIT(&f->b, "</content>\n</entry>\n");
	return ERR_OK;
}

static enum err
atom(struct feed *f)
{
	BUF_LIT(&f->b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
		       "xml:lang=\"");
	escape_xml(&f->b, f->ask->edition->lang);
	BUF_LIT(&f->b, "\">\n");
	put_element(&f->b, "id", f->self);
	put_element(&f->b, "title", f->head.title);
	put_element(&f->b, "subtitle", f->head.standfirst);
	atom_link(&f->b, "self", "application/atom+xml", f->self);
	atom_link(&f->b, "alternate", "text/html", f->home);
	TRY(put_date(f, "updated", DATE_ISO, f->updated));
	BUF_LIT(&f->b, "<author>");
	put_element(&f->b, "name", f->ask->edition->title);
	BUF_LIT(&f->b, "</author>\n");
	for (size_t i = 0; i < f->n; i++) {
		struct entry e = entry_make(f, &f->items[i]);

		TRY(atom_entry(f, &e));
	}
	BUF_LIT(&f->b, "</feed>\n");
	return ERR_OK;
}

/* ---- JSON ---- */

static void
json_pair(struct buf *b, const char *key, struct str value)
{
	if (value.n == 0)
		return;
	buf_printf(b, ",\"%s\":\"", key);
	escape_json(b, value);
	buf_char(b, '"');
}

static enum err
json_date(struct feed *f, const char *key, int64_t at)
{
	struct str date = { 0 };

	TRY(locale_date(f->ctx, f->ask->locale, DATE_ISO, at, &date));
	json_pair(&f->b, key, date);
	return ERR_OK;
}

static enum err
json_entry(struct feed *f, const struct entry *e)
{
	BUF_LIT(&f->b, "{\"id\":\"");
	escape_json(&f->b, e->id);
	buf_char(&f->b, '"');
	json_pair(&f->b, "url", e->url);
	json_pair(&f->b, "title", e->title);
	json_pair(&f->b, "summary",
	    e->t->standfirst.n == 0
		? STR("")
		: label_headline(
		      f->ctx->arena, e->t->advisory_label, e->t->standfirst));
	json_pair(&f->b, "image", e->image);
	TRY(json_date(f, "date_published", e->t->at));
	TRY(json_date(f, "date_modified", e->updated));
	if (e->t->byline.n > 0) {
		BUF_LIT(&f->b, ",\"authors\":[{\"name\":\"");
		escape_json(&f->b, e->t->byline);
		BUF_LIT(&f->b, "\"}]");
	}
	if (e->t->section.title.n > 0) {
		BUF_LIT(&f->b, ",\"tags\":[\"");
		escape_json(&f->b, e->t->section.title);
		BUF_LIT(&f->b, "\"]");
	}
	BUF_LIT(&f->b, ",\"content_html\":\"");
	escape_json(&f->b, e->html);
	BUF_LIT(&f->b, "\"}");
	return ERR_OK;
}

static enum err
json(struct feed *f)
{
	BUF_LIT(&f->b, "{\"version\":\"https://jsonfeed.org/version/1.1\"");
	json_pair(&f->b, "title", f->head.title);
	json_pair(&f->b, "description", f->head.standfirst);
	json_pair(&f->b, "home_page_url", f->home);
	json_pair(&f->b, "feed_url", f->self);
	json_pair(&f->b, "language", f->ask->edition->lang);
	BUF_LIT(&f->b, ",\"items\":[");
	for (size_t i = 0; i < f->n; i++) {
		struct entry e = entry_make(f, &f->items[i]);

		if (i > 0)
			BUF_LIT(&f->b, ",\n");
		TRY(json_entry(f, &e));
	}
	BUF_LIT(&f->b, "]}\n");
	return ERR_OK;
}

/* ---- one of them ---- */

static const struct {
	const char *file;
	struct str type;
	enum err (*write)(struct feed *f);
} formats[] = {
	[FEED_RSS] = { "feed.rss",
	    STR_INIT("application/rss+xml; charset=utf-8"), rss },
	[FEED_ATOM] = { "feed.atom",
	    STR_INIT("application/atom+xml; charset=utf-8"), atom },
	[FEED_JSON] = { "feed.json", STR_INIT("application/feed+json"), json },
};

static void
feed_tags(struct feed *f)
{
	tag_word(&f->tags, "house");
	tag_add(&f->tags, "edition", f->ask->edition->id);
	tag_add(&f->tags, f->head.list_tag, f->head.id);
	tag_add(&f->tags, f->head.name_tag, f->head.id);
	for (size_t i = 0; i < f->n; i++) {
		const struct teaser *t = &f->items[i];

		tag_add(&f->tags, "story", t->id);
		tag_add(&f->tags, "section", t->section.id);
		tag_add(&f->tags, "advisory", t->advisory);
		tag_add(&f->tags, "asset", t->lead.asset);
		if (t->at > f->updated)
			f->updated = t->at;
		if (t->updated_at > f->updated)
			f->updated = t->updated_at;
	}
}

enum err
page_feed(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *of, enum feed_format format, struct page *out)
{
	struct page page = { .type = formats[format].type };
	struct feed f = {
		.ctx = ctx,
		.ask = ask,
		.tags = { .arena = ctx->arena },
	};

	TRY(list_find(ctx, ask, of, &f.head));
	TRY(range_read(ctx, ask->st,
	    &(struct range){
		.kind = of->kind,
		.ref = f.head.id,
		.n = FEED_ITEMS,
		.bodies = true,
	    },
	    &f.items, &f.n));
	f.self = str_printf(ctx->arena, "%.*s%.*s/%s", STR_FMT(ask->url),
	    STR_FMT(f.head.path), formats[format].file);
	f.home = str_printf(ctx->arena, "%.*s%.*s%s", STR_FMT(ask->url),
	    STR_FMT(f.head.path), of->kind == RANGE_EDITION ? "/" : "");
	feed_tags(&f);
	if (f.updated == 0)
		f.updated = ctx_now(ctx);
	buf_init(&f.b, ctx->arena, PAGE_MAX);
	TRY(formats[format].write(&f));
	TRY(buf_done(ctx, &f.b, &page.body));
	tags_give(&f.tags, &page);
	*out = page;
	return ERR_OK;
}
