/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_MATERIAL_H
#define MEDIA_MATERIAL_H

/*
 * Pictures for tests, made on the spot: good ones, telling ones, bombs.
 * Each comes as a memfd that is never closed here.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vips/vips.h>

#include "base/base.h"

static inline int
material_bytes(const void *p, size_t n)
{
	int fd = memfd_create("material", MFD_CLOEXEC);

	if (fd < 0 || (n > 0 && write(fd, p, n) != (ssize_t)n))
		abort();
	return fd;
}

static inline int
material_text(const char *s)
{
	return material_bytes(s, strlen(s));
}

/* A hole of that size: a sparse file full of zeros. */
static inline int
material_zeros(off_t n)
{
	int fd = memfd_create("zeros", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, n) != 0)
		abort();
	return fd;
}

/* Saved as the suffix says, ".jpg[Q=90]"; all metadata goes along. */
static inline struct str
material_saved(struct arena *a, VipsImage *im, const char *suffix)
{
	void *p = NULL;
	size_t n = 0;
	struct str s;

	if (vips_image_write_to_buffer(im, suffix, &p, &n, NULL) != 0)
		abort();
	s = str_dup(a, str_make(p, n));
	g_free(p);
	return s;
}

static inline int
material_file(struct arena *a, VipsImage *im, const char *suffix)
{
	struct str s = material_saved(a, im, suffix);

	return material_bytes(s.p, s.n);
}

/* An sRGB picture whose samples a function gives. */
static inline VipsImage *
material_draw(
    int width, int height, void (*colour)(int x, int y, unsigned char rgb[3]))
{
	size_t n = (size_t)width * (size_t)height * 3;
	unsigned char *p = malloc(n);
	VipsImage *im, *out;

	if (p == NULL)
		abort();
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++)
			colour(x, y,
			    p + ((size_t)y * (size_t)width + (size_t)x) * 3);
	}
	im = vips_image_new_from_memory_copy(
	    p, n, width, height, 3, VIPS_FORMAT_UCHAR);
	free(p);
	if (im == NULL || vips_copy(im, &out, "interpretation",
			      VIPS_INTERPRETATION_sRGB, NULL) != 0)
		abort();
	g_object_unref(im);
	return out;
}

/* Gives a picture what a camera and an agency would write into it. */
static inline VipsImage *
material_betray(VipsImage *in)
{
	static const char xmp[] =
	    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
	    "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
	    "<rdf:Description xmlns:photoshop='http://ns.adobe.com/photoshop/"
	    "1.0/' photoshop:City='Halabja' xmlns:xmpMM='http://ns.adobe.com/"
	    "xap/1.0/mm/' xmpMM:DocumentID='SECRET-DOC'/></rdf:RDF>"
	    "</x:xmpmeta>";
	static const char iptc[] = "Photoshop 3.0\0"
				   "8BIM\x04\x04\0\0\0\0\0\x0c"
				   "\x1c\x02\x50\0\x07SECRET1";
	VipsImage *im;

	if (vips_copy(in, &im, NULL) != 0)
		abort();
	vips_image_set_string(im, "exif-ifd0-Make", "SECRET-Make");
	vips_image_set_string(im, "exif-ifd0-Model", "SECRET-Model");
	vips_image_set_string(im, "exif-ifd0-Artist", "SECRET-Artist");
	vips_image_set_string(im, "exif-ifd0-Software", "SECRET-Software");
	vips_image_set_string(im, "exif-ifd3-GPSLatitudeRef", "N");
	vips_image_set_string(im, "exif-ifd3-GPSLatitude", "35/1 10/1 42/1 ");
	vips_image_set_string(im, "exif-ifd3-GPSLongitudeRef", "E");
	vips_image_set_string(im, "exif-ifd3-GPSLongitude", "45/1 59/1 6/1 ");
	vips_image_set_blob_copy(im, VIPS_META_XMP_NAME, xmp, sizeof xmp - 1);
	vips_image_set_blob_copy(
	    im, VIPS_META_IPTC_NAME, iptc, sizeof iptc - 1);
	g_object_unref(in);
	return im;
}

static inline uint32_t
material_crc(const unsigned char *p, size_t n)
{
	uint32_t c = UINT32_MAX;

	while (n-- > 0) {
		c ^= *p++;
		for (int i = 0; i < 8; i++)
			c = (c >> 1) ^ ((c & 1) != 0 ? 0xedb88320 : 0);
	}
	return ~c;
}

static inline void
material_be32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (24 - 8 * i));
}

/* A PNG that claims to be that large, in fewer than a hundred bytes. */
static inline int
material_bomb(uint32_t width, uint32_t height)
{
	unsigned char b[8 + 25 + 14] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	unsigned char *data = b + 33;

	material_be32(b + 16, width);
	material_be32(b + 20, height);
	b[24] = 8; /* bits */
	b[25] = 2; /* RGB */
	material_be32(b + 29, material_crc(b + 12, 17));
	data[3] = 2;
	memcpy(data + 4, "IDATx\x9c", 6);
	material_be32(data + 10, material_crc(data + 4, 6));
	return material_bytes(b, sizeof b);
}

#endif
