/* SPDX-License-Identifier: MIT */
/*
 * The page cache.
 *
 * Two kinds of locks.  A shard's guards its hash table, and is all that a
 * hit takes.  The cache's own guards everything else: tags, flights, the
 * list for eviction; it is taken first, and held for short moments of the
 * slow lane only.
 */

#include "pages/cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <sodium.h>

enum {
	SHARDS = 32,
	SHARD_BUCKETS_FIRST = 64,
	TAG_BUCKETS_FIRST = 1024,
	EVICT_SAMPLE = 12, /* looked at for each that goes */
	FLIGHT_BUCKETS = 256,
};

struct tag;

/* That a page carries a tag; in the tag's list. */
struct link {
	struct link *prev, *next;
	struct tag *tag;
	struct entry *entry;
};

struct entry {
	struct entry *next; /* in its bucket */
	uint64_t hash;
	struct response *response;
	size_t size;
	int64_t change;
	int64_t cost_ns;
	int64_t stored_at; /* monotonic ns */
	_Atomic uint32_t hits;
	size_t index; /* in the cache's list */
	size_t links_n;
	struct link *links;
	size_t key_n;
	char key[];
};

struct shard {
	_Alignas(64) pthread_mutex_t lock;
	struct entry **buckets;
	size_t buckets_n;
	size_t n;
	uint64_t hits;
};

struct tag {
	struct tag *next; /* in its bucket */
	uint64_t hash;
	struct link *links;
	/* While a render under way may have begun before its last purge: */
	int64_t purged; /* the number; INT64_MIN: forgotten */
	uint64_t purge; /* which of our purges that was */
	struct tag *older, *newer;
	size_t name_n;
	char name[];
};

struct waiter {
	struct waiter *next;
	struct exchange *x;
};

struct cache_flight {
	struct cache *cache;
	struct cache_flight *bucket_next; /* of those that may be joined */
	struct cache_flight *older, *newer;
	bool listed;	/* in its bucket */
	uint64_t purge; /* the newest purge when it began */
	bool refused;	/* everything was purged meanwhile */
	struct waiter *waiters;
	uint64_t hash;
	size_t key_n;
	char key[];
};

struct cache {
	struct shard shards[SHARDS];
	unsigned char secret[crypto_shorthash_KEYBYTES];

	pthread_mutex_t lock;
	size_t max_bytes;
	size_t bytes;
	struct entry **list; /* all entries, in no order: to draw from */
	size_t list_n;
	size_t list_room;
	uint64_t dice;
	int64_t floor; /* all tags are purged up to here */

	struct tag **tags;
	size_t tags_buckets;
	size_t tags_n;
	struct tag *purged_oldest, *purged_newest;
	size_t purged_n;
	uint64_t purge; /* counts them */

	struct cache_flight *flights[FLIGHT_BUCKETS];
	struct cache_flight *flight_oldest, *flight_newest;
	size_t flights_n;

	uint64_t misses, joined, stored, evicted, purged, refused;
};

static void *
must_alloc(size_t n)
{
	void *p = calloc(1, n);

	if (p == NULL)
		abort();
	return p;
}

/* Keyed: readers choose addresses, and none shall meet by design. */
static uint64_t
key_hash(const struct cache *c, struct str s)
{
	uint64_t hash = 0;

	crypto_shorthash(
	    (unsigned char *)&hash, (const unsigned char *)s.p, s.n, c->secret);
	return hash;
}

static struct shard *
shard_of(struct cache *c, uint64_t hash)
{
	return &c->shards[hash % SHARDS];
}

struct cache *
cache_new(size_t max_bytes)
{
	struct cache *c = aligned_alloc(64, (sizeof *c + 63) / 64 * 64);

	if (c == NULL || sodium_init() < 0)
		abort();
	memset(c, 0, sizeof *c);
	c->max_bytes = max_bytes != 0 ? max_bytes : CACHE_BYTES;
	c->floor = INT64_MIN;
	crypto_shorthash_keygen(c->secret);
	randombytes_buf(&c->dice, sizeof c->dice);
	pthread_mutex_init(&c->lock, NULL);
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shards[i];

		pthread_mutex_init(&s->lock, NULL);
		s->buckets_n = SHARD_BUCKETS_FIRST;
		s->buckets = must_alloc(s->buckets_n * sizeof s->buckets[0]);
	}
	c->tags_buckets = TAG_BUCKETS_FIRST;
	c->tags = must_alloc(c->tags_buckets * sizeof c->tags[0]);
	return c;
}

/* --- Shards: from key to entry. ---------------------------------------- */

static struct entry **
entry_find(struct shard *s, uint64_t hash, struct str key)
{
	/* The low bits chose the shard. */
	struct entry **link = &s->buckets[hash / SHARDS % s->buckets_n];

	while (*link != NULL &&
	       !((*link)->hash == hash &&
		   str_eq(str_make((*link)->key, (*link)->key_n), key)))
		link = &(*link)->next;
	return link;
}

