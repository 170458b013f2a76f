/* SPDX-License-Identifier: MIT */
/* Captions: WebVTT, read strictly and written anew. */

#include "markup/vtt.h"

#include <string.h>

enum {
	HOURS_MAX = 99,
	PAUSE = 2000,	    /* milliseconds without speech end a paragraph */
	PARAGRAPH = 500,    /* bytes after which a sentence's end does */
	TAGS_MAX = 16,	    /* open at once */
	SETTINGS_MAX = 200, /* bytes of one cue's; five short words */
};

struct reading {
	struct ctx *ctx;
	struct str rest; /* not read yet */
	int line;	 /* of what was read last, from 1 */
	struct vtt_cue *cues;
	size_t n, room;
	size_t notes;
};

/* The next line without its end; false: there is none. */
static bool
next_line(struct reading *r, struct str *out)
{
	size_t n = 0;

	if (r->rest.n == 0)
		return false;
	while (n < r->rest.n && r->rest.p[n] != '\n' && r->rest.p[n] != '\r')
		n++;
	*out = str_sub(r->rest, 0, n);
	if (n < r->rest.n)
		n += str_starts(str_from(r->rest, n), STR("\r\n")) ? 2 : 1;
	r->rest = str_from(r->rest, n);
	r->line++;
	return true;
}

static enum err
refuse(struct reading *r, const char *why)
{
	return FAIL(r->ctx, ERR_INVALID, "line %d: %s", r->line, why);
}

static enum err
too_long(struct ctx *ctx)
{
	return FAIL(ctx, ERR_INVALID, "captions of more than %d kB are none",
	    VTT_MAX / 1024);
}

/* ---- times ---- */

