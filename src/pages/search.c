/* SPDX-License-Identifier: MIT */
/*
 * What search finds, as a page, and what can be suggested while somebody
 * types.  Both are tagged "search:E": every publish of the edition drops them.
 */

#include "newsroom/search.h"

#include "markup/sanitise.h"
#include "pages/part.h"

enum {
	RESULTS = 10,
	SNIPPET_WORDS = 32,
	FACETS = 12,	   /* sections, and years, that are offered */
	TERMS_SHOWN = 200, /* characters of the question in the title */
	PATH_MAX_BYTES = 16384,
};

struct asking {
	struct ctx *ctx;
	const struct page_ask *ask;
	const struct page_search *in;
	const struct section *section; /* NULL: all of them */
	const struct section *sections;
	size_t sections_n;
	struct search_found found;
	struct tags tags;
	struct search_view view;
};

/* ---- addresses ---- */

struct str
path_search(struct arena *a, const struct edition *e)
{
	return str_printf(a, "%.*s/search", STR_FMT(path_prefix(a, e)));
}

/* Where the same question stands with another narrowing, order or page. */
struct turn {
	struct str section; /* slug; empty: all */
	int64_t year;	    /* 0: any */
	bool newest;
	int64_t before; /* 0: the first page */
};

static struct turn
turn_now(const struct asking *s)
{
	return (struct turn){
		.section =
		    s->section != NULL ? s->section->slug : (struct str){ 0 },
		.year = s->in->year,
		.newest = s->in->newest,
	};
}

static struct str
turn_path(const struct asking *s, const struct turn *t)
{
	struct arena *a = s->ctx->arena;
	struct buf b;

	buf_init(&b, a, PATH_MAX_BYTES);
	buf_put(&b, path_search(a, s->ask->edition));
	BUF_LIT(&b, "?q=");
	escape_url(&b, utf8_head(s->in->typed, QUERY_MAX));
	if (t->newest)
		BUF_LIT(&b, "&sort=new");
	if (t->section.n > 0)
		buf_printf(&b, "&section=%.*s", STR_FMT(t->section));
	if (t->year != 0)
		buf_printf(&b, "&year=%" PRId64, t->year);
	if (t->before != 0)
		buf_printf(&b, "&before=%" PRId64, t->before);
	return buf_str(&b);
}

/* ---- numbers ---- */

static enum err
number(const struct asking *s, int64_t n, struct str *out)
{
	return locale_number(s->ctx, s->ask->locale, n, out);
}

/* "2,000" in the place of {n}. */
static enum err
with_number(
    const struct asking *s, struct str words, int64_t n, struct str *out)
{
	struct str text = { 0 };

	TRY(number(s, n, &text));
	*out = words_fill(s->ctx->arena, words, "n", text);
	return ERR_OK;
}

/* ---- results ---- */

static const struct mark_view *
marks_make(struct arena *a, const struct snippet *p)
{
	struct mark_view *v = ARENA_ARRAY(a, p->n + 2, struct mark_view);
	size_t n = 0;

	if (p->before)
		v[n++].plain = STR("… ");
	for (size_t i = 0; i < p->n; i++) {
		if (p->pieces[i].hit)
			v[n++].hit = p->pieces[i].text;
		else
			v[n++].plain = p->pieces[i].text;
	}
	if (p->after)
		v[n++].plain = STR(" …");
	return v;
}

static size_t
marks_count(const struct snippet *p)
{
	return p->n + p->before + p->after;
}

/* The standfirst if it says all; else the best place of the two. */
static void
snippet_make(
    const struct asking *s, const struct teaser *t, struct snippet *out)
{
	struct arena *a = s->ctx->arena;
	struct analyser *an = s->found.analyser;
	const struct query *q = &s->found.query;
	struct snippet body = { 0 };

	query_snippet(a, an, q, t->standfirst, SNIPPET_WORDS, out);
	if (out->all)
		return;
	query_snippet(a, an, q, html_text(a, (struct html){ t->body }, 0),
	    SNIPPET_WORDS, &body);
	if (body.worth > out->worth || out->n == 0)
		*out = body;
}

