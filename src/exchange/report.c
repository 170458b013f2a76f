/* SPDX-License-Identifier: MIT */
/* What an import tells at its end: nothing is silently dropped. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "exchange/run.h"

enum {
	REPORT_MAX = 32 << 20, /* bytes of its text */
	FEW = 3,	       /* files that are named one by one */
};

#define NO_GROUP SIZE_MAX

static const char *const outcome_names[IMPORT_OUTCOME_N] = {
	[IMPORT_TAKEN] = "taken",
	[IMPORT_UPDATED] = "updated",
	[IMPORT_UNCHANGED] = "unchanged",
	[IMPORT_CHANGED] = "changed",
	[IMPORT_SKIPPED] = "skipped",
	[IMPORT_REFUSED] = "refused",
};

const char *
import_outcome_name(enum import_outcome what)
{
	return what < IMPORT_OUTCOME_N ? outcome_names[what] : "unknown";
}

void
taking_note(struct run *r, struct taking *t, const char *fmt, ...)
{
	char words[CTX_WHY_MAX];
	va_list ap;

	if (t->notes_n == NOTES_OF_FILE)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);

	struct str s = str_c(words);

	s.n = utf8_whole(s);
	t->notes[t->notes_n++] = str_dup(r->ctx->arena, s);
}

void
report_begin(struct run *r)
{
	r->done = ARENA_ARRAY(r->keep, IMPORT_DONE_MAX, struct import_note);
	r->notes = ARENA_ARRAY(r->keep, IMPORT_NOTES_MAX, struct import_note);
	r->note_groups = ARENA_ARRAY(r->all, IMPORT_NOTES_MAX, size_t);
	r->spare = IMPORT_NOTES_MAX;
	r->groups =
	    ARENA_ARRAY(r->keep, IMPORT_GROUPS_MAX, struct import_group);
	*r->report = (struct import_report){
		.dry_run = r->opts->dry_run,
		.done = r->done,
		.notes = r->notes,
		.groups = r->groups,
	};
}

/* Its group; NO_GROUP: it found no room among them. */
static size_t
count_reason(
    struct run *r, enum import_outcome what, struct str name, struct str why)
{
	struct import_report *rep = r->report;
	size_t i = 0;

	while (i < rep->groups_n &&
	       (r->groups[i].what != what || !str_eq(r->groups[i].why, why)))
		i++;
	if (i == IMPORT_GROUPS_MAX)
		return NO_GROUP;
	if (i == rep->groups_n)
		r->groups[rep->groups_n++] = (struct import_group){
			.what = what,
			.why = str_dup(r->keep, why),
			.first = str_dup(r->keep, name),
		};
	r->groups[i].files++;
	return i;
}

/*
 * Where to keep one more note when all places are taken: that of a change
 * which many files share, and which its group tells as well.  A refusal, or
 * a reason that few files have, would else be told by nothing.
 */
static size_t
place_to_give_up(struct run *r, int64_t story, size_t group)
{
	/* Story 0: a refusal, or what is told of the whole run. */
	bool told =
	    group == NO_GROUP ? story != 0 : r->groups[group].files > FEW;

	if (told)
		return IMPORT_NOTES_MAX;
	while (r->spare > 0) {
		size_t at = --r->spare;
		size_t of = r->note_groups[at];

		if (r->notes[at].what == IMPORT_CHANGED && of != NO_GROUP &&
		    r->groups[of].files > FEW)
			return at;
	}
	return IMPORT_NOTES_MAX;
}

static void
add_note(struct run *r, enum import_outcome what, struct str name,
    int64_t story, struct str why)
{
	struct import_report *rep = r->report;
	size_t group = count_reason(r, what, name, why);
	size_t at = rep->notes_n;

	if (at == IMPORT_NOTES_MAX) {
		rep->more++;
		at = place_to_give_up(r, story, group);
		if (at == IMPORT_NOTES_MAX)
			return;
	} else {
		rep->notes_n++;
	}
	r->note_groups[at] = group;
	r->notes[at] = (struct import_note){
		.what = what,
		.name = str_dup(r->keep, name),
		.story = story,
		.why = str_dup(r->keep, why),
	};
}

