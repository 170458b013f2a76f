/* SPDX-License-Identifier: MIT */
/* masthead edition … */

#include "cli/noun.h"
#include "markup/locale.h"
#include "store/store.h"

static void
put_json(struct run *run, const struct edition *e)
{
	json_text(run->out, true, "code", e->code);
	json_text(run->out, false, "lang", e->lang);
	json_text(run->out, false, "zone", e->zone);
	json_text(run->out, false, "title", e->title);
	json_text(run->out, false, "standfirst", e->standfirst);
	json_text(run->out, false, "date_form", e->date_form);
	fprintf(
	    run->out, ", \"default\": %s}", e->is_default ? "true" : "false");
}

enum err
run_edition_list(struct run *run)
{
	const struct edition *e = NULL;
	size_t n = 0;
	bool first = true;

	TRY(edition_list(run->ctx, run->store, &e, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json) {
			noun_item(run->out, &first);
			put_json(run, &e[i]);
			continue;
		}
		fprintf(run->out, "%-8.*s%-8.*s%-20.*s%.*s%s\n",
		    STR_FMT(e[i].code), STR_FMT(e[i].lang), STR_FMT(e[i].zone),
		    STR_FMT(e[i].title),
		    e[i].is_default ? " (the default)" : "");
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	return ERR_OK;
}

static void
take_options(struct run *run, struct edition *e)
{
	noun_take(run, "lang", &e->lang);
	noun_take(run, "zone", &e->zone);
	noun_take(run, "title", &e->title);
	noun_take(run, "standfirst", &e->standfirst);
	noun_take(run, "date-form", &e->date_form);
	e->rtl = lang_is_rtl(e->lang);
}

static enum err
put(struct run *run, const struct edition *in, const char *done)
{
	CLEANUP(store_tx_end) struct store_tx tx = { 0 };
	const struct edition *e = NULL;
	int64_t id = 0;

	TRY(store_tx_begin(run->ctx, run->store, &tx));
	TRY(edition_put(run->ctx, run->store, in, &id));
	if (args_given(run->args, "default"))
		TRY(edition_make_default(run->ctx, run->store, id));
	TRY(store_tx_commit(run->ctx, &tx));
	TRY(edition_by_id(run->ctx, run->store, id, &e));
	if (run->args->json) {
		fprintf(run->out, "{");
		put_json(run, e);
		fprintf(run->out, "\n");
	} else {
		fprintf(run->out, "The edition %.*s %s: %.*s\n",
		    STR_FMT(e->code), done, STR_FMT(e->title));
	}
	return ERR_OK;
}

enum err
run_edition_add(struct run *run)
{
	struct str code = run->args->words[0];
	const struct edition *all = NULL;
	const struct house *house = NULL;
	struct edition in = { .code = code, .lang = code, .zone = STR("UTC") };
	size_t n = 0;

	TRY(house_get(run->ctx, run->store, &house));
	TRY(edition_list(run->ctx, run->store, &all, &n));
	in.title = house->title;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(all[i].code, code))
			return FAIL(run->ctx, ERR_CONFLICT,
			    "there is an edition \"%.*s\" already: `masthead "
			    "edition set` changes it",
			    STR_FMT(code));
		if (all[i].is_default)
			in.zone = all[i].zone;
		in.position = all[i].position + 1;
	}
	take_options(run, &in);
	return put(run, &in, "is made");
}

enum err
run_edition_set(struct run *run)
{
	struct str code = run->args->words[0];
	const struct edition *e = NULL;
	struct edition in = { 0 };

	if (code.n != 0)
		TRY(edition_by_code(run->ctx, run->store, code, &e));
	if (e == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no such edition; `masthead edition list` shows "
		    "them");
	in = *e;
	take_options(run, &in);
	return put(run, &in, "is changed");
}
