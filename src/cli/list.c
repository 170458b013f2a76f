/* SPDX-License-Identifier: MIT */
/* masthead list … */

#include "newsroom/list.h"

#include "cli/noun.h"

enum {
	SHOWN = 20, /* positions, unless --limit says otherwise */
	NAME = 100, /* bytes of a name in a sentence */
};

/* ---- which list ---- */

struct found {
	const struct edition *edition;
	const struct list *list;
};

static enum err
find(struct run *run, struct found *out)
{
	TRY(noun_edition(run, &out->edition));
	return list_by_code(run->ctx, run->store, out->edition->id,
	    run->args->words[0], &out->list);
}

static struct str
name_of(struct run *run, const struct list *l)
{
	return l->section == 0 ? l->code
			       : str_printf(run->ctx->arena, "section/%.*s",
				     STR_FMT(l->code));
}

/* "edition", "section/harbour" … "none". */
static enum err
rule_name(struct run *run, const struct list *l, struct str *out)
{
	struct arena *a = run->ctx->arena;
	const struct section *s = NULL;
	const struct term *t = NULL;

	*out = STR("none");
	switch (l->rest) {
	case RANGE_EDITION:
		*out = STR("edition");
		return ERR_OK;
	case RANGE_SECTION:
		TRY(section_by_id(run->ctx, run->store, l->rest_ref, &s));
		if (s != NULL)
			*out = str_printf(a, "section/%.*s", STR_FMT(s->slug));
		return ERR_OK;
	case RANGE_TAG:
		TRY(tag_by_id(run->ctx, run->store, l->rest_ref, &t));
		if (t != NULL)
			*out = str_printf(a, "tag/%.*s", STR_FMT(t->slug));
		return ERR_OK;
	case RANGE_AUTHOR:
		TRY(author_by_id(run->ctx, run->store, l->rest_ref, &t));
		if (t != NULL)
			*out = str_printf(a, "author/%.*s", STR_FMT(t->slug));
		return ERR_OK;
	default:
		return ERR_OK;
	}
}

/* ---- list list ---- */

enum err
run_list_list(struct run *run)
{
	const struct edition *e = NULL;
	const struct list *all = NULL;
	size_t n = 0;
	bool first = true;

	TRY(noun_edition(run, &e));
	TRY(list_all(run->ctx, run->store, e->id, &all, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		struct str name = name_of(run, &all[i]);
		const struct pin *pins = NULL;
		struct str rule = { 0 };
		size_t pins_n = 0;

		TRY(rule_name(run, &all[i], &rule));
		TRY(list_pins(run->ctx, run->store, all[i].id, &pins, &pins_n));
		if (!run->args->json) {
			fprintf(run->out, "%-28.*s%3zu pinned, then %.*s\n",
			    STR_FMT(name), pins_n, STR_FMT(rule));
			continue;
		}
		noun_item(run->out, &first);
		json_text(run->out, true, "name", name);
		json_text(run->out, false, "title", all[i].title);
		json_int(run->out, false, "version", all[i].version);
		json_int(run->out, false, "pinned", (int64_t)pins_n);
		json_text(run->out, false, "from", rule);
		json_int(run->out, false, "days", all[i].rest_days);
		fprintf(run->out, "}");
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	return ERR_OK;
}

/* ---- list show ---- */

struct board {
	struct found of;
	struct str rule;
	const struct teaser *stories;
	size_t n;
	const struct pin *pins;
	size_t pins_n;
};

static const struct pin *
pin_of(const struct board *b, int64_t story)
{
	for (size_t i = 0; i < b->pins_n; i++)
		if (b->pins[i].story == story)
			return &b->pins[i];
	return NULL;
}

/* Pinned, and not among those that readers see. */
static bool
is_hidden(const struct board *b, const struct pin *p)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->stories[i].id == p->story)
			return false;
	return true;
}

static enum err
read_board(struct run *run, struct board *b)
{
	struct seen *seen = ARENA_NEW(run->ctx->arena, struct seen);
	size_t n = (size_t)noun_limit(run, SHOWN, LIST_MAX);

	TRY(find(run, &b->of));
	TRY(rule_name(run, b->of.list, &b->rule));
	TRY(list_fill(
	    run->ctx, run->store, b->of.list, n, seen, &b->stories, &b->n));
	return list_pins(
	    run->ctx, run->store, b->of.list->id, &b->pins, &b->pins_n);
}

