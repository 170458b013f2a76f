/* SPDX-License-Identifier: MIT */
#ifndef HTTP_ENCODE_H
#define HTTP_ENCODE_H

/* The room's own: bodies made small for the way. */

#include "http/response.h"

/* Does compression win anything on that media type? */
bool encode_worthwhile(struct str type);

/*
 * body in that coding, malloced; NULL when it would not be smaller.
 * thorough: for what is kept, against what is sent once.
 */
char *encode_body(
    enum coding coding, bool thorough, struct str body, size_t *n);

#endif
