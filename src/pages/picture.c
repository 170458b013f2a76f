/* SPDX-License-Identifier: MIT */
/* Pictures on pages: their addresses in several widths, and their keys. */

#include <sodium.h>

#include "pages/part.h"

enum { STILL_PLAIN = 960, STILL_KEY = 16 }; /* pixels; bytes */

const int64_t still_widths[] = { 320, 480, 640, 960, 1280, 1920 };
const size_t still_widths_n = sizeof(still_widths) / sizeof(still_widths[0]);

struct str
still_path(struct arena *a, const struct picture *p, const char *crop)
{
	return str_printf(a, "/%.*s/%.*s_%" PRId64 "_0f_%s.jpg",
	    STR_FMT(p->day), STR_FMT(p->house), p->ticks, crop);
}

static struct str
at_width(struct arena *a, struct str prefix, struct str path, int64_t w)
{
	return str_printf(
	    a, "%.*s%.*s?w=%" PRId64, STR_FMT(prefix), STR_FMT(path), w);
}

const struct image_view *
image_make(struct arena *a, const struct picture *p, struct str prefix)
{
	struct image_view *v = NULL;
	struct source_view *sources = NULL;
	struct str path = { 0 };
	int64_t cut = 0; /* width of the 3 by 2 crop */
	size_t largest = 0;

	if (p->asset == 0 || p->kind != ASSET_PICTURE || p->height <= 0)
		return NULL;
	v = ARENA_NEW(a, struct image_view);
	path = still_path(a, p, "3x2");
	cut = p->height * 3 / 2 < p->width ? p->height * 3 / 2 : p->width;
	while (largest + 1 < still_widths_n && still_widths[largest] < cut)
		largest++;
	sources = ARENA_ARRAY(a, largest, struct source_view);
	for (size_t i = 0; i < largest; i++) {
		sources[i].w = still_widths[i];
		sources[i].url = at_width(a, prefix, path, still_widths[i]);
	}
	v->smaller = sources;
	v->smaller_n = largest;
	v->largest = at_width(a, prefix, path, still_widths[largest]);
	v->largest_w = still_widths[largest] < cut || cut <= 0
			   ? still_widths[largest]
			   : cut;
	v->src = at_width(a, prefix, path, STILL_PLAIN);
	v->width = 1200;
	v->height = 800;
	v->alt = p->alt;
	v->caption = p->caption;
	v->credit = p->credit;
	v->captioned = p->caption.n > 0 || p->credit.n > 0;
	return v;
}

struct str
shown_key(
    struct arena *a, const struct house *h, int64_t asset, int64_t version)
{
	unsigned char key[STILL_KEY];
	char hex[2 * STILL_KEY + 1];
	struct str what = str_printf(
	    a, "shown asset:%" PRId64 " version:%" PRId64, asset, version);

	/* Fails only for lengths that the constants above rule out. */
	if (crypto_generichash(key, sizeof(key), (const unsigned char *)what.p,
		what.n, (const unsigned char *)h->secret.p, h->secret.n) != 0)
		memset(key, 0, sizeof(key));
	sodium_bin2hex(hex, sizeof(hex), key, sizeof(key));
	return str_dup(a, str_c(hex));
}
