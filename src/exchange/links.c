/* SPDX-License-Identifier: MIT */
/*
 * Files that name each other: related lists, and the front's pins.  They are
 * joined after all files are taken, and marked as joined in the origin
 * table: a run that was killed before joins them when it is started again,
 * and one that is repeated leaves alone what the desk has since arranged.
 */

#include "exchange/run.h"
#include "newsroom/list.h"
#include "store/blob.h"
#include "store/store.h"

#define FILES STR("markdown")
#define LINKS STR("markdown-links")

void
link_add(struct run *r, const struct link *in)
{
	struct link *l = ARENA_NEW(r->all, struct link);
	struct str *targets = ARENA_ARRAY(r->all, in->n, struct str);

	for (size_t i = 0; i < in->n; i++)
		targets[i] = str_dup(r->all, in->targets[i]);
	*l = (struct link){
		.name = str_dup(r->all, in->name),
		.prefix = str_dup(r->all, in->prefix),
		.folder = str_dup(r->all, in->folder),
		.key = str_dup(r->all, in->key),
		.story = in->story,
		.edition = in->edition,
		.targets = targets,
		.n = in->n,
	};
	if (r->links_last != NULL)
		r->links_last->next = l;
	else
		r->links = l;
	r->links_last = l;
}

void
links_cut(struct run *r, struct link *last)
{
	r->links_last = last;
	if (last != NULL)
		last->next = NULL;
	else
		r->links = NULL;
}

static enum err
try_path(struct run *r, const struct link *l, struct str folder,
    struct str target, int64_t *story)
{
	struct arena *a = r->ctx->arena;
	const struct origin *o = NULL;
	struct str path = { 0 };
	struct str key = { 0 };

	if (*story != 0 || !files_join(a, folder, target, &path))
		return ERR_OK;
	key = l->prefix.n != 0 ? str_printf(a, "%.*s/%.*s", STR_FMT(l->prefix),
				     STR_FMT(path))
			       : path;
	TRY(origin_find(r->ctx, r->st, FILES, key, &o));
	if (o != NULL)
		*story = o->story;
	return ERR_OK;
}

/* Beside the file that names it, then from the top; ".md" may be left out. */
enum err
link_target(
    struct run *r, const struct link *l, struct str target, int64_t *story)
{
	struct str longer =
	    str_printf(r->ctx->arena, "%.*s.md", STR_FMT(target));

	*story = 0;
	TRY(try_path(r, l, l->folder, target, story));
	TRY(try_path(r, l, l->folder, longer, story));
	TRY(try_path(r, l, STR(""), target, story));
	return try_path(r, l, STR(""), longer, story);
}

static struct str
link_digest(struct arena *a, const struct link *l)
{
	struct buf b;

	buf_init(&b, a, 1 << 20);
	for (size_t i = 0; i < l->n; i++) {
		buf_put(&b, l->targets[i]);
		buf_char(&b, '\n');
	}
	return digest_hex(a, buf_str(&b));
}

static enum err
join_related(struct run *r, const struct link *l, int64_t target)
{
	size_t added = 0;

	if (target == l->story)
		return ERR_OK;
	return related_add(r->ctx, r->st, l->story,
	    &(struct wire_item){ .id = target }, 1, &added);
}

/* Only what readers can see can be pinned, once. */
static enum err
may_pin(struct run *r, const struct link *l, int64_t target,
    const struct list_order *so_far, bool *out)
{
	const struct story *s = NULL;

	*out = false;
	for (size_t i = 0; i < so_far->n; i++)
		if (so_far->stories[i] == target)
			return ERR_OK;
	TRY(story_by_id(r->ctx, r->st, target, &s));
	*out = s != NULL && s->state == STORY_PUBLISHED &&
	       s->edition == l->edition;
	if (!*out)
		report_note(r, l->name,
		    "a story that is pinned there is not published in that "
		    "edition");
	return ERR_OK;
}

/* The front is arranged as the file says; what it does not name is free. */
static enum err
join_front(struct run *r, const struct link *l, const struct list_order *in)
{
	struct list_order order = *in;
	const struct list *front = NULL;

	TRY(list_front(r->ctx, r->st, l->edition, &front));
	order.list = front->id;
	order.only = true;
	return list_order(r->ctx, r->st, &order);
}

static void
tell_missing(struct run *r, const struct link *l, struct str target)
{
	report_note(r, l->name,
	    str_cstr(r->ctx->arena,
		str_printf(r->ctx->arena,
		    "it names “%s”, from which no story has come",
		    text_quote(r->ctx->arena, target))));
}

static enum err
join(struct run *r, const struct link *l)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct ctx *ctx = r->ctx;
	const struct origin *o = NULL;
	struct str digest = link_digest(ctx->arena, l);
	int64_t *pins = ARENA_ARRAY(ctx->arena, l->n, int64_t);
	struct list_order order = { .stories = pins };
	int64_t first = l->story;
	bool all = true;

	TRY(origin_find(ctx, r->st, LINKS, l->key, &o));
	if (o != NULL && str_eq(o->digest, digest))
		return ERR_OK;
	TRY(store_tx_begin(ctx, r->st, &tx));
	for (size_t i = 0; i < l->n; i++) {
		int64_t target = 0;
		bool pin = false;

		TRY(link_target(r, l, l->targets[i], &target));
		if (target == 0) {
			tell_missing(r, l, l->targets[i]);
			all = false;
			continue;
		}
		first = first != 0 ? first : target;
		if (l->story != 0) {
			TRY(join_related(r, l, target));
			continue;
		}
		TRY(may_pin(r, l, target, &order, &pin));
		if (pin)
			pins[order.n++] = target;
	}
	if (l->story == 0)
		TRY(join_front(r, l, &order));
	/* Not marked: the next run looks again for what was missing. */
	if (all && first != 0)
		TRY(origin_put(ctx, r->st,
		    &(struct origin){ LINKS, l->key, digest, first }));
	return store_tx_commit(ctx, &tx);
}

enum err
links_take(struct run *r)
{
	for (const struct link *l = r->links; l != NULL; l = l->next) {
		enum err err = join(r, l);

		if (err == ERR_IO || err == ERR_BUSY)
			return err;
		if (err != ERR_OK)
			report_note(r, l->name, ctx_why(r->ctx));
		arena_reset(r->ctx->arena);
		if (!run_goes_on(r))
			break;
	}
	return ERR_OK;
}
