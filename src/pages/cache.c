/* SPDX-License-Identifier: MIT */
/* The page cache: renders under way, purges, and what they do to the store. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pages/cache_own.h"

void *
cache_alloc(size_t n)
{
	void *p = calloc(1, n);

	if (p == NULL)
		abort();
	return p;
}

uint64_t
cache_hash(const struct cache *c, struct str s)
{
	uint64_t hash = 0;

	crypto_shorthash(
	    (unsigned char *)&hash, (const unsigned char *)s.p, s.n, c->secret);
	return hash;
}

struct cache *
cache_new(size_t max_bytes)
{
	struct cache *c = aligned_alloc(64, (sizeof *c + 63) / 64 * 64);

	if (c == NULL || sodium_init() < 0)
		abort();
	memset(c, 0, sizeof *c);
	c->max_bytes = max_bytes != 0 ? max_bytes : CACHE_BYTES;
	crypto_shorthash_keygen(c->secret);
	pthread_mutex_init(&c->lock, NULL);
	entries_init(c);
	tags_init(c);
	return c;
}

void
cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	assert(c->flights_n == 0);
	cache_purge_all(c);
	tags_trim(c);
	tags_free(c);
	entries_free(c);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

struct response *
cache_get(struct cache *c, struct str key)
{
	return entry_lookup(c, cache_hash(c, key), key);
}

/* ---- flights ---- */

static struct cache_flight **
flight_find(struct cache *c, uint64_t hash, struct str key)
{
	struct cache_flight **link = &c->flights[hash % FLIGHT_BUCKETS];

	while (*link != NULL &&
	       !((*link)->hash == hash &&
		   str_eq(str_make((*link)->key, (*link)->key_n), key)))
		link = &(*link)->bucket_next;
	return link;
}

static void
flight_unlist(struct cache *c, struct cache_flight *f)
{
	struct cache_flight **link = &c->flights[f->hash % FLIGHT_BUCKETS];

	if (!f->listed)
		return;
	while (*link != f)
		link = &(*link)->bucket_next;
	*link = f->bucket_next;
	f->listed = false;
}

static struct cache_flight *
flight_start(struct cache *c, uint64_t hash, struct str key)
{
	struct cache_flight *f = cache_alloc(sizeof *f + key.n);
	struct cache_flight **bucket = &c->flights[hash % FLIGHT_BUCKETS];

	f->cache = c;
	f->hash = hash;
	f->purge = c->purge;
	f->key_n = key.n;
	memcpy(f->key, key.p, key.n);
	f->listed = true;
	f->bucket_next = *bucket;
	*bucket = f;
	f->older = c->flight_newest;
	if (f->older != NULL)
		f->older->newer = f;
	else
		c->flight_oldest = f;
	c->flight_newest = f;
	c->flights_n++;
	return f;
}

/* Takes it out of everything; the caller frees it. */
static void
flight_end(struct cache *c, struct cache_flight *f)
{
	flight_unlist(c, f);
	if (f->older != NULL)
		f->older->newer = f->newer;
	else
		c->flight_oldest = f->newer;
	if (f->newer != NULL)
		f->newer->older = f->older;
	else
		c->flight_newest = f->older;
	c->flights_n--;
	tags_trim(c);
}

static void
flight_join(struct cache_flight *f, struct exchange *x)
{
	struct waiter *w = cache_alloc(sizeof *w);

	w->x = x;
	w->next = f->waiters;
	f->waiters = w;
}

enum cache_found
cache_first(struct cache *c, struct str key, struct exchange *x,
    struct response **out, struct cache_flight **flight)
{
	uint64_t hash = cache_hash(c, key);
	struct response *r = entry_lookup(c, hash, key);
	struct cache_flight *f = NULL;
	enum cache_found found = CACHE_LEAD;

	if (r != NULL) {
		*out = r;
		return CACHE_HIT;
	}
	pthread_mutex_lock(&c->lock);
	/* It may have been stored since we looked. */
	r = entry_lookup(c, hash, key);
	if (r != NULL) {
		pthread_mutex_unlock(&c->lock);
		*out = r;
		return CACHE_HIT;
	}
	c->misses++;
	f = *flight_find(c, hash, key);
	if (f != NULL && f->purge != c->purge) {
		/* Nobody who asks now may get what that one has read. */
		flight_unlist(c, f);
		f = NULL;
	}
	if (f != NULL && x != NULL) {
		flight_join(f, x);
		c->joined++;
		found = CACHE_JOINED;
	} else {
		if (f != NULL)
			flight_unlist(c, f);
		*flight = flight_start(c, hash, key);
	}
	pthread_mutex_unlock(&c->lock);
	return found;
}

