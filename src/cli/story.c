/* SPDX-License-Identifier: MIT */
/* masthead story … */

#include "cli/story.h"

#include "cli/when.h"
#include "exchange/document.h"
#include "markup/locale.h"
#include "markup/sanitise.h"
#include "newsroom/history.h"
#include "newsroom/house.h"
#include "store/store.h"

enum { LIST_LIMIT = 50, LIST_LIMIT_MAX = 1000 };

/* ---- list ---- */

static int64_t
story_time(const struct story *s)
{
	return s->live_at != 0	? s->live_at
	       : s->due_at != 0 ? s->due_at
				: s->created_at;
}

static void
print_row(FILE *out, const struct story *s)
{
	char when[32];

	log_time(story_time(s), when);
	fprintf(out, "%8" PRId64 "  %-10.*s  %.16s  %.*s\n", s->id,
	    STR_FMT(story_state_name(s->state)), when, STR_FMT(s->headline));
}

void
story_print(FILE *out, const struct story *s)
{
	fprintf(out, "{");
	json_int(out, true, "id", s->id);
	json_text(out, false, "state", story_state_name(s->state));
	if (s->pending != STORY_STUB)
		json_text(out, false, "pending", story_state_name(s->pending));
	json_text(out, false, "headline", s->headline);
	json_text(out, false, "slug", s->slug);
	json_int(out, false, "version", s->version);
	json_time(out, false, "published", s->live_at);
	json_time(out, false, "updated", s->updated_at);
	json_time(out, false, "due", s->due_at);
	fprintf(out, "}");
}

