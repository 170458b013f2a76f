/* SPDX-License-Identifier: MIT */
/* masthead media … */

#include "media/media.h"

#include "cli/media.h"
#include "cli/noun.h"
#include "cli/when.h"
#include "exchange/import.h"
#include "newsroom/asset.h"
#include "newsroom/intake.h"
#include "store/blob.h"
#include "store/store.h"

enum { LIST_LIMIT = 50 };

/* ---- telling ---- */

/* As `lead:` takes it. */
static struct str
address(struct run *run, const struct asset *a)
{
	return asset_address(run->ctx->arena, a);
}

static const char *
kind_name(enum asset_kind kind)
{
	return kind == ASSET_VIDEO   ? "video"
	       : kind == ASSET_AUDIO ? "audio"
				     : "picture";
}

static enum err
advisory_code(struct run *run, int64_t id, struct str *out)
{
	const struct advisory *all = NULL;
	size_t n = 0;

	*out = STR("");
	if (id == 0)
		return ERR_OK;
	TRY(advisory_list(run->ctx, run->store, STR("en"), &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			*out = all[i].code;
	return ERR_OK;
}

/* Without the closing brace. */
static enum err
put_json(struct run *run, const struct asset *a)
{
	FILE *out = run->out;
	struct str code = { 0 };

	TRY(advisory_code(run, a->advisory, &code));
	json_text(out, true, "address", address(run, a));
	json_int(out, false, "id", a->id);
	json_text(out, false, "kind", str_c(kind_name(a->kind)));
	json_text(out, false, "type", a->type);
	json_int(out, false, "bytes", a->size);
	json_int(out, false, "width", a->width);
	json_int(out, false, "height", a->height);
	fprintf(out, ", \"focus\": [%" PRId64 ", %" PRId64 "]", a->focal_x,
	    a->focal_y);
	json_text(out, false, "alt", a->alt);
	json_text(out, false, "caption", a->caption);
	json_text(out, false, "credit", a->credit);
	json_text(out, false, "copyright", a->copyright);
	json_text(out, false, "licence", a->licence);
	json_text(out, false, "advisory", code);
	json_text(out, false, "advisory_note", a->advisory_note);
	json_text(out, false, "rights", a->rights);
	json_time(out, false, "rights_until", a->rights_until);
	json_text(out, false, "language", a->language);
	fprintf(out,
	    ", \"removed\": {\"location\": %s, \"device\": %s, \"owner\": %s, "
	    "\"history\": %s}",
	    a->had_location ? "true" : "false",
	    a->had_device ? "true" : "false", a->had_owner ? "true" : "false",
	    a->had_history ? "true" : "false");
	return media_put_film(run, a);
}

static void
put_line(struct run *run, const struct asset *a)
{
	struct str words = a->alt.n != 0 ? a->alt : a->caption;

	fprintf(run->out, "%8" PRId64 "  %-8s", a->id, kind_name(a->kind));
	if (a->width != 0)
		fprintf(
		    run->out, "%5" PRId64 " × %-5" PRId64, a->width, a->height);
	else
		fprintf(run->out, "%13s", "");
	fprintf(run->out, "  %.*s  %.*s\n", STR_FMT(address(run, a)),
	    STR_FMT(words));
}

/* ---- what was given ---- */

/* "500 380" or "500,380": per mille from the left and the top. */
static enum err
take_focus(struct run *run, struct asset *a)
{
	struct str given = args_value(run->args, "focus");
	struct str y = { 0 };
	struct str x = str_cut(
	    given, str_find_char(given, ',', 0) != SIZE_MAX ? ',' : ' ', &y);

	if (!args_given(run->args, "focus"))
		return ERR_OK;
	if (!str_int(str_trim(x), &a->focal_x) ||
	    !str_int(str_trim(y), &a->focal_y))
		return FAIL(run->ctx, ERR_INVALID,
		    "--focus is two numbers of 0 to 1000, per mille from the "
		    "left and from the top: --focus \"500 380\"");
	return ERR_OK;
}

static enum err
take_advisory(struct run *run, struct asset *a)
{
	struct str code = args_value(run->args, "advisory");
	const struct advisory *all = NULL;
	size_t n = 0;

	if (!args_given(run->args, "advisory"))
		return ERR_OK;
	a->advisory = 0;
	if (str_eq(code, STR("none")))
		return ERR_OK;
	TRY(advisory_list(run->ctx, run->store, STR("en"), &all, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].code, code))
			a->advisory = all[i].id;
	if (a->advisory == 0)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no advisory “%.*s”; `masthead advisory list` "
		    "has them, and none is none",
		    STR_FMT(code));
	return ERR_OK;
}

