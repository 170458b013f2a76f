/* SPDX-License-Identifier: MIT */
/* The allow-list of the sanitiser. */

#include "markup/allow.h"

#define BIT(attr) (1U << (attr))

enum {
	GLOBAL = BIT(ATTR_ID) | BIT(ATTR_LANG) | BIT(ATTR_DIR),
	CELL = BIT(ATTR_SCOPE) | BIT(ATTR_COLSPAN) | BIT(ATTR_ROWSPAN),
	ID_MAX = 64,
	TITLE_MAX = 1000,
	URL_MAX = 2000,
	SIDE_MAX = 20000, /* pixels of an image */
};

#define BLOCK(tag, k, p, a)                                          \
	{                                                            \
		.name = (tag), .role = ROLE_BLOCK, .kind = KIND_##k, \
		.place = PLACE_##p, .attrs = (a)                     \
	}
#define INLINE(tag, a)                                           \
	{                                                        \
		.name = (tag), .role = ROLE_INLINE, .attrs = (a) \
	}

static const struct element elements[GUMBO_TAG_LAST + 1] = {
	[GUMBO_TAG_P] = BLOCK("p", PHRASE, FLOW, 0),
	[GUMBO_TAG_H1] = BLOCK("h2", PHRASE, FLOW, 0),
	[GUMBO_TAG_H2] = BLOCK("h2", PHRASE, FLOW, 0),
	[GUMBO_TAG_H3] = BLOCK("h3", PHRASE, FLOW, 0),
	[GUMBO_TAG_H4] = BLOCK("h4", PHRASE, FLOW, 0),
	[GUMBO_TAG_H5] = BLOCK("h4", PHRASE, FLOW, 0),
	[GUMBO_TAG_H6] = BLOCK("h4", PHRASE, FLOW, 0),
	[GUMBO_TAG_PRE] = BLOCK("pre", PHRASE, FLOW, 0),
	[GUMBO_TAG_UL] = BLOCK("ul", LIST, FLOW, 0),
	[GUMBO_TAG_OL] = BLOCK("ol", LIST, FLOW, BIT(ATTR_START)),
	[GUMBO_TAG_LI] = BLOCK("li", LOOSE, ITEM, 0),
	[GUMBO_TAG_DL] = BLOCK("dl", DLIST, FLOW, 0),
	[GUMBO_TAG_DT] = BLOCK("dt", PHRASE, TERM, 0),
	[GUMBO_TAG_DD] = BLOCK("dd", LOOSE, TERM, 0),
	[GUMBO_TAG_BLOCKQUOTE] =
	    BLOCK("blockquote", FLOW, FLOW, BIT(ATTR_CITE)),
	[GUMBO_TAG_ASIDE] = BLOCK("aside", FLOW, FLOW, 0),
	[GUMBO_TAG_DETAILS] = BLOCK("details", DETAILS, FLOW, 0),
	[GUMBO_TAG_SUMMARY] = BLOCK("summary", PHRASE, SUMMARY, 0),
	[GUMBO_TAG_FIGURE] = BLOCK("figure", FIGURE, FLOW, 0),
	[GUMBO_TAG_FIGCAPTION] = BLOCK("figcaption", LOOSE, FIGCAPTION, 0),
	[GUMBO_TAG_TABLE] = BLOCK("table", TABLE, FLOW, 0),
	[GUMBO_TAG_CAPTION] = BLOCK("caption", PHRASE, CAPTION, 0),
	[GUMBO_TAG_THEAD] = BLOCK("thead", GROUP, GROUP, 0),
	[GUMBO_TAG_TBODY] = BLOCK("tbody", GROUP, GROUP, 0),
	[GUMBO_TAG_TFOOT] = BLOCK("tfoot", GROUP, GROUP, 0),
	[GUMBO_TAG_TR] = BLOCK("tr", ROW, ROW, 0),
	[GUMBO_TAG_TD] = BLOCK("td", LOOSE, CELL, CELL & ~BIT(ATTR_SCOPE)),
	[GUMBO_TAG_TH] = BLOCK("th", LOOSE, CELL, CELL),

	[GUMBO_TAG_A] =
	    INLINE("a", BIT(ATTR_HREF) | BIT(ATTR_TITLE) | BIT(ATTR_HREFLANG)),
	[GUMBO_TAG_ABBR] = INLINE("abbr", BIT(ATTR_TITLE)),
	[GUMBO_TAG_ACRONYM] = INLINE("abbr", BIT(ATTR_TITLE)),
	[GUMBO_TAG_B] = INLINE("b", 0),
	[GUMBO_TAG_BDI] = INLINE("bdi", 0),
	[GUMBO_TAG_BDO] = INLINE("bdo", 0),
	[GUMBO_TAG_CITE] = INLINE("cite", 0),
	[GUMBO_TAG_CODE] = INLINE("code", 0),
	[GUMBO_TAG_DEL] = INLINE("del", BIT(ATTR_CITE) | BIT(ATTR_DATETIME)),
	[GUMBO_TAG_DFN] = INLINE("dfn", BIT(ATTR_TITLE)),
	[GUMBO_TAG_EM] = INLINE("em", 0),
	[GUMBO_TAG_I] = INLINE("i", 0),
	[GUMBO_TAG_INS] = INLINE("ins", BIT(ATTR_CITE) | BIT(ATTR_DATETIME)),
	[GUMBO_TAG_KBD] = INLINE("kbd", 0),
	[GUMBO_TAG_MARK] = INLINE("mark", 0),
	[GUMBO_TAG_Q] = INLINE("q", BIT(ATTR_CITE)),
	[GUMBO_TAG_RP] = INLINE("rp", 0),
	[GUMBO_TAG_RT] = INLINE("rt", 0),
	[GUMBO_TAG_RUBY] = INLINE("ruby", 0),
	[GUMBO_TAG_S] = INLINE("s", 0),
	[GUMBO_TAG_STRIKE] = INLINE("s", 0),
	[GUMBO_TAG_SAMP] = INLINE("samp", 0),
	[GUMBO_TAG_SMALL] = INLINE("small", 0),
	[GUMBO_TAG_SPAN] = INLINE("span", 0),
	[GUMBO_TAG_STRONG] = INLINE("strong", 0),
	[GUMBO_TAG_SUB] = INLINE("sub", 0),
	[GUMBO_TAG_SUP] = INLINE("sup", 0),
	[GUMBO_TAG_TIME] = INLINE("time", BIT(ATTR_DATETIME)),
	[GUMBO_TAG_TT] = INLINE("code", 0),
	[GUMBO_TAG_VAR] = INLINE("var", 0),

	[GUMBO_TAG_BR] = { .name = "br", .role = ROLE_BR },
	[GUMBO_TAG_HR] = { .name = "hr", .role = ROLE_HR },
	[GUMBO_TAG_IMG] = { .name = "img",
	    .role = ROLE_IMG,
	    .attrs = BIT(ATTR_SRC) | BIT(ATTR_ALT) | BIT(ATTR_WIDTH) |
		     BIT(ATTR_HEIGHT) | BIT(ATTR_TITLE) },

	[GUMBO_TAG_ADDRESS] = { .role = ROLE_BREAK },
	[GUMBO_TAG_ARTICLE] = { .role = ROLE_BREAK },
	[GUMBO_TAG_CENTER] = { .role = ROLE_BREAK },
	[GUMBO_TAG_DIR] = { .role = ROLE_BREAK },
	[GUMBO_TAG_DIV] = { .role = ROLE_BREAK },
	[GUMBO_TAG_FIELDSET] = { .role = ROLE_BREAK },
	[GUMBO_TAG_FOOTER] = { .role = ROLE_BREAK },
	[GUMBO_TAG_FORM] = { .role = ROLE_BREAK },
	[GUMBO_TAG_HEADER] = { .role = ROLE_BREAK },
	[GUMBO_TAG_HGROUP] = { .role = ROLE_BREAK },
	[GUMBO_TAG_LEGEND] = { .role = ROLE_BREAK },
	[GUMBO_TAG_LISTING] = { .role = ROLE_BREAK },
	[GUMBO_TAG_MAIN] = { .role = ROLE_BREAK },
	[GUMBO_TAG_MARQUEE] = { .role = ROLE_BREAK },
	[GUMBO_TAG_MENU] = { .role = ROLE_BREAK },
	[GUMBO_TAG_NAV] = { .role = ROLE_BREAK },
	[GUMBO_TAG_SECTION] = { .role = ROLE_BREAK },

	[GUMBO_TAG_APPLET] = { .role = ROLE_DROP },
	[GUMBO_TAG_AREA] = { .role = ROLE_DROP },
	[GUMBO_TAG_AUDIO] = { .role = ROLE_DROP },
	[GUMBO_TAG_BASE] = { .role = ROLE_DROP },
	[GUMBO_TAG_BUTTON] = { .role = ROLE_DROP },
	[GUMBO_TAG_CANVAS] = { .role = ROLE_DROP },
	[GUMBO_TAG_COL] = { .role = ROLE_DROP },
	[GUMBO_TAG_COLGROUP] = { .role = ROLE_DROP },
	[GUMBO_TAG_DATALIST] = { .role = ROLE_DROP },
	[GUMBO_TAG_EMBED] = { .role = ROLE_DROP },
	[GUMBO_TAG_FRAME] = { .role = ROLE_DROP },
	[GUMBO_TAG_FRAMESET] = { .role = ROLE_DROP },
	[GUMBO_TAG_HEAD] = { .role = ROLE_DROP },
	[GUMBO_TAG_IFRAME] = { .role = ROLE_DROP },
	[GUMBO_TAG_INPUT] = { .role = ROLE_DROP },
	[GUMBO_TAG_KEYGEN] = { .role = ROLE_DROP },
	[GUMBO_TAG_LINK] = { .role = ROLE_DROP },
	[GUMBO_TAG_MATH] = { .role = ROLE_DROP },
	[GUMBO_TAG_META] = { .role = ROLE_DROP },
	[GUMBO_TAG_METER] = { .role = ROLE_DROP },
	[GUMBO_TAG_NOEMBED] = { .role = ROLE_DROP },
	[GUMBO_TAG_NOFRAMES] = { .role = ROLE_DROP },
	[GUMBO_TAG_NOSCRIPT] = { .role = ROLE_DROP },
	[GUMBO_TAG_OBJECT] = { .role = ROLE_DROP },
	[GUMBO_TAG_OPTGROUP] = { .role = ROLE_DROP },
	[GUMBO_TAG_OPTION] = { .role = ROLE_DROP },
	[GUMBO_TAG_OUTPUT] = { .role = ROLE_DROP },
	[GUMBO_TAG_PARAM] = { .role = ROLE_DROP },
	[GUMBO_TAG_PLAINTEXT] = { .role = ROLE_DROP },
	[GUMBO_TAG_PROGRESS] = { .role = ROLE_DROP },
	[GUMBO_TAG_SCRIPT] = { .role = ROLE_DROP },
	[GUMBO_TAG_SELECT] = { .role = ROLE_DROP },
	[GUMBO_TAG_SOURCE] = { .role = ROLE_DROP },
	[GUMBO_TAG_STYLE] = { .role = ROLE_DROP },
	[GUMBO_TAG_SVG] = { .role = ROLE_DROP },
	[GUMBO_TAG_TEMPLATE] = { .role = ROLE_DROP },
	[GUMBO_TAG_TEXTAREA] = { .role = ROLE_DROP },
	[GUMBO_TAG_TITLE] = { .role = ROLE_DROP },
	[GUMBO_TAG_TRACK] = { .role = ROLE_DROP },
	[GUMBO_TAG_VIDEO] = { .role = ROLE_DROP },
	[GUMBO_TAG_XMP] = { .role = ROLE_DROP },
};

