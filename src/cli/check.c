/* SPDX-License-Identifier: MIT */
/* masthead check, audit verify, theme check. */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/command.h"
#include "markup/template.h"
#include "media/media.h"
#include "newsroom/asset.h"
#include "newsroom/audit.h"
#include "newsroom/media_extra.h"
#include "pages/press.h"
#include "store/blob.h"
#include "store/folder.h"
#include "store/sql.h"
#include "store/store.h"

/* ---- what was found ---- */

/* A line for each thing looked at; faults are counted. */
struct findings {
	struct run *run;
	bool first;
	int64_t faults;
};

static void
tell(struct findings *f, const char *state, const char *what, struct str words)
{
	if (f->run->args->json) {
		fprintf(f->run->out, f->first ? "\n{" : ",\n{");
		json_text(f->run->out, true, "what", str_c(what));
		json_text(f->run->out, false, "state", str_c(state));
		json_text(f->run->out, false, "words", words);
		fprintf(f->run->out, "}");
	} else {
		fprintf(f->run->out, "%-6s %-10s %.*s\n",
		    strcmp(state, "fault") == 0 ? "FAULT" : state, what,
		    STR_FMT(words));
	}
	f->first = false;
}

static void
find(struct findings *f, bool good, const char *what, struct str words)
{
	f->faults += !good;
	tell(f, good ? "good" : "fault", what, words);
}

static void
store_fault(void *arg, struct str line)
{
	find(arg, false, "store", line);
}

static enum err
check_store(struct findings *f)
{
	int64_t before = f->faults;

	TRY(store_check(f->run->ctx, f->run->store, store_fault, f));
	if (f->faults == before)
		find(f, true, "store", STR("no fault in newsroom.db"));
	return ERR_OK;
}

static void
check_audit(struct findings *f)
{
	const struct audit_head none = { 0 };
	struct audit_head head = { 0 };
	struct ctx *ctx = f->run->ctx;

	if (audit_verify(ctx, f->run->store, &none, &head) != ERR_OK)
		find(f, false, "audit", str_c(ctx_why(ctx)));
	else
		find(f, true, "audit",
		    str_printf(ctx->arena,
			"%" PRId64 " rows, head %" PRId64 ":%.*s", head.id,
			head.id, STR_FMT(head.hash)));
}

/* The original of every asset is there, and as long as it was. */
static enum err
check_blobs(struct findings *f)
{
	struct ctx *ctx = f->run->ctx;
	int64_t after = 0;
	int64_t total = 0;
	int64_t bad = 0;
	size_t n = 0;

	do {
		const struct sql_asset_blobs_row *rows = NULL;

		TRY(sql_asset_blobs(ctx, f->run->store,
		    &(struct sql_asset_blobs){ .after = after }, &rows, &n));
		for (size_t i = 0; i < n; i++) {
			int64_t size = -1;
			int fd = -1;
			enum err err = blob_open(
			    ctx, f->run->folder, rows[i].blob, &fd, &size);

			if (fd >= 0)
				close(fd);
			if (err != ERR_OK || size != rows[i].size) {
				bad++;
				find(f, false, "media",
				    str_printf(ctx->arena,
					"the original of asset %" PRId64
					" is missing or cut off",
					rows[i].id));
			}
			after = rows[i].id;
		}
		total += (int64_t)n;
	} while (n != 0);
	if (bad == 0)
		find(f, true, "media",
		    str_printf(
			ctx->arena, "%" PRId64 " originals are there", total));
	return ERR_OK;
}

/* ---- films and sound ---- */

/* What is there of one file, which may be nothing. */
static int64_t
bytes_of(
    struct findings *f, const struct asset *a, int64_t take, struct str name)
{
	int64_t size = 0;
	int fd = -1;

	if (take_open(f->run->ctx, f->run->folder, a->blob, take, name, &fd,
		&size) != ERR_OK)
		return 0;
	close(fd);
	return size;
}