/* A time of the default edition's clock, 3d and the like, or none. */
static enum err
take_rights_until(struct run *run, struct asset *a)
{
	struct str given = args_value(run->args, "rights-until");
	const struct edition *e = NULL;

	if (!args_given(run->args, "rights-until"))
		return ERR_OK;
	a->rights_until = 0;
	if (str_eq(given, STR("none")))
		return ERR_OK;
	TRY(edition_by_code(run->ctx, run->store, STR(""), &e));
	return noun_until(run->ctx, given, e->zone, &a->rights_until);
}

static enum err
take_all(struct run *run, struct asset *a)
{
	noun_take(run, "alt", &a->alt);
	noun_take(run, "caption", &a->caption);
	noun_take(run, "credit", &a->credit);
	noun_take(run, "copyright", &a->copyright);
	noun_take(run, "licence", &a->licence);
	noun_take(run, "note", &a->advisory_note);
	noun_take(run, "rights", &a->rights);
	noun_take(run, "language", &a->language);
	a->poster_frame = args_int(run->args, "poster", a->poster_frame);
	TRY(take_rights_until(run, a));
	TRY(take_focus(run, a));
	return take_advisory(run, a);
}

/* ---- add ---- */

/* What it said of who took it where, and what no reader gets. */
static void
warn_removed(struct run *run, const struct asset *a)
{
	const struct {
		bool there;
		const char *what;
	} parts[] = {
		{ a->had_location, "where it was taken" },
		{ a->had_device, "the device" },
		{ a->had_owner, "its owner" },
		{ a->had_history, "how it was edited" },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].there)
			continue;
		fprintf(run->out, "%s%s",
		    any ? ", " : "          Kept back: ", parts[i].what);
		any = true;
	}
	if (any)
		fprintf(run->out, "\n");
}

struct added {
	struct asset seen; /* as the file is */
	const struct asset *asset;
	bool was_there;
	int64_t alike[ALIKE_MAX]; /* others that look the same */
	size_t alike_n;
};

/* A film takes seconds to look at and to copy: others may write meanwhile. */
static enum err
examine(struct run *run, const struct import_file *file, struct asset *a)
{
	enum err err = ERR_OK;

	if (run->host.rest != NULL)
		run->host.rest(run->host.arg, true);
	err = intake_keep(run->ctx, run->folder, run->media, file->fd, a);
	if (run->host.rest != NULL)
		run->host.rest(run->host.arg, false);
	return err;
}

static enum err
add_one(struct run *run, const struct import_file *file, struct asset in,
    struct added *out)
{
	const struct asset *there = NULL;

	if (file->is_dir)
		return FAIL(run->ctx, ERR_INVALID, "it is a folder");
	TRY(examine(run, file, &in));
	in.poster_frame = args_int(run->args, "poster", in.poster_frame);
	TRY(asset_by_blob(run->ctx, run->store, in.blob, &there));
	out->was_there = there != NULL;
	TRY(asset_add(run->ctx, run->store, &in, &out->asset));
	out->seen = in;
	if (out->was_there)
		return ERR_OK;
	return asset_alike(
	    run->ctx, run->store, out->asset, out->alike, &out->alike_n);
}

static void
say_known(struct run *run, const struct added *a)
{
	if (a->was_there)
		fprintf(run->out, "          It was in the house already, and "
				  "its words stay.\n");
	for (size_t i = 0; i < a->alike_n; i++)
		fprintf(run->out, "%s%" PRId64 "%s",
		    i == 0 ? "          It looks the same as asset " : ", ",
		    a->alike[i],
		    i + 1 == a->alike_n
			? ": `masthead media show` has its words.\n"
			: "");
}

