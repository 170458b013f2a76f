/* SPDX-License-Identifier: MIT */
/*
 * The access log.  Event threads leave a record in a ring of their own and
 * go on; one thread makes lines of them.  When it cannot keep up, records
 * are dropped and counted: a full disk never stops a reader.
 */

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "http/listener.h"

enum {
	RING_SIZE = 4096, /* records; a power of two */
	PATH_KEPT = 199,  /* bytes of a path */
	LINE_MAX_BYTES = 1024,
	OUT_SIZE = 65536,
	GATHER_MS = 20, /* lines written at once, not one by one */
};

struct record {
	int64_t second; /* since 1970, UTC */
	uint64_t sent;
	uint32_t took_us;
	uint16_t status;
	uint8_t method;
	uint8_t lane;
	struct address client;
	uint8_t path_n;
	char path[PATH_KEPT];
};

/* One writer, one reader. */
struct access_ring {
	struct access *access;
	struct access_ring *next;
	_Alignas(64) _Atomic uint32_t written;
	_Alignas(64) _Atomic uint32_t read;
	struct record records[RING_SIZE];
};

struct access {
	const struct http *http;
	_Atomic(struct access_ring *) rings;
	pthread_t thread;
	int wake; /* eventfd */
	atomic_bool asleep;
	atomic_bool stopping;
	int fd;
	enum access_log show;

	/* The thread's own */
	int64_t second; /* whose text is in time */
	char time[32];
	size_t time_n;
	size_t n;
	char out[OUT_SIZE];
};

struct access_ring *
access_ring_new(struct access *a)
{
	struct access_ring *r = NULL;

	if (a == NULL)
		return NULL;
	r = aligned_alloc(64, (sizeof *r + 63) / 64 * 64);
	if (r == NULL)
		abort();
	atomic_init(&r->written, 0);
	atomic_init(&r->read, 0);
	r->access = a;
	r->next = atomic_load(&a->rings);
	while (!atomic_compare_exchange_weak(&a->rings, &r->next, r))
		;
	return r;
}

static int64_t
coarse_second(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	return ts.tv_sec;
}

void
access_note(
    struct event_thread *e, const struct exchange *x, uint64_t duration_ns)
{
	struct access_ring *r = e->ring;
	uint32_t at = 0;
	struct record *rec = NULL;

	if (r == NULL)
		return;
	at = atomic_load_explicit(&r->written, memory_order_relaxed);
	if (at - atomic_load_explicit(&r->read, memory_order_acquire) ==
	    RING_SIZE) {
		atomic_fetch_add(&e->counts.log_dropped, 1);
		return;
	}
	rec = &r->records[at % RING_SIZE];
	rec->second = coarse_second();
	rec->sent = x->sent;
	rec->took_us = duration_ns / 1000 < UINT32_MAX
			   ? (uint32_t)(duration_ns / 1000)
			   : UINT32_MAX;
	rec->status = (uint16_t)x->status;
	rec->method = (uint8_t)x->req.method;
	rec->lane = (uint8_t)x->lane;
	rec->client = x->client;
	rec->path_n =
	    (uint8_t)(x->req.path.n < PATH_KEPT ? x->req.path.n : PATH_KEPT);
	if (rec->path_n != 0)
		memcpy(rec->path, x->req.path.p, rec->path_n);
	atomic_store_explicit(&r->written, at + 1, memory_order_release);
	/* Sequentially with the thread's own look after it lies down. */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&r->access->asleep, memory_order_relaxed) &&
	    atomic_exchange(&r->access->asleep, false)) {
		uint64_t one = 1;

		if (write(r->access->wake, &one, sizeof one) < 0)
			return; /* cannot be: the counter is far from full */
	}
}

static void
write_out(struct access *a)
{
	size_t done = 0;

	while (done < a->n) {
		ssize_t n = write(a->fd, a->out + done, a->n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break; /* nobody to tell */
		done += (size_t)n;
	}
	a->n = 0;
}

static void
put(struct access *a, struct str s)
{
	memcpy(a->out + a->n, s.p, s.n);
	a->n += s.n;
}

static void
put_number(struct access *a, uint64_t v)
{
	char digits[20];
	size_t i = sizeof digits;

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	put(a, str_make(digits + i, sizeof digits - i));
}

/* Paths are printable ASCII without spaces: two characters want quotes. */
static void
put_path(struct access *a, struct str path)
{
	bool bare = path.n != 0;

	for (size_t i = 0; i < path.n && bare; i++)
		bare =
		    path.p[i] != '"' && path.p[i] != '=' && path.p[i] != '\\';
	if (bare) {
		put(a, path);
		return;
	}
	put(a, STR("\""));
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '"' || path.p[i] == '\\')
			put(a, STR("\\"));
		put(a, str_make(path.p + i, 1));
	}
	put(a, STR("\""));
}