/* So many digits, or at least so many of hours. */
static bool
take_number(struct str *s, size_t least, size_t most, int64_t *out)
{
	size_t n = 0;
	int64_t v = 0;

	while (n < s->n && n < most && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	*s = str_from(*s, n);
	*out = v;
	return n >= least;
}

static bool
take(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

/* "00:12.500" or "01:00:12.500" */
static bool
take_time(struct str *s, int64_t *out)
{
	int64_t part[3] = { 0 };
	int64_t ms = 0;
	size_t n = 0;

	do
		if (n == 3 || !take_number(s, 2, 2, &part[n++]))
			return false;
	while (take(s, ':'));
	if (n < 2 || !take(s, '.') || !take_number(s, 3, 3, &ms))
		return false;
	if (n == 2) {
		part[2] = part[1];
		part[1] = part[0];
		part[0] = 0;
	}
	if (part[0] > HOURS_MAX || part[1] > 59 || part[2] > 59)
		return false;
	*out = ((part[0] * 60 + part[1]) * 60 + part[2]) * 1000 + ms;
	return true;
}

static bool
take_blank(struct str *s)
{
	size_t before = s->n;

	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
		*s = str_from(*s, 1);
	return s->n < before;
}

/* ---- settings ---- */

static bool
is_setting(struct str s)
{
	static const struct str names[] = { STR_INIT("vertical"),
		STR_INIT("line"), STR_INIT("position"), STR_INIT("size"),
		STR_INIT("align") };
	struct str value = { 0 };
	struct str name = str_cut(s, ':', &value);
	bool known = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		known = known || str_eq(name, names[i]);
	for (size_t i = 0; i < value.n; i++)
		if (!((value.p[i] >= 'a' && value.p[i] <= 'z') ||
			(value.p[i] >= '0' && value.p[i] <= '9') ||
			strchr("-.,%", value.p[i]) != NULL))
			return false;
	return known && value.n > 0;
}

static enum err
read_settings(struct reading *r, struct str s, struct str *out)
{
	struct buf b;

	if (s.n > SETTINGS_MAX)
		return refuse(r, "settings of more than 200 bytes");
	buf_init(&b, r->ctx->arena, SETTINGS_MAX);
	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
			n++;
		if (!is_setting(str_sub(s, 0, n)))
			return refuse(r,
			    "behind the times only vertical, line, position, "
			    "size and align may stand");
		if (buf_str(&b).n > 0)
			buf_char(&b, ' ');
		buf_put(&b, str_sub(s, 0, n));
		s = str_from(s, n);
		(void)take_blank(&s);
	}
	return buf_done(r->ctx, &b, out);
}

static enum err
read_times(struct reading *r, struct str line, struct vtt_cue *c)
{
	const char *words = "times are written as 00:12.500 --> 00:15.000";

	if (!take_time(&line, &c->from) || !take_blank(&line) ||
	    !str_starts(line, STR("-->")))
		return refuse(r, words);
	line = str_from(line, 3);
	if (!take_blank(&line) || !take_time(&line, &c->until))
		return refuse(r, words);
	if (line.n > 0 && !take_blank(&line))
		return refuse(r, words);
	if (c->until <= c->from)
		return refuse(r, "a caption must end after it begins");
	if (r->n > 0 && c->from < r->cues[r->n - 1].from)
		return refuse(r, "a caption begins before the one above it");
	return read_settings(r, line, &c->settings);
}

/* ---- text ---- */

/* What may stand between < and >, and is said again as it is. */
struct tags {
	struct str open[TAGS_MAX];
	size_t n;
};

static bool
tag_known(struct str name)
{
	static const struct str names[] = { STR_INIT("b"), STR_INIT("i"),
		STR_INIT("u"), STR_INIT("c"), STR_INIT("v"), STR_INIT("lang"),
		STR_INIT("ruby"), STR_INIT("rt") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* The name of "v.loud Ilse" is v. */
static struct str
tag_name(struct str tag)
{
	size_t n = 0;

	while (n < tag.n && strchr(". \t\n", tag.p[n]) == NULL)
		n++;
	return str_sub(tag, 0, n);
}

static bool
tag_fits(struct tags *t, struct str tag)
{
	struct str time = tag;
	int64_t ms = 0;

	if (take_time(&time, &ms))
		return time.n == 0;
	if (tag.n > 0 && tag.p[0] == '/')
		return t->n > 0 && str_eq(t->open[--t->n], str_from(tag, 1));
	if (!tag_known(tag_name(tag)) || t->n == TAGS_MAX ||
	    str_find_char(tag, '&', 0) != SIZE_MAX ||
	    str_find_char(tag, '\t', 0) != SIZE_MAX ||
	    str_find_char(tag, '\n', 0) != SIZE_MAX)
		return false;
	/* Only a voice and a language have a name behind them. */
	if (str_find_char(tag, ' ', 0) != SIZE_MAX &&
	    !str_eq(tag_name(tag), STR("v")) &&
	    !str_eq(tag_name(tag), STR("lang")))
		return false;
	t->open[t->n++] = tag_name(tag);
	return true;
}

static bool
entity_known(struct str s)
{
	static const struct str names[] = { STR_INIT("&amp;"), STR_INIT("&lt;"),
		STR_INIT("&gt;"), STR_INIT("&nbsp;"), STR_INIT("&lrm;"),
		STR_INIT("&rlm;") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_starts(s, names[i]))
			return true;
	return false;
}

/* The text of a cue; a tag may reach over its lines' ends, a < may not. */
static enum err
check_text(struct reading *r, struct str text)
{
	struct tags tags = { 0 };

	for (size_t i = 0; i < text.n; i++) {
		size_t end = 0;

		if (text.p[i] == '&' && !entity_known(str_from(text, i)))
			return refuse(r, "a & of the text is written &amp;");
		if (text.p[i] == '>')
			return refuse(r, "a > of the text is written &gt;");
		if (text.p[i] != '<')
			continue;
		end = str_find_char(text, '>', i);
		if (end == SIZE_MAX ||
		    !tag_fits(&tags, str_sub(text, i + 1, end - i - 1)))
			return refuse(r,
			    "only the tags of captions may stand in a text: "
			    "b, i, u, c, v, lang, ruby, rt, and each ends in "
			    "its turn; a < of the text is written &lt;");
		i = end;
	}
	/* v may stay open to the end. */
	if (tags.n > 1 || (tags.n == 1 && !str_eq(tags.open[0], STR("v"))))
		return refuse(r, "a tag above does not end");
	return ERR_OK;
}

static enum err
read_text(struct reading *r, struct str *out)
{
	struct str line = { 0 };
	struct buf b;

	buf_init(&b, r->ctx->arena, 2 * VTT_CUE_MAX);
	while (next_line(r, &line) && line.n > 0) {
		if (str_find(line, STR("-->"), 0) != SIZE_MAX)
			return refuse(r, "an empty line is missing above");
		if (b.n > 0)
			buf_char(&b, '\n');
		if (b.n + line.n > VTT_CUE_MAX)
			return refuse(r, "a caption of more than 1,000 bytes");
		buf_put(&b, line);
	}
	TRY(buf_done(r->ctx, &b, out));
	return check_text(r, *out);
}

/* ---- the file ---- */

static bool
begins_word(struct str line, const char *word)
{
	struct str w = str_c(word);

	return str_starts(line, w) &&
	       (line.n == w.n || line.p[w.n] == ' ' || line.p[w.n] == '\t');
}

static enum err
add_cue(struct reading *r, struct str times)
{
	struct vtt_cue c = { 0 };

	if (r->n == VTT_CUES_MAX)
		return refuse(r, "more than 10,000 captions");
	TRY(read_times(r, times, &c));
	TRY(read_text(r, &c.text));
	if (r->n == r->room) {
		size_t room = r->room == 0 ? 64 : 2 * r->room;
		struct vtt_cue *more =
		    ARENA_ARRAY(r->ctx->arena, room, struct vtt_cue);

		if (r->n > 0)
			memcpy(more, r->cues, r->n * sizeof(*more));
		r->cues = more;
		r->room = room;
	}
	r->cues[r->n++] = c;
	return ERR_OK;
}

/* line: the first of a block. */
static enum err
read_block(struct reading *r, struct str line)
{
	if (begins_word(line, "NOTE")) {
		r->notes++;
		while (next_line(r, &line) && line.n > 0)
			;
		return ERR_OK;
	}
	if (begins_word(line, "STYLE") || begins_word(line, "REGION"))
		return refuse(r,
		    "styles and regions are the player's: take this block out");
	if (str_find(line, STR("-->"), 0) == SIZE_MAX) {
		/* A name of its own, which nobody needs. */
		if (!next_line(r, &line) ||
		    str_find(line, STR("-->"), 0) == SIZE_MAX)
			return refuse(r, "here the times of a caption belong");
	}
	return add_cue(r, line);
}

static enum err
read_head(struct reading *r)
{
	struct str line = { 0 };

	if (str_starts(r->rest, STR("\xef\xbb\xbf")))
		r->rest = str_from(r->rest, 3);
	if (!next_line(r, &line) || !begins_word(line, "WEBVTT"))
		return FAIL(r->ctx, ERR_INVALID,
		    "this is no WebVTT file: its first line is WEBVTT");
	if (next_line(r, &line) && line.n > 0)
		return refuse(r, "below WEBVTT an empty line belongs");
	return ERR_OK;
}

enum err
vtt_read(struct ctx *ctx, struct str text, struct vtt *out)
{
	struct reading r = { .ctx = ctx, .rest = text };
	struct str line = { 0 };

	if (text.n > VTT_MAX)
		return too_long(ctx);
	if (utf8_bad(text) != SIZE_MAX ||
	    str_find_char(text, '\0', 0) != SIZE_MAX)
		return FAIL(ctx, ERR_INVALID,
		    "the captions are not UTF-8 text: save them as UTF-8");
	for (struct str left = text; left.n > 0;)
		if (!utf8_printable(str_cut(left, '\r', &left)))
			return FAIL(ctx, ERR_INVALID,
			    "there are control characters in the captions");
	TRY(read_head(&r));
	while (next_line(&r, &line))
		if (line.n > 0)
			TRY(read_block(&r, line));
	if (r.n == 0)
		return FAIL(ctx, ERR_INVALID, "there is no caption in it");
	*out = (struct vtt){ .cues = r.cues, .n = r.n, .notes = r.notes };
	return ERR_OK;
}

/* ---- writing ---- */

static void
put_time(struct buf *b, int64_t ms)
{
	buf_printf(b, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64,
	    ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

enum err
vtt_write(struct ctx *ctx, const struct vtt *v, struct str *out)
{
	struct buf b;

	/* Hours that were left out are written: it may be the longer one. */
	buf_init(&b, ctx->arena, VTT_MAX);
	BUF_LIT(&b, "WEBVTT\n");
	for (size_t i = 0; i < v->n; i++) {
		const struct vtt_cue *c = &v->cues[i];

		buf_char(&b, '\n');
		put_time(&b, c->from);
		BUF_LIT(&b, " --> ");
		put_time(&b, c->until);
		if (c->settings.n > 0)
			buf_char(&b, ' ');
		buf_put(&b, c->settings);
		buf_char(&b, '\n');
		buf_put(&b, c->text);
		if (c->text.n > 0)
			buf_char(&b, '\n');
	}
	if (b.over)
		return too_long(ctx);
	return buf_done(ctx, &b, out);
}

/* ---- words ---- */

static const struct {
	struct str entity, text;
} entities[] = {
	{ STR_INIT("&amp;"), STR_INIT("&") },
	{ STR_INIT("&lt;"), STR_INIT("<") },
	{ STR_INIT("&gt;"), STR_INIT(">") },
	{ STR_INIT("&nbsp;"), STR_INIT("\xc2\xa0") },
	{ STR_INIT("&lrm;"), STR_INIT("\xe2\x80\x8e") },
	{ STR_INIT("&rlm;"), STR_INIT("\xe2\x80\x8f") },
};

/* At *i of text: what it says, and *i behind it. */
static struct str
plain_at(struct str text, size_t *i)
{
	struct str here = str_from(text, *i);

	if (here.p[0] == '<') {
		*i = str_find_char(text, '>', *i) + 1;
		return STR("");
	}
	for (size_t k = 0; k < sizeof(entities) / sizeof(entities[0]); k++)
		if (str_starts(here, entities[k].entity)) {
			*i += entities[k].entity.n;
			return entities[k].text;
		}
	*i += 1;
	return here.p[0] == '\n' ? STR(" ") : str_sub(here, 0, 1);
}

static void
put_plain(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.n;)
		buf_put(b, plain_at(text, &i));
}

/* Does what stands there end a sentence? */
static bool
ends_sentence(struct str s)
{
	static const struct str ends[] = { STR_INIT("."), STR_INIT("?"),
		STR_INIT("!"), STR_INIT("\xd8\x9f") /* Arabic ? */,
		STR_INIT("\xe3\x80\x82") /* 。 */ };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(s, ends[i]))
			return true;
	return false;
}

enum err
vtt_words(
    struct ctx *ctx, const struct vtt *v, const struct str **out, size_t *n)
{
	struct str *all = ARENA_ARRAY(ctx->arena, v->n, struct str);
	size_t made = 0;
	struct buf b;

	buf_init(&b, ctx->arena, VTT_MAX);
	for (size_t i = 0; i < v->n; i++) {
		const struct vtt_cue *c = &v->cues[i];
		bool last = i + 1 == v->n;

		if (buf_str(&b).n > 0)
			buf_char(&b, ' ');
		put_plain(&b, c->text);
		if (!last && c[1].from - c->until < PAUSE &&
		    (buf_str(&b).n < PARAGRAPH || !ends_sentence(buf_str(&b))))
			continue;
		TRY(buf_done(ctx, &b, &all[made]));
		all[made] = str_trim(all[made]);
		made += all[made].n > 0 ? 1 : 0;
		buf_init(&b, ctx->arena, VTT_MAX);
	}
	*out = all;
	*n = made;
	return ERR_OK;
}
