/* SPDX-License-Identifier: MIT */
/* What a reader typed, understood. */

#include "search/query.h"

#include <assert.h>

struct reader {
	struct arena *arena;
	struct analyser *an;
	struct str s; /* what is left to read */
	struct query_part *parts;
	bool quoted[QUERY_PARTS_MAX];
	struct query q;
};

/* ---- characters ---- */

static bool
is_quote(uint32_t c)
{
	return c == '"' || c == 0x201c || c == 0x201d || c == 0x201e ||
	       c == 0x201f || c == 0xab || c == 0xbb || c == 0xff02;
}

/* Spaces, controls, and what only steers the direction of writing. */
static bool
is_blank(uint32_t c)
{
	return c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x61c ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200b) || c == 0x200e ||
	       c == 0x200f || (c >= 0x2028 && c <= 0x202f) ||
	       (c >= 0x205f && c <= 0x2069) || c == 0x3000 || c == 0xfeff;
}

static uint32_t
peek(struct str s)
{
	size_t at = 0;

	return s.n > 0 ? utf8_next(s, &at) : 0;
}

static void
skip(struct str *s)
{
	size_t at = 0;

	utf8_next(*s, &at);
	*s = str_from(*s, at);
}

static void
skip_blanks(struct str *s)
{
	while (s->n > 0 && is_blank(peek(*s)))
		skip(s);
}

/* Up to the first character that ends it, which stays. */
static struct str
take_until(struct str *s, bool (*ends)(uint32_t c))
{
	size_t at = 0;
	size_t next = 0;
	struct str got = *s;

	while (at < s->n && !ends(utf8_next(*s, &next)))
		at = next;
	got = str_sub(*s, 0, at);
	*s = str_from(*s, at);
	return got;
}

static bool
ends_chunk(uint32_t c)
{
	return is_blank(c) || is_quote(c);
}

/* Without what does not show at its ends. */
static struct str
take_quoted(struct str *s)
{
	struct str got = { 0 };

	skip(s);
	got = take_until(s, is_quote);
	if (s->n > 0)
		skip(s);
	return got;
}

/* ---- dates ---- */

struct days {
	int64_t from, until; /* until: the day after the last */
};

