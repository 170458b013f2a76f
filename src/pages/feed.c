/* SPDX-License-Identifier: MIT */
/*
 * Feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, with whole stories.
 *
 * What an advisory gates is not in them, and its label stands before title
 * and text.  An entry's id is its address without the slug: it stays when
 * the slug changes.
 */

#include "newsroom/correction.h"
#include "newsroom/film.h"
#include "pages/part.h"

enum {
	FEED_ITEMS = 30,
	FEED_STILL = 1280,   /* pixels */
	FEED_TOPICS = 8,     /* tags of an entry */
	CONTENT_MORE = 1024, /* bytes: a picture, and links that become whole */
	ENTRY_MORE = 1024,   /* bytes of an entry, besides its texts */
};

struct feed {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct str title, standfirst, path;
	struct tags tags;
	struct buf b;
	struct str self, home; /* whole addresses */
	int64_t updated;
	struct entry *entries;
	size_t n;
};

struct entry {
	struct str id, url, title, summary, html, image, byline;
	struct str image_alt, image_credit;
	struct str file, file_type; /* of a film or sound; "": none to give */
	int64_t bytes, duration;    /* of it; milliseconds */
	int64_t width, height;
	bool film;  /* it is seen */
	bool gated; /* the lead */
	int64_t at, updated;
	const struct str *topics; /* section first, then tags */
	size_t topics_n;
};

/* ---- what all three say ---- */

/* At the size in which feeds show it; its type is JPEG to all who ask. */
static struct str
clear_image(const struct feed *f, const struct teaser *t)
{
	struct arena *a = f->ctx->arena;

	if (!lead_is_seen(&t->lead))
		return STR("");
	return str_printf(a, "%.*s%.*s?w=%d", STR_FMT(f->ask->url),
	    STR_FMT(still_path(a, &t->lead, "3x2")), FEED_STILL);
}

static struct str
content(struct feed *f, const struct teaser *t, const struct entry *e)
{
	struct html body = { t->body }; /* sanitised when it was saved */
	struct buf b;

	buf_init(&b, f->ctx->arena, PAGE_MAX);
	buf_reserve(&b, body.s.n + CONTENT_MORE);
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
	body_whole(&b, body, f->ask->url, e->url);
	return buf_str(&b);
}

static bool
is_among(const struct term *const *tags, size_t n, const struct term *tag)
{
	for (size_t i = 0; i < n; i++)
		if (tags[i]->id == tag->id)
			return true;
	return false;
}

static enum err
topics_make(struct feed *f, const struct teaser *t, struct entry *e)
{
	struct str *topics =
	    ARENA_ARRAY(f->ctx->arena, 1 + FEED_TOPICS, struct str);
	const struct term *tags[FEED_TOPICS];
	const int64_t *ids = NULL;
	size_t ids_n = 0;
	size_t n = 0;

	if (t->section.id != 0)
		topics[e->topics_n++] = t->section.title;
	TRY(story_tag_ids(f->ctx, f->ask->st, t->rev, &ids, &ids_n));
	for (size_t i = 0; i < ids_n && n < FEED_TOPICS; i++) {
		TRY(ask_tag(f->ctx, f->ask, ids[i], &tags[n]));
		/* Two may have become one. */
		if (tags[n] == NULL || is_among(tags, n, tags[n]))
			continue;
		tag_add(&f->tags, "tag", tags[n]->id);
		topics[e->topics_n++] = tags[n++]->title;
	}
	e->topics = topics;
	return ERR_OK;
}

static void
tag_story(struct feed *f, const struct teaser *t)
{
	tag_add(&f->tags, "story", t->id);
	tag_add(&f->tags, "section", t->section.id);
	tag_add(&f->tags, "advisory", t->advisory);
	tag_add(&f->tags, "asset", t->lead.asset);
}