static enum err
result_make(
    struct asking *s, int64_t story, struct result_view *out, bool *there)
{
	struct arena *a = s->ctx->arena;
	struct teaser_view *v = ARENA_NEW(a, struct teaser_view);
	struct snippet title = { 0 };
	struct snippet text = { 0 };
	struct teaser t = { 0 };

	TRY(teaser_read(s->ctx, s->ask->st, story, true, &t, there));
	if (!*there)
		return ERR_OK;
	TRY(teaser_make(s->ctx, s->ask, &t, &s->tags, v));
	if (t.advisory_label.n == 0)
		v->kicker = t.section.title;
	query_mark(a, s->found.analyser, &s->found.query, t.headline,
	    &title.pieces, &title.n);
	snippet_make(s, &t, &text);
	*out = (struct result_view){
		.teaser = v,
		.title = marks_make(a, &title),
		.title_n = marks_count(&title),
		.text = marks_make(a, &text),
		.text_n = marks_count(&text),
		.has_text = text.n > 0,
	};
	return ERR_OK;
}

static enum err
results_make(struct asking *s)
{
	struct result_view *all =
	    ARENA_ARRAY(s->ctx->arena, s->found.n, struct result_view);
	size_t n = 0;

	for (size_t i = 0; i < s->found.n; i++) {
		bool there = false;

		TRY(result_make(s, s->found.stories[i], &all[n], &there));
		n += there;
	}
	s->view.results = all;
	s->view.results_n = n;
	s->view.has_results = n > 0;
	return ERR_OK;
}

/* ---- narrowing ---- */

static const struct section *
section_of_ask(const struct asking *s, int64_t id)
{
	for (size_t i = 0; i < s->sections_n; i++)
		if (s->sections[i].id == id)
			return &s->sections[i];
	return NULL;
}

static enum err
facet_make(const struct asking *s, struct str title, const struct turn *to,
    int64_t n, bool current, struct facet_view *out)
{
	*out = (struct facet_view){
		.title = title,
		.url = turn_path(s, to),
		.current = current ? STR("true") : STR(""),
	};
	return n > 0 ? number(s, n, &out->n) : ERR_OK;
}

static enum err
sections_make(struct asking *s)
{
	struct facet_view *all =
	    ARENA_ARRAY(s->ctx->arena, FACETS + 1, struct facet_view);
	struct turn to = turn_now(s);
	size_t n = 0;

	to.section = (struct str){ 0 };
	TRY(facet_make(s, s->ask->w->search_all_sections, &to, 0,
	    s->section == NULL, &all[n++]));
	for (size_t i = 0; i < s->found.sections_n && n <= FACETS; i++) {
		const struct search_facet *f = &s->found.sections[i];
		const struct section *section = section_of_ask(s, f->id);

		if (section == NULL)
			continue;
		to.section = section->slug;
		TRY(facet_make(s, section->title, &to, f->n,
		    section == s->section, &all[n++]));
	}
	s->view.sections = all;
	s->view.sections_n = n;
	s->view.has_sections = n > 1;
	return ERR_OK;
}

static enum err
years_make(struct asking *s)
{
	struct facet_view *all =
	    ARENA_ARRAY(s->ctx->arena, FACETS + 1, struct facet_view);
	struct turn to = turn_now(s);
	size_t n = 0;

	to.year = 0;
	TRY(facet_make(s, s->ask->w->search_any_time, &to, 0, s->in->year == 0,
	    &all[n++]));
	for (size_t i = 0; i < s->found.years_n && n <= FACETS; i++) {
		const struct search_facet *f = &s->found.years[i];
		const struct wall_time noon = {
			.year = (int)f->id, .month = 7, .day = 1, .hour = 12
		};
		struct str title = { 0 };
		int64_t at = 0;

		TRY(zone_to_utc(s->ctx, s->ask->edition->zone, &noon, &at));
		TRY(locale_date_pattern(
		    s->ctx, s->ask->locale, STR("y"), at, &title));
		to.year = f->id;
		TRY(facet_make(
		    s, title, &to, f->n, f->id == s->in->year, &all[n++]));
	}
	s->view.years = all;
	s->view.years_n = n;
	s->view.has_years = n > 1;
	return ERR_OK;
}

