/* SPDX-License-Identifier: MIT */
/* The writer of a story's body. */

#include "markup/body.h"

enum {
	STACK_MAX = 600, /* beyond what gauge_html() allows to be nested */
	IDS_MAX = 1024,	 /* anchors in one story */
	BREAKS_MAX = 2,	 /* <br> in a row */
	FIT_MAX = 8,	 /* rounds to find a place; a table needs five */
};

struct frame {
	const char *name; /* NULL: the top, or a div that was */
	enum kind kind;
	bool written;
	bool implied; /* nobody asked for it: leaves when it is in the way */
	struct body_attrs attrs;
};

/* What was written last, for white space and <br> to know their place. */
enum fresh {
	FRESH_BLOCK, /* a block's start or end: nothing blank may follow */
	FRESH_LINE,  /* <br> */
	FRESH_NOT,
};

struct body {
	struct buf out;
	struct arena *arena;
	struct frame frames[STACK_MAX];
	size_t n;
	struct frame inlines[STACK_MAX];
	size_t inlines_n;
	enum fresh fresh;
	bool space;    /* white space was read and not yet written */
	size_t breaks; /* the same for <br> */
	struct str ids[IDS_MAX];
	size_t ids_n;
};

struct body *
body_new(struct arena *a, const struct sanitise_rules *rules, size_t max)
{
	/* The stacks are large, and written before they are read. */
	struct body *b = arena_bytes(a, sizeof *b);

	buf_init(&b->out, a, max);
	b->arena = a;
	b->inlines_n = b->breaks = b->ids_n = 0;
	b->fresh = FRESH_BLOCK;
	b->space = false;
	b->frames[0] = (struct frame){
		.kind = rules->inline_only ? KIND_PHRASE : KIND_FLOW,
		.written = true,
	};
	b->n = 1;
	return b;
}

static struct frame *
top(struct body *b)
{
	return &b->frames[b->n - 1];
}

static bool
is(const struct frame *f, const char *name)
{
	return f->name != NULL && strcmp(f->name, name) == 0;
}

static void
put_end(struct body *b, const char *name)
{
	BUF_LIT(&b->out, "</");
	buf_put(&b->out, str_c(name));
	buf_char(&b->out, '>');
}

/* May this id be used?  Each only once, so that links know where to go. */
static bool
claim_id(struct body *b, struct str id)
{
	if (id.n == 0 || b->ids_n == IDS_MAX)
		return false;
	for (size_t i = 0; i < b->ids_n; i++)
		if (str_eq(b->ids[i], id))
			return false;
	b->ids[b->ids_n++] = id;
	return true;
}

static void
put_start(struct body *b, const char *name, struct body_attrs *attrs)
{
	buf_char(&b->out, '<');
	buf_put(&b->out, str_c(name));
	if (claim_id(b, attrs->id)) {
		BUF_LIT(&b->out, " id=\"");
		buf_put(&b->out, attrs->id);
		buf_char(&b->out, '"');
	}
	/* One that is opened again is not the target a second time. */
	attrs->id = (struct str){ 0 };
	buf_put(&b->out, attrs->rest);
	buf_char(&b->out, '>');
}

/* Before any block boundary: inline elements end, to be opened again. */
static void
suspend(struct body *b)
{
	for (size_t i = b->inlines_n; i-- > 0;) {
		if (!b->inlines[i].written)
			continue;
		put_end(b, b->inlines[i].name);
		b->inlines[i].written = false;
	}
	b->breaks = 0;
	b->space = false;
}

static void
push(struct body *b, const struct frame *f)
{
	suspend(b);
	if (b->n < STACK_MAX)
		b->frames[b->n++] = *f;
	else
		b->out.over = true;
}

static void
pop(struct body *b)
{
	const struct frame *f = top(b);

	suspend(b);
	if (f->name != NULL && f->written) {
		put_end(b, f->name);
		b->fresh = FRESH_BLOCK;
	}
	b->n--;
}

/* One block to a line at the top: kind to those who compare versions. */
static void
begin_line(struct body *b)
{
	if (b->out.n > 0)
		buf_char(&b->out, '\n');
}