enum err
run_story_list(struct run *run)
{
	struct str state = args_value(run->args, "state");
	int64_t limit = args_int(run->args, "limit", LIST_LIMIT);
	struct story_query query = {
		.any_state = state.n == 0,
		.before = args_int(run->args, "before", 0),
	};
	const struct story *all = NULL;
	size_t n = 0;

	if (state.n != 0 && !story_state_by_name(state, &query.state))
		return FAIL(run->ctx, ERR_INVALID, "there is no such state");
	query.n = limit > LIST_LIMIT_MAX ? LIST_LIMIT_MAX : (size_t)limit;
	TRY(story_list(run->ctx, run->store, &query, &all, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json) {
			fprintf(run->out, i == 0 ? "\n" : ",\n");
			story_print(run->out, &all[i]);
		} else {
			print_row(run->out, &all[i]);
		}
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (n == 0)
		fprintf(run->out, "No story yet. `masthead import` takes them "
				  "in.\n");
	return ERR_OK;
}

/* ---- show ---- */

static void
show_line(FILE *out, const char *what, struct str s)
{
	if (s.n != 0)
		fprintf(out, "%-12s%.*s\n", what, STR_FMT(s));
}

static void
show_time(FILE *out, const char *what, int64_t at)
{
	char text[32];

	log_time(at, text);
	if (at != 0)
		show_line(out, what, str_c(text));
}

static void
show_text(struct run *run, const struct article *a)
{
	FILE *out = run->out;

	fprintf(out, "%-12s%" PRId64 "\n", "Story", a->id);
	show_line(out, "State", story_state_name(a->state));
	fprintf(out, "%-12s%" PRId64 "\n", "Revision", a->number);
	show_line(out, "Advisory", a->advisory_label);
	show_line(out, "Shows", a->advisory_note);
	show_line(out, "Kicker", a->kicker);
	show_line(out, "Headline", a->headline);
	show_line(out, "Standfirst", a->standfirst);
	show_line(out, "By", a->byline);
	show_line(out, "From", a->dateline);
	show_line(out, "Section", a->section.title);
	show_time(out, "Published", a->live_at);
	show_time(out, "Updated", a->updated_at);
	show_line(out, "Sign-off", a->signoff);
	show_line(out, "Desk", a->desk);
	for (size_t i = 0; i < a->tags_n; i++)
		show_line(out, "Tag", a->tags[i].title);
	for (size_t i = 0; i < a->sources_n; i++)
		show_line(out, "Source", a->sources[i].name);
	for (size_t i = 0; i < a->corrections_n; i++)
		show_line(out, "Correction", a->corrections[i].text);
	fprintf(
	    out, "\n%.*s\n", STR_FMT(html_text(run->ctx->arena, a->body, 0)));
}

static void
show_json(FILE *out, const struct article *a)
{
	fprintf(out, "{");
	json_int(out, true, "id", a->id);
	json_text(out, false, "state", story_state_name(a->state));
	json_int(out, false, "version", a->version);
	json_int(out, false, "revision", a->rev);
	json_int(out, false, "number", a->number);
	json_text(out, false, "slug", a->slug);
	json_text(out, false, "advisory", a->advisory_code);
	json_text(out, false, "advisory_label", a->advisory_label);
	json_text(out, false, "severity",
	    a->advisory == 0		   ? STR("")
	    : a->severity == SEVERITY_GATE ? STR("gate")
					   : STR("note"));
	json_text(out, false, "kicker", a->kicker);
	json_text(out, false, "headline", a->headline);
	json_text(out, false, "standfirst", a->standfirst);
	json_text(out, false, "byline", a->byline);
	json_text(out, false, "dateline", a->dateline);
	json_text(out, false, "section", a->section.slug);
	json_text(out, false, "signoff", a->signoff);
	json_text(out, false, "desk", a->desk);
	json_time(out, false, "published", a->live_at);
	json_time(out, false, "updated", a->updated_at);
	json_int(out, false, "words", a->words);
	json_text(out, false, "body", a->body.s);
	fprintf(out, "}\n");
}

/* It has no text yet: what is known of it, by the related lists. */
static enum err
show_stub(struct run *run, const struct story *s)
{
	if (run->args->json) {
		story_print(run->out, s);
		fprintf(run->out, "\n");
		return ERR_OK;
	}
	fprintf(run->out, "%-12s%" PRId64 "\n", "Story", s->id);
	show_line(run->out, "State", story_state_name(s->state));
	show_line(run->out, "Headline", s->headline);
	fprintf(run->out, "\nIt stands in related lists only, until the story "
			  "itself is imported.\n");
	return ERR_OK;
}

static enum err
show_markdown(struct run *run, int64_t id, int64_t rev)
{
	struct str text = { 0 };

	if (run->args->json)
		return FAIL(run->ctx, ERR_INVALID,
		    "either --markdown or --json, not both");
	TRY(document_write_rev(run->ctx, run->store, id, rev, &text));
	fwrite(text.p, 1, text.n, run->out);
	return ERR_OK;
}

enum err
run_story_show(struct run *run)
{
	const struct article *a = NULL;
	const struct story *s = NULL;
	int64_t rev = 0;

	TRY(story_by_id(run->ctx, run->store, args_word_int(run->args, 0), &s));
	if (s != NULL && s->state == STORY_STUB)
		return show_stub(run, s);
	TRY(story_rev_option(run, args_word_int(run->args, 0), -1, &rev));
	if (args_given(run->args, "markdown"))
		return show_markdown(run, args_word_int(run->args, 0), rev);
	TRY(story_article(
	    run->ctx, run->store, args_word_int(run->args, 0), rev, &a));
	if (run->args->json)
		show_json(run->out, a);
	else
		show_text(run, a);
	return ERR_OK;
}

/* ---- changing what readers see ---- */

enum err
story_tell(struct run *run, int64_t id, const char *done)
{
	const struct story *s = NULL;

	TRY(story_by_id(run->ctx, run->store, id, &s));
	if (run->args->json) {
		story_print(run->out, s);
		fprintf(run->out, "\n");
	} else {
		fprintf(run->out, "Story %" PRId64 " %s: %.*s\n", id, done,
		    STR_FMT(s->headline));
	}
	return ERR_OK;
}

enum err
story_wanted(struct run *run, int64_t id, const struct story **out)
{
	TRY(story_by_id(run->ctx, run->store, id, out));
	if (*out == NULL)
		return FAIL(
		    run->ctx, ERR_NOTFOUND, "there is no story %" PRId64, id);
	return ERR_OK;
}

enum err
story_zone(struct run *run, const struct story *s, struct str *out)
{
	const struct edition *e = NULL;

	TRY(edition_by_id(run->ctx, run->store, s->edition, &e));
	*out = e->zone;
	return ERR_OK;
}

enum err
story_rev_option(struct run *run, int64_t id, int64_t fallback, int64_t *rev)
{
	*rev = fallback;
	if (!args_given(run->args, "rev"))
		return ERR_OK;
	return revision_by_number(
	    run->ctx, run->store, id, args_int(run->args, "rev", 0), rev);
}

/* --at, read in the zone of the story's edition. */
static enum err
time_option(struct run *run, int64_t id, int64_t *at)
{
	struct str text = args_value(run->args, "at");
	const struct story *s = NULL;
	struct str zone = { 0 };

	*at = 0;
	if (text.n == 0)
		return ERR_OK;
	TRY(story_wanted(run, id, &s));
	TRY(story_zone(run, s, &zone));
	return when_parse(run->ctx, text, zone, at);
}

enum err
run_story_publish(struct run *run)
{
	struct story_publish in = {
		.id = args_word_int(run->args, 0),
	};

	TRY(story_rev_option(run, in.id, 0, &in.rev));
	TRY(time_option(run, in.id, &in.at));
	TRY(story_publish(run->ctx, run->store, &in));
	return story_tell(run, in.id,
	    in.at > ctx_now(run->ctx) ? "is scheduled" : "is published");
}

enum err
run_story_unpublish(struct run *run)
{
	struct story_move in = { .id = args_word_int(run->args, 0) };

	TRY(story_withdraw(run->ctx, run->store, &in));
	return story_tell(run, in.id, "is withdrawn");
}

enum err
run_story_takedown(struct run *run)
{
	struct story_move in = { .id = args_word_int(run->args, 0) };

	TRY(story_takedown(run->ctx, run->store, &in));
	return story_tell(run, in.id, "is taken down for good");
}
