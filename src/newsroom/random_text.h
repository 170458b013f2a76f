/* SPDX-License-Identifier: MIT */
#ifndef NEWSROOM_RANDOM_TEXT_H
#define NEWSROOM_RANDOM_TEXT_H

/*
 * So many random bytes as text for addresses and headers: base64 with the
 * URL-safe alphabet, unpadded (RFC 4648, section 5).  Nobody guesses 16.
 *
 * Memory: the arena's.  Threads: any.
 */

#include "base/base.h"

enum { RANDOM_BYTES_MAX = 64 };

struct str random_text(struct arena *a, size_t bytes);

#endif