/* Writes the blocks that wait; true when it is inside one then. */
static bool
write_frames(struct body *b)
{
	bool inside = false;

	for (size_t i = 1; i < b->n; i++) {
		struct frame *f = &b->frames[i];

		if (f->name == NULL)
			continue;
		if (!f->written) {
			if (!inside)
				begin_line(b);
			put_start(b, f->name, &f->attrs);
			f->written = true;
			b->fresh = FRESH_BLOCK;
		}
		inside = true;
	}
	return inside;
}

static void
imply(struct body *b, const char *name, enum kind kind)
{
	push(b, &(struct frame){ .name = name, .kind = kind, .implied = true });
}

/* Is the implied frame on top in the way of what wants this place? */
static bool
is_in_the_way(const struct body *b, enum place place)
{
	const struct frame *f = &b->frames[b->n - 1];

	if (!f->implied)
		return false;
	switch (f->kind) {
	case KIND_LIST:
		return place != PLACE_ITEM;
	case KIND_DLIST:
		return place != PLACE_TERM;
	case KIND_LOOSE:
		if (is(f, "li"))
			return place == PLACE_ITEM;
		if (is(f, "dd"))
			return place == PLACE_TERM;
		return place == PLACE_CELL || place == PLACE_ROW ||
		       place == PLACE_GROUP;
	case KIND_ROW:
		return place == PLACE_ROW || place == PLACE_GROUP;
	case KIND_GROUP:
		return place == PLACE_GROUP;
	case KIND_FLOW:
	case KIND_DETAILS:
	case KIND_FIGURE:
	case KIND_PHRASE:
	case KIND_TABLE:
		break;
	}
	return false;
}

static bool
is_flow(enum kind kind)
{
	return kind == KIND_FLOW || kind == KIND_DETAILS ||
	       kind == KIND_LOOSE || kind == KIND_FIGURE;
}

/* May something of this place stand directly in the top frame? */
static bool
is_welcome(const struct body *b, enum place place)
{
	const struct frame *f = &b->frames[b->n - 1];

	switch (place) {
	case PLACE_TEXT:
		return f->kind == KIND_PHRASE || f->kind == KIND_LOOSE ||
		       f->kind == KIND_FIGURE;
	case PLACE_FLOW:
		return is_flow(f->kind);
	case PLACE_ITEM:
		return f->kind == KIND_LIST;
	case PLACE_TERM:
		return f->kind == KIND_DLIST;
	case PLACE_CAPTION:
		return f->kind == KIND_TABLE && !f->written;
	case PLACE_GROUP:
		return f->kind == KIND_TABLE;
	case PLACE_ROW:
		return f->kind == KIND_GROUP;
	case PLACE_CELL:
		return f->kind == KIND_ROW;
	case PLACE_FIGCAPTION:
		return f->kind == KIND_FIGURE;
	case PLACE_SUMMARY:
		return f->kind == KIND_DETAILS && !f->written;
	}
	return false;
}

/* Opens what the top frame must hold first; false if nothing helps. */
static bool
imply_towards(struct body *b, enum place place)
{
	switch (top(b)->kind) {
	case KIND_LIST:
		imply(b, "li", KIND_LOOSE);
		return true;
	case KIND_DLIST:
		imply(b, "dd", KIND_LOOSE);
		return true;
	case KIND_TABLE:
		imply(b, "tbody", KIND_GROUP);
		return true;
	case KIND_GROUP:
		imply(b, "tr", KIND_ROW);
		return true;
	case KIND_ROW:
		imply(b, "td", KIND_LOOSE);
		return true;
	case KIND_FLOW:
	case KIND_DETAILS:
		if (place == PLACE_TEXT) {
			imply(b, "p", KIND_PHRASE);
			return true;
		}
		break;
	case KIND_LOOSE:
	case KIND_FIGURE:
	case KIND_PHRASE:
		break;
	}
	if (is_flow(top(b)->kind) && place == PLACE_ITEM) {
		imply(b, "ul", KIND_LIST);
		return true;
	}
	if (is_flow(top(b)->kind) && place == PLACE_TERM) {
		imply(b, "dl", KIND_DLIST);
		return true;
	}
	return false;
}

/*
 * Makes the top frame one that welcomes this place, by ending paragraphs
 * and implied frames and by implying others; false when there is no way.
 */
static bool
fit(struct body *b, enum place place)
{
	for (int i = 0; i < FIT_MAX; i++) {
		if (is_in_the_way(b, place))
			pop(b);
		else if (is_welcome(b, place))
			return true;
		else if (place != PLACE_TEXT && is(top(b), "p"))
			pop(b);
		else if (!imply_towards(b, place))
			return false;
	}
	return false;
}

