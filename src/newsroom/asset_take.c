/* SPDX-License-Identifier: MIT */
/* Originals that arrive: what they are, and whether they are known. */

#include <unistd.h>

#include "media/media.h"
#include "newsroom/asset.h"
#include "store/blob.h"
#include "store/sql.h"

enum {
	MARK = 12,	/* bytes of a file that tell its family */
	ALIKE_BITS = 6, /* of 64 by which two looks of one picture differ */
};

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

static enum err
examine_picture(struct ctx *ctx, struct media *m, int fd, struct asset *a)
{
	struct media_job job = { .focus_x = 500, .focus_y = 500, .look = true };
	struct media_result seen = { 0 };

	TRY(media_run(ctx, m, fd, &job, &seen));
	take_picture(&seen.facts, a);
	return ERR_OK;
}

static enum err
examine(struct ctx *ctx, struct media *m, int fd, struct asset *a)
{
	struct media_probe probe = { 0 };
	enum err err = ERR_INVALID;

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

enum err
asset_examine(struct ctx *ctx, const struct folder *f, struct media *m, int fd,
    struct asset *a)
{
	struct asset seen = *a;

	TRY(examine(ctx, m, fd, &seen));
	if (lseek(fd, 0, SEEK_SET) != 0)
		return FAIL(ctx, ERR_IO, "the file cannot be read again");
	TRY(blob_put(ctx, f, fd,
	    seen.kind == ASSET_PICTURE ? MEDIA_INPUT_MAX : MEDIA_FILM_INPUT_MAX,
	    &seen.blob, &seen.size));
	*a = seen;
	return ERR_OK;
}

/* ---- whether it is known ---- */

enum err
asset_alike(struct ctx *ctx, struct store *st, const struct asset *a,
    int64_t ids[ALIKE_MAX], size_t *n)
{
	const struct sql_asset_looks_row *rows = NULL;
	int64_t after = 0;
	size_t rows_n = 0;

	*n = 0;
	if (a->look == 0)
		return ERR_OK;
	do {
		TRY(sql_asset_looks(ctx, st,
		    &(struct sql_asset_looks){ .after = after }, &rows,
		    &rows_n));
		for (size_t i = 0; i < rows_n && *n < ALIKE_MAX; i++) {
			uint64_t other = (uint64_t)(rows[i].look ^ a->look);

			if (rows[i].id != a->id &&
			    __builtin_popcountll(other) <= ALIKE_BITS)
				ids[(*n)++] = rows[i].id;
			after = rows[i].id;
		}
	} while (rows_n != 0 && *n < ALIKE_MAX);
	return ERR_OK;
}

struct str
asset_poster_name(struct arena *a, const struct asset *as)
{
	return str_printf(a, "%.*s_%" PRId64 "f_poster.jpg", STR_FMT(as->blob),
	    as->poster_frame);
}
