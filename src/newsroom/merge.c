/* SPDX-License-Identifier: MIT */
/* Three texts become one; see the header. */

#include "newsroom/merge.h"

#include <stdlib.h>

enum {
	LINES_MAX = 100000,   /* of one text; above, it is one piece */
	DIFFERENCE_MAX = 500, /* lines that one search may find different */
	STEPS_MAX = 8000000,  /* of all searches for one pair of texts */
	MARKS = 64,	      /* bytes of the marks around one conflict */
};

/* ---- lines ---- */

/* A text as lines, each with a number that equal lines share. */
struct lines {
	struct str *v;
	int *id;
	size_t n;
};

static size_t
count_lines(struct str s)
{
	size_t n = s.n != 0 && s.p[s.n - 1] != '\n';

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void
split(struct arena *a, struct str s, struct lines *out)
{
	out->n = count_lines(s);
	out->v = ARENA_ARRAY(a, out->n, struct str);
	out->id = ARENA_ARRAY(a, out->n, int);
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = str_cut(s, '\n', &s);
}

struct place {
	struct str line;
	int *id;
};

static int
by_line(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct place *)x)->line, ((const struct place *)y)->line);
}

/* By sorting: no flood of lines that hash alike can slow it. */
static int
number_lines(struct arena *a, struct lines *all, size_t n)
{
	size_t total = 0;
	size_t k = 0;
	int id = 0;
	struct place *p = NULL;

	for (size_t i = 0; i < n; i++)
		total += all[i].n;
	p = ARENA_ARRAY(a, total, struct place);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < all[i].n; j++)
			p[k++] = (struct place){ all[i].v[j], &all[i].id[j] };
	if (total != 0)
		qsort(p, total, sizeof *p, by_line);
	for (k = 0; k < total; k++) {
		if (k != 0 && !str_eq(p[k].line, p[k - 1].line))
			id++;
		*p[k].id = id;
	}
	return id + 1;
}

/* ---- which lines of one text are lines of another ---- */

struct diff {
	const int *a, *b;
	int *match; /* for each of a: its line of b, or -1; it rises */
	int *trace; /* of the search */
	int limit;  /* differences that it may find */
	size_t steps;
};

/* a[from..to) against b[b_from..b_to). */
struct span {
	int a, a_end, b, b_end;
};

static void
match_ends(struct diff *d, struct span *s)
{
	while (s->a < s->a_end && s->b < s->b_end && d->a[s->a] == d->b[s->b])
		d->match[s->a++] = s->b++;
	while (s->a < s->a_end && s->b < s->b_end &&
	       d->a[s->a_end - 1] == d->b[s->b_end - 1])
		d->match[--s->a_end] = --s->b_end;
}

/* How far the search came on diagonal k, with so many differences. */
static int *
reach(struct diff *d, int differences, int k)
{
	return &d->trace[differences * differences + k + differences];
}

/* From which diagonal the path came to k; below: a line of b was added. */
static bool
came_from_above(struct diff *d, int n, int k)
{
	return k == -n ||
	       (k != n && *reach(d, n - 1, k - 1) < *reach(d, n - 1, k + 1));
}

static void
walk_back(struct diff *d, const struct span *s, int n)
{
	int x = s->a_end - s->a;
	int y = s->b_end - s->b;

	for (; n >= 0; n--) {
		int k = x - y;
		int from = 0;

		if (n > 0) {
			bool above = came_from_above(d, n, k);

			from = above ? *reach(d, n - 1, k + 1)
				     : *reach(d, n - 1, k - 1) + 1;
		}
		while (x > from) {
			x--;
			y--;
			d->match[s->a + x] = s->b + y;
		}
		if (n == 0)
			break;
		if (came_from_above(d, n, k))
			y--;
		else
			x--;
	}
}

/* Myers' greedy search, given up when it costs too much. */
static void
search(struct diff *d, const struct span *s)
{
	int n = s->a_end - s->a;
	int m = s->b_end - s->b;

	for (int differences = 0; differences <= d->limit; differences++) {
		for (int k = -differences; k <= differences; k += 2) {
			int x = 0;

			if (differences > 0)
				x = came_from_above(d, differences, k)
					? *reach(d, differences - 1, k + 1)
					: *reach(d, differences - 1, k - 1) + 1;
			while (x < n && x - k < m && x - k >= 0 &&
			       d->a[s->a + x] == d->b[s->b + x - k]) {
				x++;
				d->steps++;
			}
			*reach(d, differences, k) = x;
			if (x >= n && x - k >= m) {
				walk_back(d, s, differences);
				return;
			}
		}
		d->steps += (size_t)differences;
		if (d->steps > STEPS_MAX)
			return;
	}
}

