/* SPDX-License-Identifier: MIT */
/*
 * One request, from its first line to its answer.
 *
 * The library calls exchange_step() at the head, for each part of the body,
 * when the request is whole, and again after each rest.  A request without
 * a body is answered at the second call only: an answer at the first would
 * close the connection.
 */

#include "http/exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "http/head.h"
#include "http/listener.h"
#include "http/send.h"

static const struct {
	int status;
	struct str sentence;
} refusals[] = {
	{ 400, STR_INIT("This request cannot be read.") },
	{ 501, STR_INIT("This method is not known here.") },
	{ 414, STR_INIT("This address is too long.") },
	{ 431, STR_INIT("The headers of this request are too long.") },
	{ 413, STR_INIT("This is more than is taken here.") },
	{ 503, STR_INIT("Too much is going on. Try again shortly.") },
};

struct response *
refusal(struct http *h, int status)
{
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		if (refusals[i].status == status)
			return response_ref(h->refusals[i]);
	abort(); /* none such was made */
}

void
refusals_make(struct http *h)
{
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		h->refusals[i] =
		    response_text(refusals[i].status, refusals[i].sentence);
}

void
refusals_free(struct http *h)
{
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		response_unref(h->refusals[i]);
}

const struct request *
exchange_request(const struct exchange *x)
{
	return &x->req;
}

struct arena *
exchange_arena(struct exchange *x)
{
	if (x->arena == NULL)
		x->arena = arena_new(0);
	return x->arena;
}

void
exchange_set_data(struct exchange *x, void *data)
{
	x->data = data;
}

void *
exchange_data(const struct exchange *x)
{
	return x->data;
}

/* Gives back what the last request took; the place is used again. */
void
exchange_clear(struct exchange *x)
{
	arena_free(x->arena);
	free(x->body);
	if (x->target != NULL && x->target != x->conn->target_room)
		free(x->target);
	response_unref(atomic_load_explicit(&x->answer, memory_order_relaxed));
	x->arena = NULL;
	x->body = NULL;
	x->target = NULL;
	x->data = NULL;
	x->body_n = x->body_room = 0;
	x->body_came = 0;
	x->over = x->streaming = x->early = false;
	x->status = 0;
	x->head_n = 0;
	x->sent = 0;
	x->lane = LANE_ANSWERED;
	x->req = (struct request){ 0 };
	atomic_store_explicit(&x->answer, NULL, memory_order_relaxed);
	atomic_store_explicit(&x->rest, REST_NOT, memory_order_relaxed);
}

void *
exchange_begin(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct conn *c = info->socket_context;
	struct http *h = cls;
	struct exchange *x = NULL;

	if (c == NULL)
		return NULL;
	x = &c->x;
	exchange_clear(x);
	x->step = STEP_LINE;
	x->began = clock_monotonic_ns();
	x->uri = uri;
	x->uri_n = strlen(uri);
	conn_expect(c, x->began + h->conf.head_seconds * CLOCK_SECOND);
	/* The library will cut it in place; longer ones are refused anyway. */
	if (x->uri_n <= h->conf.target_max &&
	    memchr(uri, '?', x->uri_n) != NULL) {
		x->target = x->uri_n <= sizeof c->target_room
				? c->target_room
				: malloc(x->uri_n);
		if (x->target == NULL)
			abort();
		memcpy(x->target, uri, x->uri_n);
	}
	return x;
}

static enum MHD_Result
send_answer(struct exchange *x, struct response *r)
{
	struct conn *c = x->conn;
	struct http *h = c->http;
	struct sending s;
	enum MHD_Result done = MHD_NO;

	/* Else the library would close the connection without a word. */
	if (x->head_n + response_head_size(r) + HEAD_MEMORY_ANSWER >
	    h->conf.head_max + HEAD_MEMORY_SPARE) {
		response_unref(r);
		r = refusal(h, 431);
	}
	response_choose(r, &x->req, &s);
	if (s.mhd == NULL) {
		response_unref(r);
		r = refusal(h, 503);
		response_choose(r, &x->req, &s);
	}
	x->step = STEP_SENDING;
	x->status = s.status;
	x->sent = x->req.method == METHOD_HEAD ? 0 : s.bytes;
	conn_expect(
	    c, coarse_now() + h->conf.idle_seconds * CLOCK_SECOND +
		   (int64_t)(x->sent / h->conf.body_rate) * CLOCK_SECOND);
	done = MHD_queue_response(c->mhd, (unsigned)s.status, s.mhd);
	if (s.made)
		MHD_destroy_response(s.mhd);
	response_unref(r);
	return done;
}

