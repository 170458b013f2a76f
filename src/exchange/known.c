/* SPDX-License-Identifier: MIT */
/* A table of names and ids, emptied as a whole. */

#include "exchange/known.h"

enum { PLACES = 4096, KNOWN_MAX = PLACES / 2 };

struct known {
	struct arena *arena; /* of the names */
	size_t n;
	struct place {
		struct known_name name;
		int64_t id; /* 0: free */
	} places[PLACES];
};

/* Where it is, or would be. */
static struct place *
place_of(struct known *k, const struct known_name *n)
{
	uint64_t h =
	    str_hash(n->name) + (uint64_t)n->edition * 31 + (uint64_t)n->kind;

	for (;; h++) {
		struct place *p = &k->places[h % PLACES];

		if (p->id == 0 ||
		    (p->name.kind == n->kind && p->name.edition == n->edition &&
			str_eq(p->name.name, n->name)))
			return p;
	}
}

int64_t
known_find(const struct run *r, const struct known_name *n)
{
	return r->known != NULL ? place_of(r->known, n)->id : 0;
}

static void
known_end(void *arg)
{
	struct known *k = arg;

	arena_free(k->arena);
}

void
known_add(struct run *r, const struct known_name *n, int64_t id)
{
	struct place *p = NULL;

	if (r->known == NULL) {
		r->known = ARENA_NEW(r->all, struct known);
		r->known->arena = arena_new(0);
		arena_defer(r->all, known_end, r->known);
	}
	if (r->known->n == KNOWN_MAX)
		known_forget(r);
	p = place_of(r->known, n);
	r->known->n += p->id == 0;
	p->name = *n;
	p->name.name = str_dup(r->known->arena, n->name);
	p->id = id;
}

void
known_forget(struct run *r)
{
	if (r->known == NULL || r->known->n == 0)
		return;
	memset(r->known->places, 0, sizeof r->known->places);
	arena_reset(r->known->arena);
	r->known->n = 0;
}
