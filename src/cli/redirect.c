/* SPDX-License-Identifier: MIT */
/* masthead redirect … */

#include "newsroom/redirect.h"

#include "cli/conf.h"
#include "cli/noun.h"
#include "store/folder.h"

enum { LINES = 50, LINES_MAX = 1000 };

static void
put_target(struct run *run, const struct redirect *to)
{
	if (run->args->json) {
		if (to->story != 0)
			json_int(run->out, false, "story", to->story);
		else
			json_text(run->out, false, "target", to->target);
	} else if (to->story != 0) {
		fprintf(run->out, "story %" PRId64 "\n", to->story);
	} else {
		fprintf(run->out, "%.*s\n", STR_FMT(to->target));
	}
}

enum err
run_redirect_list(struct run *run)
{
	struct redirect_query q = {
		.beginning =
		    run->args->words_n > 0 ? run->args->words[0] : STR(""),
		.after = args_value(run->args, "after"),
		.n = (size_t)noun_limit(run, LINES, LINES_MAX),
	};
	const struct redirect_row *r = NULL;
	size_t n = 0;
	bool first = true;

	TRY(redirect_page(run->ctx, run->store, &q, &r, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json) {
			noun_item(run->out, &first);
			json_text(run->out, true, "path", r[i].path);
			put_target(run, &r[i].to);
			fprintf(run->out, "}");
			continue;
		}
		fprintf(run->out, "%-48.*s  ", STR_FMT(r[i].path));
		put_target(run, &r[i].to);
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (n == 0)
		fprintf(run->out, "None.\n");
	else if (n == q.n)
		fprintf(run->out, "Perhaps more: --after %.*s\n",
		    STR_FMT(r[n - 1].path));
	return ERR_OK;
}

/* A whole address of this site is the path in it. */
static enum err
path_of(struct run *run, struct str typed, struct str *out)
{
	struct conf conf = { 0 };
	struct str rest = { 0 };

	*out = typed;
	if (!str_starts(typed, STR("http://")) &&
	    !str_starts(typed, STR("https://")))
		return ERR_OK;
	TRY(conf_read(run->ctx, folder_fd(run->folder), NULL, &conf));
	if (conf.url.n == 0 || !str_starts(typed, conf.url))
		return FAIL(run->ctx, ERR_INVALID,
		    "that is no address of this site, as `url` in "
		    "masthead.conf says it: give a path, such as "
		    "/section/harbour");
	rest = str_from(typed, conf.url.n);
	*out = rest.n != 0 ? rest : STR("/");
	return ERR_OK;
}

enum err
run_redirect_add(struct run *run)
{
	struct str to = run->args->words[1];
	struct redirect target = { 0 };
	struct str path = { 0 };

	TRY(path_of(run, run->args->words[0], &path));
	if (!str_int(to, &target.story) || target.story < 1) {
		target.story = 0;
		TRY(path_of(run, to, &target.target));
	}
	TRY(redirect_add(run->ctx, run->store, path, &target));
	TRY(redirect_path(run->ctx, path, &path));
	if (run->args->json) {
		fprintf(run->out, "{");
		json_text(run->out, true, "path", path);
		put_target(run, &target);
		fprintf(run->out, "}\n");
	} else {
		fprintf(run->out, "%.*s leads to ", STR_FMT(path));
		put_target(run, &target);
	}
	return ERR_OK;
}

enum err
run_redirect_remove(struct run *run)
{
	struct str path = { 0 };

	TRY(path_of(run, run->args->words[0], &path));
	TRY(redirect_remove(run->ctx, run->store, path));
	return noun_removed(run, "redirect", path);
}
