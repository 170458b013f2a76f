/* SPDX-License-Identifier: MIT */
/* From a stranger's file to stills. */

#include "media/worker/picture.h"

#include <gmodule.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <vips/vips.h>
#include <vips/vector.h> /* needs the one above */

#include "media/media.h"
#include "media/worker/encode.h"
#include "media/worker/facts.h"
#include "media/worker/sniff.h"

enum {
	HEIF_SIDE_MAX = 16384,	/* libheif's own */
	STILL_SIDE_MAX = 16383, /* WebP's limit, for all alike */
	SAFE_CELLS = 16,	/* colours that a safe poster keeps, a side */
	SAFE_SOFT = 96,		/* where they are blurred */
	WHITE = 255,
	LOOK_FROM = 64, /* pixels of the longer side that a look is read off */
	LOOK_PLAIN = 6, /* of its bits: fewer, or more, tell nothing */
};

/* A file being worked on. */
struct picture {
	const struct picture_file *file;
	const struct channel_job *job;
	enum media_type type;
	uint32_t width, height; /* upright */
};

/* Part of an upright picture, and the still that is made from it. */
struct cut {
	double left, top, width, height; /* pixels of the full picture */
	uint32_t out_width, out_height;
};

static void
image_unref(VipsImage **im)
{
	g_clear_object(im);
}

#define IMAGE CLEANUP(image_unref) VipsImage *

/* Only these classes of libvips may run on a file, or make one. */
static const char *const open_classes[] = {
	"VipsForeignLoadJpegBuffer",
	"VipsForeignLoadPngBuffer",
	"VipsForeignLoadWebpBuffer",
	"VipsForeignLoadHeifBuffer",
	"VipsForeignLoadNsgifBuffer",
	"VipsForeignLoadSvgBuffer",
	"VipsForeignSaveJpegBuffer",
	"VipsForeignSavePngBuffer",
	"VipsForeignSaveWebpBuffer",
};

/* GLib would look for the system's journal, which the filter punishes. */
static GLogWriterOutput
log_nothing(
    GLogLevelFlags level, const GLogField *fields, gsize n, gpointer arg)
{
	(void)level, (void)fields, (void)n, (void)arg;
	return G_LOG_WRITER_HANDLED;
}

bool
picture_load_codecs(void)
{
	g_log_set_writer_func(log_nothing, NULL, NULL);
	/*
	 * vips_init() loads every module it finds, ImageMagick and Poppler
	 * among them.  Sent to look where nothing is, it loads none; the one
	 * that we want follows by hand.  No code is generated at run time.
	 */
	(void)g_setenv("VIPSHOME", "/nonexistent", TRUE);
	(void)g_setenv("VIPS_NOVECTOR", "1", TRUE);
	(void)g_setenv("GIO_USE_VFS", "local", TRUE);
	/* Above it libvips would put pictures into files; there are none. */
	(void)g_setenv("VIPS_DISC_THRESHOLD", "100g", TRUE);
	if (vips_init("masthead-media") != 0)
		return false;
	vips_vector_set_enabled(FALSE);
	if (g_type_from_name("VipsForeignLoadHeif") == 0 &&
	    g_module_open(MEDIA_HEIF_MODULE, G_MODULE_BIND_LOCAL) == NULL)
		return false;
	vips_concurrency_set(1);
	vips_cache_set_max(0);
	vips_block_untrusted_set(TRUE);
	vips_operation_block_set("VipsForeignLoad", TRUE);
	vips_operation_block_set("VipsForeignSave", TRUE);
	for (size_t i = 0; i < sizeof open_classes / sizeof *open_classes;
	     i++) {
		if (g_type_from_name(open_classes[i]) == 0)
			return false;
		vips_operation_block_set(open_classes[i], FALSE);
	}
	return true;
}

/* scale: of a drawing; shrink: of a JPEG, 1, 2, 4 or 8. */
static VipsImage *
load(const struct picture *pic, double scale, int shrink)
{
	const struct picture_file *f = pic->file;
	VipsImage *im = NULL;
	/* libvips reads it only, but does not say so. */
	void *p = (void *)(uintptr_t)f->p;
	int rc = -1;

	/* Half a picture is none: a broken upload must not look finished. */
	switch (pic->type) {
	case MEDIA_JPEG:
		rc = vips_jpegload_buffer(p, f->n, &im, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
		    "shrink", shrink, NULL);
		break;
	case MEDIA_PNG:
		rc = vips_pngload_buffer(p, f->n, &im, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
		    NULL);
		break;
	case MEDIA_WEBP:
		rc = vips_webpload_buffer(p, f->n, &im, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
		    NULL);
		break;
	case MEDIA_AVIF:
	case MEDIA_HEIC:
		rc = vips_heifload_buffer(p, f->n, &im, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
		    NULL);
		break;
	case MEDIA_GIF:
		rc = vips_gifload_buffer(p, f->n, &im, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
		    NULL);
		break;
	case MEDIA_SVG:
		rc = vips_svgload_buffer(p, f->n, &im, "access",
		    VIPS_ACCESS_SEQUENTIAL, "scale", scale, NULL);
		break;
	}
	return rc == 0 ? im : NULL;
}

