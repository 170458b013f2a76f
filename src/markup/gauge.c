/* SPDX-License-Identifier: MIT */
/* How deep and how costly will this HTML be? */

#include "markup/gauge.h"

#include <gumbo.h>

enum {
	VOID = 1 << 0,	    /* never has content */
	SPECIAL = 1 << 1,   /* an end tag of another kind stops here */
	SCOPE = 1 << 2,	    /* and so does that of a block */
	MARKER = 1 << 3,    /* formatting does not leave it */
	FORMAT = 1 << 4,    /* outlives the block that it was left open in */
	CLOSES_P = 1 << 5,  /* its start tag ends a paragraph */
	RAW = 1 << 6,	    /* its content is text, up to its end tag */
	HEADING = 1 << 7,   /* ends a heading that is open */
	IGNORED = 1 << 8,   /* opens nothing where we parse */
	TABLE_BIT = 1 << 9, /* means nothing outside a table */
};

enum {
	BLOCK = SPECIAL | CLOSES_P,
	CELL = SPECIAL | SCOPE | MARKER | TABLE_BIT
};

/* Steps that it costs gumbo to make an element, or to make one again. */
enum { STEPS_TAG = 8, STEPS_CLONE = 32 };

static const uint16_t traits[GUMBO_TAG_LAST] = {
	[GUMBO_TAG_A] = FORMAT,
	[GUMBO_TAG_B] = FORMAT,
	[GUMBO_TAG_BIG] = FORMAT,
	[GUMBO_TAG_CODE] = FORMAT,
	[GUMBO_TAG_EM] = FORMAT,
	[GUMBO_TAG_FONT] = FORMAT,
	[GUMBO_TAG_I] = FORMAT,
	[GUMBO_TAG_NOBR] = FORMAT,
	[GUMBO_TAG_S] = FORMAT,
	[GUMBO_TAG_SMALL] = FORMAT,
	[GUMBO_TAG_STRIKE] = FORMAT,
	[GUMBO_TAG_STRONG] = FORMAT,
	[GUMBO_TAG_TT] = FORMAT,
	[GUMBO_TAG_U] = FORMAT,
	[GUMBO_TAG_AREA] = VOID,
	[GUMBO_TAG_BASE] = VOID,
	[GUMBO_TAG_BASEFONT] = VOID,
	[GUMBO_TAG_BGSOUND] = VOID,
	[GUMBO_TAG_BR] = VOID,
	[GUMBO_TAG_EMBED] = VOID,
	[GUMBO_TAG_HR] = VOID | CLOSES_P,
	[GUMBO_TAG_IMAGE] = VOID,
	[GUMBO_TAG_IMG] = VOID,
	[GUMBO_TAG_INPUT] = VOID,
	[GUMBO_TAG_ISINDEX] = VOID | CLOSES_P,
	[GUMBO_TAG_KEYGEN] = VOID,
	[GUMBO_TAG_LINK] = VOID,
	[GUMBO_TAG_META] = VOID,
	[GUMBO_TAG_PARAM] = VOID,
	[GUMBO_TAG_SOURCE] = VOID,
	[GUMBO_TAG_TRACK] = VOID,
	[GUMBO_TAG_WBR] = VOID,
	[GUMBO_TAG_BODY] = IGNORED,
	[GUMBO_TAG_FRAME] = IGNORED,
	[GUMBO_TAG_FRAMESET] = IGNORED,
	[GUMBO_TAG_HEAD] = IGNORED,
	[GUMBO_TAG_HTML] = IGNORED,
	[GUMBO_TAG_IFRAME] = SPECIAL | RAW,
	[GUMBO_TAG_NOEMBED] = SPECIAL | RAW,
	[GUMBO_TAG_NOFRAMES] = SPECIAL | RAW,
	[GUMBO_TAG_SCRIPT] = SPECIAL | RAW,
	[GUMBO_TAG_STYLE] = SPECIAL | RAW,
	[GUMBO_TAG_TEXTAREA] = SPECIAL | RAW,
	[GUMBO_TAG_TITLE] = SPECIAL | RAW | SCOPE,
	[GUMBO_TAG_XMP] = BLOCK | RAW,
	[GUMBO_TAG_ADDRESS] = BLOCK,
	[GUMBO_TAG_ARTICLE] = BLOCK,
	[GUMBO_TAG_ASIDE] = BLOCK,
	[GUMBO_TAG_BLOCKQUOTE] = BLOCK,
	[GUMBO_TAG_CENTER] = BLOCK,
	[GUMBO_TAG_DD] = BLOCK,
	[GUMBO_TAG_DETAILS] = BLOCK,
	[GUMBO_TAG_DIR] = BLOCK,
	[GUMBO_TAG_DIV] = BLOCK,
	[GUMBO_TAG_DL] = BLOCK,
	[GUMBO_TAG_DT] = BLOCK,
	[GUMBO_TAG_FIELDSET] = BLOCK,
	[GUMBO_TAG_FIGCAPTION] = BLOCK,
	[GUMBO_TAG_FIGURE] = BLOCK,
	[GUMBO_TAG_FOOTER] = BLOCK,
	[GUMBO_TAG_FORM] = BLOCK,
	[GUMBO_TAG_H1] = BLOCK | HEADING,
	[GUMBO_TAG_H2] = BLOCK | HEADING,
	[GUMBO_TAG_H3] = BLOCK | HEADING,
	[GUMBO_TAG_H4] = BLOCK | HEADING,
	[GUMBO_TAG_H5] = BLOCK | HEADING,
	[GUMBO_TAG_H6] = BLOCK | HEADING,
	[GUMBO_TAG_HEADER] = BLOCK,
	[GUMBO_TAG_HGROUP] = BLOCK,
	[GUMBO_TAG_LI] = BLOCK,
	[GUMBO_TAG_LISTING] = BLOCK,
	[GUMBO_TAG_MAIN] = BLOCK,
	[GUMBO_TAG_MENU] = BLOCK,
	[GUMBO_TAG_NAV] = BLOCK,
	[GUMBO_TAG_OL] = BLOCK,
	[GUMBO_TAG_P] = BLOCK,
	[GUMBO_TAG_PLAINTEXT] = BLOCK,
	[GUMBO_TAG_PRE] = BLOCK,
	[GUMBO_TAG_SECTION] = BLOCK,
	[GUMBO_TAG_SUMMARY] = BLOCK,
	[GUMBO_TAG_UL] = BLOCK,
	[GUMBO_TAG_BUTTON] = SPECIAL,
	[GUMBO_TAG_NOSCRIPT] = SPECIAL,
	[GUMBO_TAG_SELECT] = SPECIAL,
	/* In no-quirks documents it ends a p; not doing so errs deep. */
	[GUMBO_TAG_TABLE] = SPECIAL | SCOPE,
	[GUMBO_TAG_CAPTION] = CELL,
	[GUMBO_TAG_TD] = CELL,
	[GUMBO_TAG_TH] = CELL,
	[GUMBO_TAG_COL] = VOID | TABLE_BIT,
	[GUMBO_TAG_COLGROUP] = SPECIAL | TABLE_BIT,
	[GUMBO_TAG_TBODY] = SPECIAL | TABLE_BIT,
	[GUMBO_TAG_TFOOT] = SPECIAL | TABLE_BIT,
	[GUMBO_TAG_THEAD] = SPECIAL | TABLE_BIT,
	[GUMBO_TAG_TR] = SPECIAL | TABLE_BIT,
	[GUMBO_TAG_APPLET] = SPECIAL | SCOPE | MARKER,
	[GUMBO_TAG_MARQUEE] = SPECIAL | SCOPE | MARKER,
	[GUMBO_TAG_OBJECT] = SPECIAL | SCOPE | MARKER,
	[GUMBO_TAG_TEMPLATE] = SPECIAL | SCOPE | MARKER,
	[GUMBO_TAG_ANNOTATION_XML] = SPECIAL | SCOPE,
	[GUMBO_TAG_DESC] = SPECIAL | SCOPE,
	[GUMBO_TAG_FOREIGNOBJECT] = SPECIAL | SCOPE,
	[GUMBO_TAG_MI] = SPECIAL | SCOPE,
	[GUMBO_TAG_MN] = SPECIAL | SCOPE,
	[GUMBO_TAG_MO] = SPECIAL | SCOPE,
	[GUMBO_TAG_MS] = SPECIAL | SCOPE,
	[GUMBO_TAG_MTEXT] = SPECIAL | SCOPE,
};

