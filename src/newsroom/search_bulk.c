/* SPDX-License-Identifier: MIT */
/* Search: stories that wait for the index, few at a time or all at once. */

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "newsroom/change.h"
#include "newsroom/search_own.h"

enum {
	FEW = 40,		   /* stories that are not worth a thread */
	BATCH = 1024,		   /* stories analysed at once; */
	BATCH_FIRST = 128,	   /* twice as many each time until then */
	BATCH_BYTES = 8 * 1048576, /* of their texts */
	THREADS_MAX = 8,
	LIST_PAGE = 1000, /* stories listed at once */
	TURN_MS = 20,	  /* of a transaction, while others may want to write */
	LONG_MS = 5000,	  /* of one, when nobody else is there */
	/* FTS5: bytes of terms gathered before they are sorted and written. */
	HASH_BULK = 64 * 1048576,
	MERGE_PAGES = 500, /* of the index, merged in one transaction */
	MERGES_MAX = 1000000,
};

/* ---- one story ---- */

/* As it is now: it may have been published anew, or withdrawn. */
static enum err
enter_waiting(struct ctx *ctx, struct store *st, int64_t story, int64_t rev,
    const struct search_text *text, const struct search_terms *terms)
{
	const struct sql_search_wait_one_row *row = NULL;
	int64_t changed = 0;

	TRY(sql_search_wait_one(
	    ctx, st, &(struct sql_search_wait_one){ .story = story }, &row));
	if (row == NULL)
		return ERR_OK;
	if (row->live_rev == 0)
		return sql_search_wait_drop(ctx, st,
		    &(struct sql_search_wait_drop){ .story = story }, &changed);
	if (row->live_rev != rev)
		return search_put(ctx, st,
		    &(struct search_put){
			.story = story,
			.rev = row->live_rev,
			.edition = row->edition,
			.at = row->live_at,
		    });
	return search_enter(ctx, st,
	    &(struct search_entry){
		.story = story,
		.rev = rev,
		.edition = row->edition,
		.at = row->live_at,
		.text = text,
		.terms = terms,
	    });
}

/* Search pages of these editions have grown. */
static enum err
tell(struct ctx *ctx, struct store *st, const int64_t *editions, size_t n)
{
	struct str *tags = ARENA_ARRAY(ctx->arena, n, struct str);

	if (n == 0)
		return ERR_OK;
	for (size_t i = 0; i < n; i++)
		tags[i] = change_tag(ctx->arena, "search", editions[i]);
	return change_add(ctx, st,
	    &(struct change){ .kind = "search", .tags = tags, .n = n });
}

struct editions {
	int64_t ids[64];
	size_t n;
};

static void
editions_add(struct editions *e, int64_t id)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->ids[i] == id)
			return;
	/* A house of more editions is told of all but these at the end. */
	if (e->n < sizeof e->ids / sizeof e->ids[0])
		e->ids[e->n++] = id;
}

/* ---- a few ---- */

static enum err
work_some(struct ctx *ctx, struct store *st, size_t n)
{
	const struct sql_search_wait_some_row *rows = NULL;
	struct editions told = { .n = 0 };
	size_t rows_n = 0;

	TRY(sql_search_wait_some(ctx, st,
	    &(struct sql_search_wait_some){
		.before = INT64_MAX,
		.n = (int64_t)n,
	    },
	    &rows, &rows_n));
	for (size_t i = 0; i < rows_n; i++) {
		struct search_text text = { 0 };
		struct search_terms terms = { 0 };

		if (rows[i].rev != 0) {
			TRY(search_read(ctx, st, rows[i].rev, &text));
			search_analyse(ctx->arena,
			    analyser_new(ctx->arena, text.row->lang), &text,
			    &terms);
			editions_add(&told, text.row->edition);
		}
		TRY(enter_waiting(
		    ctx, st, rows[i].story, rows[i].rev, &text, &terms));
	}
	return tell(ctx, st, told.ids, told.n);
}

