/* SPDX-License-Identifier: MIT */
/* The work on films and sound, told; and asked for once more. */

#include <time.h>

#include "cli/media.h"
#include "cli/noun.h"
#include "newsroom/media_extra.h"

enum { LOOK_MS = 200 }; /* at a job that is waited for */

/* ---- telling ---- */

static void
put_renditions(FILE *out, const struct rendition *all, size_t n)
{
	fprintf(out, ", \"renditions\": [");
	for (size_t i = 0; i < n; i++) {
		fprintf(out, i == 0 ? "{" : ", {");
		json_text(out, true, "name", all[i].name);
		json_text(out, false, "codecs", all[i].codecs);
		json_int(out, false, "width", all[i].width);
		json_int(out, false, "height", all[i].height);
		json_int(out, false, "bitrate", all[i].bitrate);
		json_int(out, false, "milliseconds", all[i].duration);
		json_int(out, false, "files", all[i].files);
		json_int(out, false, "bytes", all[i].bytes);
		fprintf(
		    out, ", \"copied\": %s}", all[i].copied ? "true" : "false");
	}
	fprintf(out, "]");
}

static void
put_job(FILE *out, const struct media_job_row *j)
{
	fprintf(out, ", \"job\": {");
	json_text(out, true, "state", str_c(media_job_state_name(j->state)));
	json_int(out, false, "percent", j->percent);
	json_text(out, false, "rung", j->rung);
	json_int(out, false, "attempts", j->attempts);
	json_text(out, false, "reason", j->reason);
	json_time(out, false, "created", j->created_at);
	json_time(out, false, "started", j->started_at);
	json_time(out, false, "ended", j->ended_at);
	fprintf(out, "}");
}

/* Nothing where nobody asked for it. */
static void
put_extra(FILE *out, const struct media_extra_row *e)
{
	if (e == NULL)
		return;
	fprintf(out, ", \"av1\": {");
	json_text(out, true, "state", str_c(media_job_state_name(e->state)));
	json_int(out, false, "percent", e->percent);
	json_text(out, false, "rung", e->rung);
	json_int(out, false, "attempts", e->attempts);
	json_text(out, false, "reason", e->reason);
	fprintf(out, "}");
}

enum err
media_put_film(struct run *run, const struct asset *a)
{
	const struct media_job_row *j = NULL;
	const struct media_extra_row *e = NULL;
	const struct rendition *all = NULL;
	FILE *out = run->out;
	size_t n = 0;

	TRY(media_job_get(run->ctx, run->store, a->id, &j));
	if (j == NULL)
		return ERR_OK;
	json_int(out, false, "milliseconds", a->duration);
	if (a->width != 0) {
		fprintf(out, ", \"rate\": [%" PRId64 ", %" PRId64 "]",
		    a->rate_num, a->rate_den);
		json_int(out, false, "poster", a->poster_frame);
	}
	fprintf(out, ", \"has_audio\": %s", a->has_audio ? "true" : "false");
	put_job(out, j);
	TRY(media_extra_get(run->ctx, run->store, a->id, &e));
	put_extra(out, e);
	TRY(rendition_list(run->ctx, run->store, a->id, j->shown, &all, &n));
	put_renditions(out, all, n);
	return ERR_OK;
}

/* "running, 40 per cent, v240 plays" */
static struct str
in_words(struct run *run, const struct media_job_row *j)
{
	struct arena *a = run->ctx->arena;

	switch (j->state) {
	case JOB_WAITING:
		return j->attempts == 0
			   ? STR("waiting for the server")
			   : str_printf(a,
				 "waiting for attempt %" PRId64 ": %.*s",
				 j->attempts + 1, STR_FMT(j->reason));
	case JOB_RUNNING:
		return str_printf(a, "running, %" PRId64 " per cent%s%.*s%s",
		    j->percent, j->rung.n != 0 ? ", " : "", STR_FMT(j->rung),
		    j->rung.n != 0 ? " plays" : "");
	case JOB_DONE:
		return STR("done");
	case JOB_FAILED:
		break;
	}
	return str_printf(a, "failed: %.*s", STR_FMT(j->reason));
}

/* "running, 40 per cent, at v240av1" */
static struct str
extra_in_words(struct run *run, const struct media_extra_row *e)
{
	struct arena *a = run->ctx->arena;

	switch (e->state) {
	case JOB_WAITING:
		return e->attempts == 0
			   ? STR("waits until nothing else is to be done")
			   : str_printf(a, "waiting for try %" PRId64 ": %.*s",
				 e->attempts + 1, STR_FMT(e->reason));
	case JOB_RUNNING:
		return str_printf(a, "running, %" PRId64 " per cent%s%.*s",
		    e->percent, e->rung.n != 0 ? ", at " : "",
		    STR_FMT(e->rung));
	case JOB_DONE:
		return STR("done");
	case JOB_FAILED:
		break;
	}
	return str_printf(
	    a, "the film stays without: %.*s", STR_FMT(e->reason));
}