/* Who comes to stand there when the pin ends; 0: it has no end, or nobody. */
static enum err
who_follows(struct run *run, const struct board *b, size_t i, int64_t *story)
{
	const struct pin *pin = pin_of(b, b->stories[i].id);

	*story = 0;
	if (!b->stories[i].pinned || pin == NULL || pin->until == 0)
		return ERR_OK;
	return list_who(run->ctx, run->store, b->of.list, (int64_t)i + 1,
	    pin->until, story);
}

static enum err
put_place(struct run *run, const struct board *b, size_t i)
{
	const struct teaser *t = &b->stories[i];
	const struct pin *pin = t->pinned ? pin_of(b, t->id) : NULL;
	char until[WHEN_BYTES] = "";
	int64_t then = 0;

	TRY(who_follows(run, b, i, &then));
	if (pin != NULL && pin->until != 0)
		TRY(noun_when(
		    run->ctx, b->of.edition->zone, pin->until, until));
	fprintf(run->out, "%4zu  %8" PRId64 "  %-18s%.*s\n", i + 1, t->id,
	    pin == NULL	      ? ""
	    : pin->until == 0 ? "pinned"
			      : until,
	    STR_FMT(t->headline));
	if (then != 0)
		fprintf(run->out, "%4s  %8" PRId64 "  takes its place then\n",
		    "", then);
	return ERR_OK;
}

static enum err
show_text(struct run *run, const struct board *b)
{
	struct str name = name_of(run, b->of.list);

	fprintf(run->out,
	    "%.*s of edition %.*s, version %" PRId64 "\nBelow the pins: %.*s",
	    STR_FMT(name), STR_FMT(b->of.edition->code), b->of.list->version,
	    STR_FMT(b->rule));
	if (b->of.list->rest_days != 0)
		fprintf(
		    run->out, ", of %" PRId64 " days", b->of.list->rest_days);
	fprintf(run->out, "\n\n");
	for (size_t i = 0; i < b->n; i++)
		TRY(put_place(run, b, i));
	for (size_t i = 0; i < b->pins_n; i++)
		if (is_hidden(b, &b->pins[i]))
			fprintf(run->out,
			    "%4" PRId64 "  %8" PRId64
			    "  pinned, and not shown here now\n",
			    b->pins[i].position, b->pins[i].story);
	if (b->n == 0 && b->pins_n == 0)
		fprintf(run->out, "No story stands there.\n");
	return ERR_OK;
}

static enum err
json_place(struct run *run, const struct board *b, size_t i)
{
	const struct teaser *t = &b->stories[i];
	const struct pin *pin = t->pinned ? pin_of(b, t->id) : NULL;
	int64_t then = 0;

	TRY(who_follows(run, b, i, &then));
	json_int(run->out, true, "position", (int64_t)i + 1);
	json_int(run->out, false, "story", t->id);
	json_text(run->out, false, "headline", t->headline);
	fprintf(run->out, ", \"pinned\": %s", pin != NULL ? "true" : "false");
	json_time(run->out, false, "until", pin != NULL ? pin->until : 0);
	if (then != 0)
		json_int(run->out, false, "then", then);
	else
		fprintf(run->out, ", \"then\": null");
	fprintf(run->out, "}");
	return ERR_OK;
}

static enum err
show_json(struct run *run, const struct board *b)
{
	bool first = true;

	fprintf(run->out, "{");
	json_text(run->out, true, "name", name_of(run, b->of.list));
	json_text(run->out, false, "edition", b->of.edition->code);
	json_text(run->out, false, "title", b->of.list->title);
	json_int(run->out, false, "version", b->of.list->version);
	json_text(run->out, false, "from", b->rule);
	json_int(run->out, false, "days", b->of.list->rest_days);
	fprintf(run->out, ", \"places\": [");
	for (size_t i = 0; i < b->n; i++) {
		noun_item(run->out, &first);
		TRY(json_place(run, b, i));
	}
	first = true;
	fprintf(run->out, "], \"hidden\": [");
	for (size_t i = 0; i < b->pins_n; i++) {
		if (!is_hidden(b, &b->pins[i]))
			continue;
		noun_item(run->out, &first);
		json_int(run->out, true, "position", b->pins[i].position);
		json_int(run->out, false, "story", b->pins[i].story);
		json_time(run->out, false, "until", b->pins[i].until);
		fprintf(run->out, "}");
	}
	fprintf(run->out, "]}\n");
	return ERR_OK;
}

static enum err
show(struct run *run)
{
	struct board b = { 0 };

	TRY(read_board(run, &b));
	return run->args->json ? show_json(run, &b) : show_text(run, &b);
}

enum err
run_list_show(struct run *run)
{
	return show(run);
}

/* ---- arranging: each ends by showing what readers see now ---- */