enum err
search_work(struct ctx *ctx, struct store *st, size_t n, bool *left)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct sql_search_wait_top_row *top = NULL;

	TRY(store_tx_begin(ctx, st, &tx));
	TRY(search_current(ctx, st));
	TRY(sql_search_wait_top(ctx, st, &top));
	if (top->story != 0) {
		TRY(work_some(ctx, st, n));
		TRY(search_few_pieces(ctx, st));
		TRY(sql_search_wait_top(ctx, st, &top));
		if (top->story == 0)
			TRY(search_usual(ctx, st));
	}
	TRY(store_tx_commit(ctx, &tx));
	*left = top->story != 0;
	return ERR_OK;
}

/* ---- a batch, analysed by several threads ---- */

struct item {
	int64_t story, rev;
	struct search_text text;
	struct search_terms terms;
};

/* A thread's analysers, by language: some have a stemmer and a memory. */
struct tongues {
	struct arena *arena;
	struct {
		struct str lang;
		struct analyser *an;
	} all[16];
	size_t n;
};

static struct analyser *
tongue(struct tongues *t, struct str lang)
{
	struct analyser *an = NULL;

	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->all[i].lang, lang))
			return t->all[i].an;
	an = analyser_for_many(t->arena, lang);
	if (t->n < sizeof t->all / sizeof t->all[0]) {
		t->all[t->n].lang = str_dup(t->arena, lang);
		t->all[t->n++].an = an;
	}
	return an;
}

static void tongues_end(struct tongues (*all)[THREADS_MAX])
{
	for (size_t i = 0; i < THREADS_MAX; i++)
		arena_free((*all)[i].arena);
}

struct batch {
	struct arena *arena; /* of the texts */
	struct item items[BATCH];
	size_t n;
	atomic_size_t next; /* which one is taken next */
	size_t threads;
	pthread_t thread[THREADS_MAX];
	size_t running;			   /* of them */
	struct arena *arenas[THREADS_MAX]; /* of the terms */
	struct tongues *tongues; /* of the threads; one batch at a time */
};

struct share {
	struct batch *batch;
	size_t i;
};

static void
analyse_items(struct batch *b, struct arena *a, struct tongues *tongues)
{
	for (;;) {
		size_t i = atomic_fetch_add(&b->next, 1);
		struct item *it = &b->items[i < b->n ? i : 0];

		if (i >= b->n)
			return;
		if (it->rev != 0)
			search_analyse(a, tongue(tongues, it->text.row->lang),
			    &it->text, &it->terms);
	}
}

static void *
analyse(void *arg)
{
	struct share *share = arg;

	analyse_items(share->batch, share->batch->arenas[share->i],
	    &share->batch->tongues[share->i]);
	free(share);
	return NULL;
}

static void
batch_start(struct batch *b)
{
	atomic_store(&b->next, 0);
	for (b->running = 0; b->running < b->threads; b->running++) {
		struct share *share = malloc(sizeof *share);

		if (share == NULL)
			abort();
		*share = (struct share){ b, b->running };
		if (pthread_create(
			&b->thread[b->running], NULL, analyse, share) != 0) {
			free(share);
			break;
		}
	}
	/* The machine may have no thread to spare: then it is done here. */
	if (b->running == 0)
		analyse_items(b, b->arenas[0], &b->tongues[0]);
}

static void
batch_join(struct batch *b)
{
	for (size_t i = 0; i < b->running; i++)
		pthread_join(b->thread[i], NULL);
	b->running = 0;
}

static struct batch *
batch_new(struct arena *a, struct tongues *tongues, size_t threads)
{
	struct batch *b = ARENA_NEW(a, struct batch);

	b->arena = arena_new(1 << 20);
	b->tongues = tongues;
	b->threads = threads;
	for (size_t i = 0; i < threads; i++)
		b->arenas[i] = arena_new(1 << 20);
	return b;
}

static void
batch_clear(struct batch *b)
{
	b->n = 0;
	arena_reset(b->arena);
	for (size_t i = 0; i < b->threads; i++)
		arena_reset(b->arenas[i]);
}

static void
batch_end(struct batch **b)
{
	if (*b == NULL)
		return;
	batch_join(*b);
	arena_free((*b)->arena);
	for (size_t i = 0; i < (*b)->threads; i++)
		arena_free((*b)->arenas[i]);
}

