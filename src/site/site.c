/* SPDX-License-Identifier: MIT */
/* The site: its readers of the store, its cache, its theme. */

#include "site/site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "site/own.h"
#include "store/folder.h"
#include "store/store.h"

enum { WORKER_ARENA = 256 * 1024 }; /* bytes kept between requests */

/* ---- the theme ---- */

/* *fd: -1 when the house has no theme of its own. */
static enum err
open_theme(struct ctx *ctx, const struct site *s, int *fd)
{
	const char *dir = s->conf.theme_dir;
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

	*fd = dir != NULL ? open(dir, flags)
			  : openat(folder_fd(s->conf.folder), "theme", flags);
	if (*fd >= 0 || (dir == NULL && errno == ENOENT))
		return ERR_OK;
	return FAIL(ctx, ERR_INVALID, "the theme's folder %s: %s",
	    dir != NULL ? dir : "\"theme\"", strerrordesc_np(errno));
}

static enum err
load_press(struct ctx *ctx, const struct site *s, struct press **out)
{
	CLEANUP(fd_close) int fd = -1;

	TRY(open_theme(ctx, s, &fd));
	return press_load(ctx, fd, NULL, out);
}

struct press *
site_press(struct site *s)
{
	struct press *p = NULL;

	pthread_mutex_lock(&s->lock);
	p = press_ref(s->press);
	pthread_mutex_unlock(&s->lock);
	return p;
}

enum err
site_reload_theme(struct ctx *ctx, struct site *s)
{
	struct press *new = NULL;
	struct press *old = NULL;

	TRY(load_press(ctx, s, &new));
	pthread_mutex_lock(&s->lock);
	old = s->press;
	s->press = new;
	pthread_mutex_unlock(&s->lock);
	press_unref(old);
	cache_purge_all(s->cache);
	return ERR_OK;
}

/* ---- beginning and end ---- */

static enum err
open_workers(struct ctx *ctx, struct site *s)
{
	const struct house *house = NULL;

	s->workers_n = s->conf.readers;
	s->workers = ARENA_ARRAY(s->arena, s->workers_n, struct worker);
	for (unsigned i = 0; i < s->workers_n; i++) {
		TRY(store_open(ctx,
		    &(struct store_open){
			.folder = s->conf.folder,
			.mode = STORE_READ,
		    },
		    &s->workers[i].store));
		s->workers[i].arena = arena_new(WORKER_ARENA);
		s->workers[i].standing = standing_new();
	}
	return house_get(ctx, s->workers[0].store, &house);
}

enum err
site_new(struct ctx *ctx, const struct site_conf *conf, struct site **out)
{
	struct arena *a = arena_new(0);
	struct site *s = ARENA_NEW(a, struct site);
	enum err err = ERR_OK;

	s->arena = a;
	s->conf = *conf;
	s->conf.url = str_dup(a, conf->url);
	s->conf.contact = str_dup(a, conf->contact);
	s->conf.refused = str_dup(a, conf->refused);
	if (conf->theme_dir != NULL)
		s->conf.theme_dir = str_cstr(a, str_c(conf->theme_dir));
	if (s->conf.widths.n == 0)
		s->conf.widths = still_widths_usual;
	if (s->conf.readers == 0)
		s->conf.readers = HTTP_POOL_THREADS;
	if (s->conf.clock == NULL)
		s->conf.clock = clock_system();
	s->hsts = str_starts(s->conf.url, STR("https://"));
	s->stills_max = s->conf.readers > 1 ? s->conf.readers / 2 : 1;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->stills_lock, NULL);
	s->cache = cache_new(conf->cache_bytes);
	s->traces = traces_new();
	err = load_press(ctx, s, &s->press);
	if (err == ERR_OK)
		err = open_workers(ctx, s);
	if (err != ERR_OK) {
		site_free(s);
		return err;
	}
	*out = s;
	return ERR_OK;
}

