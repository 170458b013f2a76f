/* SPDX-License-Identifier: MIT */
/* A film as one file, as its parent sees it: pieces come in, each in bounds. */

#include <sys/stat.h>

#include "media/run.h"
#include "media/settings.h"

enum {
	PIECE_MAX = 1 << 20,
	INDEX_MAX = 256 << 20, /* bytes that come on top of the input */
};

struct whole {
	const struct media_whole *job;
	struct arena *scratch;
	int64_t most; /* bytes of the file */
	int64_t left; /* that may come in all */
};

static void
arena_clear(struct arena **a)
{
	arena_free(*a);
}

static enum err
hear(struct run *r, const struct wire_head *head)
{
	struct whole *w = r->arg;
	struct wire_piece piece = { 0 };
	size_t n = head->n - sizeof piece;
	int64_t at = 0;
	char *bytes;

	if (head->n <= sizeof piece || n > PIECE_MAX)
		return run_nonsense(r, "piece");
	TRY(run_read(r, &piece, sizeof piece));
	at = (int64_t)((uint64_t)piece.high << 32 | piece.low);
	w->left -= (int64_t)n;
	if (at < 0 || at > w->most - (int64_t)n || w->left < 0)
		return run_nonsense(r, "piece");
	arena_reset(w->scratch);
	bytes = arena_alloc(w->scratch, n);
	TRY(run_read(r, bytes, n));
	return w->job->piece(r->ctx, w->job->arg, at, str_make(bytes, n));
}

enum err
media_whole(
    struct ctx *ctx, struct media *m, int input, const struct media_whole *job)
{
	static const struct media_job none;
	CLEANUP(arena_clear) struct arena *scratch = arena_new(0);
	struct whole w = { .job = job, .scratch = scratch };
	CLEANUP(run_clear)
	struct run r = {
		.ctx = ctx,
		.media = m,
		.process = PROCESS_NONE,
		.task = WIRE_WHOLE,
		.job = &none,
		.first = job->first,
		.seconds = MEDIA_SILENCE_MAX,
		.until = clock_monotonic_ns() + LADDER_SECONDS * CLOCK_SECOND,
		.hear = hear,
		.arg = &w,
	};
	struct stat st = { 0 };

	TRY(run_check_input(ctx, WIRE_WHOLE, input));
	if (fstat(input, &st) != 0)
		return FAIL(ctx, ERR_IO, "The film cannot be looked at.");
	w.most = st.st_size + INDEX_MAX;
	/* Its head and its index are written more than once. */
	w.left = w.most + INDEX_MAX;
	return run_do(&r, input);
}
