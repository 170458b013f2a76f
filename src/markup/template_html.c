/* SPDX-License-Identifier: MIT */
/* Where in HTML a template stands. */

#include "markup/template_html.h"

/*
 * What has gone before in a URL attribute's value; a set, since sections
 * may or may not have written.  A URL field is sound at the start, and behind
 * a path of the site: any other prefix could make another scheme or host of
 * it.
 */
enum {
	URL_START = 1,	/* nothing yet */
	URL_AFTER = 2,	/* right after a field */
	URL_MIDDLE = 4, /* other text */
	URL_WIDTH = 8,	/* srcset: after a URL and white space */
	URL_SLASH = 16, /* a slash, of which "//" could become a host */
	URL_PATH = 32,	/* "/lite": a path of the site, and nothing else */
};

/* Comment counters beyond plain dashes. */
enum { COMMENT_START = 10, COMMENT_START_DASH = 11, COMMENT_BANG = 12 };

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void
word_add(struct html_word *w, char c)
{
	if (w->n >= HTML_WORD) {
		w->n = HTML_WORD + 1;
		return;
	}
	w->p[w->n++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static struct str
word_str(const struct html_word *w)
{
	return str_make(w->p, w->n <= HTML_WORD ? w->n : 0);
}

static bool
word_in(const struct html_word *w, const char *const *list)
{
	struct str s = word_str(w);

	for (; *list != NULL; list++)
		if (str_eq(s, str_c(*list)))
			return true;
	return false;
}

static bool
word_same(const struct html_word *a, const struct html_word *b)
{
	return a->n == b->n && str_eq(word_str(a), word_str(b));
}

/* Elements whose inside is not markup; the first two still are text. */
static const char *const raw_text_tags[] = { "title", "textarea", NULL };
static const char *const raw_tags[] = { "script", "style", "xmp", "iframe",
	"noembed", "noframes", "plaintext", NULL };

static const char *const url_attrs[] = { "href", "xlink:href", "src", "srcset",
	"imagesrcset", "poster", "action", "formaction", "data", "cite",
	"background", "longdesc", "manifest", "ping", "profile", "hx-get",
	"hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url",
	"hx-replace-url", NULL };
static const char *const srcset_attrs[] = { "srcset", "imagesrcset", NULL };

/* Another language inside: no escaping of ours would be right there. */
static const char *const closed_attrs[] = { "style", "srcdoc", "hx-vals",
	"hx-vars", "hx-headers", "hx-request", "hx-trigger", NULL };

/* data-hx-get works as hx-get does.  An overlong name stays so. */
static struct html_word
plain_attr(const struct html_at *h)
{
	struct html_word w = h->attr;
	const struct str head = STR("data-hx-");
	const size_t data = 5; /* "data-" */

	if (!str_starts(str_make(w.p, w.n < HTML_WORD ? w.n : HTML_WORD), head))
		return w;
	memmove(w.p, w.p + data, HTML_WORD - data);
	if (w.n <= HTML_WORD)
		w.n = (uint8_t)(w.n - data);
	return w;
}

static bool
is_handler(const struct html_word *w)
{
	/* The head decides, so that an overlong name is caught too. */
	return (w->n >= 2 && memcmp(w->p, "on", 2) == 0) ||
	       (w->n >= 5 && memcmp(w->p, "hx-on", 5) == 0);
}

static bool
in_url(const struct html_at *h)
{
	struct html_word w = plain_attr(h);

	return word_in(&w, url_attrs);
}

static bool
in_srcset(const struct html_at *h)
{
	return word_in(&h->attr, srcset_attrs);
}

static void
tag_end(struct html_at *h)
{
	bool raw = !h->closing && (word_in(&h->tag, raw_tags) ||
				      word_in(&h->tag, raw_text_tags));

	h->state = raw ? HTML_RAW : HTML_TEXT;
	h->step = 0;
	h->equiv = h->value_given = false;
}

static void
tag_begin(struct html_at *h, bool closing, char c)
{
	*h = (struct html_at){ .state = HTML_NAME, .closing = closing };
	word_add(&h->tag, c);
}

static const char *
attr_begin(struct html_at *h, char c)
{
	h->state = HTML_ATTR;
	h->attr.n = 0;
	if (c == '=' || c == '"' || c == '\'' || c == '<')
		return "a stray =, quote or < stands inside a tag";
	word_add(&h->attr, c);
	return NULL;
}

/* An attribute's name is complete. */
static const char *
attr_known(struct html_at *h)
{
	h->url = URL_START;
	h->holds_url = in_url(h);
	h->holds_set = in_srcset(h);
	if (!str_eq(word_str(&h->attr), STR("http-equiv")))
		return NULL;
	h->equiv = true;
	return h->value_given
		   ? "http-equiv must stand before content, which may then "
		     "hold no value"
		   : NULL;
}

static uint8_t
next_url(uint8_t url, char c)
{
	bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

	if (url == URL_START && c == '/')
		return URL_SLASH;
	if (plain && (url == URL_SLASH || url == URL_PATH))
		return URL_PATH;
	return url == URL_PATH && (c == '/' || c == '-') ? URL_PATH
							 : URL_MIDDLE;
}

static const char *
step_url(struct html_at *h, char c)
{
	bool set = h->holds_set;

	if (is_space(c) && h->url == URL_START)
		return NULL;
	if (set && is_space(c)) {
		h->url = URL_WIDTH;
		return NULL;
	}
	if (set && c == ',') {
		h->url = URL_START;
		return NULL;
	}
	if (set && h->url == URL_WIDTH)
		return NULL;
	if ((h->url & URL_AFTER) != 0 && c != '/' && c != '?' && c != '#') {
		h->url = URL_MIDDLE;
		return "after a URL only /, ? or # may follow in the "
		       "attribute; more could change where it leads";
	}
	h->url = next_url(h->url, c);
	return NULL;
}

static const char *
step_value(struct html_at *h, char c, char quote)
{
	if (c == quote) {
		h->state = HTML_GAP;
		return NULL;
	}
	return h->holds_url ? step_url(h, c) : NULL;
}

static void
step_comment(struct html_at *h, char c)
{
	uint8_t s = h->step;

	if (c == '>' && s >= 2) {
		h->state = HTML_TEXT;
		return;
	}
	if (c == '-')
		h->step = s == COMMENT_START	    ? COMMENT_START_DASH
			  : s == COMMENT_START_DASH ? 2
			  : s == COMMENT_BANG	    ? 1
			  : s < 2		    ? (uint8_t)(s + 1)
						    : 2;
	else
		h->step = c == '!' && s == 2 ? COMMENT_BANG : 0;
}

static const char *
step_bang(struct html_at *h, char c)
{
	if (c == '-' && h->step == 0) {
		h->step = 1;
	} else if (c == '-') {
		h->state = HTML_COMMENT;
		h->step = COMMENT_START;
	} else if (c == '[' && h->step == 0) {
		h->state = HTML_DECL;
		return "<![ is not HTML";
	} else {
		h->state = c == '>' ? HTML_TEXT : HTML_DECL;
	}
	return NULL;
}

static const char *
step_raw(struct html_at *h, char c)
{
	if (h->state == HTML_RAW_CLOSE) {
		if (h->step < h->tag.n && h->tag.n <= HTML_WORD &&
		    (c | 0x20) == h->tag.p[h->step]) {
			h->step++;
			return NULL;
		}
		if (h->step == h->tag.n &&
		    (is_space(c) || c == '/' || c == '>')) {
			h->closing = true;
			h->state = HTML_BEFORE;
			if (c == '>')
				tag_end(h);
			return NULL;
		}
	}
	if (h->state == HTML_RAW_OPEN && c == '/') {
		h->state = HTML_RAW_CLOSE;
		h->step = 0;
		return NULL;
	}
	if (h->state == HTML_RAW_OPEN && c == '!' &&
	    str_eq(word_str(&h->tag), STR("script"))) {
		h->state = HTML_RAW;
		return "<! inside a script is read differently by every "
		       "browser; write it in another way";
	}
	/* Inside svg these elements do hold tags: allow none, and both agree. */
	if (h->state != HTML_RAW && word_in(&h->tag, raw_text_tags)) {
		h->state = HTML_RAW;
		return "inside title and textarea a < is written &lt;";
	}
	h->state = c == '<' ? HTML_RAW_OPEN : HTML_RAW;
	return NULL;
}

/* Inside a tag, outside of values. */
static const char *
step_tag(struct html_at *h, char c)
{
	if (c == '>') {
		tag_end(h);
		return NULL;
	}
	if (c == '/' || is_space(c)) {
		bool named =
		    h->state == HTML_ATTR || h->state == HTML_AFTER_ATTR;

		h->state = named && c != '/' ? HTML_AFTER_ATTR : HTML_BEFORE;
		return NULL;
	}
	switch ((int)h->state) {
	case HTML_NAME:
		word_add(&h->tag, c);
		return NULL;
	case HTML_GAP:
		attr_begin(h, c);
		return "white space is missing before an attribute";
	case HTML_BEFORE:
		return attr_begin(h, c);
	case HTML_AFTER_ATTR:
		if (c != '=')
			return attr_begin(h, c);
		h->state = HTML_EQUALS;
		return attr_known(h);
	default: /* HTML_ATTR */
		if (c == '=') {
			h->state = HTML_EQUALS;
			return attr_known(h);
		}
		if (c == '"' || c == '\'' || c == '<')
			return "a stray quote or < stands inside a tag";
		word_add(&h->attr, c);
		return NULL;
	}
}

static const char *
step_equals(struct html_at *h, char c)
{
	if (is_space(c))
		return NULL;
	if (c == '>') {
		tag_end(h);
		return "an attribute has = but no value";
	}
	h->state = c == '"' ? HTML_DOUBLE : c == '\'' ? HTML_SINGLE : HTML_BARE;
	return NULL;
}

static const char *
step_open(struct html_at *h, char c)
{
	bool closing = h->state == HTML_CLOSE;

	if (is_alpha(c)) {
		tag_begin(h, closing, c);
	} else if (closing) {
		h->state = c == '>' ? HTML_TEXT : HTML_DECL;
	} else if (c == '/') {
		h->state = HTML_CLOSE;
	} else if (c == '!') {
		h->state = HTML_BANG;
		h->step = 0;
	} else if (c == '?') {
		h->state = HTML_DECL;
	} else if (c != '<') {
		h->state = HTML_TEXT;
	}
	return NULL;
}

const char *
html_step(struct html_at *h, char c)
{
	switch (h->state) {
	case HTML_TEXT:
		if (c == '<')
			h->state = HTML_OPEN;
		return NULL;
	case HTML_OPEN:
	case HTML_CLOSE:
		return step_open(h, c);
	case HTML_NAME:
	case HTML_GAP:
	case HTML_BEFORE:
	case HTML_ATTR:
	case HTML_AFTER_ATTR:
		return step_tag(h, c);
	case HTML_EQUALS:
		return step_equals(h, c);
	case HTML_DOUBLE:
		return step_value(h, c, '"');
	case HTML_SINGLE:
		return step_value(h, c, '\'');
	case HTML_BARE:
		if (c == '>')
			tag_end(h);
		else if (is_space(c))
			h->state = HTML_BEFORE;
		return NULL;
	case HTML_BANG:
		return step_bang(h, c);
	case HTML_COMMENT:
		step_comment(h, c);
		return NULL;
	case HTML_DECL:
		if (c == '>')
			h->state = HTML_TEXT;
		return NULL;
	case HTML_RAW:
	case HTML_RAW_OPEN:
	case HTML_RAW_CLOSE:
		return step_raw(h, c);
	}
	return NULL;
}

static const char *
value_in_url(struct html_at *h, enum tpl_kind kind, enum html_use *use)
{
	bool set = h->holds_set;

	if (set && h->url == URL_WIDTH && kind == TPL_KIND_INT)
		return NULL;
	if (kind != TPL_KIND_URL)
		return "this attribute holds a URL: only a TPL_URL field may "
		       "stand in it";
	if ((h->url & (URL_MIDDLE | URL_WIDTH | URL_SLASH)) != 0)
		return "a URL must begin its attribute; what stands before "
		       "it belongs into the field";
	h->url = URL_AFTER;
	*use = set					 ? HTML_USE_SRCSET
	       : str_eq(word_str(&h->attr), STR("href")) ? HTML_USE_HREF
							 : HTML_USE_URL;
	return NULL;
}

static const char *
value_in_attr(struct html_at *h, enum tpl_kind kind, enum html_use *use)
{
	struct html_word w = plain_attr(h);

	if (is_handler(&w))
		return "no value may stand in an event handler";
	if (word_in(&w, closed_attrs))
		return "no value may stand in this attribute: it holds "
		       "another language";
	if (str_eq(word_str(&w), STR("content"))) {
		if (h->equiv)
			return "no value may stand in the content of an "
			       "http-equiv";
		h->value_given = true;
	}
	return h->holds_url ? value_in_url(h, kind, use) : NULL;
}

const char *
html_value(struct html_at *h, enum tpl_kind kind, bool raw, enum html_use *use)
{
	*use = raw ? HTML_USE_HTML : HTML_USE_TEXT;
	if (raw && h->state != HTML_TEXT)
		return "markup can stand only between tags";
	switch (h->state) {
	case HTML_TEXT:
		return NULL;
	case HTML_RAW:
		return word_in(&h->tag, raw_text_tags)
			   ? NULL
			   : "no value may stand inside this element: it "
			     "holds another language";
	case HTML_DOUBLE:
	case HTML_SINGLE:
		return value_in_attr(h, kind, use);
	case HTML_EQUALS:
	case HTML_BARE:
		h->state = HTML_BARE;
		return "an attribute that holds a value needs quotes";
	case HTML_OPEN:
	case HTML_CLOSE:
	case HTML_NAME:
		h->state = HTML_NAME;
		return "no value may stand in a tag's name";
	case HTML_GAP:
	case HTML_BEFORE:
	case HTML_ATTR:
	case HTML_AFTER_ATTR:
		h->state = HTML_ATTR;
		return "no value may stand in a tag outside of an "
		       "attribute's quotes";
	case HTML_BANG:
	case HTML_COMMENT:
	case HTML_DECL:
		return "no value may stand in a comment or declaration";
	case HTML_RAW_OPEN:
	case HTML_RAW_CLOSE:
		return "no value may stand in an end tag";
	}
	return NULL;
}

static bool
between_attrs(const struct html_at *h)
{
	return h->state == HTML_GAP || h->state == HTML_BEFORE;
}

/* A name that a section begins or ends behind is complete. */
static void
end_name(struct html_at *h)
{
	switch ((int)h->state) {
	case HTML_NAME:
		h->state = HTML_GAP;
		return;
	case HTML_ATTR:
		attr_known(h);
		h->state = HTML_GAP;
		return;
	case HTML_AFTER_ATTR:
		attr_known(h);
		h->state = HTML_BEFORE;
		return;
	default:
		return;
	}
}

const char *
html_pause(struct html_at *h, bool again)
{
	end_name(h);
	/* The second time it follows itself: keep them apart. */
	if (again && between_attrs(h))
		h->state = HTML_GAP;
	switch ((int)h->state) {
	case HTML_TEXT:
	case HTML_GAP:
	case HTML_BEFORE:
	case HTML_DOUBLE:
	case HTML_SINGLE:
	case HTML_RAW:
		return NULL;
	case HTML_COMMENT:
		return h->step == 0 || h->step == COMMENT_START
			   ? NULL
			   : "a section may not begin or end beside a "
			     "comment's dashes";
	case HTML_EQUALS:
	case HTML_BARE:
		return "an attribute with a section in its value needs quotes";
	default:
		return "a section may not begin or end in the middle of a "
		       "tag's name";
	}
}

static bool
same_place(const struct html_at *a, const struct html_at *b)
{
	if (between_attrs(a) && between_attrs(b))
		return word_same(&a->tag, &b->tag) && a->closing == b->closing;
	if (a->state != b->state)
		return false;
	if (a->state == HTML_TEXT || a->state == HTML_COMMENT)
		return true;
	if (!word_same(&a->tag, &b->tag))
		return false;
	return a->state == HTML_RAW || word_same(&a->attr, &b->attr);
}

const char *
html_join(struct html_at *h, const struct html_at *start)
{
	struct html_at end = *h;

	*h = *start;
	if (!same_place(start, &end))
		return "a section or partial must end in the same place of "
		       "the HTML as it began in: both between tags, or both "
		       "in one attribute or tag";
	if (between_attrs(start) && end.state != start->state)
		h->state = HTML_GAP;
	h->url |= end.url;
	h->equiv |= end.equiv;
	h->value_given |= end.value_given;
	return NULL;
}

bool
html_same(const struct html_at *a, const struct html_at *b)
{
	bool value = a->state == HTML_DOUBLE || a->state == HTML_SINGLE;

	return same_place(a, b) && a->state == b->state &&
	       a->equiv == b->equiv && (!value || a->url == b->url);
}

const char *
html_where(const struct html_at *h)
{
	switch (h->state) {
	case HTML_TEXT:
		return "between tags";
	case HTML_COMMENT:
	case HTML_BANG:
	case HTML_DECL:
		return "inside a comment or declaration";
	case HTML_DOUBLE:
	case HTML_SINGLE:
	case HTML_BARE:
	case HTML_EQUALS:
		return "inside an attribute";
	case HTML_RAW:
	case HTML_RAW_OPEN:
	case HTML_RAW_CLOSE:
		return "inside an element such as script, style or title";
	case HTML_OPEN:
	case HTML_CLOSE:
	case HTML_NAME:
	case HTML_GAP:
	case HTML_BEFORE:
	case HTML_ATTR:
	case HTML_AFTER_ATTR:
		return "inside a tag";
	}
	return "";
}
