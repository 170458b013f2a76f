/* SPDX-License-Identifier: MIT */
/* Search: what stands in the index, and how it comes and goes. */

#include "newsroom/search.h"

#include <pthread.h>
#include <stdlib.h>

#include "markup/sanitise.h"
#include "newsroom/change.h"
#include "newsroom/house.h"
#include "newsroom/list.h"
#include "newsroom/search_own.h"
#include "search/line.h"

enum {
	/*
	 * Terms of one revision: a plural that is cut off adds a space, and a
	 * word may stand there three times, twice of them in a pair.
	 */
	TERMS_BYTES_MAX = 48 * BODY_MAX,
	PLACES_TRIED = 64,
};

/* ---- keys ---- */

/* Minutes are counted from before the year 1, so that none is negative. */
#define MINUTE_ZERO (INT64_C(1) << 30)
#define MINUTE_TOP ((INT64_C(1) << KEY_MINUTE_BITS) - 1)

static int64_t
minute_of(int64_t at)
{
	int64_t minute = at / 60;

	return (at % 60 < 0 ? minute - 1 : minute) + MINUTE_ZERO;
}

static int64_t
key_make(int64_t edition, int64_t minute, int64_t section)
{
	if (minute < 0)
		minute = 0;
	if (minute > MINUTE_TOP)
		minute = MINUTE_TOP;
	return (edition << (KEY_MINUTE_BITS + KEY_SECTION_BITS)) |
	       ((MINUTE_TOP - minute) << KEY_SECTION_BITS) |
	       (section <= KEY_SECTION_TOP ? section : 0);
}

int64_t
search_key(int64_t edition, int64_t at, int64_t section)
{
	return key_make(edition, minute_of(at), section);
}

int64_t
search_key_since(int64_t edition, int64_t at)
{
	return key_make(
	    edition, minute_of(at) + (at % 60 != 0), KEY_SECTION_TOP);
}

int64_t
search_key_time(int64_t key)
{
	int64_t minute = MINUTE_TOP - ((key >> KEY_SECTION_BITS) & MINUTE_TOP);

	return (minute - MINUTE_ZERO) * 60;
}

int64_t
search_key_section(int64_t key)
{
	return key & KEY_SECTION_TOP;
}

/*
 * A free key: the story's own minute, else one of the next 1, 2, 4 … minutes,
 * so that a crowd spreads as far as it is large, and no further.
 */
static enum err
find_place(struct ctx *ctx, struct store *st, const struct search_entry *e,
    int64_t *key)
{
	int64_t section = e->text->row->section;
	uint64_t h = (uint64_t)e->story;

	for (int i = 0; i < PLACES_TRIED; i++) {
		const struct sql_search_doc_at_row *row = NULL;
		int bits = i < 40 ? i / 2 : 20;
		int64_t on = (int64_t)(h >> 32) & ((INT64_C(1) << bits) - 1);

		*key = key_make(e->edition, minute_of(e->at) + on, section);
		TRY(sql_search_doc_at(
		    ctx, st, &(struct sql_search_doc_at){ .key = *key }, &row));
		if (row == NULL)
			return ERR_OK;
		/* Knuth's 64-bit step. */
		h = h * UINT64_C(6364136223846793005) +
		    UINT64_C(1442695040888963407);
	}
	return FAIL(ctx, ERR_LIMIT,
	    "too many stories of one section have the same time");
}

/* ---- terms ---- */

struct str
search_mark(struct arena *a, char kind, int64_t id)
{
	return str_printf(a, SEARCH_MARK "%c%" PRId64, kind, id);
}

struct str
search_mark_word(struct arena *a, struct str term)
{
	return STR_CAT(a, STR(SEARCH_MARK "w"), term);
}

/* Adds what was seen. */
static struct str
line(struct arena *a, struct analyser *an, struct str one, struct str two,
    uint64_t *seen)
{
	struct line l;
	struct buf b;

	buf_init(&b, a, TERMS_BYTES_MAX);
	line_begin(&l, an, &b);
	line_text(&l, one);
	line_text(&l, two);
	*seen |= l.seen;
	return buf_str(&b);
}

/*
 * Whoever asks for an author asks for this column alone, and for names, of
 * which a part may be a common word elsewhere: all its words stand there, and
 * behind them its line.
 */
static struct str
byline(struct arena *a, struct analyser *an, struct str text, uint64_t *seen)
{
	struct buf b;

	buf_init(&b, a, TERMS_BYTES_MAX);
	words_line(an, text, &b);
	if (b.n == 0)
		return STR("");
	return STR_CAT(a, buf_str(&b), STR(SEARCH_MARK " "),
	    line(a, an, text, STR(""), seen));
}

