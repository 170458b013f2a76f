/* SPDX-License-Identifier: MIT */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

/*
 * The room's own: what its files share.
 *
 *	http.c      starts and stops it all, reads the configuration
 *	loop.c      the event threads
 *	exchange.c  one request, from its first line to its answer
 *	conn.c      connections: limits, and the sweeper of late ones
 *	pool.c      worker threads
 *	access.c    the access log
 *	metrics.c   counting
 *
 * Order of locks: none is held while another is taken.
 */

#include <pthread.h>
#include <stdatomic.h>

#include <microhttpd.h>

#include "base/base.h"
#include "base/thread.h"
#include "http/address.h"
#include "http/http.h"

enum {
	/*
	 * Of each connection's memory, besides the request's head: a list of
	 * its headers, and the answer's head.  The library clears all of it
	 * after each request, so it is no larger than it must be: 24 kB were
	 * 5 % of a cached page's cost.
	 */
	HEAD_MEMORY_SPARE = 6144,
	HEAD_MEMORY_HEADER = 72,  /* what the library keeps for each of them */
	HEAD_MEMORY_ANSWER = 256, /* status line, Date, Content-Length */
	STREAM_CHUNK = 65536,	/* bytes that stream() gets at once, at most */
	EVENT_THREADS_MAX = 64, /* and one for who stops it */
	COUNT_BUCKETS = 12,
	/* Sockets that are read empty after an answer that came early. */
	LINGER_MAX = 64,
	LINGER_SECONDS = 2,
	POOL_THREADS_MAX = 256,
};

/* Where an exchange stands. */
enum step {
	STEP_LINE,    /* the request line is here, the head is not */
	STEP_HEAD,    /* streams only: open() is running or done */
	STEP_BODY,    /* the body is coming, or there is none */
	STEP_RESTING, /* in the application's hands */
	STEP_SENDING, /* the answer is queued */
};

enum job { JOB_WORK, JOB_STREAM };

/* Whether the connection rests, and whether it is to be woken. */
enum rest { REST_NOT, REST_SUSPENDED, REST_ANSWERED };

struct conn;
struct loop; /* loop.c */

struct exchange {
	struct conn *conn;
	struct request req;
	struct http_header headers[REQUEST_HEADERS_MAX];
	struct arena *arena;
	void *data;
	const char *uri; /* in the library's memory; cut at the '?' by it */
	size_t uri_n;
	size_t head_n; /* bytes of memory that the head takes */
	char *target;  /* a copy, if it has a query */
	enum step step;
	atomic_int rest;
	_Atomic(struct response *) answer;
	enum lane lane;
	int status;
	uint64_t sent;
	int64_t began; /* monotonic */
	struct address client;
	bool begun;   /* counted as such */
	bool counted; /* client is in the tally of forwarded addresses */
	bool early;   /* answered while its body was still to come */

	/* Body */
	size_t body_max;
	bool over;	/* more came than allowed: drop it, answer 413 */
	bool streaming; /* the application has a stream open */
	char *body;
	size_t body_n;
	size_t body_room;
	int64_t body_came; /* bytes in all */
	int64_t body_began;

	/* Pool */
	struct exchange *next;
	enum job job;
	enum stream_step stream_step;
};

/* A connection; its exchanges follow one another in the same place. */
struct conn {
	struct http *http;
	struct MHD_Connection *mhd;
	struct loop *loop;
	struct conn *prev, *next; /* under http->conns_lock */
	/*
	 * One for the library's connection, one while the application holds
	 * the exchange.
	 */
	atomic_uint refs;
	int fd;
	_Atomic int64_t deadline; /* monotonic ns; 0: none */
	struct address address;
	bool trusted;
	char text[ADDRESS_TEXT];
	size_t text_n;
	char client_text[ADDRESS_TEXT]; /* of a forwarded address */
	char target_room[512];		/* for most targets with a query */
	struct exchange x;
};

/* What each event thread writes without asking the others. */
struct access_ring; /* access.c */
struct counts {
	_Atomic uint64_t requests[3][6]; /* by lane and class of status */
	_Atomic uint64_t bytes;
	_Atomic uint64_t duration_ns;
	_Atomic uint64_t buckets[COUNT_BUCKETS];
	_Atomic uint64_t begun; /* requests whose head came */
	_Atomic uint64_t ended;
	_Atomic uint64_t log_dropped;
};