/* ---- all ---- */

/* One that waits, and about where it will stand. */
struct waiting {
	int64_t story, rev, key;
};

struct catching {
	struct ctx *ctx;
	struct store *st;
	const struct search_bulk *in;
	struct arena *keep;   /* as long as all this */
	struct waiting *list; /* by rising key: the newest first */
	size_t listed, read;  /* how many; how many of them went to a batch */
	size_t batch;	      /* how many the next one takes */
	int64_t done, total;
	bool stop;

	/* The open transaction, if one is. */
	struct store_tx tx;
	int64_t tx_end; /* when its time is over */
	int64_t entered;
	struct editions told;
};

static int
by_key(const void *one, const void *two)
{
	const struct waiting *a = one;
	const struct waiting *b = two;

	return (a->key > b->key) - (a->key < b->key);
}

/*
 * All that wait, by the order of the index: FTS5 gathers rows whose keys
 * rise, and writes what it has gathered when one is lower.
 */
static enum err
list_waiting(struct catching *c)
{
	const struct sql_search_wait_some_row *rows = NULL;
	int64_t before = INT64_MAX;
	size_t n = 0;

	c->list = ARENA_ARRAY(c->keep, (size_t)c->total, struct waiting);
	do {
		TRY(sql_search_wait_some(c->ctx, c->st,
		    &(struct sql_search_wait_some){ before, LIST_PAGE }, &rows,
		    &n));
		for (size_t i = 0; i < n && c->listed < (size_t)c->total; i++) {
			c->list[c->listed++] =
			    (struct waiting){ rows[i].story, rows[i].rev,
				    search_key(rows[i].edition, rows[i].at,
					rows[i].section) };
			before = rows[i].story;
		}
		arena_reset(c->ctx->arena);
	} while (n > 0);
	qsort(c->list, c->listed, sizeof *c->list, by_key);
	return ERR_OK;
}

/* The texts go to the batch's own arena: they outlive a transaction. */
static enum err
batch_read(struct catching *c, struct batch *b)
{
	struct arena *outer = c->ctx->arena;
	enum err err = ERR_OK;

	batch_clear(b);
	c->ctx->arena = b->arena;
	while (err == ERR_OK && c->read < c->listed && b->n < c->batch &&
	       arena_used(b->arena) < BATCH_BYTES) {
		const struct waiting *w = &c->list[c->read++];
		struct item *it = &b->items[b->n++];

		*it = (struct item){ .story = w->story, .rev = w->rev };
		if (it->rev != 0)
			err = search_read(c->ctx, c->st, it->rev, &it->text);
	}
	c->ctx->arena = outer;
	c->batch = c->batch < BATCH / 2 ? c->batch * 2 : BATCH;
	return err;
}

static enum err
turn_begin(struct catching *c)
{
	int64_t ms = c->in->yield != NULL ? TURN_MS : LONG_MS;

	c->tx_end = clock_monotonic_ns() + ms * 1000000;
	c->entered = 0;
	c->told.n = 0;
	return store_tx_begin(c->ctx, c->st, &c->tx);
}

static void
look_around(struct catching *c)
{
	if (c->in->progress != NULL)
		c->in->progress(c->in->arg, c->done + c->entered, c->total);
	c->stop = c->in->cancelled != NULL && c->in->cancelled(c->in->arg);
}

static enum err
turn_end(struct catching *c)
{
	if (c->tx.st == NULL)
		return ERR_OK;
	TRY(tell(c->ctx, c->st, c->told.ids, c->told.n));
	TRY(search_few_pieces(c->ctx, c->st));
	TRY(store_tx_commit(c->ctx, &c->tx));
	c->done += c->entered;
	c->entered = 0;
	if (c->in->yield != NULL)
		c->in->yield(c->in->arg);
	look_around(c);
	return ERR_OK;
}

static enum err
enter_item(struct catching *c, const struct item *it)
{
	if (c->tx.st == NULL)
		TRY(turn_begin(c));
	TRY(enter_waiting(
	    c->ctx, c->st, it->story, it->rev, &it->text, &it->terms));
	if (it->rev != 0)
		editions_add(&c->told, it->text.row->edition);
	c->entered++;
	return clock_monotonic_ns() < c->tx_end ? ERR_OK : turn_end(c);
}

