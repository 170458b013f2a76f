/* SPDX-License-Identifier: MIT */
#ifndef SITE_OWN_H
#define SITE_OWN_H

/* The room's own: how a request goes through it. */

#include <pthread.h>
#include <stdatomic.h>

#include "http/route.h"
#include "newsroom/asset.h"
#include "pages/cache.h"
#include "pages/page.h"
#include "site/site.h"
#include "site/trace.h"

struct store; /* store/store.h */
struct store_tx;

enum {
	DAYS_MAX = 64,	 /* editions whose day is watched */
	STILLS_WAIT = 32 /* stills that wait for a worker; more: 503 */
};

/* A pool thread's own. */
struct worker {
	struct arena *arena;
	struct store *store;
	struct standing *standing;
};

/* The day that stands on an edition's pages. */
struct day {
	int64_t edition;
	char zone[64];
	int64_t number; /* days since 1970 */
};

struct site {
	struct site_conf conf;
	struct arena *arena;
	struct cache *cache;
	struct traces *traces;
	struct worker *workers;
	unsigned workers_n;
	bool hsts;

	pthread_mutex_t lock; /* of press, http, more, make_ns and days */
	struct press *press;
	struct http *http;
	void (*more)(void *arg, struct buf *out); /* more of /metrics */
	void *more_arg;
	uint_fast64_t make_ns; /* of pool threads: all else, as told last */
	struct day days[DAYS_MAX];
	size_t days_n;
	_Atomic int64_t minute; /* when the days were looked at last */

	pthread_mutex_t stills_lock;
	unsigned stills_running, stills_max;
	struct visit *stills[STILLS_WAIT]; /* a ring */
	size_t stills_at, stills_n;

	atomic_uint_fast64_t rendered, failed;
	atomic_uint_fast64_t encode_ns; /* of pool threads: compressing */
};

enum route_flags {
	ROUTE_EDITION = 1, /* may stand behind an edition's prefix */
	ROUTE_STILL = 2,   /* differs by Accept, may take a worker process */
	ROUTE_LITE = 4,	   /* may stand behind /lite */
	ROUTE_FILM = 8,	   /* begins with a day, as stills do */
};

/* What a handler gives. */
struct answer {
	struct page page;	   /* unless response is set */
	struct response *response; /* of which a reference is given */
	int status;		   /* 0: 200 */
	struct str cache_control;  /* empty: as pages */
	bool store;		   /* keep it in the cache */
	bool rare;		   /* few ask for the same: pack it lightly */
	bool open;		   /* pages of other sites may read it */
	bool later;		   /* it waits for a worker process */
};

/* One request on its way. Lives in its exchange's arena. */
struct visit {
	struct site *site;
	struct exchange *x;
	const struct request *req;
	struct route_match match;
	enum err fault;	 /* of the routing */
	struct str path; /* without the form's prefix */
	enum press_form form;
	bool plain;	    /* it is there, but not in that form */
	struct str edition; /* code from the path; empty: the default */
	struct str key;
	int type; /* of a still: enum media_type */
	struct cache_flight *flight;
	struct response *kept; /* there already, but not in this coding */

	/* While it is on a pool thread: */
	struct ctx *ctx;
	struct store *store;
	struct store_tx *tx;
	struct standing *standing;
	int64_t change; /* newest that the transaction sees */
	struct press *press;
	struct page_ask ask;
};

typedef enum err (*handler)(struct visit *v, struct answer *out);

/* ---- routes.c ---- */

/*
 * Fills match, edition and key, or fault.  The words of a fault are in ctx.
 */
void visit_route(struct ctx *ctx, struct visit *v);

/* ---- lane.c ---- */

/* With what a page is asked for on this visit's thread. */
struct page_ask_init visit_asks(const struct visit *v);

enum lane lane_first(void *site, struct exchange *x, struct response **out);
void lane_work(void *site, struct exchange *x, unsigned worker);
struct response *lane_crowded(void *site, struct exchange *x);

/* ---- site.c ---- */

/* The press in use; press_unref() it. */
struct press *site_press(struct site *s);

/* ---- days.c ---- */

/* Drops the pages of yesterday.  In the event thread: a few us a minute. */
void days_look(struct site *s, int64_t now);
/* The page that was just kept says what day it is. */
void days_note(struct visit *v, int64_t edition, int64_t began);

