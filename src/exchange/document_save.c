/* SPDX-License-Identifier: MIT */
/* What was typed becomes a revision, put together with what came meanwhile. */

#include "exchange/document_own.h"
#include "exchange/run.h"
#include "markup/slug.h"
#include "newsroom/asset.h"
#include "newsroom/history.h"
#include "newsroom/house.h"
#include "newsroom/merge.h"
#include "store/store.h"

enum { NOTES_MAX = STORY_AUTHORS_MAX + STORY_TAGS_MAX };

struct saving {
	struct ctx *ctx;
	struct store *st;
	const struct document_save *in;
	const struct edition *edition;
	struct front front; /* what is saved */
	struct document last;
	struct document base, mine, theirs; /* of a story that is there */
	bool picture_typed; /* words for the picture, not left from another */
	struct str *notes;
	size_t notes_n;
};

/* ---- what the house knows by name ---- */

static enum err
find_section(struct saving *s, int64_t *id)
{
	struct ctx *ctx = s->ctx;
	const struct section *there = NULL;
	const struct section *v = NULL;
	size_t n = 0;
	struct buf b;

	*id = 0;
	if (s->front.section.n == 0)
		return ERR_OK;
	/* Also by a slug that it had. */
	TRY(section_by_slug(
	    ctx, s->st, s->edition->id, s->front.section, &there));
	if (there != NULL) {
		*id = there->id;
		return ERR_OK;
	}
	TRY(section_list(ctx, s->st, s->edition->id, &v, &n));
	buf_init(&b, ctx->arena, 600);
	for (size_t i = 0; i < n; i++) {
		if (text_same(ctx->arena, v[i].title, s->front.section)) {
			*id = v[i].id;
			return ERR_OK;
		}
		buf_put(&b, i == 0 ? STR(": there is ") : STR(", "));
		buf_put(&b, v[i].slug);
	}
	return FAIL(ctx, ERR_INVALID,
	    "there is no section “%s” in the edition %.*s%.*s",
	    text_quote(ctx->arena, s->front.section), STR_FMT(s->edition->code),
	    STR_FMT(buf_str(&b)));
}

static enum err
find_advisory(struct saving *s, int64_t *id)
{
	struct ctx *ctx = s->ctx;
	const struct advisory *v = NULL;
	size_t n = 0;
	struct buf b;

	*id = 0;
	if (s->front.advisory_code.n == 0)
		return ERR_OK;
	TRY(advisory_list(ctx, s->st, s->edition->lang, &v, &n));
	buf_init(&b, ctx->arena, 600);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(v[i].code, s->front.advisory_code)) {
			*id = v[i].id;
			return ERR_OK;
		}
		buf_put(&b, i == 0 ? STR(": there is ") : STR(", "));
		buf_put(&b, v[i].code);
	}
	return FAIL(ctx, ERR_INVALID,
	    "there is no advisory “%s” in this house%.*s",
	    text_quote(ctx->arena, s->front.advisory_code),
	    STR_FMT(buf_str(&b)));
}

static enum err
find_picture(struct saving *s, int64_t *id)
{
	const struct asset *a = NULL;
	int64_t ticks = document_ticks(s->front.lead);

	*id = 0;
	if (s->front.lead.n == 0)
		return ERR_OK;
	if (ticks != 0)
		TRY(asset_by_ticks(s->ctx, s->st, ticks, &a));
	if (a == NULL)
		return FAIL(s->ctx, ERR_INVALID,
		    "“%s” is no picture of this newsroom: lead is an address, "
		    "such as /2016/11/18/courier_636150734595751124",
		    text_quote(s->ctx->arena, s->front.lead));
	*id = a->id;
	return ERR_OK;
}

struct terms {
	const char *what, *where; /* "tag", "/tag/" */
	enum err (*by_slug)(struct ctx *ctx, struct store *st, int64_t edition,
	    struct str slug, const struct term **out);
	enum err (*put)(struct ctx *ctx, struct store *st,
	    const struct term *in, int64_t *id);
};
static const struct terms author_terms = { "author", "/author/", author_by_slug,
	author_put };
static const struct terms tag_terms = { "tag", "/tag/", tag_by_slug, tag_put };