static void
refuse(enum wire_reason reason)
{
	channel_refuse(&(struct wire_refused){ .reason = (uint32_t)reason });
}

static bool
refuse_damaged(enum wire_reason reason)
{
	channel_detail(vips_error_buffer());
	refuse(reason);
	return false;
}

/* false, and said so, when there is too much of it. */
static bool
fits(const struct picture *pic, uint32_t side_max)
{
	struct wire_refused r = {
		.width = pic->width, .height = pic->height, .limit = side_max
	};

	if ((uint64_t)pic->width * pic->height > MEDIA_PIXELS_MAX)
		r.reason = WIRE_TOO_MANY;
	if (pic->width > side_max || pic->height > side_max)
		r.reason = WIRE_TOO_WIDE;
	if (r.reason == 0)
		return true;
	channel_refuse(&r);
	return false;
}

/* libheif has a limit of its own and tells of it in prose. */
static bool
heif_refused(struct picture *pic)
{
	const char *at = strstr(vips_error_buffer(), "Image size ");

	return at != NULL &&
	       sscanf(at, "Image size %9ux%9u", &pic->width, &pic->height) ==
		   2 &&
	       !fits(pic, HEIF_SIDE_MAX);
}

static bool
has_text(const struct picture_file *f)
{
	struct str s = str_make(f->p, f->n);

	return str_find(s, STR("<text"), 0) != SIZE_MAX ||
	       str_find(s, STR("<svg:text"), 0) != SIZE_MAX;
}

/* Looks at the head of the file and speaks of it, or refuses it. */
static bool
look(struct picture *pic)
{
	struct wire_facts facts = { 0 };
	IMAGE im = NULL;

	pic->type = sniff(pic->file->p, pic->file->n);
	if (pic->type == 0) {
		refuse(WIRE_NO_PICTURE);
		return false;
	}
	if (pic->type == MEDIA_SVG && has_text(pic->file)) {
		refuse(WIRE_HAS_TEXT);
		return false;
	}
	im = load(pic, 1.0, 1);
	if (im == NULL && heif_refused(pic))
		return false;
	if (im == NULL || im->Xsize < 1 || im->Ysize < 1)
		return refuse_damaged(WIRE_DAMAGED);
	pic->width = (uint32_t)im->Xsize;
	pic->height = (uint32_t)im->Ysize;
	if (vips_image_get_orientation_swap(im)) {
		pic->width = (uint32_t)im->Ysize;
		pic->height = (uint32_t)im->Xsize;
	}
	if (!fits(pic, MEDIA_SIDE_MAX))
		return false;
	facts.type = (uint32_t)pic->type;
	facts.width = pic->width;
	facts.height = pic->height;
	facts.frames = (uint32_t)vips_image_get_n_pages(im);
	facts.alpha = vips_image_hasalpha(im) != 0;
	facts_read(im, &facts);
	if (pic->type == MEDIA_SVG)
		facts_read_text(pic->file->p, pic->file->n, &facts);
	channel_say(WIRE_FACTS, &facts, sizeof facts, "", 0);
	return true;
}

static double
crop_ratio(enum media_crop crop)
{
	switch (crop) {
	case MEDIA_4X3:
		return 4.0 / 3;
	case MEDIA_16X9:
		return 16.0 / 9;
	case MEDIA_1X1:
		return 1.0;
	case MEDIA_9X16:
		return 9.0 / 16;
	case MEDIA_3X2:
		return 3.0 / 2;
	case MEDIA_UNCROPPED:
		break;
	}
	return 0;
}

/* The edge of a span within a whole, as near as can be to its middle. */
static double
place(double whole, double span, double focus)
{
	return VIPS_CLIP(0, whole * focus - span / 2, whole - span);
}

