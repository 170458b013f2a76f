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
	struct analyser *an;
	const struct query *q;
	struct str text;
	struct place *places;
	size_t places_n, places_room;
	bool ended;    /* no word is left to read */
	size_t looked; /* places that were looked at for hits */
	struct hit *hits;
	size_t hits_n, hits_room;
	/* Of each part: its terms, and the other way to write it. */
	const uint64_t *terms[QUERY_PARTS_MAX];
	const uint64_t *other[QUERY_PARTS_MAX];
	uint32_t wanted; /* parts that can be hit, a bit for each */
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

static const uint64_t *
hashes(struct arena *a, const struct str *terms, size_t n)
{
	uint64_t *h = ARENA_ARRAY(a, n, uint64_t);

	for (size_t i = 0; i < n; i++)
		h[i] = str_hash(terms[i]);
	return h;
}

static void
look_for(struct analyser *an, const struct str *terms, size_t n)
{
	for (size_t i = 0; i < n; i++)
		words_look_for(an, terms[i]);
}

static struct marking
marking_begin(struct arena *a, struct analyser *an, const struct query *q,
    struct str text)
{
	struct marking m = { .arena = a, .an = an, .q = q, .text = text };

	words_begin(an, text);
	for (size_t i = 0; i < q->n; i++) {
		const struct query_part *p = &q->parts[i];

		m.terms[i] = hashes(a, p->terms, p->n);
		m.other[i] = hashes(a, p->other, p->other_n);
		if (p->not || p->kind != QUERY_TEXT)
			continue;
		m.wanted |= UINT32_C(1) << i;
		look_for(an, p->terms, p->n);
		look_for(an, p->other, p->other_n);
	}
	return m;
}

static void
read_places(struct marking *m, size_t n)
{
	struct word w = { 0 };

	for (; n > 0; n--) {
		struct place *more = NULL;

		m->ended =
		    m->places_n >= MARK_WORDS_MAX || !words_next(m->an, &w);
		if (m->ended)
			return;
		more = grow(m->arena, m->places, m->places_n, &m->places_room,
		    sizeof *m->places);
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

static struct hit
hit_at(const struct marking *m, size_t at)
{
	struct hit best = { .word = at };

	for (size_t i = 0; i < m->q->n; i++) {
		const struct query_part *p = &m->q->parts[i];
		size_t n = 0;

		if ((m->wanted >> i & 1) == 0)
			continue;
		n = says(m, at, m->terms[i], p->n);
		if (n == 0)
			n = says(m, at, m->other[i], p->other_n);
		if (n > best.words) {
			best.words = n;
			best.part = i;
		}
	}
	return best;
}

/* In what was read; a phrase may go on in what was not. */
static void
find_hits(struct marking *m)
{
	size_t end = m->places_n;

	if (!m->ended)
		end = end > QUERY_TERMS_MAX ? end - QUERY_TERMS_MAX : 0;
	while (m->looked < end) {
		struct hit h = hit_at(m, m->looked);

		if (h.words > 0) {
			struct hit *more = grow(m->arena, m->hits, m->hits_n,
			    &m->hits_room, sizeof *m->hits);

			if (more != NULL)
				m->hits = more;
			m->hits[m->hits_n++] = h;
		}
		m->looked += h.words > 0 ? h.words : 1;
	}
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
	struct marking m = marking_begin(a, an, q, text);

	read_places(&m, SIZE_MAX);
	find_hits(&m);
	*out = cut(&m, 0, text.n, n);
}

/* ---- the best place ---- */

/* Which parts are hit in so many words from that hit on, and how often. */
static uint32_t
parts_near(const struct marking *m, size_t first, size_t words, size_t *hits)
{
	size_t end = m->hits[first].word + words;
	uint32_t seen = 0;

	*hits = 0;
	for (size_t i = first; i < m->hits_n && m->hits[i].word < end; i++) {
		seen |= UINT32_C(1) << m->hits[i].part;
		*hits += m->hits[i].words;
	}
	return seen;
}

struct best {
	size_t looked; /* hits that were weighed */
	size_t worth;
	size_t word; /* the first one */
	bool all;    /* nothing better can come */
};

/* Different parts count most, then hits; the first of equals wins. */
static void
weigh(const struct marking *m, size_t words, struct best *b)
{
	for (; b->looked < m->hits_n; b->looked++) {
		size_t hits = 0;
		uint32_t seen = parts_near(m, b->looked, words, &hits);
		size_t worth = (size_t)__builtin_popcount(seen) * words + hits;

		/* What follows the last hits is not read yet: weigh again. */
		if (!m->ended && m->hits[b->looked].word + words > m->looked)
			return;
		if (worth > b->worth) {
			b->worth = worth;
			b->word = m->hits[b->looked].word;
		}
		if (seen == m->wanted) {
			b->all = true;
			return;
		}
	}
}

void
query_snippet(struct arena *a, struct analyser *an, const struct query *q,
    struct str text, size_t words, struct snippet *out)
{
	struct marking m = marking_begin(a, an, q, text);
	struct best best = { .worth = 0 };
	size_t first = 0;
	size_t end = 0;
	size_t from = 0;
	size_t to = text.n;

	/* Most texts say it early: the rest need not be read. */
	do {
		read_places(&m, 2 * words);
		find_hits(&m);
		weigh(&m, words - LEAD_WORDS, &best);
	} while (!m.ended && !best.all && m.wanted != 0);
	read_places(&m, words);
	first = best.word > LEAD_WORDS ? best.word - LEAD_WORDS : 0;
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
		.worth = best.worth,
		.all = best.all,
		.before = from > 0,
		.after = to < text.n,
	};
	out->pieces = cut(&m, from, to, &out->n);
}
