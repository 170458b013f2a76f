/* SPDX-License-Identifier: MIT */
/*
 * The newest changes stand in a ring.  An index leads from each of their
 * tags to those that have it, newest first; so a page that was made finds
 * the changes it shows, and stops at the first that has seen it already.
 */

#include "site/trace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "store/store.h"

enum {
	BUCKETS = 1024,
	BARS = 12,	   /* of a histogram */
	SURFACES_MAX = 64, /* routes */
};

/* Upper ends of the bars, nanoseconds; the last has none. */
static const int64_t bar_ends[BARS - 1] = { 100000, 250000, 500000, 1000000,
	2500000, 5000000, 10000000, 25000000, 50000000, 100000000, 1000000000 };
static const char *const bar_names[BARS] = { "0.0001", "0.00025", "0.0005",
	"0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "1",
	"+Inf" };

struct bars {
	uint64_t n[BARS];
	int64_t sum;
};

/* That a change has a tag; in its bucket. */
struct mark {
	struct mark *prev, *next;
	struct slot *slot;
	uint64_t hash;
};

struct slot {
	struct arena *arena; /* of all that follows */
	struct trace trace;
	int64_t visible; /* monotonic */
	struct mark *marks;
	size_t marks_n;
	struct trace_page *pages;
	uint64_t *paths; /* their hashes */
	struct store_change *changes;
	size_t changes_n;
};

enum part { PART_WRITE, PART_COMMIT, PART_PURGE, PART_WHOLE, PARTS };

struct traces {
	pthread_mutex_t lock;
	struct slot slots[TRACES_MAX];
	size_t next; /* the slot to be used next */
	_Atomic size_t n;
	struct mark *buckets[BUCKETS];

	struct bars parts[PARTS];
	struct {
		const char *name;
		struct bars bars;
	} surfaces[SURFACES_MAX];
	size_t surfaces_n;
};

struct traces *
traces_new(void)
{
	struct traces *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void
traces_free(struct traces *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < TRACES_MAX; i++)
		arena_free(t->slots[i].arena);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* ---- histograms ---- */

static void
bars_add(struct bars *b, int64_t ns)
{
	size_t i = 0;

	while (i < BARS - 1 && ns > bar_ends[i])
		i++;
	b->n[i]++;
	b->sum += ns;
}

static void
surface_add(struct traces *t, const char *name, int64_t ns)
{
	size_t i = 0;

	while (i < t->surfaces_n && t->surfaces[i].name != name)
		i++;
	if (i == SURFACES_MAX)
		return;
	if (i == t->surfaces_n)
		t->surfaces[t->surfaces_n++].name = name;
	bars_add(&t->surfaces[i].bars, ns);
}

static void
put_bars(struct buf *out, const char *metric, const char *label,
    const char *value, const struct bars *b)
{
	uint64_t total = 0;

	for (size_t i = 0; i < BARS; i++) {
		total += b->n[i];
		buf_printf(out, "%s_bucket{%s=\"%s\",le=\"%s\"} %" PRIu64 "\n",
		    metric, label, value, bar_names[i], total);
	}
	buf_printf(out,
	    "%s_sum{%s=\"%s\"} %" PRId64 ".%09" PRId64 "\n"
	    "%s_count{%s=\"%s\"} %" PRIu64 "\n",
	    metric, label, value, b->sum / CLOCK_SECOND, b->sum % CLOCK_SECOND,
	    metric, label, value, total);
}

void
traces_metrics(struct traces *t, struct buf *out)
{
	static const char *const names[PARTS] = { "write", "commit", "purge",
		"whole" };

	BUF_LIT(out,
	    "# HELP masthead_publish_seconds A change, from its begin until "
	    "readers see it.\n"
	    "# TYPE masthead_publish_seconds histogram\n");
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < PARTS; i++)
		put_bars(out, "masthead_publish_seconds", "part", names[i],
		    &t->parts[i]);
	BUF_LIT(out,
	    "# HELP masthead_first_render_seconds A page's first render after "
	    "a change that it shows.\n"
	    "# TYPE masthead_first_render_seconds histogram\n");
	for (size_t i = 0; i < t->surfaces_n; i++)
		put_bars(out, "masthead_first_render_seconds", "surface",
		    t->surfaces[i].name, &t->surfaces[i].bars);
	pthread_mutex_unlock(&t->lock);
}

/* ---- a change ---- */

static void
mark_drop(struct traces *t, struct mark *m)
{
	if (m->prev != NULL)
		m->prev->next = m->next;
	else
		t->buckets[m->hash % BUCKETS] = m->next;
	if (m->next != NULL)
		m->next->prev = m->prev;
}

static void
mark_add(struct traces *t, struct mark *m)
{
	struct mark **bucket = &t->buckets[m->hash % BUCKETS];

	m->next = *bucket;
	if (m->next != NULL)
		m->next->prev = m;
	*bucket = m;
}

/* The oldest change's place, empty. */
static struct slot *
slot_take(struct traces *t)
{
	struct slot *s = &t->slots[t->next];
	struct arena *a = s->arena;

	t->next = (t->next + 1) % TRACES_MAX;
	for (size_t i = 0; i < s->marks_n; i++)
		mark_drop(t, &s->marks[i]);
	if (a == NULL)
		a = arena_new(0);
	arena_reset(a);
	*s = (struct slot){ .arena = a };
	if (atomic_load(&t->n) < TRACES_MAX)
		atomic_fetch_add(&t->n, 1);
	return s;
}

