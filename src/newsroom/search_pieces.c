/* SPDX-License-Identifier: MIT */
/*
 * Search: the pieces that the index stands in, and how they stay few.
 *
 * FTS5 writes a segment for each transaction, and left to itself merges
 * them inside whichever transaction comes to it: some hundred pages now and
 * then, and at sixteen on one level all of that level, however large.  After
 * an import the large ones stand beside the small: one publish would write
 * the whole index anew.  So neither is left to it; see decision 0020.
 */

#include "newsroom/search_own.h"

enum {
	HASH_USUAL = 1024 * 1024, /* bytes of terms gathered before a write */
	/* FTS5's last resort, below the 2,000 segments that it can hold. */
	CRISIS = 1000,
	PIECES_MAX = 64, /* past these a call merges some itself, */
	PAGES_MIN = 64,	 /* this many pages of 4 kB, */
	PAGES_EACH = 4,	 /* and for each piece too many so many more */
	TIDY_PAGES = 32,
	PIECES_MERGED = 4, /* on one level: FTS5's usermerge */
	/*
	 * A merge stops between words only: among so many pages the most
	 * frequent one has some hundred.
	 */
	LARGE = 4096,
	PIECES_LARGE = 256, /* past these it must be done all the same */
	COOKIE = 4,	    /* bytes before the counts in FTS5's record */
};

/* ---- settings; they are kept in the index ---- */

enum err
search_set(struct ctx *ctx, struct store *st, struct str name, int64_t value)
{
	int64_t changed = 0;

	return sql_search_set(ctx, st,
	    &(struct sql_search_set){ .name = name, .value = value }, &changed);
}

enum err
search_usual(struct ctx *ctx, struct store *st)
{
	TRY(search_set(ctx, st, STR("automerge"), 0));
	TRY(search_set(ctx, st, STR("crisismerge"), CRISIS));
	return search_set(ctx, st, STR("hashsize"), HASH_USUAL);
}

/* An index may have been made before the settings were. */
static enum err
usual_since(struct ctx *ctx, struct store *st)
{
	const struct sql_search_setting_row *row = NULL;

	TRY(sql_search_setting(ctx, st,
	    &(struct sql_search_setting){ .name = STR("crisismerge") }, &row));
	if (row != NULL && row->value == CRISIS)
		return ERR_OK;
	return search_usual(ctx, st);
}

/* ---- counting ---- */

/* SQLite's variable-length number; past the end: 0. */
static int64_t
varint(struct str *s)
{
	uint64_t v = 0;
	unsigned char c = 0x80;

	while (s->n > 0 && (c & 0x80) != 0 && v >> 56 == 0) {
		c = (unsigned char)s->p[0];
		v = v << 7 | (c & 0x7f);
		*s = str_from(*s, 1);
	}
	return (int64_t)v;
}

/* What the next merge would take up. */
struct shape {
	int64_t pieces; /* in all */
	int64_t pages;	/* of those that would be merged; 0: none would */
	bool stuck;	/* large ones stand where small ones arrive */
};

/* One level, and how many of its pieces are being merged already. */
static int64_t
read_level(struct str *s, int64_t *merging, int64_t *pieces)
{
	int64_t pages = 0;

	*merging = varint(s);
	*pieces = varint(s);
	for (int64_t i = 0; i < *pieces && s->n > 0; i++) {
		int64_t first = 0;

		varint(s); /* its number */
		first = varint(s);
		pages += varint(s) - first + 1;
	}
	return pages;
}

/*
 * FTS5's structure record: a cookie of four bytes, how many levels, how many
 * segments, a counter; then the levels.  It merges the lowest of those with
 * most pieces, up to one that it has begun.
 */
static struct shape
shape_of(struct str s)
{
	struct shape out = { 0 };
	int64_t merging = 0;
	int64_t levels = 0;
	int64_t most = 0;
	bool begun = false;

	if (s.n < COOKIE)
		return out;
	s = str_from(s, COOKIE);
	levels = varint(&s);
	out.pieces = varint(&s);
	varint(&s);
	for (int64_t i = 0; i < levels && merging == 0 && s.n > 0; i++) {
		int64_t pieces = 0;
		int64_t pages = read_level(&s, &merging, &pieces);
		int64_t counts = merging != 0 ? merging : pieces;

		out.stuck |= i == 0 && pages > LARGE && pieces > 1;
		if (counts <= most)
			continue;
		most = counts;
		begun = merging != 0;
		out.pages = pages;
	}
	if (most < PIECES_MERGED && !begun)
		out.pages = 0;
	return out;
}

static enum err
look(struct ctx *ctx, struct store *st, struct str *shape)
{
	const struct sql_search_shape_row *row = NULL;

	TRY(sql_search_shape(ctx, st, &row));
	*shape = row != NULL ? row->shape : STR("");
	return ERR_OK;
}

enum err
search_pieces(struct ctx *ctx, struct store *st, int64_t *out)
{
	struct str shape = { 0 };

	TRY(look(ctx, st, &shape));
	*out = shape_of(shape).pieces;
	return ERR_OK;
}

/* ---- merging ---- */

/*
 * The more there are, the more each call does: so they never reach CRISIS,
 * though a merge of large pieces, once begun, goes before all others.
 */
static int64_t
pages_for(int64_t pieces)
{
	return pieces > PIECES_MAX
		   ? PAGES_MIN + (pieces - PIECES_MAX) * PAGES_EACH
		   : 0;
}

static bool
is_large(const struct shape *s)
{
	return s->pages > LARGE && s->pieces <= PIECES_LARGE;
}

/*
 * An import leaves large pieces on the lowest level.  There each small one
 * would be merged with them; once merged with each other they are above it.
 */
static enum err
merge_some(
    struct ctx *ctx, struct store *st, const struct shape *shape, int64_t pages)
{
	bool lift = shape->pages == 0;

	/* What is left over when small ones are done would go to large ones. */
	if (!lift && shape->pages <= LARGE && pages > shape->pages / 2)
		pages = shape->pages / 2 + 1;
	if (lift)
		TRY(search_set(ctx, st, STR("usermerge"), 2));
	TRY(search_set(ctx, st, STR("merge"), pages));
	return lift ? search_set(ctx, st, STR("usermerge"), PIECES_MERGED)
		    : ERR_OK;
}

enum err
search_few_pieces(struct ctx *ctx, struct store *st)
{
	struct str record = { 0 };
	struct shape shape = { 0 };

	TRY(usual_since(ctx, st));
	TRY(look(ctx, st, &record));
	shape = shape_of(record);
	if (shape.pieces <= PIECES_MAX || shape.pages == 0 || is_large(&shape))
		return ERR_OK;
	return merge_some(ctx, st, &shape, pages_for(shape.pieces));
}

enum err
search_tidy(
    struct ctx *ctx, struct store *st, bool large, struct search_tidied *out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct str record = { 0 };
	struct shape shape = { 0 };
	int64_t pages = 0;

	*out = (struct search_tidied){ 0 };
	TRY(store_tx_begin(ctx, st, &tx));
	TRY(usual_since(ctx, st));
	TRY(look(ctx, st, &record));
	shape = shape_of(record);
	pages = pages_for(shape.pieces);
	out->large = is_large(&shape) || shape.stuck;
	out->merged =
	    (shape.pages != 0 && !is_large(&shape)) || (large && out->large);
	if (out->merged)
		TRY(merge_some(
		    ctx, st, &shape, pages > TIDY_PAGES ? pages : TIDY_PAGES));
	return store_tx_commit(ctx, &tx);
}
