/* SPDX-License-Identifier: MIT */
#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

/*
 * Text as search sees it: words, folded and stemmed, so that what readers
 * type meets what reporters wrote.
 *
 *	"Häuser", "HAUSER"          haus             (de: stemmed)
 *	"الأخبار", "الاخبار"          اخبار and the like (ar: stemmed)
 *	"كتاب‌ها", "کتابهای"           كتاب ها          (fa: folded only)
 *
 * Folding comes first, stemming after: with and without accents a word has
 * the same stem, whatever that stem is.  What is folded: case, width and
 * other compatibility forms, accents, all decimal digits to 0-9; of Arabic
 * script the forms of alef, yeh, kaf and heh, teh marbuta, hamza carriers,
 * tashkil and tatweel.  Marks that carry a vowel (Devanagari, Thai) stay.
 *
 * Words are runs of letters, marks and digits.  Where a script writes none
 * of its spaces (Thai, Khmer, Chinese, Japanese …) ICU's dictionaries part
 * them.  A zero-width non-joiner parts words; an apostrophe parts them in
 * languages that elide (l'eau) and is dropped in the others.
 *
 * A term holds a-z, 0-9 and characters above ASCII only, never a private
 * one, and no space: FTS5's plain "ascii" tokenizer parts a line of them
 * again just so.
 *
 * Memory: an analyser is lent until its arena ends; then it rests, with the
 * stems that it remembers, until the next text of its language.
 * Threads: one analyser, one thread; make as many as you like.
 */

#include "base/base.h"

enum {
	TERM_MAX = 64, /* bytes of a term; what is longer is cut */
	/* Changes whenever the same text gives other terms. */
	WORDS_VERSION = 3,
};

struct analyser;

/* lang: a language tag; one without a stemmer is folded only. */
struct analyser *analyser_new(struct arena *a, struct str lang);
/* The same for thousands of texts: it remembers more stems, in 4 MB. */
struct analyser *analyser_for_many(struct arena *a, struct str lang);

struct word {
	struct str term; /* until the next call */
	size_t from, to; /* the bytes of the text that it stands for */
};

/* text must be valid UTF-8 and stay until the last word was taken. */
void words_begin(struct analyser *an, struct str text);
bool words_next(struct analyser *an, struct word *out);
/* The same without its place, and sooner; not after words_look_for(). */
bool words_term(struct analyser *an, struct str *term);
/*
 * After words_begin(), once for each term that is looked for: a word that
 * cannot have any of them may come with an empty term.
 */
void words_look_for(struct analyser *an, struct str term);

/* Is that term one of up to 64 that nearly every text has?  Which; -1: no. */
int words_common(const struct analyser *an, struct str term);
struct str words_common_term(const struct analyser *an, int which);

/* All terms of the text, a space after each. */
void words_line(struct analyser *an, struct str text, struct buf *out);

/* The text folded word by word, not stemmed, single spaces between. */
struct str words_fold(struct arena *a, struct str text);

/* Is it Persian, where affixes are written in three ways? */
bool analyser_is_persian(const struct analyser *an);

/*
 * Names what the terms depend on: this code, ICU, each stemmer.  An index
 * made under another name must be made again: the old text of a story would
 * no longer give the terms that stand there.
 */
struct str words_fingerprint(struct arena *a);

#endif
