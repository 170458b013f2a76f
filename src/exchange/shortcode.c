/* SPDX-License-Identifier: MIT */
/* Shortcodes become Markdown; see the header. */

#include "exchange/shortcode.h"

#include <string.h>

#include "newsroom/story.h"

enum {
	LINK_MAX = 2048,      /* bytes of an address that is asked about */
	LINK_TEXT_MAX = 4096, /* bytes looked for a link's other bracket, or
				 the other end of code */
};

struct param {
	struct str key; /* empty: by its place */
	struct str value;
};

struct code {
	struct str name;
	bool closes; /* {{< /note >}} */
	struct param params[SHORTCODE_PARAMS];
	size_t params_n;
};

struct expanding {
	struct ctx *ctx;
	const struct shortcode_host *host;
	struct shortcode_report *report;
	struct str in;
	size_t at; /* where we are in it */
	struct buf out;
	char fence;	/* of the code block that we are in; 0: none */
	size_t fence_n; /* its length */
};

bool
shortcode_in(struct str body)
{
	const char *p = body.p;
	const char *end = body.p + body.n;

	/* Both are rare, and a byte is found faster than two. */
	for (; p != NULL && p < end; p++) {
		p = memchr(p, '{', (size_t)(end - p));
		if (p == NULL)
			break;
		if (p + 1 < end && p[1] == '{')
			return true;
	}
	for (p = body.p; p != NULL && p < end; p++) {
		p = memchr(p, '(', (size_t)(end - p));
		if (p == NULL)
			break;
		if (p > body.p && p[-1] == ']')
			return true;
	}
	return false;
}

/* ---- reading one ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
skip_blanks(struct str s, size_t at)
{
	while (at < s.n && is_blank(s.p[at]))
		at++;
	return at;
}

/* "…" with \" in it, or `…` without. */
static struct str
quoted(struct arena *a, struct str s, size_t *at)
{
	char quote = s.p[(*at)++];
	size_t from = *at;
	struct buf b;

	while (*at < s.n && s.p[*at] != quote)
		*at +=
		    quote == '"' && s.p[*at] == '\\' && *at + 1 < s.n ? 2 : 1;
	struct str text = str_sub(s, from, (*at < s.n ? *at : s.n) - from);

	*at = *at < s.n ? *at + 1 : s.n;
	if (str_find_char(text, '\\', 0) == SIZE_MAX)
		return text;
	buf_init(&b, a, text.n + 1);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' && i + 1 < text.n)
			i++;
		buf_char(&b, text.p[i]);
	}
	return buf_str(&b);
}

static struct str
bare(struct str s, size_t *at, bool key)
{
	size_t from = *at;

	while (*at < s.n && !is_blank(s.p[*at]) && s.p[*at] != '"' &&
	       !(key && s.p[*at] == '='))
		++*at;
	return str_sub(s, from, *at - from);
}

static struct str
value(struct arena *a, struct str s, size_t *at, bool key)
{
	if (s.p[*at] == '"' || s.p[*at] == '`')
		return quoted(a, s, at);
	return bare(s, at, key);
}

/* What stands between the braces: name, and its parameters. */
static bool
read_code(struct arena *a, struct str s, struct code *out)
{
	size_t at = skip_blanks(s, 0);

	*out = (struct code){ 0 };
	if (at < s.n && s.p[at] == '/') {
		out->closes = true;
		at = skip_blanks(s, at + 1);
	}
	if (at < s.n)
		out->name = bare(s, &at, false);
	while (out->params_n < SHORTCODE_PARAMS) {
		struct param *p = &out->params[out->params_n];
		bool named = false;

		at = skip_blanks(s, at);
		if (at >= s.n)
			break;
		named = s.p[at] != '"' && s.p[at] != '`';
		p->value = value(a, s, &at, true);
		if (named && at < s.n && s.p[at] == '=') {
			p->key = p->value;
			at = skip_blanks(s, at + 1);
			p->value = at < s.n ? value(a, s, &at, false) : STR("");
		}
		out->params_n++;
	}
	return out->name.n > 0 && utf8_ok(out->name);
}

