/* SPDX-License-Identifier: MIT */
/* masthead story new, edit: a text as a document, saved as a revision. */

#include <unistd.h>

#include "cli/story.h"
#include "cli/typed.h"
#include "exchange/document.h"
#include "newsroom/history.h"

/* ---- what the editor begins with; in the client ---- */

enum err
story_new_blank(struct run *run, struct str *out)
{
	return document_blank(run->ctx, run->store,
	    args_value(run->args, "edition"), args_value(run->args, "title"),
	    out);
}

enum err
story_edit_blank(struct run *run, struct str *out)
{
	const struct story *s = NULL;

	TRY(story_wanted(run, args_word_int(run->args, 0), &s));
	if (s->state == STORY_CANCELED)
		return FAIL(run->ctx, ERR_GONE,
		    "story %" PRId64 " was taken down for good", s->id);
	return document_write(run->ctx, run->store, s->id, out);
}

/* ---- what is said afterwards ---- */

static void
print_saved(FILE *out, const struct story *s, int64_t number,
    const struct document_saved *d)
{
	fprintf(out, "{");
	json_int(out, true, "id", s->id);
	json_text(out, false, "state", story_state_name(s->state));
	json_text(out, false, "headline", s->headline);
	json_text(out, false, "slug", s->slug);
	json_int(out, false, "version", s->version);
	json_int(out, false, "number", number);
	fprintf(out, ", \"changed\": %s, \"merged\": %s, \"notes\": [",
	    d->unchanged ? "false" : "true", d->merged ? "true" : "false");
	for (size_t i = 0; i < d->notes_n; i++) {
		fprintf(out, i == 0 ? "{" : ", {");
		json_text(out, true, "note", d->notes[i]);
		fprintf(out, "}");
	}
	fprintf(out, "]}\n");
}

/* What the editor may not know of the story when the text is saved. */
static void
say_state(FILE *out, const struct story *s)
{
	if (s->due_at != 0 && s->due_rev != s->work_rev)
		fprintf(out,
		    "It is scheduled with an older text: `masthead story "
		    "schedule %" PRId64 " TIME` again takes this one.\n",
		    s->id);
	else if (s->live_rev != 0 && s->live_rev != s->work_rev)
		fprintf(out,
		    "Readers see it after `masthead story publish %" PRId64
		    "`.\n",
		    s->id);
}

static enum err
tell_saved(struct run *run, const struct document_saved *d, const char *what)
{
	const struct revision *newest = NULL;
	const struct story *s = NULL;
	size_t n = 0;

	TRY(story_wanted(run, d->saved.id, &s));
	TRY(story_history(run->ctx, run->store, s->id, 0, &newest, &n));
	if (run->args->json) {
		print_saved(run->out, s, newest[0].number, d);
		return ERR_OK;
	}
	fprintf(run->out, "Story %" PRId64 " %s: %.*s\n", s->id,
	    d->unchanged ? "is as it was" : what, STR_FMT(s->headline));
	if (d->merged)
		fprintf(run->out,
		    "Put together with revision %" PRId64
		    ", which came meanwhile; nothing touched.\n",
		    d->newer);
	for (size_t i = 0; i < d->notes_n; i++)
		fprintf(run->out, "Made %.*s\n", STR_FMT(d->notes[i]));
	if (!d->unchanged)
		say_state(run->out, s);
	return ERR_OK;
}

/* ---- saving ---- */

enum err
run_story_new(struct run *run)
{
	struct document_save in = {
		.edition = args_value(run->args, "edition"),
		.title = args_value(run->args, "title"),
	};
	struct document_saved d = { 0 };

	TRY(typed_take(run->ctx, run->typed_fd, &in.bytes));
	TRY(document_save(run->ctx, run->store, &in, &d));
	return tell_saved(run, &d, "is a draft");
}

enum err
run_story_edit(struct run *run)
{
	struct document_save in = { .story = args_word_int(run->args, 0) };
	struct document_saved d = { 0 };
	enum err err = ERR_OK;

	TRY(typed_take(run->ctx, run->typed_fd, &in.bytes));
	err = document_save(run->ctx, run->store, &in, &d);
	if (err == ERR_OK)
		return tell_saved(run, &d, "is saved");
	if (err == ERR_CONFLICT && d.conflicts != 0)
		TRY(typed_answer(run->ctx, run->answer_fd, d.marked));
	return err;
}