static const char *const attr_names[ATTR_N] = {
	[ATTR_ID] = "id",
	[ATTR_LANG] = "lang",
	[ATTR_DIR] = "dir",
	[ATTR_HREF] = "href",
	[ATTR_SRC] = "src",
	[ATTR_ALT] = "alt",
	[ATTR_WIDTH] = "width",
	[ATTR_HEIGHT] = "height",
	[ATTR_CITE] = "cite",
	[ATTR_TITLE] = "title",
	[ATTR_HREFLANG] = "hreflang",
	[ATTR_DATETIME] = "datetime",
	[ATTR_START] = "start",
	[ATTR_SCOPE] = "scope",
	[ATTR_COLSPAN] = "colspan",
	[ATTR_ROWSPAN] = "rowspan",
};

const struct element *
allow_element(GumboTag tag)
{
	return &elements[tag < GUMBO_TAG_LAST ? tag : GUMBO_TAG_LAST];
}

bool
allow_has(const struct element *e, enum attr attr)
{
	return ((e->attrs | GLOBAL) & BIT(attr)) != 0;
}

const char *
allow_attr_name(enum attr attr)
{
	return attr_names[attr];
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_alnum(char c)
{
	return is_alpha(c) || (c >= '0' && c <= '9');
}

/* "en", "zh-Hant", "de-CH-1901": well-formed, not necessarily known. */
static bool
is_lang(struct str s)
{
	size_t part = 0;

	if (s.n < 2 || s.n > 35 || !is_alpha(s.p[0]) || !is_alpha(s.p[1]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '-') {
			if (part == 0)
				return false;
			part = 0;
		} else if (!is_alnum(s.p[i]) || ++part > 8) {
			return false;
		}
	}
	return part != 0;
}

/*
 * An anchor.  "s-" keeps a story's ids apart from the page's own, which a
 * script or a style sheet may look for.
 */
static bool
clean_id(struct arena *a, struct str s, struct str *out)
{
	s = str_trim(s);
	if (s.n == 0 || s.n > ID_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && memchr("-_.:", s.p[i], 4) == NULL)
			return false;
	if (str_starts(s, STR("s-")))
		*out = s;
	else if (s.n + 2 > ID_MAX)
		return false;
	else
		*out = str_printf(a, "s-%.*s", STR_FMT(s));
	return true;
}

static bool
is_datetime(struct str s)
{
	if (s.n == 0 || s.n > 40)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') &&
		    memchr("TZPWYMDHSt z:.,+-", s.p[i], 17) == NULL)
			return false;
	return true;
}