static struct str
marks(struct arena *a, const struct analyser *an, const struct search_text *t,
    uint64_t seen)
{
	struct buf b;

	buf_init(&b, a, TERMS_BYTES_MAX);
	BUF_LIT(&b, SEARCH_MARK_ALL);
	if (t->row->section != 0)
		buf_printf(
		    &b, " %.*s", STR_FMT(search_mark(a, 's', t->row->section)));
	for (size_t i = 0; i < t->tags_n; i++)
		buf_printf(
		    &b, " %.*s", STR_FMT(search_mark(a, 't', t->tags[i].id)));
	for (int i = 0; seen != 0; i++, seen >>= 1)
		if (seen & 1) {
			buf_char(&b, ' ');
			buf_put(
			    &b, search_mark_word(a, words_common_term(an, i)));
		}
	return buf_str(&b);
}

enum err
search_read(
    struct ctx *ctx, struct store *st, int64_t rev, struct search_text *out)
{
	TRY(sql_search_source(
	    ctx, st, &(struct sql_search_source){ .rev = rev }, &out->row));
	if (out->row == NULL)
		return FAIL(
		    ctx, ERR_NOTFOUND, "there is no revision %" PRId64, rev);
	return sql_revision_tag_ids(ctx, st,
	    &(struct sql_revision_tag_ids){ .rev = rev }, &out->tags,
	    &out->tags_n);
}

void
search_analyse(struct arena *a, struct analyser *an,
    const struct search_text *t, struct search_terms *out)
{
	const struct sql_search_source_row *r = t->row;
	struct str body = html_text(a, (struct html){ r->body }, 0);
	uint64_t seen = 0;

	out->head = line(a, an, r->kicker, r->headline, &seen);
	out->deck = line(a, an, r->standfirst, STR(""), &seen);
	out->byline = byline(a, an, r->byline, &seen);
	out->body = line(a, an, body, STR(""), &seen);
	out->marks = marks(a, an, t, seen);
}

/* ---- the index ---- */

static enum err
take_out(
    struct ctx *ctx, struct store *st, const struct sql_search_doc_of_row *doc)
{
	struct search_text text = { 0 };
	struct search_terms t = { 0 };
	int64_t changed = 0;

	TRY(search_read(ctx, st, doc->rev, &text));
	search_analyse(
	    ctx->arena, analyser_new(ctx->arena, text.row->lang), &text, &t);
	TRY(sql_search_remove(ctx, st,
	    &(struct sql_search_remove){
		.key = doc->key,
		.head = t.head,
		.deck = t.deck,
		.byline = t.byline,
		.body = t.body,
		.marks = t.marks,
	    },
	    &changed));
	return sql_search_doc_drop(ctx, st,
	    &(struct sql_search_doc_drop){ .key = doc->key }, &changed);
}

static enum err
take_out_story(struct ctx *ctx, struct store *st, int64_t story)
{
	const struct sql_search_doc_of_row *doc = NULL;

	TRY(sql_search_doc_of(
	    ctx, st, &(struct sql_search_doc_of){ .story = story }, &doc));
	return doc != NULL ? take_out(ctx, st, doc) : ERR_OK;
}

static enum err
wait_no_more(struct ctx *ctx, struct store *st, int64_t story)
{
	int64_t changed = 0;

	return sql_search_wait_drop(ctx, st,
	    &(struct sql_search_wait_drop){ .story = story }, &changed);
}

enum err
search_enter(struct ctx *ctx, struct store *st, const struct search_entry *in)
{
	int64_t changed = 0;
	int64_t key = 0;

	TRY(take_out_story(ctx, st, in->story));
	TRY(find_place(ctx, st, in, &key));
	TRY(sql_search_add(ctx, st,
	    &(struct sql_search_add){
		.key = key,
		.head = in->terms->head,
		.deck = in->terms->deck,
		.byline = in->terms->byline,
		.body = in->terms->body,
		.marks = in->terms->marks,
	    },
	    &changed));
	TRY(sql_search_doc_add(ctx, st,
	    &(struct sql_search_doc_add){
		.key = key,
		.story = in->story,
		.rev = in->rev,
	    },
	    &changed));
	return wait_no_more(ctx, st, in->story);
}

/* ---- under which libraries ---- */

static pthread_once_t fingerprint_once = PTHREAD_ONCE_INIT;
static char fingerprint[128];

static void
fingerprint_make(void)
{
	struct arena *a = arena_new(0);
	struct str s = words_fingerprint(a);

	memcpy(fingerprint, s.p,
	    s.n < sizeof fingerprint ? s.n : sizeof fingerprint - 1);
	arena_free(a);
}

static struct str
fingerprint_get(void)
{
	pthread_once(&fingerprint_once, fingerprint_make);
	return str_c(fingerprint);
}

/* Every edition's search page is told. */
static enum err
tell_all(struct ctx *ctx, struct store *st)
{
	const struct edition *e = NULL;
	struct str *tags = NULL;
	size_t n = 0;

	TRY(edition_list(ctx, st, &e, &n));
	tags = ARENA_ARRAY(ctx->arena, n, struct str);
	for (size_t i = 0; i < n; i++)
		tags[i] = change_tag(ctx->arena, "search", e[i].id);
	return change_add(ctx, st,
	    &(struct change){ .kind = "search", .tags = tags, .n = n });
}

static enum err put_names(struct ctx *ctx, struct store *st);

