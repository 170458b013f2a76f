/* SPDX-License-Identifier: MIT */
/* From pixels to files, and where each kind of file keeps XMP. */

#include "media/worker/encode.h"

#include <libheif/heif.h>
#include <string.h>
#include <webp/mux.h>

#include "base/base.h"
#include "media/media.h"

/* XMP part 3, 1.1.3: what a JPEG's APP1 begins with, its last byte 0. */
static const char xmp_name[] = "http://ns.adobe.com/xap/1.0/";

enum {
	MARKER = 2, /* bytes of a JPEG's marker, and of the length after it */
	SEGMENT_MAX = 65535,
	/* libheif's scale of speed ends at 9, which is least effort. */
	AVIF_SPEED = 7,
	STRIP = 64, /* rows */
};
_Static_assert(
    MARKER + sizeof xmp_name + WIRE_XMP_MAX <= SEGMENT_MAX, "fits a segment");

static int
quality_of(const struct wire_still *still)
{
	if (still->quality > 0)
		return (int)still->quality;
	switch ((enum media_type)still->type) {
	case MEDIA_AVIF:
		return 55;
	case MEDIA_WEBP:
		return 76;
	case MEDIA_JPEG:
	case MEDIA_PNG:
	case MEDIA_HEIC:
	case MEDIA_GIF:
	case MEDIA_SVG:
		break;
	}
	return 80;
}

/* ---- JPEG ---- */

/* Behind the JFIF header, which must come first of all. */
static bool
add_to_jpeg(const struct encode_xmp *xmp, void **p, size_t *n)
{
	const unsigned char *in = *p;
	size_t length = MARKER + sizeof xmp_name + xmp->n;
	size_t at = MARKER;
	unsigned char *out, *to;

	if (*n > at + 2 * MARKER && in[at] == 0xff && in[at + 1] == 0xe0)
		at += MARKER + ((size_t)in[at + 2] << 8 | in[at + 3]);
	if (at > *n) {
		vips_error("masthead", "the JPEG has no beginning");
		return false;
	}
	out = g_malloc(*n + MARKER + length);
	memcpy(out, in, at);
	to = out + at;
	*to++ = 0xff;
	*to++ = 0xe1;
	*to++ = (unsigned char)(length >> 8);
	*to++ = (unsigned char)length;
	memcpy(to, xmp_name, sizeof xmp_name);
	to += sizeof xmp_name;
	memcpy(to, xmp->p, xmp->n);
	memcpy(to + xmp->n, in + at, *n - at);
	g_free(*p);
	*p = out;
	*n += MARKER + length;
	return true;
}

static bool
encode_jpeg(
    VipsImage *im, int q, const struct encode_xmp *xmp, void **p, size_t *n)
{
	return vips_jpegsave_buffer(im, p, n, "Q", q, "strip", TRUE,
		   "optimize_coding", TRUE, "interlace", TRUE, NULL) == 0 &&
	       (xmp->n == 0 || add_to_jpeg(xmp, p, n));
}

/* ---- WebP ---- */

static void
mux_free(WebPMux **m)
{
	WebPMuxDelete(*m);
}

/*
 * libvips 8.14 writes EXIF and a colour profile into every WebP, asked to
 * strip or not: only the picture goes on, into a file of its own.
 */
static bool
rebuild_webp(const struct encode_xmp *xmp, void **p, size_t *n)
{
	const WebPData in = { *p, *n };
	const WebPData packet = { xmp->p, xmp->n };
	WebPData out = { NULL, 0 };
	WebPMuxFrameInfo frame = { .bitstream = { NULL, 0 } };
	CLEANUP(mux_free) WebPMux *from = WebPMuxCreate(&in, 0);
	CLEANUP(mux_free) WebPMux *to = WebPMuxNew();
	bool ok = from != NULL && to != NULL &&
		  WebPMuxGetFrame(from, 1, &frame) == WEBP_MUX_OK &&
		  WebPMuxSetImage(to, &frame.bitstream, 0) == WEBP_MUX_OK &&
		  (xmp->n == 0 ||
		      WebPMuxSetChunk(to, "XMP ", &packet, 0) == WEBP_MUX_OK) &&
		  WebPMuxAssemble(to, &out) == WEBP_MUX_OK;

	if (ok) {
		g_free(*p);
		*p = g_memdup2(out.bytes, out.size);
		*n = out.size;
	} else
		vips_error("masthead", "the WebP was not put together");
	WebPDataClear(&frame.bitstream);
	WebPDataClear(&out);
	return ok;
}

static bool
encode_webp(
    VipsImage *im, int q, const struct encode_xmp *xmp, void **p, size_t *n)
{
	return vips_webpsave_buffer(
		   im, p, n, "Q", q, "strip", TRUE, "effort", 4, NULL) == 0 &&
	       rebuild_webp(xmp, p, n);
}

/* ---- AVIF ---- */

