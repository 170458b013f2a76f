/* SPDX-License-Identifier: MIT */
/* Front matter; see the header. */

#include "exchange/front.h"

enum { ALIASES_MAX = 1000 }; /* old addresses of one page */

/* ---- values ---- */

static enum err
wrong_type(struct ctx *ctx, const struct yaml *y, const char *due)
{
	return FAIL(ctx, ERR_INVALID, "line %zu: “%.*s” is %s, it must be %s",
	    y->line, (int)(y->key.n < 60 ? y->key.n : 60),
	    y->key.p != NULL ? y->key.p : "", yaml_kind_name(y->kind), due);
}

struct str
front_one_line(struct arena *a, struct str s)
{
	struct buf b;

	if (str_find_char(s, '\n', 0) == SIZE_MAX &&
	    str_find_char(s, '\r', 0) == SIZE_MAX)
		return s;
	buf_init(&b, a, s.n);
	for (size_t i = 0; i < s.n; i++)
		buf_char(&b, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
	return buf_str(&b);
}

enum err
front_twice(struct ctx *ctx, const struct yaml *y)
{
	return FAIL(ctx, ERR_INVALID, "line %zu: “%.*s” stands there twice",
	    y->line, STR_FMT(utf8_head(y->key, 60)));
}

enum err
front_text(struct ctx *ctx, const struct yaml *y, size_t max, struct str *out)
{
	if (y->kind == YAML_NULL) {
		*out = (struct str){ 0 };
		return ERR_OK;
	}
	if (y->kind != YAML_TEXT)
		return wrong_type(ctx, y, "a text");
	if (utf8_length(y->text) > max)
		return FAIL(ctx, ERR_LIMIT,
		    "line %zu: “%.*s” is %zu characters long, the limit is "
		    "%zu",
		    y->line, (int)(y->key.n < 60 ? y->key.n : 60),
		    y->key.p != NULL ? y->key.p : "", utf8_length(y->text),
		    max);
	*out = utf8_is_blank(y->text)
		   ? STR("")
		   : str_trim(front_one_line(ctx->arena, y->text));
	return ERR_OK;
}

enum err
front_texts(struct ctx *ctx, const struct yaml *y, size_t max, struct str **out,
    size_t *n)
{
	size_t i = 0;

	if (y->kind == YAML_NULL)
		return ERR_OK;
	if (y->kind == YAML_MAP)
		return wrong_type(ctx, y, "a list of texts");
	if (y->n > max)
		return FAIL(ctx, ERR_LIMIT,
		    "line %zu: “%.*s” has %zu entries, the limit is %zu",
		    y->line, (int)(y->key.n < 60 ? y->key.n : 60), y->key.p,
		    y->n, max);
	*out = ARENA_ARRAY(ctx->arena, y->n + 1, struct str);
	if (y->kind == YAML_TEXT) {
		TRY(front_text(ctx, y, TITLE_MAX, &(*out)[0]));
		*n = (*out)[0].n != 0;
		return ERR_OK;
	}
	for (const struct yaml *e = y->first; e != NULL; e = e->next) {
		struct yaml named = *e;

		/* So that what is wrong with it names the list. */
		named.key = y->key;
		TRY(front_text(ctx, &named, TITLE_MAX, &(*out)[i]));
		i += (*out)[i].n != 0;
	}
	*n = i;
	return ERR_OK;
}

/* ---- what holds more than a text ---- */

static enum err
read_advisory(struct ctx *ctx, const struct yaml *y, struct front *f)
{
	const struct yaml *note = yaml_get(y, STR("note"));
	const struct yaml *code = yaml_get(y, STR("code"));
	const struct yaml *label = yaml_get(y, STR("label"));

	if (y->kind == YAML_TEXT)
		return front_text(ctx, y, STORY_LINE_MAX, &f->advisory_code);
	if (y->kind != YAML_MAP || code == NULL)
		return wrong_type(ctx, y, "a map with code and note");
	if (note != NULL)
		TRY(front_text(ctx, note, STANDFIRST_MAX, &f->advisory_note));
	if (label != NULL)
		TRY(front_text(ctx, label, STORY_LINE_MAX, &f->advisory_label));
	return front_text(ctx, code, STORY_LINE_MAX, &f->advisory_code);
}

/* "A name", or { name, url }. */
static enum err
read_source(struct ctx *ctx, const struct yaml *y, struct story_source *out)
{
	const struct yaml *name = yaml_get(y, STR("name"));
	const struct yaml *url = yaml_get(y, STR("url"));

	if (y->kind == YAML_TEXT)
		return front_text(ctx, y, STORY_LINE_MAX, &out->name);
	if (name == NULL)
		return FAIL(ctx, ERR_INVALID,
		    "line %zu: a source is a text, or a map with name and url",
		    y->line);
	if (url != NULL)
		TRY(front_text(ctx, url, STORY_LINE_MAX, &out->url));
	return front_text(ctx, name, STORY_LINE_MAX, &out->name);
}

static enum err
read_sources(struct ctx *ctx, const struct yaml *y, struct front *f)
{
	if (y->kind == YAML_NULL)
		return ERR_OK;
	if (y->kind == YAML_MAP)
		return wrong_type(ctx, y, "a list");
	if (y->n > STORY_SOURCES_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "line %zu: %zu sources, the limit is %d", y->line, y->n,
		    STORY_SOURCES_MAX);
	f->sources = ARENA_ARRAY(ctx->arena, y->n + 1, struct story_source);
	if (y->kind == YAML_TEXT)
		return read_source(ctx, y, &f->sources[f->sources_n++]);
	for (const struct yaml *e = y->first; e != NULL; e = e->next)
		TRY(read_source(ctx, e, &f->sources[f->sources_n++]));
	return ERR_OK;
}

static enum err
read_corrections(struct ctx *ctx, const struct yaml *y, struct front *f)
{
	if (y->kind == YAML_NULL)
		return ERR_OK;
	if (y->kind != YAML_LIST)
		return wrong_type(ctx, y, "a list of date and text");
	if (y->n > CORRECTIONS_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "line %zu: %zu corrections, the limit is %d", y->line, y->n,
		    CORRECTIONS_MAX);
	f->corrections = ARENA_ARRAY(ctx->arena, y->n, struct front_correction);
	for (const struct yaml *e = y->first; e != NULL; e = e->next) {
		struct front_correction *c =
		    &f->corrections[f->corrections_n++];
		const struct yaml *date = yaml_get(e, STR("date"));
		const struct yaml *text = yaml_get(e, STR("text"));

		if (date == NULL || text == NULL)
			return FAIL(ctx, ERR_INVALID,
			    "line %zu: a correction is a map with date and "
			    "text",
			    e->line);
		TRY(front_text(ctx, date, STORY_LINE_MAX, &c->date));
		TRY(front_text(ctx, text, STANDFIRST_MAX, &c->text));
	}
	return ERR_OK;
}

/* ---- the keys ---- */

static const struct {
	const char *key;
	size_t at; /* in struct front */
	size_t max;
} text_keys[] = {
	{ "title", offsetof(struct front, title), HEADLINE_MAX },
	{ "display_name", offsetof(struct front, title), HEADLINE_MAX },
	{ "deck", offsetof(struct front, deck), STANDFIRST_MAX },
	{ "description", offsetof(struct front, standfirst), STANDFIRST_MAX },
	{ "bio", offsetof(struct front, standfirst), STANDFIRST_MAX },
	{ "agency_full_name", offsetof(struct front, standfirst),
	    STANDFIRST_MAX },
	{ "source", offsetof(struct front, source), STORY_LINE_MAX },
	{ "source_url", offsetof(struct front, source_url), 1000 },
	{ "redirectto", offsetof(struct front, redirect), 1000 },
	{ "redirect_to", offsetof(struct front, redirect), 1000 },
	{ "date", offsetof(struct front, date), STORY_LINE_MAX },
	{ "slug", offsetof(struct front, slug), STORY_LINE_MAX },
	{ "section", offsetof(struct front, section), TITLE_MAX },
	{ "kicker", offsetof(struct front, kicker), KICKER_MAX },
	{ "standfirst", offsetof(struct front, standfirst), STANDFIRST_MAX },
	{ "summary", offsetof(struct front, standfirst), STANDFIRST_MAX },
	{ "byline", offsetof(struct front, byline), BYLINE_MAX },
	{ "dateline", offsetof(struct front, dateline), STORY_LINE_MAX },
	{ "signoff", offsetof(struct front, signoff), STORY_LINE_MAX },
	{ "desk", offsetof(struct front, desk), STORY_LINE_MAX },
	{ "lead", offsetof(struct front, lead), 1000 },
	{ "lead_alt", offsetof(struct front, lead_alt), STANDFIRST_MAX },
	{ "lead_caption", offsetof(struct front, lead_caption),
	    STANDFIRST_MAX },
	{ "lead_credit", offsetof(struct front, lead_credit), STORY_LINE_MAX },
	{ "lead_focus", offsetof(struct front, lead_focus), STORY_LINE_MAX },
	{ "edition", offsetof(struct front, edition), STORY_LINE_MAX },
	{ "lang", offsetof(struct front, lang), STORY_LINE_MAX },
	{ "translation_of", offsetof(struct front, translation_of), 1000 },
	{ "format", offsetof(struct front, format), STORY_LINE_MAX },
	{ "story", offsetof(struct front, story), STORY_LINE_MAX },
	{ "seen", offsetof(struct front, seen), STORY_LINE_MAX },
};
enum { TEXT_KEYS = sizeof text_keys / sizeof *text_keys };

static const struct str tag_keys[] = { STR_INIT("tags"), STR_INIT("tag"),
	STR_INIT("topics"), STR_INIT("categories"), STR_INIT("keywords") };

/* Those of several keys, one after the other. */
static enum err
read_tags(struct ctx *ctx, const struct yaml *y, struct front *f)
{
	struct str *more = NULL;
	struct str *all = NULL;
	size_t n = 0;

	TRY(front_texts(ctx, y, STORY_TAGS_MAX, &more, &n));
	if (f->tags_n + n > STORY_TAGS_MAX)
		return FAIL(ctx, ERR_LIMIT,
		    "line %zu: %zu tags in all, the limit is %d", y->line,
		    f->tags_n + n, STORY_TAGS_MAX);
	all = ARENA_ARRAY(ctx->arena, f->tags_n + n, struct str);
	for (size_t i = 0; i < f->tags_n; i++)
		all[i] = f->tags[i];
	for (size_t i = 0; i < n; i++)
		all[f->tags_n + i] = more[i];
	f->tags = all;
	f->tags_n += n;
	return ERR_OK;
}

static enum err
read_draft(struct ctx *ctx, const struct yaml *y, struct front *f)
{
	struct str s = { 0 };

	TRY(front_text(ctx, y, STORY_LINE_MAX, &s));
	if (str_eq(s, STR("draft")) || str_eq(s, STR("true")))
		f->draft = true;
	else if (s.n != 0 && !str_eq(s, STR("published")) &&
		 !str_eq(s, STR("false")))
		return FAIL(ctx, ERR_INVALID,
		    "line %zu: a story is published or draft, nothing else",
		    y->line);
	return ERR_OK;
}

static enum err
read_key(struct ctx *ctx, const struct yaml *y, struct front *f, bool *known)
{
	for (size_t i = 0; i < TEXT_KEYS; i++) {
		struct str *to =
		    (struct str *)(void *)((char *)f + text_keys[i].at);

		/* Of two keys for the same the first that says something. */
		if (str_eq(y->key, str_c(text_keys[i].key)))
			return to->n > 0
				   ? ERR_OK
				   : front_text(ctx, y, text_keys[i].max, to);
	}
	if (str_eq(y->key, STR("state")) || str_eq(y->key, STR("draft")))
		return read_draft(ctx, y, f);
	if (str_eq(y->key, STR("authors")) || str_eq(y->key, STR("author")))
		return front_texts(
		    ctx, y, STORY_AUTHORS_MAX, &f->authors, &f->authors_n);
	for (size_t i = 0; i < sizeof tag_keys / sizeof *tag_keys; i++)
		if (str_eq(y->key, tag_keys[i]))
			return read_tags(ctx, y, f);
	if (str_eq(y->key, STR("aliases")))
		return front_texts(
		    ctx, y, ALIASES_MAX, &f->aliases, &f->aliases_n);
	if (str_eq(y->key, STR("related")))
		return front_texts(
		    ctx, y, RELATED_MAX, &f->related, &f->related_n);
	if (str_eq(y->key, STR("advisory")))
		return y->kind == YAML_NULL ? ERR_OK : read_advisory(ctx, y, f);
	if (str_eq(y->key, STR("sources")))
		return read_sources(ctx, y, f);
	if (str_eq(y->key, STR("corrections")))
		return read_corrections(ctx, y, f);
	f->unknown[f->unknown_n++] = y->key;
	*known = false;
	return ERR_OK;
}

/* What is not used may stand there as often as it likes. */
static enum err
read_entry(struct ctx *ctx, const struct yaml *y, struct front *f)
{
	bool known = true;

	TRY(read_key(ctx, y, f, &known));
	if (!known || (!y->again && yaml_twice(y) == NULL))
		return ERR_OK;
	return front_twice(ctx, y->again ? y : yaml_twice(y));
}

/* ---- where it stands ---- */

/* The lines between the first "---" and the next; *line: the first one's. */
static enum err
cut_front(struct ctx *ctx, struct str s, struct str *yaml, struct str *body)
{
	struct str rest = { 0 };
	size_t from = 0;

	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_from(s, 3);
	while (s.n > 0 && (s.p[0] == '\n' || s.p[0] == '\r'))
		s = str_from(s, 1);
	if (!str_eq(str_trim(str_cut(s, '\n', &rest)), STR("---")) ||
	    !str_starts(s, STR("---")))
		return FAIL(ctx, ERR_INVALID,
		    "it does not begin with front matter: a line of ---");
	from = (size_t)(rest.p != NULL ? rest.p - s.p : (ptrdiff_t)s.n);
	while (rest.n != 0) {
		size_t at = (size_t)(rest.p - s.p);
		struct str line = str_cut(rest, '\n', &rest);

		if (str_starts(line, STR("---")) && str_trim(line).n == 3) {
			*yaml = str_sub(s, from, at - from);
			*body = rest;
			return ERR_OK;
		}
	}
	return FAIL(ctx, ERR_INVALID,
	    "its front matter has no end: a second line of --- is missing");
}

enum err
front_read(struct ctx *ctx, struct str bytes, struct front *out)
{
	struct front f = { 0 };
	struct str yaml = { 0 };
	const struct yaml *root = NULL;

	TRY(cut_front(ctx, bytes, &yaml, &f.body));
	TRY(yaml_read(ctx, yaml, 2, &root));
	if (root->kind != YAML_MAP)
		return FAIL(ctx, ERR_INVALID,
		    "its front matter is %s, it must be a map of keys",
		    yaml_kind_name(root->kind));
	f.unknown = ARENA_ARRAY(ctx->arena, root->n, struct str);
	f.keys = ARENA_ARRAY(ctx->arena, root->n, struct str);
	for (const struct yaml *y = root->first; y != NULL; y = y->next) {
		f.keys[f.keys_n++] = y->key;
		TRY(read_entry(ctx, y, &f));
	}
	*out = f;
	return ERR_OK;
}

enum body_format
front_format(const struct front *f)
{
	return str_eq(f->format, STR("html"))	 ? BODY_HTML
	       : str_eq(f->format, STR("plain")) ? BODY_PLAIN
						 : BODY_MARKDOWN;
}
