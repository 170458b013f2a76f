/* SPDX-License-Identifier: MIT */
/*
 * The read API: published stories, lists and sections as JSON.  What it
 * says stands in openapi.json beside this file, from which it is tested.
 *
 * A picture or film that an advisory gates is left out, and "withheld" says
 * why.
 */

#include <assert.h>

#include "base/embed.h"
#include "newsroom/search.h"
#include "pages/part.h"

enum { API_STILL = 1280 }; /* width of a picture's plain address */

/* What a caller may ask for with fields=. */
enum field {
	FIELD_ID,
	FIELD_URL,
	FIELD_EDITION,
	FIELD_LANGUAGE,
	FIELD_HEADLINE,
	FIELD_KICKER,
	FIELD_STANDFIRST,
	FIELD_BYLINE,
	FIELD_SECTION,
	FIELD_PUBLISHED,
	FIELD_UPDATED,
	FIELD_ADVISORY,
	FIELD_PICTURE,
	FIELD_FILM,
	FIELD_BODY,
	/* Of a single story only: */
	FIELD_AUTHORS,
	FIELD_TAGS,
	FIELD_DATELINE,
	FIELD_WORDS,
	FIELD_SOURCES,
	FIELD_CORRECTIONS,
	FIELD_TRANSLATIONS,
	FIELD_RELATED,
	FIELDS_N,
	FIELDS_OF_LIST = FIELD_AUTHORS,
};

static const char *const field_names[] = {
	[FIELD_ID] = "id",
	[FIELD_URL] = "url",
	[FIELD_EDITION] = "edition",
	[FIELD_LANGUAGE] = "language",
	[FIELD_HEADLINE] = "headline",
	[FIELD_KICKER] = "kicker",
	[FIELD_STANDFIRST] = "standfirst",
	[FIELD_BYLINE] = "byline",
	[FIELD_SECTION] = "section",
	[FIELD_PUBLISHED] = "published",
	[FIELD_UPDATED] = "updated",
	[FIELD_ADVISORY] = "advisory",
	[FIELD_PICTURE] = "picture",
	[FIELD_FILM] = "film",
	[FIELD_BODY] = "body",
	[FIELD_AUTHORS] = "authors",
	[FIELD_TAGS] = "tags",
	[FIELD_DATELINE] = "dateline",
	[FIELD_WORDS] = "words",
	[FIELD_SOURCES] = "sources",
	[FIELD_CORRECTIONS] = "corrections",
	[FIELD_TRANSLATIONS] = "translations",
	[FIELD_RELATED] = "related",
};

struct telling {
	struct ctx *ctx;
	const struct page_ask *ask;
	struct tags tags;
	struct buf b;
	uint32_t fields; /* a bit for each */
	bool first;	 /* no comma yet in the object being written */
};

static void
telling_begin(struct telling *t, struct ctx *ctx, const struct page_ask *ask)
{
	*t = (struct telling){
		.ctx = ctx,
		.ask = ask,
		.tags = { .arena = ctx->arena },
	};
	buf_init(&t->b, ctx->arena, PAGE_MAX);
	tag_word(&t->tags, STR("house"));
	for (size_t i = 0; i < ask->editions_n; i++)
		tag_add(&t->tags, "edition", ask->editions[i].id);
}

static enum err
telling_end(struct telling *t, struct page *out)
{
	struct page page = { .type = STR("application/json") };

	buf_char(&t->b, '\n');
	TRY(buf_done(t->ctx, &t->b, &page.body));
	tags_give(&t->tags, &page);
	*out = page;
	return ERR_OK;
}

/* ---- JSON ---- */

static void
open_object(struct telling *t)
{
	buf_char(&t->b, '{');
	t->first = true;
}

static void
close_object(struct telling *t)
{
	buf_char(&t->b, '}');
	t->first = false;
}

static void
put_key(struct telling *t, const char *key)
{
	buf_printf(&t->b, "%s\"%s\":", t->first ? "" : ",", key);
	t->first = false;
}

static void
put_string(struct telling *t, struct str s)
{
	buf_char(&t->b, '"');
	escape_json(&t->b, s);
	buf_char(&t->b, '"');
}

