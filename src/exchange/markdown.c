/* SPDX-License-Identifier: MIT */
/* A Markdown file with front matter becomes a story. */

#include "exchange/ahead.h"
#include "exchange/cleaning.h"
#include "exchange/crosslink.h"
#include "exchange/front.h"
#include "exchange/html_indent.h"
#include "exchange/known.h"
#include "exchange/picture.h"
#include "exchange/profile.h"
#include "exchange/run.h"
#include "markup/locale.h"
#include "markup/markdown.h"
#include "markup/plain.h"
#include "markup/slug.h"
#include "newsroom/story.h"
#include "store/blob.h"

#define SYSTEM STR("markdown")

struct piece {
	struct front f;
	const struct edition *edition;
	struct str key;
	struct str digest;
	const struct story *was; /* NULL: new */
	bool same;
	bool profile;	     /* an author, a topic: no story */
	struct str old_slug; /* as the file has it */
	int64_t at;	     /* 0: it has no date */
	int64_t translates;  /* story; 0: none */
	struct asset picture;
	bool has_picture;
	int64_t *correction_at;
	struct shortcode_report codes; /* of the body */
	struct cleaning *body;	       /* NULL: not begun */
	struct taking after; /* notes that come after those of the body */
};

/* ---- who is it ---- */

/* Is the story of that name this one, rather than another's namesake? */
static bool
is_same_story(const struct piece *p, const struct story *s)
{
	return str_eq(s->headline, p->f.title) || s->live_at == p->at ||
	       (p->f.slug.n != 0 && str_eq(s->slug, p->f.slug));
}

/* The last n parts of a path. */
static struct str
last_parts(struct str path, int n)
{
	size_t at = path.n;

	while (at > 0 && n > 0) {
		at--;
		if (path.p[at] == '/' && --n == 0)
			return str_from(path, at + 1);
	}
	return path.n != 0 && path.p[0] == '/' ? str_from(path, 1) : path;
}

static enum err
look_up(struct run *r, struct piece *p, struct str key)
{
	const struct origin *o = NULL;

	TRY(origin_find(r->ctx, r->st, SYSTEM, key, &o));
	if (o == NULL)
		return ERR_OK;
	if (str_eq(o->digest, RESERVED_DIGEST))
		return ERR_OK;
	TRY(story_by_id(r->ctx, r->st, o->story, &p->was));
	p->same = str_eq(o->digest, p->digest);
	p->key = key;
	return ERR_OK;
}

/*
 * A file of a folder is called by the folder's name and its path.  One that
 * comes alone may have come in a folder before: look for that first.
 */
static enum err
identify(struct run *r, const struct source *src, struct piece *p)
{
	struct ctx *ctx = r->ctx;

	for (int n = 6; !src->in_folder && n >= 2 && p->was == NULL; n--) {
		TRY(look_up(r, p, last_parts(src->key, n)));
		if (p->was != NULL && !p->same && !is_same_story(p, p->was))
			p->was = NULL;
	}
	if (p->was != NULL)
		return ERR_OK;
	p->same = false;
	p->key = src->in_folder ? src->key : last_parts(src->key, 2);
	TRY(look_up(r, p, p->key));
	if (p->was == NULL || p->same || is_same_story(p, p->was))
		return ERR_OK;
	return FAIL(ctx, ERR_CONFLICT,
	    "a file of that name was taken before as story %" PRId64
	    " (“%s”), and this one shares neither title, slug nor date with "
	    "it: rename the file or its folder",
	    p->was->id, text_quote(ctx->arena, p->was->headline));
}

/* ---- preparing ---- */

static enum err
choose_edition(struct run *r, struct taking *t, struct piece *p)
{
	struct ctx *ctx = r->ctx;
	struct str code = p->f.edition;
	const struct edition *e = NULL;

	if (p->f.lang.n != 0 && !lang_valid(p->f.lang))
		return FAIL(ctx, ERR_INVALID, "“%s” is no language tag",
		    text_quote(ctx->arena, p->f.lang));
	if (code.n == 0 && p->f.lang.n != 0) {
		TRY(edition_by_code(ctx, r->st, p->f.lang, &e));
		if (e != NULL)
			code = p->f.lang;
	}
	TRY(run_edition(r, code, &p->edition));
	if (p->f.lang.n != 0 && !str_eq(p->f.lang, p->edition->lang))
		taking_note(r, t,
		    "its language is %.*s, that of the edition %.*s",
		    STR_FMT(p->f.lang), STR_FMT(p->edition->lang));
	return ERR_OK;
}

