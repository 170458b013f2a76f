/* SPDX-License-Identifier: MIT */
/* The read API's addresses: /api/v1/… */

#include "site/own.h"

bool
api_asked(const struct visit *v)
{
	return str_starts(v->req->path, STR("/api/v1/"));
}

/* RFC 9457. */
enum err
api_problem(struct visit *v, enum err err, int status, struct page *out)
{
	struct page page = { .type = STR("application/problem+json") };
	bool ours = status >= 500;
	struct buf b;

	buf_init(&b, v->ctx->arena, 8192);
	buf_printf(&b, "{\"status\":%d,\"title\":\"", status);
	escape_json(&b, ours ? STR("The answer could not be made")
			: err == ERR_NOTFOUND ? STR("There is no such thing")
			: err == ERR_GONE     ? STR("It was taken down")
					  : STR("The question cannot be read"));
	BUF_LIT(&b, "\",\"detail\":\"");
	escape_json(&b, ours ? STR("The fault is ours and has been noted.")
			     : str_c(ctx_why(v->ctx)));
	BUF_LIT(&b, "\"}\n");
	TRY(buf_done(v->ctx, &b, &page.body));
	*out = page;
	return ERR_OK;
}

/* The edition of ?edition=, where it is given. */
static enum err
ask_edition_of(struct visit *v, struct answer *out)
{
	const struct page_ask_init in = visit_asks(v);
	struct str code = route_text(&v->match, "edition");

	out->store = true;
	out->open = true;
	/* The default edition is the one that is asked already. */
	if (code.n == 0 || str_eq(code, v->ask.edition->code))
		return ERR_OK;
	return page_ask_init(v->ctx, &in, code, &v->ask);
}

static size_t
limit(const struct visit *v)
{
	return (size_t)route_int(&v->match, "limit", API_LIMIT);
}

enum err
stories_api(struct visit *v, struct answer *out)
{
	static const struct {
		const char *name;
		enum range_kind kind;
	} kinds[] = {
		{ "section", RANGE_SECTION },
		{ "tag", RANGE_TAG },
		{ "author", RANGE_AUTHOR },
	};
	struct api_stories in = {
		.of = { .kind = RANGE_EDITION,
		    .before = route_text(&v->match, "before") },
		.limit = limit(v),
		.fields = route_text(&v->match, "fields"),
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct str slug = route_text(&v->match, kinds[i].name);

		if (slug.n == 0)
			continue;
		if (in.of.kind != RANGE_EDITION)
			return FAIL(v->ctx, ERR_INVALID,
			    "only one of section, tag and author can be "
			    "asked for at once");
		in.of.kind = kinds[i].kind;
		in.of.slug = slug;
	}
	TRY(ask_edition_of(v, out));
	return api_stories(v->ctx, &v->ask, &in, &out->page);
}

enum err
story_api(struct visit *v, struct answer *out)
{
	out->store = true;
	out->open = true;
	return api_story(v->ctx, &v->ask, route_int(&v->match, "id", 0),
	    route_text(&v->match, "fields"), &out->page);
}

static enum err
list(struct visit *v, bool of_section, struct answer *out)
{
	TRY(ask_edition_of(v, out));
	return api_list(v->ctx, &v->ask,
	    &(struct api_list){
		.of_section = of_section,
		.name = route_text(&v->match, "name"),
		.limit = limit(v),
		.fields = route_text(&v->match, "fields"),
	    },
	    &out->page);
}

enum err
list_api(struct visit *v, struct answer *out)
{
	return list(v, false, out);
}

enum err
section_list_api(struct visit *v, struct answer *out)
{
	return list(v, true, out);
}

enum err
search_api(struct visit *v, struct answer *out)
{
	TRY(ask_edition_of(v, out));
	out->rare = true;
	return api_search(v->ctx, &v->ask,
	    &(struct api_search){
		.of = {
		    .typed = route_text(&v->match, "q"),
		    .section = route_text(&v->match, "section"),
		    .year = route_int(&v->match, "year", 0),
		    .newest = route_int(&v->match, "sort", 0) == 1,
		    .before = route_int(&v->match, "before", 0),
		},
		.limit = limit(v),
		.fields = route_text(&v->match, "fields"),
	    },
	    &out->page);
}

enum err
sections_api(struct visit *v, struct answer *out)
{
	TRY(ask_edition_of(v, out));
	return api_sections(v->ctx, &v->ask, &out->page);
}

enum err
editions_api(struct visit *v, struct answer *out)
{
	out->store = true;
	out->open = true;
	return api_editions(v->ctx, &v->ask, &out->page);
}

enum err
description_api(struct visit *v, struct answer *out)
{
	out->store = true;
	out->open = true;
	return api_description(v->ctx, &v->ask, &out->page);
}