/* Its picture; what plays, once all of it is there. */
static enum err
lead_entry(struct feed *f, const struct teaser *t, struct entry *e)
{
	const struct picture *p = &t->lead;
	struct film film = { 0 };

	e->gated = p->asset != 0 && teaser_is_gated(t);
	if (!e->gated)
		e->image = clear_image(f, t);
	if (!lead_plays(p) || e->gated)
		return ERR_OK;
	TRY(film_read(f->ctx, f->ask->st, p->asset, &film));
	if (film.bytes == 0)
		return ERR_OK;
	e->file =
	    whole_url(f->ctx->arena, f->ask, film_file_path(f->ctx->arena, p));
	e->file_type = film_file_type(p);
	e->bytes = film.bytes;
	e->duration = p->duration;
	e->film = p->kind == ASSET_VIDEO;
	e->width = p->width;
	e->height = p->height;
	return ERR_OK;
}

static enum err
story_entry(struct feed *f, const struct teaser *t, struct entry *e)
{
	struct arena *a = f->ctx->arena;
	char digits[STR_INT_MAX];

	*e = (struct entry){
		.id = STR_CAT(
		    a, f->ask->url, STR("/news/"), str_of_int(t->id, digits)),
		.url = whole_url(
		    a, f->ask, path_story(a, f->ask->edition, t->id, t->slug)),
		.title = label_headline(a, t->advisory_label, t->headline),
		.image_alt = t->lead.alt,
		.image_credit = t->lead.credit,
		.byline = t->byline,
		.at = t->at,
		.updated = t->updated_at > t->at ? t->updated_at : t->at,
	};
	if (t->standfirst.n > 0)
		e->summary =
		    label_headline(a, t->advisory_label, t->standfirst);
	TRY(lead_entry(f, t, e));
	e->html = content(f, t, e);
	tag_story(f, t);
	return topics_make(f, t, e);
}

/* Its id is the story's with its own number: a story may have several. */
static enum err
correction_entry(struct feed *f, const struct corrected *c, struct entry *e)
{
	struct arena *a = f->ctx->arena;
	const struct teaser *t = &c->story;
	struct buf b;

	buf_init(&b, a, PAGE_MAX);
	BUF_LIT(&b, "<p>");
	escape_html(&b, c->text);
	BUF_LIT(&b, "</p>\n");
	*e = (struct entry){
		.id = str_printf(a, "%.*s/news/%" PRId64 "#correction-%" PRId64,
		    STR_FMT(f->ask->url), t->id, c->id),
		.url = whole_url(a, f->ask, path_correction(a, f->ask, c)),
		.title = words_fill(a, f->ask->w->correction_of, "name",
		    label_headline(a, t->advisory_label, t->headline)),
		.summary = c->text,
		.html = buf_str(&b),
		.at = c->at,
		.updated = c->at,
	};
	tag_story(f, t);
	return ERR_OK;
}

/* ---- XML ---- */

static void
put_element(struct buf *b, const char *name, struct str text)
{
	struct str tag = str_c(name);

	if (text.n == 0)
		return;
	buf_char(b, '<');
	buf_put(b, tag);
	buf_char(b, '>');
	escape_xml(b, text);
	BUF_LIT(b, "</");
	buf_put(b, tag);
	BUF_LIT(b, ">\n");
}

static enum err
put_date(struct feed *f, const char *name, enum date_style style, int64_t at)
{
	struct str date = { 0 };

	TRY(locale_date(f->ctx, f->ask->locale, style, at, &date));
	put_element(&f->b, name, date);
	return ERR_OK;
}

static void
put_seconds(struct buf *b, const char *name, int64_t ms)
{
	if (ms > 0)
		buf_printf(b, " %s=\"%" PRId64 "\"", name, (ms + 500) / 1000);
}

/* Those who show feeds put it behind a choice of their own. */
static void
rss_rating(struct buf *b, const struct entry *e)
{
	buf_printf(b, "<media:rating scheme=\"urn:simple\">%s</media:rating>\n",
	    e->gated ? "adult" : "nonadult");
}

