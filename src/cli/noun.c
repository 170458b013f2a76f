/* SPDX-License-Identifier: MIT */
/* What the commands on the house's nouns have in common. */

#include "cli/noun.h"

#include "cli/when.h"
#include "markup/locale.h"
#include "markup/slug.h"
#include "newsroom/list.h"

enum { SHOWN_MAX = 60, DURATION_MAX = 3650 };

enum err
noun_edition(struct run *run, const struct edition **out)
{
	struct str code = args_value(run->args, "edition");

	TRY(edition_by_code(run->ctx, run->store, code, out));
	if (*out == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no edition \"%.*s\"; `masthead edition list` "
		    "shows them",
		    STR_FMT(utf8_head(code, SHOWN_MAX)));
	return ERR_OK;
}

/* "3h": seconds; 0: it is no duration. */
static int64_t
duration(struct str text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 } };
	int64_t n = 0;

	if (text.n < 2 || !str_int(str_sub(text, 0, text.n - 1), &n) || n < 1 ||
	    n > DURATION_MAX)
		return 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (text.p[text.n - 1] == units[i].unit)
			return n * units[i].seconds;
	return 0;
}

enum err
noun_until(struct ctx *ctx, struct str text, struct str zone, int64_t *out)
{
	int64_t seconds = duration(text);

	if (seconds == 0)
		return when_parse(ctx, text, zone, out);
	*out = ctx_now(ctx) + seconds;
	return ERR_OK;
}

enum err
noun_when(struct ctx *ctx, struct str zone, int64_t at, char out[WHEN_BYTES])
{
	struct wall_time w = { 0 };

	TRY(zone_from_utc(ctx, zone, at, &w));
	snprintf(out, WHEN_BYTES, "%04d-%02d-%02d %02d:%02d", w.year, w.month,
	    w.day, w.hour, w.minute);
	return ERR_OK;
}

void
noun_take(struct run *run, const char *option, struct str *out)
{
	if (args_given(run->args, option))
		*out = args_value(run->args, option);
}

int64_t
noun_limit(struct run *run, int64_t usual, int64_t most)
{
	int64_t limit = args_int(run->args, "limit", usual);

	return limit < most ? limit : most;
}

void
noun_item(FILE *out, bool *first)
{
	fprintf(out, *first ? "\n{" : ",\n{");
	*first = false;
}

enum err
noun_not_empty(struct run *run, const char *option)
{
	if (args_given(run->args, option) &&
	    str_trim(args_value(run->args, option)).n == 0)
		return FAIL(run->ctx, ERR_INVALID, "--%s is empty", option);
	return ERR_OK;
}

/* ---- sections, tags and authors ---- */

enum err
noun_slug(struct ctx *ctx, const struct edition *e, struct str title,
    struct str *slug)
{
	if (slug->n != 0)
		return ERR_OK;
	if (str_trim(title).n == 0)
		return FAIL(ctx, ERR_INVALID, "the name is empty");
	return slug_make(ctx, title, e->lang, slug);
}

enum err
noun_present(
    struct ctx *ctx, const char *what, struct str asked, struct str slug)
{
	if (str_eq(asked, slug))
		return ERR_OK;
	return FAIL(ctx, ERR_CONFLICT,
	    "\"%.*s\" is an old name of the %s \"%.*s\": say that if you mean "
	    "it",
	    STR_FMT(utf8_head(asked, SHOWN_MAX)), what, STR_FMT(slug));
}

enum err
noun_taken(struct ctx *ctx, const char *what, struct str asked, struct str slug)
{
	if (!str_eq(asked, slug))
		return FAIL(ctx, ERR_CONFLICT,
		    "\"%.*s\" is an old name of the %s \"%.*s\", whose "
		    "address it leads to: choose another with --slug",
		    STR_FMT(asked), what, STR_FMT(slug));
	return FAIL(ctx, ERR_CONFLICT,
	    "there is a %s \"%.*s\" already: `masthead %s set` changes it",
	    what, STR_FMT(slug), what);
}

struct one {
	int64_t id;
	struct str slug;
};

static enum err
find_one(struct run *run, int kind, const struct edition *e, struct str slug,
    struct one *out)
{
	const struct section *s = NULL;
	const struct term *t = NULL;

	if (kind == RANGE_SECTION)
		TRY(section_by_slug(run->ctx, run->store, e->id, slug, &s));
	else if (kind == RANGE_TAG)
		TRY(tag_by_slug(run->ctx, run->store, e->id, slug, &t));
	else
		TRY(author_by_slug(run->ctx, run->store, e->id, slug, &t));
	if (s == NULL && t == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no \"%.*s\" in edition %.*s",
		    STR_FMT(utf8_head(slug, SHOWN_MAX)), STR_FMT(e->code));
	*out = s != NULL ? (struct one){ s->id, s->slug }
			 : (struct one){ t->id, t->slug };
	return ERR_OK;
}

/* A batch in memory of its own: there may be thousands. */
static enum err
settle_some(struct run *run, int kind, int64_t id, size_t *moved)
{
	struct arena *arena = run->ctx->arena;
	struct arena *scratch = arena_new(0);
	enum err err = ERR_OK;

	run->ctx->arena = scratch;
	err = term_settle(run->ctx, run->store, kind, id, moved);
	run->ctx->arena = arena;
	arena_free(scratch);
	return err;
}

static enum err
settle(struct run *run, int kind, int64_t id, int64_t *total)
{
	size_t moved = 1;

	while (moved > 0) {
		if (run->host.cancelled != NULL &&
		    run->host.cancelled(run->host.arg))
			return FAIL(run->ctx, ERR_BUSY,
			    "interrupted: the same command again finishes it");
		TRY(settle_some(run, kind, id, &moved));
		*total += (int64_t)moved;
		if (run->host.yield != NULL)
			run->host.yield(run->host.arg);
	}
	return ERR_OK;
}

enum err
noun_merge(struct run *run, int kind, const struct edition *e, struct str from,
    struct str into)
{
	struct one a = { 0 };
	struct one b = { 0 };
	int64_t moved = 0;

	TRY(find_one(run, kind, e, from, &a));
	TRY(find_one(run, kind, e, into, &b));
	TRY(noun_present(run->ctx, "one", into, b.slug));
	if (str_eq(from, into))
		return FAIL(run->ctx, ERR_INVALID,
		    "\"%.*s\" cannot be merged into itself", STR_FMT(into));
	/* Merged already: what is left of it is done below. */
	if (a.id != b.id) {
		TRY(noun_present(run->ctx, "one", from, a.slug));
		TRY(term_merge(run->ctx, run->store,
		    &(struct term_merge){ kind, a.id, b.id }));
	}
	TRY(settle(run, kind, b.id, &moved));
	if (!run->args->json) {
		fprintf(run->out,
		    "%.*s is %.*s now; %" PRId64 " stories moved. Its address "
		    "leads there.\n",
		    STR_FMT(from), STR_FMT(into), moved);
		return ERR_OK;
	}
	fprintf(run->out, "{");
	json_text(run->out, true, "merged", from);
	json_text(run->out, false, "into", into);
	json_int(run->out, false, "stories", moved);
	fprintf(run->out, "}\n");
	return ERR_OK;
}

enum err
noun_removed(struct run *run, const char *what, struct str slug)
{
	if (run->args->json) {
		fprintf(run->out, "{");
		json_text(run->out, true, "removed", slug);
		fprintf(run->out, "}\n");
	} else {
		fprintf(
		    run->out, "The %s %.*s is gone.\n", what, STR_FMT(slug));
	}
	return ERR_OK;
}