static enum err
read_dates(struct run *r, struct piece *p)
{
	struct ctx *ctx = r->ctx;
	struct str zone = run_zone(r, p->edition);

	if (p->f.date.n != 0 &&
	    date_parse(ctx, p->f.date, zone, &p->at) != ERR_OK)
		return FAIL(ctx, ERR_INVALID,
		    "its date is written in no way that is known here: “%s”; "
		    "one that is: 2026-11-22 14:53",
		    text_quote(ctx->arena, p->f.date));
	p->correction_at = ARENA_ARRAY(ctx->arena, p->f.corrections_n, int64_t);
	for (size_t i = 0; i < p->f.corrections_n; i++)
		TRY(date_parse(
		    ctx, p->f.corrections[i].date, zone, &p->correction_at[i]));
	return ERR_OK;
}

static struct str
key_prefix(const struct piece *p, const struct source *src)
{
	if (src->path.n + 1 <= p->key.n && src->in_folder)
		return str_sub(p->key, 0, p->key.n - src->path.n - 1);
	return files_folder(p->key);
}

static struct link
link_of(const struct piece *p, const struct source *src)
{
	return (struct link){
		.name = src->name,
		.prefix = key_prefix(p, src),
		.folder = files_folder(src->path),
		.key = p->key,
	};
}

/* A translation waits for what it translates, if this run may bring it. */
static enum err
find_translated(
    struct run *r, const struct source *src, struct taking *t, struct piece *p)
{
	struct link l = link_of(p, src);

	if (p->f.translation_of.n == 0)
		return ERR_OK;
	TRY(link_target(r, &l, p->f.translation_of, &p->translates));
	if (p->translates != 0)
		return ERR_OK;
	t->waits = r->round == 1;
	/* A dry run keeps nothing that could be found here. */
	if (r->opts->dry_run)
		return ERR_OK;
	taking_note(r, t, "it translates “%s”, from which no story has come",
	    text_quote(r->ctx->arena, p->f.translation_of));
	return ERR_OK;
}

static void
tell_shortcodes(
    struct run *r, struct taking *t, const struct shortcode_report *rep)
{
	for (size_t i = 0; i < rep->unknown_n; i++)
		taking_note(r, t,
		    "the shortcode “%s” is unknown: what stood in it stays",
		    text_quote(r->ctx->arena, rep->unknown[i]));
	if (rep->pictures > 0)
		taking_note(
		    r, t, "pictures that are not in the archive became words");
	if (rep->dead > 0)
		taking_note(r, t,
		    "links to pages that are not in the archive, or are "
		    "refused, "
		    "became text");
	if (rep->open > 0)
		taking_note(r, t, "a shortcode in it has no end");
}

/*
 * Shortcodes and links: what they mean, in Markdown that stays.  Most bodies
 * ask nobody for that, and were made clean before their turn came.
 */
static enum err
expand_body(
    struct run *r, const struct source *src, struct taking *t, struct piece *p)
{
	struct crosslink x = { .r = r, .src = src, .edition = p->edition };
	const struct shortcode_host host = { &x, crosslink_address,
		crosslink_link };

	if (p->body == NULL && shortcode_in(p->f.body)) {
		TRY(shortcode_expand(
		    r->ctx, p->f.body, &host, &p->f.body, &p->codes));
		r->joined += (int64_t)x.joined;
	}
	tell_shortcodes(r, t, &p->codes);
	if (p->body == NULL)
		p->body = cleaning_start(
		    r->ctx, r->aside, front_format(&p->f), p->f.body);
	return ERR_OK;
}