static void
match_span(struct diff *d, struct span s)
{
	match_ends(d, &s);
	if (s.a < s.a_end && s.b < s.b_end)
		search(d, &s);
}

/* ---- lines that stand once in both: firm ground between searches ---- */

struct once {
	int a, b;
	int before; /* the link below it in the longest rising row; -1 */
};

static size_t
find_once(struct arena *arena, const struct diff *d, const struct span *s,
    int ids, struct once **out)
{
	int *in_a = ARENA_ARRAY(arena, (size_t)ids, int);
	int *in_b = ARENA_ARRAY(arena, (size_t)ids, int);
	int *where = ARENA_ARRAY(arena, (size_t)ids, int);
	size_t n = 0;

	for (int i = s->a; i < s->a_end; i++)
		in_a[d->a[i]]++;
	for (int i = s->b; i < s->b_end; i++) {
		in_b[d->b[i]]++;
		where[d->b[i]] = i;
	}
	*out = ARENA_ARRAY(arena, (size_t)(s->a_end - s->a), struct once);
	for (int i = s->a; i < s->a_end; i++)
		if (in_a[d->a[i]] == 1 && in_b[d->a[i]] == 1)
			(*out)[n++] = (struct once){ i, where[d->a[i]], -1 };
	return n;
}

/* The longest row of them that rises in b too; its last link, or -1. */
static int
rising(struct arena *arena, struct once *v, size_t n)
{
	int *tops = ARENA_ARRAY(arena, n, int);
	size_t piles = 0;

	for (size_t i = 0; i < n; i++) {
		size_t low = 0;
		size_t high = piles;

		while (low < high) {
			size_t mid = (low + high) / 2;

			if (v[tops[mid]].b < v[i].b)
				low = mid + 1;
			else
				high = mid;
		}
		v[i].before = low > 0 ? tops[low - 1] : -1;
		tops[low] = (int)i;
		piles += low == piles;
	}
	return piles > 0 ? tops[piles - 1] : -1;
}

static void
diff(struct arena *arena, const struct lines *a, const struct lines *b, int ids,
    struct diff *d)
{
	struct span all = { 0, (int)a->n, 0, (int)b->n };
	struct once *v = NULL;
	size_t n = 0;

	*d = (struct diff){
		.a = a->id,
		.b = b->id,
		.match = ARENA_ARRAY(arena, a->n, int),
	};
	d->limit =
	    a->n + b->n < DIFFERENCE_MAX ? (int)(a->n + b->n) : DIFFERENCE_MAX;
	d->trace = ARENA_ARRAY(
	    arena, (size_t)(d->limit + 1) * (size_t)(d->limit + 1), int);
	for (size_t i = 0; i < a->n; i++)
		d->match[i] = -1;
	match_ends(d, &all);
	n = find_once(arena, d, &all, ids, &v);
	/* From the last to the first, with what lies between. */
	for (int i = rising(arena, v, n); i >= 0; i = v[i].before) {
		d->match[v[i].a] = v[i].b;
		match_span(d, (struct span){ v[i].a + 1, all.a_end, v[i].b + 1,
				  all.b_end });
		all.a_end = v[i].a;
		all.b_end = v[i].b;
	}
	match_span(d, all);
}

/* ---- three become one ---- */

struct three {
	struct lines base, mine, theirs;
	const int *to_mine, *to_theirs;
	struct buf *out;
	size_t conflicts;
};

/* Lines from..to of a text. */
struct part {
	const struct lines *of;
	size_t from, to;
};

static bool
part_eq(const struct part *x, const struct part *y)
{
	return x->to - x->from == y->to - y->from &&
	       memcmp(x->of->id + x->from, y->of->id + y->from,
		   (x->to - x->from) * sizeof *x->of->id) == 0;
}

static void
put_part(struct buf *out, const struct part *p)
{
	for (size_t i = p->from; i < p->to; i++) {
		buf_put(out, p->of->v[i]);
		buf_char(out, '\n');
	}
}