static enum MHD_Result
send_refusal(struct exchange *x, int status)
{
	if (status == 400)
		atomic_fetch_add(&x->conn->http->malformed, 1);
	return send_answer(x, refusal(x->conn->http, status));
}

static enum MHD_Result
take_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	struct exchange *x = cls;
	size_t n = x->req.headers_n++;

	(void)kind;
	if (n >= REQUEST_HEADERS_MAX)
		return MHD_NO;
	x->headers[n].name = str_make(name, name_n);
	x->headers[n].value = str_make(value, value != NULL ? value_n : 0);
	return MHD_YES;
}

static void
trim_values(struct exchange *x)
{
	for (size_t i = 0; i < x->req.headers_n; i++)
		x->headers[i].value = str_trim(x->headers[i].value);
}

/* 0, or the status to refuse with. */
static int
read_head(struct exchange *x, const char *method, const char *version)
{
	struct conn *c = x->conn;
	const struct http *h = c->http;
	struct head head = {
		.method = str_c(method),
		.target = str_make(x->uri, x->uri_n),
		.version = str_c(version),
		.headers = x->headers,
	};
	const union MHD_ConnectionInfo *info = NULL;

	if (x->uri_n > h->conf.target_max)
		return 414;
	info = MHD_get_connection_info(
	    c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (info->header_size > h->conf.head_max)
		return 431;
	MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, take_header, x);
	x->head_n = info->header_size + x->req.headers_n * HEAD_MEMORY_HEADER;
	if (x->req.headers_n > REQUEST_HEADERS_MAX) {
		x->req.headers_n = 0;
		return 431;
	}
	head.headers_n = x->req.headers_n;
	if (!head_is_clean(&head, method, info->header_size))
		return 400;
	trim_values(x);
	if (x->target != NULL)
		head.target.p = x->target;
	return head_read(&head, &x->req);
}

/* Who asks, and by which scheme, once proxies are believed. */
static bool
read_client(struct exchange *x)
{
	struct conn *c = x->conn;
	struct http *h = c->http;
	struct str proto = { 0 };

	x->client = c->address;
	x->req.client = str_make(c->text, c->text_n);
	if (!c->trusted)
		return true;
	proto = request_header(&x->req, STR("x-forwarded-proto"));
	x->req.https = str_eq_nocase(proto, STR("https"));
	if (!forwarded_read(&h->trusted,
		request_header(&x->req, STR("x-forwarded-for")), &x->client))
		return true;
	x->req.client =
	    str_make(c->client_text, address_print(&x->client, c->client_text));
	x->counted = tally_add(h->forwarded, &x->client);
	return x->counted;
}

/*
 * Bodies have as long as they need at the slowest rate we take, but no
 * silence longer than an idle connection's: who has sent much fast might
 * else be gone for hours before anybody notices.
 */
static void
expect_body(struct exchange *x)
{
	const struct http_conf *conf = &x->conn->http->conf;
	int64_t came = x->over ? 0 : x->body_came;
	int64_t whole = x->body_began + conf->body_seconds * CLOCK_SECOND +
			came / conf->body_rate * CLOCK_SECOND;
	int64_t silence = coarse_now() + conf->idle_seconds * CLOCK_SECOND;

	conn_expect(x->conn, whole < silence ? whole : silence);
}

/* Hands the exchange to a pool thread while the connection rests. */
static enum MHD_Result
stream_part(struct exchange *x, enum stream_step step)
{
	struct conn *c = x->conn;

	x->stream_step = step;
	conn_expect(c, 0);
	MHD_suspend_connection(c->mhd);
	if (!pool_put(c->http->pool, x, JOB_STREAM, true)) {
		/* The pool has stopped, and all of this is to end. */
		shutdown(c->fd, SHUT_RDWR);
		conn_resume(c);
	}
	return MHD_YES;
}