/* What the body lost on its way to clean HTML. */
static void
tell_lost(struct run *r, struct taking *t, const struct sanitise_report *lost)
{
	for (size_t i = 0; i < lost->n; i++) {
		/* How a table's column stands is the theme's to say. */
		if (str_eq(lost->gone[i].name, STR("@align")))
			continue;
		taking_note(r, t,
		    "its text lost what readers may not get: %.*s",
		    STR_FMT(lost->gone[i].name));
	}
}

static enum err
markdown_ready(struct run *r, void *prepared, struct taking *t)
{
	const struct piece *p = prepared;

	if (p->body == NULL)
		return ERR_OK;
	cleaning_wait(p->body);
	if (p->body->err != ERR_OK)
		return FAIL(
		    r->ctx, p->body->err, "%.*s", STR_FMT(p->body->why));
	tell_lost(r, t, &p->body->lost);
	for (size_t i = 0; i < p->after.notes_n; i++)
		taking_note(r, t, "%.*s", STR_FMT(p->after.notes[i]));
	return ERR_OK;
}

/* Fields of other systems that have another name here. */
static void
translate_front(struct run *r, struct taking *t, struct piece *p)
{
	struct front *f = &p->f;
	struct story_source *sources = NULL;

	if (f->deck.n > 0) {
		if (f->standfirst.n > 0 && !str_eq(f->standfirst, f->deck))
			taking_note(r, t,
			    "its summary is left out: the deck is its "
			    "standfirst");
		f->standfirst = f->deck;
	}
	if (f->source.n == 0 || f->sources_n > 0)
		return;
	sources = ARENA_NEW(r->ctx->arena, struct story_source);
	sources->name = profile_name(r->ctx->arena, f->source);
	sources->url = f->source_url;
	f->sources = sources;
	f->sources_n = 1;
}

/* A slug that cannot be one here is made from its own letters. */
static enum err
mend_slug(
    struct run *r, const struct source *src, struct taking *t, struct piece *p)
{
	struct str slug = p->f.slug;

	p->old_slug = slug.n > 0 ? slug : shelf_slug(src->path);
	if (slug.n == 0 || slug_valid(slug))
		return ERR_OK;
	TRY(slug_make(r->ctx, slug, p->edition->lang, &p->f.slug));
	/* Said alike of all of them, so that the report counts them. */
	taking_note(r, t,
	    "its slug is longer than an address here, or holds what one "
	    "cannot: it was made anew from its own letters");
	return ERR_OK;
}

static void
tell_unknown(struct run *r, struct taking *t, const struct piece *p)
{
	for (size_t i = 0; i < p->f.unknown_n; i++)
		taking_note(r, t, "the key “%s” of its front matter is unknown",
		    text_quote(r->ctx->arena, p->f.unknown[i]));
}

/* False: the archive must be asked. */
static bool
expand_alone(
    struct ctx *ctx, const struct import_options *opts, struct piece *p)
{
	struct crosslink_alone x = { .site = opts->site };
	const struct shortcode_host host = { &x, crosslink_alone_address,
		crosslink_alone_link };
	struct shortcode_report rep = { 0 };
	struct str body = { 0 };

	if (!shortcode_in(p->f.body))
		return true;
	if (shortcode_expand(ctx, p->f.body, &host, &body, &rep) != ERR_OK ||
	    x.asks)
		return false;
	p->f.body = body;
	p->codes = rep;
	return true;
}

static enum err
markdown_read(struct ctx *ctx, const struct import_options *opts,
    const struct source *src, struct str bytes, bool fresh, void **out)
{
	struct piece *p = ARENA_NEW(ctx->arena, struct piece);

	*out = p;
	TRY(text_check(ctx, bytes));
	TRY(front_read(ctx, bytes, &p->f));
	TRY(front_plain(ctx, &p->f));
	p->profile = src->in_folder && shelf_of(src->key) != SHELF_STORY;
	if (p->profile || p->f.redirect.n > 0)
		return ERR_OK;
	p->f.body = html_outdent(ctx->arena, p->f.body);
	if (fresh && expand_alone(ctx, opts, p))
		p->body = cleaning_make(ctx, front_format(&p->f), p->f.body);
	return ERR_OK;
}

