/* SPDX-License-Identifier: MIT */
/* Search: from what was typed to the stories that say it. */

#include <assert.h>
#include <stdlib.h>

#include "markup/locale.h"
#include "markup/slug.h"
#include "newsroom/house.h"
#include "newsroom/list.h"
#include "newsroom/search_own.h"
#include "search/line.h"

enum {
	MATCH_MAX = 65536, /* bytes of the question as FTS5 reads it */
	REFS_MAX = 64,	   /* sections or tags of one name, and old names */
	SUGGEST_MIN = 2,   /* characters typed, before anything is offered */
	DAY_SECONDS = 86400,
	FRESH_DAYS = 60, /* after so many, half of the advantage is gone */
	FRESH_PERMILLE = 600,
	YEAR_MAX = 9999,
};

struct finding {
	struct ctx *ctx;
	struct store *st;
	const struct search_ask *in;
	const struct edition *edition;
	struct search_found *out;
	struct str match;
	int64_t low, high; /* keys, both included */
	struct str unknown[QUERY_PARTS_MAX];
};

/* ---- the question, as FTS5 reads it ---- */

/* Terms hold no quote: nothing in them is syntax. */
static void
put_term(struct buf *b, struct str term)
{
	buf_char(b, '"');
	buf_put(b, term);
	buf_char(b, '"');
}

/* All words as they are, as only the byline has them. */
static void
put_names(struct buf *b, const struct str *terms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			BUF_LIT(b, " + ");
		put_term(b, terms[i]);
	}
}

/* FTS5 parts a line again, just as it does a story's. */
static void
put_phrase(
    const struct finding *f, struct buf *b, const struct str *terms, size_t n)
{
	struct analyser *an = f->out->analyser;
	struct arena *a = f->ctx->arena;

	put_term(b, n == 1 && words_common(an, terms[0]) >= 0
			? search_mark_word(a, terms[0])
			: line_of_phrase(a, an, terms, n));
}

static bool
is_wanted_text(const struct query_part *p)
{
	return p->kind == QUERY_TEXT && !p->not ;
}

/*
 * A common word and those asked for beside it: pairs of them find no more
 * than it does itself, but a story in which they stand so is worth more.
 */
static void
put_pairs(const struct finding *f, struct buf *b, const struct query_part *p)
{
	const struct query *q = &f->out->query;
	const struct query_part *end = q->parts + q->n;
	struct analyser *an = f->out->analyser;
	struct arena *a = f->ctx->arena;

	if (p->n != 1 || words_common(an, p->terms[0]) < 0)
		return;
	if (p > q->parts && is_wanted_text(&p[-1])) {
		BUF_LIT(b, " OR ");
		put_term(
		    b, line_pair(a, an, p[-1].terms[p[-1].n - 1], p->terms[0]));
	}
	if (p + 1 < end && is_wanted_text(&p[1])) {
		BUF_LIT(b, " OR ");
		put_term(b, line_pair(a, an, p->terms[0], p[1].terms[0]));
	}
}

static void
put_words(const struct finding *f, struct buf *b, const struct query_part *p)
{
	buf_char(b, '(');
	put_phrase(f, b, p->terms, p->n);
	if (!p->not )
		put_pairs(f, b, p);
	if (p->other_n > 0) {
		BUF_LIT(b, " OR ");
		put_phrase(f, b, p->other, p->other_n);
	}
	buf_char(b, ')');
}

struct refs {
	int64_t id[REFS_MAX];
	size_t n;
};

static enum err
find_by_name(struct finding *f, int64_t kind, struct str name, struct refs *out)
{
	const struct sql_search_name_exact_row *rows = NULL;
	size_t n = 0;

	TRY(sql_search_name_exact(f->ctx, f->st,
	    &(struct sql_search_name_exact){
		.edition = f->edition->id,
		.fold = words_fold(f->ctx->arena, name),
		.kind = kind,
	    },
	    &rows, &n));
	for (size_t i = 0; i < n && out->n < REFS_MAX; i++)
		out->id[out->n++] = rows[i].ref;
	return ERR_OK;
}

