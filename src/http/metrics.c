/* SPDX-License-Identifier: MIT */
/* Counting, and telling in Prometheus' words. */

#include "http/listener.h"

/* Upper ends of the histogram's buckets, microseconds; then infinity. */
static const uint64_t bucket_ends[COUNT_BUCKETS - 1] = { 50, 100, 250, 500,
	1000, 2500, 5000, 10000, 50000, 250000, 1000000 };
static const char *const bucket_names[COUNT_BUCKETS] = { "0.00005", "0.0001",
	"0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.05", "0.25",
	"1", "+Inf" };

/* Each thread writes its own counts only: no locked instruction is due. */
static void
add(_Atomic uint64_t *to, uint64_t n)
{
	atomic_store_explicit(to,
	    atomic_load_explicit(to, memory_order_relaxed) + n,
	    memory_order_relaxed);
}

void
counts_note(struct counts *c, const struct exchange *x, uint64_t ns)
{
	int class = x->status / 100;
	size_t bucket = 0;

	if (class < 0 || class > 5)
		class = 0;
	while (bucket < COUNT_BUCKETS - 1 && ns / 1000 > bucket_ends[bucket])
		bucket++;
	add(&c->requests[x->lane][class], 1);
	add(&c->bytes, x->sent);
	add(&c->duration_ns, ns);
	add(&c->buckets[bucket], 1);
}

/* What all event threads have counted. */
static void
counts_sum(struct http *h, struct counts *sum)
{
	unsigned n = atomic_load(&h->events_n);

	for (unsigned i = 0; i < n; i++) {
		const struct counts *c = &h->events[i].counts;

		for (size_t lane = 0; lane < 3; lane++)
			for (size_t class = 0; class < 6; class ++)
				add(&sum->requests[lane][class],
				    atomic_load(&c->requests[lane][class]));
		for (size_t b = 0; b < COUNT_BUCKETS; b++)
			add(&sum->buckets[b], atomic_load(&c->buckets[b]));
		add(&sum->bytes, atomic_load(&c->bytes));
		add(&sum->duration_ns, atomic_load(&c->duration_ns));
		add(&sum->begun, atomic_load(&c->begun));
		add(&sum->ended, atomic_load(&c->ended));
		add(&sum->log_dropped, atomic_load(&c->log_dropped));
	}
}

uint64_t
counts_active(struct http *h)
{
	struct counts sum = { 0 };

	counts_sum(h, &sum);
	return sum.begun - sum.ended;
}

static void
put_value(struct buf *out, const char *name, const char *type, uint64_t v)
{
	buf_printf(out,
	    "# TYPE masthead_http_%s %s\nmasthead_http_%s %" PRIu64 "\n", name,
	    type, name, v);
}

static void
put_requests(struct buf *out, const struct counts *sum)
{
	static const char *const lanes[] = { "fast", "slow", "parked" };
	static const char *const classes[] = { "none", "1xx", "2xx", "3xx",
		"4xx", "5xx" };

	BUF_LIT(out, "# TYPE masthead_http_requests_total counter\n");
	for (size_t lane = 0; lane < 3; lane++)
		for (size_t class = 0; class < 6; class ++)
			buf_printf(out,
			    "masthead_http_requests_total{lane=\"%s\","
			    "status=\"%s\"} %" PRIu64 "\n",
			    lanes[lane], classes[class],
			    atomic_load(&sum->requests[lane][class]));
}

static void
put_durations(struct buf *out, const struct counts *sum)
{
	uint64_t total = 0;
	uint64_t ns = atomic_load(&sum->duration_ns);

	BUF_LIT(out, "# TYPE masthead_http_duration_seconds histogram\n");
	for (size_t b = 0; b < COUNT_BUCKETS; b++) {
		total += atomic_load(&sum->buckets[b]);
		buf_printf(out,
		    "masthead_http_duration_seconds_bucket{le=\"%s\"} %" PRIu64
		    "\n",
		    bucket_names[b], total);
	}
	buf_printf(out,
	    "masthead_http_duration_seconds_sum %" PRIu64 ".%09" PRIu64 "\n"
	    "masthead_http_duration_seconds_count %" PRIu64 "\n",
	    ns / 1000000000, ns % 1000000000, total);
}

void
http_metrics(struct http *h, struct buf *out)
{
	struct counts sum = { 0 };
	unsigned open = 0;

	counts_sum(h, &sum);
	pthread_mutex_lock(&h->conns_lock);
	open = h->conns_n;
	pthread_mutex_unlock(&h->conns_lock);
	put_requests(out, &sum);
	put_durations(out, &sum);
	put_value(out, "sent_bytes_total", "counter", atomic_load(&sum.bytes));
	put_value(out, "connections", "gauge", open);
	put_value(out, "connections_accepted_total", "counter",
	    atomic_load(&h->accepted));
	put_value(out, "connections_refused_total", "counter",
	    atomic_load(&h->refused));
	put_value(
	    out, "connections_late_total", "counter", atomic_load(&h->swept));
	put_value(
	    out, "malformed_total", "counter", atomic_load(&h->malformed));
	put_value(out, "requests_active", "gauge",
	    atomic_load(&sum.begun) - atomic_load(&sum.ended));
	put_value(out, "pool_waiting", "gauge", pool_waiting(h->pool));
	put_value(
	    out, "log_dropped_total", "counter", atomic_load(&sum.log_dropped));
}

int64_t
http_pool_ns(const struct http *h)
{
	return pool_ns(h->pool);
}
