/* SPDX-License-Identifier: MIT */
/* masthead token … */

#include "newsroom/token.h"

#include "cli/noun.h"

enum { DAY_SECONDS = 86400, DAYS_MAX = 36500 };

enum err
run_token_add(struct run *run)
{
	int64_t days = args_int(run->args, "days", 0);
	struct str text = { 0 };
	int64_t id = 0;

	if (days > DAYS_MAX)
		return FAIL(run->ctx, ERR_INVALID, "--days is %d at the most",
		    DAYS_MAX);
	TRY(token_add(run->ctx, run->store,
	    &(struct token_new){
		.email = run->args->words[0],
		.rights = STR("upload"),
		.label = args_value(run->args, "label"),
		.expires_at =
		    days == 0 ? 0 : ctx_now(run->ctx) + days * DAY_SECONDS,
	    },
	    &id, &text));
	if (run->args->json) {
		fprintf(run->out, "{");
		json_int(run->out, true, "id", id);
		json_text(run->out, false, "email", run->args->words[0]);
		json_text(run->out, false, "token", text);
		fprintf(run->out, "}\n");
		return ERR_OK;
	}
	fprintf(run->out,
	    "Token %" PRId64 " of %.*s: %.*s\nIt is shown this once. Whoever "
	    "has it can upload in their name;\nmasthead token revoke %" PRId64
	    " takes it back.\n",
	    id, STR_FMT(run->args->words[0]), STR_FMT(text), id);
	return ERR_OK;
}

static const char *
state_of(const struct ctx *ctx, const struct token *t)
{
	if (t->revoked_at != 0)
		return "revoked";
	return t->expires_at != 0 && t->expires_at <= ctx_now(ctx) ? "expired"
								   : "holds";
}

static enum err
put_text(struct run *run, const struct token *t)
{
	char used[WHEN_BYTES] = "never used";

	if (t->used_at != 0)
		TRY(noun_when(run->ctx, STR("UTC"), t->used_at, used));
	fprintf(run->out, "%6" PRId64 "  %-8s%-18s%-32.*s%.*s\n", t->id,
	    state_of(run->ctx, t), used, STR_FMT(t->email), STR_FMT(t->label));
	return ERR_OK;
}

enum err
run_token_list(struct run *run)
{
	const struct token *all = NULL;
	bool first = true;
	size_t n = 0;

	TRY(token_list(run->ctx, run->store, &all, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (!run->args->json) {
			TRY(put_text(run, &all[i]));
			continue;
		}
		noun_item(run->out, &first);
		json_int(run->out, true, "id", all[i].id);
		json_text(run->out, false, "email", all[i].email);
		json_text(run->out, false, "rights", all[i].rights);
		json_text(run->out, false, "label", all[i].label);
		json_text(run->out, false, "state",
		    str_c(state_of(run->ctx, &all[i])));
		json_time(run->out, false, "created", all[i].created_at);
		json_time(run->out, false, "expires", all[i].expires_at);
		json_time(run->out, false, "used", all[i].used_at);
		json_time(run->out, false, "revoked", all[i].revoked_at);
		fprintf(run->out, "}");
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (n == 0)
		fprintf(run->out, "There are no tokens.\n");
	return ERR_OK;
}

enum err
run_token_revoke(struct run *run)
{
	int64_t id = args_word_int(run->args, 0);

	TRY(token_revoke(run->ctx, run->store, id));
	if (run->args->json) {
		fprintf(run->out, "{");
		json_int(run->out, true, "id", id);
		fprintf(run->out, ", \"state\": \"revoked\"}\n");
	} else {
		fprintf(run->out, "Token %" PRId64 " holds no longer.\n", id);
	}
	return ERR_OK;
}