static void
rss_film(struct buf *b, const struct entry *e)
{
	BUF_LIT(b, "<enclosure url=\"");
	escape_xml(b, e->file);
	buf_printf(b, "\" length=\"%" PRId64 "\" type=\"%.*s\"/>\n", e->bytes,
	    STR_FMT(e->file_type));
	buf_printf(b, "<media:content medium=\"%s\" type=\"%.*s\" url=\"",
	    e->film ? "video" : "audio", STR_FMT(e->file_type));
	escape_xml(b, e->file);
	buf_printf(b, "\" fileSize=\"%" PRId64 "\"", e->bytes);
	put_seconds(b, "duration", e->duration);
	if (e->film)
		buf_printf(b, " width=\"%" PRId64 "\" height=\"%" PRId64 "\"",
		    e->width, e->height);
	BUF_LIT(b, ">\n");
	put_element(b, "media:title", e->title);
	put_element(b, "media:description", e->image_alt);
	put_element(b, "media:credit", e->image_credit);
	if (e->image.n > 0) {
		BUF_LIT(b, "<media:thumbnail url=\"");
		escape_xml(b, e->image);
		BUF_LIT(b, "\"/>\n");
	}
	rss_rating(b, e);
	BUF_LIT(b, "</media:content>\n");
}

/* Media RSS: what aggregators take their pictures and films from. */
static void
rss_media(struct buf *b, const struct entry *e)
{
	if (e->file.n > 0) {
		rss_film(b, e);
		return;
	}
	if (e->gated)
		rss_rating(b, e);
	if (e->image.n == 0)
		return;
	BUF_LIT(b, "<media:content medium=\"image\" type=\"image/jpeg\" "
		   "url=\"");
	escape_xml(b, e->image);
	BUF_LIT(b, "\">\n");
	put_element(b, "media:description", e->image_alt);
	put_element(b, "media:credit", e->image_credit);
	BUF_LIT(b, "</media:content>\n");
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
	TRY(put_date(f, "pubDate", DATE_RFC822, e->at));
	TRY(put_date(f, "atom:updated", DATE_ISO, e->updated));
	put_element(&f->b, "dc:creator", e->byline);
	for (size_t i = 0; i < e->topics_n; i++)
		put_element(&f->b, "category", e->topics[i]);
	put_element(
	    &f->b, "description", e->summary.n > 0 ? e->summary : e->title);
	rss_media(&f->b, e);
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
	    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
	    "xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n");
	put_element(&f->b, "title", f->title);
	put_element(&f->b, "link", f->home);
	put_element(&f->b, "description",
	    f->standfirst.n > 0 ? f->standfirst : f->title);
	put_element(&f->b, "language", f->ask->edition->lang);
	BUF_LIT(&f->b, "<atom:link rel=\"self\" type=\"application/rss+xml\" "
		       "href=\"");
	escape_xml(&f->b, f->self);
	BUF_LIT(&f->b, "\"/>\n");
	TRY(put_date(f, "lastBuildDate", DATE_RFC822, f->updated));
	for (size_t i = 0; i < f->n; i++)
		TRY(rss_entry(f, &f->entries[i]));
	BUF_LIT(&f->b, "</channel>\n</rss>\n");
	return ERR_OK;
}

