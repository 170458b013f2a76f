/* SPDX-License-Identifier: MIT */
/* A run: files found, prepared, and taken in short transactions. */

#include "exchange/import.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "exchange/ahead.h"
#include "exchange/aside.h"
#include "exchange/catalogue.h"
#include "exchange/known.h"
#include "exchange/run.h"
#include "markup/locale.h"
#include "newsroom/search.h"
#include "newsroom/story.h"
#include "store/store.h"

static const struct import_format *const formats[] = {
	&import_capture,
	&import_markdown,
};
enum { FORMATS = sizeof formats / sizeof *formats };

/* ---- what formats ask of the run ---- */

enum err
run_edition(struct run *r, struct str code, const struct edition **out)
{
	struct ctx *ctx = r->ctx;
	struct str want = r->opts->edition.n != 0 ? r->opts->edition : code;

	TRY(edition_by_code(ctx, r->st, want, out));
	if (*out == NULL)
		return FAIL(ctx, ERR_INVALID,
		    "there is no edition “%s” in this newsroom",
		    text_quote(ctx->arena, want));
	return ERR_OK;
}

struct str
run_zone(const struct run *r, const struct edition *e)
{
	return r->opts->zone.n != 0 ? r->opts->zone : e->zone;
}

bool
run_goes_on(struct run *r)
{
	const struct import_options *o = r->opts;

	if (o->yield != NULL)
		o->yield(o->arg);
	if (!r->report->cancelled && o->cancelled != NULL)
		r->report->cancelled = o->cancelled(o->arg);
	return !r->report->cancelled;
}

/* ---- which format is it ---- */

static const struct import_format *
format_by_name(struct str name)
{
	for (size_t i = 0; i < FORMATS; i++) {
		if (str_eq(name, str_c(formats[i]->name)))
			return formats[i];
	}
	return NULL;
}

const struct import_format *
format_of(const struct import_options *opts, const struct source *src,
    struct str bytes)
{
	if (opts->format.n != 0)
		return format_by_name(opts->format);
	if (str_ends(src->name, STR(".md")) ||
	    str_ends(src->name, STR(".markdown")) ||
	    str_starts(bytes, STR("---\n")) ||
	    str_starts(bytes, STR("---\r\n")))
		return &import_markdown;
	return &import_capture;
}

/* ---- batches ---- */

struct prepared {
	const struct source *src;
	const struct import_format *format;
	void *data;
	struct taking t;     /* what preparing made of it … */
	struct taking taken; /* … and taking it, if that was kept */
	bool refused;
	const char *why;
};

struct batch {
	struct prepared v[IMPORT_BATCH_STORIES];
	size_t n;
	struct store_tx tx; /* what they are prepared in, if nobody waits */
};

static void
close_own(const struct source *src, int *fd)
{
	if (src->in_folder && *fd >= 0)
		close(*fd);
}

enum err
source_read(struct ctx *ctx, const struct source *src, struct str *out)
{
	enum err err;
	int fd = src->in_folder ? files_open(src->root, src->path) : src->root;

	if (fd < 0 && errno == ENOENT)
		return FAIL(
		    ctx, ERR_CONFLICT, "it went away before it was read");
	if (fd < 0)
		return FAIL(ctx, ERR_CONFLICT, "it cannot be opened: %s",
		    strerror(errno));
	err = files_read(ctx, fd, IMPORT_FILE_MAX, out);
	close_own(src, &fd);
	return err;
}

static enum err
prepare_file(struct run *r, struct prepared *p, const struct ahead_file *f)
{
	if (f->err != ERR_OK)
		return FAIL(r->ctx, f->err, "%s", f->why);
	p->format = f->format;
	p->data = f->data;
	return p->format->prepare(r, p->src, f->bytes, &p->t, &p->data);
}

static void
refuse(struct run *r, struct prepared *p)
{
	p->refused = true;
	p->why = str_cstr(r->ctx->arena, str_c(ctx_why(r->ctx)));
}

/* The disk or another writer: not the file's fault. */
static bool
is_ours(enum err err)
{
	return err == ERR_IO || err == ERR_BUSY;
}

/* Once, or once more after what it did was undone. */
static enum err
take_one(struct run *r, struct prepared *p)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };

	TRY(store_tx_begin_whole(r->ctx, r->st, &tx));
	p->taken = p->t;
	TRY(p->format->take(r, p->src, p->data, &p->taken));
	return store_tx_commit(r->ctx, &tx);
}

