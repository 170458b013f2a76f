/* SPDX-License-Identifier: MIT */
#ifndef PAGES_CACHE_OWN_H
#define PAGES_CACHE_OWN_H

/*
 * The cache from inside: the store of entries (cache_store.c), the index of
 * tags (cache_tags.c), and the flights and purges that use both (cache.c).
 *
 * Two kinds of locks.  A shard's guards its hash table, and is all that a
 * hit takes.  The cache's own guards everything else: tags, flights, the
 * list for eviction; it is taken first, and held for short moments of the
 * slow lane only.  Calls below want it held, unless they say otherwise.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <sodium.h>

#include "pages/cache.h"

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
	size_t own_size; /* without the response */
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
	uint64_t looked; /* entries passed on the way to one */
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
	uint64_t looked; /* entries that purges looked at */
};

/* Zeroed; aborts when there is no more. */
void *cache_alloc(size_t n);
/* Keyed: readers choose addresses, and none shall meet by design. */
uint64_t cache_hash(const struct cache *c, struct str s);

/* ---- cache_store.c ---- */

void entries_init(struct cache *c);
void entries_free(struct cache *c);
/* A new reference, or NULL.  Without the cache's lock, too. */
struct response *entry_lookup(struct cache *c, uint64_t hash, struct str key);
void entry_drop(struct cache *c, struct entry *e);
/* Its response has grown: what is too much then is evicted. */
void entry_weigh(
    struct cache *c, struct str key, uint64_t hash, const struct response *r);
/* Keeps it instead of an older one, and evicts what is too much then. */
void entry_store(struct cache *c, struct str key, uint64_t hash,
    const struct cache_render *render);

/* ---- cache_tags.c ---- */

void tags_init(struct cache *c);
void tags_free(struct cache *c);
/* Which entries carry a tag. */
void tags_link(
    struct cache *c, struct entry *e, const struct str *names, size_t n);
void tags_unlink(struct cache *c, struct entry *e);
/* Drops the entries of one tag: looks at these and at no other. */
void tag_purge(struct cache *c, struct str name, int64_t change);
/* Was a tag of it purged with a newer number than it could see? */
bool tags_stale(struct cache *c, const struct cache_render *render);
/* Forgets purges that no flight under way can have missed. */
void tags_trim(struct cache *c);

#endif
