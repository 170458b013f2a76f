/* SPDX-License-Identifier: MIT */
/* A captured page becomes a story, and its list stubs. */

#include "exchange/capture.h"
#include "exchange/run.h"
#include "markup/locale.h"
#include "newsroom/story.h"
#include "store/blob.h"

#define SYSTEM STR("capture")

struct captured {
	struct capture page;
	const struct edition *edition;
	int64_t at;
	struct str key;	   /* its date and headline, as captured */
	struct str digest; /* of its bytes and the zone they were read in */
	int64_t advisory;  /* id; 0: none */
	struct str label;  /* when it is not the house's spelling */
	struct str headline;
};

/* ---- the advisory before the colon ---- */

static bool
label_match(struct ctx *ctx, const struct advisory *v, size_t n,
    struct str prefix, int64_t *id)
{
	for (size_t i = 0; i < n; i++) {
		if (text_same(ctx->arena, v[i].label, prefix)) {
			*id = v[i].id;
			return true;
		}
	}
	return false;
}

/* Through the labels in the languages of all editions and of the house. */
static enum err
find_advisory(struct ctx *ctx, struct store *st, struct str prefix, int64_t *id)
{
	/* Every newsroom is founded with labels in these. */
	static const struct str founded[] = { STR_INIT("en"), STR_INIT("ar") };
	const struct edition *e = NULL;
	const struct advisory *v = NULL;
	size_t e_n = 0;
	size_t n = 0;

	*id = 0;
	TRY(edition_list(ctx, st, &e, &e_n));
	for (size_t i = 0; i < e_n; i++) {
		TRY(advisory_list(ctx, st, e[i].lang, &v, &n));
		if (label_match(ctx, v, n, prefix, id))
			return ERR_OK;
	}
	for (size_t i = 0; i < sizeof founded / sizeof *founded; i++) {
		TRY(advisory_list(ctx, st, founded[i], &v, &n));
		if (label_match(ctx, v, n, prefix, id))
			return ERR_OK;
	}
	return ERR_OK;
}

/* The label only when the house, in that language, spells it otherwise. */
static enum err
own_spelling(
    struct ctx *ctx, struct store *st, struct captured *c, struct str prefix)
{
	const struct advisory *v = NULL;
	size_t n = 0;

	TRY(advisory_list(ctx, st, c->edition->lang, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (v[i].id == c->advisory && !str_eq(v[i].label, prefix))
			c->label = prefix;
	}
	return ERR_OK;
}

static enum err
split_headline(struct ctx *ctx, struct store *st, struct captured *c)
{
	struct str rest = { 0 };
	struct str prefix = str_trim(str_cut(c->page.headline, ':', &rest));

	c->headline = c->page.headline;
	if (str_find_char(c->page.headline, ':', 0) == SIZE_MAX ||
	    prefix.n == 0 || utf8_length(prefix) > STORY_LINE_MAX)
		return ERR_OK;
	TRY(find_advisory(ctx, st, prefix, &c->advisory));
	if (c->advisory == 0)
		return ERR_OK;
	c->headline = str_trim(rest);
	if (c->headline.n == 0)
		return FAIL(ctx, ERR_INVALID,
		    "its headline is nothing but the advisory “%s”",
		    text_quote(ctx->arena, prefix));
	return own_spelling(ctx, st, c, prefix);
}

/* ---- preparing ---- */

static void
tell_changes(struct run *r, struct taking *t, const struct capture *p)
{
	if (!p->has_list)
		taking_note(r, t, "it has no list of related stories");
	if (p->paragraphs == 0)
		taking_note(r, t, "it has no text below its date");
	if (p->tags != 0)
		taking_note(r, t,
		    "%zu times something like an HTML tag stands in its text; "
		    "it was kept as text",
		    p->tags);
	if (p->trailer.n != 0)
		taking_note(r, t,
		    "%zu bytes after the list were left out: “%s”",
		    p->trailer.n, text_quote(r->ctx->arena, p->trailer));
	if (p->extra != 0)
		taking_note(r, t,
		    "%zu fields of its list are unknown and were left out",
		    p->extra);
	if (p->unordered)
		taking_note(r, t,
		    "the entries of its list did not stand in the order of "
		    "their sort; they do now");
}

static enum err
capture_prepare(struct run *r, const struct source *src, struct str bytes,
    struct taking *t, void **out)
{
	struct ctx *ctx = r->ctx;
	struct captured *c = ARENA_NEW(ctx->arena, struct captured);
	struct str zone = { 0 };

