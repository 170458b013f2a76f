/* SPDX-License-Identifier: MIT */
/* What stands around every page: head, nameplate, navigation, foot. */

#include "pages/part.h"

static enum err
add_sections(struct ctx *ctx, const struct page_ask *ask,
    const struct frame_ask *in, struct tags *tags, struct frame_view *f)
{
	const struct section *s = NULL;
	struct link_view *links = NULL;
	size_t n = 0;

	TRY(ask_sections(ctx, ask, &s, &n));
	links = ARENA_ARRAY(ctx->arena, n, struct link_view);
	for (size_t i = 0; i < n; i++) {
		links[i].title = s[i].title;
		links[i].url =
		    path_list(ctx->arena, ask->edition, "section", s[i].slug);
		if (s[i].id == in->section)
			links[i].current =
			    in->section_page ? STR("page") : STR("true");
		tag_add(tags, "section", s[i].id);
	}
	f->sections = links;
	f->sections_n = n;
	f->has_sections = n > 0;
	return ERR_OK;
}

/* Where that edition has the same; else its front. */
static struct str
path_there(struct arena *a, const struct page_ask *ask,
    const struct frame_ask *in, size_t i)
{
	if (in->elsewhere != NULL && in->elsewhere[i].n > 0)
		return in->elsewhere[i];
	return path_home(a, &ask->editions[i]);
}

static void
add_editions(struct arena *a, const struct page_ask *ask,
    const struct frame_ask *in, struct tags *tags, struct frame_view *f)
{
	struct link_view *links =
	    ARENA_ARRAY(a, ask->editions_n, struct link_view);

	for (size_t i = 0; i < ask->editions_n; i++) {
		const struct edition *e = &ask->editions[i];

		tag_add(tags, "edition", e->id);
		if (e == ask->edition)
			continue;
		links[f->editions_n++] = (struct link_view){
			.title = e->title,
			.url = path_there(a, ask, in, i),
			.lang = e->lang,
			.dir = e->rtl ? STR("rtl") : STR("ltr"),
		};
	}
	f->editions = links;
	f->has_editions = f->editions_n > 0;
}

/*
 * hreflang: the page itself is among them, and the default edition's, or the
 * first there is, is for readers of all other languages.
 */
static void
add_alternates(struct arena *a, const struct page_ask *ask,
    const struct frame_ask *in, struct frame_view *f)
{
	struct link_view *links =
	    ARENA_ARRAY(a, ask->editions_n + 1, struct link_view);
	const struct link_view *any = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ask->editions_n; i++) {
		const struct edition *e = &ask->editions[i];
		struct str path =
		    e == ask->edition ? in->path : in->elsewhere[i];

		if (path.n == 0)
			continue;
		links[n].url = whole_url(a, ask, path);
		links[n].lang = e->lang;
		if (any == NULL || e->is_default)
			any = &links[n];
		n++;
	}
	if (n < 2)
		return;
	links[n] = (struct link_view){
		.url = any->url,
		.lang = STR("x-default"),
	};
	f->alternates = links;
	f->alternates_n = n + 1;
}

static const struct {
	const char *name, *type, *file;
} feed_kinds[] = {
	{ "RSS", "application/rss+xml", "feed.rss" },
	{ "Atom", "application/atom+xml", "feed.atom" },
	{ "JSON Feed", "application/feed+json", "feed.json" },
};

static void
add_feeds(struct arena *a, const struct page_ask *ask,
    const struct frame_ask *in, struct frame_view *f)
{
	enum { KINDS = sizeof(feed_kinds) / sizeof(feed_kinds[0]) };
	struct link_view *links = ARENA_ARRAY(a, KINDS, struct link_view);
	struct str base =
	    in->list_path.n > 0 ? in->list_path : path_prefix(a, ask->edition);

	for (size_t i = 0; i < KINDS; i++) {
		struct str words = words_fill(a,
		    in->list_path.n > 0 ? ask->w->feed_of : ask->w->feed_site,
		    "format", str_c(feed_kinds[i].name));

		links[i] = (struct link_view){
			.title = words_fill(a, words, "name", in->list_title),
			.type = str_c(feed_kinds[i].type),
			.url = STR_CAT(
			    a, base, STR("/"), str_c(feed_kinds[i].file)),
		};
	}
	f->feeds = links;
	f->feeds_n = KINDS;
}

static void
add_share(struct arena *a, const struct page_ask *ask,
    const struct frame_ask *in, struct frame_view *f)
{
	struct share_view *s = ARENA_NEW(a, struct share_view);

	*s = (struct share_view){
		.type = in->article ? STR("article") : STR("website"),
		.site = ask->edition->title,
		.title = in->title.n > 0 ? in->title : ask->edition->title,
		.url = f->canonical,
		.description = in->description,
		.image = in->image,
	};
	f->share = s;
}

static struct str
oembed_url(struct arena *a, const struct page_ask *ask, struct str url)
{
	struct buf b;

	buf_init(&b, a, 8192);
	buf_put(&b, whole_url(a, ask, STR("/oembed?url=")));
	escape_url(&b, url);
	return buf_str(&b);
}

enum err
frame_make(struct ctx *ctx, const struct page_ask *ask,
    const struct frame_ask *in, struct tags *tags, struct frame_view **out)
{
	struct arena *a = ctx->arena;
	const struct edition *e = ask->edition;
	struct frame_view *f = ARENA_NEW(a, struct frame_view);

	*f = (struct frame_view){
		.w = ask->w,
		.lang = e->lang,
		.dir = e->rtl ? STR("rtl") : STR("ltr"),
		.rtl = e->rtl,
		.title = in->title.n == 0
			     ? e->title
			     : STR_CAT(a, in->title, STR(" - "), e->title),
		.description = in->description,
		.noindex = in->noindex,
		.film = in->film,
		.house = e->title,
		.standfirst = e->standfirst,
		.home = path_home(a, e),
		.archive = path_archive(a, e, &(struct period){ 0 }),
		.corrections = path_corrections(a, e),
		.search = path_search(a, e),
	};
	tag_word(tags, STR("house"));
	if (in->path.n > 0) {
		f->here = in->path;
		f->canonical = whole_url(a, ask, in->path);
		if (!in->noindex)
			add_share(a, ask, in, f);
		if (in->equal && in->elsewhere != NULL && !in->noindex)
			add_alternates(a, ask, in, f);
		if (in->article && !in->noindex)
			f->oembed = oembed_url(a, ask, f->canonical);
	}
	if (in->day) {
		TRY(locale_date(
		    ctx, ask->locale, DATE_DAY, ctx_now(ctx), &f->day));
		TRY(time_iso(ctx, ask, ctx_now(ctx), &f->day_iso));
		f->day_iso = str_sub(f->day_iso, 0, 10);
		tag_add(tags, "day", e->id);
	}
	add_editions(a, ask, in, tags, f);
	add_feeds(a, ask, in, f);
	TRY(add_sections(ctx, ask, in, tags, f));
	*out = f;
	return ERR_OK;
}
