/* SPDX-License-Identifier: MIT */
/* The store of finished responses: from key to entry, and which must go. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pages/cache_own.h"

void
entries_init(struct cache *c)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shards[i];

		pthread_mutex_init(&s->lock, NULL);
		s->buckets_n = SHARD_BUCKETS_FIRST;
		s->buckets = cache_alloc(s->buckets_n * sizeof s->buckets[0]);
	}
	randombytes_buf(&c->dice, sizeof c->dice);
}

void
entries_free(struct cache *c)
{
	assert(c->list_n == 0);
	for (size_t i = 0; i < SHARDS; i++) {
		free(c->shards[i].buckets);
		pthread_mutex_destroy(&c->shards[i].lock);
	}
	free(c->list);
}

/* ---- from key to entry ---- */

static struct shard *
shard_of(struct cache *c, uint64_t hash)
{
	return &c->shards[hash % SHARDS];
}

static struct entry **
entry_find(struct shard *s, uint64_t hash, struct str key)
{
	/* The low bits chose the shard. */
	struct entry **link = &s->buckets[hash / SHARDS % s->buckets_n];

	while (*link != NULL &&
	       !((*link)->hash == hash &&
		   str_eq(str_make((*link)->key, (*link)->key_n), key))) {
		link = &(*link)->next;
		s->looked++;
	}
	s->looked++;
	return link;
}

static void
shard_grow(struct shard *s)
{
	size_t n = s->buckets_n * 2;
	struct entry **buckets = NULL;

	if (s->n < s->buckets_n)
		return;
	buckets = cache_alloc(n * sizeof buckets[0]);
	for (size_t i = 0; i < s->buckets_n; i++) {
		while (s->buckets[i] != NULL) {
			struct entry *e = s->buckets[i];
			struct entry **to = &buckets[e->hash / SHARDS % n];

			s->buckets[i] = e->next;
			e->next = *to;
			*to = e;
		}
	}
	free(s->buckets);
	s->buckets = buckets;
	s->buckets_n = n;
}

struct response *
entry_lookup(struct cache *c, uint64_t hash, struct str key)
{
	struct shard *s = shard_of(c, hash);
	struct response *r = NULL;
	struct entry *e = NULL;

	pthread_mutex_lock(&s->lock);
	e = *entry_find(s, hash, key);
	if (e != NULL) {
		r = response_ref(e->response);
		atomic_fetch_add_explicit(&e->hits, 1, memory_order_relaxed);
		s->hits++;
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

/* ---- kept, dropped, evicted ---- */

void
entry_drop(struct cache *c, struct entry *e)
{
	struct shard *s = shard_of(c, e->hash);
	struct entry **link = NULL;

	pthread_mutex_lock(&s->lock);
	link = entry_find(s, e->hash, str_make(e->key, e->key_n));
	assert(*link == e);
	*link = e->next;
	s->n--;
	pthread_mutex_unlock(&s->lock);

	c->list[e->index] = c->list[--c->list_n];
	c->list[e->index]->index = e->index;
	c->bytes -= e->size;
	tags_unlink(c, e);
	response_unref(e->response);
	free(e->links);
	free(e);
}

static uint64_t
dice_throw(struct cache *c)
{
	c->dice ^= c->dice << 13;
	c->dice ^= c->dice >> 7;
	c->dice ^= c->dice << 17;
	return c->dice;
}

/*
 * What a byte of it saves in a second of its life: time spent rendering,
 * times how often it is asked for ("hyperbolic caching").
 */
static double
entry_worth(const struct entry *e, int64_t now)
{
	double hits =
	    1.0 + atomic_load_explicit(&e->hits, memory_order_relaxed);
	double age = (double)(now - e->stored_at) / 1e9 + 1.0;

	return hits * (double)(e->cost_ns + 1) / ((double)e->size * age);
}

/* Drops the least worthy of a sample until all fits; keeps the newest. */
static void
evict(struct cache *c, const struct entry *newest)
{
	int64_t now = clock_monotonic_ns();

	while (c->bytes > c->max_bytes && c->list_n > 1) {
		struct entry *worst = NULL;
		double worst_worth = 0;

		for (int i = 0; i < EVICT_SAMPLE; i++) {
			struct entry *e = c->list[dice_throw(c) % c->list_n];
			double worth = entry_worth(e, now);

			if (e == newest)
				continue;
			if (worst == NULL || worth < worst_worth) {
				worst = e;
				worst_worth = worth;
			}
		}
		if (worst == NULL)
			continue;
		entry_drop(c, worst);
		c->evicted++;
	}
}

static struct entry *
entry_new(struct cache *c, struct str key, uint64_t hash,
    const struct cache_render *render)
{
	struct entry *e = cache_alloc(sizeof *e + key.n);

	e->hash = hash;
	e->response = response_ref(render->response);
	e->change = render->change;
	e->cost_ns = render->cost_ns;
	e->stored_at = clock_monotonic_ns();
	e->key_n = key.n;
	memcpy(e->key, key.p, key.n);
	e->own_size =
	    sizeof *e + key.n +
	    render->tags_n * (sizeof(struct link) + sizeof(struct tag));
	e->size = e->own_size + response_size(e->response);
	tags_link(c, e, render->tags, render->tags_n);
	return e;
}

static void
entry_insert(struct cache *c, struct entry *e)
{
	struct shard *s = shard_of(c, e->hash);
	struct entry **link = NULL;

	if (c->list_n == c->list_room) {
		c->list_room = c->list_room != 0 ? c->list_room * 2 : 256;
		c->list =
		    reallocarray(c->list, c->list_room, sizeof c->list[0]);
		if (c->list == NULL)
			abort();
	}
	e->index = c->list_n;
	c->list[c->list_n++] = e;
	c->bytes += e->size;

	pthread_mutex_lock(&s->lock);
	shard_grow(s);
	link = &s->buckets[e->hash / SHARDS % s->buckets_n];
	e->next = *link;
	*link = e;
	s->n++;
	pthread_mutex_unlock(&s->lock);
}

/* Entries come and go under the cache's lock only: it stays. */
static struct entry *
entry_there(struct cache *c, uint64_t hash, struct str key)
{
	struct shard *s = shard_of(c, hash);
	struct entry *e = NULL;

	pthread_mutex_lock(&s->lock);
	e = *entry_find(s, hash, key);
	pthread_mutex_unlock(&s->lock);
	return e;
}

void
entry_weigh(
    struct cache *c, struct str key, uint64_t hash, const struct response *r)
{
	struct entry *e = entry_there(c, hash, key);

	if (e == NULL || e->response != r)
		return;
	c->bytes -= e->size;
	e->size = e->own_size + response_size(r);
	c->bytes += e->size;
	evict(c, e);
}

void
entry_store(struct cache *c, struct str key, uint64_t hash,
    const struct cache_render *render)
{
	struct entry *old = entry_there(c, hash, key);
	struct entry *e = NULL;

	if (old != NULL && old->change > render->change)
		return;
	if (old != NULL)
		entry_drop(c, old);
	e = entry_new(c, key, hash, render);
	entry_insert(c, e);
	c->stored++;
	evict(c, e);
}