/* A file is another one where its times, or its links, mean another thing. */
static struct str
piece_digest(struct run *r, const struct edition *e, struct str bytes)
{
	const struct str parts[] = { run_zone(r, e), r->opts->site, STR("\n"),
		bytes };
	struct arena *a = r->ctx->arena;

	return digest_hex(a, str_cat(a, parts, sizeof parts / sizeof *parts));
}

static enum err
markdown_prepare(struct run *r, const struct source *src, struct str bytes,
    struct taking *t, void **out)
{
	struct ctx *ctx = r->ctx;
	struct piece *p = *out;

	TRY(choose_edition(r, t, p));
	if (p->profile || p->f.redirect.n > 0)
		return ERR_OK;
	if (p->f.title.n == 0)
		return FAIL(ctx, ERR_INVALID, "it has no title");
	TRY(read_dates(r, p));
	p->digest = piece_digest(r, p->edition, bytes);
	TRY(identify(r, src, p));
	ahead_expect(r->ahead, p->same);
	if (p->same) {
		t->notes_n = 0;
		return ERR_OK;
	}
	TRY(find_translated(r, src, t, p));
	if (t->waits)
		return ERR_OK;
	TRY(mend_slug(r, src, t, p));
	tell_unknown(r, t, p);
	translate_front(r, t, p);
	TRY(expand_body(r, src, t, p));
	/* As `story show --markdown` writes it: for `story edit`. */
	if (p->f.story.n != 0 || p->f.seen.n != 0)
		taking_note(r, t,
		    "“story” and “seen” of its front matter "
		    "mean nothing to an import");
	return picture_prepare(
	    r, src, &p->f, &p->after, &p->picture, &p->has_picture);
}

/* ---- taking: what the story stands under ---- */

static enum err
put_section(struct run *r, struct taking *t, const struct piece *p, int64_t *id)
{
	const struct known_name name = { KNOWN_SECTION, p->edition->id,
		p->f.section };
	struct ctx *ctx = r->ctx;
	const struct section *v = NULL;
	size_t n = 0;

	*id = 0;
	if (p->f.section.n == 0)
		return ERR_OK;
	*id = known_find(r, &name);
	if (*id != 0)
		return ERR_OK;
	TRY(section_list(ctx, r->st, p->edition->id, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_eq(v[i].slug, p->f.section) ||
		    text_same(ctx->arena, v[i].title, p->f.section)) {
			*id = v[i].id;
			known_add(r, &name, *id);
			return ERR_OK;
		}
	}
	t->made[MADE_SECTIONS]++;
	return section_put(ctx, r->st,
	    &(struct section){
		.edition = p->edition->id,
		.title = p->f.section,
		.position = (int64_t)n + 1,
	    },
	    id);
}

struct terms {
	int64_t *ids;
	size_t n;
};

static bool
has_id(const struct terms *t, int64_t id)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->ids[i] == id)
			return true;
	}
	return false;
}

static enum err
put_term(struct run *r, struct taking *t, enum made what,
    const struct edition *e, const struct term *in, int64_t *id)
{
	const struct known_name name = {
		what == MADE_TAGS ? KNOWN_TAG : KNOWN_AUTHOR, e->id, in->title
	};
	struct ctx *ctx = r->ctx;
	const struct term *there = NULL;
	struct str slug = { 0 };

	*id = known_find(r, &name);
	if (*id != 0)
		return ERR_OK;
	TRY(slug_make(ctx, in->title, e->lang, &slug));
	if (what == MADE_TAGS)
		TRY(tag_by_slug(ctx, r->st, in->edition, slug, &there));
	else
		TRY(author_by_slug(ctx, r->st, in->edition, slug, &there));
	if (there != NULL) {
		*id = there->id;
		known_add(r, &name, *id);
		return ERR_OK;
	}
	t->made[what]++;
	return what == MADE_TAGS ? tag_put(ctx, r->st, in, id)
				 : author_put(ctx, r->st, in, id);
}

