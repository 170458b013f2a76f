/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_ENCODE_H
#define MEDIA_WORKER_ENCODE_H

/*
 * A picture into a still's file.  The file holds the picture and, if the house
 * has anything to say of it, one XMP packet; no encoder gets to add more.
 */

#include <stdbool.h>
#include <stddef.h>
#include <vips/vips.h>

#include "media/protocol.h"

/* What the house says of its stills; none: n is 0. */
struct encode_xmp {
	const void *p;
	size_t n; /* <= WIRE_XMP_MAX */
};

/*
 * im: 8 bits, red, green, blue and perhaps alpha (not for JPEG).  A PNG
 * carries no packet: readers get none.
 * false: vips_error_buffer() has a word on it.  *p is g_free()'s.
 */
bool encode_still(VipsImage *im, const struct wire_still *still,
    const struct encode_xmp *xmp, void **p, size_t *n);

#endif
