/* SPDX-License-Identifier: MIT */
/*
 * A small site for the http suite and for measuring: every way of
 * answering, and a cache.  Prints its port, serves until its standard
 * input ends.  Arguments are name=value of struct http_conf.
 *
 *	/hello          at once, from the event thread
 *	/page           8 kB of HTML, cached
 *	/cold/{name}    cached; made from "version", waits while the gate is shut
 *	/slow           made by a pool thread, never cached
 *	/echo           POST: the body, back
 *	/upload         PUT: streamed; says how much came
 *	/park           never answered: 503 when the server ends
 *	/tagged         as many tags and pieces as an answer holds
 *	/file           26,000 bytes, with ranges
 *	/gate/shut, /gate/open, /change, /count, /abandon, /metrics
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/http.h"
#include "http/pieces.h"
#include "http/route.h"
#include "pages/cache.h"

struct site {
	struct http *http;
	struct cache *cache;
	struct response *hello;
	struct response *file;
	struct response *tagged;
	pthread_mutex_t lock;
	pthread_cond_t opened;
	bool shut;
	int64_t version;
	atomic_int renders;
	atomic_int parked;   /* requests in the cold lane, with those waiting */
	atomic_int abandons; /* renders still to be given up */
	_Atomic int64_t cut;
	_Atomic(struct exchange *) park;
};

enum page {
	PAGE_HELLO = 1,
	PAGE_PAGE,
	PAGE_COLD,
	PAGE_SLOW,
	PAGE_ECHO,
	PAGE_UPLOAD,
	PAGE_FILE,
	PAGE_TAGGED,
	PAGE_PARK,
	PAGE_SHUT,
	PAGE_OPEN,
	PAGE_CHANGE,
	PAGE_COUNT,
	PAGE_ABANDON,
	PAGE_METRICS
};

static const struct route_field page_fields[] = {
	{ .name = "n", .kind = FIELD_INT, .min = 1, .max = 100 },
	{ 0 },
};

static const struct route routes[] = {
	{ .path = "/hello", .flags = PAGE_HELLO },
	{ .path = "/page", .query = page_fields, .flags = PAGE_PAGE },
	{ .path = "/cold/{name:slug}", .flags = PAGE_COLD },
	{ .path = "/slow", .flags = PAGE_SLOW },
	{ .path = "/echo", .method = METHOD_POST, .flags = PAGE_ECHO },
	{ .path = "/upload", .method = METHOD_PUT, .flags = PAGE_UPLOAD },
	{ .path = "/file", .flags = PAGE_FILE },
	{ .path = "/park", .flags = PAGE_PARK },
	{ .path = "/tagged", .flags = PAGE_TAGGED },
	{ .path = "/gate/shut", .flags = PAGE_SHUT },
	{ .path = "/gate/open", .flags = PAGE_OPEN },
	{ .path = "/change", .flags = PAGE_CHANGE },
	{ .path = "/count", .flags = PAGE_COUNT },
	{ .path = "/abandon", .flags = PAGE_ABANDON },
	{ .path = "/metrics", .flags = PAGE_METRICS },
};

static struct response *
text(int status, struct str body)
{
	return response_new(&(struct response_make){
	    .status = status,
	    .type = STR("text/plain; charset=utf-8"),
	    .body = body,
	    .codings = RESPONSE_PLAIN,
	    .no_etag = true,
	});
}

static struct response *
say(const char *fmt, int64_t a, int64_t b)
{
	struct arena *arena = arena_new(512);
	struct buf out;
	struct response *r = NULL;

	buf_init(&out, arena, 4096);
	buf_printf(&out, "%s %" PRId64 " %" PRId64 "\n", fmt, a, b);
	r = text(200, buf_str(&out));
	arena_free(arena);
	return r;
}