/* A list, an initial file, and segments; or the whole as one file. */
static bool
rendition_is_whole(struct findings *f, const struct asset *a, int64_t take,
    const struct rendition *r)
{
	struct arena *arena = f->run->ctx->arena;
	int64_t bytes = 0;

	if (str_eq(r->name, STR("file")))
		return bytes_of(f, a, take,
			   a->kind == ASSET_AUDIO
			       ? STR("file.m4a")
			       : STR("file.mp4")) == r->bytes;
	bytes = bytes_of(f, a, take,
		    str_printf(arena, "%.*s.m3u8", STR_FMT(r->name))) +
		bytes_of(f, a, take,
		    str_printf(arena, "%.*s_init.mp4", STR_FMT(r->name)));
	for (int64_t i = 1; i <= r->files - 2; i++)
		bytes += bytes_of(f, a, take,
		    str_printf(
			arena, "%.*s_%05" PRId64 ".m4s", STR_FMT(r->name), i));
	return bytes == r->bytes;
}

static enum err
check_film(
    struct findings *f, const struct sql_media_job_list_row *job, int64_t *bad)
{
	struct ctx *ctx = f->run->ctx;
	const struct media_extra_row *extra = NULL;
	const struct rendition *all = NULL;
	const struct asset *a = NULL;
	size_t n = 0;

	TRY(asset_by_id(ctx, f->run->store, job->asset, &a));
	TRY(rendition_list(
	    ctx, f->run->store, job->asset, job->shown, &all, &n));
	for (size_t i = 0; i < n; i++) {
		if (rendition_is_whole(f, a, job->shown, &all[i]))
			continue;
		(*bad)++;
		find(f, false, "films",
		    str_printf(ctx->arena,
			"files of rendition %.*s of asset %" PRId64
			" are missing or cut off: masthead media retry %" PRId64
			" makes them anew",
			STR_FMT(all[i].name), a->id, a->id));
	}
	if (!str_eq(job->state, STR("done")))
		tell(f, "note", "films",
		    str_printf(ctx->arena, "asset %" PRId64 " is %.*s%s%.*s",
			a->id, STR_FMT(job->state),
			job->reason.n != 0 ? ": " : "", STR_FMT(job->reason)));
	TRY(media_extra_get(ctx, f->run->store, job->asset, &extra));
	if (extra != NULL && extra->state == JOB_FAILED)
		tell(f, "note", "films",
		    str_printf(ctx->arena,
			"asset %" PRId64 " stays without AV1: %.*s", a->id,
			STR_FMT(extra->reason)));
	return ERR_OK;
}

static enum err
check_films(struct findings *f)
{
	struct ctx *ctx = f->run->ctx;
	int64_t after = 0;
	int64_t total = 0;
	int64_t bad = 0;
	size_t n = 0;

	do {
		const struct sql_media_job_list_row *rows = NULL;

		TRY(sql_media_job_list(ctx, f->run->store,
		    &(struct sql_media_job_list){
			.after = after,
			.everything = 1,
		    },
		    &rows, &n));
		for (size_t i = 0; i < n; i++)
			TRY(check_film(f, &rows[i], &bad));
		if (n != 0)
			after = rows[n - 1].asset;
		total += (int64_t)n;
	} while (n != 0);
	if (bad == 0)
		find(f, true, "films",
		    str_printf(ctx->arena,
			"%" PRId64 " films and sounds have all that was made "
			"of them",
			total));
	return ERR_OK;
}

/* Originals and passwords are no business of others on the machine. */
static void
check_folder(struct findings *f)
{
	const char *path = folder_path(f->run->folder);
	struct stat s = { 0 };

	if (fstat(folder_fd(f->run->folder), &s) == 0 &&
	    (s.st_mode & S_IRWXO) == 0)
		find(f, true, "folder", STR("closed to other users"));
	else
		find(f, false, "folder",
		    str_printf(f->run->ctx->arena,
			"other users of this machine may look into it: chmod "
			"o= %s",
			path));
}