struct event_thread {
	struct http *http;
	struct loop *loop;
	unsigned serial; /* of http: another may come to lie there */
	struct counts counts;
	struct access_ring *ring;
};

struct pool; /* pool.c */
struct access;

struct http {
	unsigned serial;
	struct http_conf conf;
	struct http_app app;
	struct networks trusted;
	char address[ADDRESS_TEXT + 8];
	int port;
	int fd;
	bool served; /* or only opened */
	struct loop *loops;
	unsigned loops_n;
	/*
	 * Event threads go first, each for a quarter of a core: so no more of
	 * them than cores.  Several on one would have all of it together.
	 */
	bool may_lead;
	struct pool *pool;
	struct access *access;

	pthread_mutex_t conns_lock;
	pthread_cond_t conns_less; /* one has gone, or sweep now */
	struct conn *conns;
	unsigned conns_n;
	bool stopping;
	pthread_t sweeper;
	bool sweeping;
	struct lingering {
		int fd;
		int64_t until; /* monotonic ns */
	} lingers[LINGER_MAX];
	unsigned lingers_n;
	struct tally *tally;	 /* connections by address */
	struct tally *forwarded; /* requests by forwarded address */

	_Atomic uint64_t accepted, refused, swept, malformed;

	struct response *refusals[6];
	struct event_thread events[EVENT_THREADS_MAX];
	atomic_uint events_n;
};

/* exchange.c */
enum MHD_Result exchange_step(void *cls, struct MHD_Connection *mhd,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_n, void **con_cls);
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *mhd);
void exchange_end(void *cls, struct MHD_Connection *mhd, void **con_cls,
    enum MHD_RequestTerminationCode how);
void exchange_clear(struct exchange *x);
/* At the end of the grace: answered in the application's stead. */
void exchange_force(struct exchange *x);
struct response *refusal(struct http *h, int status); /* a reference */
void refusals_make(struct http *h);
void refusals_free(struct http *h);
/* On a pool thread. */
void exchange_run(struct exchange *x, unsigned worker);

/* loop.c */
MUST_USE enum err loops_start(struct ctx *ctx, struct http *h);
void loops_close(struct http *h); /* accept no more */
void loops_stop(struct http *h);
/* From any thread: what was resumed is looked at. */
void loop_wake(struct loop *l);

/* conn.c */
enum MHD_Result conn_accept(
    void *cls, const struct sockaddr *sa, socklen_t sa_n);
void conn_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode what);
void conn_unref(struct conn *c);
/* It goes on after MHD_suspend_connection(); c may be gone then. */
void conn_resume(struct conn *c);
/*
 * The connection was answered before its body was read, and is to be closed:
 * with bytes unread that would reset it, and the client might never see the
 * answer.  Somebody reads them for a moment.
 */
void conn_linger(struct conn *c);
MUST_USE enum err conns_start(struct ctx *ctx, struct http *h);
void conns_stop(struct http *h);
static inline void
conn_expect(struct conn *c, int64_t deadline)
{
	atomic_store_explicit(&c->deadline, deadline, memory_order_relaxed);
}

/* pool.c */
MUST_USE enum err pool_start(
    struct ctx *ctx, unsigned threads, unsigned max, struct pool **out);
void pool_stop(struct pool *p); /* runs what is queued, takes no more */
void pool_free(struct pool *p);
/*
 * false when too many wait; must: take it all the same.  Nobody is told:
 * pool_call() does that.  An event thread says it once, at the end of a round:
 * who is woken before would take its core, page after page.
 */
bool pool_put(struct pool *p, struct exchange *x, enum job job, bool must);
/* Something was put.  One thread looks, and calls the next if there is more. */
void pool_call(struct pool *p);
unsigned pool_waiting(struct pool *p);
/* Processor time of its threads, which run. */
int64_t pool_ns(const struct pool *p);

/* access.c */
MUST_USE enum err access_start(
    struct ctx *ctx, struct http *h, struct access **out);
void access_stop(struct access *a);
struct access_ring *access_ring_new(struct access *a);
void access_note(
    struct event_thread *e, const struct exchange *x, uint64_t duration_ns);

/* metrics.c */
void counts_note(struct counts *c, const struct exchange *x, uint64_t ns);
uint64_t counts_active(struct http *h);

/* The calling event thread's own. */
struct event_thread *event_thread(struct http *h);

/* For deadlines: good to some milliseconds, and cheap. */
int64_t coarse_now(void);

#endif
