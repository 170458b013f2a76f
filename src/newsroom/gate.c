/* SPDX-License-Identifier: MIT */
/* What somebody else's advisory puts before a story's lead. */

#include "newsroom/asset.h"
#include "newsroom/story_row.h"

/* Does the advisory itself hold the lead back? */
static bool
warning_gates(const struct warning *w)
{
	return w->id != 0 && w->severity == SEVERITY_GATE;
}

/* A label of the story's own, which gates nothing, stands first. */
static struct str
both(struct arena *a, struct str own, struct str gate)
{
	return own.n == 0 ? gate : STR_CAT(a, own, STR(" · "), gate);
}

enum err
warning_of_lead(struct ctx *ctx, struct store *st, const struct picture *lead,
    int64_t edition, struct warning *w)
{
	const struct sql_gate_words_row *row = NULL;

	if (!lead->gated || lead->kind == ASSET_WITHHELD || warning_gates(w))
		return ERR_OK;
	TRY(sql_gate_words(ctx, st,
	    &(struct sql_gate_words){
		.rev = lead->gated_itself ? 0 : lead->gate,
		.asset = lead->asset,
		.edition = edition,
	    },
	    &row));
	if (row == NULL)
		return ERR_OK;
	*w = (struct warning){
		.id = row->id,
		.code = row->code,
		.label = both(ctx->arena, w->label, row->label),
		.note = w->note.n > 0	     ? w->note
			: lead->gated_itself ? lead->advisory_note
					     : row->note,
		.severity = SEVERITY_GATE,
		.version = row->version,
	};
	return ERR_OK;
}