void
site_free(struct site *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < s->workers_n; i++) {
		store_close(s->workers[i].store);
		standing_free(s->workers[i].standing);
		arena_free(s->workers[i].arena);
	}
	cache_free(s->cache);
	traces_free(s->traces);
	press_unref(s->press);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->stills_lock);
	arena_free(s->arena);
}

/* ---- for the server around it ---- */

struct http_app
site_app(struct site *s)
{
	return (struct http_app){
		.arg = s,
		.first = lane_first,
		.work = lane_work,
		.crowded = lane_crowded,
	};
}

void
site_commit(void *site, const struct store_commit *commit)
{
	struct site *s = site;
	struct traces_purge purge = { .began = clock_monotonic_ns() };

	purge.dropped =
	    cache_purge(s->cache, commit->change, commit->tags, commit->n);
	purge.ended = clock_monotonic_ns();
	purge.at = clock_now_ns(s->conf.clock) / CLOCK_SECOND;
	traces_note(s->traces, commit, &purge);
}

struct traces *
site_traces(struct site *s)
{
	return s->traces;
}

void
site_set_http(struct site *s, struct http *h)
{
	pthread_mutex_lock(&s->lock);
	s->http = h;
	pthread_mutex_unlock(&s->lock);
}

void
site_set_metrics(
    struct site *s, void (*more)(void *arg, struct buf *out), void *arg)
{
	pthread_mutex_lock(&s->lock);
	s->more = more;
	s->more_arg = arg;
	pthread_mutex_unlock(&s->lock);
}

void
site_leave(struct site *s)
{
	site_set_http(s, NULL);
	site_set_metrics(s, NULL, NULL);
}

static void
put_seconds(struct buf *out, const char *part, uint_fast64_t ns)
{
	buf_printf(out,
	    "masthead_page_cpu_seconds_total{part=\"%s\"} %" PRIuFAST64
	    ".%09" PRIuFAST64 "\n",
	    part, ns / CLOCK_SECOND, ns % CLOCK_SECOND);
}

/*
 * Of pool threads without compressing, which is known only once it has ended:
 * what is left of all falls then.  A counter that falls tells of a restart, so
 * what was told once is told until there is more.  Under the lock.
 */
static uint_fast64_t
make_ns(struct site *s, uint_fast64_t encode_ns)
{
	uint_fast64_t all =
	    s->http != NULL ? (uint_fast64_t)http_pool_ns(s->http) : 0;

	if (all > encode_ns && all - encode_ns > s->make_ns)
		s->make_ns = all - encode_ns;
	return s->make_ns;
}

void
site_metrics(struct site *s, struct buf *out)
{
	uint_fast64_t encode = 0;
	uint_fast64_t make = 0;

	pthread_mutex_lock(&s->lock);
	if (s->http != NULL)
		http_metrics(s->http, out);
	if (s->more != NULL)
		s->more(s->more_arg, out);
	encode = atomic_load(&s->encode_ns);
	make = make_ns(s, encode);
	pthread_mutex_unlock(&s->lock);
	cache_metrics(s->cache, out);
	traces_metrics(s->traces, out);
	buf_printf(out,
	    "# HELP masthead_page_cpu_seconds_total Processor time of pool "
	    "threads: compressing, and all else.\n"
	    "# TYPE masthead_page_cpu_seconds_total counter\n");
	put_seconds(out, "make", make);
	put_seconds(out, "compress", encode);
	buf_printf(out,
	    "# HELP masthead_rendered_total Answers made on pool threads.\n"
	    "# TYPE masthead_rendered_total counter\n"
	    "masthead_rendered_total %" PRIuFAST64 "\n"
	    "# HELP masthead_failed_total Answers that failed by our fault.\n"
	    "# TYPE masthead_failed_total counter\n"
	    "masthead_failed_total %" PRIuFAST64 "\n",
	    atomic_load(&s->rendered), atomic_load(&s->failed));
}

bool
site_ready(struct site *s)
{
	struct press *p = site_press(s);
	bool is = p != NULL;

	press_unref(p);
	return is;
}

struct cache *
site_cache(struct site *s)
{
	return s->cache;
}