static void
put_alike(struct run *run, const struct added *a)
{
	fprintf(run->out, ", \"alike\": [");
	for (size_t i = 0; i < a->alike_n; i++)
		fprintf(
		    run->out, "%s%" PRId64, i == 0 ? "" : ", ", a->alike[i]);
	fprintf(run->out, "]");
}

static enum err
tell_added(struct run *run, const struct import_file *file,
    const struct added *added, bool first)
{
	const struct asset *a = added->asset;

	if (!run->args->json) {
		put_line(run, a);
		say_known(run, added);
		if (a->alt.n == 0 && a->kind != ASSET_AUDIO)
			fprintf(run->out,
			    "          Those who cannot see it learn nothing: "
			    "masthead media set %" PRId64 " --alt TEXT\n",
			    a->id);
		warn_removed(run, &added->seen);
		return media_tell_job(run, a);
	}
	fprintf(run->out, first ? "\n{" : ",\n{");
	TRY(put_json(run, a));
	json_text(run->out, false, "file", file->name);
	fprintf(
	    run->out, ", \"already\": %s", added->was_there ? "true" : "false");
	put_alike(run, added);
	fprintf(run->out, "}");
	return ERR_OK;
}

static enum err
tell_refused(struct run *run, const struct import_file *file, bool first)
{
	struct str why = str_dup(run->ctx->arena, str_c(ctx_why(run->ctx)));

	if (run->args->json) {
		fprintf(run->out, first ? "\n{" : ",\n{");
		json_text(run->out, true, "file", file->name);
		json_text(run->out, false, "refused", why);
		fprintf(run->out, "}");
	} else {
		fprintf(run->out, " refused  %.*s: %.*s\n",
		    STR_FMT(utf8_head(file->name, 300)), STR_FMT(why));
	}
	return ERR_OK;
}