static struct cut
cut_plan(const struct picture *pic, const struct wire_still *still)
{
	double w = pic->width, h = pic->height;
	double ratio = crop_ratio((enum media_crop)still->crop);
	double out;
	struct cut c = { 0 };

	c.width = w;
	c.height = h;
	if (ratio > 0 && w > h * ratio)
		c.width = h * ratio;
	else if (ratio > 0)
		c.height = w / ratio;
	else
		ratio = w / h;
	c.left = place(w, c.width, pic->job->head.focus_x / 1000.0);
	c.top = place(h, c.height, pic->job->head.focus_y / 1000.0);

	out = still->width > 0 ? still->width : c.width;
	if (pic->type != MEDIA_SVG)
		out = fmin(out, c.width); /* a drawing may grow, no photo */
	out = fmin(out, STILL_SIDE_MAX);
	out = fmin(out, STILL_SIDE_MAX * ratio);
	c.out_width = (uint32_t)VIPS_CLIP(1, rint(out), STILL_SIDE_MAX);
	c.out_height =
	    (uint32_t)VIPS_CLIP(1, rint(out / ratio), STILL_SIDE_MAX);
	return c;
}

/* The most that any still asks of the decoded picture: 1 is all. */
static double
scale_needed(const struct picture *pic)
{
	double scale = 0;

	for (uint32_t i = 0; i < pic->job->head.n; i++) {
		const struct wire_still *still = &pic->job->stills[i];
		struct cut c = cut_plan(pic, still);

		scale = fmax(scale, still->safe
					? SAFE_CELLS / fmax(c.width, c.height)
					: c.out_width / c.width);
	}
	if (pic->job->head.look)
		scale = fmax(
		    scale, (double)LOOK_FROM / fmax(pic->width, pic->height));
	if (pic->type != MEDIA_SVG)
		return fmin(scale, 1);
	/* A small crop of a long drawing must not blow up the whole of it. */
	scale = fmin(scale, MEDIA_SIDE_MAX / fmax(pic->width, pic->height));
	return fmin(
	    scale, sqrt((double)MEDIA_PIXELS_MAX / pic->width / pic->height));
}

/* The JPEG decoder halves for nothing; leave it 2 to 4 times too large. */
static int
jpeg_shrink(double scale)
{
	if (scale <= 1.0 / 16)
		return 8;
	if (scale <= 1.0 / 8)
		return 4;
	return scale <= 1.0 / 4 ? 2 : 1;
}

/*
 * Any colours to 8-bit sRGB, with alpha or without.  A file's own profile is
 * followed where it can be; a broken one is passed over.
 */
static VipsImage *
to_srgb(VipsImage *in)
{
	IMAGE meant = NULL;
	VipsImage *out = NULL;

	if (vips_image_get_typeof(in, VIPS_META_ICC_NAME) != 0 &&
	    vips_icc_transform(in, &meant, "srgb", "embedded", TRUE, "intent",
		VIPS_INTENT_RELATIVE, NULL) != 0)
		vips_error_clear();
	if (vips_colourspace(meant != NULL ? meant : in, &out,
		VIPS_INTERPRETATION_sRGB, NULL) != 0)
		return NULL;
	return out;
}

/* Exactly that many pixels, alpha minded. */
static VipsImage *
resize(VipsImage *in, uint32_t width, uint32_t height)
{
	VipsImage *out = NULL;

	if (vips_thumbnail_image(in, &out, (int)width, "height", (int)height,
		"size", VIPS_SIZE_FORCE, "no_rotate", TRUE, NULL) != 0)
		return NULL;
	return out;
}

/*
 * Through bare memory: a picture's size and samples go on, and nothing else
 * that was attached to it.
 */
static VipsImage *
forget(VipsImage *in)
{
	IMAGE plain = NULL;
	VipsImage *out = NULL;
	size_t n = 0;
	void *p;

	if (in->BandFmt != VIPS_FORMAT_UCHAR || in->Bands < 3 || in->Bands > 4)
		return NULL;
	p = vips_image_write_to_memory(in, &n);
	if (p == NULL)
		return NULL;
	plain = vips_image_new_from_memory(
	    p, n, in->Xsize, in->Ysize, in->Bands, VIPS_FORMAT_UCHAR);
	if (plain == NULL) {
		g_free(p);
		return NULL;
	}
	/* The samples live as long as the image; the process frees them. */
	if (vips_copy(plain, &out, "interpretation", VIPS_INTERPRETATION_sRGB,
		NULL) != 0)
		return NULL;
	return out;
}