enum err
run_list_pin(struct run *run)
{
	struct str until = args_value(run->args, "until");
	struct list_pin in = {
		.seen = args_int(run->args, "seen", 0),
		.position = args_int(run->args, "at", 1),
		.story = args_word_int(run->args, 1),
	};
	struct found f = { 0 };

	TRY(find(run, &f));
	in.list = f.list->id;
	if (until.n != 0)
		TRY(noun_until(run->ctx, until, f.edition->zone, &in.until));
	TRY(list_pin(run->ctx, run->store, &in));
	return show(run);
}

enum err
run_list_unpin(struct run *run)
{
	struct found f = { 0 };

	TRY(find(run, &f));
	TRY(list_unpin(run->ctx, run->store, f.list->id,
	    args_int(run->args, "seen", 0), args_word_int(run->args, 1)));
	return show(run);
}

enum err
run_list_order(struct run *run)
{
	size_t n = run->args->words_n - 1;
	int64_t *ids = ARENA_ARRAY(run->ctx->arena, n, int64_t);
	struct found f = { 0 };

	TRY(find(run, &f));
	for (size_t i = 0; i < n; i++)
		ids[i] = args_word_int(run->args, i + 1);
	TRY(list_order(run->ctx, run->store,
	    &(struct list_order){
		.list = f.list->id,
		.seen = args_int(run->args, "seen", 0),
		.stories = ids,
		.n = n,
		.only = args_given(run->args, "only"),
	    }));
	return show(run);
}

/* ---- rules, and lists by name ---- */

static enum err
no_such(struct run *run, const char *what, struct str slug)
{
	return FAIL(run->ctx, ERR_NOTFOUND,
	    "there is no %s \"%.*s\" in that edition", what,
	    STR_FMT(utf8_head(slug, NAME)));
}

static enum err
rule_from(struct run *run, const struct edition *e, struct str from,
    struct list_rule *out)
{
	struct str slug = { 0 };
	struct str what = str_cut(from, '/', &slug);
	const struct section *s = NULL;
	const struct term *t = NULL;

	if (str_eq(from, STR("none")))
		return ERR_OK;
	if (str_eq(from, STR("edition"))) {
		out->kind = RANGE_EDITION;
		out->ref = e->id;
		return ERR_OK;
	}
	if (str_eq(what, STR("section"))) {
		TRY(section_by_slug(run->ctx, run->store, e->id, slug, &s));
		if (s == NULL)
			return no_such(run, "section", slug);
		out->kind = RANGE_SECTION;
		out->ref = s->id;
		return ERR_OK;
	}
	if (str_eq(what, STR("tag"))) {
		TRY(tag_by_slug(run->ctx, run->store, e->id, slug, &t));
		out->kind = RANGE_TAG;
	} else {
		TRY(author_by_slug(run->ctx, run->store, e->id, slug, &t));
		out->kind = RANGE_AUTHOR;
	}
	if (t == NULL)
		return no_such(
		    run, out->kind == RANGE_TAG ? "tag" : "author", slug);
	out->ref = t->id;
	return ERR_OK;
}

enum err
run_list_rule(struct run *run)
{
	struct list_rule in = {
		.seen = args_int(run->args, "seen", 0),
		.days = args_int(run->args, "days", 0),
	};
	struct found f = { 0 };

	TRY(find(run, &f));
	in.list = f.list->id;
	if (args_given(run->args, "from")) {
		TRY(rule_from(
		    run, f.edition, args_value(run->args, "from"), &in));
	} else {
		in.kind = f.list->rest;
		in.ref = f.list->rest_ref;
	}
	TRY(list_set_rule(run->ctx, run->store, &in));
	return show(run);
}

enum err
run_list_add(struct run *run)
{
	struct str code = run->args->words[0];
	const struct edition *e = NULL;
	const struct list *l = NULL;
	enum err err = ERR_OK;

	TRY(noun_edition(run, &e));
	err = list_by_code(run->ctx, run->store, e->id, code, &l);
	if (err == ERR_OK)
		return FAIL(run->ctx, ERR_CONFLICT,
		    "there is a list \"%.*s\" already",
		    STR_FMT(utf8_head(code, NAME)));
	if (err != ERR_NOTFOUND)
		return err;
	TRY(list_named(run->ctx, run->store, e->id, code,
	    args_value(run->args, "title"), &l));
	return show(run);
}

enum err
run_list_remove(struct run *run)
{
	struct found f = { 0 };

	TRY(find(run, &f));
	TRY(list_remove(
	    run->ctx, run->store, f.list->id, args_int(run->args, "seen", 0)));
	return noun_removed(run, "list", f.list->code);
}