/* By its address, or by its name: then it may be a new one. */
static enum err
find_term(struct saving *s, const struct terms *t, struct str name, int64_t *id)
{
	struct ctx *ctx = s->ctx;
	const struct term *there = NULL;
	struct str slug = str_from(name, strlen(t->where));
	bool address = str_starts(name, str_c(t->where));

	if (!address)
		TRY(slug_make(ctx, name, s->edition->lang, &slug));
	TRY(t->by_slug(ctx, s->st, s->edition->id, slug, &there));
	if (there != NULL) {
		*id = there->id;
		return ERR_OK;
	}
	if (address)
		return FAIL(ctx, ERR_INVALID, "there is no %s “%s”", t->what,
		    text_quote(ctx->arena, name));
	s->notes[s->notes_n++] =
	    str_printf(ctx->arena, "a new %s: %.*s", t->what, STR_FMT(name));
	return t->put(ctx, s->st,
	    &(struct term){ .edition = s->edition->id, .title = name }, id);
}

/* The same twice, in whatever spelling, stands once. */
static enum err
find_terms(struct saving *s, const struct terms *t, const struct str *names,
    size_t names_n, const int64_t **out, size_t *n)
{
	int64_t *ids = ARENA_ARRAY(s->ctx->arena, names_n, int64_t);

	*n = 0;
	for (size_t i = 0; i < names_n; i++) {
		int64_t id = 0;
		size_t k = 0;

		TRY(find_term(s, t, names[i], &id));
		while (k < *n && ids[k] != id)
			k++;
		if (k == *n)
			ids[(*n)++] = id;
	}
	*out = ids;
	return ERR_OK;
}

static enum err
find_translated(struct saving *s, struct story_save *in)
{
	struct str text = s->front.translation_of;

	if (s->in->story != 0 && str_eq(s->last.value[KEY_TRANSLATION],
				     s->theirs.value[KEY_TRANSLATION]))
		return ERR_OK;
	if (text.n == 0) {
		in->translates_none = s->in->story != 0;
		return ERR_OK;
	}
	if (!str_int(text, &in->translation_of) || in->translation_of <= 0)
		return FAIL(s->ctx, ERR_INVALID,
		    "translation_of is the number of a story, not “%s”",
		    text_quote(s->ctx->arena, text));
	return ERR_OK;
}

/* ---- saving ---- */

static enum err
resolve(struct saving *s, struct story_save *out)
{
	const struct front *f = &s->front;
	struct story_text *t = &out->text;

	*t = (struct story_text){
		.advisory_label = f->advisory_label,
		.advisory_note = f->advisory_note,
		.headline = f->title,
		.kicker = f->kicker,
		.standfirst = f->standfirst,
		.byline = f->byline,
		.dateline = f->dateline,
		.signoff = f->signoff,
		.desk = f->desk,
		.format = front_format(f),
		.body = f->body,
		.sources = f->sources,
		.sources_n = f->sources_n,
	};
	TRY(find_section(s, &t->section));
	TRY(find_advisory(s, &t->advisory));
	TRY(find_picture(s, &t->lead));
	TRY(find_terms(s, &author_terms, f->authors, f->authors_n, &t->authors,
	    &t->authors_n));
	TRY(find_terms(
	    s, &tag_terms, f->tags, f->tags_n, &t->tags, &t->tags_n));
	return find_translated(s, out);
}

/* Words that were typed for the picture, not those left from another. */
static enum err
describe_picture(struct saving *s, int64_t asset)
{
	const struct front *f = &s->front;
	bool same = str_eq(s->last.value[KEY_LEAD], s->theirs.value[KEY_LEAD]);

	if (asset == 0 || !s->picture_typed ||
	    (same && document_digest(&s->last, SEEN_PICTURE) ==
			 document_digest(&s->theirs, SEEN_PICTURE)))
		return ERR_OK;
	return asset_describe(s->ctx, s->st,
	    &(struct asset){
		.id = asset,
		.alt = f->lead_alt,
		.caption = f->lead_caption,
		.credit = f->lead_credit,
	    },
	    s->in->person);
}

static enum err
put(struct saving *s, const struct story *was, struct document_saved *out)
{
	struct story_save save = {
		.person = s->in->person,
		.edition = s->edition->id,
		.slug = s->front.slug,
	};

	s->notes = ARENA_ARRAY(s->ctx->arena, NOTES_MAX, struct str);
	if (was != NULL) {
		save.id = was->id;
		save.seen = was->version;
		if (str_eq(s->last.value[KEY_SLUG], s->theirs.value[KEY_SLUG]))
			save.slug = STR("");
	}
	TRY(resolve(s, &save));
	TRY(story_save(s->ctx, s->st, &save, &out->saved));
	TRY(describe_picture(s, save.text.lead));
	out->notes = s->notes;
	out->notes_n = s->notes_n;
	return ERR_OK;
}

/* ---- a new story ---- */

