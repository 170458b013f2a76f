/* SPDX-License-Identifier: MIT */
/* ladder FILE FOLDER THREADS: makes a film's ladder into a folder, and tells
 * on standard output when what could be seen first, in milliseconds. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/media.h"

static int64_t began;
static int folder;

static void
say(const char *what)
{
	printf(
	    "%s %d\n", what, (int)((clock_monotonic_ns() - began) / 1000000));
}

static enum err
put(struct ctx *ctx, void *arg, const struct media_file *file)
{
	bool *seen = arg;
	enum err err = media_put(ctx, folder, file);

	if (!*seen && strcmp(file->name, "master.m3u8") == 0) {
		say("playable");
		*seen = true;
	}
	return err;
}

static enum err
still(struct ctx *ctx, void *arg, size_t which, const struct media_image *i)
{
	(void)ctx, (void)arg, (void)which, (void)i;
	say("poster");
	return ERR_OK;
}

int
main(int argc, char **argv)
{
	static const struct media_still poster = { .type = MEDIA_JPEG,
		.width = 1280 };
	static const struct media_job stills = { 500, 500, &poster, 1 };
	struct media_settings settings = { .program = argv[4] };
	struct media_rungs rungs = { 0 };
	struct media *m = NULL;
	struct ctx ctx;
	bool seen = false;
	struct media_ladder job = { .stills = &stills,
		.frame = 25,
		.put = put,
		.still = still,
		.arg = &seen };
	int input;

	if (argc != 5)
		return 2;
	ctx_init(&ctx, arena_new(0), NULL);
	began = clock_monotonic_ns();
	settings.threads = atoi(argv[3]);
	input = open(argv[1], O_RDONLY | O_CLOEXEC);
	folder = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (media_open(&ctx, &settings, &m) != ERR_OK ||
	    media_ladder(&ctx, m, input, &job, &rungs) != ERR_OK) {
		fprintf(stderr, "%s [%s]\n", ctx_why(&ctx), ctx.detail);
		return 1;
	}
	say("whole");
	for (size_t i = 0; i < rungs.n; i++)
		printf("rung %s %u %u %d\n", rungs.rungs[i].name,
		    rungs.rungs[i].width, rungs.rungs[i].height,
		    rungs.rungs[i].copied);
	media_close(m);
	return 0;
}