/* ---- words around it ---- */

/* "Stories found: 128. Best match first." */
static enum err
summary_make(struct asking *s)
{
	const struct words *w = s->ask->w;
	struct arena *a = s->ctx->arena;
	struct str count = { 0 };
	struct str order = w->search_by_age;
	struct turn other = turn_now(s);

	TRY(with_number(s, s->found.more ? w->search_more : w->search_count,
	    s->found.total, &count));
	if (!s->in->newest && (s->found.more || s->found.total > SEARCH_RANKED))
		TRY(with_number(s, w->search_best_of, SEARCH_RANKED, &order));
	else if (!s->in->newest)
		order = w->search_best;
	if (s->found.total < 2)
		order = STR("");
	s->view.summary =
	    str_printf(a, "%.*s %.*s", STR_FMT(count), STR_FMT(order));
	other.newest = !s->in->newest;
	if (s->found.total < 2)
		return ERR_OK;
	s->view.other = s->in->newest ? w->search_to_best : w->search_to_newest;
	s->view.other_url = turn_path(s, &other);
	return ERR_OK;
}

static void
unknown_make(struct asking *s)
{
	struct str *all =
	    ARENA_ARRAY(s->ctx->arena, s->found.unknown_n, struct str);

	for (size_t i = 0; i < s->found.unknown_n; i++)
		all[i] = words_fill(s->ctx->arena, s->ask->w->search_unknown,
		    "name", s->found.unknown[i]);
	s->view.unknown = all;
	s->view.unknown_n = s->found.unknown_n;
}

static void
pages_make(struct asking *s)
{
	struct turn to = turn_now(s);

	if (s->in->before != 0)
		s->view.first = turn_path(s, &to);
	to.before = s->found.next;
	if (s->found.older)
		s->view.older = turn_path(s, &to);
	s->view.has_pages = s->view.first.n > 0 || s->view.older.n > 0;
}

/* ---- the page ---- */

static enum err
answer(struct asking *s)
{
	TRY(results_make(s));
	TRY(sections_make(s));
	TRY(years_make(s));
	s->view.has_facets = s->view.has_sections || s->view.has_years ||
			     s->section != NULL || s->in->year != 0;
	if (s->found.total == 0)
		s->view.empty = s->ask->w->search_empty;
	else
		TRY(summary_make(s));
	unknown_make(s);
	pages_make(s);
	return ERR_OK;
}

static enum err
find(struct asking *s)
{
	const struct page_search *in = s->in;

	return search_find(s->ctx, s->ask->st,
	    &(struct search_ask){
		.edition = s->ask->edition->id,
		.typed = in->typed,
		.section = s->section != NULL ? s->section->id : 0,
		.year = in->year,
		.order = in->newest ? SEARCH_NEWEST : SEARCH_BEST,
		.skip = in->newest ? 0 : in->before,
		.before = in->newest ? in->before : 0,
		.n = RESULTS,
	    },
	    &s->found);
}

