/* SPDX-License-Identifier: MIT */
/* What the kernel offers to shut a worker in with, and whether it holds. */

#include <errno.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/media.h"
#include "media/process.h"
#include "media/protocol.h"
#include "media/settings.h"

enum { TRIAL_SECONDS = 20 };

void
media_sandbox_offers(struct media_sandbox *out)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	*out = (struct media_sandbox){
		.landlock = abi > 0 ? (int)abi : 0,
		.seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0,
			       &action) == 0,
	};
}

static void
judge(struct media_trial *t, bool must_die, int status)
{
	bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	t->held = must_die ? killed : code == WIRE_TRIAL_REFUSED;
	if (killed)
		t->what = "the kernel ended the worker";
	else if (code == WIRE_TRIAL_REFUSED)
		t->what = "refused";
	else if (code == WIRE_TRIAL_DONE)
		t->what = "it could be done";
	else if (code == WIRE_TRIAL_NO_SANDBOX)
		t->what = "the sandbox could not be put up";
	else
		t->what = "the worker failed";
}

enum err
media_sandbox_try(
    struct ctx *ctx, struct media *m, const struct media_trial **out, size_t *n)
{
#define TRIAL(name, dies) { name, dies },
	static const struct {
		const char *name;
		bool dies;
	} list[] = { WIRE_TRIALS(TRIAL) };
#undef TRIAL
	enum { COUNT = sizeof list / sizeof *list };
	struct media_trial *t =
	    ARENA_ARRAY(ctx->arena, COUNT, struct media_trial);
	struct media_sandbox offers = { 0 };
	size_t done = 0;

	media_sandbox_offers(&offers);
	for (size_t i = 0; i < COUNT; i++) {
		CLEANUP(process_end) struct process p = PROCESS_NONE;

		if (offers.landlock == 0 &&
		    str_eq(str_c(list[i].name), STR("landlock")))
			continue; /* nothing to try; the offers say so */
		TRY(process_start(ctx,
		    &(struct process_start){
			.program = media_settings_of(m)->program,
			.self_test = list[i].name,
			.input = -1,
			.seconds = TRIAL_SECONDS,
			.loud = media_settings_of(m)->loud,
		    },
		    &p));
		t[done].name = list[i].name;
		judge(&t[done++], list[i].dies, process_wait(&p));
	}
	*out = t;
	*n = done;
	return ERR_OK;
}