/* An element that is open, or one that will be opened again. */
struct open {
	GumboTag tag;
	uint32_t hash;	/* of the whole tag: equal tags have equal ones */
	uint32_t name;	/* of the name, for those unknown to gumbo */
	uint32_t bytes; /* of the tag: its attributes are copied */
	bool lives_on;	/* formatting: goes to the floating ones */
	uint16_t floor; /* marker: what floated before it */
};

struct state {
	struct str in;
	size_t at;
	struct gauge sum;
	size_t foreign;	 /* svg and math seen so far */
	bool ends_count; /* false once we may be misled about end tags */
	/* Room for one more than allowed, seen by the check after. */
	struct open open[GAUGE_DEPTH_MAX + 1];
	size_t n;
	/* Formatting that blocks have left behind. */
	struct open floating[GAUGE_DEPTH_MAX + 1];
	size_t floating_n;
};

/* A tag as it stands in the text. */
struct tag {
	struct str name;
	struct str whole;
	size_t attributes;
	GumboTag id;
	bool end;
	bool self_closing;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static uint32_t
hash_nocase(struct str s)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		h = (h ^ (unsigned char)c) * 16777619U;
	}
	return h;
}

static uint16_t
traits_of(GumboTag tag)
{
	return tag < GUMBO_TAG_LAST ? traits[tag] : 0;
}

