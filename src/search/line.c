/* SPDX-License-Identifier: MIT */
/* From terms to a line of the index. */

#include "search/line.h"

enum { PAIR_MAX = 2 * TERM_MAX + 8 }; /* bytes */

void
line_begin(struct line *l, struct analyser *an, struct buf *out)
{
	*l = (struct line){ .an = an, .out = out };
}

/* One of 256 private characters that stands for a word that is not common. */
static void
put_kind(struct buf *out, struct str term)
{
	uint64_t h = str_hash(term);
	char kind[3] = { '\xee', (char)(0x84 + (h >> 6 & 3)),
		(char)(0x80 + (h & 0x3f)) };

	buf_put(out, str_make(kind, sizeof kind));
}

static void
put_pair(struct buf *out, struct str one, bool one_is_common, struct str two,
    bool two_is_common)
{
	buf_put(out, one_is_common ? one : two);
	if (!one_is_common) {
		BUF_LIT(out, LINE_BEHIND);
		put_kind(out, one);
		return;
	}
	BUF_LIT(out, LINE_BEFORE);
	if (two_is_common)
		buf_put(out, two);
	else
		put_kind(out, two);
}

void
line_term(struct line *l, struct str term)
{
	int common = words_common(l->an, term);

	if (l->begun && (common >= 0 || l->last_is_common)) {
		put_pair(l->out, str_make(l->last, l->last_n),
		    l->last_is_common, term, common >= 0);
		buf_char(l->out, ' ');
	}
	if (common >= 0) {
		l->seen |= UINT64_C(1) << common;
	} else {
		buf_put(l->out, term);
		buf_char(l->out, ' ');
	}
	l->begun = true;
	l->last_is_common = common >= 0;
	memcpy(l->last, term.p, term.n);
	l->last_n = term.n;
}

void
line_text(struct line *l, struct str text)
{
	struct str term = { 0 };

	words_begin(l->an, text);
	while (words_term(l->an, &term))
		line_term(l, term);
}

struct str
line_pair(
    struct arena *a, const struct analyser *an, struct str one, struct str two)
{
	struct buf b;

	buf_init(&b, a, PAIR_MAX);
	put_pair(&b, one, words_common(an, one) >= 0, two,
	    words_common(an, two) >= 0);
	return buf_str(&b);
}

struct str
line_of_phrase(
    struct arena *a, struct analyser *an, const struct str *terms, size_t n)
{
	struct line l;
	struct buf b;

	buf_init(&b, a, n * (TERM_MAX + 1 + PAIR_MAX + 1));
	line_begin(&l, an, &b);
	for (size_t i = 0; i < n; i++)
		line_term(&l, terms[i]);
	return str_trim(buf_str(&b));
}
