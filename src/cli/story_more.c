/* SPDX-License-Identifier: MIT */
/* masthead story schedule, correct, history, restore. */

#include "cli/story.h"
#include "cli/typed.h"
#include "cli/when.h"
#include "newsroom/history.h"
#include "store/store.h"

/* ---- schedule ---- */

/* TIME may come as several words: tomorrow 06:00. */
static struct str
words_from(struct run *run, size_t i)
{
	struct str all = run->args->words[i];

	for (i++; i < run->args->words_n; i++)
		all = str_printf(run->ctx->arena, "%.*s %.*s", STR_FMT(all),
		    STR_FMT(run->args->words[i]));
	return all;
}

static enum err
cancel(struct run *run, const struct story *s)
{
	if (run->args->words_n > 1)
		return FAIL(run->ctx, ERR_INVALID,
		    "either a time or --cancel, not both");
	TRY(story_unschedule(run->ctx, run->store,
	    &(struct story_move){ .id = s->id, .seen = s->version }));
	return story_tell(run, s->id, "is no longer scheduled");
}

static enum err
time_to_come(
    struct run *run, const struct story *s, struct str zone, int64_t *at)
{
	if (run->args->words_n < 2)
		return FAIL(run->ctx, ERR_INVALID,
		    "`story schedule` needs a time, or --cancel");
	TRY(when_parse(run->ctx, words_from(run, 1), zone, at));
	if (*at <= ctx_now(run->ctx))
		return FAIL(run->ctx, ERR_INVALID,
		    "%.*s is past; to publish it under that time: `masthead "
		    "story publish %" PRId64 " --at \"%.*s\"`",
		    STR_FMT(when_text(run->ctx, zone, *at)), s->id,
		    STR_FMT(str_sub(when_text(run->ctx, zone, *at), 0, 19)));
	return ERR_OK;
}

enum err
run_story_schedule(struct run *run)
{
	struct story_publish in = { .id = args_word_int(run->args, 0) };
	const struct story *s = NULL;
	struct str zone = { 0 };

	TRY(story_wanted(run, in.id, &s));
	if (args_given(run->args, "cancel"))
		return cancel(run, s);
	TRY(story_zone(run, s, &zone));
	TRY(time_to_come(run, s, zone, &in.at));
	TRY(story_rev_option(run, in.id, 0, &in.rev));
	in.seen = s->version;
	TRY(story_publish(run->ctx, run->store, &in));
	return story_tell(run, in.id,
	    str_cstr(run->ctx->arena,
		str_printf(run->ctx->arena, "goes to readers at %.*s",
		    STR_FMT(when_text(run->ctx, zone, in.at)))));
}

/* ---- correct ---- */

static enum err
list_corrections(struct run *run, const struct story *s)
{
	const struct article *a = NULL;
	struct str zone = { 0 };

	TRY(story_zone(run, s, &zone));
	TRY(story_article(run->ctx, run->store, s->id, -1, &a));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < a->corrections_n; i++) {
		const struct correction *c = &a->corrections[i];

		if (!run->args->json) {
			fprintf(run->out, "%.*s  %.*s\n",
			    STR_FMT(when_text(run->ctx, zone, c->at)),
			    STR_FMT(c->text));
			continue;
		}
		fprintf(run->out, i == 0 ? "\n{" : ",\n{");
		json_int(run->out, true, "id", c->id);
		json_time(run->out, false, "at", c->at);
		json_text(run->out, false, "text", c->text);
		fprintf(run->out, "}");
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (a->corrections_n == 0)
		fprintf(run->out, "Story %" PRId64 " was never corrected.\n",
		    s->id);
	return ERR_OK;
}

enum err
run_story_correct(struct run *run)
{
	struct story_correct in = { .id = args_word_int(run->args, 0) };
	const struct story *s = NULL;
	int64_t id = 0;

	TRY(story_wanted(run, in.id, &s));
	if (run->args->words_n < 2 && run->typed_fd < 0)
		return list_corrections(run, s);
	if (run->args->words_n > 1 && run->typed_fd >= 0)
		return FAIL(
		    run->ctx, ERR_INVALID, "either a text or --file, not both");
	/* Nobody has read what would be corrected. */
	if (s->live_at == 0 && s->state != STORY_CANCELED)
		return FAIL(run->ctx, ERR_INVALID,
		    "story %" PRId64 " was never published (it is %.*s): "
		    "change its text with `masthead story edit %" PRId64 "`",
		    in.id, STR_FMT(story_state_name(s->state)), in.id);
	if (run->typed_fd >= 0)
		TRY(typed_take(run->ctx, run->typed_fd, &in.text));
	else
		in.text = run->args->words[1];
	TRY(story_correct(run->ctx, run->store, &in, &id));
	return story_tell(run, in.id, "is corrected");
}

/* ---- history ---- */

/* What a revision is to the story now. */
static const char *
part_of(const struct story *s, const struct revision *r)
{
	return r->id == s->live_rev   ? "live"
	       : r->id == s->due_rev  ? "scheduled"
	       : r->id == s->work_rev ? "newest"
				      : "";
}

static void
revision_json(FILE *out, const struct story *s, const struct revision *r)
{
	fprintf(out, "{");
	json_int(out, true, "number", r->number);
	json_int(out, false, "revision", r->id);
	json_time(out, false, "at", r->at);
	json_text(out, false, "person", r->person);
	json_int(out, false, "words", r->words);
	json_text(out, false, "headline", r->headline);
	fprintf(out, ", \"live\": %s, \"scheduled\": %s, \"newest\": %s}",
	    r->id == s->live_rev ? "true" : "false",
	    r->id == s->due_rev ? "true" : "false",
	    r->id == s->work_rev ? "true" : "false");
}

static void
revision_line(struct run *run, struct str zone, const struct story *s,
    const struct revision *r)
{
	fprintf(run->out,
	    "%4" PRId64 "  %.16s  %-9s  %6" PRId64 " words  %.*s%s%.*s\n",
	    r->number,
	    str_cstr(run->ctx->arena, when_text(run->ctx, zone, r->at)),
	    part_of(s, r), r->words, STR_FMT(r->person),
	    r->person.n != 0 ? "  " : "", STR_FMT(r->headline));
}

enum err
run_story_history(struct run *run)
{
	const struct revision *all = NULL;
	const struct story *s = NULL;
	struct str zone = { 0 };
	size_t n = 0;

	TRY(story_wanted(run, args_word_int(run->args, 0), &s));
	TRY(story_zone(run, s, &zone));
	TRY(story_history(run->ctx, run->store, s->id, 0, &all, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json)
			fprintf(run->out, i == 0 ? "\n" : ",\n");
		if (run->args->json)
			revision_json(run->out, s, &all[i]);
		else
			revision_line(run, zone, s, &all[i]);
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	return ERR_OK;
}

enum err
run_story_restore(struct run *run)
{
	struct story_restore in = {
		.id = args_word_int(run->args, 0),
		.number = args_word_int(run->args, 1),
	};
	struct story_saved saved = { 0 };

	TRY(story_restore(run->ctx, run->store, &in, &saved));
	return story_tell(run, in.id,
	    str_cstr(run->ctx->arena,
		str_printf(run->ctx->arena,
		    "has the text of revision %" PRId64 " again, as its newest",
		    in.number)));
}
