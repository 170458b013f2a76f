/* SPDX-License-Identifier: MIT */
/*
 * What a media worker says, when a file has taken it over.  The first byte
 * is the task; the rest is all that comes from its socket.  The process
 * itself (media/process.h) is played here.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "media/media.h"
#include "media/process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str said;

enum err
process_start(
    struct ctx *ctx, const struct process_start *in, struct process *out)
{
	(void)ctx;
	(void)in;
	*out = PROCESS_NONE;
	return ERR_OK;
}

void
process_end(struct process *p)
{
	*p = PROCESS_NONE;
}

int
process_wait(struct process *p)
{
	(void)p;
	return 0;
}

enum process_read
process_read(struct process *p, void *out, size_t n)
{
	(void)p;
	if (said.n < n)
		return PROCESS_CLOSED;
	if (n > 0)
		memcpy(out, said.p, n);
	said = str_from(said, n);
	return PROCESS_READ;
}

bool
process_write(struct process *p, const void *bytes, size_t n)
{
	(void)p;
	(void)bytes;
	(void)n;
	return true;
}

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static enum err
put(struct ctx *ctx, void *arg, const struct media_file *file)
{
	(void)ctx;
	(void)arg;
	/* A name of ours, or it could lead out of its folder. */
	check(strlen(file->name) < 40 && file->name[0] != '.');
	check(strspn(file->name, "abcdefghijklmnopqrstuvwxyz_.0123456789") ==
	      strlen(file->name));
	return ERR_OK;
}

static void
check_still(const struct media_image *i)
{
	check(i->width > 0 && i->height > 0 && i->bytes.n > 0);
}

static void
check_film(const struct media_film *f)
{
	check(f->n <= MEDIA_TRACKS_MAX && f->ms >= 0);
	check((f->width > 0) == (f->height > 0));
	check(utf8_ok(str_c(f->codec)) && utf8_ok(str_c(f->container)));
	for (size_t i = 0; i < f->n; i++)
		check(utf8_ok(str_c(f->tracks[i].language)));
}

static void
try_ladder(
    struct ctx *ctx, struct media *m, int input, const struct media_job *stills)
{
	struct media_ladder job = { .stills = stills, .put = put };
	struct media_rungs rungs = { 0 };

	if (media_ladder(ctx, m, input, &job, &rungs) != ERR_OK)
		return;
	check_film(&rungs.film);
	check(rungs.n > 0);
	for (size_t i = 0; i < rungs.n; i++)
		check(rungs.rungs[i].segments > 0);
}

static void
try_task(struct ctx *ctx, struct media *m, int input, int task)
{
	static const struct media_still wanted[] = {
		{ .type = MEDIA_JPEG, .width = 320 },
		{ .type = MEDIA_AVIF, .width = 640 },
	};
	static const struct media_job job = { .stills = wanted, .n = 2 };
	struct media_result result = { 0 };
	struct media_probe probe = { 0 };

	if (task == 0) {
		if (media_run(ctx, m, input, &job, &result) != ERR_OK)
			return;
		check(result.n == 2);
		check_still(&result.stills[0]);
		check_still(&result.stills[1]);
	} else if (task == 1) {
		if (media_probe(ctx, m, input, &probe) == ERR_OK &&
		    probe.kind != MEDIA_PICTURE)
			check_film(&probe.film);
	} else {
		try_ladder(ctx, m, input, task == 2 ? &job : NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int input = -1;
	struct media_settings settings = { .program = "/proc/self/exe" };
	struct arena *a = arena_new(0);
	struct media *m = NULL;
	struct ctx ctx;

	ctx_init(&ctx, a, NULL);
	if (input < 0)
		input = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	check(media_open(&ctx, &settings, &m) == ERR_OK);
	said = str_make((const char *)data + (n > 0), n - (n > 0));
	try_task(&ctx, m, input, n > 0 ? data[0] % 4 : 0);
	check(utf8_ok(str_c(ctx_why(&ctx))));
	media_close(m);
	arena_free(a);
	return 0;
}
