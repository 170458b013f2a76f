/* SPDX-License-Identifier: MIT */
/* masthead media captions … */

#include "cli/noun.h"
#include "cli/typed.h"
#include "newsroom/asset.h"
#include "newsroom/film.h"

/* The word is an id, or the asset's address. */
static enum err
find(struct run *run, const struct asset **out)
{
	struct str word = run->args->words[0];
	struct str ticks = { 0 };
	int64_t n = 0;

	*out = NULL;
	if (str_find_char(word, '/', 0) == SIZE_MAX) {
		if (str_int(word, &n))
			TRY(asset_by_id(run->ctx, run->store, n, out));
	} else {
		(void)str_cut(word, '_', &ticks);
		ticks = str_cut(ticks, '.', &word);
		if (str_int(ticks, &n))
			TRY(asset_by_ticks(run->ctx, run->store, n, out));
	}
	if (*out == NULL)
		return FAIL(run->ctx, ERR_NOTFOUND,
		    "there is no asset “%.*s”; `masthead media list` has them",
		    STR_FMT(run->args->words[0]));
	return ERR_OK;
}

static enum err
tell(struct run *run, const struct asset *a)
{
	struct film film = { 0 };
	struct str address = asset_address(run->ctx->arena, a);
	bool json = run->args->json;

	TRY(film_read(run->ctx, run->store, a->id, &film));
	if (json) {
		fprintf(run->out, "{");
		json_text(run->out, true, "address", address);
		json_int(run->out, false, "id", a->id);
		fprintf(run->out, ", \"captions\": [");
	} else if (film.captions_n == 0)
		fprintf(run->out,
		    "No captions yet, and the page says so. They are WebVTT "
		    "files: --lang en --file en.vtt\n");
	for (size_t i = 0; i < film.captions_n; i++)
		if (json)
			fprintf(run->out, "%s\"%.*s\"", i > 0 ? ", " : "",
			    STR_FMT(film.captions[i]));
		else
			fprintf(run->out, "%-8.*s%.*s/captions/%.*s.vtt\n",
			    STR_FMT(film.captions[i]), STR_FMT(address),
			    STR_FMT(film.captions[i]));
	if (json)
		fprintf(run->out, "]}\n");
	return ERR_OK;
}

static enum err
take(struct run *run, struct caption *in)
{
	size_t notes = 0;

	TRY(typed_take(run->ctx, run->typed_fd, &in->vtt));
	TRY(caption_set(run->ctx, run->store, in, 0, &notes));
	if (notes > 0 && !run->args->json)
		fprintf(run->out, "Comments left out: %zu\n", notes);
	return ERR_OK;
}

enum err
run_media_captions(struct run *run)
{
	struct caption in = { .lang = args_value(run->args, "lang") };
	bool drop = args_given(run->args, "remove");
	const struct asset *a = NULL;

	TRY(find(run, &a));
	in.asset = a->id;
	if (run->typed_fd < 0 && !drop)
		return tell(run, a);
	if (run->typed_fd >= 0 && drop)
		return FAIL(run->ctx, ERR_INVALID,
		    "either --file or --remove, not both");
	if (in.lang.n == 0)
		return FAIL(run->ctx, ERR_INVALID,
		    "captions need their language: --lang en");
	TRY(drop ? caption_drop(run->ctx, run->store, a->id, in.lang, 0)
		 : take(run, &in));
	return tell(run, a);
}