static bool
clean_number(
    struct arena *a, struct str s, int64_t low, int64_t high, struct str *out)
{
	int64_t v = 0;

	if (!str_int(s, &v) || v < low || v > high)
		return false;
	*out = str_printf(a, "%" PRId64, v);
	return true;
}

static bool
one_of(struct arena *a, struct str s, const char *const *words, size_t n,
    struct str *out)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(s, str_c(words[i]))) {
			*out = str_dup(a, str_c(words[i]));
			return true;
		}
	return false;
}

/* Text of an attribute: on one line, without controls. */
static void
clean_line(struct arena *a, struct str s, struct str *out)
{
	struct buf b;
	size_t at = 0;
	bool space = false;

	buf_init(&b, a, TITLE_MAX);
	while (at < s.n) {
		size_t from = at;
		uint32_t c = utf8_next(s, &at);

		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			space = true;
			continue;
		}
		if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0xfeff ||
		    c == 0xfffe || c == 0xffff)
			continue;
		if (space && b.n > 0)
			buf_char(&b, ' ');
		space = false;
		buf_put(&b, str_sub(s, from, at - from));
	}
	/* What is too long is cut. */
	*out = str_trim(buf_str(&b));
}

static bool
is_web(struct str url)
{
	return str_starts(url, STR("http://")) ||
	       str_starts(url, STR("https://"));
}