/* The index has old names as revisions have them. */
static enum err
add_aliases(struct finding *f, int64_t kind, struct refs *out)
{
	size_t n = out->n;

	for (size_t i = 0; i < n; i++) {
		const struct sql_section_aliases_row *sections = NULL;
		const struct sql_tag_aliases_row *tags = NULL;
		size_t rows_n = 0;

		if (kind == RANGE_SECTION)
			TRY(sql_section_aliases(f->ctx, f->st,
			    &(struct sql_section_aliases){ .id = out->id[i] },
			    &sections, &rows_n));
		else
			TRY(sql_tag_aliases(f->ctx, f->st,
			    &(struct sql_tag_aliases){ .id = out->id[i] },
			    &tags, &rows_n));
		for (size_t k = 0; k < rows_n && out->n < REFS_MAX; k++)
			out->id[out->n++] =
			    sections != NULL ? sections[k].id : tags[k].id;
	}
	return ERR_OK;
}

/* By its slug, as in its address, or by its name. */
static enum err
find_named(struct finding *f, const struct query_part *p, struct refs *out)
{
	struct str slug = str_lower_ascii(f->ctx->arena, p->text);
	const struct section *section = NULL;
	const struct term *tag = NULL;

	if (slug_valid(slug) && p->kind == QUERY_SECTION)
		TRY(section_by_slug(
		    f->ctx, f->st, f->edition->id, slug, &section));
	else if (slug_valid(slug))
		TRY(tag_by_slug(f->ctx, f->st, f->edition->id, slug, &tag));
	if (section != NULL)
		out->id[out->n++] = section->id;
	if (tag != NULL)
		out->id[out->n++] = tag->id;
	if (out->n > 0)
		return ERR_OK;
	return find_by_name(f,
	    p->kind == QUERY_SECTION ? RANGE_SECTION : RANGE_TAG, p->text, out);
}

static enum err
find_refs(struct finding *f, const struct query_part *p, struct refs *out)
{
	TRY(find_named(f, p, out));
	return add_aliases(
	    f, p->kind == QUERY_SECTION ? RANGE_SECTION : RANGE_TAG, out);
}

static enum err
put_refs(struct finding *f, struct buf *b, const struct query_part *p)
{
	struct refs refs = { .n = 0 };

	TRY(find_refs(f, p, &refs));
	if (refs.n == 0) {
		f->unknown[f->out->unknown_n++] = p->text;
		put_words(f, b, p);
		return ERR_OK;
	}
	buf_char(b, '(');
	for (size_t i = 0; i < refs.n; i++)
		buf_printf(b, "%s\"%.*s\"", i > 0 ? " OR " : "",
		    STR_FMT(search_mark(f->ctx->arena,
			p->kind == QUERY_SECTION ? 's' : 't', refs.id[i])));
	buf_char(b, ')');
	return ERR_OK;
}

static enum err
put_part(struct finding *f, struct buf *b, const struct query_part *p)
{
	switch (p->kind) {
	case QUERY_TEXT:
		put_words(f, b, p);
		return ERR_OK;
	case QUERY_AUTHOR:
		BUF_LIT(b, "(byline : ");
		put_names(b, p->terms, p->n);
		buf_char(b, ')');
		return ERR_OK;
	case QUERY_SECTION:
	case QUERY_TAG:
		break;
	}
	return put_refs(f, b, p);
}

/* All that is wanted, joined by AND; all that is not, by OR. */
static enum err
put_parts(struct finding *f, struct buf *b, bool not, size_t *put)
{
	const struct query *q = &f->out->query;

	for (size_t i = 0; i < q->n; i++) {
		if (q->parts[i].not != not )
			continue;
		if ((*put)++ > 0)
			buf_put(b, not ? STR(" OR ") : STR(" AND "));
		TRY(put_part(f, b, &q->parts[i]));
	}
	return ERR_OK;
}

/* The section asked for, under all the names that it had. */
static enum err
put_section(struct finding *f, struct buf *b)
{
	struct refs refs = { .id = { f->in->section }, .n = 1 };

	TRY(add_aliases(f, RANGE_SECTION, &refs));
	buf_char(b, '(');
	for (size_t i = 0; i < refs.n; i++)
		buf_printf(b, "%s\"%.*s\"", i > 0 ? " OR " : "",
		    STR_FMT(search_mark(f->ctx->arena, 's', refs.id[i])));
	buf_char(b, ')');
	return ERR_OK;
}