/* ---- stills.c ---- */

enum err still_page(struct visit *v, struct answer *out);
enum err still_shown(struct visit *v, struct answer *out);
/* Of what is given of an asset: whatever may gate it, or change its key. */
void asset_tags(struct visit *v, const struct asset *a, struct answer *out);
/* What Accept gets: an enum media_type. */
int still_type(const struct request *req);
/*
 * May this thread start a worker for v?  QUEUED: v is no longer the
 * caller's; another thread will take it with stills_next().
 */
enum stills_turn { STILLS_GO, STILLS_QUEUED, STILLS_FULL };
enum stills_turn stills_enter(struct visit *v);
/* After a GO: the next one; NULL: none, and the place is given up. */
struct visit *stills_next(struct site *s);

/* ---- films.c ---- */

/* Lists and segments of films and sound. */
enum err film_master(struct visit *v, struct answer *out);
enum err film_master_shown(struct visit *v, struct answer *out);
enum err film_av1(struct visit *v, struct answer *out);
enum err film_av1_shown(struct visit *v, struct answer *out);
enum err film_part(struct visit *v, struct answer *out);
enum err film_part_shown(struct visit *v, struct answer *out);
/* "courier_636150734595751124.mp4": the whole as one file, no still. */
bool film_named(struct str name);
enum err film_whole(struct visit *v, struct str key, struct answer *out);

/* ---- captions.c ---- */

enum err captions_file(struct visit *v, struct answer *out);
enum err captions_file_shown(struct visit *v, struct answer *out);

/* ---- crawlers.c ---- */

/* Groups of robots.txt for those that the house refuses. */
void crawlers_refuse(struct buf *b, const struct site_conf *c);
/* The same in a sentence. */
struct str crawlers_policy(const struct site_conf *c);

/* ---- api.c ---- */

enum err stories_api(struct visit *v, struct answer *out);
enum err story_api(struct visit *v, struct answer *out);
enum err list_api(struct visit *v, struct answer *out);
enum err section_list_api(struct visit *v, struct answer *out);
enum err search_api(struct visit *v, struct answer *out);
enum err sections_api(struct visit *v, struct answer *out);
enum err editions_api(struct visit *v, struct answer *out);
enum err description_api(struct visit *v, struct answer *out);
/* Is it an address of the API, where failures are JSON too? */
bool api_asked(const struct visit *v);
MUST_USE enum err api_problem(
    struct visit *v, enum err err, int status, struct page *out);

/* ---- readers.c, machines.c ---- */

enum err front_page(struct visit *v, struct answer *out);
enum err section_page(struct visit *v, struct answer *out);
enum err tag_page(struct visit *v, struct answer *out);
enum err author_page(struct visit *v, struct answer *out);
enum err archive_page(struct visit *v, struct answer *out);
enum err corrections_page(struct visit *v, struct answer *out);
enum err story_page(struct visit *v, struct answer *out);
enum err search_page(struct visit *v, struct answer *out);
enum err search_names(struct visit *v, struct answer *out);
enum err shown_page(struct visit *v, struct answer *out);
enum err site_feed(struct visit *v, struct answer *out);
enum err section_feed(struct visit *v, struct answer *out);
enum err tag_feed(struct visit *v, struct answer *out);
enum err author_feed(struct visit *v, struct answer *out);
enum err corrections_feed(struct visit *v, struct answer *out);
enum err wire_list(struct visit *v, struct answer *out);

enum err theme_file(struct visit *v, struct answer *out);
enum err oembed(struct visit *v, struct answer *out);
enum err embed_page(struct visit *v, struct answer *out);
enum err llms_text(struct visit *v, struct answer *out);
enum err sitemap_index(struct visit *v, struct answer *out);
enum err sitemap_news(struct visit *v, struct answer *out);
enum err sitemap_video(struct visit *v, struct answer *out);
enum err sitemap_month(struct visit *v, struct answer *out);
enum err robots_text(struct visit *v, struct answer *out);
enum err health(struct visit *v, struct answer *out);
enum err ready(struct visit *v, struct answer *out);
enum err metrics(struct visit *v, struct answer *out);

#endif
