/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_SNIFF_H
#define MEDIA_WORKER_SNIFF_H

#include <stddef.h>

#include "media/media.h"

/* A file's type by its first bytes; 0: none that we take. */
enum media_type sniff(const void *p, size_t n);

#endif