static void
shard_grow(struct shard *s)
{
	size_t n = s->buckets_n * 2;
	struct entry **buckets = NULL;

	if (s->n < s->buckets_n)
		return;
	buckets = must_alloc(n * sizeof buckets[0]);
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

static struct response *
lookup(struct cache *c, uint64_t hash, struct str key)
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

struct response *
cache_get(struct cache *c, struct str key)
{
	return lookup(c, key_hash(c, key), key);
}

/* --- Tags. All below hold the cache's lock. ----------------------------- */

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
	buckets = must_alloc(n * sizeof buckets[0]);
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
	uint64_t hash = key_hash(c, name);
	struct tag **link = tag_find(c, hash, name);
	struct tag *t = *link;

	if (t != NULL)
		return t;
	tags_grow(c);
	t = must_alloc(sizeof *t + name.n);
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
static void
purged_trim(struct cache *c)
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

/* --- Entries: kept, dropped, evicted. ----------------------------------- */

static void
entry_unlink_tags(struct cache *c, struct entry *e)
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

static void
entry_link_tags(
    struct cache *c, struct entry *e, const struct str *tags, size_t n)
{
	if (n == 0)
		return;
	e->links = must_alloc(n * sizeof e->links[0]);
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

static void
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
	entry_unlink_tags(c, e);
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
	struct entry *e = must_alloc(sizeof *e + key.n);

	e->hash = hash;
	e->response = response_ref(render->response);
	e->change = render->change;
	e->cost_ns = render->cost_ns;
	e->stored_at = clock_monotonic_ns();
	e->key_n = key.n;
	memcpy(e->key, key.p, key.n);
	e->size = sizeof *e + key.n + response_size(e->response) +
		  render->tags_n * (sizeof(struct link) + sizeof(struct tag));
	entry_link_tags(c, e, render->tags, render->tags_n);
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

/* Was a tag of it purged with a newer number than it could see? */
static bool
render_is_stale(struct cache *c, const struct cache_render *render)
{
	if (render->change < c->floor)
		return true;
	for (size_t i = 0; i < render->tags_n; i++) {
		struct str name = render->tags[i];
		const struct tag *t = *tag_find(c, key_hash(c, name), name);

		if (t != NULL && t->purged > render->change)
			return true;
	}
	return false;
}

/* Stores it unless a rule forbids. */
static void
store(struct cache *c, struct str key, uint64_t hash,
    const struct cache_render *render)
{
	struct shard *s = shard_of(c, hash);
	struct entry *old = NULL;
	struct entry *e = NULL;

	if (render->tags_n > CACHE_TAGS_MAX || key.n > CACHE_KEY_MAX ||
	    response_size(render->response) > c->max_bytes / 8 ||
	    render_is_stale(c, render)) {
		c->refused++;
		return;
	}
	pthread_mutex_lock(&s->lock);
	old = *entry_find(s, hash, key);
	pthread_mutex_unlock(&s->lock);
	/* Entries come and go under our own lock only: old stays. */
	if (old != NULL && old->change > render->change)
		return;
	if (old != NULL)
		entry_drop(c, old);
	e = entry_new(c, key, hash, render);
	entry_insert(c, e);
	c->stored++;
	evict(c, e);
}

/* --- Flights. ------------------------------------------------------------ */

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
	struct cache_flight *f = must_alloc(sizeof *f + key.n);
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
	purged_trim(c);
}

static void
flight_join(struct cache_flight *f, struct exchange *x)
{
	struct waiter *w = must_alloc(sizeof *w);

	w->x = x;
	w->next = f->waiters;
	f->waiters = w;
}

enum cache_found
cache_first(struct cache *c, struct str key, struct exchange *x,
    struct response **out, struct cache_flight **flight)
{
	uint64_t hash = key_hash(c, key);
	struct response *r = lookup(c, hash, key);
	struct cache_flight *f = NULL;
	enum cache_found found = CACHE_LEAD;

	if (r != NULL) {
		*out = r;
		return CACHE_HIT;
	}
	pthread_mutex_lock(&c->lock);
	/* It may have been stored since we looked. */
	r = lookup(c, hash, key);
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

void
cache_finish(struct cache_flight *f, const struct cache_render *render)
{
	struct cache *c = f->cache;

	pthread_mutex_lock(&c->lock);
	if (render->store && !f->refused)
		store(c, str_make(f->key, f->key_n), f->hash, render);
	else if (f->refused)
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

/* --- Purging. ------------------------------------------------------------ */

static void
purge_tag(struct cache *c, struct str name, int64_t change)
{
	struct tag *t = tag_take(c, name);

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
	}
}

void
cache_purge(struct cache *c, int64_t change, const struct str *tags, size_t n)
{
	if (n == 0)
		return;
	pthread_mutex_lock(&c->lock);
	c->purge++;
	for (size_t i = 0; i < n; i++)
		purge_tag(c, tags[i], change);
	purged_trim(c);
	pthread_mutex_unlock(&c->lock);
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

void
cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	assert(c->flights_n == 0);
	cache_purge_all(c);
	purged_trim(c);
	assert(c->tags_n == 0);
	for (size_t i = 0; i < SHARDS; i++) {
		free(c->shards[i].buckets);
		pthread_mutex_destroy(&c->shards[i].lock);
	}
	pthread_mutex_destroy(&c->lock);
	free(c->tags);
	free(c->list);
	free(c);
}

/* --- Counting. ------------------------------------------------------------ */

void
cache_counts(struct cache *c, struct cache_counts *out)
{
	*out = (struct cache_counts){ 0 };
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shards[i];

		pthread_mutex_lock(&s->lock);
		out->hits += s->hits;
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
