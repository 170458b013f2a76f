/* SPDX-License-Identifier: MIT */
/* What stands around every page, read once for each change. */

#include <stdlib.h>

#include "pages/part.h"

struct sections {
	bool known;
	const struct section *v;
	size_t n;
};

/*
 * Tags by the lowest bits of their ids.  Whoever comes first keeps the place:
 * the arena must not grow while nothing changes.
 */
enum { TAGS_KEPT = 2048 };

struct kept_tag {
	int64_t id; /* 0: nobody is here */
	const struct term *term;
};

struct standing {
	struct arena *arena;
	int64_t change;
	const struct house *house; /* NULL: nothing was read yet */
	const struct edition *editions;
	size_t editions_n;
	struct sections *sections; /* of each edition, read when first asked */
	struct kept_tag *tags;	   /* NULL: none was asked for yet */
};

struct standing *
standing_new(void)
{
	struct standing *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	s->arena = arena_new(0);
	return s;
}

void
standing_free(struct standing *s)
{
	if (s == NULL)
		return;
	arena_free(s->arena);
	free(s);
}

static enum err
read_all(struct ctx *ctx, struct store *st, struct standing *s)
{
	const struct house *house = NULL;

	TRY(house_get(ctx, st, &house));
	TRY(edition_list(ctx, st, &s->editions, &s->editions_n));
	s->sections = ARENA_ARRAY(ctx->arena, s->editions_n, struct sections);
	s->house = house;
	return ERR_OK;
}

enum err
ask_standing(struct ctx *ctx, struct page_ask *ask)
{
	struct arena *callers = ctx->arena;
	struct standing *s = ask->standing;
	enum err err = ERR_OK;

	if (s == NULL) {
		TRY(house_get(ctx, ask->st, &ask->house));
		return edition_list(
		    ctx, ask->st, &ask->editions, &ask->editions_n);
	}
	if (s->house == NULL || s->change != ask->change) {
		arena_reset(s->arena);
		s->house = NULL;
		s->tags = NULL;
		s->change = ask->change;
		ctx->arena = s->arena;
		err = read_all(ctx, ask->st, s);
		ctx->arena = callers;
		TRY(err);
	}
	ask->house = s->house;
	ask->editions = s->editions;
	ask->editions_n = s->editions_n;
	return ERR_OK;
}

enum err
ask_sections(struct ctx *ctx, const struct page_ask *ask,
    const struct section **out, size_t *n)
{
	struct arena *callers = ctx->arena;
	struct standing *s = ask->standing;
	struct sections *own = NULL;
	enum err err = ERR_OK;

	if (s == NULL)
		return section_list(ctx, ask->st, ask->edition->id, out, n);
	own = &s->sections[ask->edition - ask->editions];
	if (!own->known) {
		ctx->arena = s->arena;
		err = section_list(
		    ctx, ask->st, ask->edition->id, &own->v, &own->n);
		ctx->arena = callers;
		TRY(err);
		own->known = true;
	}
	*out = own->v;
	*n = own->n;
	return ERR_OK;
}

enum err
ask_tag(struct ctx *ctx, const struct page_ask *ask, int64_t id,
    const struct term **out)
{
	struct arena *callers = ctx->arena;
	struct standing *s = ask->standing;
	struct kept_tag *kept = NULL;
	enum err err = ERR_OK;

	if (s == NULL)
		return tag_by_id(ctx, ask->st, id, out);
	if (s->tags == NULL)
		s->tags = ARENA_ARRAY(s->arena, TAGS_KEPT, struct kept_tag);
	kept = &s->tags[id % TAGS_KEPT];
	if (kept->id == 0) {
		ctx->arena = s->arena;
		err = tag_by_id(ctx, ask->st, id, &kept->term);
		ctx->arena = callers;
		TRY(err);
		kept->id = id;
	} else if (kept->id != id) {
		return tag_by_id(ctx, ask->st, id, out);
	}
	*out = kept->term;
	return ERR_OK;
}
