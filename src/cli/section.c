/* SPDX-License-Identifier: MIT */
/* masthead section … */

#include "cli/noun.h"
#include "newsroom/list.h"

enum { NAME = 100 }; /* bytes of a name in a sentence */

/* ---- which ---- */

static enum err
find(struct run *run, const struct edition *e, struct str slug,
    const struct section **out)
{
	TRY(section_by_slug(run->ctx, run->store, e->id, slug, out));
	if (*out == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no section \"%.*s\" in edition %.*s; `masthead "
		    "section list` shows them",
		    STR_FMT(utf8_head(slug, NAME)), STR_FMT(e->code));
	return noun_present(run->ctx, "section", slug, (*out)->slug);
}

static void
put_json(struct run *run, const struct section *s)
{
	json_int(run->out, true, "id", s->id);
	json_text(run->out, false, "slug", s->slug);
	json_text(run->out, false, "title", s->title);
	json_text(run->out, false, "standfirst", s->standfirst);
	json_int(run->out, false, "position", s->position);
	fprintf(run->out, "}");
}

static enum err
tell(struct run *run, int64_t id, const char *done)
{
	const struct section *s = NULL;

	TRY(section_by_id(run->ctx, run->store, id, &s));
	if (run->args->json) {
		fprintf(run->out, "{");
		put_json(run, s);
		fprintf(run->out, "\n");
	} else {
		fprintf(run->out, "The section %.*s %s: %.*s\n",
		    STR_FMT(s->slug), done, STR_FMT(s->title));
	}
	return ERR_OK;
}

/* ---- the commands ---- */

enum err
run_section_list(struct run *run)
{
	const struct edition *e = NULL;
	const struct section *s = NULL;
	size_t n = 0;
	bool first = true;

	TRY(noun_edition(run, &e));
	TRY(section_list(run->ctx, run->store, e->id, &s, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json) {
			noun_item(run->out, &first);
			put_json(run, &s[i]);
		} else {
			fprintf(run->out, "%3zu  %-24.*s  %.*s\n", i + 1,
			    STR_FMT(s[i].slug), STR_FMT(s[i].title));
		}
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (n == 0)
		fprintf(run->out, "No section yet. `masthead section add` "
				  "makes one.\n");
	return ERR_OK;
}

enum err
run_section_add(struct run *run)
{
	const struct edition *e = NULL;
	const struct section *all = NULL;
	const struct section *made = NULL;
	struct section in = {
		.title = run->args->words[0],
		.slug = args_value(run->args, "slug"),
		.standfirst = args_value(run->args, "standfirst"),
	};
	int64_t id = 0;
	size_t n = 0;

	TRY(noun_edition(run, &e));
	in.edition = e->id;
	TRY(section_list(run->ctx, run->store, e->id, &all, &n));
	in.position = n > 0 ? all[n - 1].position + 1 : 1;
	TRY(noun_slug(run->ctx, e, in.title, &in.slug));
	TRY(section_by_slug(run->ctx, run->store, e->id, in.slug, &made));
	if (made != NULL)
		return noun_taken(run->ctx, "section", in.slug, made->slug);
	TRY(section_put(run->ctx, run->store, &in, &id));
	return tell(run, id, "is made");
}

enum err
run_section_set(struct run *run)
{
	const struct edition *e = NULL;
	const struct section *there = NULL;
	struct section in = { 0 };
	int64_t id = 0;

	TRY(noun_edition(run, &e));
	TRY(find(run, e, run->args->words[0], &there));
	in = *there;
	noun_take(run, "slug", &in.slug);
	noun_take(run, "title", &in.title);
	noun_take(run, "standfirst", &in.standfirst);
	TRY(noun_not_empty(run, "slug"));
	TRY(section_put(run->ctx, run->store, &in, &id));
	return tell(run, id, "is changed");
}

enum err
run_section_order(struct run *run)
{
	int64_t *ids =
	    ARENA_ARRAY(run->ctx->arena, run->args->words_n, int64_t);
	struct section_order in = {
		.sections = ids,
		.n = run->args->words_n,
	};
	const struct edition *e = NULL;

	TRY(noun_edition(run, &e));
	in.edition = e->id;
	for (size_t i = 0; i < in.n; i++) {
		const struct section *s = NULL;

		TRY(find(run, e, run->args->words[i], &s));
		for (size_t k = 0; k < i; k++)
			if (ids[k] == s->id)
				return FAIL(run->ctx, ERR_INVALID,
				    "the section \"%.*s\" is named twice",
				    STR_FMT(s->slug));
		ids[i] = s->id;
	}
	TRY(section_order(run->ctx, run->store, &in));
	return run_section_list(run);
}

enum err
run_section_remove(struct run *run)
{
	struct str into = args_value(run->args, "into");
	const struct edition *e = NULL;
	const struct section *s = NULL;

	TRY(noun_edition(run, &e));
	if (args_given(run->args, "into"))
		return noun_merge(
		    run, RANGE_SECTION, e, run->args->words[0], into);
	TRY(find(run, e, run->args->words[0], &s));
	TRY(term_remove(run->ctx, run->store, RANGE_SECTION, s->id));
	return noun_removed(run, "section", s->slug);
}