/* Decoded once: upright, sRGB, as large as the largest still needs. */
static VipsImage *
decode(const struct picture *pic)
{
	double scale = scale_needed(pic);
	int shrink = jpeg_shrink(scale);
	IMAGE raw = load(pic, pic->type == MEDIA_SVG ? scale : 1.0, shrink);
	IMAGE small = NULL;
	IMAGE srgb = NULL;
	IMAGE whole = NULL;
	IMAGE upright = NULL;
	uint32_t width = (uint32_t)fmax(1, rint(pic->width * scale));
	uint32_t height = (uint32_t)fmax(1, rint(pic->height * scale));

	if (raw == NULL)
		return NULL;
	if (vips_image_get_orientation_swap(raw)) {
		uint32_t t = width;

		width = height;
		height = t;
	}
	small = resize(raw, width, height);
	if (small == NULL)
		return NULL;
	srgb = to_srgb(small);
	if (srgb == NULL)
		return NULL;
	if (vips_image_get_orientation(srgb) == 1)
		return forget(srgb);
	/* To turn it, all of it must be there; files are read in order. */
	whole = vips_image_copy_memory(srgb);
	if (whole == NULL || vips_autorot(whole, &upright, NULL) != 0)
		return NULL;
	return forget(upright);
}

/* Onto white: JPEG has no transparency. */
static VipsImage *
flatten(VipsImage *in)
{
	IMAGE out = NULL;
	VipsArrayDouble *white = vips_array_double_newv(
	    3, (double)WHITE, (double)WHITE, (double)WHITE);
	int rc = vips_flatten(in, &out, "background", white, NULL);

	vips_area_unref(VIPS_AREA(white));
	return rc == 0 ? g_steal_pointer(&out) : NULL;
}

static VipsImage *
cut_out(const struct picture *pic, VipsImage *base, const struct cut *c)
{
	double sx = (double)base->Xsize / pic->width;
	double sy = (double)base->Ysize / pic->height;
	int left = VIPS_CLIP(0, (int)rint(c->left * sx), base->Xsize - 1);
	int top = VIPS_CLIP(0, (int)rint(c->top * sy), base->Ysize - 1);
	int width = VIPS_CLIP(1, (int)rint(c->width * sx), base->Xsize - left);
	int height = VIPS_CLIP(1, (int)rint(c->height * sy), base->Ysize - top);
	VipsImage *out = NULL;

	if (vips_extract_area(base, &out, left, top, width, height, NULL) != 0)
		return NULL;
	return out;
}

/*
 * A few averages, and nothing else, go on through bare memory; the blur only
 * makes them pleasant to look at.
 */
static VipsImage *
make_safe(VipsImage *in, const struct cut *c)
{
	double most = fmax(c->out_width, c->out_height);
	double cells = SAFE_CELLS / most, soft = fmin(SAFE_SOFT / most, 1);
	IMAGE flat = vips_image_hasalpha(in) ? flatten(in) : g_object_ref(in);
	IMAGE tiny = NULL;
	IMAGE plain = NULL;
	IMAGE grown = NULL;
	IMAGE blurred = NULL;

	if (flat == NULL)
		return NULL;
	tiny = resize(flat, (uint32_t)fmax(1, rint(c->out_width * cells)),
	    (uint32_t)fmax(1, rint(c->out_height * cells)));
	if (tiny == NULL)
		return NULL;
	plain = forget(tiny);
	if (plain == NULL)
		return NULL;
	grown = resize(plain, (uint32_t)fmax(1, rint(c->out_width * soft)),
	    (uint32_t)fmax(1, rint(c->out_height * soft)));
	if (grown == NULL || vips_gaussblur(grown, &blurred, 3.0, NULL) != 0)
		return NULL;
	return resize(blurred, c->out_width, c->out_height);
}

static VipsImage *
develop(const struct picture *pic, VipsImage *base,
    const struct wire_still *still, const struct cut *c)
{
	IMAGE area = cut_out(pic, base, c);
	IMAGE sized = NULL;

	if (area == NULL)
		return NULL;
	sized = still->safe ? make_safe(area, c)
			    : resize(area, c->out_width, c->out_height);
	if (sized == NULL)
		return NULL;
	if (still->type == MEDIA_JPEG && vips_image_hasalpha(sized))
		return flatten(sized);
	return g_steal_pointer(&sized);
}

