/* SPDX-License-Identifier: MIT */
/* Starting and stopping the listener. */

#include "http/http.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "http/listener.h"

enum { BACKLOG = 1024, STOP_POLL_MS = 5 };

static __thread struct event_thread *mine;

struct event_thread *
event_thread(struct http *h)
{
	unsigned at = 0;

	if (mine != NULL && mine->http == h && mine->serial == h->serial)
		return mine;
	at = atomic_fetch_add(&h->events_n, 1);
	if (at >= EVENT_THREADS_MAX)
		abort(); /* the number of threads was bounded */
	mine = &h->events[at];
	mine->serial = h->serial;
	mine->ring = access_ring_new(h->access);
	mine->http = h;
	return mine;
}

static unsigned
usable_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

/*
 * As many as there are processors for us: where two threads share one, each
 * wakes for half as many requests, which costs a tenth more.
 */
static unsigned
usual_event_threads(unsigned cpus)
{
	return cpus < HTTP_EVENT_THREADS ? cpus : HTTP_EVENT_THREADS;
}

static void
conf_defaults(struct http_conf *c, unsigned cpus)
{
#define DEFAULT(field, value) ((field) = (field) != 0 ? (field) : (value))
	DEFAULT(c->event_threads, usual_event_threads(cpus));
	DEFAULT(c->pool_threads, HTTP_POOL_THREADS);
	DEFAULT(c->connections, HTTP_CONNECTIONS);
	DEFAULT(c->connections_address, HTTP_CONNECTIONS_ADDRESS);
	DEFAULT(c->head_seconds, HTTP_HEAD_SECONDS);
	DEFAULT(c->body_seconds, HTTP_BODY_SECONDS);
	DEFAULT(c->body_rate, HTTP_BODY_RATE);
	DEFAULT(c->idle_seconds, HTTP_IDLE_SECONDS);
	DEFAULT(c->target_max, (size_t)HTTP_TARGET_MAX);
	DEFAULT(c->head_max, (size_t)HTTP_HEAD_MAX);
	DEFAULT(c->body_max, (size_t)HTTP_BODY_MAX);
	DEFAULT(c->queue_max, HTTP_QUEUE_MAX);
#undef DEFAULT
}

/* Host and port of "host:port" or "[v6]:port". */
static enum err
listen_split(
    struct ctx *ctx, struct str listen, struct str *host, struct str *port)
{
	size_t colon = listen.n;
	int64_t n = 0;

	while (colon > 0 && listen.p[colon - 1] != ':')
		colon--;
	if (colon < 2)
		return FAIL(ctx, ERR_INVALID,
		    "--listen takes ADDRESS:PORT such as 127.0.0.1:8080, "
		    "not \"%.*s\"",
		    STR_FMT(listen));
	*host = str_sub(listen, 0, colon - 1);
	*port = str_from(listen, colon);
	if (!str_int(*port, &n) || n < 0 || n > 65535)
		return FAIL(ctx, ERR_INVALID,
		    "--listen takes a port from 0 to 65535, not \"%.*s\"",
		    STR_FMT(*port));
	if (host->p[0] == '[' && str_ends(*host, STR("]")))
		*host = str_sub(*host, 1, host->n - 2);
	return ERR_OK;
}

static enum err
fail_listen(struct ctx *ctx, const char *listen, int why)
{
	if (why == EADDRINUSE)
		return FAIL(ctx, ERR_BUSY,
		    "%s is in use by another program: choose another port "
		    "with --listen ADDRESS:PORT",
		    listen);
	if (why == EACCES)
		return FAIL(ctx, ERR_DENIED,
		    "%s needs more rights than this user has: choose a port "
		    "above 1023 with --listen ADDRESS:PORT",
		    listen);
	if (why == EADDRNOTAVAIL)
		return FAIL(ctx, ERR_INVALID,
		    "%s is no address of this machine: choose another with "
		    "--listen ADDRESS:PORT",
		    listen);
	ctx_detail(ctx, "%s", strerrordesc_np(why));
	return FAIL(ctx, ERR_IO, "cannot listen on %s", listen);
}

static int
listen_on(const struct addrinfo *ai, int *why)
{
	const int on = 1;
	int fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	*why = errno;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Sets fd, port and address. */
static enum err
listen_open(struct ctx *ctx, struct http *h, const char *listen)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *list = NULL;
	struct sockaddr_storage bound = { 0 };
	socklen_t bound_n = sizeof bound;
	struct str host = { 0 };
	struct str port = { 0 };
	int why = EINVAL;

	TRY(listen_split(ctx, str_c(listen), &host, &port));
	if (getaddrinfo(str_cstr(ctx->arena, host), str_cstr(ctx->arena, port),
		&hints, &list) != 0)
		return FAIL(ctx, ERR_INVALID,
		    "--listen: \"%.*s\" is no address", STR_FMT(host));
	h->fd = -1;
	for (struct addrinfo *ai = list; ai != NULL && h->fd < 0;
	     ai = ai->ai_next)
		h->fd = listen_on(ai, &why);
	freeaddrinfo(list);
	if (h->fd < 0)
		return fail_listen(ctx, listen, why);
	if (getsockname(h->fd, (struct sockaddr *)&bound, &bound_n) == 0) {
		struct sockaddr_in in;

		/* The port is at one place in both families. */
		memcpy(&in, &bound, sizeof in);
		h->port = ntohs(in.sin_port);
	}
	snprintf(h->address, sizeof h->address,
	    str_find_char(host, ':', 0) != SIZE_MAX ? "[%.*s]:%d" : "%.*s:%d",
	    STR_FMT(host), h->port);
	return ERR_OK;
}