enum err
media_tell_job(struct run *run, const struct asset *a)
{
	const struct media_job_row *j = NULL;

	TRY(media_job_get(run->ctx, run->store, a->id, &j));
	if (j != NULL)
		fprintf(run->out, "          Renditions: %.*s\n",
		    STR_FMT(in_words(run, j)));
	return ERR_OK;
}

static void
show_rendition(FILE *out, const struct rendition *r, bool first)
{
	fprintf(
	    out, "%-12s%-9.*s", first ? "Readers get" : "", STR_FMT(r->name));
	if (r->width != 0)
		fprintf(out, "%5" PRId64 " × %-5" PRId64, r->width, r->height);
	else
		fprintf(out, "%13s", "");
	fprintf(out,
	    "%7" PRId64 " kbit/s %6" PRId64 " files %12" PRId64
	    " bytes  %.*s%s\n",
	    r->bitrate / 1000, r->files, r->bytes, STR_FMT(r->codecs),
	    r->copied ? ", copied" : "");
}

enum err
media_show_job(struct run *run, const struct asset *a)
{
	const struct media_job_row *j = NULL;
	const struct media_extra_row *e = NULL;
	const struct rendition *all = NULL;
	size_t n = 0;

	TRY(media_job_get(run->ctx, run->store, a->id, &j));
	if (j == NULL)
		return ERR_OK;
	if (a->duration != 0)
		fprintf(run->out, "%-12s%" PRId64 ".%03" PRId64 " s%s\n",
		    "Plays", a->duration / 1000, a->duration % 1000,
		    a->has_audio ? "" : ", without sound");
	if (a->kind == ASSET_VIDEO)
		fprintf(run->out, "%-12sframe %" PRId64 "\n", "Poster",
		    a->poster_frame);
	fprintf(run->out, "%-12s%.*s\n", "Work", STR_FMT(in_words(run, j)));
	TRY(media_extra_get(run->ctx, run->store, a->id, &e));
	if (e != NULL)
		fprintf(run->out, "%-12s%.*s\n", "AV1",
		    STR_FMT(extra_in_words(run, e)));
	TRY(rendition_list(run->ctx, run->store, a->id, j->shown, &all, &n));
	for (size_t i = 0; i < n; i++)
		show_rendition(run->out, &all[i], i == 0);
	return ERR_OK;
}

/* ---- waiting ---- */

static void
rest(struct run *run)
{
	const struct timespec nap = { .tv_nsec = LOOK_MS * 1000000L };

	run->host.rest(run->host.arg, true);
	nanosleep(&nap, NULL);
	run->host.rest(run->host.arg, false);
}

enum err
media_wait(struct run *run, const struct asset *a)
{
	const struct media_job_row *j = NULL;
	struct str rung = { 0 };

	for (;;) {
		TRY(media_job_get(run->ctx, run->store, a->id, &j));
		if (j == NULL || j->state == JOB_DONE || j->state == JOB_FAILED)
			return ERR_OK;
		if (run->host.cancelled(run->host.arg))
			return FAIL(run->ctx, ERR_BUSY,
			    "the wait was broken off; the work goes on");
		if (!run->args->json && !str_eq(rung, j->rung) &&
		    j->rung.n != 0)
			fprintf(run->out,
			    "          %.*s plays at %" PRId64 " per cent\n",
			    STR_FMT(j->rung), j->percent);
		rung = j->rung;
		run->host.progress(run->host.arg, j->percent, 100);
		rest(run);
	}
}

/* ---- once more ---- */

enum err
run_media_retry(struct run *run)
{
	const struct asset *a = NULL;
	int64_t id = args_word_int(run->args, 0);

	TRY(asset_by_id(run->ctx, run->store, id, &a));
	if (a == NULL)
		return FAIL(
		    run->ctx, ERR_NOTFOUND, "there is no asset %" PRId64, id);
	if (args_given(run->args, "wait") && run->site == NULL)
		return FAIL(run->ctx, ERR_CONFLICT,
		    "nobody would do the work that --wait waits for: start "
		    "`masthead serve`, or leave it out");
	TRY(media_job_retry(run->ctx, run->store, id, 0));
	if (args_given(run->args, "wait"))
		TRY(media_wait(run, a));
	if (!run->args->json) {
		fprintf(run->out, "%8" PRId64 "  %.*s\n", a->id,
		    STR_FMT(asset_address(run->ctx->arena, a)));
		return media_tell_job(run, a);
	}
	fprintf(run->out, "{");
	json_text(run->out, true, "address", asset_address(run->ctx->arena, a));
	json_int(run->out, false, "id", a->id);
	TRY(media_put_film(run, a));
	fprintf(run->out, "}\n");
	return ERR_OK;
}