static bool
make_still(
    const struct picture *pic, VipsImage *base, const struct wire_still *still)
{
	struct cut c = cut_plan(pic, still);
	struct wire_image head = { .type = still->type,
		.width = c.out_width,
		.height = c.out_height };
	const struct encode_xmp xmp = { pic->job->xmp, pic->job->head.xmp };
	IMAGE im = develop(pic, base, still, &c);
	void *p = NULL;
	size_t n = 0;

	if (im == NULL || !encode_still(im, still, &xmp, &p, &n))
		return refuse_damaged(WIRE_NOT_MADE);
	channel_say(WIRE_STILL, &head, sizeof head, p, n);
	g_free(p);
	return true;
}

static bool
make_stills(const struct picture *pic, VipsImage *base)
{
	for (uint32_t i = 0; i < pic->job->head.n; i++) {
		if (!make_still(pic, base, &pic->job->stills[i]))
			return false;
	}
	return true;
}

/* Seams of a drawing are not quite opaque, which nobody sees. */
static bool
is_clear(VipsImage *base)
{
	enum { OPAQUE = 230 }; /* of 255 */
	IMAGE alpha = NULL;
	double least = 0;

	return vips_image_hasalpha(base) &&
	       (vips_extract_band(base, &alpha, base->Bands - 1, NULL) != 0 ||
		   vips_min(alpha, &least, NULL) != 0 || least < OPAQUE);
}

/*
 * dHash: nine by eight greys, and for each but the last of a row whether the
 * next one is lighter.
 */
static bool
say_look(VipsImage *base)
{
	enum { WIDE = 9, HIGH = 8 };
	IMAGE flat =
	    vips_image_hasalpha(base) ? flatten(base) : g_object_ref(base);
	IMAGE grey = NULL;
	IMAGE tiny = NULL;
	struct wire_look look = { 0 };
	const unsigned char *p;
	uint64_t bits = 0;
	size_t n = 0;

	if (flat == NULL ||
	    vips_colourspace(flat, &grey, VIPS_INTERPRETATION_B_W, NULL) != 0)
		return refuse_damaged(WIRE_DAMAGED);
	tiny = resize(grey, WIDE, HIGH);
	p = tiny == NULL ? NULL : vips_image_write_to_memory(tiny, &n);
	if (p == NULL || n < (size_t)WIDE * HIGH)
		return refuse_damaged(WIRE_DAMAGED);
	for (size_t y = 0; y < HIGH; y++)
		for (size_t x = 0; x + 1 < WIDE; x++)
			bits =
			    bits << 1 | (p[y * WIDE + x + 1] > p[y * WIDE + x]);
	/* Every clear sky looks like every other. */
	if (__builtin_popcountll(bits) < LOOK_PLAIN ||
	    __builtin_popcountll(~bits) < LOOK_PLAIN)
		bits = 0;
	look.high = (uint32_t)(bits >> 32);
	look.low = (uint32_t)bits;
	look.clear = is_clear(base);
	channel_say(WIRE_LOOK, &look, sizeof look, "", 0);
	return true;
}

/* No larger than the largest still needs. */
static VipsImage *
develop_raw(const struct picture *pic, const struct picture_raw *raw)
{
	double scale = scale_needed(pic);
	IMAGE in = vips_image_new_from_memory(raw->p,
	    (size_t)raw->width * raw->height * 3, (int)raw->width,
	    (int)raw->height, 3, VIPS_FORMAT_UCHAR);
	IMAGE srgb = NULL;

	if (in == NULL || vips_copy(in, &srgb, "interpretation",
			      VIPS_INTERPRETATION_sRGB, NULL) != 0)
		return NULL;
	return resize(srgb, (uint32_t)fmax(1, rint(raw->width * scale)),
	    (uint32_t)fmax(1, rint(raw->height * scale)));
}

bool
picture_raw_stills(const struct picture_raw *raw, const struct channel_job *job)
{
	/* Any type that does not grow. */
	struct picture pic = { .job = job,
		.type = MEDIA_PNG,
		.width = raw->width,
		.height = raw->height };
	IMAGE small = develop_raw(&pic, raw);
	IMAGE base = NULL;

	if (small != NULL)
		base = forget(small);
	if (base == NULL)
		return refuse_damaged(WIRE_NOT_MADE);
	return make_stills(&pic, base);
}

void
picture_serve(const struct picture_file *f, const struct channel_job *job)
{
	struct picture pic = { .file = f, .job = job };
	IMAGE base = NULL;

	if (!look(&pic))
		return;
	if (job->head.n > 0 || job->head.look) {
		base = decode(&pic);
		if (base == NULL) {
			(void)refuse_damaged(WIRE_DAMAGED);
			return;
		}
	}
	if (job->head.look && !say_look(base))
		return;
	if (make_stills(&pic, base))
		channel_done();
}
