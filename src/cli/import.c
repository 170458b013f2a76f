/* SPDX-License-Identifier: MIT */
/* masthead import … */

#include "exchange/import.h"

#include "cli/command.h"

enum err
run_import(struct run *run)
{
	struct import_options opts = {
		.format = args_value(run->args, "format"),
		.id = args_int(run->args, "id", 0),
		.dry_run = args_given(run->args, "dry-run"),
		.zone = args_value(run->args, "zone"),
		.edition = args_value(run->args, "edition"),
		.site = args_value(run->args, "site"),
		.permalink = args_value(run->args, "permalink"),
		.media_base_fd = run->base_fd,
		.folder = run->folder,
		.media = run->media,
		.arg = run->host.arg,
		.progress = run->host.progress,
		.cancelled = run->host.cancelled,
		.yield = run->host.yield,
	};
	struct import_report report = { 0 };
	enum err err = ERR_OK;
	struct str text = { 0 };

	if (run->host.yield != NULL)
		run->host.yield(run->host.arg); /* readers first, at once */
	err = import_run(
	    run->ctx, run->store, &opts, run->files, run->files_n, &report);
	text = run->args->json ? import_report_json(run->ctx->arena, &report)
			       : import_report_text(run->ctx->arena, &report);
	fprintf(run->out, "%.*s%s", STR_FMT(text), run->args->json ? "\n" : "");
	TRY(err);
	if (report.count[IMPORT_REFUSED] != 0)
		return FAIL(run->ctx, ERR_INVALID,
		    "%" PRId64 " of %" PRId64 " files were refused, as listed",
		    report.count[IMPORT_REFUSED], report.total);
	return ERR_OK;
}
