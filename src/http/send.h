/* SPDX-License-Identifier: MIT */
#ifndef HTTP_SEND_H
#define HTTP_SEND_H

/* The room's own: which of a response's forms a request gets. */

#include <microhttpd.h>

#include "http/response.h"

struct sending {
	int status;
	struct MHD_Response *mhd;
	bool made;	/* for this request only: destroy it after queueing */
	uint64_t bytes; /* of body, as the access log counts them */
};

/* Cannot fail but for want of descriptors: then status is 503, mhd NULL. */
void response_choose(
    const struct response *r, const struct request *req, struct sending *out);

/* What an answer takes of a connection's memory: its head, at the longest, and
   a list of its body's pieces; bytes. */
size_t response_head_size(const struct response *r);

/* The Range header against a size. */
enum range { RANGE_NONE, RANGE_PART, RANGE_BAD };
enum range byte_range_read(
    struct str header, int64_t size, int64_t *from, int64_t *n);

/* Does If-None-Match (a list, or *) name that ETag? */
bool etag_listed(struct str list, struct str etag);

/* "Sun, 06 Nov 1994 08:49:37 GMT" to seconds; -1 when it is not one. */
int64_t http_date_read(struct str s);
void http_date_write(int64_t seconds, char out[32]);

#endif
