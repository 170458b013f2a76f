/* SPDX-License-Identifier: MIT */
/* masthead story trace: how long until readers saw it. */

#include "cli/story.h"
#include "site/site.h"
#include "site/trace.h"

static double
ms(int64_t ns)
{
	return (double)ns / 1e6;
}

static void
print_pages(FILE *out, const struct trace *t)
{
	if (t->pages_n == 0) {
		fprintf(out, "  No page that shows it was asked for since.\n");
		return;
	}
	fprintf(out, "  %12s  %12s  for the first time since\n", "asked after",
	    "made in");
	for (size_t i = 0; i < t->pages_n; i++)
		fprintf(out, "  %9.1f ms  %9.2f ms  %.*s\n",
		    ms(t->pages[i].asked), ms(t->pages[i].took),
		    STR_FMT(t->pages[i].path));
	if (t->more)
		fprintf(out, "  And more than those %zu.\n", t->pages_n);
}

static void
print_text(FILE *out, const struct trace *t)
{
	char at[32];

	log_time(t->at, at);
	fprintf(out,
	    "%s  %s, change %" PRId64 "\n"
	    "  visible to readers after %.2f ms: written in %.2f, committed "
	    "in %.2f, %zu pages dropped in %.3f\n",
	    at, t->kind, t->number, ms(t->write + t->commit + t->purge),
	    ms(t->write), ms(t->commit), t->dropped, ms(t->purge));
	print_pages(out, t);
}

/* Milliseconds, with three decimals. */
static void
json_ms(FILE *out, const char *key, int64_t ns)
{
	fprintf(out, ",\"%s\":%.3f", key, ms(ns));
}

static void
print_json(FILE *out, const struct trace *t)
{
	fprintf(out, "{");
	json_int(out, true, "change", t->number);
	json_text(out, false, "kind", str_c(t->kind));
	json_time(out, false, "at", t->at);
	json_ms(out, "write_ms", t->write);
	json_ms(out, "commit_ms", t->commit);
	json_ms(out, "purge_ms", t->purge);
	json_ms(out, "visible_ms", t->write + t->commit + t->purge);
	json_int(out, false, "dropped", (int64_t)t->dropped);
	fprintf(out, ",\"pages\":[");
	for (size_t i = 0; i < t->pages_n; i++) {
		fprintf(out, i == 0 ? "{" : ",{");
		json_text(out, true, "path", t->pages[i].path);
		json_ms(out, "asked_ms", t->pages[i].asked);
		json_ms(out, "took_ms", t->pages[i].took);
		fprintf(out, "}");
	}
	fprintf(out, "],\"more\":%s}", t->more ? "true" : "false");
}

enum err
run_story_trace(struct run *run)
{
	int64_t id = args_word_int(run->args, 0);
	const struct story *s = NULL;
	const struct trace *all = NULL;
	size_t n = 0;

	TRY(story_wanted(run, id, &s));
	if (run->site == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "no server serves this newsroom now; it keeps the traces "
		    "of what it has shown to readers, while it runs");
	traces_of(run->ctx, site_traces(run->site), id, &all, &n);
	if (n > 1 && !args_given(run->args, "all"))
		n = 1;
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (run->args->json) {
			fprintf(run->out, i == 0 ? "\n" : ",\n");
			print_json(run->out, &all[i]);
		} else {
			print_text(run->out, &all[i]);
		}
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (n == 0)
		fprintf(run->out,
		    "Nothing of story %" PRId64 " has reached readers through "
		    "this server, or %d changes and more have since.\n",
		    id, TRACES_MAX);
	return ERR_OK;
}