/* The value of the first of these keys that is there; "" else. */
static struct str
get(const struct code *c, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		for (size_t i = 0; i < c->params_n; i++)
			if (str_eq(c->params[i].key, str_c(*keys)) &&
			    str_trim(c->params[i].value).n > 0)
				return str_trim(c->params[i].value);
	return STR("");
}

static struct str
first(const struct code *c)
{
	for (size_t i = 0; i < c->params_n; i++)
		if (c->params[i].key.n == 0)
			return str_trim(c->params[i].value);
	return STR("");
}

#define GET(c, ...) get((c), (const char *const[]){ __VA_ARGS__, NULL })

/* ---- writing ---- */

static void
put(struct expanding *x, struct str s)
{
	buf_put(&x->out, s);
}

/* Words that are no Markdown, on one line. */
static void
put_words(struct expanding *x, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\n' || c == '\r')
			c = ' ';
		if (c == '[' || c == ']' || c == '\\' || c == '`' || c == '*' ||
		    c == '_' || c == '<' || c == '|')
			buf_char(&x->out, '\\');
		buf_char(&x->out, c);
	}
}

/* An address may hold anything: what Markdown would end it at is coded. */
static void
put_address(struct expanding *x, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == '(' || c == ')' || c == '<' || c == '>' ||
		    c == '\\' || c == '"') {
			buf_char(&x->out, '%');
			buf_char(&x->out, hex[c >> 4]);
			buf_char(&x->out, hex[c & 15]);
		} else {
			buf_char(&x->out, (char)c);
		}
	}
}

static bool
is_web(struct str url)
{
	return str_starts(url, STR("https://")) ||
	       str_starts(url, STR("http://"));
}

static void
put_link(struct expanding *x, struct str words, struct str url)
{
	if (words.n == 0)
		words = url;
	if (!is_web(url) && !str_starts(url, STR("/")) &&
	    !str_starts(url, STR("mailto:"))) {
		put_words(x, words);
		return;
	}
	buf_char(&x->out, '[');
	put_words(x, words);
	put(x, STR("]("));
	put_address(x, url);
	buf_char(&x->out, ')');
}

static void
paragraph(struct expanding *x)
{
	put(x, STR("\n\n"));
}

/* ---- what each means ---- */

/* A list of names ends with NULL. */
static bool
is_one(struct str name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (str_eq(name, str_c(*names)))
			return true;
	return false;
}

/* "[words](" has been written: the bracket that opens it, or SIZE_MAX. */
static size_t
open_bracket(const struct buf *out)
{
	size_t end = out->n - 2;
	size_t least = end > LINK_TEXT_MAX ? end - LINK_TEXT_MAX : 0;
	int depth = 0;

	for (size_t i = end; i > least; i--) {
		char c = out->p[i - 1];

		if (c == ']')
			depth++;
		else if (c == '[' && depth-- == 0)
			return i - 1;
		else if (c == '\n' && i > least + 1 && out->p[i - 2] == '\n')
			break;
	}
	return SIZE_MAX;
}

static bool
ends_as_link(const struct buf *out)
{
	return out->n >= 2 && out->p[out->n - 1] == '(' &&
	       out->p[out->n - 2] == ']';
}

/* "[words](" loses its brackets; what follows up to ")" is passed by. */
static void
unlink_words(struct expanding *x)
{
	size_t open = open_bracket(&x->out);
	size_t shut = x->at;

	if (open == SIZE_MAX) {
		buf_char(&x->out, '#');
		return;
	}
	while (shut < x->in.n && x->in.p[shut] != ')' &&
	       x->in.p[shut] != '\n' && shut - x->at < LINK_TEXT_MAX)
		shut++;
	if (shut == x->in.n || x->in.p[shut] != ')') {
		buf_char(&x->out, '#');
		return;
	}
	x->at = shut + 1;
	x->out.n -= 2;
	memmove(x->out.p + open, x->out.p + open + 1, x->out.n - open - 1);
	x->out.n--;
}