static bool
is_leap(int64_t y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int64_t
month_days(int64_t y, int64_t m)
{
	return m == 2 ? 28 + is_leap(y) : m < 8 ? 30 + m % 2 : 31 - m % 2;
}

/* "2026", "2026-01", "2026/1/31", in any digits. */
static bool
read_days(struct reader *r, struct str text, struct days *out)
{
	struct str rest = words_fold(r->arena, text);
	int64_t v[3] = { 0, 1, 1 };
	size_t n = 0;

	while (rest.n > 0) {
		struct str part = str_cut(rest, ' ', &rest);

		if (n == 3 || part.n > 4 || !str_int(part, &v[n++]))
			return false;
		if (n == 1 && part.n != 4)
			return false;
	}
	if (n == 0 || v[0] < 1000 || v[1] < 1 || v[1] > 12 || v[2] < 1 ||
	    v[2] > month_days(v[0], v[1]))
		return false;
	out->from = days_from_date((int)v[0], (int)v[1], (int)v[2]);
	out->until = n == 1   ? out->from + 365 + is_leap(v[0])
		     : n == 2 ? out->from + month_days(v[0], v[1])
			      : out->from + 1;
	return true;
}

static void
narrow(struct reader *r, int64_t from, int64_t until)
{
	if (from > r->q.from)
		r->q.from = from;
	if (until < r->q.until)
		r->q.until = until;
	r->q.dated = true;
}

/* "2026-01..2026-03"; one side may be missing. */
static bool
read_range(struct reader *r, struct str chunk)
{
	size_t dots = str_find(chunk, STR(".."), 0);
	struct days first = { INT64_MIN, 0 };
	struct days last = { 0, INT64_MAX };
	struct str head = { 0 };
	struct str tail = { 0 };

	if (dots == SIZE_MAX)
		return false;
	head = str_sub(chunk, 0, dots);
	tail = str_from(chunk, dots + 2);
	if ((head.n == 0 && tail.n == 0) ||
	    (head.n > 0 && !read_days(r, head, &first)) ||
	    (tail.n > 0 && !read_days(r, tail, &last)))
		return false;
	narrow(r, first.from, last.until);
	return true;
}

/* ---- parts ---- */

static struct str
keep(struct arena *a, struct str s)
{
	return str_dup(a, s);
}

/* Terms of a text; *joined: its words written as one, if they may be. */
static size_t
read_terms(
    struct reader *r, struct str text, struct str *terms, struct str *joined)
{
	struct word w = { 0 };
	struct buf b;
	size_t n = 0;
	size_t end = 0;
	size_t pieces = 0;
	bool may = true;

	buf_init(&b, r->arena, text.n + 1);
	words_begin(r->an, text);
	while (n < QUERY_TERMS_MAX && words_next(r->an, &w)) {
		terms[n++] = keep(r->arena, w.term);
		if (w.from < end) /* two terms of one word */
			continue;
		if (pieces++ > 0) {
			struct str gap = str_sub(text, end, w.from - end);

			may = may && (str_eq(gap, STR("-")) ||
					 str_eq(gap, STR("\u2010")) ||
					 str_eq(gap, STR("\u2011")) ||
					 str_eq(gap, STR("\u200c")));
		}
		buf_put(&b, str_sub(text, w.from, w.to - w.from));
		end = w.to;
	}
	*joined = may && pieces > 1 ? buf_str(&b) : (struct str){ 0 };
	return n;
}

static void
set_other(
    struct reader *r, struct query_part *p, const struct str *terms, size_t n)
{
	struct str *all = NULL;
	bool same = n == p->n;

	for (size_t i = 0; i < n && same; i++)
		same = str_eq(terms[i], p->terms[i]);
	if (n == 0 || same)
		return;
	all = ARENA_ARRAY(r->arena, n, struct str);
	memcpy(all, terms, n * sizeof *all);
	p->other = all;
	p->other_n = n;
}

/* می and نمی, folded: written to their verb, or before it. */
static struct str
persian_prefix(struct str term)
{
	static const struct str heads[] = { STR_INIT("نمي"), STR_INIT("مي") };

	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		if (str_starts(term, heads[i]))
			return heads[i];
	return (struct str){ 0 };
}

/* "میروند" may stand there as "می‌روند". */
static void
part_prefix(struct reader *r, struct query_part *p)
{
	enum { VERB_MIN = 3 };
	struct str head = { 0 };
	struct str two[2];

	if (!analyser_is_persian(r->an) || p->n != 1)
		return;
	head = persian_prefix(p->terms[0]);
	two[0] = head;
	two[1] = str_from(p->terms[0], head.n);
	if (head.n > 0 && utf8_length(two[1]) >= VERB_MIN)
		set_other(r, p, two, 2);
}

static void
add_part(struct reader *r, enum query_kind kind, bool not, bool quoted,
    struct str text)
{
	struct str terms[QUERY_TERMS_MAX];
	struct str joined = { 0 };
	struct str ignored = { 0 };
	struct query_part *p = &r->parts[r->q.n];
	struct str *all = NULL;
	size_t n = read_terms(r, text, terms, &joined);

	if (n == 0)
		return;
	if (r->q.n == QUERY_PARTS_MAX) {
		r->q.cut = true;
		return;
	}
	all = ARENA_ARRAY(r->arena, n, struct str);
	memcpy(all, terms, n * sizeof *all);
	*p = (struct query_part){
		.kind = kind,
		.not = not,
		.text = text,
		.terms = all,
		.n = n,
	};
	r->quoted[r->q.n++] = quoted;
	if (quoted)
		return;
	if (joined.n > 0) {
		n = read_terms(r, joined, terms, &ignored);
		set_other(r, p, terms, n);
	} else {
		part_prefix(r, p);
	}
}

/* "می روند", in two words, is one verb. */
static void
join_prefixes(struct reader *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->q.n; i++) {
		struct query_part *p = &r->parts[i];
		struct query_part *next = &r->parts[i + 1];
		struct str *two = NULL;
		struct str one = { 0 };

		if (i + 1 < r->q.n && p->kind == QUERY_TEXT &&
		    next->kind == QUERY_TEXT && p->n == 1 && next->n == 1 &&
		    !next->not &&!r->quoted[i] && !r->quoted[i + 1] &&
		    str_eq(persian_prefix(p->terms[0]), p->terms[0])) {
			two = ARENA_ARRAY(r->arena, 2, struct str);
			two[0] = p->terms[0];
			two[1] = next->terms[0];
			one = str_printf(r->arena, "%.*s%.*s", STR_FMT(two[0]),
			    STR_FMT(two[1]));
			/* As the word would be cut, written so. */
			one.n = utf8_whole(str_sub(one, 0, TERM_MAX));
			p->terms = two;
			p->n = 2;
			p->other_n = 0;
			p->text = str_make(p->text.p,
			    (size_t)(next->text.p - p->text.p) + next->text.n);
			set_other(r, p, &one, 1);
			i++;
		}
		r->parts[n++] = *p;
	}
	r->q.n = n;
}

/* ---- operators ---- */

enum op { OP_AUTHOR, OP_SECTION, OP_TAG, OP_AFTER, OP_BEFORE };

