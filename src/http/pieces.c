/* SPDX-License-Identifier: MIT */
/* Bodies in pieces that fit where pages have been. */

#include "http/pieces.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *
memory(size_t n)
{
	void *p = malloc(n);

	if (p == NULL)
		abort();
	return p;
}

static size_t
piece_length(size_t n)
{
	if (n <= (size_t)PIECES_WHOLE * PIECE)
		return n;
	if (n <= (size_t)PIECES_MAX * PIECE)
		return PIECE;
	return (n + PIECES_MAX - 1) / PIECES_MAX;
}

struct pieces
pieces_copy(struct str body)
{
	struct pieces p = { .bytes = body.n };
	size_t length = piece_length(body.n);
	size_t done = 0;

	if (body.n == 0)
		return p;
	p.n = (unsigned)((body.n + length - 1) / length);
	p.list = memory(p.n * sizeof *p.list);
	for (unsigned i = 0; i < p.n; i++) {
		size_t n = body.n - done < length ? body.n - done : length;
		void *piece = memory(n);

		memcpy(piece, body.p + done, n);
		p.list[i] = (struct MHD_IoVec){ piece, n };
		done += n;
	}
	return p;
}

struct pieces
pieces_take(char *body, size_t n)
{
	struct pieces p = { .n = 1, .bytes = n };

	p.list = memory(sizeof *p.list);
	*p.list = (struct MHD_IoVec){ body, n };
	return p;
}

void
pieces_clear(struct pieces *p)
{
	for (unsigned i = 0; i < p->n; i++)
		/* The library only reads it, and so says const. */
		free((void *)(uintptr_t)p->list[i].iov_base);
	free(p->list);
	*p = (struct pieces){ 0 };
}

struct str
pieces_whole(const struct pieces *p, char **own)
{
	size_t done = 0;

	*own = NULL;
	if (p->n == 0)
		return STR("");
	if (p->n == 1)
		return str_make(p->list[0].iov_base, p->bytes);
	*own = memory(p->bytes);
	for (unsigned i = 0; i < p->n; i++) {
		memcpy(*own + done, p->list[i].iov_base, p->list[i].iov_len);
		done += p->list[i].iov_len;
	}
	return str_make(*own, p->bytes);
}