static enum err
take_each(struct run *r, struct batch *b, size_t *at, bool forgives)
{
	int64_t ms =
	    r->opts->yield != NULL ? IMPORT_BATCH_MS : IMPORT_BATCH_MS_ALONE;
	int64_t end = clock_monotonic_ns() + ms * 1000000;

	/* Another writer had its turn; or what was made then was not kept. */
	if (r->opts->yield != NULL || r->opts->dry_run || forgives)
		known_forget(r);
	do {
		struct prepared *p = &b->v[*at];
		enum err err = p->refused ? ERR_OK : take_one(r, p);

		if (err != ERR_OK && (is_ours(err) || !forgives))
			return err;
		if (err != ERR_OK) {
			refuse(r, p);
			known_forget(r);
		}
		++*at;
	} while (*at < b->n && clock_monotonic_ns() < end);
	return ERR_OK;
}

/*
 * Together: one that fails undoes all of them.  Else it is undone alone and
 * refused, and the others stand, at the cost of a copy of each page that
 * each of them writes.
 */
static enum err
take_in(struct run *r, struct batch *b, size_t *at, bool together)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	size_t i = *at;

	TRY(together ? store_tx_begin_whole(r->ctx, r->st, &tx)
		     : store_tx_begin(r->ctx, r->st, &tx));
	TRY(take_each(r, b, &i, !together));
	if (!r->opts->dry_run)
		TRY(store_tx_commit(r->ctx, &tx));
	*at = i;
	return ERR_OK;
}

/* Writes some of the batch, until its time is over.  *at moves on. */
static enum err
take_some(struct run *r, struct batch *b, size_t *at)
{
	struct link *last = r->links_last;
	enum err err = take_in(r, b, at, true);

	if (err == ERR_OK || is_ours(err))
		return err;
	links_cut(r, last);
	/* That was a turn, though nothing came of it. */
	if (!run_goes_on(r))
		return ERR_OK;
	return take_in(r, b, at, false);
}

/* Counted only now: what was not committed was not taken. */
static void
tell(struct run *r, const struct batch *b, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct prepared *p = &b->v[i];

		if (p->refused)
			report_refuse(r, p->src->name, p->why);
		else
			report_add(r, p->src->name, &p->taken);
	}
}

/* Whatever was begun for them elsewhere has ended. */
static enum err
await_all(struct run *r, struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct prepared *p = &b->v[i];
		enum err err = ERR_OK;

		if (!p->refused && p->format->ready != NULL)
			err = p->format->ready(r, p->data, &p->t);
		if (is_ours(err))
			return err;
		if (err != ERR_OK)
			refuse(r, p);
	}
	return ERR_OK;
}

static bool
all_refused(const struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (!b->v[i].refused)
			return false;
	}
	return true;
}

static enum err
batch_flush(struct run *r, struct batch *b, int64_t *told)
{
	size_t at = 0;

	if (b->tx.st != NULL)
		TRY(store_tx_commit(r->ctx, &b->tx));
	TRY(await_all(r, b));
	if (all_refused(b)) {
		tell(r, b, 0, b->n);
		*told += (int64_t)b->n;
		at = b->n;
	}
	while (at < b->n) {
		size_t from = at;

		TRY(take_some(r, b, &at));
		tell(r, b, from, at);
		*told += (int64_t)(at - from);
		if (r->opts->progress != NULL)
			r->opts->progress(
			    r->opts->arg, *told, r->report->total);
		if (!run_goes_on(r))
			break;
	}
	b->n = 0;
	arena_reset(r->ctx->arena);
	ahead_release(r->ahead);
	return ERR_OK;
}

static enum err
take_files(
    struct run *r, struct batch *b, int64_t *told, struct source_list *later)
{
	const struct ahead_file *f = NULL;

	while (!r->report->cancelled && (f = ahead_next(r->ahead)) != NULL) {
		struct prepared *p = &b->v[b->n];
		enum err err;

		*p = (struct prepared){ .src = f->src };
		if (r->opts->yield == NULL && b->tx.st == NULL)
			TRY(store_tx_begin(r->ctx, r->st, &b->tx));
		err = prepare_file(r, p, f);
		if (is_ours(err))
			return err;
		if (err != ERR_OK)
			refuse(r, p);
		if (err == ERR_OK && p->t.waits && later != NULL)
			later->v[later->n++] = *f->src;
		else
			b->n++;
		if (b->n == IMPORT_BATCH_STORIES ||
		    arena_used(r->ctx->arena) > PREPARED_MAX ||
		    ahead_is_full(r->ahead))
			TRY(batch_flush(r, b, told));
	}
	if (b->n != 0)
		return batch_flush(r, b, told);
	return b->tx.st != NULL ? store_tx_commit(r->ctx, &b->tx) : ERR_OK;
}

/* One round over the files; those that wait for others go to later. */
static enum err
take_all(struct run *r, const struct source_list *in, int64_t *told,
    struct source_list *later)
{
	struct batch *b = ARENA_NEW(r->all, struct batch);
	enum err err = ERR_OK;