static void
atom_link(struct buf *b, const char *rel, const char *type, struct str url)
{
	BUF_LIT(b, "<link rel=\"");
	buf_put(b, str_c(rel));
	BUF_LIT(b, "\" type=\"");
	buf_put(b, str_c(type));
	BUF_LIT(b, "\" href=\"");
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
	if (e->image.n > 0)
		atom_link(&f->b, "enclosure", "image/jpeg", e->image);
	if (e->file.n > 0) {
		buf_printf(&f->b,
		    "<link rel=\"enclosure\" type=\"%.*s\" length=\"%" PRId64
		    "\" href=\"",
		    STR_FMT(e->file_type), e->bytes);
		escape_xml(&f->b, e->file);
		BUF_LIT(&f->b, "\"/>\n");
	}
	TRY(put_date(f, "published", DATE_ISO, e->at));
	TRY(put_date(f, "updated", DATE_ISO, e->updated));
	if (e->byline.n > 0) {
		BUF_LIT(&f->b, "<author>");
		put_element(&f->b, "name", e->byline);
		BUF_LIT(&f->b, "</author>\n");
	}
	for (size_t i = 0; i < e->topics_n; i++) {
		BUF_LIT(&f->b, "<category term=\"");
		escape_xml(&f->b, e->topics[i]);
		BUF_LIT(&f->b, "\"/>\n");
	}
	put_element(&f->b, "summary", e->summary);
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
	put_element(&f->b, "title", f->title);
	put_element(&f->b, "subtitle", f->standfirst);
	atom_link(&f->b, "self", "application/atom+xml", f->self);
	atom_link(&f->b, "alternate", "text/html", f->home);
	TRY(put_date(f, "updated", DATE_ISO, f->updated));
	BUF_LIT(&f->b, "<author>");
	put_element(&f->b, "name", f->ask->edition->title);
	BUF_LIT(&f->b, "</author>\n");
	for (size_t i = 0; i < f->n; i++)
		TRY(atom_entry(f, &f->entries[i]));
	BUF_LIT(&f->b, "</feed>\n");
	return ERR_OK;
}

/* ---- JSON ---- */