static void
put_text(struct telling *t, const char *key, struct str s)
{
	put_key(t, key);
	put_string(t, s);
}

static void
put_int(struct telling *t, const char *key, int64_t v)
{
	put_key(t, key);
	buf_int(&t->b, v);
}

static void
put_null(struct telling *t, const char *key)
{
	put_key(t, key);
	BUF_LIT(&t->b, "null");
}

/* RFC 3339, UTC; null for 0. */
static void
put_time(struct telling *t, const char *key, int64_t at)
{
	char text[32];

	if (at == 0) {
		put_null(t, key);
		return;
	}
	log_time(at, text);
	put_text(t, key, str_c(text));
}

static void
put_url(struct telling *t, const char *key, struct str path)
{
	put_text(t, key, whole_url(t->ctx->arena, t->ask, path));
}

/* ---- which fields ---- */

static bool
asked(const struct telling *t, enum field f)
{
	return (t->fields >> f & 1) != 0;
}

static enum err
fields_unknown(struct ctx *ctx, struct str name, enum field n)
{
	struct buf b;

	buf_init(&b, ctx->arena, 1024);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", field_names[i]);
	return FAIL(ctx, ERR_INVALID,
	    "there is no field \"%.*s\" here; there are: %.*s",
	    STR_FMT(utf8_head(name, 60)), STR_FMT(buf_str(&b)));
}

/* Empty: all but the body in lists, all of a story. */
static enum err
fields_read(struct telling *t, struct str text, enum field n)
{
	struct str rest = text;

	t->fields = (UINT32_C(1) << n) - 1;
	if (n == FIELDS_OF_LIST)
		t->fields &= ~(UINT32_C(1) << FIELD_BODY);
	if (text.n == 0)
		return ERR_OK;
	t->fields = 0;
	while (rest.n > 0) {
		struct str name = str_trim(str_cut(rest, ',', &rest));
		enum field f = 0;

		while (f < n && !str_eq(name, str_c(field_names[f])))
			f++;
		if (f == n)
			return fields_unknown(t->ctx, name, n);
		t->fields |= UINT32_C(1) << f;
	}
	return ERR_OK;
}

/* ---- parts of a story ---- */

static void
put_term(struct telling *t, const char *what, const struct story_link *l)
{
	open_object(t);
	put_text(t, "slug", l->slug);
	put_text(t, "title", l->title);
	put_url(
	    t, "url", path_list(t->ctx->arena, t->ask->edition, what, l->slug));
	close_object(t);
	tag_add(&t->tags, what, l->id);
}

static void
put_section(struct telling *t, const struct story_link *section)
{
	if (!asked(t, FIELD_SECTION))
		return;
	if (section->id == 0) {
		put_null(t, "section");
		return;
	}
	put_key(t, "section");
	put_term(t, "section", section);
}

struct warning {
	int64_t id;
	struct str code, label, note;
	enum severity severity;
};

static void
put_advisory(struct telling *t, const struct warning *w)
{
	if (!asked(t, FIELD_ADVISORY))
		return;
	if (w->id == 0) {
		put_null(t, "advisory");
		return;
	}
	put_key(t, "advisory");
	open_object(t);
	put_text(t, "code", w->code);
	put_text(t, "label", w->label);
	put_text(t, "note", w->note);
	put_text(t, "severity",
	    w->severity == SEVERITY_GATE ? STR("gate") : STR("note"));
	close_object(t);
	tag_add(&t->tags, "advisory", w->id);
}

static void
put_words(struct telling *t, const struct picture *p)
{
	put_text(t, "alt", p->alt);
	put_text(t, "caption", p->caption);
	put_text(t, "credit", p->credit);
}

static void
put_picture(struct telling *t, const struct picture *p, bool gated)
{
	struct arena *a = t->ctx->arena;

	if (!asked(t, FIELD_PICTURE))
		return;
	if (p->asset == 0 || p->kind != ASSET_PICTURE) {
		put_null(t, "picture");
		return;
	}
	put_key(t, "picture");
	open_object(t);
	if (gated) {
		put_text(t, "withheld", p->advisory_note);
	} else {
		put_url(t, "url",
		    str_printf(a, "%.*s?w=%d", STR_FMT(still_path(a, p, "3x2")),
			API_STILL));
		put_words(t, p);
	}
	close_object(t);
}

