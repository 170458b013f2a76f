/* SPDX-License-Identifier: MIT */
/* Where a text says what was asked for. */

#include "search/query.h"

enum {
	MARK_WORDS_MAX = 200000, /* of one text */
	LEAD_WORDS = 5,		 /* of a snippet, before its first hit */
};

struct place {
	uint64_t hash; /* of the term */
	size_t from, to;
};

struct hit {
	size_t word, words; /* its first, and how many */
	size_t part;
};

struct marking {
	struct arena *arena;
	struct str text;
	struct place *places;
	size_t places_n;
	struct hit *hits;
	size_t hits_n;
};

static void *
grow(struct arena *a, const void *old, size_t n, size_t *room, size_t size)
{
	void *new = NULL;

	if (n < *room)
		return NULL;
	*room = *room == 0 ? 256 : 2 * *room;
	new = arena_array(a, *room, size);
	if (n > 0)
		memcpy(new, old, n * size);
	return new;
}

static void
read_places(struct marking *m, struct analyser *an)
{
	struct word w = { 0 };
	size_t room = 0;

	words_begin(an, m->text);
	while (m->places_n < MARK_WORDS_MAX && words_next(an, &w)) {
		struct place *more = grow(
		    m->arena, m->places, m->places_n, &room, sizeof *m->places);

		if (more != NULL)
			m->places = more;
		m->places[m->places_n++] =
		    (struct place){ str_hash(w.term), w.from, w.to };
	}
}

/* How many places from here on say the terms; 0: they do not. */
static size_t
says(const struct marking *m, size_t at, const uint64_t *terms, size_t n)
{
	if (n == 0 || n > m->places_n - at)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (m->places[at + i].hash != terms[i])
			return 0;
	return n;
}

static const uint64_t *
hashes(struct arena *a, const struct str *terms, size_t n)
{
	uint64_t *h = ARENA_ARRAY(a, n, uint64_t);

	for (size_t i = 0; i < n; i++)
		h[i] = str_hash(terms[i]);
	return h;
}

static void
find_hits(struct marking *m, const struct query *q)
{
	const uint64_t *terms[QUERY_PARTS_MAX];
	const uint64_t *other[QUERY_PARTS_MAX];
	size_t room = 0;

	for (size_t i = 0; i < q->n; i++) {
		const struct query_part *p = &q->parts[i];

		terms[i] = hashes(m->arena, p->terms, p->n);
		other[i] = hashes(m->arena, p->other, p->other_n);
	}
	for (size_t at = 0; at < m->places_n;) {
		struct hit best = { .word = at };

		for (size_t i = 0; i < q->n; i++) {
			const struct query_part *p = &q->parts[i];
			size_t n = 0;

			if (p->not || p->kind != QUERY_TEXT)
				continue;
			n = says(m, at, terms[i], p->n);
			if (n == 0)
				n = says(m, at, other[i], p->other_n);
			if (n > best.words) {
				best.words = n;
				best.part = i;
			}
		}
		if (best.words > 0) {
			struct hit *more = grow(m->arena, m->hits, m->hits_n,
			    &room, sizeof *m->hits);

			if (more != NULL)
				m->hits = more;
			m->hits[m->hits_n++] = best;
		}
		at += best.words > 0 ? best.words : 1;
	}
}

static struct marking
mark(struct arena *a, struct analyser *an, const struct query *q,
    struct str text)
{
	struct marking m = { .arena = a, .text = text };

	read_places(&m, an);
	find_hits(&m, q);
	return m;
}

/* The bytes from .. to, cut at the hits among them. */
static const struct piece *
cut(const struct marking *m, size_t from, size_t to, size_t *n)
{
	struct piece *all =
	    ARENA_ARRAY(m->arena, 2 * m->hits_n + 1, struct piece);

	*n = 0;
	for (size_t i = 0; i < m->hits_n; i++) {
		const struct hit *h = &m->hits[i];
		size_t hit_from = m->places[h->word].from;
		size_t hit_to = m->places[h->word + h->words - 1].to;

		/* The two terms of one word may be two hits. */
		if (hit_from < from || hit_to > to)
			continue;
		if (hit_from > from)
			all[(*n)++] = (struct piece){
				str_sub(m->text, from, hit_from - from), false
			};
		all[(*n)++] = (struct piece){
			str_sub(m->text, hit_from, hit_to - hit_from), true
		};
		from = hit_to;
	}
	if (from < to)
		all[(*n)++] =
		    (struct piece){ str_sub(m->text, from, to - from), false };
	return all;
}

void
query_mark(struct arena *a, struct analyser *an, const struct query *q,
    struct str text, const struct piece **out, size_t *n)
{
	struct marking m = mark(a, an, q, text);

	*out = cut(&m, 0, text.n, n);
}

/* ---- the best place ---- */

/* Different parts count most, then hits; the first of equals wins. */
static size_t
worth(const struct marking *m, size_t first, size_t words)
{
	size_t end = m->hits[first].word + words;
	uint32_t seen = 0;
	size_t hits = 0;

	for (size_t i = first; i < m->hits_n && m->hits[i].word < end; i++) {
		seen |= UINT32_C(1) << m->hits[i].part;
		hits += m->hits[i].words;
	}
	return (size_t)__builtin_popcount(seen) * words + hits;
}

void
query_snippet(struct arena *a, struct analyser *an, const struct query *q,
    struct str text, size_t words, struct snippet *out)
{
	struct marking m = mark(a, an, q, text);
	size_t first = 0;
	size_t best = 0;
	size_t end = 0;
	size_t from = 0;
	size_t to = text.n;

	for (size_t i = 0; i < m.hits_n; i++) {
		size_t w = worth(&m, i, words - LEAD_WORDS);

		if (w > best) {
			best = w;
			first = m.hits[i].word;
		}
	}
	first = first > LEAD_WORDS ? first - LEAD_WORDS : 0;
	end = first + words;
	/* Towards the end of the text, more of what stands before. */
	if (end > m.places_n) {
		end = m.places_n;
		first = end > words ? end - words : 0;
	}
	if (first > 0)
		from = m.places[first].from;
	if (end < m.places_n)
		to = m.places[end - 1].to;
	*out = (struct snippet){
		.hits = m.hits_n,
		.before = from > 0,
		.after = to < text.n,
	};
	out->pieces = cut(&m, from, to, &out->n);
}
