/* SPDX-License-Identifier: MIT */
/*
 * masthead-media: decodes what strangers sent, shut in.  The server starts
 * it with a file on descriptor 0 and a socket on 3; it serves one job.
 * src/media/protocol.h is their language.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/media.h"
#include "media/worker/channel.h"
#include "media/worker/picture.h"
#include "media/worker/sandbox.h"
#include "media/worker/trial.h"

/* Leaks do not matter to a process that ends; the check needs ptrace. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "detect_leaks=0:allocator_may_return_null=1";
}

static const char usage[] =
    "usage: masthead-media --self-test NAME\n"
    "The server starts this program for each picture; it is not run by hand.\n"
    "A self-test tries a forbidden deed in the sandbox, e.g. open, socket.\n";

/* The whole input, so that not even its descriptor is needed any more. */
static bool
map_input(struct picture_file *out)
{
	struct stat st;
	void *p;

	if (fstat(WIRE_INPUT_FD, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size <= 0 || st.st_size > MEDIA_INPUT_MAX)
		return false;
	p = mmap(
	    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, WIRE_INPUT_FD, 0);
	(void)close(WIRE_INPUT_FD);
	if (p == MAP_FAILED)
		return false;
	*out = (struct picture_file){ .p = p, .n = (size_t)st.st_size };
	return true;
}

static int
refuse(enum wire_reason reason)
{
	channel_refuse(&(struct wire_refused){ .reason = (uint32_t)reason });
	return 1;
}

static int
serve(void)
{
	static struct channel_job job;
	struct picture_file input = { 0 };
	const char *step = "";

	/* No stranger's byte has been looked at until the walls are up. */
	if (!picture_load_codecs()) {
		channel_detail("a codec is missing");
		return refuse(WIRE_UNGUARDED);
	}
	if (!channel_take(&job) || job.head.task != WIRE_PICTURE)
		return refuse(WIRE_BAD_JOB);
	if (!map_input(&input))
		return refuse(WIRE_NO_PICTURE);
	if (!sandbox_enter(SANDBOX_ALL, job.head.cpu, &step)) {
		channel_detail(step);
		return refuse(WIRE_UNGUARDED);
	}
	picture_serve(&input, &job);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--self-test") == 0) {
		sandbox_humble();
		_exit(trial_run(argv[2]));
	}
	if (argc != 1 || isatty(WIRE_INPUT_FD)) {
		(void)fputs(usage, stderr);
		return 2;
	}
	sandbox_humble();
	/* Writing where one must not is an error, no death. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	/* No destructors: they would only give back what ends anyway. */
	_exit(serve());
}