/* The same name twice, in whatever spelling, stands once. */
static enum err
put_terms(struct run *r, struct taking *t, enum made what,
    const struct piece *p, struct terms *out)
{
	const struct str *names = what == MADE_TAGS ? p->f.tags : p->f.authors;
	size_t n = what == MADE_TAGS ? p->f.tags_n : p->f.authors_n;

	out->ids = ARENA_ARRAY(r->ctx->arena, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		int64_t id = 0;

		TRY(put_term(r, t, what, p->edition,
		    &(struct term){
			.edition = p->edition->id,
			.title = profile_name(r->ctx->arena, names[i]),
		    },
		    &id));
		if (!has_id(out, id))
			out->ids[out->n++] = id;
	}
	return ERR_OK;
}

static enum err
find_advisory(struct run *r, const struct piece *p, int64_t *id)
{
	const struct advisory *v = NULL;
	size_t n = 0;

	*id = 0;
	if (p->f.advisory_code.n == 0)
		return ERR_OK;
	TRY(advisory_list(r->ctx, r->st, p->edition->lang, &v, &n));
	for (size_t i = 0; i < n && *id == 0; i++) {
		if (str_eq(v[i].code, p->f.advisory_code))
			*id = v[i].id;
	}
	/* Never taken without it: it protects readers. */
	if (*id == 0)
		return FAIL(r->ctx, ERR_INVALID,
		    "there is no advisory “%s” in this house",
		    text_quote(r->ctx->arena, p->f.advisory_code));
	return ERR_OK;
}

/* As markdown_prepare() and find_advisory() would refuse it. */
static enum err
check_source(struct run *r, const struct source *src, struct str *slug)
{
	struct ctx *ctx = r->ctx;
	struct piece *p = ARENA_NEW(ctx->arena, struct piece);
	struct taking t = { 0 };
	struct str bytes = { 0 };
	struct html body = { 0 };
	int64_t advisory = 0;

	TRY(source_read(ctx, src, &bytes));
	TRY(text_check(ctx, bytes));
	TRY(front_read(ctx, bytes, &p->f));
	TRY(front_plain(ctx, &p->f));
	if (p->f.title.n == 0)
		return FAIL(ctx, ERR_INVALID, "it has no title");
	TRY(choose_edition(r, &t, p));
	TRY(read_dates(r, p));
	TRY(find_advisory(r, p, &advisory));
	p->f.body = html_outdent(ctx->arena, p->f.body);
	TRY(markdown_html(ctx, p->f.body, &sanitise_story, &body, NULL));
	*slug = p->f.slug;
	return slug_valid(*slug)
		   ? ERR_OK
		   : slug_make(ctx, slug->n > 0 ? *slug : p->f.title,
			 p->edition->lang, slug);
}

enum err
markdown_would_take(struct run *r, const struct source *src, struct str *slug)
{
	struct arena *outer = r->ctx->arena;
	struct arena *own = arena_new(0);
	struct str found = { 0 };
	enum err err;

	r->ctx->arena = own;
	err = check_source(r, src, &found);
	*slug = err == ERR_OK ? str_dup(r->all, found) : STR("");
	r->ctx->arena = outer;
	arena_free(own);
	return err == ERR_IO || err == ERR_BUSY ? err : ERR_OK;
}

/* Its own, or the one that the story has where that cannot be found now. */
static enum err
put_picture(
    struct run *r, struct taking *t, const struct piece *p, int64_t *lead)
{
	const struct article *now = NULL;

	if (p->has_picture || p->was == NULL || p->f.lead.n == 0)
		return picture_take(r, &p->picture, p->has_picture, t, lead);
	TRY(story_article(r->ctx, r->st, p->was->id, -1, &now));
	*lead = now->lead.asset;
	return ERR_OK;
}

/* ---- taking: the story ---- */