static enum err
put_ref(struct expanding *x, const struct code *c)
{
	struct str name = first(c);
	struct str url = { 0 };

	if (name.n == 0)
		name = GET(c, "path", "page", "url");
	if (x->host != NULL && x->host->address != NULL && name.n > 0)
		TRY(x->host->address(x->host->arg, x->ctx, name, &url));
	if (url.n > 0) {
		put_address(x, url);
		return ERR_OK;
	}
	x->report->dead++;
	if (ends_as_link(&x->out))
		unlink_words(x);
	return ERR_OK;
}

static void
put_picture(struct expanding *x, const struct code *c)
{
	struct str alt = GET(c, "alt", "title");
	struct str caption = GET(c, "caption", "capton", "text");

	x->report->pictures++;
	if (alt.n == 0 && caption.n == 0)
		return;
	paragraph(x);
	if (alt.n > 0) {
		put(x, STR("*\\["));
		put_words(x, alt);
		put(x, STR("\\]*"));
	}
	if (caption.n > 0) {
		put(x, alt.n > 0 ? STR(" *") : STR("*"));
		put_words(x, caption);
		buf_char(&x->out, '*');
	}
	paragraph(x);
}

static void
put_quote(struct expanding *x, const struct code *c)
{
	struct str text = GET(c, "text", "quote");
	struct str cite = GET(c, "cite", "author", "source");

	if (text.n == 0)
		return;
	put(x, STR("\n\n> "));
	put_words(x, text);
	if (cite.n > 0) {
		put(x, STR("\n>\n> — "));
		put_words(x, cite);
	}
	paragraph(x);
}

/* What lives elsewhere is linked, and never loaded. */
static void
put_elsewhere(struct expanding *x, const struct code *c)
{
	static const struct {
		struct str name, before, title;
	} places[] = {
		{ STR_INIT("youtube"),
		    STR_INIT("https://www.youtube.com/watch?v="),
		    STR_INIT("Video on YouTube") },
		{ STR_INIT("vimeo"), STR_INIT("https://vimeo.com/"),
		    STR_INIT("Video on Vimeo") },
		{ STR_INIT("gist"), STR_INIT("https://gist.github.com/"),
		    STR_INIT("Gist") },
		{ STR_INIT("instagram"),
		    STR_INIT("https://www.instagram.com/p/"),
		    STR_INIT("Post on Instagram") },
	};
	struct str id = GET(c, "id", "src", "url");
	struct str title = GET(c, "title", "text", "label");
	struct str url = { 0 };

	if (id.n == 0)
		id = first(c);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (str_eq(c->name, places[i].name) && !is_web(id)) {
			url = str_printf(x->ctx->arena, "%.*s%.*s",
			    STR_FMT(places[i].before), STR_FMT(id));
			title = title.n > 0 ? title : places[i].title;
		}
	if (str_eq(c->name, STR("tweet")) && !is_web(id))
		url = str_printf(x->ctx->arena,
		    "https://twitter.com/%.*s/status/%.*s",
		    STR_FMT(GET(c, "user").n > 0 ? GET(c, "user") : STR("i")),
		    STR_FMT(id));
	if (url.n == 0)
		url = id;
	if (title.n == 0 && str_eq(c->name, STR("tweet")))
		title = STR("Post on Twitter");
	if (url.n == 0)
		return;
	paragraph(x);
	put_link(x, title, url);
	paragraph(x);
}

static void
put_button(struct expanding *x, const struct code *c)
{
	struct str intro = GET(c, "intro");
	struct str url = GET(c, "href", "button-url", "url", "link");

	paragraph(x);
	if (intro.n > 0) {
		put(x, intro); /* is Markdown itself */
		paragraph(x);
	}
	if (url.n > 0)
		put_link(
		    x, GET(c, "text", "button-text", "title", "label"), url);
	paragraph(x);
}

static void
put_label(struct expanding *x, const struct code *c)
{
	struct str label = GET(c, "label", "title", "text");

	if (label.n > 0)
		put_words(x, label);
	else if (!ends_as_link(&x->out))
		put_words(x, first(c));
	if (ends_as_link(&x->out)) {
		x->report->dead++;
		unlink_words(x);
	}
}

static void
put_opening(struct expanding *x, const struct code *c)
{
	struct str kicker = GET(c, "kicker");
	struct str title = GET(c, "title", "heading", "label");

	paragraph(x);
	if (kicker.n > 0 || title.n > 0) {
		put(x, STR("**"));
		put_words(x, kicker);
		if (kicker.n > 0 && title.n > 0)
			put(x, STR(": "));
		put_words(x, title);
		put(x, STR("**"));
		paragraph(x);
	}
}