static enum err
conf_check(struct ctx *ctx, const struct http_conf *c)
{
	if (c->event_threads >= EVENT_THREADS_MAX ||
	    c->pool_threads > POOL_THREADS_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "at most %d event threads and %d pool threads",
		    EVENT_THREADS_MAX - 1, POOL_THREADS_MAX);
	if (c->head_max > 1 << 20 || c->target_max > c->head_max)
		return FAIL(ctx, ERR_LIMIT,
		    "a head has at most 1 MB, and an address must fit in it");
	return ERR_OK;
}

enum err
http_open(struct ctx *ctx, const struct http_conf *conf, struct http **out)
{
	static atomic_uint serials;
	const unsigned cpus = usable_cpus();
	struct http *h = NULL;
	enum err err = ERR_OK;

	if (sodium_init() < 0)
		return FAIL(ctx, ERR_IO, "no source of randomness");
	h = calloc(1, sizeof *h);
	if (h == NULL)
		abort();
	h->conf = *conf;
	h->serial = atomic_fetch_add(&serials, 1) + 1;
	conf_defaults(&h->conf, cpus);
	h->may_lead = h->conf.event_threads <= cpus;
	err = conf_check(ctx, &h->conf);
	if (err == ERR_OK)
		err = networks_read(
		    ctx, str_c(conf->trusted_proxies), &h->trusted);
	if (err == ERR_OK)
		err = listen_open(ctx, h, conf->listen);
	if (err != ERR_OK) {
		free(h);
		return err;
	}
	*out = h;
	return ERR_OK;
}

enum err
http_serve(struct ctx *ctx, struct http *h, const struct http_app *app)
{
	h->app = *app;
	refusals_make(h);
	h->served = true;
	if (h->conf.access != ACCESS_NONE)
		TRY(access_start(ctx, h, &h->access));
	TRY(pool_start(ctx, h->conf.pool_threads, h->conf.queue_max, &h->pool));
	TRY(conns_start(ctx, h));
	return loops_start(ctx, h);
}

enum err
http_start(struct ctx *ctx, const struct http_conf *conf,
    const struct http_app *app, struct http **out)
{
	enum err err = ERR_OK;

	TRY(http_open(ctx, conf, out));
	err = http_serve(ctx, *out, app);
	if (err != ERR_OK) {
		http_stop(*out, 0);
		*out = NULL;
	}
	return err;
}

int
http_port(const struct http *h)
{
	return h->port;
}

struct str
http_address(const struct http *h)
{
	return str_c(h->address);
}

static void
wait_idle(struct http *h, int64_t until)
{
	const struct timespec moment = { .tv_nsec = STOP_POLL_MS * 1000000L };

	while (counts_active(h) != 0 && clock_monotonic_ns() < until)
		nanosleep(&moment, NULL);
}

/*
 * Answers 503 to whoever is still parked.  The library's locks are taken in
 * there, and its threads may wait for ours meanwhile: so not under it.
 */
static void
force_all(struct http *h)
{
	struct conn **list = NULL;
	size_t n = 0;

	pthread_mutex_lock(&h->conns_lock);
	list = calloc(h->conns_n + 1, sizeof *list);
	if (list == NULL)
		abort();
	for (struct conn *c = h->conns; c != NULL; c = c->next) {
		atomic_fetch_add(&c->refs, 1);
		list[n++] = c;
	}
	pthread_mutex_unlock(&h->conns_lock);
	for (size_t i = 0; i < n; i++) {
		exchange_force(&list[i]->x);
		conn_unref(list[i]);
	}
	free(list);
}

void
http_stop(struct http *h, unsigned grace_seconds)
{
	if (h == NULL)
		return;
	if (h->loops_n != 0) {
		int64_t until =
		    clock_monotonic_ns() + grace_seconds * CLOCK_SECOND;

		pthread_mutex_lock(&h->conns_lock);
		h->stopping = true;
		pthread_mutex_unlock(&h->conns_lock);
		loops_close(h);
		wait_idle(h, until);
	}
	pool_stop(h->pool);
	if (h->loops_n != 0) {
		/* Whoever still rests must not: the library would abort. */
		force_all(h);
		wait_idle(h, clock_monotonic_ns() + CLOCK_SECOND / 10);
		loops_stop(h);
	}
	if (h->fd >= 0)
		close(h->fd);
	conns_stop(h);
	pool_free(h->pool);
	access_stop(h->access);
	if (h->served)
		refusals_free(h);
	free(h);
}
