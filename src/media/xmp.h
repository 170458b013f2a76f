/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_XMP_H
#define MEDIA_XMP_H

/* What the house says of a still, for this room only. */

#include "media/media.h"

/*
 * An XMP packet (ISO 16684-1) with those of the three properties that are not
 * empty; "" when all are.  Lives in the arena.
 */
struct str xmp_packet(struct arena *a, const struct media_says *says);

#endif