static struct response *
page_make(struct site *s)
{
	struct arena *arena = arena_new(0);
	struct buf out;
	struct response *r = NULL;

	atomic_fetch_add(&s->renders, 1);
	buf_init(&out, arena, 65536);
	BUF_LIT(&out, "<!doctype html><title>Rain in May</title>\n");
	for (int i = 0; out.n < 8000; i++)
		buf_printf(&out,
		    "<p>Paragraph %d of the story, number %d.</p>\n", i,
		    i * 7919 % 1000);
	r = response_new(&(struct response_make){
	    .type = STR("text/html; charset=utf-8"),
	    .body = buf_str(&out),
	    .cache_control = STR("public, max-age=0, must-revalidate"),
	    .last_modified = 1479480823,
	    .csp = STR("default-src 'self'; style-src 'self' "
		       "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"),
	    .tags = (const struct str[]){ STR("story:7"), STR("section:2") },
	    .tags_n = 2,
	});
	arena_free(arena);
	return r;
}

/* Reads the version, then waits at the gate: a slow render. */
static struct response *
cold_make(struct site *s, int64_t *change)
{
	struct arena *arena = arena_new(0);
	struct str body = { 0 };
	struct response *r = NULL;

	atomic_fetch_add(&s->renders, 1);
	pthread_mutex_lock(&s->lock);
	*change = s->version;
	while (s->shut)
		pthread_cond_wait(&s->opened, &s->lock);
	pthread_mutex_unlock(&s->lock);
	body = str_printf(arena, "version %" PRId64 "\n", *change);
	r = response_new(&(struct response_make){
	    .type = STR("text/plain"),
	    .body = body,
	});
	arena_free(arena);
	return r;
}

static void
gate_set(struct site *s, bool shut)
{
	pthread_mutex_lock(&s->lock);
	s->shut = shut;
	pthread_cond_broadcast(&s->opened);
	pthread_mutex_unlock(&s->lock);
}

/* A commit, and its purge. */
static int64_t
change_make(struct site *s)
{
	int64_t version = 0;

	pthread_mutex_lock(&s->lock);
	version = ++s->version;
	pthread_mutex_unlock(&s->lock);
	cache_purge(s->cache, version, &STR("cold"), 1);
	return version;
}

static struct response *
metrics(struct site *s)
{
	struct arena *arena = arena_new(0);
	struct buf out;
	struct response *r = NULL;

	buf_init(&out, arena, 65536);
	http_metrics(s->http, &out);
	cache_metrics(s->cache, &out);
	r = text(200, buf_str(&out));
	arena_free(arena);
	return r;
}

static enum lane
cached(
    struct site *s, struct exchange *x, struct str key, struct response **out)
{
	struct cache_flight *flight = NULL;

	switch (cache_first(s->cache, key, x, out, &flight)) {
	case CACHE_HIT:
		return LANE_ANSWERED;
	case CACHE_JOINED:
		return LANE_PARKED;
	case CACHE_LEAD:
		break;
	}
	exchange_set_data(x, flight);
	return LANE_SLOW;
}

static enum lane
answer_now(struct site *s, struct exchange *x, const struct route_match *m,
    struct response **out)
{
	switch (m->route->flags) {
	case PAGE_HELLO:
		*out = response_ref(s->hello);
		return LANE_ANSWERED;
	case PAGE_FILE:
		*out = response_ref(s->file);
		return LANE_ANSWERED;
	case PAGE_PARK:
		atomic_store(&s->park, x);
		return LANE_PARKED;
	case PAGE_TAGGED:
		*out = response_ref(s->tagged);
		return LANE_ANSWERED;
	case PAGE_SHUT:
	case PAGE_OPEN:
		gate_set(s, m->route->flags == PAGE_SHUT);
		*out = say("gate", s->shut, 0);
		return LANE_ANSWERED;
	case PAGE_CHANGE:
		*out = say("version", change_make(s), 0);
		return LANE_ANSWERED;
	case PAGE_COUNT: {
		struct cache_counts n;

		cache_counts(s->cache, &n);
		*out = say("renders joined", atomic_load(&s->renders),
		    (int64_t)n.joined);
		return LANE_ANSWERED;
	}
	case PAGE_ABANDON:
		atomic_fetch_add(&s->abandons, 1);
		*out = say("abandon", 1, atomic_load(&s->cut));
		return LANE_ANSWERED;
	case PAGE_METRICS:
		*out = metrics(s);
		return LANE_ANSWERED;
	case PAGE_PAGE:
	case PAGE_COLD:
		return cached(s, x, m->key, out);
	default:
		return LANE_SLOW;
	}
}

