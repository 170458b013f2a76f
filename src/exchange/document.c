/* SPDX-License-Identifier: MIT */
/* A story's text, written and read; see the header. */

#include "exchange/document.h"

#include <assert.h>

#include "exchange/document_own.h"
#include "exchange/run.h"
#include "markup/slug.h"
#include "newsroom/asset.h"
#include "newsroom/house.h"
#include "newsroom/merge.h"

enum {
	VALUE_MAX = YAML_BYTES_MAX, /* bytes of one value as YAML */
	TEXT_MAX = DOCUMENT_MAX + 4096,
};

const char *const document_keys[KEYS] = {
	[KEY_TITLE] = "title",
	[KEY_KICKER] = "kicker",
	[KEY_STANDFIRST] = "standfirst",
	[KEY_SECTION] = "section",
	[KEY_AUTHORS] = "authors",
	[KEY_BYLINE] = "byline",
	[KEY_DATELINE] = "dateline",
	[KEY_TAGS] = "tags",
	[KEY_ADVISORY] = "advisory",
	[KEY_LEAD] = "lead",
	[KEY_LEAD_ALT] = "lead_alt",
	[KEY_LEAD_CAPTION] = "lead_caption",
	[KEY_LEAD_CREDIT] = "lead_credit",
	[KEY_SOURCES] = "sources",
	[KEY_SIGNOFF] = "signoff",
	[KEY_DESK] = "desk",
	[KEY_SLUG] = "slug",
	[KEY_EDITION] = "edition",
	[KEY_TRANSLATION] = "translation_of",
	[KEY_FORMAT] = "format",
};

/* ---- YAML ---- */

/* Characters that YAML does not take as they are. */
static bool
is_strange(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	       c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

/* May it stand bare?  Also inside [ ] and { }, and for other readers. */
static bool
is_plain(struct str s)
{
	static const char *const words[] = { "null", "true", "false", "yes",
		"no", "on", "off", NULL };
	char first = s.n != 0 ? s.p[0] : ' ';

	if (!((first >= 'a' && first <= 'z') ||
		(first >= 'A' && first <= 'Z') || first == '/' ||
		(first & 0x80) != 0) ||
	    s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; words[i] != NULL; i++)
		if (str_eq_nocase(s, str_c(words[i])))
			return false;
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (is_strange(c) || c == ':' || c == '#' || c == ',' ||
		    c == '[' || c == ']' || c == '{' || c == '}' || c == '"' ||
		    c == '\\')
			return false;
	}
	return true;
}

static void
put_scalar(struct buf *b, struct str s)
{
	if (is_plain(s)) {
		buf_put(b, s);
		return;
	}
	buf_char(b, '"');
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t c = utf8_next(s, &at);

		if (c == '"' || c == '\\')
			buf_char(b, '\\');
		if (is_strange(c))
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			buf_put(b, str_sub(s, from, at - from));
	}
	buf_char(b, '"');
}

static struct str
text_value(struct ctx *ctx, struct str s)
{
	struct buf b;

	s = str_trim(s);
	if (s.n == 0)
		return STR("");
	buf_init(&b, ctx->arena, VALUE_MAX);
	put_scalar(&b, s);
	return buf_str(&b);
}

static struct str
texts_value(struct ctx *ctx, const struct str *v, size_t n)
{
	struct buf b;

	if (n == 0)
		return STR("");
	buf_init(&b, ctx->arena, VALUE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_put(&b, i == 0 ? STR("[") : STR(", "));
		put_scalar(&b, v[i]);
	}
	buf_char(&b, ']');
	return buf_str(&b);
}

static struct str
advisory_value(
    struct ctx *ctx, struct str code, struct str label, struct str note)
{
	struct buf b;

	if (code.n == 0)
		return STR("");
	buf_init(&b, ctx->arena, VALUE_MAX);
	if (label.n == 0 && note.n == 0) {
		put_scalar(&b, code);
		return buf_str(&b);
	}
	BUF_LIT(&b, "{ code: ");
	put_scalar(&b, code);
	if (label.n != 0) {
		BUF_LIT(&b, ", label: ");
		put_scalar(&b, label);
	}
	if (note.n != 0) {
		BUF_LIT(&b, ", note: ");
		put_scalar(&b, note);
	}
	BUF_LIT(&b, " }");
	return buf_str(&b);
}