	r->ahead = ahead_new(r, in);
	err = take_files(r, b, told, later);
	store_tx_end(&b->tx);
	/* What was begun of the last batch refers to what was read. */
	arena_reset(r->ctx->arena);
	ahead_free(r->ahead);
	r->ahead = NULL;
	return err;
}

/* ---- the run ---- */

/*
 * Stories come in without search, which then learns of all of them at once.
 * What a run that was given up leaves behind waits for the server.
 */
static enum err
tell_search(struct run *r)
{
	const struct import_options *o = r->opts;

	return search_catch_up(r->ctx, r->st,
	    &(struct search_bulk){
		.arg = o->arg,
		.cancelled = o->cancelled,
		.yield = o->yield,
	    });
}

static enum err
check_options(struct run *r, const struct import_file *files, size_t n)
{
	const struct import_options *o = r->opts;
	const struct edition *e = NULL;
	struct ctx *ctx = r->ctx;

	if (o->format.n != 0 && format_by_name(o->format) == NULL)
		return FAIL(ctx, ERR_INVALID,
		    "“%s” is no format; there are: capture, markdown",
		    text_quote(ctx->arena, o->format));
	if (o->zone.n != 0 && !zone_valid(o->zone))
		return FAIL(ctx, ERR_INVALID,
		    "“%s” is no time zone; one is called like Asia/Tehran",
		    text_quote(ctx->arena, o->zone));
	if (o->id < 0)
		return FAIL(ctx, ERR_INVALID, "an id is above 0");
	if (o->id != 0 && (n != 1 || files[0].is_dir))
		return FAIL(ctx, ERR_INVALID,
		    "an id can be given to a single file only");
	if (o->edition.n != 0)
		TRY(run_edition(r, o->edition, &e));
	return ERR_OK;
}

static enum err
find_files(struct run *r, const struct import_file *files, size_t n,
    struct source_list *out)
{
	for (size_t i = 0; i < n; i++) {
		if (files[i].is_dir) {
			TRY(files_walk(r, &files[i], out));
			continue;
		}
		files_add(r->all, out,
		    &(struct source){
			.name = files[i].name,
			.key = files_path(r->all, files[i].fd),
			.root = files[i].fd,
		    });
	}
	r->report->total = (int64_t)out->n + r->report->count[IMPORT_REFUSED];
	return ERR_OK;
}

/* Who wrote, and what it is about, comes before what refers to it. */
static void
put_profiles_first(struct run *r, struct source_list *l)
{
	struct source *v = ARENA_ARRAY(r->all, l->n, struct source);
	size_t n = 0;

	for (int stories = 0; stories < 2; stories++)
		for (size_t i = 0; i < l->n; i++)
			if ((shelf_of(l->v[i].key) == SHELF_STORY) ==
			    (stories == 1))
				v[n++] = l->v[i];
	l->v = v;
}

static enum err
run_all(struct run *r, const struct import_file *files, size_t n)
{
	struct source_list list = { 0 };
	struct source_list later = { 0 };
	int64_t told = 0;

	TRY(check_options(r, files, n));
	for (size_t i = 0; i < n; i++) {
		if (files[i].is_dir)
			TRY(house_file_take(r, &files[i]));
	}
	TRY(find_files(r, files, n, &list));
	put_profiles_first(r, &list);
	r->files = &list;
	told = r->report->count[IMPORT_REFUSED];
	later.v = ARENA_ARRAY(r->all, list.n, struct source);
	r->round = 1;
	TRY(take_all(r, &list, &told, &later));
	r->round = 2;
	TRY(take_all(r, &later, &told, NULL));
	if (r->opts->dry_run)
		return ERR_OK;
	if (!r->report->cancelled)
		TRY(links_take(r));
	return tell_search(r);
}

/* What was typed may hold anything, and stands in every message. */
static const struct import_file *
with_plain_names(struct arena *a, const struct import_file *files, size_t n)
{
	struct import_file *v = ARENA_ARRAY(a, n, struct import_file);

	for (size_t i = 0; i < n; i++) {
		v[i] = files[i];
		v[i].name = text_name(a, files[i].name);
	}
	return v;
}

enum err
import_run(struct ctx *ctx, struct store *st, const struct import_options *opts,
    const struct import_file *files, size_t n, struct import_report *report)
{
	struct arena *caller = ctx->arena;
	struct arena *batch = arena_new(0);
	struct run r = {
		.ctx = ctx,
		.st = st,
		.opts = opts,
		.keep = caller,
		.all = arena_new(0),
		.report = report,
	};
	enum err err;

	report_begin(&r);
	/* Where a server reads and writes beside it, one thread is enough. */
	if (opts->yield == NULL)
		r.aside = aside_new();
	ctx->arena = batch;
	err = run_all(&r, with_plain_names(r.all, files, n), n);
	report_end(&r);
	ctx->arena = caller;
	arena_free(r.all);
	arena_free(batch);
	aside_free(r.aside);
	return err;
}