/* Do readers see it at once, or when its date comes? */
static bool
is_public(struct run *r, const struct piece *p, struct taking *t)
{
	if (p->f.draft)
		return false;
	if (p->at == 0) {
		taking_note(r, t, "it has no date: taken as a draft");
		return false;
	}
	/* Who took it from readers did so on purpose. */
	if (p->was != NULL && p->was->state == STORY_WITHDRAWN) {
		taking_note(r, t,
		    "story %" PRId64
		    " is withdrawn and stays so; the newer text waits",
		    p->was->id);
		return false;
	}
	return true;
}

static enum err
save(struct run *r, const struct piece *p, struct taking *t,
    struct story_saved *out)
{
	struct terms authors = { 0 };
	struct terms tags = { 0 };
	const struct origin *o = NULL;
	struct story_save in = {
		.person = r->opts->person,
		.edition = p->edition->id,
		.slug = p->f.slug,
		.translation_of = p->translates,
		.text = {
			.advisory_label = p->f.advisory_label,
			.advisory_note = p->f.advisory_note,
			.headline = p->f.title,
			.kicker = p->f.kicker,
			.standfirst = p->f.standfirst,
			.byline = p->f.byline,
			.dateline = p->f.dateline,
			.signoff = p->f.signoff,
			.desk = p->f.desk,
			.format = front_format(&p->f),
			.body = p->f.body,
			.clean = &p->body->html,
			.clean_words = p->body->words,
			.sources = p->f.sources,
			.sources_n = p->f.sources_n,
		},
	};

	/* Since it was prepared somebody may have come to link to it. */
	if (p->was == NULL) {
		TRY(origin_find(r->ctx, r->st, SYSTEM, p->key, &o));
		if (o != NULL && str_eq(o->digest, RESERVED_DIGEST))
			in.want_id = o->story;
	} else {
		in.id = p->was->id;
		in.seen = p->was->version;
	}
	TRY(put_section(r, t, p, &in.text.section));
	TRY(put_terms(r, t, MADE_AUTHORS, p, &authors));
	TRY(put_terms(r, t, MADE_TAGS, p, &tags));
	TRY(find_advisory(r, p, &in.text.advisory));
	TRY(put_picture(r, t, p, &in.text.lead));
	in.text.authors = authors.ids;
	in.text.authors_n = authors.n;
	in.text.tags = tags.ids;
	in.text.tags_n = tags.n;
	if (!is_public(r, p, t))
		return story_save(r->ctx, r->st, &in, out);
	return story_save_public(r->ctx, r->st, &in,
	    &(struct story_publish){
		.at = p->at,
		.person = r->opts->person,
		.search_later = true,
	    },
	    out);
}

static bool
is_corrected(const struct article *a, struct str text)
{
	for (size_t i = 0; i < a->corrections_n; i++) {
		if (str_eq(a->corrections[i].text, text))
			return true;
	}
	return false;
}

static enum err
correct(struct run *r, const struct piece *p, int64_t story)
{
	const struct article *now = NULL;
	int64_t id = 0;

	if (p->f.corrections_n == 0)
		return ERR_OK;
	TRY(story_article(r->ctx, r->st, story, -1, &now));
	for (size_t i = 0; i < p->f.corrections_n; i++) {
		if (is_corrected(now, p->f.corrections[i].text))
			continue;
		TRY(story_correct(r->ctx, r->st,
		    &(struct story_correct){
			.at = p->correction_at[i],
			.id = story,
			.person = r->opts->person,
			.text = p->f.corrections[i].text,
		    },
		    &id));
	}
	return ERR_OK;
}

static void
remember_links(struct run *r, const struct source *src, const struct piece *p,
    int64_t story)
{
	struct link l = link_of(p, src);

	if (p->f.related_n == 0)
		return;
	l.story = story;
	l.targets = p->f.related;
	l.n = p->f.related_n;
	link_add(r, &l);
}

/* ---- taking: where it stood before ---- */