static void
tell_unknown(struct expanding *x, struct str name)
{
	struct shortcode_report *r = x->report;

	for (size_t i = 0; i < r->unknown_n; i++)
		if (str_eq(r->unknown[i], name))
			return;
	if (r->unknown_n < SHORTCODE_NAMES)
		r->unknown[r->unknown_n++] = name;
}

#define IS(c, ...) is_one((c)->name, (const char *const[]){ __VA_ARGS__, NULL })

static enum err
put_code(struct expanding *x, const struct code *c)
{
	if (c->closes) {
		paragraph(x);
		return ERR_OK;
	}
	if (IS(c, "ref", "relref", "link"))
		return put_ref(x, c);
	if (IS(c, "img", "img-right", "img-left", "figure", "legacy-img",
		"legacy-img-right", "legacy-img-left", "image"))
		put_picture(x, c);
	else if (IS(c, "youtube", "vimeo", "tweet", "twitter", "instagram",
		     "gist", "fb-video", "cspan-iframe", "iframe"))
		put_elsewhere(x, c);
	else if (IS(c, "quote-block", "blockquote", "quote"))
		put_quote(x, c);
	else if (IS(c, "button", "card-prompt", "card-policy"))
		put_button(x, c);
	else if (IS(c, "asset-static", "legacy-file", "asset"))
		put_label(x, c);
	else if (IS(c, "note", "box", "ring", "highlight", "accordion",
		     "featured-resource", "details", "card", "callout"))
		put_opening(x, c);
	else if (IS(c, "tmp"))
		put_label(x, &(struct code){ .name = c->name });
	else
		tell_unknown(x, str_dup(x->ctx->arena, utf8_head(c->name, 40)));
	return ERR_OK;
}

/* ---- finding them ---- */

