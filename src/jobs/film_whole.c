/* SPDX-License-Identifier: MIT */
/* Segments in a row, through a worker, into one file. */

#include "jobs/film_whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

enum {
	CHUNK = 1 << 20,
	SLACK_MS = 2000, /* by which lengths may differ */
};

#define FD CLEANUP(fd_close) int

static enum err
disk_fail(struct ctx *ctx)
{
	return FAIL(ctx, ERR_IO,
	    "The film could not be written as one file: %s. Is the disk full?",
	    strerror(errno));
}

static enum err
append(struct ctx *ctx, int dir, const char *name, int to)
{
	FD from = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = 0;

	if (from < 0)
		return disk_fail(ctx);
	while ((n = copy_file_range(from, NULL, to, NULL, CHUNK, 0)) > 0)
		;
	return n == 0 ? ERR_OK : disk_fail(ctx);
}

enum err
film_join_rung(struct ctx *ctx, const atomic_bool *stop, int dir,
    const struct media_rung *g, int to)
{
	char name[64];

	snprintf(name, sizeof name, "%s_init.mp4", g->name);
	TRY(append(ctx, dir, name, to));
	for (uint32_t i = 1; i <= g->segments; i++) {
		TRY(film_stopped(ctx, stop));
		snprintf(name, sizeof name, "%s_%05" PRIu32 ".m4s", g->name, i);
		TRY(append(ctx, dir, name, to));
	}
	return ERR_OK;
}

struct target {
	const struct film_work *work;
	int fd;
};

static enum err
on_piece(struct ctx *ctx, void *arg, int64_t at, struct str bytes)
{
	struct target *t = arg;

	if (atomic_load(t->work->stop))
		return FAIL(ctx, ERR_GONE, "the server ends");
	while (bytes.n > 0) {
		ssize_t n = pwrite(t->fd, bytes.p, bytes.n, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return disk_fail(ctx);
		at += n;
		bytes = str_from(bytes, (size_t)n);
	}
	return ERR_OK;
}

/* The best of both; NULL: there is none. */
struct choice {
	const struct media_rung *video, *sound;
};

static struct choice
choose(const struct media_rungs *made)
{
	struct choice c = { 0 };

	for (size_t i = made->n; i-- > 0;) {
		const struct media_rung *g = &made->rungs[i];

		if (g->width > 0)
			c.video = g;
		else
			c.sound = g;
	}
	return c;
}

static enum err
write_it(struct ctx *ctx, const struct film_work *work, int dir,
    const struct choice *c, struct target *t)
{
	/* It has no name: whatever happens, nothing is left of it. */
	FD joined = openat(dir, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	struct media_whole job = { .piece = on_piece, .arg = t };

	if (joined < 0)
		return disk_fail(ctx);
	TRY(film_join_rung(ctx, work->stop, dir,
	    c->video != NULL ? c->video : c->sound, joined));
	job.first = lseek(joined, 0, SEEK_CUR);
	if (c->video != NULL && c->sound != NULL)
		TRY(film_join_rung(ctx, work->stop, dir, c->sound, joined));
	return media_whole(ctx, work->media, joined, &job);
}

/* "done" is said of what was looked at. */
static enum err
look_at(struct ctx *ctx, const struct film_work *work, const struct choice *c,
    int fd)
{
	const struct media_rung *main = c->video != NULL ? c->video : c->sound;
	struct media_probe seen = { 0 };
	int64_t off = 0;

	TRY(media_probe(ctx, work->media, fd, &seen));
	off = seen.film.ms - main->ms;
	if (seen.kind == (c->video != NULL ? MEDIA_VIDEO : MEDIA_SOUND) &&
	    seen.film.width == main->width &&
	    seen.film.height == main->height &&
	    (seen.film.n > 0) == (c->sound != NULL) && off < SLACK_MS &&
	    off > -SLACK_MS)
		return ERR_OK;
	return FAIL(ctx, ERR_IO,
	    "What was made of the film is not what it should be (%" PRIu32
	    " × %" PRIu32 ", %" PRId64 " ms). It is tried again.",
	    seen.film.width, seen.film.height, seen.film.ms);
}

static void
describe(struct ctx *ctx, const struct choice *c, int64_t bytes,
    struct rendition *out)
{
	const struct media_rung *v = c->video;
	const struct media_rung *s = c->sound;
	const struct media_rung *main = v != NULL ? v : s;

	*out = (struct rendition){
		.name = STR("file"),
		.codecs =
		    v != NULL && s != NULL
			? str_printf(ctx->arena, "%s,%s", v->codecs, s->codecs)
			: str_c(main->codecs),
		.width = main->width,
		.height = main->height,
		.rate_num = v != NULL ? v->rate_num : 0,
		.rate_den = v != NULL ? v->rate_den : 0,
		.channels = s != NULL ? s->channels : 0,
		.copied = main->copied,
		.bitrate = main->ms > 0 ? bytes * 8000 / main->ms : 0,
		.duration = main->ms,
		.files = 1,
		.bytes = bytes,
	};
}

enum err
film_make_whole(struct ctx *ctx, const struct film_work *work, int dir,
    const struct media_rungs *made, struct rendition *out)
{
	struct choice c = choose(made);
	const char *name = c.video != NULL ? "file.mp4" : "file.m4a";
	const char *before = "file.tmp";
	FD fd = openat(dir, before,
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	struct target t = { .work = work, .fd = fd };
	struct stat s = { 0 };

	if (fd < 0)
		return disk_fail(ctx);
	TRY(write_it(ctx, work, dir, &c, &t));
	TRY(look_at(ctx, work, &c, fd));
	if (fdatasync(fd) != 0 || fstat(fd, &s) != 0 ||
	    renameat(dir, before, dir, name) != 0)
		return disk_fail(ctx);
	describe(ctx, &c, s.st_size, out);
	return ERR_OK;
}