static void
put_url_or_null(struct telling *t, const char *key, struct str path)
{
	if (path.n > 0)
		put_url(t, key, path);
	else
		put_null(t, key);
}

static void
put_size(struct telling *t, const struct film_view *film)
{
	if (film->sound) {
		put_null(t, "width");
		put_null(t, "height");
	} else {
		put_int(t, "width", film->width);
		put_int(t, "height", film->height);
	}
}

static void
put_captions(struct telling *t, const struct film_view *film)
{
	put_key(t, "captions");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < film->tracks_n; i++) {
		if (i > 0)
			buf_char(&t->b, ',');
		open_object(t);
		put_text(t, "language", film->tracks[i].lang);
		put_url(t, "url", film->tracks[i].url);
		close_object(t);
	}
	buf_char(&t->b, ']');
}

static enum err
put_film(struct telling *t, const struct picture *p, bool gated)
{
	const struct film_view *film = NULL;

	if (!asked(t, FIELD_FILM))
		return ERR_OK;
	if (!lead_plays(p)) {
		put_null(t, "film");
		return ERR_OK;
	}
	put_key(t, "film");
	open_object(t);
	if (gated) {
		put_text(t, "withheld", p->advisory_note);
		close_object(t);
		return ERR_OK;
	}
	TRY(film_make(t->ctx, t->ask, p, STR(""), false, &film));
	put_text(t, "kind", lead_word(p, STR(""), STR("video"), STR("audio")));
	put_url_or_null(t, "hls", film->list);
	put_url_or_null(t, "file", film->file);
	put_url_or_null(t, "still", film->still);
	put_int(t, "seconds", film->seconds);
	put_size(t, film);
	put_words(t, p);
	put_captions(t, film);
	close_object(t);
	return ERR_OK;
}

static void
put_body(struct telling *t, struct html body, struct str url)
{
	struct buf b;

	if (!asked(t, FIELD_BODY))
		return;
	buf_init(&b, t->ctx->arena, PAGE_MAX);
	body_whole(&b, body, t->ask->url, url);
	put_text(t, "body", buf_str(&b));
}

#define PUT_TEXT(t, field, value)                                   \
	do {                                                        \
		if (asked((t), (field)))                            \
			put_text((t), field_names[field], (value)); \
	} while (0)

/* What teasers and articles have in common. */
struct head {
	int64_t id, at, updated_at;
	struct str slug, headline, kicker, standfirst, byline;
};

static void
put_head(struct telling *t, const struct head *h, struct str url)
{
	const struct edition *e = t->ask->edition;

	if (asked(t, FIELD_ID))
		put_int(t, "id", h->id);
	PUT_TEXT(t, FIELD_URL, url);
	PUT_TEXT(t, FIELD_EDITION, e->code);
	PUT_TEXT(t, FIELD_LANGUAGE, e->lang);
	PUT_TEXT(t, FIELD_HEADLINE, h->headline);
	PUT_TEXT(t, FIELD_KICKER, h->kicker);
	PUT_TEXT(t, FIELD_STANDFIRST, h->standfirst);
	PUT_TEXT(t, FIELD_BYLINE, h->byline);
	if (asked(t, FIELD_PUBLISHED))
		put_time(t, "published", h->at);
	if (asked(t, FIELD_UPDATED))
		put_time(t, "updated", h->updated_at);
	tag_add(&t->tags, "story", h->id);
}

static struct str
story_url(const struct telling *t, int64_t id, struct str slug)
{
	struct arena *a = t->ctx->arena;

	return whole_url(a, t->ask, path_story(a, t->ask->edition, id, slug));
}

/* ---- lists ---- */

static enum err
put_teaser(struct telling *t, const struct teaser *s)
{
	struct str url = story_url(t, s->id, s->slug);
	bool gated = teaser_is_gated(s);

	/* Also for its advisory, which may be that of another story. */
	tag_add(&t->tags, "asset", s->lead.asset);
	open_object(t);
	put_head(t,
	    &(struct head){ s->id, s->at, s->updated_at, s->slug, s->headline,
		s->kicker, s->standfirst, s->byline },
	    url);
	put_section(t, &s->section);
	put_advisory(t, &(struct warning){ s->advisory, s->advisory_code,
			    s->advisory_label, s->advisory_note, s->severity });
	put_picture(t, &s->lead, gated);
	TRY(put_film(t, &s->lead, gated));
	put_body(t, (struct html){ s->body }, url);
	close_object(t);
	return ERR_OK;
}