static void
put_line(struct access *a, const struct record *rec)
{
	static const struct str lanes[] = {
		[LANE_ANSWERED] = STR_INIT(" lane=fast client="),
		[LANE_SLOW] = STR_INIT(" lane=slow client="),
		[LANE_PARKED] = STR_INIT(" lane=parked client="),
	};
	struct address client =
	    a->show == ACCESS_CUT ? address_cut(&rec->client) : rec->client;
	char text[ADDRESS_TEXT];

	if (OUT_SIZE - a->n < LINE_MAX_BYTES)
		write_out(a);
	if (rec->second != a->second) {
		a->second = rec->second;
		log_time(a->second, a->time);
		a->time_n = strlen(a->time);
	}
	put(a, STR("time="));
	put(a, str_make(a->time, a->time_n));
	put(a, STR(" level=info event=request method="));
	put(a, method_name((enum method)rec->method));
	put(a, STR(" path="));
	put_path(a, str_make(rec->path, rec->path_n));
	put(a, STR(" status="));
	put_number(a, rec->status);
	put(a, STR(" bytes="));
	put_number(a, rec->sent);
	put(a, STR(" us="));
	put_number(a, rec->took_us);
	put(a, lanes[rec->lane]);
	if (a->show == ACCESS_NOBODY)
		put(a, STR("-"));
	else
		put(a, str_make(text, address_print(&client, text)));
	put(a, STR("\n"));
}

/* true if there was anything. */
static bool
drain(struct access *a)
{
	bool some = false;

	for (struct access_ring *r = atomic_load(&a->rings); r != NULL;
	     r = r->next) {
		uint32_t end =
		    atomic_load_explicit(&r->written, memory_order_acquire);
		uint32_t at =
		    atomic_load_explicit(&r->read, memory_order_relaxed);

		for (; at != end; at++) {
			put_line(a, &r->records[at % RING_SIZE]);
			some = true;
		}
		atomic_store_explicit(&r->read, at, memory_order_release);
	}
	write_out(a);
	return some;
}

static void
lie_down(struct access *a)
{
	uint64_t n = 0;

	atomic_store(&a->asleep, true);
	/* What came between the last look and lying down. */
	if (drain(a) || atomic_load(&a->stopping)) {
		atomic_store(&a->asleep, false);
		return;
	}
	while (read(a->wake, &n, sizeof n) < 0 && errno == EINTR)
		;
}

static void *
access_main(void *arg)
{
	struct access *a = arg;
	const struct timespec gather = { .tv_nsec = GATHER_MS * 1000000L };

	while (!atomic_load(&a->stopping)) {
		if (drain(a))
			nanosleep(&gather, NULL);
		else
			lie_down(a);
	}
	drain(a);
	return NULL;
}

enum err
access_start(struct ctx *ctx, struct http *h, struct access **out)
{
	struct access *a = calloc(1, sizeof *a);
	enum err err = ERR_OK;

	if (a == NULL)
		abort();
	a->http = h;
	a->second = -1;
	a->fd = h->conf.access_fd != 0 ? h->conf.access_fd : STDERR_FILENO;
	a->show = h->conf.access;
	a->wake = eventfd(0, EFD_CLOEXEC);
	if (a->wake < 0)
		err = FAIL(ctx, ERR_LIMIT, "the access log gets no descriptor");
	else
		err = thread_start(ctx, &a->thread, access_main, a);
	if (err != ERR_OK) {
		if (a->wake >= 0)
			close(a->wake);
		free(a);
		return err;
	}
	*out = a;
	return ERR_OK;
}

void
access_stop(struct access *a)
{
	uint64_t one = 1;
	struct access_ring *r = NULL;

	if (a == NULL)
		return;
	atomic_store(&a->stopping, true);
	if (write(a->wake, &one, sizeof one) < 0)
		abort();
	pthread_join(a->thread, NULL);
	close(a->wake);
	r = atomic_load(&a->rings);
	while (r != NULL) {
		struct access_ring *next = r->next;

		free(r);
		r = next;
	}
	free(a);
}