static enum MHD_Result
plan_body(struct exchange *x)
{
	const struct http *h = x->conn->http;
	enum body body = BODY_MEMORY;

	x->body_max = h->conf.body_max;
	if (h->app.body != NULL)
		body = h->app.body(h->app.arg, x, &x->body_max);
	if (body == BODY_REFUSE ||
	    (x->req.body_n > 0 && (uint64_t)x->req.body_n > x->body_max)) {
		x->early = true;
		return send_refusal(x, 413);
	}
	x->step = STEP_BODY;
	x->body_began = coarse_now();
	expect_body(x);
	if (body != BODY_STREAM)
		return MHD_YES;
	x->step = STEP_HEAD;
	x->streaming = true;
	return stream_part(x, STREAM_OPEN);
}

static enum MHD_Result
step_head(struct exchange *x, const char *method, const char *version)
{
	struct event_thread *e = event_thread(x->conn->http);
	int status = read_head(x, method, version);

	atomic_fetch_add_explicit(&e->counts.begun, 1, memory_order_relaxed);
	x->begun = true;
	if (status != 0) {
		x->client = x->conn->address;
		return send_refusal(x, status);
	}
	if (!read_client(x))
		return send_refusal(x, 503);
	if (x->req.body_n != 0)
		return plan_body(x);
	x->step = STEP_BODY;
	return MHD_YES;
}

/* stream() has seen the head; an answer now saves sending the body. */
static enum MHD_Result
step_opened(struct exchange *x)
{
	struct response *r = atomic_exchange(&x->answer, NULL);

	x->early = r != NULL;
	if (r != NULL)
		return send_answer(x, r);
	x->step = STEP_BODY;
	x->body_began = coarse_now();
	expect_body(x);
	return MHD_YES;
}

static void
keep_bytes(struct exchange *x, const char *bytes, size_t n)
{
	if (x->body_room - x->body_n < n) {
		size_t room = x->body_room * 2;

		if (room < x->body_n + n)
			room = x->body_n + n;
		if (x->req.body_n > 0 && room < (size_t)x->req.body_n &&
		    !x->streaming)
			room = (size_t)x->req.body_n;
		x->body = realloc(x->body, room);
		if (x->body == NULL)
			abort();
		x->body_room = room;
	}
	memcpy(x->body + x->body_n, bytes, n);
	x->body_n += n;
}

/*
 * Between two chunks the library calls again though the connection rests
 * and a pool thread has the exchange.
 */
static bool
is_resting(const struct exchange *x)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    x->conn->mhd, MHD_CONNECTION_INFO_CONNECTION_SUSPENDED);

	return info->suspended == MHD_YES;
}

static enum MHD_Result
step_body(struct exchange *x, const char *bytes, size_t *n)
{
	size_t take = *n;

	if (x->streaming && take > STREAM_CHUNK)
		take = STREAM_CHUNK;
	*n -= take;
	x->body_came += (int64_t)take;
	if ((uint64_t)x->body_came > x->body_max)
		x->over = true;
	expect_body(x);
	if (x->over)
		return MHD_YES;
	if (x->streaming)
		x->body_n = 0;
	keep_bytes(x, bytes, take);
	return x->streaming ? stream_part(x, STREAM_BYTES) : MHD_YES;
}

/* No place before the pool. */
static struct response *
crowded(struct exchange *x)
{
	struct http *h = x->conn->http;
	struct response *r = NULL;

	if (h->app.crowded != NULL)
		r = h->app.crowded(h->app.arg, x);
	return r != NULL ? r : refusal(h, 503);
}

/* The request is whole: the application's turn. */
static enum MHD_Result
step_whole(struct exchange *x)
{
	struct conn *c = x->conn;
	struct http *h = c->http;
	struct response *r =
	    atomic_exchange_explicit(&x->answer, NULL, memory_order_relaxed);
	int rest = REST_NOT;

	if (r != NULL)
		return send_answer(x, r);
	if (x->over)
		return send_refusal(x, 413);
	if (!x->streaming)
		x->req.body = str_make(x->body, x->body_n);
	x->streaming = false;
	x->step = STEP_RESTING;
	conn_expect(c, 0);
	atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	x->lane = LANE_PARKED;
	x->lane = h->app.first(h->app.arg, x, &r);
	if (x->lane == LANE_ANSWERED) {
		atomic_fetch_sub_explicit(&c->refs, 1, memory_order_relaxed);
		return send_answer(x, r);
	}
	MHD_suspend_connection(c->mhd);
	/* It may be answered already, by another thread. */
	if (!atomic_compare_exchange_strong(&x->rest, &rest, REST_SUSPENDED))
		conn_resume(c);
	else if (x->lane == LANE_SLOW && !pool_put(h->pool, x, JOB_WORK, false))
		exchange_answer(x, crowded(x));
	return MHD_YES;
}