static struct str
sources_value(struct ctx *ctx, const struct story_source *v, size_t n)
{
	struct buf b;

	if (n == 0)
		return STR("");
	buf_init(&b, ctx->arena, VALUE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_put(&b, i == 0 ? STR("[") : STR(", "));
		if (v[i].url.n != 0)
			BUF_LIT(&b, "{ name: ");
		put_scalar(&b, str_trim(v[i].name));
		if (v[i].url.n == 0)
			continue;
		BUF_LIT(&b, ", url: ");
		put_scalar(&b, str_trim(v[i].url));
		BUF_LIT(&b, " }");
	}
	buf_char(&b, ']');
	return buf_str(&b);
}

/* ---- as text ---- */

struct str
document_line(struct arena *a, const struct document *d, enum document_key key)
{
	if (d->value[key].n == 0)
		return STR("");
	return str_printf(
	    a, "%s: %.*s\n", document_keys[key], STR_FMT(d->value[key]));
}

struct str
document_text(struct ctx *ctx, const struct document *d)
{
	struct buf b;

	buf_init(&b, ctx->arena, TEXT_MAX + KEYS * VALUE_MAX);
	BUF_LIT(&b, "---\n");
	if (d->story != 0)
		buf_printf(&b, "story: %" PRId64 "\nseen: %.*s\n", d->story,
		    STR_FMT(d->seen));
	for (enum document_key i = 0; i < KEYS; i++)
		buf_put(&b, document_line(ctx->arena, d, i));
	BUF_LIT(&b, "---\n");
	buf_put(&b, d->body);
	if (d->body.n != 0 && d->body.p[d->body.n - 1] != '\n')
		buf_char(&b, '\n');
	return buf_str(&b);
}

uint32_t
document_digest(const struct document *d, int what)
{
	const struct str *v = d->value;
	uint64_t h = 0;

	switch (what) {
	case SEEN_SLUG:
		h = str_hash(v[KEY_SLUG]);
		break;
	case SEEN_TRANSLATION:
		h = str_hash(v[KEY_TRANSLATION]);
		break;
	default:
		h = str_hash(v[KEY_LEAD_ALT]) * 31;
		h = (h + str_hash(v[KEY_LEAD_CAPTION])) * 31;
		h += str_hash(v[KEY_LEAD_CREDIT]);
	}
	return (uint32_t)(h ^ h >> 32);
}

static bool
hex32(struct str s, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *digit = memchr("0123456789abcdef", s.p[i], 16);

		if (digit == NULL)
			return false;
		*out =
		    *out << 4 | (uint32_t)(*digit <= '9' ? *digit - '0'
							 : *digit - 'a' + 10);
	}
	return s.n == 8;
}

bool
document_seen(struct str s, int64_t *number, uint32_t digests[SEEN_N])
{
	struct str rest = { 0 };

	if (!str_int(str_cut(s, '-', &rest), number) || *number <= 0)
		return false;
	for (size_t i = 0; i < SEEN_N; i++)
		if (!hex32(str_cut(rest, '-', &rest), &digests[i]))
			return false;
	return rest.n == 0;
}

/* ---- from what was typed ---- */

static bool
is_key(struct str key)
{
	for (size_t i = 0; i < KEYS; i++)
		if (str_eq(key, str_c(document_keys[i])))
			return true;
	return str_eq(key, STR("story")) || str_eq(key, STR("seen"));
}

/* What an import knows, and a text that is edited does not. */
static const char *
instead_of(struct str key)
{
	static const char *const others[][2] = {
		{ "date", "`masthead story publish ID --at TIME` sets it" },
		{ "state", "`masthead story publish` and its like change it" },
		{ "draft", "`masthead story publish` and its like change it" },
		{ "corrections", "`masthead story correct ID` adds them" },
		{ "related", "only an import sets them" },
		{ "lang", "its edition has a language" },
		{ "lead_focus", "only an import sets it" },
		{ "author", "write “authors”" },
		{ "summary", "write “standfirst”" },
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_eq(key, str_c(others[i][0])))
			return others[i][1];
	return "nobody knows it";
}