static void
check_sandbox(struct findings *f)
{
	struct ctx *ctx = f->run->ctx;
	const struct media_trial *trials = NULL;
	struct media_sandbox offers = { 0 };
	struct media *m = NULL;
	size_t n = 0;

	media_sandbox_offers(&offers);
	find(f, offers.seccomp, "machine",
	    str_printf(ctx->arena, "seccomp: %s; Landlock: %s%d",
		offers.seccomp ? "yes" : "no",
		offers.landlock != 0 ? "version " : "no, version ",
		offers.landlock));
	if (args_given(f->run->args, "quick"))
		return;
	if (media_open(ctx, NULL, &m) != ERR_OK ||
	    media_sandbox_try(ctx, m, &trials, &n) != ERR_OK)
		find(f, false, "sandbox", str_c(ctx_why(ctx)));
	for (size_t i = 0; i < n; i++)
		find(f, trials[i].held, "sandbox",
		    str_printf(ctx->arena, "%s, %s: %s", trials[i].program,
			trials[i].name, trials[i].what));
	media_close(m);
}

enum err
run_check(struct run *run)
{
	struct findings f = { .run = run, .first = true };

	if (run->args->json)
		fprintf(run->out, "[");
	check_folder(&f);
	TRY(check_store(&f));
	check_audit(&f);
	TRY(check_blobs(&f));
	TRY(check_films(&f));
	check_sandbox(&f);
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	if (f.faults != 0)
		return FAIL(run->ctx, ERR_CONFLICT,
		    "faults were found: %" PRId64 ", each listed above",
		    f.faults);
	return ERR_OK;
}

/* ---- audit verify ---- */

/* --head, whose kind saw to its form; id 0 when it was not given. */
static struct audit_head
noted_head(const struct args *a)
{
	struct audit_head head = { 0 };

	if (!str_int(str_cut(args_value(a, "head"), ':', &head.hash), &head.id))
		return (struct audit_head){ 0 };
	return head;
}

enum err
run_audit_verify(struct run *run)
{
	const struct audit_head noted = noted_head(run->args);
	struct audit_head head = { 0 };

	TRY(audit_verify(run->ctx, run->store, &noted, &head));
	if (run->args->json) {
		fprintf(run->out, "{");
		json_int(run->out, true, "rows", head.id);
		json_text(run->out, false, "head", head.hash);
		fprintf(run->out, "}\n");
	} else {
		fprintf(run->out,
		    "The chain of %" PRId64 " rows is whole.\nHead %" PRId64
		    ":%.*s\n",
		    head.id, head.id, STR_FMT(head.hash));
	}
	return ERR_OK;
}

/* ---- theme check ---- */

enum err
run_theme_check(struct run *run)
{
	const char *path = str_cstr(run->ctx->arena, run->args->words[0]);
	CLEANUP(fd_close)
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tpl_report report = { .arena = run->ctx->arena };
	struct press *press = NULL;
	enum err err = ERR_OK;

	if (dir < 0)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "%s is no folder that can be read", path);
	err = press_load(run->ctx, dir, &report, &press);
	press_unref(press);
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < report.n; i++) {
		const struct tpl_problem *p = &report.problems[i];

		if (run->args->json) {
			fprintf(run->out, i == 0 ? "\n{" : ",\n{");
			json_text(run->out, true, "file", p->file);
			json_int(run->out, false, "line", (int64_t)p->line);
			json_text(run->out, false, "words", p->words);
			fprintf(run->out, "}");
		} else {
			fprintf(run->out, "%.*s:%d: %.*s\n", STR_FMT(p->file),
			    (int)p->line, STR_FMT(p->words));
		}
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	if (err != ERR_OK && report.n != 0)
		return FAIL(run->ctx, ERR_INVALID,
		    "faults in the theme: %zu, each listed above", report.n);
	TRY(err);
	if (!run->args->json)
		fprintf(run->out, "The theme is in order.\n");
	return ERR_OK;
}
