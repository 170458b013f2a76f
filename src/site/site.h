/* SPDX-License-Identifier: MIT */
#ifndef SITE_SITE_H
#define SITE_SITE_H

/*
 * What readers get: the addresses of DESIGN, section 8, each with its
 * handler, in front of the page cache.
 *
 *	TRY(site_new(ctx, &conf, &site));
 *	store_on_commit(writer, site_commit, site);
 *	app = site_app(site);
 *	TRY(http_start(ctx, &http_conf, &app, &http));
 *	site_set_http(site, http);
 *	...
 *	http_stop(http, 10);
 *	site_free(site);
 *
 * Fast lane: a cached page is answered in the event thread.  All else is
 * made on a pool thread, each with a database reader of its own, once for
 * all who wait.  This room logs what fails; nobody above needs to.
 *
 * Memory: a site owns itself, its cache, its readers and its theme; what the
 *         configuration points to must outlast it (texts are copied).
 * Threads: site_app()'s functions are called by http as it says there;
 *          site_commit(), site_reload_theme(), site_metrics() and
 *          site_ready() from any thread; new, free and set_http by one.
 */

#include "base/base.h"
#include "http/http.h"
#include "pages/page.h"

struct cache;	     /* pages/cache.h */
struct folder;	     /* store/folder.h */
struct media;	     /* media/media.h */
struct site;	     /* this room's own */
struct store_commit; /* store/store.h */
struct traces;	     /* site/trace.h */

struct site_conf {
	const struct folder *folder; /* with a newsroom in it */
	struct str url;	       /* "https://example.org", no slash at the end */
	const char *theme_dir; /* NULL: DIR/theme where there is one */
	unsigned readers;      /* http's pool threads; 0: HTTP_POOL_THREADS */
	size_t cache_bytes;    /* 0: CACHE_BYTES */
	struct media *media;   /* NULL: stills are answered with 503 */
	struct still_widths widths; /* of pictures; none: the usual ones */
	struct str contact; /* for robots.txt and error pages; may be "" */
	bool no_training;   /* refuse crawlers that train models */
	bool no_answers;    /* refuse those that answer questions */
	struct str refused; /* further crawlers, separated by commas */
	const struct clock *clock; /* NULL: the system's */
};

/*
 * Loads the theme and opens the readers.  The folder's tables must be there
 * already: a writer has been opened before.  ERR_INVALID: the theme, with
 * its first problem; ERR_NOTFOUND: no house has been founded.
 */
MUST_USE enum err site_new(
    struct ctx *ctx, const struct site_conf *conf, struct site **out);
/* After http_stop().  NULL: nothing. */
void site_free(struct site *s);

/* For http_start(); its functions serve every address but /desk, /api/v1. */
struct http_app site_app(struct site *s);

/* A store's listener (store_on_commit): when it returns, readers see it. */
void site_commit(void *site, const struct store_commit *commit);

/*
 * Reads the theme again and drops every page made with the old one.  When it
 * cannot be used the old one stays, and ctx_why() says what to mend.
 */
MUST_USE enum err site_reload_theme(struct ctx *ctx, struct site *s);

/* Its part of /metrics joins ours, and so does what more() writes. */
void site_set_http(struct site *s, struct http *h);
void site_set_metrics(
    struct site *s, void (*more)(void *arg, struct buf *out), void *arg);
/* Before the listener is stopped: neither is asked any more. */
void site_leave(struct site *s);
void site_metrics(struct site *s, struct buf *out);

/* Can a reader be served just now?  What /readyz says. */
bool site_ready(struct site *s);

/* For a warm-up, and for tests. */
struct cache *site_cache(struct site *s);
/* How long changes took to reach readers: trace.h. */
struct traces *site_traces(struct site *s);

#endif