static enum err
batch_enter(struct catching *c, const struct batch *b)
{
	for (size_t i = 0; i < b->n && !c->stop; i++)
		TRY(enter_item(c, &b->items[i]));
	/* The next batch may not be ready: nobody need wait for that. */
	if (c->in->yield != NULL)
		TRY(turn_end(c));
	else
		look_around(c);
	arena_reset(c->ctx->arena);
	return ERR_OK;
}

/* While one batch is written the next is analysed. */
static enum err
enter_all(struct catching *c, struct batch *now, struct batch *next)
{
	enum err err = batch_read(c, now);

	if (err == ERR_OK)
		batch_start(now);
	while (err == ERR_OK && !c->stop && now->n > 0) {
		struct batch *swap = now;

		err = batch_read(c, next);
		batch_join(now);
		if (err == ERR_OK)
			batch_start(next);
		if (err == ERR_OK)
			err = batch_enter(c, now);
		now = next;
		next = swap;
	}
	return err == ERR_OK ? turn_end(c) : err;
}

/* Piece by piece, until a piece changes nothing. */
static enum err
merge(struct catching *c)
{
	struct str before = { 0 };

	for (int i = 0; i < MERGES_MAX; i++) {
		const struct sql_search_shape_row *row = NULL;

		TRY(search_set(c->ctx, c->st, STR("merge"), MERGE_PAGES));
		TRY(sql_search_shape(c->ctx, c->st, &row));
		look_around(c);
		if (c->in->yield != NULL)
			c->in->yield(c->in->arg);
		if (row == NULL || str_eq(before, row->shape) || c->stop)
			return ERR_OK;
		before = row->shape;
	}
	return ERR_OK;
}

/* One is left to readers while there are any. */
static size_t
threads_for(const struct catching *c)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (c->in->yield != NULL)
		cores--;
	return cores > THREADS_MAX ? THREADS_MAX
	       : cores > 1	   ? (size_t)cores
				   : 1;
}

static enum err
catch_up(struct catching *c)
{
	CLEANUP(tongues_end) struct tongues tongues[THREADS_MAX] = { 0 };
	size_t threads = threads_for(c);
	enum err err = ERR_OK;
	CLEANUP(batch_end)
	struct batch *one = batch_new(c->keep, tongues, threads);
	CLEANUP(batch_end)
	struct batch *two = batch_new(c->keep, tongues, threads);

	for (size_t i = 0; i < threads; i++)
		tongues[i].arena = arena_new(1 << 20);

	TRY(search_usual(c->ctx, c->st));
	TRY(search_set(c->ctx, c->st, STR("hashsize"), HASH_BULK));
	TRY(list_waiting(c));
	err = enter_all(c, one, two);
	store_tx_end(&c->tx);
	TRY(err);
	return c->stop ? ERR_OK : merge(c);
}

enum err
search_catch_up(struct ctx *ctx, struct store *st, const struct search_bulk *in)
{
	const struct sql_search_wait_count_row *count = NULL;
	struct arena *outer = ctx->arena;
	struct catching c = {
		.ctx = ctx,
		.st = st,
		.in = in,
		.batch = BATCH_FIRST,
	};
	enum err usual = ERR_OK;
	enum err err = ERR_OK;
	bool left = false;

	TRY(search_current(ctx, st));
	TRY(sql_search_wait_count(ctx, st, &count));
	c.total = count->n;
	if (c.total <= FEW) {
		if (c.total > 0)
			TRY(search_work(ctx, st, FEW, &left));
		if (in->progress != NULL)
			in->progress(in->arg, c.total, c.total);
		return ERR_OK;
	}
	c.keep = arena_new(0);
	ctx->arena = arena_new(0); /* emptied after each transaction */
	err = catch_up(&c);
	arena_free(ctx->arena);
	arena_free(c.keep);
	ctx->arena = outer;
	usual = search_usual(ctx, st);
	return err != ERR_OK ? err : usual;
}
