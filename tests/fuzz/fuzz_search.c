/* SPDX-License-Identifier: MIT */
/*
 * What anybody types into the search field, and looks for in any text: terms
 * that hold nothing but terms, pieces that are the text again.
 */

#include <stdlib.h>

#include "search/line.h"
#include "search/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The first byte chooses the language; a newline ends the query. */
static const char *const langs[] = { "", "en", "ar", "fa", "de", "fr", "ru",
	"th" };

static void
check_term(struct str s)
{
	if (s.n == 0 || s.n > TERM_MAX || !utf8_ok(s))
		abort();
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			(c >= 0x80 && !(c >= 0xe000 && c <= 0xf8ff) &&
			    c < 0xf0000)))
			abort();
	}
}

static void
check_query(const struct query *q)
{
	if (q->n > QUERY_PARTS_MAX)
		abort();
	for (size_t i = 0; i < q->n; i++) {
		const struct query_part *p = &q->parts[i];

		if (p->n == 0 || p->n > QUERY_TERMS_MAX ||
		    p->other_n > QUERY_TERMS_MAX)
			abort();
		for (size_t k = 0; k < p->n; k++)
			check_term(p->terms[k]);
		for (size_t k = 0; k < p->other_n; k++)
			check_term(p->other[k]);
	}
}

/* The pieces, one after the other, are a part of the text, or all of it. */
static void
check_pieces(const struct piece *p, size_t n, struct str text, bool all)
{
	const char *at = n > 0 ? p[0].text.p : text.p;

	if (text.n == 0) {
		if (n > 0)
			abort();
		return;
	}
	if (n > 0 && (at < text.p || at > text.p + text.n))
		abort();
	if (all && at != text.p)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (p[i].text.n == 0 || p[i].text.p != at)
			abort();
		at += p[i].text.n;
	}
	if (at > text.p + text.n || (all && at != text.p + text.n))
		abort();
}

static void
check_words(struct analyser *an, struct str text)
{
	struct word w = { 0 };
	size_t from = 0;

	words_begin(an, text);
	while (words_next(an, &w)) {
		check_term(w.term);
		if (w.from < from || w.to <= w.from || w.to > text.n)
			abort();
		from = w.from;
	}
}

/* Wherever a text is cut, what stands there stands in its line. */
static void
check_line(struct arena *a, struct analyser *an, struct str text)
{
	enum { LOOKED_AT = 64, PHRASE = 3 };
	struct str terms[LOOKED_AT];
	struct str line = { 0 };
	struct line l;
	struct buf b;
	size_t n = 0;

	buf_init(&b, a, SIZE_MAX / 4);
	buf_char(&b, ' ');
	line_begin(&l, an, &b);
	line_text(&l, text);
	line = buf_str(&b);
	words_begin(an, text);
	for (; n < LOOKED_AT && words_term(an, &terms[n]); n++) {
		check_term(terms[n]);
		terms[n] = str_dup(a, terms[n]);
	}
	for (size_t i = 0; i + PHRASE <= n; i++) {
		struct str part = STR_CAT(a, STR(" "),
		    line_of_phrase(a, an, &terms[i], PHRASE), STR(" "));

		if (!utf8_ok(part) || str_find(line, part, 0) == SIZE_MAX)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = str_make((const char *)data, n);
	struct arena *a = arena_new(0);
	struct analyser *an = NULL;
	struct query q = { 0 };
	struct snippet s = { 0 };
	const struct piece *p = NULL;
	struct str text = { 0 };
	struct str typed = { 0 };
	size_t pieces = 0;

	if (n > 1 && utf8_ok(str_from(in, 1))) {
		an = analyser_new(a, str_c(langs[data[0] % 8]));
		typed = str_cut(str_from(in, 1), '\n', &text);
		query_read(a, an, typed, &q);
		check_query(&q);
		check_words(an, text);
		check_line(a, an, text);
		query_mark(a, an, &q, text, &p, &pieces);
		check_pieces(p, pieces, text, true);
		query_snippet(a, an, &q, text, 12, &s);
		check_pieces(s.pieces, s.n, text, false);
	}
	arena_free(a);
	return 0;
}