bool
allow_value(struct arena *a, const struct element *e, enum attr attr,
    struct str value, struct str *out)
{
	static const char *const dirs[] = { "ltr", "rtl", "auto" };
	static const char *const scopes[] = { "row", "col", "rowgroup",
		"colgroup" };
	struct str s = str_trim(value);

	switch (attr) {
	case ATTR_ID:
		return clean_id(a, value, out);
	case ATTR_LANG:
	case ATTR_HREFLANG:
		*out = s;
		return is_lang(s);
	case ATTR_DIR:
		/* bdo is there to say a direction, and "auto" is none. */
		return one_of(
		    a, s, dirs, strcmp(e->name, "bdo") == 0 ? 2 : 3, out);
	case ATTR_HREF:
		return url_clean(a, value, out);
	case ATTR_SRC:
	case ATTR_CITE:
		return url_clean(a, value, out) &&
		       (is_web(*out) || out->p[0] == '/');
	case ATTR_ALT:
		clean_line(a, value, out);
		return true;
	case ATTR_TITLE:
		clean_line(a, value, out);
		return out->n > 0;
	case ATTR_WIDTH:
	case ATTR_HEIGHT:
		return clean_number(a, s, 1, SIDE_MAX, out);
	case ATTR_DATETIME:
		*out = s;
		return is_datetime(s);
	case ATTR_START:
		return clean_number(a, s, -99999, 99999, out);
	case ATTR_SCOPE:
		return one_of(a, s, scopes, 4, out);
	case ATTR_COLSPAN:
		return clean_number(a, s, 2, 100, out);
	case ATTR_ROWSPAN:
		return clean_number(a, s, 2, 1000, out);
	case ATTR_N:
		break;
	}
	return false;
}

