/* SPDX-License-Identifier: MIT */
/* Files read before their turn, some at a time. */

#include "exchange/ahead.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "exchange/aside.h"

enum {
	CHUNK_FILES = 8,       /* read by one job */
	CHUNK_BYTES = 1 << 20, /* after which the rest of it must wait */
	CHUNK_ARENA = 384 << 10,
	CHUNKS = 96, /* read, being read, given and not released */
	GIVEN = 40,  /* of them: given; the others go on being read */
	GIVEN_BYTES = 16 << 20,
	AHEAD_BYTES = 48 << 20, /* of all that is read, at the most */
};

struct chunk {
	struct ahead *ahead;
	struct aside_job job;
	struct arena *arena;
	struct ahead_file files[CHUNK_FILES];
	size_t n;
	size_t used; /* bytes; 0: it is not read yet, or by its reader */
};

struct ahead {
	struct run *run;
	const struct source_list *list;
	struct chunk chunks[CHUNKS];   /* a ring */
	size_t released, given, begun; /* chunks, counted from the first */
	size_t file;		       /* of the chunk that is being given */
	size_t next;		       /* of the list: not begun yet */
	atomic_size_t bytes;	       /* of chunks that are read */
	atomic_bool unchanged;
};

static struct chunk *
chunk_at(struct ahead *a, size_t i)
{
	return &a->chunks[i % CHUNKS];
}

static void
read_file(struct ahead *a, struct arena *arena, struct ahead_file *f)
{
	struct ctx ctx;

	ctx_init(&ctx, arena, NULL);
	f->err = source_read(&ctx, f->src, &f->bytes);
	if (f->err == ERR_OK && f->bytes.n == 0)
		f->err = FAIL(&ctx, ERR_INVALID, "the file is empty");
	if (f->err == ERR_OK) {
		f->format = format_of(a->run->opts, f->src, f->bytes);
		if (f->format->read != NULL)
			f->err = f->format->read(&ctx, a->run->opts, f->src,
			    f->bytes, !atomic_load(&a->unchanged), &f->data);
	}
	if (f->err != ERR_OK)
		f->why = str_cstr(arena, str_c(ctx_why(&ctx)));
	f->read = true;
}

/*
 * Large files are left to whoever asks for them: no more than a few of them
 * are in memory at a time.
 */
static void
read_chunk(void *arg)
{
	struct chunk *c = arg;
	struct ahead *a = c->ahead;

	/* Here, since its first pages are the slow ones: base/heap.h. */
	if (c->arena == NULL)
		c->arena = arena_new(CHUNK_ARENA);
	for (size_t i = 0; i < c->n; i++) {
		if (arena_used(c->arena) > CHUNK_BYTES ||
		    atomic_load(&a->bytes) > AHEAD_BYTES)
			break;
		read_file(a, c->arena, &c->files[i]);
	}
	c->used = arena_used(c->arena);
	atomic_fetch_add(&a->bytes, c->used);
}

static void
begin(struct ahead *a)
{
	while (a->next < a->list->n && a->begun - a->released < CHUNKS) {
		struct chunk *c = chunk_at(a, a->begun++);

		c->ahead = a;
		c->n = 0;
		while (c->n < CHUNK_FILES && a->next < a->list->n)
			c->files[c->n++] = (struct ahead_file){
				.src = &a->list->v[a->next++],
			};
		c->job = (struct aside_job){ .run = read_chunk, .arg = c };
		aside_start(a->run->aside, &c->job);
		/* On one thread nothing is gained by reading far ahead. */
		if (a->run->aside == NULL)
			break;
	}
}

struct ahead *
ahead_new(struct run *r, const struct source_list *list)
{
	struct ahead *a = ARENA_NEW(r->all, struct ahead);

	a->run = r;
	a->list = list;
	begin(a);
	return a;
}

void
ahead_free(struct ahead *a)
{
	for (size_t i = a->given; i < a->begun; i++)
		aside_wait(a->run->aside, &chunk_at(a, i)->job);
	for (size_t i = 0; i < CHUNKS; i++)
		arena_free(a->chunks[i].arena);
}

struct ahead_file *
ahead_next(struct ahead *a)
{
	struct chunk *c = NULL;
	struct ahead_file *f = NULL;

	if (a->given == a->begun)
		begin(a);
	if (a->given == a->begun)
		return NULL;
	c = chunk_at(a, a->given);
	if (a->file == 0)
		aside_wait(a->run->aside, &c->job);
	f = &c->files[a->file++];
	if (a->file == c->n) {
		a->file = 0;
		a->given++;
	}
	if (!f->read)
		read_file(a, c->arena, f);
	return f;
}

void
ahead_release(struct ahead *a)
{
	/* The one that is being given still has files to give. */
	for (; a->released < a->given; a->released++) {
		struct chunk *c = chunk_at(a, a->released);

		atomic_fetch_sub(&a->bytes, c->used);
		arena_reset(c->arena);
	}
	begin(a);
}

bool
ahead_is_full(const struct ahead *a)
{
	size_t held = 0;

	for (size_t i = a->released; i < a->given; i++)
		held += arena_used(a->chunks[i % CHUNKS].arena);
	return a->given - a->released >= GIVEN || held > GIVEN_BYTES;
}

void
ahead_expect(struct ahead *a, bool unchanged)
{
	atomic_store(&a->unchanged, unchanged);
}