static size_t
floor_of(const struct state *s)
{
	for (size_t i = s->n; i-- > 0;)
		if ((traits_of(s->open[i].tag) & MARKER) != 0)
			return s->open[i].floor;
	return 0;
}

static void
push(struct state *s, struct open o)
{
	if (s->n <= GAUGE_DEPTH_MAX)
		s->open[s->n++] = o;
}

/* Ends the newest elements down to n of them. */
static void
pop_to(struct state *s, size_t n)
{
	while (s->n > n) {
		struct open o = s->open[--s->n];

		if ((traits_of(o.tag) & MARKER) != 0)
			s->floating_n = o.floor;
		else if (o.lives_on && s->floating_n <= GAUGE_DEPTH_MAX)
			s->floating[s->floating_n++] = o;
	}
}

/* Text or an inline element: formatting left behind is opened again. */
static void
reopen(struct state *s)
{
	size_t floor = s->floating_n == 0 ? 0 : floor_of(s);

	for (size_t i = floor; i < s->floating_n; i++) {
		s->sum.steps += STEPS_CLONE + s->floating[i].bytes / 8;
		push(s, s->floating[i]);
	}
	if (s->floating_n > floor)
		s->floating_n = floor;
}

/*
 * The newest open one of these (0 ends the list), not looking past what has
 * a trait of stop; SIZE_MAX when there is none.
 */
