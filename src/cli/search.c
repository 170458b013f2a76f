/* SPDX-License-Identifier: MIT */
/* masthead search rebuild. */

#include "cli/command.h"
#include "newsroom/search.h"

/* The last that was told, for the words at the end. */
struct rebuild {
	struct run *run;
	int64_t done, total;
};

static void
progress(void *arg, int64_t done, int64_t total)
{
	struct rebuild *r = arg;

	r->done = done;
	r->total = total;
	if (r->run->host.progress != NULL)
		r->run->host.progress(r->run->host.arg, done, total);
}

static bool
cancelled(void *arg)
{
	const struct host *h = &((struct rebuild *)arg)->run->host;

	return h->cancelled != NULL && h->cancelled(h->arg);
}

static void
yield(void *arg)
{
	const struct host *h = &((struct rebuild *)arg)->run->host;

	h->yield(h->arg);
}

enum err
run_search_rebuild(struct run *run)
{
	struct rebuild r = { .run = run };

	TRY(search_reset(run->ctx, run->store));
	TRY(search_catch_up(run->ctx, run->store,
	    &(struct search_bulk){ &r, progress, cancelled,
		run->host.yield != NULL ? yield : NULL }));
	if (r.done < r.total)
		return FAIL(run->ctx, ERR_BUSY,
		    "given up after %" PRId64 " of %" PRId64
		    " stories; the server will go on with it",
		    r.done, r.total);
	if (run->args->json) {
		fprintf(run->out, "{");
		json_int(run->out, true, "stories", r.done);
		fprintf(run->out, "}\n");
	} else {
		fprintf(run->out, "The search index is whole.\n");
	}
	return ERR_OK;
}
