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

/* Tries one deed in one of the programs. */
static enum err
try_deed(struct ctx *ctx, struct media *m, const char *program,
    const char *deed, bool must_die, struct media_trial *out)
{
	CLEANUP(process_end) struct process p = PROCESS_NONE;

	TRY(process_start(ctx,
	    &(struct process_start){
		.program = program,
		.self_test = deed,
		.input = -1,
		.seconds = TRIAL_SECONDS,
		.loud = media_settings_of(m)->loud,
	    },
	    &p));
	judge(out, must_die, process_wait(&p));
	return ERR_OK;
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
	enum { COUNT = sizeof list / sizeof *list, PROGRAMS = 2 };
	const struct media_settings *settings = media_settings_of(m);
	const char *const programs[PROGRAMS] = { settings->program,
		settings->video };
	struct media_trial *t = ARENA_ARRAY(
	    ctx->arena, (size_t)PROGRAMS * COUNT, struct media_trial);
	struct media_sandbox offers = { 0 };
	size_t done = 0;

	media_sandbox_offers(&offers);
	for (size_t i = 0; i < (size_t)PROGRAMS * COUNT; i++) {
		const char *deed = list[i % COUNT].name;

		if (offers.landlock == 0 &&
		    str_eq(str_c(deed), STR("landlock")))
			continue; /* nothing to try; the offers say so */
		TRY(try_deed(ctx, m, programs[i / COUNT], deed,
		    list[i % COUNT].dies, &t[done]));
		t[done].program = i < COUNT ? "pictures" : "video";
		t[done++].name = deed;
	}
	*out = t;
	*n = done;
	return ERR_OK;
}
