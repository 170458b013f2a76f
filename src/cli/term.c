/* SPDX-License-Identifier: MIT */
/* masthead tag …, masthead author … */

#include "cli/noun.h"
#include "markup/slug.h"
#include "newsroom/list.h"

enum {
	NAME = 100, /* bytes of a name in a sentence */
	PAGE = 50,  /* lines, unless --limit says otherwise */
	PAGE_MAX = 1000,
	COUNTED = 1000, /* so many stories, or more */
};

static const char *
word_of(int kind)
{
	return kind == RANGE_TAG ? "tag" : "author";
}

/* ---- which ---- */

static enum err
by_slug(struct run *run, int kind, const struct edition *e, struct str slug,
    const struct term **out)
{
	return kind == RANGE_TAG
		   ? tag_by_slug(run->ctx, run->store, e->id, slug, out)
		   : author_by_slug(run->ctx, run->store, e->id, slug, out);
}

static enum err
find(struct run *run, int kind, const struct edition *e, struct str slug,
    const struct term **out)
{
	TRY(by_slug(run, kind, e, slug, out));
	if (*out == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no %s \"%.*s\" in edition %.*s; `masthead %s "
		    "list` finds them by their beginning",
		    word_of(kind), STR_FMT(utf8_head(slug, NAME)),
		    STR_FMT(e->code), word_of(kind));
	return noun_present(run->ctx, word_of(kind), slug, (*out)->slug);
}

/* ---- list ---- */

static void
put_line(struct run *run, int kind, const struct term_counted *t)
{
	const char *more = t->stories >= COUNTED ? "+" : " ";

	if (!run->args->json) {
		fprintf(run->out, "%5" PRId64 "%s  %-32.*s  %.*s\n", t->stories,
		    more, STR_FMT(t->term.slug), STR_FMT(t->term.title));
		return;
	}
	json_int(run->out, true, "id", t->term.id);
	json_text(run->out, false, "slug", t->term.slug);
	json_text(run->out, false, kind == RANGE_TAG ? "title" : "name",
	    t->term.title);
	json_text(run->out, false, "standfirst", t->term.standfirst);
	json_int(run->out, false, "stories", t->stories);
	fprintf(run->out, "}");
}

/* What was typed may be the beginning of a title: "Har" finds "harbour". */
static enum err
beginning(struct run *run, const struct edition *e, struct str *out)
{
	*out = (struct str){ 0 };
	if (run->args->words_n == 0 || run->args->words[0].n == 0)
		return ERR_OK;
	*out = run->args->words[0];
	if (utf8_length(*out) > SLUG_MAX || !utf8_is_line(*out))
		return FAIL(run->ctx, ERR_INVALID,
		    "a beginning is one line of at most %d characters",
		    SLUG_MAX);
	return slug_make(run->ctx, *out, e->lang, out);
}

static enum err
list(struct run *run, int kind)
{
	struct term_query q = {
		.kind = kind,
		.after = args_value(run->args, "after"),
		.n = (size_t)noun_limit(run, PAGE, PAGE_MAX),
	};
	const struct edition *e = NULL;
	const struct term_counted *t = NULL;
	size_t n = 0;
	bool first = true;

	TRY(noun_edition(run, &e));
	q.edition = e->id;
	TRY(beginning(run, e, &q.beginning));
	TRY(term_page(run->ctx, run->store, &q, &t, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json)
			noun_item(run->out, &first);
		put_line(run, kind, &t[i]);
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (n == 0)
		fprintf(run->out, "None.\n");
	else if (n == q.n)
		fprintf(run->out, "Perhaps more: --after %.*s\n",
		    STR_FMT(t[n - 1].term.slug));
	return ERR_OK;
}

/* ---- add, set ---- */

static enum err
put(struct run *run, int kind, const struct term *in, const char *done)
{
	const struct term *t = NULL;
	int64_t id = 0;

	if (kind == RANGE_TAG) {
		TRY(tag_put(run->ctx, run->store, in, &id));
		TRY(tag_by_id(run->ctx, run->store, id, &t));
	} else {
		TRY(author_put(run->ctx, run->store, in, &id));
		TRY(author_by_id(run->ctx, run->store, id, &t));
	}
	if (!run->args->json) {
		fprintf(run->out, "The %s %.*s %s: %.*s\n", word_of(kind),
		    STR_FMT(t->slug), done, STR_FMT(t->title));
		return ERR_OK;
	}
	fprintf(run->out, "{");
	json_int(run->out, true, "id", t->id);
	json_text(run->out, false, "slug", t->slug);
	json_text(
	    run->out, false, kind == RANGE_TAG ? "title" : "name", t->title);
	json_text(run->out, false, "standfirst", t->standfirst);
	fprintf(run->out, "}\n");
	return ERR_OK;
}

static enum err
add(struct run *run, int kind)
{
	struct term in = {
		.title = run->args->words[0],
		.slug = args_value(run->args, "slug"),
		.standfirst = args_value(run->args, "standfirst"),
	};
	const struct edition *e = NULL;
	const struct term *there = NULL;

	TRY(noun_edition(run, &e));
	in.edition = e->id;
	TRY(noun_slug(run->ctx, e, in.title, &in.slug));
	TRY(by_slug(run, kind, e, in.slug, &there));
	if (there != NULL)
		return noun_taken(
		    run->ctx, word_of(kind), in.slug, there->slug);
	return put(run, kind, &in, "is made");
}

static enum err
set(struct run *run, int kind)
{
	const struct edition *e = NULL;
	const struct term *there = NULL;
	struct term in = { 0 };

	TRY(noun_edition(run, &e));
	TRY(find(run, kind, e, run->args->words[0], &there));
	in = *there;
	noun_take(run, "slug", &in.slug);
	noun_take(run, kind == RANGE_TAG ? "title" : "name", &in.title);
	noun_take(run, "standfirst", &in.standfirst);
	TRY(noun_not_empty(run, "slug"));
	return put(run, kind, &in, "is changed");
}

/* ---- merge, remove ---- */

static enum err
merge(struct run *run, int kind)
{
	const struct edition *e = NULL;

	TRY(noun_edition(run, &e));
	return noun_merge(
	    run, kind, e, run->args->words[0], run->args->words[1]);
}

static enum err
remove_one(struct run *run, int kind)
{
	const struct edition *e = NULL;
	const struct term *t = NULL;

	TRY(noun_edition(run, &e));
	TRY(find(run, kind, e, run->args->words[0], &t));
	TRY(term_remove(run->ctx, run->store, kind, t->id));
	return noun_removed(run, word_of(kind), t->slug);
}

/* ---- the commands ---- */

#define COMMANDS(what, kind)                          \
	enum err run_##what##_list(struct run *run)   \
	{                                             \
		return list(run, kind);               \
	}                                             \
	enum err run_##what##_add(struct run *run)    \
	{                                             \
		return add(run, kind);                \
	}                                             \
	enum err run_##what##_set(struct run *run)    \
	{                                             \
		return set(run, kind);                \
	}                                             \
	enum err run_##what##_merge(struct run *run)  \
	{                                             \
		return merge(run, kind);              \
	}                                             \
	enum err run_##what##_remove(struct run *run) \
	{                                             \
		return remove_one(run, kind);         \
	}

COMMANDS(tag, RANGE_TAG)
COMMANDS(author, RANGE_AUTHOR)
