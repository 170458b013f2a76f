/* SPDX-License-Identifier: MIT */
/* Pictures on pages: their addresses in several widths, and their keys. */

#include <sodium.h>

#include "pages/part.h"

enum {
	STILL_PLAIN = 960, /* pixels */
	STILL_KEY = 16,	   /* bytes */
	HINT_MAX = 4096,
};

const struct still_widths still_widths_usual = {
	.all = { 320, 480, 640, 960, 1280, 1920 },
	.n = 6,
};

bool
still_is_made(const struct still_widths *w, int64_t width)
{
	/* What oEmbed, browsers without srcset, and all others are told. */
	static const int64_t told[] = { 640, STILL_PLAIN, 1280 };

	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (told[i] == width)
			return true;
	for (size_t i = 0; i < w->n; i++)
		if (w->all[i] == width)
			return true;
	return false;
}

struct str
still_path(struct arena *a, const struct picture *p, const char *crop)
{
	bool film = p->kind == ASSET_VIDEO;

	/* The ending says what the asset is, not what is answered. */
	return str_printf(a, "/%.*s/%.*s_%" PRId64 "_%" PRId64 "f_%s.%s",
	    STR_FMT(p->day), STR_FMT(p->house), p->ticks,
	    film ? p->poster_frame : 0, crop, film ? "mp4" : "jpg");
}

static struct str
at_width(struct arena *a, struct str prefix, struct str path, int64_t w)
{
	return str_printf(
	    a, "%.*s%.*s?w=%" PRId64, STR_FMT(prefix), STR_FMT(path), w);
}

static const struct {
	const char *crop, *ratio;
	int64_t across, down;
	int64_t width, height; /* said of it, so that its place is kept */
} shapes[] = {
	[STILL_PICTURE] = { "3x2", "r32", 3, 2, 1200, 800 },
	[STILL_WIDE] = { "16x9", "r169", 16, 9, 1280, 720 },
};

/* A whole element: no field of a template may hold a data: address. */
static struct html
hint(struct arena *a, struct str preview)
{
	struct buf b;

	if (preview.n == 0)
		return (struct html){ 0 };
	buf_init(&b, a, HINT_MAX);
	BUF_LIT(&b, "<img class=\"hint\" alt=\"\" "
		    "src=\"data:image/webp;base64,");
	escape_html(&b, preview);
	BUF_LIT(&b, "\">");
	return (struct html){ buf_str(&b) };
}

const struct image_view *
image_shaped(struct arena *a, const struct page_ask *ask,
    const struct picture *p, struct str prefix, enum still_shape shape)
{
	const int64_t *widths = ask->widths->all;
	struct image_view *v = NULL;
	struct source_view *sources = NULL;
	struct str path = { 0 };
	int64_t cut = 0; /* width of the crop */
	size_t largest = 0;

	if (!lead_is_seen(p) || p->height <= 0)
		return NULL;
	v = ARENA_NEW(a, struct image_view);
	path = still_path(a, p, shapes[shape].crop);
	cut = p->height * shapes[shape].across / shapes[shape].down;
	if (cut > p->width)
		cut = p->width;
	while (largest + 1 < ask->widths->n && widths[largest] < cut)
		largest++;
	sources = ARENA_ARRAY(a, largest, struct source_view);
	for (size_t i = 0; i < largest; i++) {
		sources[i].w = widths[i];
		sources[i].url = at_width(a, prefix, path, widths[i]);
	}
	v->smaller = sources;
	v->smaller_n = largest;
	v->largest = at_width(a, prefix, path, widths[largest]);
	v->largest_w =
	    widths[largest] < cut || cut <= 0 ? widths[largest] : cut;
	v->hint = hint(a, p->preview);
	v->src = at_width(a, prefix, path, STILL_PLAIN);
	v->ratio = str_c(shapes[shape].ratio);
	v->width = shapes[shape].width;
	v->height = shapes[shape].height;
	v->alt = p->alt;
	v->caption = p->caption;
	v->credit = p->credit;
	v->captioned = p->caption.n > 0 || p->credit.n > 0;
	return v;
}

const struct image_view *
image_make(struct arena *a, const struct page_ask *ask, const struct picture *p,
    struct str prefix)
{
	if (p->kind != ASSET_PICTURE)
		return NULL;
	return image_shaped(a, ask, p, prefix, STILL_PICTURE);
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