/* Nothing has been written since the present block began. */
static bool
is_at_start(const struct body *b)
{
	const struct frame *f = &b->frames[b->n - 1];

	return b->fresh == FRESH_BLOCK || (f->name != NULL && !f->written);
}

/* Two <br> in a paragraph without attributes are the end of it. */
static void
split_paragraph(struct body *b)
{
	const struct frame *f = top(b);

	if (b->breaks < 2 || !is(f, "p") || f->attrs.rest.n > 0 ||
	    b->frames[b->n - 2].kind == KIND_LOOSE ||
	    b->frames[b->n - 2].kind == KIND_FIGURE)
		return;
	pop(b);
	imply(b, "p", KIND_PHRASE);
}

/* Everything that must be written before text is. */
static void
begin_text(struct body *b)
{
	split_paragraph(b);
	if (!fit(b, PLACE_TEXT))
		return;
	write_frames(b);
	for (size_t i = 0; i < b->breaks && i < BREAKS_MAX; i++) {
		BUF_LIT(&b->out, "<br>");
		b->fresh = FRESH_LINE;
	}
	if (b->space && b->fresh == FRESH_NOT)
		buf_char(&b->out, ' ');
	b->breaks = 0;
	b->space = false;
	for (size_t i = 0; i < b->inlines_n; i++) {
		struct frame *f = &b->inlines[i];

		if (f->written)
			continue;
		put_start(b, f->name, &f->attrs);
		f->written = true;
	}
	b->fresh = FRESH_NOT;
}

static void
put_char(struct body *b, struct str c)
{
	switch (c.p[0]) {
	case '&':
		BUF_LIT(&b->out, "&amp;");
		break;
	case '<':
		BUF_LIT(&b->out, "&lt;");
		break;
	case '>':
		BUF_LIT(&b->out, "&gt;");
		break;
	default:
		buf_put(&b->out, c);
	}
}

