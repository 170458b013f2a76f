/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_SCRUB_H
#define MEDIA_WORKER_SCRUB_H

#include <stddef.h>

/*
 * libvips 8.14 writes EXIF and a colour profile into every WebP, asked to
 * strip or not.  Keeps only the chunks that hold the picture; returns the
 * new length, 0 if this is no whole WebP file.
 */
size_t scrub_webp(unsigned char *p, size_t n);

#endif
