/* SPDX-License-Identifier: MIT */
/* What a file is, and whether it is taken. */

#include "newsroom/intake.h"

#include <sodium.h>
#include <unistd.h>

#include "store/blob.h"

enum {
	MARK = 12,	  /* bytes of a file that tell its family */
	STILL_WIDTH = 24, /* pixels, and 16 down: no edge is half a pixel */
	PREVIEW_QUALITY = 40,
	PREVIEW_MAX = 400, /* bytes: a page may have thirty */
};

const char *const intake_types[] = { "image/jpeg", "image/png", "image/webp",
	"image/avif", "image/heic", "image/heif", "image/gif", "image/svg+xml",
	"video/mp4", "video/quicktime", "video/webm", "video/x-matroska",
	"video/mpeg", "video/mp2t", "video/3gpp", "audio/mpeg", "audio/mp4",
	"audio/aac", "audio/ogg", "audio/flac", "audio/wav", "audio/x-wav",
	"audio/webm", NULL };

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

/* ---- what it is ---- */

/*
 * Only which worker is asked first hangs on it: a picture's is the quicker
 * to start, and each refuses what is not its own.
 */
static bool
seems_picture(int fd)
{
	static const struct str marks[] = { STR_INIT("\xff\xd8\xff"),
		STR_INIT("\x89PNG"), STR_INIT("GIF8"), STR_INIT("<") };
	static const struct str brands[] = { STR_INIT("avif"), STR_INIT("avis"),
		STR_INIT("heic"), STR_INIT("heix"), STR_INIT("mif1"),
		STR_INIT("msf1") };
	char bytes[MARK] = "";
	struct str s = { 0 };

	if (pread(fd, bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return false;
	s = str_make(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(s, marks[i]))
			return true;
	if (str_starts(s, STR("RIFF")))
		return str_eq(str_from(s, 8), STR("WEBP"));
	if (!str_eq(str_sub(s, 4, 4), STR("ftyp")))
		return false;
	for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
		if (str_eq(str_from(s, 8), brands[i]))
			return true;
	return false;
}

static void
take_picture(const struct media_facts *f, struct asset *a)
{
	a->kind = ASSET_PICTURE;
	a->type = str_c(media_mime(f->type));
	a->width = f->width;
	a->height = f->height;
	a->look = f->look;
	a->had_location = f->location;
	a->had_device = f->device;
	a->had_owner = f->owner;
	a->had_history = f->history;
}

/* The media type of an original; none is ever served. */
static struct str
film_type(struct ctx *ctx, const struct media_film *f)
{
	struct str name = str_c(f->container);
	const char *family = f->width > 0 ? "video" : "audio";

	if (str_eq(name, STR("mov")))
		name = STR("mp4");
	else if (str_eq(name, STR("mp3")) || str_eq(name, STR("mpegts")))
		name = STR("mpeg");
	else if (name.n == 0)
		name = STR("mp4");
	return str_printf(ctx->arena, "%s/%.*s", family, STR_FMT(name));
}

static void
take_film(struct ctx *ctx, const struct media_film *f, struct asset *a)
{
	a->kind = f->width > 0 ? ASSET_VIDEO : ASSET_AUDIO;
	a->type = film_type(ctx, f);
	a->width = f->width;
	a->height = f->height;
	a->duration = f->ms;
	a->rate_num = f->width > 0 ? f->rate_num : 0;
	a->rate_den = f->width > 0 ? f->rate_den : 0;
	a->has_audio = f->n > 0;
	a->poster_frame = POSTER_FRAME;
	a->had_location = f->location;
	a->had_device = f->device;
	a->had_owner = f->owner;
	a->had_history = f->history;
}

const struct media_still intake_still = {
	.type = MEDIA_WEBP,
	.crop = MEDIA_3X2,
	.width = STILL_WIDTH,
	.quality = PREVIEW_QUALITY,
};

struct str
intake_preview(struct arena *a, const struct media_image *still)
{
	enum { VARIANT = sodium_base64_VARIANT_ORIGINAL };
	size_t room = sodium_base64_encoded_len(still->bytes.n, VARIANT);
	char *p = NULL;

	if (still->bytes.n > PREVIEW_MAX)
		return (struct str){ 0 };
	p = ARENA_ARRAY(a, room, char);
	sodium_bin2base64(p, room, (const unsigned char *)still->bytes.p,
	    still->bytes.n, VARIANT);
	return str_make(p, room - 1);
}

static enum err
examine_picture(struct ctx *ctx, struct media *m, int fd, struct asset *a)
{
	/* The smallest still: what cannot be shown is found out now. */
	struct media_job job = { 500, 500, &intake_still, 1, .look = true };
	struct media_result seen = { 0 };

	TRY(media_run(ctx, m, fd, &job, &seen));
	take_picture(&seen.facts, a);
	/* It would be seen through the picture. */
	if (!seen.facts.clear)
		a->preview = intake_preview(ctx->arena, &seen.stills[0]);
	return ERR_OK;
}

enum err
intake_look(struct ctx *ctx, struct media *m, int fd, struct asset *a)
{
	struct media_probe probe = { 0 };
	enum err err = ERR_INVALID;

	if (m == NULL)
		return FAIL(ctx, ERR_IO,
		    "no file can be looked at here: `masthead check` says "
		    "why");
	if (seems_picture(fd))
		err = examine_picture(ctx, m, fd, a);
	/* What a picture's worker refused may be something else all the same. */
	if (err != ERR_INVALID)
		return err;
	TRY(media_probe(ctx, m, fd, &probe));
	if (probe.kind == MEDIA_PICTURE)
		return examine_picture(ctx, m, fd, a);
	take_film(ctx, &probe.film, a);
	return ERR_OK;
}

int64_t
intake_max(const struct asset *a)
{
	return a->kind == ASSET_PICTURE ? MEDIA_INPUT_MAX
					: MEDIA_FILM_INPUT_MAX;
}

enum err
intake_keep(struct ctx *ctx, const struct folder *f, struct media *m, int fd,
    struct asset *a)
{
	struct asset seen = *a;

	TRY(intake_look(ctx, m, fd, &seen));
	if (lseek(fd, 0, SEEK_SET) != 0)
		return FAIL(ctx, ERR_IO, "the file cannot be read again");
	TRY(blob_put(ctx, f, fd, intake_max(&seen), &seen.blob, &seen.size));
	*a = seen;
	return ERR_OK;
}