static enum err
frame(struct asking *s)
{
	struct arena *a = s->ctx->arena;
	const struct page_ask *ask = s->ask;
	struct str *elsewhere = ARENA_ARRAY(a, ask->editions_n, struct str);
	struct str typed = str_trim(utf8_head(s->in->typed, TERMS_SHOWN));
	struct frame_view *f = NULL;

	for (size_t i = 0; i < ask->editions_n; i++)
		elsewhere[i] = path_search(a, &ask->editions[i]);
	TRY(frame_make(s->ctx, ask,
	    &(struct frame_ask){
		.title = typed.n == 0
			     ? ask->w->search
			     : str_printf(a, "%.*s - %.*s", STR_FMT(typed),
				   STR_FMT(ask->w->search)),
		.noindex = true,
		.day = true,
		.elsewhere = elsewhere,
	    },
	    &s->tags, &f));
	s->view.frame = f;
	return ERR_OK;
}

enum err
page_search(struct ctx *ctx, const struct page_ask *ask,
    const struct page_search *in, struct page *out)
{
	struct asking s = {
		.ctx = ctx,
		.ask = ask,
		.in = in,
		.tags = { .arena = ctx->arena },
	};
	struct page page = {
		.dated = ask->edition->id,
		.noindex = true,
		.script = ask->form != PRESS_LITE,
	};

	TRY(ask_sections(ctx, ask, &s.sections, &s.sections_n));
	for (size_t i = 0; i < s.sections_n; i++)
		if (str_eq(s.sections[i].slug, in->section))
			s.section = &s.sections[i];
	tag_add(&s.tags, "search", ask->edition->id);
	TRY(find(&s));
	s.view.typed = utf8_head(in->typed, QUERY_MAX);
	s.view.action = path_search(ctx->arena, ask->edition);
	s.view.suggest =
	    str_printf(ctx->arena, "%.*s/suggest", STR_FMT(s.view.action));
	if (s.found.unfinished)
		s.view.unfinished = ask->w->search_unfinished;
	s.view.help = query_is_empty(&s.found.query) && s.section == NULL &&
		      in->year == 0;
	if (!s.view.help)
		TRY(answer(&s));
	TRY(frame(&s));
	TRY(page_print(ctx, ask, PRESS_SEARCH, &s.view, &s.tags, &page));
	*out = page;
	return ERR_OK;
}

/* ---- suggestions ---- */

/* tag:"Port Velmar": what finds the stories that stand under it. */
static void
put_question(struct arena *a, struct buf *b, const struct search_name *name)
{
	static const char *const operators[] = { [RANGE_SECTION] = "section",
		[RANGE_TAG] = "tag",
		[RANGE_AUTHOR] = "author" };

	/* A name with a quotation in it cannot stand in one. */
	if (str_find_char(name->title, '"', 0) != SIZE_MAX)
		escape_json(b, name->title);
	else
		escape_json(
		    b, str_printf(a, "%s:\"%.*s\"", operators[name->kind],
			   STR_FMT(name->title)));
}

enum err
page_suggest(struct ctx *ctx, const struct page_ask *ask, struct str typed,
    struct page *out)
{
	static const char *const tags[] = { [RANGE_SECTION] = "section",
		[RANGE_TAG] = "tag",
		[RANGE_AUTHOR] = "author" };
	struct tags made_of = { .arena = ctx->arena };
	const struct search_name *names = NULL;
	struct buf b;
	size_t n = 0;

	TRY(search_suggest(ctx, ask->st, ask->edition->id, typed, &names, &n));
	tag_add(&made_of, "search", ask->edition->id);
	buf_init(&b, ctx->arena, PAGE_MAX);
	buf_char(&b, '[');
	for (size_t i = 0; i < n; i++) {
		tag_add(&made_of, tags[names[i].kind], names[i].id);
		buf_put(&b, i > 0 ? STR(",[\"") : STR("[\""));
		put_question(ctx->arena, &b, &names[i]);
		BUF_LIT(&b, "\",\"");
		escape_json(&b, names[i].title);
		BUF_LIT(&b, "\"]");
	}
	BUF_LIT(&b, "]\n");
	out->type = STR("application/json");
	out->noindex = true;
	tags_give(&made_of, out);
	return buf_done(ctx, &b, &out->body);
}