/* Hugo's pattern, ":year" and the like filled in; empty: it cannot be. */
static struct str
fill_permalink(struct run *r, const struct source *src, const struct piece *p,
    struct str day, struct str slug)
{
	const struct {
		struct str token, value;
	} fills[] = {
		{ STR(":year"), day.n > 0 ? str_sub(day, 0, 4) : day },
		{ STR(":month"), day.n > 0 ? str_sub(day, 5, 2) : day },
		{ STR(":day"), day.n > 0 ? str_sub(day, 8, 2) : day },
		{ STR(":slug"), slug },
		{ STR(":title"), slug },
		{ STR(":filename"), shelf_name(src->path) },
		{ STR(":section"), p->f.section },
	};
	struct str rest = r->opts->permalink;
	struct buf b;

	buf_init(&b, r->ctx->arena, 2000);
	while (rest.n > 0) {
		size_t i = 0;

		while (i < sizeof fills / sizeof *fills &&
		       !str_starts(rest, fills[i].token))
			i++;
		if (i == sizeof fills / sizeof *fills) {
			buf_char(&b, rest.p[0]);
			rest = str_from(rest, 1);
			continue;
		}
		if (fills[i].value.n == 0)
			return STR("");
		buf_put(&b, fills[i].value);
		rest = str_from(rest, fills[i].token.n);
	}
	return b.over ? STR("") : buf_str(&b);
}

/* Aliases are written with a slash before them, and without. */
static struct str
rooted(struct arena *a, struct str path)
{
	return str_starts(path, STR("/"))
		   ? path
		   : str_printf(a, "/%.*s", STR_FMT(path));
}

/* Its aliases, its dated address, its place in the folder, the pattern. */
static enum err
redirect_old(struct run *r, const struct source *src, const struct piece *p,
    const struct redirect *to)
{
	struct arena *a = r->ctx->arena;
	struct str day = shelf_day(a, p->f.date, src->path);
	struct str slug =
	    p->old_slug.n > 0 ? p->old_slug : shelf_slug(src->path);
	struct str own = { 0 };

	for (size_t i = 0; i < p->f.aliases_n; i++)
		TRY(redirect_put(
		    r->ctx, r->st, rooted(a, p->f.aliases[i]), to));
	if (!src->in_folder)
		return ERR_OK;
	own = fill_permalink(r, src, p, day, slug);
	if (str_starts(own, STR("/")))
		TRY(redirect_put(r->ctx, r->st, own, to));
	if (day.n == 0)
		return ERR_OK;
	TRY(redirect_put(r->ctx, r->st,
	    str_printf(a, "/%.*s/%.*s", STR_FMT(day), STR_FMT(slug)), to));
	return redirect_put(r->ctx, r->st,
	    str_printf(
		a, "/%.*s", STR_FMT(str_sub(src->path, 0, src->path.n - 3))),
	    to);
}

/* A page that only sends readers on. */
static enum err
take_moved(struct run *r, const struct source *src, const struct piece *p,
    struct taking *t)
{
	struct redirect to = { .target = p->f.redirect };

	t->what = IMPORT_SKIPPED;
	taking_note(r, t, "it only sends readers elsewhere, and still does");
	return redirect_old(r, src, p, &to);
}

static enum err
markdown_take(
    struct run *r, const struct source *src, void *prepared, struct taking *t)
{
	struct piece *p = prepared;
	struct story_saved saved = { 0 };

	if (p->profile) {
		known_forget(r);
		return profile_take(r, src, &p->f, p->edition->id, t);
	}
	if (p->f.redirect.n > 0)
		return take_moved(r, src, p, t);
	t->what = IMPORT_UNCHANGED;
	if (p->same) {
		t->story = p->was->id;
	} else {
		TRY(save(r, p, t, &saved));
		TRY(correct(r, p, saved.id));
		TRY(origin_put(r->ctx, r->st,
		    &(struct origin){ SYSTEM, p->key, p->digest, saved.id }));
		t->what = p->was != NULL ? IMPORT_UPDATED : IMPORT_TAKEN;
		t->story = saved.id;
		TRY(redirect_old(
		    r, src, p, &(struct redirect){ .story = saved.id }));
	}
	remember_links(r, src, p, t->story);
	return ERR_OK;
}

const struct import_format import_markdown = {
	.name = "markdown",
	.read = markdown_read,
	.prepare = markdown_prepare,
	.ready = markdown_ready,
	.take = markdown_take,
};
