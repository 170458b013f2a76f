/* SPDX-License-Identifier: MIT */
/* What an import tells at its end: nothing is silently dropped. */

#include <stdarg.h>
#include <stdio.h>

#include "exchange/run.h"

enum { REPORT_MAX = 32 << 20 /* bytes of its text */ };

static const char *const outcome_names[IMPORT_OUTCOME_N] = {
	[IMPORT_TAKEN] = "taken",
	[IMPORT_UPDATED] = "updated",
	[IMPORT_UNCHANGED] = "unchanged",
	[IMPORT_CHANGED] = "changed",
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
	*r->report = (struct import_report){
		.dry_run = r->opts->dry_run,
		.done = r->done,
		.notes = r->notes,
	};
}

static void
add_note(struct run *r, enum import_outcome what, struct str name,
    int64_t story, struct str why)
{
	struct import_report *rep = r->report;

	if (rep->notes_n == IMPORT_NOTES_MAX) {
		rep->more++;
		return;
	}
	r->notes[rep->notes_n++] = (struct import_note){
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

void
report_end(struct run *r)
{
	static const char *const names[MADE_N] = {
		[MADE_SECTIONS] = "sections",
		[MADE_TAGS] = "tags",
		[MADE_AUTHORS] = "authors",
	};

	for (int i = 0; i < MADE_N; i++) {
		char words[80];

		if (r->made[i] == 0)
			continue;
		(void)snprintf(words, sizeof words,
		    "%" PRId64 " new %s were made", r->made[i], names[i]);
		report_note(r, STR("the house"), words);
	}
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
	put_count(b, "refused", rep->count[IMPORT_REFUSED], &first);
	put_count(b, "changed on the way", rep->count[IMPORT_CHANGED], &first);
	if (first)
		BUF_LIT(b, "there was nothing to take");
	BUF_LIT(b, ".\n");
	if (rep->cancelled)
		BUF_LIT(b, "It was stopped before its end; start it again to "
			   "go on.\n");
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
		buf_printf(&b, "%.*s: %s%.*s\n", STR_FMT(rep->notes[i].name),
		    rep->notes[i].what == IMPORT_REFUSED ? "refused: " : "",
		    STR_FMT(rep->notes[i].why));
	if (rep->more != 0)
		buf_printf(
		    &b, "… and %" PRId64 " more such lines\n", rep->more);
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
	buf_printf(&b, ", \"more_notes\": %" PRId64 "}", rep->more);
	return buf_str(&b);
}