void
report_add(struct run *r, struct str name, const struct taking *t)
{
	struct import_report *rep = r->report;

	rep->count[t->what]++;
	if (rep->done_n < IMPORT_DONE_MAX)
		r->done[rep->done_n++] = (struct import_note){
			.what = t->what,
			.name = str_dup(r->keep, name),
			.story = t->story,
		};
	for (int i = 0; i < MADE_N; i++)
		r->made[i] += t->made[i];
	if (t->notes_n != 0)
		rep->count[IMPORT_CHANGED]++;
	for (size_t i = 0; i < t->notes_n; i++)
		add_note(r, IMPORT_CHANGED, name, t->story, t->notes[i]);
}

void
report_refuse(struct run *r, struct str name, const char *why)
{
	r->report->count[IMPORT_REFUSED]++;
	add_note(r, IMPORT_REFUSED, name, 0, str_c(why));
}

void
report_note(struct run *r, struct str name, const char *why)
{
	add_note(r, IMPORT_CHANGED, name, 0, str_c(why));
}

static int
by_files(const void *x, const void *y)
{
	const struct import_group *a = x;
	const struct import_group *b = y;

	return (a->files < b->files) - (a->files > b->files);
}

void
report_end(struct run *r)
{
	static const char *const names[MADE_N] = {
		[MADE_SECTIONS] = "sections",
		[MADE_TAGS] = "tags",
		[MADE_AUTHORS] = "authors",
	};

	if (r->joined > 0)
		report_note(r, STR("the house"),
		    str_cstr(r->keep,
			str_printf(r->keep,
			    "%" PRId64 " links between files lead to stories "
			    "and lists now",
			    r->joined)));
	for (int i = 0; i < MADE_N; i++) {
		char words[80];

		if (r->made[i] == 0)
			continue;
		(void)snprintf(words, sizeof words,
		    "%" PRId64 " new %s were made", r->made[i], names[i]);
		report_note(r, STR("the house"), words);
	}
	if (r->report->groups_n > 1)
		qsort(r->groups, r->report->groups_n, sizeof *r->groups,
		    by_files);
}

/* ---- in words ---- */

static void
put_count(struct buf *b, const char *what, int64_t n, bool *first)
{
	if (n == 0)
		return;
	buf_printf(b, "%s%" PRId64 " %s", *first ? "" : ", ", n, what);
	*first = false;
}

static void
put_summary(struct buf *b, const struct import_report *rep)
{
	bool first = true;

	if (rep->dry_run)
		BUF_LIT(b, "Nothing was kept (dry run): ");
	put_count(b, "taken", rep->count[IMPORT_TAKEN], &first);
	put_count(b, "updated", rep->count[IMPORT_UPDATED], &first);
	put_count(b, "unchanged", rep->count[IMPORT_UNCHANGED], &first);
	put_count(b, "skipped", rep->count[IMPORT_SKIPPED], &first);
	put_count(b, "refused", rep->count[IMPORT_REFUSED], &first);
	put_count(b, "changed on the way", rep->count[IMPORT_CHANGED], &first);
	if (first)
		BUF_LIT(b, "there was nothing to take");
	BUF_LIT(b, ".\n");
	if (rep->cancelled)
		BUF_LIT(b, "It was stopped before its end; start it again to "
			   "go on.\n");
}

static const char *
refused_word(enum import_outcome what)
{
	return what == IMPORT_REFUSED ? "refused: " : "";
}

/* Few files have that reason, or it found no room among the groups. */
static bool
is_rare(const struct import_report *rep, const struct import_note *note)
{
	for (size_t i = 0; i < rep->groups_n; i++)
		if (rep->groups[i].what == note->what &&
		    str_eq(rep->groups[i].why, note->why))
			return rep->groups[i].files <= FEW;
	return true;
}

