/* SPDX-License-Identifier: MIT */
/* Types and crops as addresses and headers call them. */

#include "media/media.h"

static const struct {
	const char *mime, *ending;
} types[] = {
	[MEDIA_JPEG] = { "image/jpeg", "jpg" },
	[MEDIA_PNG] = { "image/png", "png" },
	[MEDIA_WEBP] = { "image/webp", "webp" },
	[MEDIA_AVIF] = { "image/avif", "avif" },
	[MEDIA_HEIC] = { "image/heic", "heic" },
	[MEDIA_GIF] = { "image/gif", "gif" },
	[MEDIA_SVG] = { "image/svg+xml", "svg" },
};

static const char *const crops[] = {
	[MEDIA_UNCROPPED] = "",
	[MEDIA_4X3] = "4x3",
	[MEDIA_16X9] = "16x9",
	[MEDIA_1X1] = "1x1",
	[MEDIA_9X16] = "9x16",
	[MEDIA_3X2] = "3x2",
};

const char *
media_mime(enum media_type type)
{
	return types[type].mime;
}

const char *
media_ending(enum media_type type)
{
	return types[type].ending;
}

const char *
media_crop_name(enum media_crop crop)
{
	return crops[crop];
}

bool
media_crop_by_name(struct str name, enum media_crop *out)
{
	for (size_t i = 0; i < sizeof crops / sizeof *crops; i++) {
		if (str_eq(name, str_c(crops[i]))) {
			*out = (enum media_crop)i;
			return true;
		}
	}
	return false;
}