static enum err
put_teasers(struct telling *t, const struct teaser *s, size_t n)
{
	put_key(t, "stories");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < n; i++) {
		buf_put(&t->b, i == 0 ? STR("\n") : STR(",\n"));
		TRY(put_teaser(t, &s[i]));
	}
	BUF_LIT(&t->b, "\n]");
	return ERR_OK;
}

/* The same question, going on behind the last story. */
static void
put_next(
    struct telling *t, const struct api_stories *in, const struct teaser *last)
{
	static const char *const names[] = {
		[RANGE_SECTION] = "section",
		[RANGE_TAG] = "tag",
		[RANGE_AUTHOR] = "author",
	};
	struct buf b;

	buf_init(&b, t->ctx->arena, 8192);
	buf_printf(
	    &b, "/api/v1/stories?edition=%.*s", STR_FMT(t->ask->edition->code));
	if (in->of.kind != RANGE_EDITION) {
		buf_printf(&b, "&%s=", names[in->of.kind]);
		escape_url(&b, in->of.slug);
	}
	buf_printf(&b, "&before=%" PRId64 "-%" PRId64 "&limit=%zu", last->at,
	    last->id, in->limit);
	if (in->fields.n > 0) {
		BUF_LIT(&b, "&fields=");
		escape_url(&b, in->fields);
	}
	put_url(t, "next", buf_str(&b));
}

enum err
api_stories(struct ctx *ctx, const struct page_ask *ask,
    const struct api_stories *in, struct page *out)
{
	const struct teaser *s = NULL;
	struct list_head head = { 0 };
	struct range range = { .kind = in->of.kind, .n = in->limit + 1 };
	struct telling t;
	size_t n = 0;

	telling_begin(&t, ctx, ask);
	TRY(fields_read(&t, in->fields, FIELDS_OF_LIST));
	TRY(list_find(ctx, ask, &in->of, &head));
	if (in->of.before.n > 0 &&
	    !cursor_read(in->of.before, &range.at, &range.story))
		return FAIL(ctx, ERR_INVALID,
		    "before is a cursor from the \"next\" of an earlier "
		    "answer");
	range.ref = head.id;
	range.bodies = asked(&t, FIELD_BODY);
	tag_add(&t.tags, head.list_tag, head.id);
	tag_add(&t.tags, head.name_tag, head.id);
	TRY(range_read(ctx, ask->st, &range, &s, &n));
	open_object(&t);
	TRY(put_teasers(&t, s, n > in->limit ? in->limit : n));
	if (n > in->limit)
		put_next(&t, in, &s[in->limit - 1]);
	else
		put_null(&t, "next");
	close_object(&t);
	return telling_end(&t, out);
}

static enum err
find_list(struct telling *t, const struct api_list *in, const struct list **out)
{
	const struct section *s = NULL;

	if (!in->of_section)
		return list_by_code(
		    t->ctx, t->ask->st, t->ask->edition->id, in->name, out);
	TRY(section_by_slug(
	    t->ctx, t->ask->st, t->ask->edition->id, in->name, &s));
	if (s == NULL)
		return FAIL(t->ctx, ERR_NOTFOUND, "there is no such section");
	return list_by_section(t->ctx, t->ask->st, s->id, out);
}

enum err
api_list(struct ctx *ctx, const struct page_ask *ask, const struct api_list *in,
    struct page *out)
{
	struct seen *seen = ARENA_NEW(ctx->arena, struct seen);
	const struct list *list = NULL;
	const struct teaser *s = NULL;
	struct telling t;
	int64_t dated = 0;
	size_t n = 0;