static size_t
find(const struct state *s, const GumboTag *tags, size_t tags_n, unsigned stop)
{
	for (size_t i = s->n; i-- > 0;) {
		for (size_t k = 0; k < tags_n; k++)
			if (s->open[i].tag == tags[k])
				return i;
		if ((traits_of(s->open[i].tag) & stop) != 0)
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

#define FIND(s, stop, ...)                                                \
	find((s), (const GumboTag[]){ __VA_ARGS__ },                      \
	    sizeof((const GumboTag[]){ __VA_ARGS__ }) / sizeof(GumboTag), \
	    (stop))

static void
pop_found(struct state *s, size_t at)
{
	if (at != SIZE_MAX)
		pop_to(s, at);
}

/* The newest floating one of that tag is not opened again. */
static void
forget(struct state *s, GumboTag tag)
{
	size_t floor = floor_of(s);

	for (size_t i = s->floating_n; i-- > floor;) {
		if (s->floating[i].tag != tag)
			continue;
		memmove(s->floating + i, s->floating + i + 1,
		    (s->floating_n - i - 1) * sizeof s->floating[0]);
		s->floating_n--;
		return;
	}
}

/*
 * The end of a formatting element: the "adoption agency".  Blocks inside it
 * stay open and it leaves from under them, unless they are too many for the
 * algorithm's eight rounds.
 */
static void
end_format(struct state *s, GumboTag tag)
{
	size_t at = FIND(s, SCOPE, tag);
	size_t blocks = 0;

	if (at == SIZE_MAX) {
		forget(s, tag);
		return;
	}
	for (size_t i = at + 1; i < s->n; i++)
		blocks += (traits_of(s->open[i].tag) & SPECIAL) != 0;
	if (blocks == 0) {
		s->open[at].lives_on = false;
		pop_to(s, at);
		return;
	}
	s->sum.steps += STEPS_CLONE * 8 + (s->n - at) * STEPS_CLONE;
	if (blocks > 6)
		return;
	memmove(s->open + at, s->open + at + 1,
	    (s->n - at - 1) * sizeof s->open[0]);
	s->n--;
}

static bool
same_tag(const struct open *o, const struct open *of)
{
	return o->tag == of->tag && o->hash == of->hash;
}

/* Of equal formatting only the newest three are opened again. */
static void
keep_three(struct state *s, const struct open *of)
{
	size_t floor = floor_of(s);
	size_t oldest = SIZE_MAX;
	size_t seen = 0;

	for (size_t i = s->n; i-- > 0;) {
		if ((traits_of(s->open[i].tag) & MARKER) != 0)
			break;
		if (s->open[i].lives_on && same_tag(&s->open[i], of)) {
			seen++;
			oldest = i;
		}
	}
	for (size_t i = s->floating_n; i-- > floor;) {
		if (!same_tag(&s->floating[i], of))
			continue;
		if (++seen >= 3) {
			forget(s, of->tag);
			return;
		}
	}
	if (seen >= 3)
		s->open[oldest].lives_on = false;
}

static void
end_tag(struct state *s, const struct tag *t)
{
	uint16_t tr = traits_of(t->id);
	uint32_t name = hash_nocase(t->name);
	size_t at = SIZE_MAX;

	if (!s->ends_count || (tr & (VOID | IGNORED)) != 0)
		return;
	if ((tr & FORMAT) != 0) {
		end_format(s, t->id);
		return;
	}
	if ((tr & TABLE_BIT) != 0 || t->id == GUMBO_TAG_TABLE) {
		/* Within its own table only; a table past its cells. */
		at = t->id == GUMBO_TAG_TABLE
			 ? FIND(s, 0, GUMBO_TAG_TABLE, GUMBO_TAG_TEMPLATE)
			 : FIND(s, 0, t->id, GUMBO_TAG_TABLE,
			       GUMBO_TAG_TEMPLATE);
		if (at != SIZE_MAX && s->open[at].tag == t->id)
			pop_to(s, at);
		return;
	}
	if ((tr & SPECIAL) != 0) {
		if (t->id == GUMBO_TAG_TEMPLATE)
			at = FIND(s, 0, t->id);
		else if (t->id == GUMBO_TAG_LI)
			at = FIND(s, SCOPE, t->id, GUMBO_TAG_OL, GUMBO_TAG_UL);
		else if (t->id == GUMBO_TAG_P)
			at = FIND(s, SCOPE, t->id, GUMBO_TAG_BUTTON);
		else if ((tr & HEADING) != 0)
			at = FIND(s, SCOPE, GUMBO_TAG_H1, GUMBO_TAG_H2,
			    GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5,
			    GUMBO_TAG_H6);
		else
			at = FIND(s, SCOPE, t->id);
		/* A form leaves from under what is open in it: err deep. */
		if (t->id == GUMBO_TAG_FORM && at != SIZE_MAX && at + 1 < s->n)
			return;
		if (at != SIZE_MAX &&
		    (s->open[at].tag == t->id || (tr & HEADING) != 0))
			pop_to(s, at);
		return;
	}
	for (size_t i = s->n; i-- > 0;) {
		if (s->open[i].tag == t->id && s->open[i].name == name) {
			pop_to(s, i);
			return;
		}
		if ((traits_of(s->open[i].tag) & SPECIAL) != 0)
			return;
	}
}

/* What the start of an element ends by itself. */
static void
imply_ends(struct state *s, const struct tag *t)
{
	uint16_t tr = traits_of(t->id);
	size_t at = SIZE_MAX;

	switch ((int)t->id) {
	case GUMBO_TAG_LI:
	case GUMBO_TAG_DD:
	case GUMBO_TAG_DT:
		for (size_t i = s->n; i-- > 0;) {
			GumboTag o = s->open[i].tag;

			if (t->id == GUMBO_TAG_LI
				? o == GUMBO_TAG_LI
				: o == GUMBO_TAG_DD || o == GUMBO_TAG_DT) {
				pop_to(s, i);
				break;
			}
			if ((traits_of(o) & SPECIAL) != 0 &&
			    o != GUMBO_TAG_ADDRESS && o != GUMBO_TAG_DIV &&
			    o != GUMBO_TAG_P)
				break;
		}
		break;
	case GUMBO_TAG_OPTION:
	case GUMBO_TAG_OPTGROUP:
		if (s->n > 0 && (s->open[s->n - 1].tag == GUMBO_TAG_OPTION ||
				    s->open[s->n - 1].tag == t->id))
			pop_to(s, s->n - 1);
		break;
	case GUMBO_TAG_RT:
	case GUMBO_TAG_RP:
	case GUMBO_TAG_RB:
	case GUMBO_TAG_RTC:
		if (s->n > 0 && FIND(s, SCOPE, GUMBO_TAG_RUBY) != SIZE_MAX &&
		    (s->open[s->n - 1].tag == GUMBO_TAG_RT ||
			s->open[s->n - 1].tag == GUMBO_TAG_RP ||
			s->open[s->n - 1].tag == GUMBO_TAG_RB))
			pop_to(s, s->n - 1);
		break;
	case GUMBO_TAG_BUTTON:
		pop_found(s, FIND(s, SCOPE, GUMBO_TAG_BUTTON));
		break;
	case GUMBO_TAG_A:
	case GUMBO_TAG_NOBR:
		end_format(s, t->id);
		break;
	default:
		break;
	}
	if ((tr & CLOSES_P) != 0) {
		at = FIND(s, SCOPE, GUMBO_TAG_P, GUMBO_TAG_BUTTON);
		if (at != SIZE_MAX && s->open[at].tag == GUMBO_TAG_P)
			pop_to(s, at);
	}
	if ((tr & HEADING) != 0 && s->n > 0 &&
	    (traits_of(s->open[s->n - 1].tag) & HEADING) != 0)
		pop_to(s, s->n - 1);
}

static void
push_tag(struct state *s, GumboTag id)
{
	push(s, (struct open){ .tag = id, .floor = (uint16_t)s->floating_n });
}

/*
 * A row, a cell …: ends its like in the same table, and brings the parents
 * that it lacks.  False where the parser ignores it.
 */
static bool
start_table_part(struct state *s, GumboTag id)
{
	size_t table = FIND(s, 0, GUMBO_TAG_TABLE, GUMBO_TAG_TEMPLATE);
	size_t body = SIZE_MAX;
	size_t row = SIZE_MAX;

	if (table == SIZE_MAX)
		return s->foreign > 0;
	if (s->foreign > 0 || s->open[table].tag != GUMBO_TAG_TABLE)
		return true; /* too seldom to follow: err deep */
	for (size_t i = table + 1; i < s->n; i++) {
		GumboTag o = s->open[i].tag;

		if (o == GUMBO_TAG_TBODY || o == GUMBO_TAG_THEAD ||
		    o == GUMBO_TAG_TFOOT)
			body = i;
		else if (o == GUMBO_TAG_TR)
			row = i;
	}
	if (id != GUMBO_TAG_TD && id != GUMBO_TAG_TH && id != GUMBO_TAG_TR) {
		pop_to(s, table + 1);
		return true;
	}
	if (body == SIZE_MAX) {
		pop_to(s, table + 1);
		push_tag(s, GUMBO_TAG_TBODY);
		body = table + 1;
	}
	if (id == GUMBO_TAG_TR) {
		pop_to(s, body + 1);
		return true;
	}
	if (row == SIZE_MAX || row < body) {
		pop_to(s, body + 1);
		push_tag(s, GUMBO_TAG_TR);
		row = body + 1;
	}
	pop_to(s, row + 1);
	return true;
}

/* A script may hold <!-- <script>, after which its end is hard to tell. */
static bool
is_devious_script(struct str body)
{
	size_t at = str_find(body, STR("<!--"), 0);

	for (; at != SIZE_MAX && at < body.n; at++)
		if (str_eq_nocase(str_sub(body, at, 7), STR("<script")))
			return true;
	return false;
}

/* Past the text of an element like style, to its end tag. */
static void
skip_raw(struct state *s, const struct tag *t)
{
	size_t from = s->at;
	size_t at = from;

	while ((at = str_find(s->in, STR("</"), at)) != SIZE_MAX) {
		size_t past = at + 2 + t->name.n;

		if (past < s->in.n &&
		    str_eq_nocase(str_sub(s->in, at + 2, t->name.n), t->name) &&
		    (is_space(s->in.p[past]) || s->in.p[past] == '/' ||
			s->in.p[past] == '>'))
			break;
		at += 2;
	}
	if (at == SIZE_MAX)
		at = s->in.n;
	if (t->id == GUMBO_TAG_SCRIPT &&
	    is_devious_script(str_sub(s->in, from, at - from)))
		s->ends_count = false;
	/* In svg, or a select, it is no text after all. */
	if (s->foreign > 0 || FIND(s, 0, GUMBO_TAG_SELECT) != SIZE_MAX)
		s->ends_count = false;
	else
		s->at = at;
}

static void
start_tag(struct state *s, const struct tag *t)
{
	uint16_t tr = traits_of(t->id);
	struct open o = {
		.tag = t->id,
		.hash = hash_nocase(t->whole),
		.name = hash_nocase(t->name),
		.bytes = (uint32_t)t->whole.n,
		.lives_on = (tr & FORMAT) != 0,
	};

	s->sum.steps += STEPS_TAG + t->attributes * (t->attributes + 8) / 2;
	if ((tr & IGNORED) != 0)
		return;
	imply_ends(s, t);
	if ((tr & TABLE_BIT) != 0 && !start_table_part(s, t->id))
		return;
	if ((tr & SPECIAL) == 0)
		reopen(s);
	if ((tr & VOID) != 0)
		return;
	if (t->id == GUMBO_TAG_SVG || t->id == GUMBO_TAG_MATH)
		s->foreign++;
	/* <path/>; a known HTML name would have left the drawing. */
	if (t->self_closing && t->id == GUMBO_TAG_UNKNOWN && s->foreign > 0 &&
	    FIND(s, SPECIAL, GUMBO_TAG_SVG, GUMBO_TAG_MATH) != SIZE_MAX)
		return;
	if (o.lives_on) {
		keep_three(s, &o);
		/* Tags are compared attribute by attribute. */
		s->sum.steps += (s->floating_n + s->n) * (1 + t->attributes);
	}
	o.floor = (uint16_t)s->floating_n;
	push(s, o);
	if ((tr & RAW) != 0)
		skip_raw(s, t);
}

/* Past one attribute's value, after its "=". */
static void
skip_value(struct state *s)
{
	while (s->at < s->in.n && is_space(s->in.p[s->at]))
		s->at++;
	if (s->at < s->in.n &&
	    (s->in.p[s->at] == '"' || s->in.p[s->at] == '\'')) {
		size_t end = str_find_char(s->in, s->in.p[s->at], s->at + 1);

		s->at = end == SIZE_MAX ? s->in.n : end + 1;
		return;
	}
	while (s->at < s->in.n && !is_space(s->in.p[s->at]) &&
	       s->in.p[s->at] != '>')
		s->at++;
}

/* From after "<" or "</": the name and all attributes.  False at the end. */
static bool
read_tag(struct state *s, struct tag *t)
{
	size_t from = s->at;
	char before = 0;

	while (s->at < s->in.n && !is_space(s->in.p[s->at]) &&
	       s->in.p[s->at] != '/' && s->in.p[s->at] != '>')
		s->at++;
	t->name = str_sub(s->in, from, s->at - from);
	t->id = gumbo_tagn_enum(t->name.p, (unsigned)t->name.n);
	while (s->at < s->in.n) {
		char c = s->in.p[s->at];

		if (c == '>') {
			t->self_closing = before == '/';
			t->whole = str_sub(s->in, from, s->at - from);
			s->at++;
			return true;
		}
		before = c;
		s->at++;
		if (is_space(c) || c == '/')
			continue;
		t->attributes++;
		/* A leading "=" is part of the name. */
		while (s->at < s->in.n && !is_space(s->in.p[s->at]) &&
		       s->in.p[s->at] != '/' && s->in.p[s->at] != '>' &&
		       s->in.p[s->at] != '=')
			s->at++;
		while (s->at < s->in.n && is_space(s->in.p[s->at]))
			s->at++;
		if (s->at < s->in.n && s->in.p[s->at] == '=') {
			s->at++;
			skip_value(s);
		}
	}
	return false;
}

/* "<!…", "<?…" and "</" before no letter: up to ">", or a comment's end. */
static void
skip_comment(struct state *s)
{
	struct str rest = str_from(s->in, s->at);
	size_t end = SIZE_MAX;

	if (str_starts(rest, STR("<![CDATA[")) && s->foreign > 0)
		s->ends_count = false;
	if (!str_starts(rest, STR("<!--"))) {
		end = str_find_char(rest, '>', 1);
	} else if (str_starts(rest, STR("<!-->"))) {
		end = 4;
	} else if (str_starts(rest, STR("<!--->"))) {
		end = 5;
	} else {
		for (size_t i = 4; end == SIZE_MAX; i++) {
			i = str_find(rest, STR("--"), i);
			if (i == SIZE_MAX)
				break;
			if (i + 2 < rest.n && rest.p[i + 2] == '>')
				end = i + 2;
			else if (i + 3 < rest.n && rest.p[i + 2] == '!' &&
				 rest.p[i + 3] == '>')
				end = i + 3;
		}
	}
	s->at = end == SIZE_MAX ? s->in.n : s->at + end + 1;
}

/* One tag, comment or stretch of text.  False at the end of the input. */
static bool
step(struct state *s)
{
	struct str rest = str_from(s->in, s->at);
	struct tag t = { 0 };

	if (rest.n == 0)
		return false;
	if (rest.p[0] != '<') {
		size_t end = str_find_char(s->in, '<', s->at);

		reopen(s);
		s->at = end == SIZE_MAX ? s->in.n : end;
		return true;
	}
	if (rest.n >= 2 && is_letter(rest.p[1])) {
		s->at += 1;
	} else if (rest.n >= 3 && rest.p[1] == '/' && is_letter(rest.p[2])) {
		t.end = true;
		s->at += 2;
	} else if (rest.n >= 2 &&
		   (rest.p[1] == '!' || rest.p[1] == '?' || rest.p[1] == '/')) {
		skip_comment(s);
		return true;
	} else {
		reopen(s);
		s->at++;
		return true;
	}
	if (!read_tag(s, &t))
		return false;
	s->sum.steps += s->n + s->floating_n;
	if (t.end)
		end_tag(s, &t);
	else
		start_tag(s, &t);
	return true;
}

enum err
gauge_html(
    struct ctx *ctx, struct arena *scratch, struct str html, struct gauge *out)
{
	/* The stacks are large, and written before they are read. */
	struct state *s = arena_bytes(scratch, sizeof *s);

	s->in = html;
	s->at = s->foreign = s->n = s->floating_n = 0;
	s->sum = (struct gauge){ 0 };
	s->ends_count = true;
	while (step(s)) {
		size_t depth = s->n + s->floating_n;

		if (depth > s->sum.deepest)
			s->sum.deepest = depth;
		if (depth > GAUGE_DEPTH_MAX)
			return FAIL(ctx, ERR_LIMIT,
			    "the HTML has more than %d elements open at once, "
			    "at byte %zu",
			    GAUGE_DEPTH_MAX, s->at);
		if (s->sum.steps > GAUGE_STEPS_MAX)
			return FAIL(ctx, ERR_LIMIT,
			    "the HTML is too tangled to be read in good time, "
			    "at byte %zu",
			    s->at);
	}
	if (out != NULL)
		*out = s->sum;
	return ERR_OK;
}