static void
slot_fill(struct traces *t, struct slot *s, const struct store_commit *commit)
{
	s->changes_n = commit->changes_n;
	s->changes = ARENA_ARRAY(s->arena, s->changes_n, struct store_change);
	memcpy(s->changes, commit->changes, s->changes_n * sizeof *s->changes);
	s->pages = ARENA_ARRAY(s->arena, TRACE_PAGES_MAX, struct trace_page);
	s->paths = ARENA_ARRAY(s->arena, TRACE_PAGES_MAX, uint64_t);
	s->trace.pages = s->pages;
	s->marks_n = commit->n < TRACE_TAGS_MAX ? commit->n : TRACE_TAGS_MAX;
	s->marks = ARENA_ARRAY(s->arena, s->marks_n, struct mark);
	for (size_t i = 0; i < s->marks_n; i++) {
		s->marks[i] = (struct mark){
			.slot = s,
			.hash = str_hash(commit->tags[i]),
		};
		mark_add(t, &s->marks[i]);
	}
}

void
traces_note(struct traces *t, const struct store_commit *commit,
    const struct traces_purge *purge)
{
	struct slot *s = NULL;

	if (commit->changes_n == 0 || commit->changes_n > TRACE_CHANGES_MAX)
		return;
	pthread_mutex_lock(&t->lock);
	s = slot_take(t);
	s->trace = (struct trace){
		.number = commit->change,
		.kind = commit->changes[0].kind,
		.at = purge->at,
		.write = commit->committed - commit->began,
		.commit = commit->kept - commit->committed,
		.purge = purge->ended - purge->began,
		.dropped = purge->dropped,
	};
	s->visible = purge->ended;
	slot_fill(t, s, commit);
	bars_add(&t->parts[PART_WRITE], s->trace.write);
	bars_add(&t->parts[PART_COMMIT], s->trace.commit);
	bars_add(&t->parts[PART_PURGE], s->trace.purge);
	bars_add(&t->parts[PART_WHOLE], purge->ended - commit->began);
	pthread_mutex_unlock(&t->lock);
}

/* ---- a render ---- */

/* false when the page is there already. */
static bool
page_add(struct slot *s, uint64_t hash, const struct traces_render *in)
{
	for (size_t i = 0; i < s->trace.pages_n; i++)
		if (s->paths[i] == hash)
			return false;
	if (s->trace.pages_n == TRACE_PAGES_MAX) {
		s->trace.more = true;
		return false;
	}
	s->paths[s->trace.pages_n] = hash;
	s->pages[s->trace.pages_n++] = (struct trace_page){
		.path = str_dup(s->arena, in->path),
		.asked = in->began - s->visible,
		.took = in->ended - in->began,
	};
	return true;
}

void
traces_render(struct traces *t, const struct traces_render *in)
{
	uint64_t path = str_hash(in->path);
	bool first = false;

	if (atomic_load_explicit(&t->n, memory_order_relaxed) == 0)
		return;
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < in->tags_n; i++) {
		uint64_t hash = str_hash(in->tags[i]);
		struct mark *m = t->buckets[hash % BUCKETS];
		bool more = true;

		for (; m != NULL && more; m = m->next) {
			if (m->hash != hash ||
			    m->slot->trace.number > in->change)
				continue;
			more = page_add(m->slot, path, in);
			first = first || more;
		}
	}
	if (first)
		surface_add(t, in->surface, in->ended - in->began);
	pthread_mutex_unlock(&t->lock);
}

/* ---- looking ---- */

static bool
is_about(const struct slot *s, int64_t story, const char **kind)
{
	for (size_t i = 0; i < s->changes_n; i++)
		if (s->changes[i].subject == story) {
			*kind = s->changes[i].kind;
			return true;
		}
	return false;
}

static void
trace_copy(struct arena *a, const struct slot *s, struct trace *out)
{
	struct trace_page *pages =
	    ARENA_ARRAY(a, s->trace.pages_n, struct trace_page);

	*out = s->trace;
	for (size_t i = 0; i < s->trace.pages_n; i++) {
		pages[i] = s->pages[i];
		pages[i].path = str_dup(a, pages[i].path);
	}
	out->pages = pages;
}

void
traces_of(struct ctx *ctx, struct traces *t, int64_t story,
    const struct trace **out, size_t *n)
{
	struct trace *all = NULL;

	*n = 0;
	pthread_mutex_lock(&t->lock);
	all = ARENA_ARRAY(ctx->arena, atomic_load(&t->n), struct trace);
	for (size_t i = 1; i <= atomic_load(&t->n); i++) {
		const struct slot *s =
		    &t->slots[(t->next + TRACES_MAX - i) % TRACES_MAX];
		const char *kind = NULL;

		if (!is_about(s, story, &kind))
			continue;
		trace_copy(ctx->arena, s, &all[*n]);
		all[(*n)++].kind = kind;
	}
	pthread_mutex_unlock(&t->lock);
	*out = all;
}