static enum err
make_match(struct finding *f)
{
	struct arena *a = f->ctx->arena;
	struct buf b;
	struct buf not ;
	size_t put = 0;
	size_t put_not = 0;

	buf_init(&b, a, MATCH_MAX);
	buf_init(&not, a, MATCH_MAX);
	buf_char(&b, '(');
	TRY(put_parts(f, &b, false, &put));
	if (f->in->section != 0) {
		if (put++ > 0)
			BUF_LIT(&b, " AND ");
		TRY(put_section(f, &b));
	}
	if (put == 0)
		BUF_LIT(&b, "\"" SEARCH_MARK_ALL "\"");
	buf_char(&b, ')');
	TRY(put_parts(f, &not, true, &put_not));
	if (put_not > 0)
		buf_printf(&b, " NOT (%.*s)", STR_FMT(buf_str(&not )));
	return buf_done(f->ctx, &b, &f->match);
}

/* ---- the time, as keys ---- */

/* When that day begins where the edition is; what is out of reach is cut. */
static enum err
day_begins(struct finding *f, int64_t day, int64_t *out)
{
	struct wall_time wall = { 0 };
	int64_t first = days_from_date(1, 1, 1);
	int64_t last = days_from_date(YEAR_MAX, 12, 31);

	day = day < first ? first : day > last ? last : day;
	date_from_days(day, &wall.year, &wall.month, &wall.day);
	return zone_to_utc(f->ctx, f->edition->zone, &wall, out);
}

static enum err
narrow(struct finding *f, int64_t from, int64_t until)
{
	int64_t at = 0;

	if (from != INT64_MIN) {
		TRY(day_begins(f, from, &at));
		at = search_key_since(f->edition->id, at);
		f->high = at < f->high ? at : f->high;
	}
	if (until != INT64_MAX) {
		TRY(day_begins(f, until, &at));
		at = search_key_since(f->edition->id, at) + 1;
		f->low = at > f->low ? at : f->low;
	}
	return ERR_OK;
}

static enum err
make_span(struct finding *f)
{
	const struct query *q = &f->out->query;
	int64_t id = f->edition->id;
	int64_t year = f->in->year;

	f->low = search_key(id, INT64_MAX / 2, 0);
	f->high = search_key(id, INT64_MIN / 2, KEY_SECTION_TOP);
	TRY(narrow(f, q->from, q->until));
	if (year < 1 || year > YEAR_MAX)
		return ERR_OK;
	return narrow(f, days_from_date((int)year, 1, 1),
	    year == YEAR_MAX ? INT64_MAX : days_from_date((int)year + 1, 1, 1));
}

/* ---- what matches ---- */

struct candidate {
	int64_t key;
	int64_t score;
};

/* Newest first; as many as are counted, and one more. */
struct matches {
	struct candidate *all;
	size_t n;
	size_t ranked; /* of them, those with a score */
	bool walked;   /* were they looked for?  Perhaps there are none */
};

static enum err
read_ranked(struct finding *f, struct matches *m)
{
	const struct sql_search_best_row *rows = NULL;
	size_t n = 0;

	TRY(sql_search_best(f->ctx, f->st,
	    &(struct sql_search_best){
		.match = f->match,
		.low = f->low,
		.high = f->high,
		.n = SEARCH_RANKED,
	    },
	    &rows, &n));
	m->all = ARENA_ARRAY(f->ctx->arena, n, struct candidate);
	for (size_t i = 0; i < n; i++)
		m->all[i] = (struct candidate){ rows[i].key, rows[i].score };
	m->n = m->ranked = n;
	m->walked = true;
	return ERR_OK;
}

static enum err
read_keys(struct finding *f, struct matches *m)
{
	const struct sql_search_keys_row *rows = NULL;
	struct candidate *all = NULL;
	size_t n = 0;

	if (m->walked && m->ranked < SEARCH_RANKED)
		return ERR_OK;
	TRY(sql_search_keys(f->ctx, f->st,
	    &(struct sql_search_keys){
		.match = f->match,
		.low = m->n > 0 ? m->all[m->n - 1].key + 1 : f->low,
		.high = f->high,
		.n = SEARCH_COUNTED + 1 - (int64_t)m->n,
	    },
	    &rows, &n));
	all = ARENA_ARRAY(f->ctx->arena, m->n + n, struct candidate);
	if (m->n > 0)
		memcpy(all, m->all, m->n * sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[m->n++] = (struct candidate){ rows[i].key, 0 };
	m->all = all;
	return ERR_OK;
}

/* ---- facets ---- */

static int
facet_larger(const void *a, const void *b)
{
	const struct search_facet *x = a;
	const struct search_facet *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* Stories under an old name are counted where they stand now. */
static enum err
fold_aliases(struct finding *f, int64_t *counts)
{
	const struct sql_section_alias_all_row *rows = NULL;
	size_t n = 0;

	TRY(sql_section_alias_all(f->ctx, f->st,
	    &(struct sql_section_alias_all){ .edition = f->edition->id }, &rows,
	    &n));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].id > KEY_SECTION_TOP ||
		    rows[i].alias_of > KEY_SECTION_TOP)
			continue;
		counts[rows[i].alias_of] += counts[rows[i].id];
		counts[rows[i].id] = 0;
	}
	return ERR_OK;
}