static void
json_pair(struct buf *b, const char *key, struct str value)
{
	if (value.n == 0)
		return;
	BUF_LIT(b, ",\"");
	buf_put(b, str_c(key));
	BUF_LIT(b, "\":\"");
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
	json_pair(&f->b, "summary", e->summary);
	json_pair(&f->b, "image", e->image);
	TRY(json_date(f, "date_published", e->at));
	TRY(json_date(f, "date_modified", e->updated));
	if (e->byline.n > 0) {
		BUF_LIT(&f->b, ",\"authors\":[{\"name\":\"");
		escape_json(&f->b, e->byline);
		BUF_LIT(&f->b, "\"}]");
	}
	for (size_t i = 0; i < e->topics_n; i++) {
		buf_put(&f->b, i == 0 ? STR(",\"tags\":[\"") : STR(",\""));
		escape_json(&f->b, e->topics[i]);
		buf_put(&f->b, i + 1 == e->topics_n ? STR("\"]") : STR("\""));
	}
	if (e->file.n > 0) {
		BUF_LIT(&f->b, ",\"attachments\":[{\"url\":\"");
		escape_json(&f->b, e->file);
		buf_printf(&f->b,
		    "\",\"mime_type\":\"%.*s\",\"size_in_bytes\":%" PRId64
		    ",\"duration_in_seconds\":%" PRId64 "}]",
		    STR_FMT(e->file_type), e->bytes,
		    (e->duration + 500) / 1000);
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
	json_pair(&f->b, "title", f->title);
	json_pair(&f->b, "description", f->standfirst);
	json_pair(&f->b, "home_page_url", f->home);
	json_pair(&f->b, "feed_url", f->self);
	json_pair(&f->b, "language", f->ask->edition->lang);
	BUF_LIT(&f->b, ",\"items\":[");
	for (size_t i = 0; i < f->n; i++) {
		if (i > 0)
			BUF_LIT(&f->b, ",\n");
		TRY(json_entry(f, &f->entries[i]));
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

/* Rather too much: a buffer that grows is copied each time. */
static size_t
length_about(const struct feed *f)
{
	size_t n = ENTRY_MORE;

	for (size_t i = 0; i < f->n; i++)
		n += ENTRY_MORE + f->entries[i].summary.n +
		     f->entries[i].html.n + f->entries[i].html.n / 3;
	return n;
}

static enum err
print(struct feed *f, enum feed_format format, struct page *out)
{
	struct page page = { .type = formats[format].type };
	bool whole =
	    str_eq(f->path, path_prefix(f->ctx->arena, f->ask->edition));

	tag_word(&f->tags, STR("house"));
	tag_add(&f->tags, "edition", f->ask->edition->id);
	f->self = str_printf(f->ctx->arena, "%.*s%.*s/%s", STR_FMT(f->ask->url),
	    STR_FMT(f->path), formats[format].file);
	f->home = str_printf(f->ctx->arena, "%.*s%.*s%s", STR_FMT(f->ask->url),
	    STR_FMT(f->path), whole ? "/" : "");
	for (size_t i = 0; i < f->n; i++)
		if (f->entries[i].updated > f->updated)
			f->updated = f->entries[i].updated;
	if (f->updated == 0)
		f->updated = ctx_now(f->ctx);
	buf_init(&f->b, f->ctx->arena, PAGE_MAX);
	buf_reserve(&f->b, length_about(f));
	TRY(formats[format].write(f));
	TRY(buf_done(f->ctx, &f->b, &page.body));
	tags_give(&f->tags, &page);
	*out = page;
	return ERR_OK;
}

/* Its list goes by another name now, and so does its feed. */
static enum err
moved_to(struct feed *f, const struct list_head *head, enum feed_format format,
    struct page *out)
{
	static const char *const names[] = {
		[FEED_RSS] = "rss",
		[FEED_ATOM] = "atom",
		[FEED_JSON] = "json",
	};
	struct page page = {
		.redirect = str_printf(f->ctx->arena, "%.*s/feed.%s",
		    STR_FMT(head->path), names[format]),
	};

	tag_add(&f->tags, head->name_tag, head->id);
	tags_give(&f->tags, &page);
	*out = page;
	return ERR_OK;
}

enum err
page_feed(struct ctx *ctx, const struct page_ask *ask,
    const struct page_list *of, enum feed_format format, struct page *out)
{
	struct feed f = {
		.ctx = ctx,
		.ask = ask,
		.tags = { .arena = ctx->arena },
	};
	struct list_head head = { 0 };
	const struct teaser *items = NULL;

	TRY(list_find(ctx, ask, of, &head));
	if (head.moved)
		return moved_to(&f, &head, format, out);
	TRY(range_read(ctx, ask->st,
	    &(struct range){
		.kind = of->kind,
		.ref = head.id,
		.n = FEED_ITEMS,
		.bodies = true,
	    },
	    &items, &f.n));
	f.title = head.title;
	f.standfirst = head.standfirst;
	f.path = head.path;
	tag_add(&f.tags, head.list_tag, head.id);
	tag_add(&f.tags, head.name_tag, head.id);
	f.entries = ARENA_ARRAY(ctx->arena, f.n, struct entry);
	for (size_t i = 0; i < f.n; i++)
		TRY(story_entry(&f, &items[i], &f.entries[i]));
	return print(&f, format, out);
}

enum err
page_corrections_feed(struct ctx *ctx, const struct page_ask *ask,
    enum feed_format format, struct page *out)
{
	struct feed f = {
		.ctx = ctx,
		.ask = ask,
		.title = words_fill(ctx->arena, ask->w->corrections_of, "name",
		    ask->edition->title),
		.standfirst = ask->w->corrections_about,
		.path = path_corrections(ctx->arena, ask->edition),
		.tags = { .arena = ctx->arena },
	};
	const struct corrected *items = NULL;

	TRY(corrections_read(ctx, ask->st,
	    &(struct correction_range){
		.edition = ask->edition->id, .n = FEED_ITEMS },
	    &items, &f.n));
	tag_add(&f.tags, "corrections", ask->edition->id);
	f.entries = ARENA_ARRAY(ctx->arena, f.n, struct entry);
	for (size_t i = 0; i < f.n; i++)
		TRY(correction_entry(&f, &items[i], &f.entries[i]));
	return print(&f, format, out);
}