/*
 * By libheif itself: libvips either writes EXIF of its own making beside the
 * packet, or no packet.
 */
struct avif {
	struct heif_context *ctx;
	struct heif_encoder *encoder;
	struct heif_image *image;
	struct heif_image_handle *handle;
};

static void
avif_clear(struct avif *a)
{
	heif_image_handle_release(a->handle);
	heif_image_release(a->image);
	heif_encoder_release(a->encoder);
	heif_context_free(a->ctx);
}

static bool
went(struct heif_error e)
{
	if (e.code != heif_error_Ok)
		vips_error("masthead", "libheif: %s", e.message);
	return e.code == heif_error_Ok;
}

static void
region_unref(VipsRegion **r)
{
	g_clear_object(r);
}

/* In strips: a row of a resized picture asks for many of its source. */
static bool
copy_rows(VipsImage *im, unsigned char *to, size_t stride)
{
	CLEANUP(region_unref) VipsRegion *r = vips_region_new(im);
	size_t width = (size_t)im->Xsize * (size_t)im->Bands;
	VipsRect strip = { 0, 0, im->Xsize, STRIP };
	const VipsRect all = { 0, 0, im->Xsize, im->Ysize };

	for (; strip.top < im->Ysize; strip.top += STRIP) {
		vips_rect_intersectrect(&strip, &all, &strip);
		if (vips_region_prepare(r, &strip) != 0)
			return false;
		for (int y = 0; y < strip.height; y++, to += stride)
			memcpy(to,
			    VIPS_REGION_ADDR_TOPLEFT(r) +
				(ptrdiff_t)y * (ptrdiff_t)VIPS_REGION_LSKIP(r),
			    width);
	}
	return true;
}

static bool
fill_avif(struct avif *a, VipsImage *im)
{
	bool alpha = vips_image_hasalpha(im) != 0;
	int stride = 0;
	uint8_t *to;

	if (im->BandFmt != VIPS_FORMAT_UCHAR || im->Bands != (alpha ? 4 : 3)) {
		vips_error("masthead", "no colours that an AVIF takes");
		return false;
	}
	if (!went(heif_image_create(im->Xsize, im->Ysize, heif_colorspace_RGB,
		alpha ? heif_chroma_interleaved_RGBA
		      : heif_chroma_interleaved_RGB,
		&a->image)) ||
	    !went(heif_image_add_plane(
		a->image, heif_channel_interleaved, im->Xsize, im->Ysize, 8)))
		return false;
	to = heif_image_get_plane(a->image, heif_channel_interleaved, &stride);
	return to != NULL && copy_rows(im, to, (size_t)stride);
}

struct written {
	void *p;
	size_t n;
};

static struct heif_error
keep(struct heif_context *ctx, const void *p, size_t n, void *arg)
{
	const struct heif_error ok = { heif_error_Ok, heif_suberror_Unspecified,
		"" };
	struct written *w = arg;

	(void)ctx;
	w->p = g_memdup2(p, n);
	w->n = n;
	return ok;
}

static bool
encode_avif(
    VipsImage *im, int q, const struct encode_xmp *xmp, void **p, size_t *n)
{
	CLEANUP(avif_clear) struct avif a = { .ctx = heif_context_alloc() };
	struct heif_writer writer = { .writer_api_version = 1, .write = keep };
	struct written w = { NULL, 0 };

	if (a.ctx == NULL || !fill_avif(&a, im) ||
	    !went(heif_context_get_encoder_for_format(
		a.ctx, heif_compression_AV1, &a.encoder)) ||
	    !went(heif_encoder_set_lossy_quality(a.encoder, q)) ||
	    !went(heif_encoder_set_parameter_integer(
		a.encoder, "speed", AVIF_SPEED)) ||
	    !went(heif_context_encode_image(
		a.ctx, a.image, a.encoder, NULL, &a.handle)) ||
	    (xmp->n > 0 && !went(heif_context_add_XMP_metadata(
			       a.ctx, a.handle, xmp->p, (int)xmp->n))) ||
	    !went(heif_context_write(a.ctx, &writer, &w)))
		return false;
	*p = w.p;
	*n = w.n;
	return w.n > 0;
}

bool
encode_still(VipsImage *im, const struct wire_still *still,
    const struct encode_xmp *xmp, void **p, size_t *n)
{
	int q = quality_of(still);

	switch ((enum media_type)still->type) {
	case MEDIA_JPEG:
		return encode_jpeg(im, q, xmp, p, n);
	case MEDIA_WEBP:
		return encode_webp(im, q, xmp, p, n);
	case MEDIA_AVIF:
		return encode_avif(im, q, xmp, p, n);
	case MEDIA_PNG:
		return vips_pngsave_buffer(im, p, n, "strip", TRUE, NULL) == 0;
	case MEDIA_HEIC:
	case MEDIA_GIF:
	case MEDIA_SVG:
		break;
	}
	vips_error("masthead", "no encoder for type %u", still->type);
	return false;
}