static enum err
count_sections(struct finding *f, const struct matches *m, size_t counted)
{
	struct arena *a = f->ctx->arena;
	int64_t *n = ARENA_ARRAY(a, KEY_SECTION_TOP + 1, int64_t);
	struct search_facet *out =
	    ARENA_ARRAY(a, KEY_SECTION_TOP + 1, struct search_facet);
	size_t out_n = 0;

	for (size_t i = 0; i < counted; i++)
		n[search_key_section(m->all[i].key)]++;
	TRY(fold_aliases(f, n));
	for (int64_t id = 1; id <= KEY_SECTION_TOP; id++)
		if (n[id] > 0)
			out[out_n++] = (struct search_facet){ id, n[id] };
	if (out_n > 0)
		qsort(out, out_n, sizeof *out, facet_larger);
	f->out->sections = out;
	f->out->sections_n =
	    out_n > SEARCH_FACETS_MAX ? SEARCH_FACETS_MAX : out_n;
	return ERR_OK;
}

/* Times fall: a year is left where its first second is passed. */
static enum err
count_years(struct finding *f, const struct matches *m, size_t counted)
{
	struct search_facet *out =
	    ARENA_ARRAY(f->ctx->arena, SEARCH_FACETS_MAX, struct search_facet);
	size_t n = 0;
	int64_t begins = INT64_MAX;

	for (size_t i = 0; i < counted; i++) {
		int64_t at = search_key_time(m->all[i].key);
		struct wall_time wall = { 0 };

		if (at < begins) {
			if (n == SEARCH_FACETS_MAX)
				break;
			TRY(zone_from_utc(f->ctx, f->edition->zone, at, &wall));
			TRY(day_begins(
			    f, days_from_date(wall.year, 1, 1), &begins));
			out[n++].id = wall.year;
		}
		out[n - 1].n++;
	}
	f->out->years = out;
	f->out->years_n = n;
	return ERR_OK;
}

/* ---- the page ---- */

/* A story of today is worth more than the same words of long ago. */
static int64_t
with_freshness(int64_t score, int64_t key, int64_t now)
{
	int64_t days = (now - search_key_time(key)) / DAY_SECONDS;

	if (days < 0)
		days = 0;
	return score * 1000 +
	       score * FRESH_PERMILLE * FRESH_DAYS / (FRESH_DAYS + days);
}