	telling_begin(&t, ctx, ask);
	TRY(fields_read(&t, in->fields, FIELD_BODY));
	TRY(find_list(&t, in, &list));
	tag_add(&t.tags, list->section != 0 ? "slist" : "front",
	    list->section != 0 ? list->section : list->edition);
	rule_tag(&t.tags, list);
	if (list->rest_days != 0) {
		tag_add(&t.tags, "day", list->edition);
		dated = list->edition;
	}
	TRY(list_fill(ctx, ask->st, list, in->limit, seen, &s, &n));
	open_object(&t);
	put_text(&t, "kind", list->kind);
	put_text(&t, "name", list->code);
	put_text(&t, "title", list->title);
	put_int(&t, "version", list->version);
	TRY(put_teasers(&t, s, n));
	close_object(&t);
	TRY(telling_end(&t, out));
	out->dated = dated;
	return ERR_OK;
}

/* ---- search ---- */

static void
put_section_facets(struct telling *t, const struct search_found *found,
    const struct section *sections, size_t n)
{
	bool any = false;

	put_key(t, "sections");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < found->sections_n; i++)
		for (size_t j = 0; j < n; j++) {
			if (sections[j].id != found->sections[i].id)
				continue;
			buf_put(&t->b, any ? STR(",") : STR(""));
			any = true;
			open_object(t);
			put_text(t, "slug", sections[j].slug);
			put_text(t, "title", sections[j].title);
			put_int(t, "stories", found->sections[i].n);
			close_object(t);
			tag_add(&t->tags, "section", sections[j].id);
		}
	buf_char(&t->b, ']');
}

static void
put_year_facets(struct telling *t, const struct search_found *found)
{
	put_key(t, "years");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < found->years_n; i++) {
		buf_put(&t->b, i > 0 ? STR(",") : STR(""));
		open_object(t);
		put_int(t, "year", found->years[i].id);
		put_int(t, "stories", found->years[i].n);
		close_object(t);
	}
	buf_char(&t->b, ']');
}

static void
put_search_next(struct telling *t, const struct api_search *in, int64_t next)
{
	struct buf b;

	buf_init(&b, t->ctx->arena, 8192);
	buf_printf(&b,
	    "/api/v1/search?edition=%.*s&q=", STR_FMT(t->ask->edition->code));
	escape_url(&b, in->of.typed);
	if (in->of.section.n > 0) {
		BUF_LIT(&b, "&section=");
		escape_url(&b, in->of.section);
	}
	if (in->of.year != 0)
		buf_printf(&b, "&year=%" PRId64, in->of.year);
	buf_printf(&b, "&sort=%s&before=%" PRId64 "&limit=%zu",
	    in->of.newest ? "new" : "best", next, in->limit);
	if (in->fields.n > 0) {
		BUF_LIT(&b, "&fields=");
		escape_url(&b, in->fields);
	}
	put_url(t, "next", buf_str(&b));
}

static enum err
put_found(struct telling *t, const struct search_found *found)
{
	struct teaser *s = ARENA_ARRAY(t->ctx->arena, found->n, struct teaser);
	size_t n = 0;

	for (size_t i = 0; i < found->n; i++) {
		bool there = false;

		TRY(teaser_read(t->ctx, t->ask->st, found->stories[i],
		    asked(t, FIELD_BODY), &s[n], &there));
		n += there;
	}
	return put_teasers(t, s, n);
}