static bool
find_operator(struct reader *r, struct str name, enum op *out)
{
	static const struct {
		struct str name; /* folded */
		enum op op;
	} known[] = {
		{ STR_INIT("author"), OP_AUTHOR },
		{ STR_INIT("by"), OP_AUTHOR },
		{ STR_INIT("section"), OP_SECTION },
		{ STR_INIT("tag"), OP_TAG },
		{ STR_INIT("after"), OP_AFTER },
		{ STR_INIT("since"), OP_AFTER },
		{ STR_INIT("before"), OP_BEFORE },
		{ STR_INIT("كاتب"), OP_AUTHOR },
		{ STR_INIT("بقلم"), OP_AUTHOR },
		{ STR_INIT("قسم"), OP_SECTION },
		{ STR_INIT("وسم"), OP_TAG },
		{ STR_INIT("بعد"), OP_AFTER },
		{ STR_INIT("قبل"), OP_BEFORE },
		{ STR_INIT("نويسنده"), OP_AUTHOR },
		{ STR_INIT("بخش"), OP_SECTION },
		{ STR_INIT("برچسب"), OP_TAG },
		{ STR_INIT("از"), OP_AFTER },
		{ STR_INIT("پيش"), OP_BEFORE },
	};
	struct str folded = words_fold(r->arena, name);

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (str_eq(folded, known[i].name)) {
			*out = known[i].op;
			return true;
		}
	return false;
}

struct value {
	struct str text;
	bool quoted;
};

/* What follows "author:", there or after a space. */
static bool
take_value(struct reader *r, struct str rest_of_chunk, struct value *out)
{
	struct str here = r->s;

	if (rest_of_chunk.n > 0) {
		*out = (struct value){ rest_of_chunk, false };
		return true;
	}
	skip_blanks(&here);
	if (here.n == 0)
		return false;
	out->quoted = is_quote(peek(here));
	out->text =
	    out->quoted ? take_quoted(&here) : take_until(&here, ends_chunk);
	r->s = here;
	return true;
}

/* false: it is words after all. */
static bool
apply(struct reader *r, enum op op, bool not, const struct value *v)
{
	struct days d = { 0 };

	switch (op) {
	case OP_AUTHOR:
		add_part(r, QUERY_AUTHOR, not, true, v->text);
		return true;
	case OP_SECTION:
		add_part(r, QUERY_SECTION, not, true, v->text);
		return true;
	case OP_TAG:
		add_part(r, QUERY_TAG, not, true, v->text);
		return true;
	case OP_AFTER:
	case OP_BEFORE:
		break;
	}
	if (!read_days(r, v->text, &d))
		return false;
	/* "-before:" is "after:", and the other way round. */
	if ((op == OP_AFTER) != not )
		narrow(r, d.from, INT64_MAX);
	else
		narrow(r, INT64_MIN, d.from);
	return true;
}

/* ---- the line ---- */

static bool
read_operator(struct reader *r, struct str chunk, bool not )
{
	size_t colon = str_find_char(chunk, ':', 0);
	enum op op = OP_AUTHOR;
	struct value v = { 0 };

	if (colon == SIZE_MAX ||
	    !find_operator(r, str_sub(chunk, 0, colon), &op) ||
	    !take_value(r, str_from(chunk, colon + 1), &v))
		return false;
	if (!apply(r, op, not, &v)) {
		add_part(r, QUERY_TEXT, not, false, str_sub(chunk, 0, colon));
		add_part(r, QUERY_TEXT, not, v.quoted, v.text);
	}
	return true;
}

static void
read_one(struct reader *r)
{
	uint32_t c = peek(r->s);
	struct str rest = r->s;
	struct str chunk = { 0 };
	bool not = false;

	if (c == '-' || c == 0x2212) {
		skip(&rest);
		/* Alone, or one of several, it is a dash. */
		not = rest.n > 0 && !is_blank(peek(rest)) && peek(rest) != '-';
		r->s = rest;
		if (!not )
			return;
	}
	if (is_quote(peek(r->s))) {
		add_part(r, QUERY_TEXT, not, true, take_quoted(&r->s));
		return;
	}
	chunk = take_until(&r->s, ends_chunk);
	if (read_operator(r, chunk, not ) || (!not &&read_range(r, chunk)))
		return;
	add_part(r, QUERY_TEXT, not, false, chunk);
}

void
query_read(
    struct arena *a, struct analyser *an, struct str typed, struct query *out)
{
	struct reader r = {
		.arena = a,
		.an = an,
		.s = utf8_head(typed, QUERY_MAX),
		.parts = ARENA_ARRAY(a, QUERY_PARTS_MAX + 1, struct query_part),
		.q = { .from = INT64_MIN, .until = INT64_MAX },
	};

	skip_blanks(&r.s);
	while (r.s.n > 0) {
		size_t left = r.s.n;

		read_one(&r);
		assert(r.s.n < left);
		skip_blanks(&r.s);
	}
	if (analyser_is_persian(an))
		join_prefixes(&r);
	r.q.parts = r.parts;
	r.q.cut = r.q.cut || r.s.n > 0;
	*out = r.q;
}

bool
query_is_empty(const struct query *q)
{
	return q->n == 0 && !q->dated;
}