/* The new index, of the same words, is written over the old one's pages. */
static enum err
wipe(struct ctx *ctx, struct store *st)
{
	int64_t changed = 0;
	enum err wiped = ERR_OK;
	enum err back = ERR_OK;

	TRY(store_shred(ctx, st, false));
	wiped = sql_search_wipe(ctx, st, &changed);
	back = store_shred(ctx, st, true);
	return wiped != ERR_OK ? wiped : back;
}

enum err
search_reset(struct ctx *ctx, struct store *st)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	int64_t changed = 0;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(wipe(ctx, st));
	TRY(sql_search_doc_wipe(ctx, st, &changed));
	TRY(sql_search_wait_wipe(ctx, st, &changed));
	TRY(sql_search_wait_all(ctx, st, &changed));
	TRY(put_names(ctx, st));
	TRY(sql_search_state_set(ctx, st,
	    &(struct sql_search_state_set){ .analysis = fingerprint_get() },
	    &changed));
	TRY(tell_all(ctx, st));
	return store_tx_commit(ctx, &tx);
}

enum err
search_is_current(struct ctx *ctx, struct store *st, bool *is)
{
	const struct sql_search_state_get_row *row = NULL;

	TRY(sql_search_state_get(ctx, st, &row));
	*is = row != NULL && str_eq(row->analysis, fingerprint_get());
	return ERR_OK;
}

enum err
search_current(struct ctx *ctx, struct store *st)
{
	bool is = false;

	TRY(search_is_current(ctx, st, &is));
	return is ? ERR_OK : search_reset(ctx, st);
}

/* ---- stories come and go ---- */

static enum err
enter_now(struct ctx *ctx, struct store *st, const struct search_put *in)
{
	struct search_text text = { 0 };
	struct search_terms terms = { 0 };

	TRY(search_read(ctx, st, in->rev, &text));
	search_analyse(ctx->arena, analyser_new(ctx->arena, text.row->lang),
	    &text, &terms);
	return search_enter(ctx, st,
	    &(struct search_entry){
		.story = in->story,
		.rev = in->rev,
		.edition = in->edition,
		.at = in->at,
		.text = &text,
		.terms = &terms,
	    });
}

enum err
search_put(struct ctx *ctx, struct store *st, const struct search_put *in)
{
	int64_t changed = 0;

	TRY(search_current(ctx, st));
	if (!in->later) {
		TRY(search_few_pieces(ctx, st));
		return enter_now(ctx, st, in);
	}
	/* What stood there is no longer what readers see. */
	TRY(take_out_story(ctx, st, in->story));
	return sql_search_wait_add(ctx, st,
	    &(struct sql_search_wait_add){ .story = in->story }, &changed);
}

enum err
search_drop(struct ctx *ctx, struct store *st, int64_t story)
{
	TRY(search_current(ctx, st));
	TRY(search_few_pieces(ctx, st));
	TRY(take_out_story(ctx, st, story));
	return wait_no_more(ctx, st, story);
}

/* ---- names ---- */

enum err
search_name_put(struct ctx *ctx, struct store *st, const struct search_term *in)
{
	struct str rest = words_fold(ctx->arena, in->title);
	bool whole = true;
	int64_t changed = 0;

	TRY(sql_search_name_drop(ctx, st,
	    &(struct sql_search_name_drop){ .kind = in->kind, .ref = in->id },
	    &changed));
	while (rest.n > 0) {
		TRY(sql_search_name_put(ctx, st,
		    &(struct sql_search_name_put){
			.edition = in->edition,
			.fold = rest,
			.kind = in->kind,
			.ref = in->id,
			.whole = whole,
		    },
		    &changed));
		str_cut(rest, ' ', &rest);
		whole = false;
	}
	return ERR_OK;
}

/* The three tables of names answer in the same way. */
#define PUT_NAMES(ctx, st, block, range)                                       \
	do {                                                                   \
		const struct block##_row *rows_ = NULL;                        \
		size_t n_ = 0;                                                 \
		int64_t after_ = 0;                                            \
                                                                               \
		do {                                                           \
			TRY(block(                                             \
			    ctx, st, &(struct block){ after_ }, &rows_, &n_)); \
			for (size_t i_ = 0; i_ < n_; i_++)                     \
				TRY(search_name_put(ctx, st,                   \
				    &(struct search_term){ (range),            \
					rows_[i_].id, rows_[i_].edition,       \
					rows_[i_].title }));                   \
			after_ = n_ > 0 ? rows_[n_ - 1].id : after_;           \
		} while (n_ > 0);                                              \
	} while (0)

static enum err
put_names(struct ctx *ctx, struct store *st)
{
	int64_t changed = 0;

	TRY(sql_search_name_wipe(ctx, st, &changed));
	PUT_NAMES(ctx, st, sql_search_sections, RANGE_SECTION);
	PUT_NAMES(ctx, st, sql_search_tags, RANGE_TAG);
	PUT_NAMES(ctx, st, sql_search_authors, RANGE_AUTHOR);
	return ERR_OK;
}