static void
put_chunk(struct three *t, const struct part *base, const struct part *mine,
    const struct part *theirs)
{
	if (part_eq(mine, base) || part_eq(mine, theirs)) {
		put_part(t->out, theirs);
		return;
	}
	if (part_eq(theirs, base)) {
		put_part(t->out, mine);
		return;
	}
	t->conflicts++;
	BUF_LIT(t->out, "<<<<<<< mine\n");
	put_part(t->out, mine);
	BUF_LIT(t->out, "||||||| before\n");
	put_part(t->out, base);
	BUF_LIT(t->out, "=======\n");
	put_part(t->out, theirs);
	BUF_LIT(t->out, ">>>>>>> newer\n");
}

/* Between two lines that all three share there is something to decide. */
static void
put_all(struct three *t)
{
	struct part base = { &t->base, 0, 0 };
	struct part mine = { &t->mine, 0, 0 };
	struct part theirs = { &t->theirs, 0, 0 };

	for (size_t i = 0; i < t->base.n; i++) {
		if (t->to_mine[i] < 0 || t->to_theirs[i] < 0)
			continue;
		base.to = i;
		mine.to = (size_t)t->to_mine[i];
		theirs.to = (size_t)t->to_theirs[i];
		put_chunk(t, &base, &mine, &theirs);
		buf_put(t->out, t->base.v[i]);
		buf_char(t->out, '\n');
		base.from = base.to + 1;
		mine.from = mine.to + 1;
		theirs.from = theirs.to + 1;
	}
	base.to = t->base.n;
	mine.to = t->mine.n;
	theirs.to = t->theirs.n;
	put_chunk(t, &base, &mine, &theirs);
}

static size_t
room_for(const struct merge *in)
{
	size_t lines = count_lines(in->base) + count_lines(in->mine) +
		       count_lines(in->theirs);

	return in->base.n + in->mine.n + in->theirs.n + (lines + 3) * MARKS;
}

static void
merge_lines(struct arena *a, const struct merge *in, struct three *t)
{
	struct lines all[3];
	struct diff mine = { 0 };
	struct diff theirs = { 0 };
	int ids = 0;

	split(a, in->base, &all[0]);
	split(a, in->mine, &all[1]);
	split(a, in->theirs, &all[2]);
	ids = number_lines(a, all, 3);
	t->base = all[0];
	t->mine = all[1];
	t->theirs = all[2];
	diff(a, &t->base, &t->mine, ids, &mine);
	diff(a, &t->base, &t->theirs, ids, &theirs);
	t->to_mine = mine.match;
	t->to_theirs = theirs.match;
	put_all(t);
}

enum err
merge_text(struct ctx *ctx, const struct merge *in, struct merged *out)
{
	struct three t = { 0 };
	struct arena *a = NULL;
	struct buf b;

	*out = (struct merged){ 0 };
	if (merge_value(in, &out->text))
		return ERR_OK;
	buf_init(&b, ctx->arena, room_for(in));
	if (count_lines(in->base) > LINES_MAX ||
	    count_lines(in->mine) > LINES_MAX ||
	    count_lines(in->theirs) > LINES_MAX) {
		merge_mark(&b, in);
		out->conflicts = 1;
		return buf_done(ctx, &b, &out->text);
	}
	a = arena_new(0);
	t.out = &b;
	merge_lines(a, in, &t);
	arena_free(a);
	out->conflicts = t.conflicts;
	return buf_done(ctx, &b, &out->text);
}

/* ---- one value ---- */

bool
merge_value(const struct merge *in, struct str *out)
{
	bool mine = str_eq(in->theirs, in->base);
	bool theirs =
	    str_eq(in->mine, in->base) || str_eq(in->mine, in->theirs);

	if (mine || theirs)
		*out = mine ? in->mine : in->theirs;
	return mine || theirs;
}

static void
put_text(struct buf *out, struct str s)
{
	buf_put(out, s);
	if (s.n != 0 && s.p[s.n - 1] != '\n')
		buf_char(out, '\n');
}

void
merge_mark(struct buf *out, const struct merge *in)
{
	BUF_LIT(out, "<<<<<<< mine\n");
	put_text(out, in->mine);
	BUF_LIT(out, "||||||| before\n");
	put_text(out, in->base);
	BUF_LIT(out, "=======\n");
	put_text(out, in->theirs);
	BUF_LIT(out, ">>>>>>> newer\n");
}

size_t
merge_marked(struct str text)
{
	size_t line = 0;

	while (text.n != 0) {
		struct str one = str_cut(text, '\n', &text);

		line++;
		if (str_starts(one, STR("<<<<<<< mine")) ||
		    str_starts(one, STR("||||||| before")) ||
		    str_starts(one, STR(">>>>>>> newer")))
			return line;
	}
	return 0;
}