enum err
api_search(struct ctx *ctx, const struct page_ask *ask,
    const struct api_search *in, struct page *out)
{
	struct search_ask question = {
		.edition = ask->edition->id,
		.typed = in->of.typed,
		.year = in->of.year,
		.order = in->of.newest ? SEARCH_NEWEST : SEARCH_BEST,
		.n = in->limit,
	};
	const struct section *sections = NULL;
	struct search_found found = { 0 };
	struct telling t;
	size_t n = 0;

	telling_begin(&t, ctx, ask);
	TRY(fields_read(&t, in->fields, FIELDS_OF_LIST));
	TRY(section_list(ctx, ask->st, ask->edition->id, &sections, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(sections[i].slug, in->of.section))
			question.section = sections[i].id;
	if (in->of.section.n > 0 && question.section == 0)
		return FAIL(ctx, ERR_NOTFOUND, "there is no such section");
	if (in->of.newest)
		question.before = in->of.before;
	else
		question.skip = in->of.before;
	TRY(search_find(ctx, ask->st, &question, &found));
	tag_add(&t.tags, "search", ask->edition->id);
	open_object(&t);
	put_text(&t, "order", in->of.newest ? STR("new") : STR("best"));
	put_int(&t, "total", found.total);
	put_key(&t, "more");
	buf_put(&t.b, found.more ? STR("true") : STR("false"));
	put_section_facets(&t, &found, sections, n);
	put_year_facets(&t, &found);
	TRY(put_found(&t, &found));
	if (found.older)
		put_search_next(&t, in, found.next);
	else
		put_null(&t, "next");
	close_object(&t);
	return telling_end(&t, out);
}

/* ---- one story ---- */

static void
put_terms(struct telling *t, enum field f, const char *what,
    const struct story_link *l, size_t n)
{
	if (!asked(t, f))
		return;
	put_key(t, field_names[f]);
	buf_char(&t->b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(&t->b, ',');
		put_term(t, what, &l[i]);
	}
	buf_char(&t->b, ']');
	t->first = false;
}

static void
put_sources(struct telling *t, const struct article *a)
{
	if (!asked(t, FIELD_SOURCES))
		return;
	put_key(t, "sources");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < a->sources_n; i++) {
		if (i > 0)
			buf_char(&t->b, ',');
		open_object(t);
		put_text(t, "name", a->sources[i].name);
		if (a->sources[i].url.n > 0)
			put_text(t, "url", a->sources[i].url);
		close_object(t);
	}
	buf_char(&t->b, ']');
}

static void
put_corrections(struct telling *t, const struct article *a)
{
	if (!asked(t, FIELD_CORRECTIONS))
		return;
	put_key(t, "corrections");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < a->corrections_n; i++) {
		if (i > 0)
			buf_char(&t->b, ',');
		open_object(t);
		put_time(t, "at", a->corrections[i].at);
		put_text(t, "text", a->corrections[i].text);
		close_object(t);
	}
	buf_char(&t->b, ']');
}

static enum err
put_translations(struct telling *t, const struct article *a)
{
	struct arena *arena = t->ctx->arena;
	const struct translation *v = NULL;
	size_t n = 0;

	if (!asked(t, FIELD_TRANSLATIONS))
		return ERR_OK;
	if (a->translation_set != 0)
		TRY(story_translations(
		    t->ctx, t->ask->st, a->id, a->translation_set, &v, &n));
	put_key(t, "translations");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < n; i++) {
		const struct edition *e = ask_edition(t->ask, v[i].edition);

		if (i > 0)
			buf_char(&t->b, ',');
		open_object(t);
		put_int(t, "id", v[i].story);
		put_text(t, "language", e->lang);
		put_url(t, "url", path_story(arena, e, v[i].story, v[i].slug));
		close_object(t);
		tag_add(&t->tags, "story", v[i].story);
	}
	buf_char(&t->b, ']');
	return ERR_OK;
}

static enum err
put_related(struct telling *t, int64_t story)
{
	const struct related *r = NULL;
	size_t n = 0;

	if (!asked(t, FIELD_RELATED))
		return ERR_OK;
	TRY(related_tags(t->ctx, t->ask->st, story, &t->tags));
	TRY(related_read(t->ctx, t->ask->st, story, &r, &n));
	put_key(t, "related");
	buf_char(&t->b, '[');
	for (size_t i = 0; i < n; i++) {
		const struct teaser *s = &r[i].teaser;

		if (i > 0)
			buf_char(&t->b, ',');
		open_object(t);
		put_int(t, "id", r[i].id);
		put_text(t, "title", r[i].stub ? r[i].title : s->headline);
		if (r[i].stub)
			put_null(t, "url");
		else
			put_url(t, "url",
			    path_story(t->ctx->arena,
				ask_edition(t->ask, s->edition), s->id,
				s->slug));
		close_object(t);
	}
	buf_char(&t->b, ']');
	return ERR_OK;
}