static int
better(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void
sort_best(struct finding *f, struct matches *m)
{
	int64_t now = ctx_now(f->ctx);

	for (size_t i = 0; i < m->ranked; i++)
		m->all[i].score =
		    with_freshness(m->all[i].score, m->all[i].key, now);
	if (m->ranked > 0)
		qsort(m->all, m->ranked, sizeof *m->all, better);
}

static enum err
take_page(struct finding *f, const struct candidate *from, size_t n)
{
	int64_t *stories = ARENA_ARRAY(f->ctx->arena, n, int64_t);

	for (size_t i = 0; i < n; i++) {
		const struct sql_search_doc_at_row *row = NULL;

		TRY(sql_search_doc_at(f->ctx, f->st,
		    &(struct sql_search_doc_at){ .key = from[i].key }, &row));
		if (row != NULL)
			stories[f->out->n++] = row->story;
	}
	f->out->stories = stories;
	return ERR_OK;
}

static enum err
page_of_best(struct finding *f, struct matches *m)
{
	size_t skip = (size_t)(f->in->skip > 0 ? f->in->skip : 0);
	size_t n = 0;

	sort_best(f, m);
	if (skip > m->ranked)
		skip = m->ranked;
	n = m->ranked - skip < f->in->n ? m->ranked - skip : f->in->n;
	f->out->older = skip + n < m->ranked;
	f->out->next = (int64_t)(skip + n);
	return take_page(f, m->all + skip, n);
}

/* Behind the matches that were counted, the walk goes on. */
static enum err
page_of_newest(struct finding *f)
{
	const struct sql_search_keys_row *rows = NULL;
	struct candidate page[SEARCH_PAGE_MAX + 1];
	size_t n = 0;

	TRY(sql_search_keys(f->ctx, f->st,
	    &(struct sql_search_keys){
		.match = f->match,
		.low = f->in->before >= f->low ? f->in->before + 1 : f->low,
		.high = f->high,
		.n = (int64_t)f->in->n + 1,
	    },
	    &rows, &n));
	f->out->older = n > f->in->n;
	if (n > f->in->n)
		n = f->in->n;
	for (size_t i = 0; i < n; i++)
		page[i].key = rows[i].key;
	f->out->next = n > 0 ? page[n - 1].key : 0;
	return take_page(f, page, n);
}

static enum err
find(struct finding *f)
{
	struct matches m = { 0 };
	size_t counted = 0;

	TRY(make_match(f));
	TRY(make_span(f));
	if (f->in->order == SEARCH_BEST)
		TRY(read_ranked(f, &m));
	TRY(read_keys(f, &m));
	f->out->more = m.n > SEARCH_COUNTED;
	counted = f->out->more ? SEARCH_COUNTED : m.n;
	f->out->total = (int64_t)counted;
	TRY(count_sections(f, &m, counted));
	TRY(count_years(f, &m, counted));
	return f->in->order == SEARCH_BEST ? page_of_best(f, &m)
					   : page_of_newest(f);
}

enum err
search_find(struct ctx *ctx, struct store *st, const struct search_ask *in,
    struct search_found *out)
{
	const struct sql_search_wait_top_row *top = NULL;
	const struct edition *e = NULL;
	struct search_found found = { 0 };
	struct finding *f = ARENA_NEW(ctx->arena, struct finding);
	struct str typed = utf8_ok(in->typed) ? in->typed : (struct str){ 0 };
	bool current = false;

	assert(in->n <= SEARCH_PAGE_MAX);
	TRY(edition_by_id(ctx, st, in->edition, &e));
	if (e == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no edition %" PRId64,
		    in->edition);
	found.analyser = analyser_new(ctx->arena, e->lang);
	query_read(ctx->arena, found.analyser, typed, &found.query);
	*f = (struct finding){
		.ctx = ctx, .st = st, .in = in, .edition = e, .out = &found
	};
	TRY(sql_search_wait_top(ctx, st, &top));
	TRY(search_is_current(ctx, st, &current));
	found.unfinished = top->story != 0 || !current;
	if (!query_is_empty(&found.query) || in->section != 0 || in->year != 0)
		TRY(find(f));
	found.unknown = f->unknown;
	*out = found;
	return ERR_OK;
}

/* ---- suggestions ---- */

/* The least text above all that begin so: U+10FFFF stands in no name. */
static struct str
above(struct arena *a, struct str beginning)
{
	return str_printf(a, "%.*s\U0010FFFF", STR_FMT(beginning));
}

static bool
suggested(const struct search_name *all, size_t n,
    const struct sql_search_name_range_row *row)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].kind == row->kind && all[i].id == row->ref)
			return true;
	return false;
}

enum err
search_suggest(struct ctx *ctx, struct store *st, int64_t edition,
    struct str typed, const struct search_name **out, size_t *n)
{
	struct search_name *all =
	    ARENA_ARRAY(ctx->arena, SEARCH_NAMES_MAX, struct search_name);
	const struct sql_search_name_range_row *rows = NULL;
	struct str low = { 0 };
	size_t rows_n = 0;

	*out = all;
	*n = 0;
	if (utf8_ok(typed))
		low = words_fold(ctx->arena, utf8_head(typed, QUERY_MAX));
	if (utf8_length(low) < SUGGEST_MIN)
		return ERR_OK;
	TRY(sql_search_name_range(ctx, st,
	    &(struct sql_search_name_range){
		.edition = edition,
		.low = low,
		.high = above(ctx->arena, low),
	    },
	    &rows, &rows_n));
	/* Names that begin so stand before those with such a word in them. */
	for (int whole = 1; whole >= 0; whole--)
		for (size_t i = 0; i < rows_n && *n < SEARCH_NAMES_MAX; i++)
			if (rows[i].whole == whole && rows[i].title.p != NULL &&
			    !suggested(all, *n, &rows[i]))
				all[(*n)++] =
				    (struct search_name){ rows[i].kind,
					    rows[i].ref, rows[i].title };
	return ERR_OK;
}
