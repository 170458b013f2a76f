/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_FACTS_H
#define MEDIA_WORKER_FACTS_H

/* What a file says about where, with what and by whom it was made. */

#include <vips/vips.h>

#include "media/protocol.h"

/* Fills location, device, owner, history from an image's header. */
void facts_read(VipsImage *im, struct wire_facts *out);

/* The same from text: XMP, or the source of a drawing. */
void facts_read_text(const void *p, size_t n, struct wire_facts *out);

#endif
