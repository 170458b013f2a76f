/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_SEARCH_OWN_H
#define NEWSROOM_SEARCH_OWN_H

/* Between the files of search.  Only this room includes it. */

#include "newsroom/search.h"
#include "store/sql.h"

/* ---- keys ---- */

enum {
	KEY_SECTION_BITS = 10,
	KEY_MINUTE_BITS = 33,
	KEY_SECTION_TOP = (1 << KEY_SECTION_BITS) - 1,
};

/* Of the minute that holds that second; section 0: the first of it. */
int64_t search_key(int64_t edition, int64_t at, int64_t section);
/*
 * The last key of that second and what is newer, the minute rounded up: spans
 * of time begin at a second.
 */
int64_t search_key_since(int64_t edition, int64_t at);
int64_t search_key_time(int64_t key);	 /* the first second of its minute */
int64_t search_key_section(int64_t key); /* 0: not known */

/* ---- marks: words that no text can hold ---- */

#define SEARCH_MARK "\uE000"
#define SEARCH_MARK_ALL SEARCH_MARK "all"
/* "s12", "t7" behind the private character. */
struct str search_mark(struct arena *a, char kind, int64_t id);
/* Of a word that nearly every story has: "wthe". */
struct str search_mark_word(struct arena *a, struct str term);

/* ---- terms ---- */

/* What stands in the index of one revision. */
struct search_terms {
	struct str head, deck, byline, body, marks;
};

/* A revision read, so that its terms can be made by any thread. */
struct search_text {
	const struct sql_search_source_row *row;
	const struct sql_revision_tag_ids_row *tags;
	size_t tags_n;
};
MUST_USE enum err search_read(
    struct ctx *ctx, struct store *st, int64_t rev, struct search_text *out);
/* Lives in the arena. */
void search_analyse(struct arena *a, struct analyser *an,
    const struct search_text *t, struct search_terms *out);

/* Was the index made by the libraries of this process? */
MUST_USE enum err search_is_current(
    struct ctx *ctx, struct store *st, bool *is);
/* If not, it is emptied, and all stories wait. */
MUST_USE enum err search_current(struct ctx *ctx, struct store *st);

struct search_entry {
	int64_t story, rev, edition, at;
	const struct search_text *text;
	const struct search_terms *terms;
};
/* Puts it in, in the place of what stood there of that story. */
MUST_USE enum err search_enter(
    struct ctx *ctx, struct store *st, const struct search_entry *in);

/* ---- the pieces of the index ---- */

MUST_USE enum err search_set(
    struct ctx *ctx, struct store *st, struct str name, int64_t value);
/* The settings that stand between imports. */
MUST_USE enum err search_usual(struct ctx *ctx, struct store *st);
/* In the transaction that adds one: merges some if there are too many. */
MUST_USE enum err search_few_pieces(struct ctx *ctx, struct store *st);

#endif
