/* SPDX-License-Identifier: MIT */
/*
 * masthead-media and masthead-video: decode what strangers sent, shut in.
 * The server starts them with a file on descriptor 0 and a socket on 3; they
 * serve one job.  src/media/protocol.h is their language; what differs
 * between the two is told by worker.h.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/heap.h"
#include "media/worker/channel.h"
#include "media/worker/sandbox.h"
#include "media/worker/trial.h"
#include "media/worker/worker.h"

/* Leaks do not matter to a process that ends; the check needs ptrace. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "detect_leaks=0:allocator_may_return_null=1";
}

static const char usage[] =
    "usage: %s --self-test NAME\n"
    "The server starts this program for each job; it is not run by hand.\n"
    "A self-test tries a forbidden deed in the sandbox, e.g. open, socket.\n";

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
	const char *step = "";

	/* No stranger's byte has been looked at until the walls are up. */
	if (!worker.load()) {
		channel_detail("a codec is missing");
		return refuse(WIRE_UNGUARDED);
	}
	if (!channel_take(&job) || !worker.takes(job.head.task))
		return refuse(WIRE_BAD_JOB);
	if (worker.may_wait(job.head.task))
		sandbox_give_way();
	if (!worker.prepare())
		return refuse(WIRE_NO_PICTURE);
	if (!sandbox_enter(&worker.room, SANDBOX_ALL, job.head.cpu, &step)) {
		channel_detail(step);
		return refuse(WIRE_UNGUARDED);
	}
	worker.serve(&job);
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
		(void)fprintf(stderr, usage, worker.name);
		return 2;
	}
	sandbox_humble();
	heap_prepare();
	/* Writing where one must not is an error, no death. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	/* No destructors: they would only give back what ends anyway. */
	_exit(serve());
}