/* As browsers: no controls or spaces around, no tab or line end within. */
static struct str
strip_url(struct arena *a, struct str url)
{
	char *p = arena_alloc(a, url.n + 1);
	size_t n = 0;

	while (url.n > 0 && (unsigned char)url.p[url.n - 1] <= ' ')
		url.n--;
	while (url.n > 0 && (unsigned char)url.p[0] <= ' ') {
		url.p++;
		url.n--;
	}
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] != '\t' && url.p[i] != '\n' && url.p[i] != '\r')
			p[n++] = url.p[i];
	return str_make(p, n);
}

/* Cleans what follows the scheme; false for what no address holds. */
static bool
put_url(struct buf *b, struct str rest)
{
	for (size_t i = 0; i < rest.n; i++) {
		unsigned char c = (unsigned char)rest.p[i];

		if (c < ' ' || c == 0x7f || c == '\\')
			return false;
		if (memchr("\"<>` ^{|}", c, 9) != NULL)
			buf_printf(b, "%%%02X", c);
		else
			buf_char(b, (char)c);
	}
	/* Controls and marks that turn text around deceive readers. */
	for (size_t at = 0; at < rest.n;) {
		uint32_t c = utf8_next(rest, &at);

		if ((c >= 0x80 && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
		    c == 0xfffe || c == 0xffff)
			return false;
	}
	return true;
}

bool
url_clean(struct arena *a, struct str url, struct str *out)
{
	static const char *const schemes[] = {
		"http:", "https:", "mailto:", "tel:"
	};
	struct str s = strip_url(a, url);
	struct buf b;

	buf_init(&b, a, URL_MAX);
	if (s.n == 0)
		return false;
	if (s.p[0] == '#') {
		/* Follows the ids, see clean_id(). */
		struct str id = { 0 };

		if (!clean_id(a, str_from(s, 1), &id))
			return false;
		*out = str_printf(a, "#%.*s", STR_FMT(id));
		return true;
	}
	if (str_starts(s, STR("//"))) {
		BUF_LIT(&b, "https:");
	} else if (s.p[0] != '/') {
		size_t i = 0;

		for (; i < 4; i++) {
			struct str want = str_c(schemes[i]);

			if (str_eq_nocase(str_sub(s, 0, want.n), want)) {
				buf_put(&b, want);
				s = str_from(s, want.n);
				break;
			}
		}
		if (i == 4 || s.n == 0)
			return false;
		if (i < 2 && !str_starts(s, STR("//")))
			return false;
	}
	/* A host must follow. */
	if (b.n > 0 && str_starts(s, STR("//")) &&
	    (s.n < 3 || memchr("/?#:@.", s.p[2], 6) != NULL))
		return false;
	if (!put_url(&b, s) || b.over)
		return false;
	*out = buf_str(&b);
	return true;
}
