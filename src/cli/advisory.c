/* SPDX-License-Identifier: MIT */
/* masthead advisory … */

#include "cli/noun.h"
#include "store/store.h"

static enum err
find(struct run *run, struct str code, const struct advisory **out)
{
	const struct advisory *all = NULL;
	size_t n = 0;

	*out = NULL;
	TRY(advisory_list(run->ctx, run->store, STR("en"), &all, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].code, code))
			*out = &all[i];
	return ERR_OK;
}

static enum err
put_one(struct run *run, const struct advisory *a)
{
	const struct advisory_label *l = NULL;
	const char *severity = a->severity == SEVERITY_GATE ? "gate" : "note";
	size_t n = 0;

	TRY(advisory_labels(run->ctx, run->store, a->id, &l, &n));
	if (!run->args->json) {
		fprintf(run->out, "%-16.*s%-6s", STR_FMT(a->code), severity);
		for (size_t i = 0; i < n; i++)
			fprintf(run->out, "%s%.*s: %.*s", i > 0 ? "; " : "",
			    STR_FMT(l[i].lang), STR_FMT(l[i].label));
		fprintf(run->out, "\n");
		return ERR_OK;
	}
	json_text(run->out, true, "code", a->code);
	json_text(run->out, false, "severity", str_c(severity));
	json_int(run->out, false, "version", a->version);
	fprintf(run->out, ", \"labels\": {");
	for (size_t i = 0; i < n; i++)
		json_text(run->out, i == 0,
		    str_cstr(run->ctx->arena, l[i].lang), l[i].label);
	fprintf(run->out, "}}");
	return ERR_OK;
}

enum err
run_advisory_list(struct run *run)
{
	const struct advisory *all = NULL;
	size_t n = 0;
	bool first = true;

	TRY(advisory_list(run->ctx, run->store, STR("en"), &all, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json)
			noun_item(run->out, &first);
		TRY(put_one(run, &all[i]));
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	return ERR_OK;
}

/* Each --label en="Graphic content"; *any: was there one? */
static enum err
put_labels(struct run *run, struct advisory *in, bool *any)
{
	struct str given = { 0 };
	size_t at = 0;
	int64_t id = 0;

	*any = false;
	while (args_each(run->args, "label", &at, &given)) {
		struct str lang = str_cut(given, '=', &in->label);

		TRY(advisory_put(run->ctx, run->store, in, lang, &id));
		*any = true;
	}
	return ERR_OK;
}

static enum severity
severity(struct run *run, enum severity was)
{
	struct str s = args_value(run->args, "severity");

	return s.n == 0			? was
	       : str_eq(s, STR("gate")) ? SEVERITY_GATE
					: SEVERITY_NOTE;
}

static enum err
tell(struct run *run, struct str code)
{
	const struct advisory *a = NULL;

	TRY(find(run, code, &a));
	if (run->args->json)
		fprintf(run->out, "{");
	TRY(put_one(run, a));
	if (run->args->json)
		fprintf(run->out, "\n");
	return ERR_OK;
}

enum err
run_advisory_add(struct run *run)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	struct advisory in = { .code = run->args->words[0] };
	const struct advisory *there = NULL;
	bool any = false;

	TRY(find(run, in.code, &there));
	if (there != NULL)
		return FAIL(run->ctx, ERR_CONFLICT,
		    "there is an advisory \"%.*s\" already: `masthead advisory "
		    "set` changes it",
		    STR_FMT(in.code));
	in.severity = severity(run, SEVERITY_GATE);
	TRY(store_tx_begin(run->ctx, run->store, &tx));
	TRY(put_labels(run, &in, &any));
	if (!any)
		return FAIL(run->ctx, ERR_INVALID,
		    "an advisory needs a label for readers: --label "
		    "en=\"Graphic content\"");
	TRY(store_tx_commit(run->ctx, &tx));
	return tell(run, in.code);
}

enum err
run_advisory_set(struct run *run)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct advisory *there = NULL;
	const struct advisory_label *l = NULL;
	struct advisory in = { 0 };
	int64_t id = 0;
	bool any = false;
	size_t n = 0;

	TRY(find(run, run->args->words[0], &there));
	if (there == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no such advisory; `masthead advisory list` "
		    "shows them");
	in = *there;
	in.severity = severity(run, there->severity);
	TRY(store_tx_begin(run->ctx, run->store, &tx));
	TRY(put_labels(run, &in, &any));
	TRY(advisory_labels(run->ctx, run->store, there->id, &l, &n));
	if (!any && n > 0) {
		in.label = l[0].label;
		TRY(advisory_put(run->ctx, run->store, &in, l[0].lang, &id));
	}
	TRY(store_tx_commit(run->ctx, &tx));
	return tell(run, in.code);
}

enum err
run_advisory_remove(struct run *run)
{
	TRY(advisory_remove(run->ctx, run->store, run->args->words[0]));
	return noun_removed(run, "advisory", run->args->words[0]);
}