	(void)src;
	TRY(capture_parse(ctx, bytes, &c->page));
	TRY(run_edition(r, STR(""), &c->edition));
	zone = run_zone(r, c->edition);
	if (date_parse(ctx, c->page.date, zone, &c->at) != ERR_OK)
		return FAIL(ctx, ERR_INVALID,
		    "its date is written in no way that is known here: “%s”; "
		    "one that is: Fri Nov 18, 2016 14:53:43",
		    text_quote(ctx->arena, c->page.date));
	c->key = str_printf(ctx->arena, "%.*s %.*s", STR_FMT(c->page.date),
	    STR_FMT(c->page.headline));
	c->digest = digest_hex(ctx->arena, str_printf(ctx->arena, "%.*s\n%.*s",
					       STR_FMT(zone), STR_FMT(bytes)));
	tell_changes(r, t, &c->page);
	*out = c;
	return ERR_OK;
}

/* ---- taking ---- */

static bool
names_id(const struct capture *p, int64_t id)
{
	for (size_t i = 0; i < p->items_n; i++) {
		if (p->items[i].id == id)
			return true;
	}
	return false;
}

/* Above every id in use or named here; see CAPTURE_ID_FIRST. */
static enum err
free_id(struct run *r, const struct capture *p, int64_t *out)
{
	const struct story *top = NULL;
	size_t n = 0;
	int64_t id = CAPTURE_ID_FIRST;

	TRY(story_list(r->ctx, r->st,
	    &(struct story_query){ .before = 0, .any_state = true, .n = 1 },
	    &top, &n));
	if (n != 0 && top[0].id >= id)
		id = top[0].id + 1;
	for (size_t i = 0; i < p->items_n; i++) {
		if (p->items[i].id >= id)
			id = p->items[i].id + 1;
	}
	*out = id;
	return ERR_OK;
}

/* What it was taken as before; *was stays NULL when it is new. */
static enum err
find_old(struct run *r, const struct captured *c, const struct story **was,
    bool *same)
{
	struct ctx *ctx = r->ctx;
	const struct origin *o = NULL;

	TRY(origin_find(ctx, r->st, SYSTEM, c->key, &o));
	if (o == NULL)
		return ERR_OK;
	if (r->opts->id != 0 && r->opts->id != o->story)
		return FAIL(ctx, ERR_CONFLICT,
		    "it was taken before as story %" PRId64
		    " and cannot also be story %" PRId64,
		    o->story, r->opts->id);
	TRY(story_by_id(ctx, r->st, o->story, was));
	if (*was != NULL && (*was)->edition != c->edition->id)
		return FAIL(ctx, ERR_CONFLICT,
		    "it was taken before as story %" PRId64
		    ", which belongs to another edition",
		    o->story);
	*same = str_eq(o->digest, c->digest);
	return ERR_OK;
}

static enum err
choose_id(struct run *r, const struct captured *c, int64_t *id)
{
	*id = r->opts->id;
	if (*id == 0)
		return free_id(r, &c->page, id);
	if (names_id(&c->page, *id))
		return FAIL(r->ctx, ERR_CONFLICT,
		    "its own list names story %" PRId64
		    ": a story is not related to itself",
		    *id);
	return ERR_OK;
}

static enum err
save(struct run *r, const struct captured *c, const struct story *was,
    struct story_saved *out)
{
	struct story_save in = {
		.person = r->opts->person,
		.edition = c->edition->id,
		.text = {
			.advisory = c->advisory,
			.advisory_label = c->label,
			.headline = c->headline,
			.signoff = c->page.signoff,
			.desk = c->page.desk,
			.format = BODY_PLAIN,
			.body = c->page.body,
		},
	};

	if (was != NULL) {
		in.id = was->id;
		in.seen = was->version;
	} else {
		TRY(choose_id(r, c, &in.want_id));
	}
	return story_save(r->ctx, r->st, &in, out);
}

static enum err
show(struct run *r, const struct captured *c, const struct story *was,
    const struct story_saved *saved, struct taking *t)
{
	/* Who took it from readers did so on purpose. */
	if (was != NULL && was->state == STORY_WITHDRAWN) {
		taking_note(r, t,
		    "story %" PRId64
		    " is withdrawn and stays so; the newer text waits",
		    was->id);
		return ERR_OK;
	}
	return story_publish(r->ctx, r->st,
	    &(struct story_publish){
		.id = saved->id,
		.rev = saved->rev,
		.at = c->at,
		.person = r->opts->person,
		.search_later = true,
	    });
}

static enum err
capture_take(
    struct run *r, const struct source *src, void *prepared, struct taking *t)
{
	struct captured *c = prepared;
	struct story_saved saved = { 0 };
	const struct story *was = NULL;
	struct ctx *ctx = r->ctx;
	bool same = false;
	size_t added = 0;

	(void)src;
	TRY(find_old(r, c, &was, &same));
	if (same) {
		*t = (struct taking){
			.what = IMPORT_UNCHANGED,
			.story = was->id,
		};
		return ERR_OK;
	}
	TRY(split_headline(ctx, r->st, c));
	TRY(save(r, c, was, &saved));
	TRY(show(r, c, was, &saved, t));
	TRY(related_add(
	    ctx, r->st, saved.id, c->page.items, c->page.items_n, &added));
	TRY(origin_put(ctx, r->st,
	    &(struct origin){
		.system = SYSTEM,
		.name = c->key,
		.digest = c->digest,
		.story = saved.id,
	    }));
	t->what = was != NULL ? IMPORT_UPDATED : IMPORT_TAKEN;
	t->story = saved.id;
	return ERR_OK;
}

const struct import_format import_capture = {
	.name = "capture",
	.prepare = capture_prepare,
	.take = capture_take,
};
