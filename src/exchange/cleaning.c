/* SPDX-License-Identifier: MIT */
/* Bodies made clean. */

#include "exchange/cleaning.h"

#include "markup/markdown.h"
#include "markup/plain.h"

static enum err
clean(struct ctx *ctx, struct cleaning *c)
{
	switch (c->format) {
	case BODY_HTML:
		return sanitise(
		    ctx, c->body, &sanitise_story, &c->html, &c->lost);
	case BODY_PLAIN:
		return plain_html(ctx, c->body, PLAIN_JOIN, &c->html);
	case BODY_MARKDOWN:
		return markdown_html(
		    ctx, c->body, &sanitise_story, &c->html, &c->lost);
	}
	return FAIL(ctx, ERR_INVALID, "the text has no known format");
}

static void
run(void *arg)
{
	struct cleaning *c = arg;
	struct ctx ctx;

	ctx_init(&ctx, c->arena, NULL);
	c->err = clean(&ctx, c);
	if (c->err != ERR_OK)
		c->why = str_dup(c->arena, str_c(ctx_why(&ctx)));
	else
		c->words = html_words(c->html);
}

struct cleaning *
cleaning_make(struct ctx *ctx, enum body_format format, struct str body)
{
	struct cleaning *c = ARENA_NEW(ctx->arena, struct cleaning);

	c->arena = ctx->arena;
	c->format = format;
	c->body = body;
	run(c);
	return c;
}

/* When the arena of whoever started it ends. */
static void
end(void *arg)
{
	struct cleaning *c = arg;

	cleaning_wait(c);
	arena_free(c->arena);
}

struct cleaning *
cleaning_start(struct ctx *ctx, struct aside *aside, enum body_format format,
    struct str body)
{
	struct cleaning *c = ARENA_NEW(ctx->arena, struct cleaning);

	c->aside = aside;
	c->arena = arena_new(2 * body.n + 4096);
	c->format = format;
	c->body = body;
	c->job = (struct aside_job){ .run = run, .arg = c };
	arena_defer(ctx->arena, end, c);
	aside_start(aside, &c->job);
	return c;
}

void
cleaning_wait(struct cleaning *c)
{
	if (c->aside != NULL)
		aside_wait(c->aside, &c->job);
}
