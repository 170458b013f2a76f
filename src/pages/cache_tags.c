/* SPDX-License-Identifier: MIT */
/*
 * The index of tags: which entries carry each, and which tags were purged
 * while a render was under way.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pages/cache_own.h"

void
tags_init(struct cache *c)
{
	c->floor = INT64_MIN;
	c->tags_buckets = TAG_BUCKETS_FIRST;
	c->tags = cache_alloc(c->tags_buckets * sizeof c->tags[0]);
}

void
tags_free(struct cache *c)
{
	assert(c->tags_n == 0);
	free(c->tags);
}

/* ---- by name ---- */

static struct tag **
tag_find(struct cache *c, uint64_t hash, struct str name)
{
	struct tag **link = &c->tags[hash % c->tags_buckets];

	while (*link != NULL &&
	       !((*link)->hash == hash &&
		   str_eq(str_make((*link)->name, (*link)->name_n), name)))
		link = &(*link)->next;
	return link;
}

static void
tags_grow(struct cache *c)
{
	size_t n = c->tags_buckets * 2;
	struct tag **buckets = NULL;

	if (c->tags_n < c->tags_buckets)
		return;
	buckets = cache_alloc(n * sizeof buckets[0]);
	for (size_t i = 0; i < c->tags_buckets; i++) {
		while (c->tags[i] != NULL) {
			struct tag *t = c->tags[i];
			struct tag **to = &buckets[t->hash % n];

			c->tags[i] = t->next;
			t->next = *to;
			*to = t;
		}
	}
	free(c->tags);
	c->tags = buckets;
	c->tags_buckets = n;
}

static struct tag *
tag_take(struct cache *c, struct str name)
{
	uint64_t hash = cache_hash(c, name);
	struct tag **link = tag_find(c, hash, name);
	struct tag *t = *link;

	if (t != NULL)
		return t;
	tags_grow(c);
	t = cache_alloc(sizeof *t + name.n);
	t->hash = hash;
	t->purged = INT64_MIN;
	t->name_n = name.n;
	memcpy(t->name, name.p, name.n);
	link = &c->tags[hash % c->tags_buckets];
	t->next = *link;
	*link = t;
	c->tags_n++;
	return t;
}

/* Forgets a tag that no page carries and no purge needs. */
static void
tag_release(struct cache *c, struct tag *t)
{
	struct tag **link = NULL;

	if (t->links != NULL || t->purged != INT64_MIN)
		return;
	link = &c->tags[t->hash % c->tags_buckets];
	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
	c->tags_n--;
	free(t);
}

static void
purged_unlink(struct cache *c, struct tag *t)
{
	if (t->older != NULL)
		t->older->newer = t->newer;
	else
		c->purged_oldest = t->newer;
	if (t->newer != NULL)
		t->newer->older = t->older;
	else
		c->purged_newest = t->older;
	t->older = t->newer = NULL;
	c->purged_n--;
}

static void
purged_append(struct cache *c, struct tag *t)
{
	t->older = c->purged_newest;
	if (t->older != NULL)
		t->older->newer = t;
	else
		c->purged_oldest = t;
	c->purged_newest = t;
	c->purged_n++;
}

static void
purged_forget(struct cache *c, struct tag *t)
{
	purged_unlink(c, t);
	t->purged = INT64_MIN;
	tag_release(c, t);
}

/*
 * A flight that began after a purge reads what the purge announced, so its
 * number matters to older flights only.
 */
void
tags_trim(struct cache *c)
{
	const struct cache_flight *f = c->flight_oldest;

	while (c->purged_oldest != NULL &&
	       (f == NULL || c->purged_oldest->purge <= f->purge))
		purged_forget(c, c->purged_oldest);
	/* A render that hangs must not cost memory for ever. */
	while (c->purged_n > CACHE_PURGED_MAX) {
		if (c->purged_oldest->purged > c->floor)
			c->floor = c->purged_oldest->purged;
		purged_forget(c, c->purged_oldest);
	}
}

bool
tags_stale(struct cache *c, const struct cache_render *render)
{
	if (render->change < c->floor)
		return true;
	if (c->purged_n == 0)
		return false;
	for (size_t i = 0; i < render->tags_n; i++) {
		struct str name = render->tags[i];
		const struct tag *t = *tag_find(c, cache_hash(c, name), name);

		if (t != NULL && t->purged > render->change)
			return true;
	}
	return false;
}

/* ---- entries and their tags ---- */

void
tags_unlink(struct cache *c, struct entry *e)
{
	for (size_t i = 0; i < e->links_n; i++) {
		struct link *l = &e->links[i];

		if (l->prev != NULL)
			l->prev->next = l->next;
		else
			l->tag->links = l->next;
		if (l->next != NULL)
			l->next->prev = l->prev;
		tag_release(c, l->tag);
	}
}

void
tags_link(struct cache *c, struct entry *e, const struct str *tags, size_t n)
{
	if (n == 0)
		return;
	e->links = cache_alloc(n * sizeof e->links[0]);
	e->links_n = n;
	for (size_t i = 0; i < n; i++) {
		struct link *l = &e->links[i];

		l->entry = e;
		l->tag = tag_take(c, tags[i]);
		l->next = l->tag->links;
		if (l->next != NULL)
			l->next->prev = l;
		l->tag->links = l;
	}
}

void
tag_purge(struct cache *c, struct str name, int64_t change)
{
	struct tag *t = NULL;

	/* What no page carries matters to flights alone. */
	if (c->flight_oldest == NULL &&
	    *tag_find(c, cache_hash(c, name), name) == NULL)
		return;
	t = tag_take(c, name);

	if (t->purged == INT64_MIN)
		purged_append(c, t);
	else {
		purged_unlink(c, t);
		purged_append(c, t);
	}
	if (t->purged < change)
		t->purged = change;
	t->purge = c->purge;
	/* It stays while it is among the purged. */
	while (t->links != NULL) {
		entry_drop(c, t->links->entry);
		c->purged++;
		c->looked++;
	}
}