/* Nothing that was typed is passed over in silence. */
static enum err
check_keys(struct ctx *ctx, const struct front *f)
{
	for (size_t i = 0; i < f->keys_n; i++)
		if (!is_key(f->keys[i]))
			return FAIL(ctx, ERR_INVALID,
			    "the key “%s” of the front matter is no part of a "
			    "story's text: %s",
			    text_quote(ctx->arena, f->keys[i]),
			    instead_of(f->keys[i]));
	if (f->format.n != 0 && !str_eq(f->format, STR("html")) &&
	    !str_eq(f->format, STR("plain")) &&
	    !str_eq(f->format, STR("markdown")))
		return FAIL(ctx, ERR_INVALID,
		    "a text's format is markdown, html or plain, not “%s”",
		    text_quote(ctx->arena, f->format));
	return ERR_OK;
}

static void
document_of_front(struct ctx *ctx, const struct front *f, struct document *d)
{
	struct str *v = d->value;

	v[KEY_TITLE] = text_value(ctx, f->title);
	v[KEY_KICKER] = text_value(ctx, f->kicker);
	v[KEY_STANDFIRST] = text_value(ctx, f->standfirst);
	v[KEY_SECTION] = text_value(ctx, f->section);
	v[KEY_AUTHORS] = texts_value(ctx, f->authors, f->authors_n);
	v[KEY_BYLINE] = text_value(ctx, f->byline);
	v[KEY_DATELINE] = text_value(ctx, f->dateline);
	v[KEY_TAGS] = texts_value(ctx, f->tags, f->tags_n);
	v[KEY_ADVISORY] = advisory_value(
	    ctx, f->advisory_code, f->advisory_label, f->advisory_note);
	v[KEY_LEAD] = text_value(ctx, f->lead);
	v[KEY_LEAD_ALT] = text_value(ctx, f->lead_alt);
	v[KEY_LEAD_CAPTION] = text_value(ctx, f->lead_caption);
	v[KEY_LEAD_CREDIT] = text_value(ctx, f->lead_credit);
	v[KEY_SOURCES] = sources_value(ctx, f->sources, f->sources_n);
	v[KEY_SIGNOFF] = text_value(ctx, f->signoff);
	v[KEY_DESK] = text_value(ctx, f->desk);
	v[KEY_SLUG] = text_value(ctx, f->slug);
	v[KEY_EDITION] = text_value(ctx, f->edition);
	v[KEY_TRANSLATION] = text_value(ctx, f->translation_of);
	if (front_format(f) != BODY_MARKDOWN)
		v[KEY_FORMAT] = text_value(ctx, f->format);
	d->body = f->body;
}

