/* SPDX-License-Identifier: MIT */
/* What a file is, and whether it is taken. */

#include "newsroom/intake.h"

enum { STILL_WIDTH = 16 }; /* pixels */

const char *const intake_types[] = { "image/jpeg", "image/png", "image/webp",
	"image/avif", "image/heic", "image/heif", "image/gif", "image/svg+xml",
	NULL };

bool
intake_may_be(struct str type)
{
	struct str rest = { 0 };
	struct str bare = str_trim(str_cut(type, ';', &rest));

	if (bare.n == 0 || str_eq_nocase(bare, STR("application/octet-stream")))
		return true;
	for (size_t i = 0; intake_types[i] != NULL; i++)
		if (str_eq_nocase(bare, str_c(intake_types[i])))
			return true;
	return false;
}

/* Why it is no picture: what else it is, where it is something. */
static enum err
say_what_else(struct ctx *ctx, struct media *m, int fd, enum err err)
{
	struct str why = str_dup(ctx->arena, str_c(ctx_why(ctx)));
	struct str detail = str_dup(ctx->arena, str_c(ctx->detail));
	struct media_probe probe = { 0 };

	if (err == ERR_INVALID && media_probe(ctx, m, fd, &probe) == ERR_OK &&
	    probe.kind != MEDIA_PICTURE)
		return FAIL(ctx, ERR_INVALID,
		    "it is %s: only pictures are taken",
		    probe.kind == MEDIA_VIDEO ? "a video" : "sound");
	err = FAIL(ctx, err, "%.*s", STR_FMT(why));
	ctx_detail(ctx, "%.*s", STR_FMT(detail));
	return err;
}

enum err
intake_look(struct ctx *ctx, struct media *m, int fd, struct asset *a,
    struct media_facts *facts)
{
	/* The smallest still: what cannot be shown is found out now. */
	static const struct media_still still = { .type = MEDIA_JPEG,
		.width = STILL_WIDTH };
	const struct media_job job = { 500, 500, &still, 1 };
	struct media_result seen = { 0 };
	enum err err = ERR_OK;

	if (m == NULL)
		return FAIL(ctx, ERR_IO,
		    "no picture can be looked at here: `masthead check` says "
		    "why");
	err = media_run(ctx, m, fd, &job, &seen);
	if (err != ERR_OK)
		return say_what_else(ctx, m, fd, err);
	*facts = seen.facts;
	a->kind = ASSET_PICTURE;
	a->type = str_c(media_mime(facts->type));
	a->width = facts->width;
	a->height = facts->height;
	return ERR_OK;
}