static enum MHD_Result
step_answered(struct exchange *x)
{
	struct response *r = atomic_exchange(&x->answer, NULL);

	/* Called again without an answer: nothing of ours resumes that. */
	return r != NULL ? send_answer(x, r) : MHD_NO;
}

enum MHD_Result
exchange_step(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_n, void **con_cls)
{
	struct exchange *x = *con_cls;

	(void)cls;
	(void)mhd;
	(void)url;
	if (x == NULL)
		return MHD_NO;
	switch (x->step) {
	case STEP_LINE:
		return step_head(x, method, version);
	case STEP_HEAD:
		return step_opened(x);
	case STEP_BODY:
		if (is_resting(x))
			return MHD_YES; /* nothing taken: it comes again */
		return *upload_n != 0 ? step_body(x, upload, upload_n)
				      : step_whole(x);
	case STEP_RESTING:
		return step_answered(x);
	case STEP_SENDING:
		break;
	}
	return MHD_NO;
}

void
exchange_end(void *cls, struct MHD_Connection *mhd, void **con_cls,
    enum MHD_RequestTerminationCode how)
{
	struct http *h = cls;
	struct exchange *x = *con_cls;
	struct event_thread *e = NULL;
	uint64_t took = 0;

	(void)mhd;
	(void)how;
	*con_cls = NULL;
	if (x == NULL || !x->begun)
		return;
	e = event_thread(h);
	x->begun = false;
	took = (uint64_t)(clock_monotonic_ns() - x->began);
	counts_note(&e->counts, x, took);
	access_note(e, x, took);
	atomic_fetch_add_explicit(&e->counts.ended, 1, memory_order_relaxed);
	conn_expect(
	    x->conn, coarse_now() + h->conf.idle_seconds * CLOCK_SECOND);
	if (x->counted)
		tally_remove(h->forwarded, &x->client);
	x->counted = false;
	if (x->early)
		conn_linger(x->conn);
	if (x->streaming) {
		/* What came is worth keeping: uploads resume. */
		x->stream_step = STREAM_CUT;
		x->body_n = 0;
		atomic_fetch_add(&x->conn->refs, 1);
		if (!pool_put(h->pool, x, JOB_STREAM, true))
			conn_unref(x->conn);
	}
}

/* Puts the answer in its place; false if one is there already. */
static bool
answer_set(struct exchange *x, struct response *r)
{
	struct response *none = NULL;

	if (!atomic_compare_exchange_strong(&x->answer, &none, r)) {
		response_unref(r);
		return false;
	}
	if (atomic_exchange(&x->rest, REST_ANSWERED) == REST_SUSPENDED)
		conn_resume(x->conn);
	return true;
}

void
exchange_answer(struct exchange *x, struct response *r)
{
	struct conn *c = x->conn;

	assert(r != NULL);
	(void)answer_set(x, r);
	conn_unref(c);
}

void
exchange_force(struct exchange *x)
{
	if (atomic_load(&x->rest) == REST_SUSPENDED)
		(void)answer_set(x, refusal(x->conn->http, 503));
}

void
exchange_queue(struct exchange *x)
{
	struct http *h = x->conn->http;

	if (pool_put(h->pool, x, JOB_WORK, true))
		pool_call(h->pool);
	else
		exchange_answer(x, refusal(h, 503));
}

static void
run_stream(struct exchange *x, unsigned worker)
{
	struct conn *c = x->conn;
	const struct http_app *app = &c->http->app;
	enum stream_step step = x->stream_step;
	struct response *r = NULL;

	r = app->stream(app->arg, x, worker, step,
	    str_make(x->body, step == STREAM_BYTES ? x->body_n : 0));
	if (step == STREAM_CUT) {
		response_unref(r);
		conn_unref(c);
		return;
	}
	if (r != NULL) {
		/* The stream is over; what still comes is dropped. */
		atomic_store(&x->answer, r);
		x->streaming = false;
		x->over = true;
	}
	/* Here: nothing is called when no more comes. */
	expect_body(x);
	conn_resume(c);
}

void
exchange_run(struct exchange *x, unsigned worker)
{
	const struct http_app *app = &x->conn->http->app;

	if (x->job == JOB_STREAM)
		run_stream(x, worker);
	else
		app->work(app->arg, x, worker);
}