struct str
import_report_text(struct arena *a, const struct import_report *rep)
{
	struct buf b;

	buf_init(&b, a, REPORT_MAX);
	if (rep->done_n <= 10) {
		for (size_t i = 0; i < rep->done_n; i++)
			buf_printf(&b, "%.*s: %s, story %" PRId64 "\n",
			    STR_FMT(rep->done[i].name),
			    import_outcome_name(rep->done[i].what),
			    rep->done[i].story);
	}
	for (size_t i = 0; i < rep->notes_n; i++)
		if (is_rare(rep, &rep->notes[i]))
			buf_printf(&b, "%.*s: %s%.*s\n",
			    STR_FMT(rep->notes[i].name),
			    refused_word(rep->notes[i].what),
			    STR_FMT(rep->notes[i].why));
	for (size_t i = 0; i < rep->groups_n; i++)
		if (rep->groups[i].files > FEW)
			buf_printf(&b,
			    "%" PRId64 " files: %s%.*s (the first: %.*s)\n",
			    rep->groups[i].files,
			    refused_word(rep->groups[i].what),
			    STR_FMT(rep->groups[i].why),
			    STR_FMT(rep->groups[i].first));
	if (rep->groups_n == IMPORT_GROUPS_MAX && rep->more > 0)
		buf_printf(&b, "… and as many as %" PRId64 " more such lines\n",
		    rep->more);
	put_summary(&b, rep);
	return buf_str(&b);
}

/* ---- as JSON ---- */

static void
put_note(struct buf *b, const struct import_note *note)
{
	buf_printf(b, "{\"outcome\": \"%s\", \"file\": \"",
	    import_outcome_name(note->what));
	escape_json(b, note->name);
	BUF_LIT(b, "\", \"story\": ");
	if (note->story != 0)
		buf_int(b, note->story);
	else
		BUF_LIT(b, "null");
	if (note->why.n != 0) {
		BUF_LIT(b, ", \"why\": \"");
		escape_json(b, note->why);
		BUF_LIT(b, "\"");
	}
	BUF_LIT(b, "}");
}

static void
put_notes(
    struct buf *b, const char *name, const struct import_note *v, size_t n)
{
	buf_printf(b, ", \"%s\": [", name);
	for (size_t i = 0; i < n; i++) {
		if (i != 0)
			BUF_LIT(b, ", ");
		put_note(b, &v[i]);
	}
	BUF_LIT(b, "]");
}

static void
put_groups(struct buf *b, const struct import_report *rep)
{
	BUF_LIT(b, ", \"groups\": [");
	for (size_t i = 0; i < rep->groups_n; i++) {
		const struct import_group *g = &rep->groups[i];

		buf_printf(b,
		    "%s{\"outcome\": \"%s\", \"files\": %" PRId64
		    ", \"why\": \"",
		    i != 0 ? ", " : "", import_outcome_name(g->what), g->files);
		escape_json(b, g->why);
		BUF_LIT(b, "\", \"first\": \"");
		escape_json(b, g->first);
		BUF_LIT(b, "\"}");
	}
	BUF_LIT(b, "]");
}

struct str
import_report_json(struct arena *a, const struct import_report *rep)
{
	struct buf b;

	buf_init(&b, a, REPORT_MAX);
	buf_printf(&b,
	    "{\"dry_run\": %s, \"cancelled\": %s, \"total\": %" PRId64,
	    rep->dry_run ? "true" : "false", rep->cancelled ? "true" : "false",
	    rep->total);
	for (int i = 0; i < IMPORT_OUTCOME_N; i++)
		buf_printf(
		    &b, ", \"%s\": %" PRId64, outcome_names[i], rep->count[i]);
	put_notes(&b, "stories", rep->done, rep->done_n);
	put_notes(&b, "notes", rep->notes, rep->notes_n);
	buf_printf(&b, ", \"more_notes\": %" PRId64, rep->more);
	put_groups(&b, rep);
	BUF_LIT(&b, "}");
	return buf_str(&b);
}