static enum lane
site_first(void *arg, struct exchange *x, struct response **out)
{
	struct site *s = arg;
	const struct request *req = exchange_request(x);
	struct ctx ctx;
	struct route_match m;
	enum err err = ERR_OK;

	if (req->query.n == 0 &&
	    (req->method == METHOD_GET || req->method == METHOD_HEAD)) {
		*out = cache_get(s->cache, req->path);
		if (*out != NULL)
			return LANE_ANSWERED;
	}
	ctx_init(&ctx, exchange_arena(x), NULL);
	err = route_match(&ctx, routes, sizeof routes / sizeof routes[0],
	    req->method, req->path, req->query, &m);
	if (err == ERR_OK)
		return answer_now(s, x, &m, out);
	if (err == ERR_CONFLICT)
		*out = response_new(&(struct response_make){
		    .status = 405,
		    .headers = &(struct http_header){ STR("Allow"), m.allow },
		    .headers_n = 1,
		});
	else
		*out = text(http_status(err), str_c(ctx_why(&ctx)));
	return LANE_ANSWERED;
}

static void
render(struct site *s, struct exchange *x)
{
	bool page = str_starts(exchange_request(x)->path, STR("/page"));
	struct cache_flight *flight = exchange_data(x);
	struct response *r = NULL;
	int64_t change = 0;

	if (flight == NULL) { /* queued again after an abandon */
		switch (cache_first(
		    s->cache, exchange_request(x)->path, x, &r, &flight)) {
		case CACHE_HIT:
			exchange_answer(x, r);
			return;
		case CACHE_JOINED:
			return;
		case CACHE_LEAD:
			break;
		}
	}
	r = page ? page_make(s) : cold_make(s, &change);
	if (atomic_load(&s->abandons) > 0 &&
	    atomic_fetch_sub(&s->abandons, 1) > 0) {
		cache_abandon(flight);
		response_unref(r);
		exchange_answer(x, text(500, STR("given up")));
		return;
	}
	cache_finish(flight, &(struct cache_render){
				 .response = r,
				 .tags = page ? &STR("page") : &STR("cold"),
				 .tags_n = 1,
				 .change = change,
				 .cost_ns = 1000000,
				 .store = true,
			     });
	exchange_answer(x, r);
}

static struct response *
site_crowded(void *arg, struct exchange *x)
{
	(void)arg;
	if (exchange_data(x) != NULL)
		cache_abandon(exchange_data(x));
	return NULL;
}

static void
site_work(void *arg, struct exchange *x, unsigned worker)
{
	struct site *s = arg;
	const struct request *req = exchange_request(x);

	(void)worker;
	if (str_eq(req->path, STR("/echo")))
		exchange_answer(x, text(200, req->body));
	else if (str_eq(req->path, STR("/slow")))
		exchange_answer(x, say("slow", 0, 0));
	else if (str_eq(req->path, STR("/upload")))
		exchange_answer(
		    x, say("uploaded", (int64_t)(intptr_t)exchange_data(x), 0));
	else
		render(s, x);
}

static enum body
site_body(void *arg, struct exchange *x, size_t *max)
{
	(void)arg;
	if (!str_eq(exchange_request(x)->path, STR("/upload")))
		return BODY_MEMORY;
	*max = 1 << 30;
	return BODY_STREAM;
}

static struct response *
site_stream(void *arg, struct exchange *x, unsigned worker,
    enum stream_step step, struct str bytes)
{
	struct site *s = arg;
	intptr_t n = (intptr_t)exchange_data(x);

