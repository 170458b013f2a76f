/* SPDX-License-Identifier: MIT */
/* Jobs in, messages out. */

#include "media/worker/channel.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
take(void *out, size_t n)
{
	char *p = out;

	while (n > 0) {
		ssize_t got = read(WIRE_SOCKET_FD, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			_exit(0); /* the server has gone */
		p += got;
		n -= (size_t)got;
	}
}

static void
give(const void *from, size_t n)
{
	const char *p = from;

	while (n > 0) {
		ssize_t put = write(WIRE_SOCKET_FD, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			_exit(0);
		p += put;
		n -= (size_t)put;
	}
}

bool
channel_take(struct channel_job *out)
{
	memset(out, 0, sizeof *out);
	take(&out->head, sizeof out->head);
	if (out->head.magic != WIRE_MAGIC || out->head.n > CHANNEL_STILLS_MAX ||
	    out->head.xmp > sizeof out->xmp)
		return false;
	take(out->stills, out->head.n * sizeof *out->stills);
	take(out->xmp, out->head.xmp);
	return true;
}

void
channel_say(enum wire_kind kind, const void *p, size_t n, const void *more,
    size_t more_n)
{
	struct wire_head head = { .kind = (uint32_t)kind,
		.n = (uint32_t)(n + more_n) };

	give(&head, sizeof head);
	give(p, n);
	give(more, more_n);
}

void
channel_detail(const char *text)
{
	size_t n = strnlen(text, WIRE_DETAIL_MAX);

	channel_say(WIRE_DETAIL, text, n, "", 0);
}

void
channel_refuse(const struct wire_refused *r)
{
	channel_say(WIRE_REFUSED, r, sizeof *r, "", 0);
}

void
channel_done(void)
{
	channel_say(WIRE_DONE, "", 0, "", 0);
}