static struct str
without_empty_ends(struct str s)
{
	while (s.n != 0 && (s.p[0] == '\n' || s.p[0] == '\r'))
		s = str_from(s, 1);
	while (s.n > 1 && s.p[s.n - 1] == '\n' && s.p[s.n - 2] == '\n')
		s.n--;
	return s;
}

static enum err
choose_edition(struct saving *s)
{
	struct str code =
	    s->front.edition.n != 0 ? s->front.edition : s->in->edition;

	if (s->front.edition.n != 0 && s->in->edition.n != 0 &&
	    !str_eq(s->front.edition, s->in->edition))
		return FAIL(s->ctx, ERR_INVALID,
		    "the text is for the edition “%s”, not for “%s”",
		    text_quote(s->ctx->arena, s->front.edition),
		    text_quote(s->ctx->arena, s->in->edition));
	TRY(edition_by_code(s->ctx, s->st, code, &s->edition));
	if (s->edition == NULL)
		return FAIL(s->ctx, ERR_INVALID, "there is no edition “%s”",
		    text_quote(s->ctx->arena, code));
	return ERR_OK;
}

static enum err
save_new(struct saving *s, struct document_saved *out)
{
	s->front = (struct front){ 0 };
	TRY(document_read(s->ctx, s->in->bytes, &s->front, &s->last));
	if (s->last.story != 0 || s->last.seen.n != 0)
		return FAIL(s->ctx, ERR_INVALID,
		    "this is a text of story %" PRId64
		    ": `masthead story edit %" PRId64 "` takes it; for a new "
		    "story take out the lines “story” and “seen”",
		    s->last.story, s->last.story);
	if (s->front.title.n == 0)
		s->front.title = s->in->title;
	s->front.body = without_empty_ends(s->front.body);
	s->picture_typed =
	    document_digest(&s->last, SEEN_PICTURE) !=
	    document_digest(&(struct document){ 0 }, SEEN_PICTURE);
	TRY(choose_edition(s));
	return put(s, NULL, out);
}

/* ---- an old one: what did the editor begin with? ---- */

static const enum document_key unversioned[SEEN_N][4] = {
	[SEEN_SLUG] = { KEY_SLUG, KEYS },
	[SEEN_TRANSLATION] = { KEY_TRANSLATION, KEYS },
	[SEEN_PICTURE] = { KEY_LEAD_ALT, KEY_LEAD_CAPTION, KEY_LEAD_CREDIT,
	    KEYS },
};

static void
copy_values(struct document *to, const struct document *from, int what)
{
	const enum document_key *k = unversioned[what];

	for (; *k != KEYS; k++)
		to->value[*k] = from != NULL ? from->value[*k] : STR("");
}

/* The digest says whose value was there at the beginning, if anybody's. */
static void
base_of_unversioned(struct saving *s, const uint32_t seen[SEEN_N])
{
	for (int i = 0; i < SEEN_N; i++) {
		const struct document *same = NULL;

		if (document_digest(&s->theirs, i) == seen[i])
			same = &s->theirs;
		else if (document_digest(&s->mine, i) == seen[i])
			same = &s->mine;
		copy_values(&s->base, same, i);
	}
}

/* A line that was taken out leaves these as they are. */
static void
keep_slug_and_picture(struct saving *s, const uint32_t seen[SEEN_N])
{
	struct str *mine = s->mine.value;
	bool other = !str_eq(mine[KEY_LEAD], s->base.value[KEY_LEAD]);

	if (mine[KEY_SLUG].n == 0)
		copy_values(&s->mine, &s->base, SEEN_SLUG);
	s->picture_typed =
	    mine[KEY_LEAD].n != 0 &&
	    document_digest(&s->mine, SEEN_PICTURE) != seen[SEEN_PICTURE];
	/* The words of the picture that went. */
	if (other && !s->picture_typed)
		copy_values(&s->mine, &s->base, SEEN_PICTURE);
}

