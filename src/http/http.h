/* SPDX-License-Identifier: MIT */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

/*
 * The listener.  Event threads read requests and write answers; what needs
 * more than memory is done on pool threads while the connection rests.
 *
 * An application gives up to five functions.  first() sees each request in
 * the event thread and must not block: it answers at once (fast lane), asks
 * for a pool thread (slow lane) or keeps the exchange and answers it later
 * from wherever it likes (parked: such waiters occupy no thread).
 *
 * Large bodies are streamed: body() says so at the head, then stream() gets
 * the bytes on pool threads, one call at a time for each exchange, and at
 * the end the request goes to first() like any other.
 *
 * Errors: ctx_why() says what the administrator must change.
 * Threads: http_start() and http_stop() from one thread; the rest from any.
 */

#include "base/base.h"
#include "http/exchange.h"
#include "http/request.h"
#include "http/response.h"

struct http;

/* Zero in any number of http_conf takes these. */
enum {
	HTTP_EVENT_THREADS = 8, /* at most: one for each usable CPU */
	HTTP_POOL_THREADS = 4,
	HTTP_CONNECTIONS = 4096,	/* in all; further ones are refused */
	HTTP_CONNECTIONS_ADDRESS = 256, /* for each address, likewise */
	HTTP_HEAD_SECONDS = 10,		/* from connection to whole head */
	HTTP_BODY_SECONDS = 20,		/* for a body, and more by its size: */
	HTTP_BODY_RATE = 4096,		/* bytes a second at the least */
	HTTP_IDLE_SECONDS = 30,		/* between requests, or no progress */
	HTTP_TARGET_MAX = URL_ESCAPED_MAX, /* bytes of path and query; 414 */
	HTTP_HEAD_MAX = 6144,		   /* bytes; 431 */
	HTTP_BODY_MAX = 1048576,	   /* bytes in memory; 413 */
	HTTP_QUEUE_MAX = 2048,		   /* waiting for a pool thread; 503 */
};

/* How much of a reader's address its lines show; NONE: no lines at all. */
enum access_log { ACCESS_CUT, ACCESS_WHOLE, ACCESS_NOBODY, ACCESS_NONE };

struct http_conf {
	const char *listen; /* "127.0.0.1:8080", "[::1]:0", "localhost:80" */
	unsigned event_threads;
	unsigned pool_threads;
	unsigned connections;
	unsigned connections_address;
	unsigned head_seconds;
	unsigned body_seconds;
	unsigned body_rate;
	unsigned idle_seconds;
	size_t target_max;
	size_t head_max;
	size_t body_max; /* for requests that first() takes from memory */
	unsigned queue_max;
	enum access_log access; /* addresses are cut to /24 and /48 */
	int access_fd;		/* 0: standard error */
	/*
	 * Whose X-Forwarded-For and -Proto are believed: addresses and
	 * networks ("10.0.0.0/8"), separated by spaces or commas.
	 */
	const char *trusted_proxies;
};

enum lane {
	LANE_ANSWERED, /* *out is set, its reference ours now */
	LANE_SLOW,     /* call work() */
	LANE_PARKED,   /* the application holds the exchange */
};

enum body {
	BODY_MEMORY, /* whole in request.body, up to *max bytes */
	BODY_STREAM, /* through stream(), up to *max bytes */
	BODY_REFUSE, /* 413 without reading it */
};

enum stream_step {
	STREAM_OPEN,  /* the head is here; bytes is empty */
	STREAM_BYTES, /* some more */
	STREAM_CUT,   /* the client left or was too slow: keep what came;
			 the exchange ends with this call, unanswered */
};

struct http_app {
	void *arg;

	/* In the event thread, once the request is whole. Never blocks. */
	enum lane (*first)(
	    void *arg, struct exchange *x, struct response **out);

	/*
	 * On a pool thread, 0 .. pool_threads - 1, so that each may keep a
	 * database reader.  Must answer x or pass it on.
	 */
	void (*work)(void *arg, struct exchange *x, unsigned worker);

	/*
	 * Optional.  In the event thread: too many wait for work(), which will
	 * not be called.  What first() began for x is to be given up here; an
	 * answer that is at hand may be returned, else NULL: 503.
	 */
	struct response *(*crowded)(void *arg, struct exchange *x);

	/*
	 * Optional.  In the event thread, when the head of a request with a
	 * body is here.  *max comes set to the configured maximum.
	 */
	enum body (*body)(void *arg, struct exchange *x, size_t *max);

	/*
	 * For BODY_STREAM.  On a pool thread.  Not NULL: this is the answer,
	 * now; the rest of the body is not read and the connection ends.
	 */
	struct response *(*stream)(void *arg, struct exchange *x,
	    unsigned worker, enum stream_step step, struct str bytes);
};

/*
 * Takes the address, so that its real port is known before there is an
 * application; who connects waits for http_serve().
 * ERR_INVALID for an address or proxy that cannot be read, ERR_BUSY when
 * the port is taken, ERR_DENIED when it may not be had, ERR_IO.
 * conf is copied.
 */
MUST_USE enum err http_open(
    struct ctx *ctx, const struct http_conf *conf, struct http **out);

/*
 * Serves, once; on failure http_stop() is still due.  app is copied;
 * app->arg must outlast http.
 */
MUST_USE enum err http_serve(
    struct ctx *ctx, struct http *h, const struct http_app *app);

/*
 * Both.  *out is set before the first request is taken, so that handlers may
 * use it.
 */
MUST_USE enum err http_start(struct ctx *ctx, const struct http_conf *conf,
    const struct http_app *app, struct http **out);

int http_port(const struct http *h);

/* "127.0.0.1:8080", with the real port; lasts as long as h. */
struct str http_address(const struct http *h);

/*
 * Accepts no more, lets what runs finish for up to that many seconds,
 * answers 503 to what is still parked then, and frees h.  Waits in any case
 * for work() calls to return.  NULL: nothing.
 */
void http_stop(struct http *h, unsigned grace_seconds);

/* Prometheus text. */
void http_metrics(struct http *h, struct buf *out);
/* Processor time that pool threads have had; before http_stop(). */
int64_t http_pool_ns(const struct http *h);

/* The one place that maps failures to statuses. */
int http_status(enum err err);

/* "Not Found"; "" for numbers unknown. */
struct str http_reason(int status);

#endif
