/* SPDX-License-Identifier: MIT */
/* A worker names a reason; the sentence that a person reads is made here. */

#include <stdio.h>

#include "media/run.h"

/* 41000 as "41,000". */
struct str
refusal_grouped(struct ctx *ctx, uint64_t v)
{
	char digits[32], out[48];
	int n = snprintf(digits, sizeof digits, "%" PRIu64, v), at = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	return str_dup(ctx->arena, str_make(out, (size_t)at));
}

/* Millions with one decimal: 289000000 as "289.0". */
static struct str
millions(struct ctx *ctx, uint64_t v)
{
	uint64_t tenths = v / 100000;

	return str_printf(
	    ctx->arena, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
}

enum err
refusal_damaged(struct ctx *ctx, enum wire_task task)
{
	if (task == WIRE_PICTURE)
		return FAIL(ctx, ERR_INVALID,
		    "The picture could not be read: it is damaged or not a "
		    "picture.");
	return FAIL(ctx, ERR_INVALID,
	    "The file could not be read: it is damaged. If it plays "
	    "elsewhere, save it again there as MP4 and add that.");
}

static enum err
fail_too_wide(struct ctx *ctx, const struct wire_refused *r)
{
	bool wide = r->width > r->limit;

	return FAIL(ctx, ERR_LIMIT,
	    "The picture is %.*s pixels %s, the limit is %.*s. Make it "
	    "smaller and add it again.",
	    STR_FMT(refusal_grouped(ctx, wide ? r->width : r->height)),
	    wide ? "wide" : "high", STR_FMT(refusal_grouped(ctx, r->limit)));
}

static enum err
fail_too_many(struct ctx *ctx, const struct wire_refused *r)
{
	return FAIL(ctx, ERR_LIMIT,
	    "The picture has %.*s million pixels (%.*s by %.*s), the limit is "
	    "%d million. Make it smaller and add it again.",
	    STR_FMT(millions(ctx, (uint64_t)r->width * r->height)),
	    STR_FMT(refusal_grouped(ctx, r->width)),
	    STR_FMT(refusal_grouped(ctx, r->height)),
	    MEDIA_PIXELS_MAX / 1000000);
}

static enum err
fail_too_long(struct ctx *ctx, const struct wire_refused *r)
{
	if (r->width == 0)
		return FAIL(ctx, ERR_LIMIT,
		    "The film plays longer than %d minutes, the limit. Cut it "
		    "into parts.",
		    MEDIA_FILM_SECONDS_MAX / 60);
	return FAIL(ctx, ERR_LIMIT,
	    "The film plays for %.*s minutes, the limit is %d. Cut it into "
	    "parts.",
	    STR_FMT(refusal_grouped(ctx, r->width)),
	    MEDIA_FILM_SECONDS_MAX / 60);
}

static enum err
fail_stands_still(struct ctx *ctx, const struct wire_refused *r)
{
	if (r->width == 0)
		return FAIL(ctx, ERR_INVALID,
		    "One frame of the video stands for more than ten minutes. "
		    "Add it as a picture, and its sound by itself.");
	return FAIL(ctx, ERR_INVALID,
	    "The video has only %" PRIu32 " frame%s in %" PRIu32
	    " seconds. Add it as a picture, and its sound by itself.",
	    r->width, r->width == 1 ? "" : "s", r->height);
}

static enum err
fail_film_too_wide(struct ctx *ctx, const struct wire_refused *r)
{
	return FAIL(ctx, ERR_LIMIT,
	    "The video is %.*s by %.*s pixels, the limit is %.*s each way. "
	    "Save it smaller, as 4K or less, and add it again.",
	    STR_FMT(refusal_grouped(ctx, r->width)),
	    STR_FMT(refusal_grouped(ctx, r->height)),
	    STR_FMT(refusal_grouped(ctx, r->limit)));
}

static enum err
say_film(struct ctx *ctx, const struct wire_refused *r)
{
	switch (r->reason) {
	case WIRE_NO_MEDIA:
		return FAIL(ctx, ERR_INVALID,
		    "This is no picture, video or sound of a kind that can be "
		    "taken. MP4, MOV, WebM, MKV, MP3, M4A and WAV are.");
	case WIRE_PLAYLIST:
		return FAIL(ctx, ERR_INVALID,
		    "This is a playlist: it only names other files and holds "
		    "no film. Add the film itself.");
	case WIRE_ENCRYPTED:
		return FAIL(ctx, ERR_INVALID,
		    "The film is encrypted (copy protection) and cannot be "
		    "read. Ask who sent it for an open copy.");
	case WIRE_CUT_SHORT:
		return FAIL(ctx, ERR_INVALID,
		    "The file ends before the film does: only a part of it "
		    "arrived. Send it again.");
	case WIRE_NOTHING_IN:
		return FAIL(ctx, ERR_INVALID,
		    "There is neither video nor sound in the file that can be "
		    "decoded. Save it as MP4 with H.264 and AAC.");
	case WIRE_TOO_LONG:
		return fail_too_long(ctx, r);
	case WIRE_FILM_TOO_WIDE:
		return fail_film_too_wide(ctx, r);
	case WIRE_STANDS_STILL:
		return fail_stands_still(ctx, r);
	case WIRE_NO_FRAME:
		return FAIL(ctx, ERR_INVALID,
		    "The file holds no frame that could be shown.");
	case WIRE_FILM_NOT_MADE:
		return FAIL(ctx, ERR_IO,
		    "The film was read, but a rendition of it could not be "
		    "made.");
	default:
		return refusal_damaged(ctx, WIRE_LADDER);
	}
}

enum err
refusal_say(struct ctx *ctx, enum wire_task task, const struct wire_refused *r)
{
	switch (r->reason) {
	case WIRE_NO_PICTURE:
		return FAIL(ctx, ERR_INVALID,
		    "This is no picture of a kind that can be taken: JPEG, "
		    "PNG, WebP, AVIF, HEIC, GIF or SVG.");
	case WIRE_TOO_WIDE:
		return fail_too_wide(ctx, r);
	case WIRE_TOO_MANY:
		return fail_too_many(ctx, r);
	case WIRE_HAS_TEXT:
		return FAIL(ctx, ERR_INVALID,
		    "The drawing holds text, but its fonts are not here. Turn "
		    "the text into outlines (paths) and add it again.");
	case WIRE_NOT_MADE:
		return FAIL(ctx, ERR_IO,
		    "The picture was read, but a still of it could not be "
		    "made.");
	case WIRE_UNGUARDED:
		return FAIL(ctx, ERR_IO,
		    "The media worker could not shut itself in, so it opened "
		    "nothing. `masthead check` says what is missing.");
	case WIRE_BAD_JOB:
		return FAIL(ctx, ERR_IO,
		    "The media worker is of another build than the server. "
		    "Install both again.");
	case WIRE_DAMAGED:
		return refusal_damaged(ctx, WIRE_PICTURE);
	default:
		return task == WIRE_PICTURE ? refusal_damaged(ctx, task)
					    : say_film(ctx, r);
	}
}