static bool
may_store(const struct cache_flight *f, const struct cache_render *render)
{
	struct cache *c = f->cache;

	return !f->refused && render->tags_n <= CACHE_TAGS_MAX &&
	       f->key_n <= CACHE_KEY_MAX &&
	       response_size(render->response) <= c->max_bytes / 8 &&
	       !tags_stale(c, render);
}

void
cache_finish(struct cache_flight *f, const struct cache_render *render)
{
	struct cache *c = f->cache;

	pthread_mutex_lock(&c->lock);
	if (render->store && may_store(f, render))
		entry_store(c, str_make(f->key, f->key_n), f->hash, render);
	else if (render->store || f->refused)
		c->refused++;
	flight_end(c, f);
	pthread_mutex_unlock(&c->lock);

	/* All of these asked before any purge that the render missed. */
	while (f->waiters != NULL) {
		struct waiter *w = f->waiters;

		f->waiters = w->next;
		exchange_answer(w->x, response_ref(render->response));
		free(w);
	}
	free(f);
}

void
cache_abandon(struct cache_flight *f)
{
	struct cache *c = f->cache;

	pthread_mutex_lock(&c->lock);
	flight_end(c, f);
	pthread_mutex_unlock(&c->lock);
	while (f->waiters != NULL) {
		struct waiter *w = f->waiters;

		f->waiters = w->next;
		exchange_queue(w->x);
		free(w);
	}
	free(f);
}

void
cache_weigh(struct cache *c, struct str key, const struct response *r)
{
	pthread_mutex_lock(&c->lock);
	entry_weigh(c, key, cache_hash(c, key), r);
	pthread_mutex_unlock(&c->lock);
}

/* ---- purging ---- */

size_t
cache_purge(struct cache *c, int64_t change, const struct str *tags, size_t n)
{
	uint64_t before = 0;
	size_t dropped = 0;

	if (n == 0)
		return 0;
	pthread_mutex_lock(&c->lock);
	before = c->purged;
	c->purge++;
	for (size_t i = 0; i < n; i++)
		tag_purge(c, tags[i], change);
	tags_trim(c);
	dropped = (size_t)(c->purged - before);
	pthread_mutex_unlock(&c->lock);
	return dropped;
}

void
cache_purge_all(struct cache *c)
{
	pthread_mutex_lock(&c->lock);
	c->purge++;
	c->purged += c->list_n;
	while (c->list_n != 0)
		entry_drop(c, c->list[c->list_n - 1]);
	for (struct cache_flight *f = c->flight_oldest; f != NULL; f = f->newer)
		f->refused = true;
	pthread_mutex_unlock(&c->lock);
}

/* ---- counting ---- */

void
cache_counts(struct cache *c, struct cache_counts *out)
{
	*out = (struct cache_counts){ 0 };
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shards[i];

		pthread_mutex_lock(&s->lock);
		out->hits += s->hits;
		out->looked += s->looked;
		pthread_mutex_unlock(&s->lock);
	}
	pthread_mutex_lock(&c->lock);
	out->misses = c->misses;
	out->joined = c->joined;
	out->stored = c->stored;
	out->evicted = c->evicted;
	out->purged = c->purged;
	out->refused = c->refused;
	out->pages = c->list_n;
	out->bytes = c->bytes;
	out->max_bytes = c->max_bytes;
	out->flights = c->flights_n;
	out->tags = c->tags_n;
	out->looked += c->looked;
	pthread_mutex_unlock(&c->lock);
}

void
cache_metrics(struct cache *c, struct buf *out)
{
	struct cache_counts n;

	cache_counts(c, &n);
	{
		const struct {
			const char *name;
			const char *type;
			uint64_t value;
		} lines[] = {
			{ "hits_total", "counter", n.hits },
			{ "misses_total", "counter", n.misses },
			{ "joined_total", "counter", n.joined },
			{ "stored_total", "counter", n.stored },
			{ "evicted_total", "counter", n.evicted },
			{ "purged_total", "counter", n.purged },
			{ "refused_total", "counter", n.refused },
			{ "pages", "gauge", n.pages },
			{ "bytes", "gauge", n.bytes },
			{ "max_bytes", "gauge", n.max_bytes },
			{ "flights", "gauge", n.flights },
			{ "tags", "gauge", n.tags },
		};

		for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
			buf_printf(out,
			    "# TYPE masthead_cache_%s %s\n"
			    "masthead_cache_%s %" PRIu64 "\n",
			    lines[i].name, lines[i].type, lines[i].name,
			    lines[i].value);
	}
}