/* Characters that XML forbids, and controls. */
static bool
is_banned(uint32_t c)
{
	return (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') ||
	       (c >= 0x7f && c < 0xa0) || c == 0xfffe || c == 0xffff ||
	       c == 0xfeff;
}

static void
pre_text(struct body *b, struct str text)
{
	b->space = false;
	for (size_t at = 0; at < text.n;) {
		size_t from = at;
		uint32_t c = utf8_next(text, &at);

		if (is_banned(c) || c == '\f')
			continue;
		if (c == '\r')
			c = '\n';
		/* The parser eats the first line end of a pre: have none. */
		if (c == '\n' && is_at_start(b))
			continue;
		if (is_at_start(b) || b->fresh != FRESH_NOT ||
		    (b->inlines_n > 0 && !b->inlines[b->inlines_n - 1].written))
			begin_text(b);
		if (c == '\n')
			buf_char(&b->out, '\n');
		else
			put_char(b, str_sub(text, from, at - from));
	}
}

/*
 * Bytes that stand for themselves: no blank, no markup, none that begins a
 * character that is dropped, or means something (0xc2: C1 and the no-break
 * space; 0xef: U+FEFF, U+FFFE).
 */
static bool
is_plain(char byte)
{
	unsigned char c = (unsigned char)byte;

	return c > ' ' && c != 0x7f && c != '<' && c != '>' && c != '&' &&
	       c != 0xc2 && c != 0xef;
}

/*
 * How many bytes from here on are words with one space between them, to be
 * copied at once.  None begins or ends with a space.
 */
static size_t
plain_run(struct str s, size_t at)
{
	const char *from = s.p + at;
	const char *end = s.p + s.n;
	const char *p = from;

	while (p < end && is_plain(*p)) {
		p++;
		if (end - p >= 2 && *p == ' ' && is_plain(p[1]))
			p++;
	}
	return (size_t)(p - from);
}

void
body_text(struct body *b, struct str text)
{
	bool begun = false;

	if (is(top(b), "pre")) {
		pre_text(b, text);
		return;
	}
	for (size_t at = 0; at < text.n;) {
		size_t from = at;
		size_t run = plain_run(text, at);
		uint32_t c = 0;

		if (run > 0) {
			at += run;
		} else {
			c = utf8_next(text, &at);
			if (c == ' ' || (c >= '\t' && c <= '\r')) {
				b->space = true;
				begun = false;
				continue;
			}
			if (is_banned(c) || (c == 0xa0 && is_at_start(b)))
				continue;
		}
		if (!begun)
			begin_text(b);
		begun = true;
		if (run > 0)
			buf_put(&b->out, str_sub(text, from, run));
		else
			put_char(b, str_sub(text, from, at - from));
	}
}

void
body_br(struct body *b)
{
	if (is(top(b), "pre")) {
		pre_text(b, STR("\n"));
		return;
	}
	b->space = false;
	if (!is_at_start(b))
		b->breaks++;
}

void
body_img(struct body *b, const struct body_attrs *attrs)
{
	struct body_attrs own = *attrs;

	begin_text(b);
	put_start(b, "img", &own);
}

void
body_hr(struct body *b)
{
	struct body_attrs none = { 0 };

	if (!fit(b, PLACE_FLOW)) {
		body_break(b);
		return;
	}
	suspend(b);
	if (!write_frames(b))
		begin_line(b);
	put_start(b, "hr", &none);
	b->fresh = FRESH_BLOCK;
}

size_t
body_block(
    struct body *b, const struct element *e, const struct body_attrs *attrs)
{
	size_t mark = 0;

	if (!fit(b, e->place))
		return body_break(b);
	mark = b->n;
	push(b, &(struct frame){
		    .name = e->name,
		    .kind = e->kind,
		    .attrs = *attrs,
		});
	/* An empty cell holds its column's place. */
	if (e->place == PLACE_CELL)
		write_frames(b);
	return mark;
}

size_t
body_break(struct body *b)
{
	size_t mark = 0;

	if (is(top(b), "pre")) {
		if (b->fresh == FRESH_NOT)
			pre_text(b, STR("\n"));
		return b->n;
	}
	if (!fit(b, PLACE_FLOW)) {
		b->space = true;
		return b->n;
	}
	mark = b->n;
	if (top(b)->kind == KIND_FIGURE) {
		suspend(b);
		b->space = true;
	} else {
		push(b, &(struct frame){ .kind = KIND_FLOW });
	}
	return mark;
}

void
body_block_end(struct body *b, size_t mark)
{
	bool in_line = b->n <= mark;

	while (b->n > mark)
		pop(b);
	if (in_line)
		b->space = true;
}

/*
 * Formatting that changes nothing where it is on already.  HTML's parser
 * forgets the fourth of equal ones, and ends a link where another begins.
 */
static bool
is_on(const struct body *b, const struct element *e,
    const struct body_attrs *attrs)
{
	static const char *const nests[] = { "q", "sub", "sup", "bdi", "bdo" };
	bool once = strcmp(e->name, "a") == 0;

	for (size_t i = 0; i < sizeof nests / sizeof nests[0]; i++)
		if (strcmp(e->name, nests[i]) == 0)
			return false;
	for (size_t i = 0; i < b->inlines_n; i++) {
		const struct frame *f = &b->inlines[i];

		if (strcmp(f->name, e->name) == 0 &&
		    (once || str_eq(f->attrs.rest, attrs->rest)))
			return true;
	}
	return false;
}

bool
body_inline(
    struct body *b, const struct element *e, const struct body_attrs *attrs)
{
	bool in_ruby = b->inlines_n > 0 &&
		       strcmp(b->inlines[b->inlines_n - 1].name, "ruby") == 0;

	if ((strcmp(e->name, "rt") == 0 || strcmp(e->name, "rp") == 0) &&
	    !in_ruby)
		return false;
	if (is_on(b, e, attrs))
		return false;
	if (b->inlines_n == STACK_MAX) {
		b->out.over = true;
		return false;
	}
	b->inlines[b->inlines_n++] = (struct frame){
		.name = e->name,
		.attrs = *attrs,
	};
	return true;
}

void
body_inline_end(struct body *b)
{
	const struct frame *f = &b->inlines[b->inlines_n - 1];

	if (f->written)
		put_end(b, f->name);
	b->inlines_n--;
}

enum err
body_done(struct ctx *ctx, struct body *b, struct html *out)
{
	body_block_end(b, 1);
	suspend(b);
	return buf_done(ctx, &b->out, &out->s);
}