static enum err
put_article(struct telling *t, const struct article *a)
{
	struct str url = story_url(t, a->id, a->slug);
	bool gated = a->lead.gated;

	tag_add(&t->tags, "asset", a->lead.asset);
	open_object(t);
	put_head(t,
	    &(struct head){ a->id, a->live_at, a->updated_at, a->slug,
		a->headline, a->kicker, a->standfirst, a->byline },
	    url);
	put_section(t, &a->section);
	put_advisory(t, &(struct warning){ a->advisory, a->advisory_code,
			    a->advisory_label, a->advisory_note, a->severity });
	put_picture(t, &a->lead, gated);
	TRY(put_film(t, &a->lead, gated));
	put_body(t, a->body, url);
	put_terms(t, FIELD_AUTHORS, "author", a->authors, a->authors_n);
	put_terms(t, FIELD_TAGS, "tag", a->tags, a->tags_n);
	PUT_TEXT(t, FIELD_DATELINE, a->dateline);
	if (asked(t, FIELD_WORDS))
		put_int(t, "words", a->words);
	put_sources(t, a);
	put_corrections(t, a);
	TRY(put_translations(t, a));
	TRY(put_related(t, a->id));
	close_object(t);
	return ERR_OK;
}

enum err
api_story(struct ctx *ctx, const struct page_ask *ask, int64_t id,
    struct str fields, struct page *out)
{
	const struct article *a = NULL;
	struct page_ask own = *ask;
	struct telling t;

	TRY(story_for_readers(ctx, ask->st, id, &a));
	/* Whatever edition it is of. */
	own.edition = ask_edition(ask, a->edition);
	telling_begin(&t, ctx, &own);
	TRY(fields_read(&t, fields, FIELDS_N));
	TRY(put_article(&t, a));
	return telling_end(&t, out);
}

/* ---- the house ---- */

enum err
api_sections(struct ctx *ctx, const struct page_ask *ask, struct page *out)
{
	const struct edition *e = ask->edition;
	const struct section *s = NULL;
	struct telling t;
	size_t n = 0;

	telling_begin(&t, ctx, ask);
	TRY(section_list(ctx, ask->st, e->id, &s, &n));
	open_object(&t);
	put_text(&t, "edition", e->code);
	put_key(&t, "sections");
	buf_char(&t.b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			BUF_LIT(&t.b, ",\n");
		open_object(&t);
		put_text(&t, "slug", s[i].slug);
		put_text(&t, "title", s[i].title);
		put_text(&t, "standfirst", s[i].standfirst);
		put_url(
		    &t, "url", path_list(ctx->arena, e, "section", s[i].slug));
		close_object(&t);
		tag_add(&t.tags, "section", s[i].id);
	}
	buf_char(&t.b, ']');
	close_object(&t);
	return telling_end(&t, out);
}

enum err
api_editions(struct ctx *ctx, const struct page_ask *ask, struct page *out)
{
	struct telling t;

	telling_begin(&t, ctx, ask);
	open_object(&t);
	put_text(&t, "house", ask->house->title);
	put_key(&t, "editions");
	buf_char(&t.b, '[');
	for (size_t i = 0; i < ask->editions_n; i++) {
		const struct edition *e = &ask->editions[i];

		if (i > 0)
			BUF_LIT(&t.b, ",\n");
		open_object(&t);
		put_text(&t, "code", e->code);
		put_text(&t, "language", e->lang);
		put_text(&t, "direction", e->rtl ? STR("rtl") : STR("ltr"));
		put_text(&t, "zone", e->zone);
		put_text(&t, "title", e->title);
		put_url(&t, "url",
		    str_printf(ctx->arena, "%.*s/",
			STR_FMT(path_prefix(ctx->arena, e))));
		close_object(&t);
	}
	buf_char(&t.b, ']');
	close_object(&t);
	return telling_end(&t, out);
}

/* ---- the description ---- */

extern const struct embedded_file api_files[];
extern const size_t api_files_n;

enum err
api_description(struct ctx *ctx, const struct page_ask *ask, struct page *out)
{
	static const struct str mark = STR_INIT("https://courier.example");
	struct str text =
	    str_make((const char *)api_files[0].bytes, api_files[0].n);
	size_t at = str_find(text, mark, 0);
	struct telling t;

	telling_begin(&t, ctx, ask);
	assert(at != SIZE_MAX);
	buf_put(&t.b, str_sub(text, 0, at));
	buf_put(&t.b, ask->url);
	buf_put(&t.b, str_trim(str_from(text, at + mark.n)));
	return telling_end(&t, out);
}