/* Where ">}}" or "%}}" ends it, outside quotes; SIZE_MAX: nowhere near. */
static size_t
code_end(struct str s, size_t from, char mark)
{
	size_t last = s.n - from > SHORTCODE_MAX ? from + SHORTCODE_MAX : s.n;
	bool in_quotes = false;

	for (size_t i = from; i + 2 < last; i++) {
		if (s.p[i] == '"' && (i == from || s.p[i - 1] != '\\'))
			in_quotes = !in_quotes;
		if (s.p[i] == mark && s.p[i + 1] == '}' && s.p[i + 2] == '}' &&
		    !in_quotes)
			return i;
		/* Another one begins: this one was never ended. */
		if (s.p[i] == '{' && s.p[i + 1] == '{' &&
		    (s.p[i + 2] == '<' || s.p[i + 2] == '%'))
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

static enum err
take_code(struct expanding *x)
{
	char mark = x->in.p[x->at + 2] == '<' ? '>' : '%';
	size_t end = code_end(x->in, x->at + 3, mark);
	struct code c;
	struct str inside = { 0 };

	if (end == SIZE_MAX) {
		x->report->open++;
		x->at += 3;
		return ERR_OK;
	}
	inside = str_trim(str_sub(x->in, x->at + 3, end - x->at - 3));
	x->at = end + 3;
	/* One that is only talked about begins with a comment. */
	if (str_starts(inside, STR("/*")))
		return ERR_OK;
	if (str_ends(inside, STR("/")))
		inside.n--;
	return read_code(x->ctx->arena, inside, &c) ? put_code(x, &c) : ERR_OK;
}

/* Is a line that begins here a fence?  Opens or closes a block of code. */
static void
look_at_line(struct expanding *x)
{
	size_t at = x->at;
	size_t n = 0;
	char c = 0;

	while (at < x->in.n && x->in.p[at] == ' ' && at - x->at < 3)
		at++;
	c = at < x->in.n ? x->in.p[at] : 0;
	if (c != '`' && c != '~')
		return;
	while (at + n < x->in.n && x->in.p[at + n] == c)
		n++;
	if (n < 3)
		return;
	if (x->fence == 0) {
		x->fence = c;
		x->fence_n = n;
	} else if (c == x->fence && n >= x->fence_n) {
		x->fence = 0;
	}
}

/* `code` on one line is passed over whole. */
static bool
skip_code_span(struct expanding *x)
{
	size_t n = 0;
	size_t end = 0;

	while (x->at + n < x->in.n && x->in.p[x->at + n] == '`')
		n++;
	end = x->at + n;
	while (end < x->in.n && x->in.p[end] != '\n' &&
	       end - x->at < LINK_TEXT_MAX) {
		size_t run = 0;

		while (end + run < x->in.n && x->in.p[end + run] == '`')
			run++;
		if (run == n) {
			put(x, str_sub(x->in, x->at, end + n - x->at));
			x->at = end + n;
			return true;
		}
		end += run > 0 ? run : 1;
	}
	put(x, str_sub(x->in, x->at, n));
	x->at += n;
	return false;
}

/* The address behind "](", up to its end or its title. */
static struct str
link_address(const struct expanding *x)
{
	struct str s = x->in;
	size_t from = x->at + 1;
	size_t to = from;
	int depth = 0;

	while (to < s.n && to - from < LINK_MAX && !is_blank(s.p[to]) &&
	       s.p[to] != '{' && !(s.p[to] == ')' && depth == 0)) {
		depth += s.p[to] == '(' ? 1 : s.p[to] == ')' ? -1 : 0;
		to++;
	}
	/* A shortcode speaks for itself. */
	if (to == s.n || s.p[to] == '{' || to - from == LINK_MAX)
		return STR("");
	return str_sub(s, from, to - from);
}

static enum err
take_link(struct expanding *x)
{
	struct str url = link_address(x);
	struct str to = { 0 };
	bool keep = true;

	buf_char(&x->out, '(');
	x->at++;
	if (url.n == 0 || x->host == NULL || x->host->link == NULL)
		return ERR_OK;
	TRY(x->host->link(x->host->arg, x->ctx, url, &keep, &to));
	if (keep)
		return ERR_OK;
	x->at += url.n;
	if (to.n > 0) {
		put_address(x, to);
		return ERR_OK;
	}
	x->report->dead++;
	unlink_words(x);
	return ERR_OK;
}

/* Where something other than words may begin. */
static const bool MEANS[256] = { ['{'] = true, ['`'] = true, ['('] = true };

/* Copies what means nothing here, to the line's end; at least one byte. */
static void
copy_plain(struct expanding *x)
{
	struct str s = x->in;
	const char *from = s.p + x->at;
	const char *end = s.p + s.n;
	const char *p = from;

	while (p < end && (p == from || !MEANS[(unsigned char)*p]))
		if (*p++ == '\n')
			break;
	x->at += (size_t)(p - from);
	put(x, str_make(from, (size_t)(p - from)));
}

static enum err
step(struct expanding *x)
{
	struct str s = x->in;
	char c = s.p[x->at];

	if (x->fence == 0 && c == '`') {
		skip_code_span(x);
		return ERR_OK;
	}
	if (x->fence == 0 && c == '{' && x->at + 2 < s.n &&
	    s.p[x->at + 1] == '{' &&
	    (s.p[x->at + 2] == '<' || s.p[x->at + 2] == '%'))
		return take_code(x);
	if (x->fence == 0 && c == '(' && x->out.n > 0 &&
	    x->out.p[x->out.n - 1] == ']')
		return take_link(x);
	copy_plain(x);
	return ERR_OK;
}

enum err
shortcode_expand(struct ctx *ctx, struct str body,
    const struct shortcode_host *host, struct str *out,
    struct shortcode_report *report)
{
	struct expanding x = {
		.ctx = ctx,
		.host = host,
		.report = report,
		.in = body,
	};
	bool line = true;

	*report = (struct shortcode_report){ 0 };
	buf_init(&x.out, ctx->arena, BODY_MAX);
	while (x.at < body.n && !x.out.over) {
		if (line)
			look_at_line(&x);
		TRY(step(&x));
		line = x.at > 0 && x.at <= body.n && body.p[x.at - 1] == '\n';
	}
	return buf_done(ctx, &x.out, out);
}
