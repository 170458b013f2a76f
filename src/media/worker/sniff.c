/* SPDX-License-Identifier: MIT */
/* A file is what its first bytes say, not what it is called. */

#include "media/worker/sniff.h"

#include <string.h>

enum { SVG_HEAD = 4096 };

static bool
begins(struct str s, size_t at, struct str word)
{
	return str_eq(str_sub(s, at, word.n), word);
}

/* The brands of an ISO file: the main one, then those it also fits. */
static enum media_type
sniff_iso(struct str s)
{
	static const struct {
		struct str brand;
		enum media_type type;
	} brands[] = {
		{ STR_INIT("avif"), MEDIA_AVIF },
		{ STR_INIT("avis"), MEDIA_AVIF },
		{ STR_INIT("heic"), MEDIA_HEIC },
		{ STR_INIT("heix"), MEDIA_HEIC },
		{ STR_INIT("heim"), MEDIA_HEIC },
		{ STR_INIT("hevc"), MEDIA_HEIC },
		{ STR_INIT("hevx"), MEDIA_HEIC },
	};
	const unsigned char *u = (const unsigned char *)s.p;
	size_t size = ((size_t)u[0] << 24) | ((size_t)u[1] << 16) |
		      ((size_t)u[2] << 8) | u[3];

	if (size > 256)
		size = 256;
	for (size_t at = 8; at + 4 <= size && at + 4 <= s.n; at += 4) {
		if (at == 12)
			continue; /* the minor version, a number */
		for (size_t i = 0; i < sizeof brands / sizeof *brands; i++) {
			if (begins(s, at, brands[i].brand))
				return brands[i].type;
		}
	}
	return 0;
}

/* Markup whose first element is svg, as far as that shows early on. */
static bool
is_svg(struct str s)
{
	size_t at;

	s = str_sub(s, 0, SVG_HEAD);
	if (begins(s, 0, STR("\xef\xbb\xbf")))
		s = str_from(s, 3);
	s = str_trim(s);
	if (begins(s, 0, STR("<svg")))
		return true;
	if (!begins(s, 0, STR("<?xml")) && !begins(s, 0, STR("<!--")) &&
	    !begins(s, 0, STR("<!DOCTYPE svg")))
		return false;
	at = str_find(s, STR("<svg"), 0);
	return at != SIZE_MAX && str_find(s, STR("<html"), 0) > at;
}

enum media_type
sniff(const void *p, size_t n)
{
	struct str s = str_make(p, n);

	if (begins(s, 0, STR("\xff\xd8\xff")))
		return MEDIA_JPEG;
	if (begins(s, 0, STR("\x89PNG\r\n\x1a\n")))
		return MEDIA_PNG;
	if (begins(s, 0, STR("GIF87a")) || begins(s, 0, STR("GIF89a")))
		return MEDIA_GIF;
	if (begins(s, 0, STR("RIFF")) && begins(s, 8, STR("WEBP")))
		return MEDIA_WEBP;
	if (begins(s, 4, STR("ftyp")))
		return sniff_iso(s);
	if (is_svg(s))
		return MEDIA_SVG;
	return 0;
}