static struct str
without_end(struct str s)
{
	while (s.n != 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* An editor that ends the last line has changed nothing. */
static void
same_end(struct str *body, struct str as)
{
	if (str_eq(without_end(*body), without_end(as)))
		*body = as;
}

static enum err
find_base(struct saving *s, const struct story *story)
{
	struct ctx *ctx = s->ctx;
	uint32_t seen[SEEN_N] = { 0 };
	int64_t number = 0;
	int64_t rev = 0;

	if (s->mine.story != 0 && s->mine.story != story->id)
		return FAIL(ctx, ERR_INVALID,
		    "this is a text of story %" PRId64 ", not of %" PRId64,
		    s->mine.story, story->id);
	if (!document_seen(s->mine.seen, &number, seen))
		return FAIL(ctx, ERR_INVALID,
		    "the line “seen” does not say which text this began with: "
		    "take it from `masthead story show %" PRId64 " --markdown`",
		    story->id);
	TRY(revision_by_number(ctx, s->st, story->id, number, &rev));
	TRY(document_of_revision(ctx, s->st, story->id, -1, &s->theirs));
	TRY(document_of_revision(ctx, s->st, story->id, rev, &s->base));
	base_of_unversioned(s, seen);
	if (s->mine.value[KEY_EDITION].n == 0)
		s->mine.value[KEY_EDITION] = s->theirs.value[KEY_EDITION];
	if (!str_eq(s->mine.value[KEY_EDITION], s->theirs.value[KEY_EDITION]))
		return FAIL(ctx, ERR_INVALID,
		    "a story stays in its edition (%.*s): make a new one in "
		    "the other, with translation_of: %" PRId64,
		    STR_FMT(s->theirs.value[KEY_EDITION]), story->id);
	keep_slug_and_picture(s, seen);
	same_end(&s->mine.body, s->theirs.body);
	same_end(&s->mine.body, s->base.body);
	return ERR_OK;
}

/* ---- putting together ---- */

/* *same: the result says what theirs says. */
static enum err
put_together(struct saving *s, struct document_saved *out, bool *same)
{
	struct arena *a = s->ctx->arena;
	struct merged body = { 0 };
	struct buf b;

	buf_init(&b, a, 16 * (size_t)DOCUMENT_MAX);
	buf_printf(&b, "---\nstory: %" PRId64 "\nseen: %.*s\n", s->in->story,
	    STR_FMT(s->theirs.seen));
	*same = true;
	for (enum document_key i = 0; i < KEYS; i++) {
		struct merge m = {
			document_line(a, &s->base, i),
			document_line(a, &s->mine, i),
			document_line(a, &s->theirs, i),
		};
		struct str line = { 0 };

		if (merge_value(&m, &line)) {
			buf_put(&b, line);
			*same = *same && str_eq(line, m.theirs);
			continue;
		}
		merge_mark(&b, &m);
		out->conflicts++;
	}
	BUF_LIT(&b, "---\n");
	TRY(merge_text(s->ctx,
	    &(struct merge){ s->base.body, s->mine.body, s->theirs.body },
	    &body));
	*same = *same && str_eq(body.text, s->theirs.body);
	out->conflicts += body.conflicts;
	buf_put(&b, body.text);
	return buf_done(s->ctx, &b, &out->marked);
}

static enum err
find_story(struct saving *s, const struct story **out)
{
	int64_t id = s->in->story;

	TRY(story_by_id(s->ctx, s->st, id, out));
	if (*out == NULL || (*out)->state == STORY_STUB)
		return FAIL(
		    s->ctx, ERR_NOTFOUND, "there is no story %" PRId64, id);
	if ((*out)->state == STORY_CANCELED)
		return FAIL(s->ctx, ERR_GONE,
		    "story %" PRId64 " was taken down for good", id);
	return edition_by_id(s->ctx, s->st, (*out)->edition, &s->edition);
}

static enum err
conflict(struct saving *s, const struct document_saved *d)
{
	return FAIL(s->ctx, ERR_CONFLICT,
	    "story %" PRId64 " has a newer text (revision %" PRId64
	    ") that touches yours in %zu place%s",
	    s->in->story, d->newer, d->conflicts, d->conflicts == 1 ? "" : "s");
}

static enum err
save_old(struct saving *s, struct document_saved *out)
{
	const struct story *story = NULL;
	bool same = false;

	TRY(document_read(s->ctx, s->in->bytes, &s->front, &s->mine));
	TRY(find_story(s, &story));
	TRY(find_base(s, story));
	if (s->base.revision != s->theirs.revision)
		out->newer = s->theirs.revision;
	TRY(put_together(s, out, &same));
	if (out->conflicts != 0)
		return conflict(s, out);
	out->saved = (struct story_saved){ story->id, story->work_rev,
		story->version, false };
	out->unchanged = same;
	if (same)
		return ERR_OK;
	out->merged = out->newer != 0;
	TRY(document_read(s->ctx, out->marked, &s->front, &s->last));
	return put(s, story, out);
}

enum err
document_save(struct ctx *ctx, struct store *st, const struct document_save *in,
    struct document_saved *out)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct saving s = { .ctx = ctx, .st = st, .in = in };

	*out = (struct document_saved){ 0 };
	TRY(store_tx_begin(ctx, st, &tx));
	if (in->story == 0)
		TRY(save_new(&s, out));
	else
		TRY(save_old(&s, out));
	return store_tx_commit(ctx, &tx);
}