/* Ends of lines from elsewhere become ours, if the first line has one. */
static struct str
plain_ends(struct ctx *ctx, struct str s)
{
	size_t end = str_find_char(s, '\n', 0);
	char *p = NULL;
	size_t n = 0;

	if (end == SIZE_MAX || end == 0 || s.p[end - 1] != '\r')
		return s;
	p = arena_alloc(ctx->arena, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
			p[n++] = s.p[i];
	return str_make(p, n);
}

enum err
document_read(struct ctx *ctx, struct str bytes, struct front *front,
    struct document *out)
{
	struct front f = { 0 };
	struct document d = { 0 };
	size_t mark = 0;

	if (bytes.n > DOCUMENT_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "the text is %zu bytes long, the limit is %d", bytes.n,
		    DOCUMENT_MAX);
	TRY(text_check(ctx, bytes));
	mark = merge_marked(bytes);
	if (mark != 0)
		return FAIL(ctx, ERR_INVALID,
		    "line %zu still has the mark of a conflict: choose what "
		    "is to stand there and take the marks out",
		    mark);
	TRY(front_read(ctx, plain_ends(ctx, bytes), &f));
	TRY(check_keys(ctx, &f));
	document_of_front(ctx, &f, &d);
	d.seen = f.seen;
	if (f.story.n != 0 && !str_int(f.story, &d.story))
		return FAIL(ctx, ERR_INVALID,
		    "“story” in the front matter is no number: leave that "
		    "line as it was");
	*front = f;
	*out = d;
	return ERR_OK;
}

int64_t
document_ticks(struct str address)
{
	size_t from = str_find_char(address, '_', 0);
	size_t to = from + 1;
	int64_t ticks = 0;

	if (from == SIZE_MAX || address.p[0] != '/')
		return 0;
	while (to < address.n && address.p[to] >= '0' && address.p[to] <= '9')
		to++;
	return str_int(str_sub(address, from + 1, to - from - 1), &ticks)
		   ? ticks
		   : 0;
}

/* ---- from what is kept ---- */

/* Names are found by the slug that they make, or made once. */
static enum err
finds(struct ctx *ctx, struct store *st, bool tags, const struct edition *e,
    const struct story_link *l, bool *out)
{
	const struct term *there = NULL;
	struct str slug = { 0 };

	TRY(slug_make(ctx, l->title, e->lang, &slug));
	*out = str_eq(slug, l->slug);
	if (*out)
		return ERR_OK;
	if (tags)
		TRY(tag_by_slug(ctx, st, e->id, slug, &there));
	else
		TRY(author_by_slug(ctx, st, e->id, slug, &there));
	*out = there != NULL && there->id == l->id;
	return ERR_OK;
}

/* By name; where that would find another one, by address. */
static enum err
names_value(struct ctx *ctx, struct store *st, bool tags,
    const struct edition *e, const struct story_link *links, size_t n,
    struct str *out)
{
	struct str *names = ARENA_ARRAY(ctx->arena, n, struct str);
	size_t names_n = 0;

	for (size_t i = 0; i < n; i++) {
		bool is = false;
		size_t k = 0;

		/* Two that were merged stand twice. */
		while (k < i && links[k].id != links[i].id)
			k++;
		if (k < i)
			continue;
		TRY(finds(ctx, st, tags, e, &links[i], &is));
		names[names_n++] =
		    is && links[i].title.p[0] != '/'
			? links[i].title
			: str_printf(ctx->arena, "/%s/%.*s",
			      tags ? "tag" : "author", STR_FMT(links[i].slug));
	}
	*out = texts_value(ctx, names, names_n);
	return ERR_OK;
}

static enum err
byline_value(
    struct ctx *ctx, struct store *st, const struct article *a, struct str *out)
{
	int64_t ids[STORY_AUTHORS_MAX];
	struct str made = { 0 };

	assert(a->authors_n <= STORY_AUTHORS_MAX);
	for (size_t i = 0; i < a->authors_n; i++)
		ids[i] = a->authors[i].id;
	TRY(byline_make(ctx, st, a->edition, ids, a->authors_n, &made));
	*out = str_eq(made, a->byline) ? STR("") : text_value(ctx, a->byline);
	return ERR_OK;
}

static void
picture_values(struct ctx *ctx, const struct picture *p, struct str *v)
{
	if (p->asset == 0)
		return;
	v[KEY_LEAD] = text_value(ctx,
	    asset_address(ctx->arena,
		&(struct asset){
		    .day = p->day, .house = p->house, .ticks = p->ticks }));
	v[KEY_LEAD_ALT] = text_value(ctx, p->alt);
	v[KEY_LEAD_CAPTION] = text_value(ctx, p->caption);
	v[KEY_LEAD_CREDIT] = text_value(ctx, p->credit);
}

static enum err
document_of_article(struct ctx *ctx, struct store *st, const struct article *a,
    const struct edition *e, struct str *v)
{
	v[KEY_TITLE] = text_value(ctx, a->headline);
	v[KEY_KICKER] = text_value(ctx, a->kicker);
	v[KEY_STANDFIRST] = text_value(ctx, a->standfirst);
	v[KEY_SECTION] = text_value(ctx, a->section.slug);
	TRY(names_value(
	    ctx, st, false, e, a->authors, a->authors_n, &v[KEY_AUTHORS]));
	TRY(byline_value(ctx, st, a, &v[KEY_BYLINE]));
	v[KEY_DATELINE] = text_value(ctx, a->dateline);
	TRY(names_value(ctx, st, true, e, a->tags, a->tags_n, &v[KEY_TAGS]));
	v[KEY_ADVISORY] = advisory_value(
	    ctx, a->advisory_code, a->advisory_spelling, a->advisory_note);
	picture_values(ctx, &a->lead, v);
	v[KEY_SOURCES] = sources_value(ctx, a->sources, a->sources_n);
	v[KEY_SIGNOFF] = text_value(ctx, a->signoff);
	v[KEY_DESK] = text_value(ctx, a->desk);
	v[KEY_EDITION] = text_value(ctx, e->code);
	if (a->translation_set != 0 && a->translation_set != a->id)
		v[KEY_TRANSLATION] = text_value(ctx,
		    str_printf(ctx->arena, "%" PRId64, a->translation_set));
	if (a->format != BODY_MARKDOWN)
		v[KEY_FORMAT] =
		    a->format == BODY_HTML ? STR("html") : STR("plain");
	return ERR_OK;
}

enum err
document_of_revision(struct ctx *ctx, struct store *st, int64_t story,
    int64_t rev, struct document *out)
{
	const struct article *a = NULL;
	const struct edition *e = NULL;
	const struct story *s = NULL;
	struct document d = { .story = story };

	TRY(story_article(ctx, st, story, rev, &a));
	TRY(story_by_id(ctx, st, story, &s));
	TRY(edition_by_id(ctx, st, a->edition, &e));
	TRY(document_of_article(ctx, st, a, e, d.value));
	if (s->slug_fixed)
		d.value[KEY_SLUG] = text_value(ctx, s->slug);
	d.body = a->format == BODY_HTML ? a->body.s : a->source;
	d.revision = a->number;
	d.seen = str_printf(ctx->arena, "%" PRId64 "-%08x-%08x-%08x", a->number,
	    document_digest(&d, SEEN_SLUG),
	    document_digest(&d, SEEN_TRANSLATION),
	    document_digest(&d, SEEN_PICTURE));
	*out = d;
	return ERR_OK;
}

enum err
document_write_rev(struct ctx *ctx, struct store *st, int64_t story,
    int64_t rev, struct str *out)
{
	struct document d = { 0 };

	TRY(document_of_revision(ctx, st, story, rev, &d));
	*out = document_text(ctx, &d);
	return ERR_OK;
}

enum err
document_write(
    struct ctx *ctx, struct store *st, int64_t story, struct str *out)
{
	return document_write_rev(ctx, st, story, -1, out);
}

/* ---- a new one ---- */

static enum err
sections_text(
    struct ctx *ctx, struct store *st, int64_t edition, struct str *out)
{
	const struct section *v = NULL;
	size_t n = 0;
	struct buf b;

	TRY(section_list(ctx, st, edition, &v, &n));
	buf_init(&b, ctx->arena, VALUE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_put(&b, i == 0 ? STR("one of: ") : STR(", "));
		buf_put(&b, v[i].slug);
	}
	*out = n == 0 ? STR("the house has none yet") : buf_str(&b);
	return ERR_OK;
}

static enum err
advisories_text(struct ctx *ctx, struct store *st, struct str *out)
{
	const struct advisory *v = NULL;
	size_t n = 0;
	struct buf b;

	TRY(advisory_list(ctx, st, STR("en"), &v, &n));
	buf_init(&b, ctx->arena, VALUE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_put(&b, i == 0 ? STR("{ code: ") : STR(" or "));
		buf_put(&b, v[i].code);
	}
	BUF_LIT(&b, ", note: … }");
	*out = buf_str(&b);
	return ERR_OK;
}

enum err
document_blank(struct ctx *ctx, struct store *st, struct str edition,
    struct str title, struct str *out)
{
	const struct edition *e = NULL;
	struct str sections = { 0 };
	struct str advisories = { 0 };
	struct buf b;

	TRY(edition_by_code(ctx, st, edition, &e));
	if (e == NULL)
		return FAIL(ctx, ERR_NOTFOUND, "there is no edition “%s”",
		    text_quote(ctx->arena, edition));
	TRY(sections_text(ctx, st, e->id, &sections));
	TRY(advisories_text(ctx, st, &advisories));
	buf_init(&b, ctx->arena, 2 * VALUE_MAX);
	buf_printf(&b,
	    "---\n"
	    "# A new story. The text goes below the second line of ---, in "
	    "Markdown.\n"
	    "# Only the title is needed; what stands behind a # is not kept.\n"
	    "# Leave all as it is, and nothing is made.\n"
	    "title: %.*s\n"
	    "kicker:       # two or three words above the title\n"
	    "standfirst:   # the paragraph below it\n"
	    "section:      # %.*s\n"
	    "authors:      # [Ilse Varden, Tomas Oyelund]\n"
	    "dateline:     # where from\n"
	    "tags:         # [Ferries, Labour]\n"
	    "advisory:     # %.*s\n"
	    "sources:      # [The crews’ union, { name: Port, url: "
	    "\"https://port.example/\" }]\n"
	    "signoff:      # initials of those who handled it\n"
	    "desk:         # desk number\n"
	    "edition: %.*s\n"
	    "translation_of:   # number of the story that says the same\n"
	    "---\n\n",
	    STR_FMT(text_value(ctx, title)), STR_FMT(sections),
	    STR_FMT(advisories), STR_FMT(e->code));
	return buf_done(ctx, &b, out);
}