/* One bad file never stops the rest. */
enum err
run_media_add(struct run *run)
{
	struct asset in = { .focal_x = 500, .focal_y = 500 };
	size_t refused = 0;
	size_t i = 0;

	TRY(take_all(run, &in));
	if (args_given(run->args, "wait") && run->site == NULL)
		return FAIL(run->ctx, ERR_CONFLICT,
		    "nobody would do the work that --wait waits for: start "
		    "`masthead serve`, or leave it out");
	if (run->media == NULL)
		return FAIL(run->ctx, ERR_IO,
		    "no picture can be looked at here: `masthead check` says "
		    "why");
	if (run->args->json)
		fprintf(run->out, "[");
	for (; i < run->files_n; i++) {
		struct added a = { 0 };

		if (run->host.cancelled != NULL &&
		    run->host.cancelled(run->host.arg))
			break;
		if (add_one(run, &run->files[i], in, &a) == ERR_OK) {
			if (args_given(run->args, "wait"))
				TRY(media_wait(run, a.asset));
			TRY(tell_added(run, &run->files[i], &a, i == 0));
		} else {
			refused++;
			TRY(tell_refused(run, &run->files[i], i == 0));
		}
		if (run->host.progress != NULL)
			run->host.progress(run->host.arg, (int64_t)i + 1,
			    (int64_t)run->files_n);
		if (run->host.yield != NULL)
			run->host.yield(run->host.arg);
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	if (i < run->files_n)
		return FAIL(run->ctx, ERR_BUSY,
		    "it was stopped after %zu of %zu files", i, run->files_n);
	if (refused != 0)
		return FAIL(run->ctx, ERR_INVALID,
		    "%zu of %zu files were refused, as listed", refused,
		    run->files_n);
	return ERR_OK;
}

/* ---- list and show ---- */

enum err
run_media_list(struct run *run)
{
	const struct asset *all = NULL;
	size_t n = 0;
	bool first = true;

	TRY(asset_list(run->ctx, run->store, args_int(run->args, "before", 0),
	    (size_t)noun_limit(run, LIST_LIMIT, ASSETS_MAX), &all, &n));
	if (run->args->json)
		fprintf(run->out, "[");
	for (size_t i = 0; i < n; i++) {
		if (!run->args->json) {
			put_line(run, &all[i]);
			continue;
		}
		noun_item(run->out, &first);
		TRY(put_json(run, &all[i]));
		fprintf(run->out, "}");
	}
	if (run->args->json)
		fprintf(run->out, "\n]\n");
	else if (n == 0)
		fprintf(run->out, "Nothing yet. `masthead media add` takes "
				  "them in.\n");
	return ERR_OK;
}

static enum err
find(struct run *run, const struct asset **out)
{
	int64_t id = args_word_int(run->args, 0);

	TRY(asset_by_id(run->ctx, run->store, id, out));
	if (*out == NULL)
		return FAIL(
		    run->ctx, ERR_NOTFOUND, "there is no asset %" PRId64, id);
	return ERR_OK;
}

static void
show_line(FILE *out, const char *what, struct str s)
{
	if (s.n != 0)
		fprintf(out, "%-12s%.*s\n", what, STR_FMT(s));
}

static enum err
show_rights_until(struct run *run, const struct asset *a)
{
	const struct edition *e = NULL;

	if (a->rights_until == 0)
		return ERR_OK;
	TRY(edition_by_code(run->ctx, run->store, STR(""), &e));
	show_line(run->out, a->rights_ended ? "Ended" : "Until",
	    when_text(run->ctx, e->zone, a->rights_until));
	return ERR_OK;
}

static enum err
show_text(struct run *run, const struct asset *a, const struct asset_use *uses,
    size_t n)
{
	FILE *out = run->out;
	struct str code = { 0 };

	TRY(advisory_code(run, a->advisory, &code));
	fprintf(out, "%-12s%" PRId64 ", %s%s", "Asset", a->id,
	    a->kind == ASSET_AUDIO ? "" : "a ", kind_name(a->kind));
	if (a->width != 0)
		fprintf(out, " of %" PRId64 " × %" PRId64 " pixels", a->width,
		    a->height);
	fprintf(out, ", %.*s, %" PRId64 " bytes\n", STR_FMT(a->type), a->size);
	show_line(out, "Address", address(run, a));
	show_line(out, "Shows", a->alt);
	show_line(out, "Caption", a->caption);
	show_line(out, "Credit", a->credit);
	show_line(out, "Copyright", a->copyright);
	show_line(out, "Licence", a->licence);
	fprintf(out, "%-12s%" PRId64 " %" PRId64 "\n", "Focus", a->focal_x,
	    a->focal_y);
	show_line(out, "Advisory", code);
	show_line(out, "Withheld", a->advisory_note);
	show_line(out, "Language", a->language);
	show_line(out, "Rights", a->rights);
	TRY(show_rights_until(run, a));
	TRY(media_show_job(run, a));
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%-12s%" PRId64 "  %.*s%s\n",
		    i == 0 ? "Stands in" : "", uses[i].story,
		    STR_FMT(uses[i].headline),
		    uses[i].live ? "" : ", not for readers yet");
	if (n == 0)
		fprintf(out, "No story shows it: no reader can reach it.\n");
	return ERR_OK;
}

static enum err
show_json(struct run *run, const struct asset *a, const struct asset_use *uses,
    size_t n)
{
	fprintf(run->out, "{");
	TRY(put_json(run, a));
	fprintf(run->out, ", \"stories\": [");
	for (size_t i = 0; i < n; i++) {
		fprintf(run->out, i == 0 ? "{" : ", {");
		json_int(run->out, true, "id", uses[i].story);
		json_text(run->out, false, "headline", uses[i].headline);
		fprintf(run->out, ", \"live\": %s}",
		    uses[i].live ? "true" : "false");
	}
	fprintf(run->out, "]}\n");
	return ERR_OK;
}

static enum err
show(struct run *run, const struct asset *a)
{
	const struct asset_use *uses = NULL;
	size_t n = 0;

	TRY(asset_used(run->ctx, run->store, a->id, &uses, &n));
	return run->args->json ? show_json(run, a, uses, n)
			       : show_text(run, a, uses, n);
}

enum err
run_media_show(struct run *run)
{
	const struct asset *a = NULL;

	TRY(find(run, &a));
	return show(run, a);
}

/* ---- set ---- */

enum err
run_media_set(struct run *run)
{
	const struct asset *there = NULL;
	struct asset a = { 0 };

	TRY(find(run, &there));
	a = *there;
	TRY(take_all(run, &a));
	TRY(asset_set(run->ctx, run->store, &a, 0));
	return show(run, &a);
}
