/* SPDX-License-Identifier: MIT */
#ifndef PAGES_CACHE_H
#define PAGES_CACHE_H

/*
 * The page cache: finished responses under their canonical keys, each with
 * the tags it was made from ("story:7", "front").
 *
 * Change numbers order renders and purges.  A render carries the number of
 * the newest change its read could see; a purge carries the number of the
 * change that it makes visible.  Then:
 *
 *   - a purge drops exactly the pages that carry one of its tags;
 *   - a render older than one of its tags is not stored, and only those get
 *     it who asked before the purge;
 *   - no request joins a render that a purge has passed, since its tags are
 *     not known before it ends: it leads a new one instead.
 *
 * So whoever asks after cache_purge() has returned sees the change.
 *
 *	switch (cache_first(c, key, x, &out, &flight)) {
 *	case CACHE_HIT:    *out is the response, a reference of it yours
 *	case CACHE_JOINED: x is held by the cache: return LANE_PARKED
 *	case CACHE_LEAD:   render x on a pool thread, then cache_finish()
 *	}
 *
 * Memory: the cache holds references of responses, up to its ceiling.
 * Threads: any.  A hit locks one of many shards for some 50 ns.
 */

#include "base/base.h"
#include "http/exchange.h"
#include "http/response.h"

struct cache;
struct cache_flight; /* one render under way */

enum {
	CACHE_BYTES = 64 << 20, /* default ceiling */
	CACHE_TAGS_MAX = 1024,	/* of one page; with more it is not stored */
	CACHE_KEY_MAX = 4096,	/* bytes; longer keys are not stored */
	/* Purged tags remembered for the renders under way. */
	CACHE_PURGED_MAX = 65536,
};

/* max_bytes 0: the default. */
struct cache *cache_new(size_t max_bytes);

/* No flight may be under way. */
void cache_free(struct cache *c);

/* A new reference, or NULL: for the event thread, by raw path. */
struct response *cache_get(struct cache *c, struct str key);

enum cache_found { CACHE_HIT, CACHE_JOINED, CACHE_LEAD };

/*
 * JOINED takes x over and answers it when the flight ends.  x is touched in
 * no other case.  NULL, for warming, leads where others would join: every
 * page that is stored comes from a flight, for whose sake the numbers of
 * purges are remembered.
 */
enum cache_found cache_first(struct cache *c, struct str key,
    struct exchange *x, struct response **out, struct cache_flight **flight);

struct cache_render {
	struct response *response; /* stays the caller's */
	const struct str *tags;
	size_t tags_n;
	int64_t change;	 /* what the read could see, asked before it */
	int64_t cost_ns; /* of making it: dear pages stay longer */
	bool store;	 /* false: for those who wait only (errors …) */
};

/*
 * Ends the flight: stores the response unless it is stale, answers those
 * who joined.  The leader answers its own exchange itself.
 */
void cache_finish(struct cache_flight *f, const struct cache_render *render);

/*
 * The leader gives up without a response.  Those who joined are given to
 * exchange_queue(): work() finds them without a flight of theirs and asks
 * cache_first() again, so that one of them leads.
 */
void cache_abandon(struct cache_flight *f);

/* r has grown by a coding: if that is what stands there, it weighs more. */
void cache_weigh(struct cache *c, struct str key, const struct response *r);

/*
 * After the commit, before its caller is answered.  Numbers need not come
 * in order.  The pages that it dropped.
 */
size_t cache_purge(
    struct cache *c, int64_t change, const struct str *tags, size_t n);

/* Everything, also what is being rendered (a theme was changed). */
void cache_purge_all(struct cache *c);

struct cache_counts {
	uint64_t hits, misses, joined, stored, evicted, purged, refused;
	size_t pages, bytes, max_bytes;
	size_t flights;
	size_t tags; /* known: of pages, or remembered as purged */
	/*
	 * Entries looked at, by whoever asked for a page or dropped one: what
	 * a purge costs is what it drops, whatever else is kept.
	 */
	uint64_t looked;
};

void cache_counts(struct cache *c, struct cache_counts *out);

/* Prometheus text. */
void cache_metrics(struct cache *c, struct buf *out);

#endif