	(void)worker;
	switch (step) {
	case STREAM_OPEN:
		if (str_eq(request_header(exchange_request(x), STR("x-no")),
			STR("1")))
			return text(403, STR("not here"));
		break;
	case STREAM_BYTES:
		if (str_find(bytes, STR("STOP"), 0) != SIZE_MAX)
			return text(507, STR("enough"));
		exchange_set_data(x, (void *)(n + (intptr_t)bytes.n));
		break;
	case STREAM_CUT:
		atomic_store(&s->cut, n);
		break;
	}
	return NULL;
}

static struct response *
file_make(void)
{
	char name[] = "/tmp/http-file-XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0)
		abort();
	unlink(name);
	for (int i = 0; i < 1000; i++)
		if (write(fd, "abcdefghijklmnopqrstuvwxyz", 26) != 26)
			abort();
	return response_new_file(&(struct response_file){
	    .fd = fd,
	    .size = 26000,
	    .type = STR("video/mp4"),
	    .etag = STR("\"film\""),
	    .last_modified = 1479480823,
	    .cache_control = STR("public, max-age=31536000, immutable"),
	});
}

/* 4,000 bytes of tags, and the longest list of pieces. */
static struct response *
tagged_make(void)
{
	static char body[PIECES_MAX * PIECE];
	struct str tags[400];

	for (size_t i = 0; i < 400; i++)
		tags[i] = i == 0 ? STR("story:1234") : STR("story:123");
	return response_new(&(struct response_make){
	    .csp = STR("default-src 'self'"),
	    .body = str_make(body, sizeof body),
	    .tags = tags,
	    .tags_n = 400,
	});
}

static void
take_argument(struct http_conf *conf, char *arg)
{
	struct str value;
	struct str name = str_cut(str_c(arg), '=', &value);
	const struct {
		const char *name;
		unsigned *at;
	} numbers[] = {
		{ "event_threads", &conf->event_threads },
		{ "pool_threads", &conf->pool_threads },
		{ "queue_max", &conf->queue_max },
		{ "connections", &conf->connections },
		{ "connections_address", &conf->connections_address },
		{ "head_seconds", &conf->head_seconds },
		{ "body_seconds", &conf->body_seconds },
		{ "idle_seconds", &conf->idle_seconds },
	};

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (str_eq(name, str_c(numbers[i].name)))
			*numbers[i].at = (unsigned)atoi(value.p);
	if (str_eq(name, STR("listen")))
		conf->listen = value.p;
	else if (str_eq(name, STR("trusted_proxies")))
		conf->trusted_proxies = value.p;
	else if (str_eq(name, STR("access")))
		conf->access = str_eq(value, STR("none"))    ? ACCESS_NONE
			       : str_eq(value, STR("whole")) ? ACCESS_WHOLE
							     : ACCESS_CUT;
}

int
main(int argc, char **argv)
{
	static struct site s = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.opened = PTHREAD_COND_INITIALIZER,
		.version = 1,
	};
	struct http_conf conf = { .listen = "127.0.0.1:0" };
	const struct http_app app = {
		.arg = &s,
		.first = site_first,
		.work = site_work,
		.crowded = site_crowded,
		.body = site_body,
		.stream = site_stream,
	};
	struct arena *arena = arena_new(0);
	struct ctx ctx;
	char c;

	for (int i = 1; i < argc; i++)
		take_argument(&conf, argv[i]);
	ctx_init(&ctx, arena, NULL);
	s.cache = cache_new(0);
	s.hello = text(200, STR("hello\n"));
	s.file = file_make();
	s.tagged = tagged_make();
	if (http_start(&ctx, &conf, &app, &s.http) != ERR_OK) {
		fprintf(stderr, "%s: %s\n", err_name(ctx.err), ctx_why(&ctx));
		return 1;
	}
	printf("%d\n", http_port(s.http));
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	http_stop(s.http, atomic_load(&s.park) != NULL ? 0 : 5);
	/* Too late, and harmless. */
	if (atomic_load(&s.park) != NULL)
		exchange_answer(atomic_load(&s.park), text(200, STR("late")));
	response_unref(s.hello);
	response_unref(s.file);
	response_unref(s.tagged);
	cache_free(s.cache);
	arena_free(arena);
	return 0;
}
