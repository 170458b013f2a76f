/* SPDX-License-Identifier: MIT */
/* masthead: from the command line to a command, here or in the server. */

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/control.h"
#include "cli/perform.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "media/media.h"
#include "store/folder.h"
#include "store/store.h"

enum {
	ASK_TIMES = 40,
	ASK_AGAIN_MS = 50,
};

/* What a command was given; all of it ended with the process. */
struct setting {
	struct folder *folder;
	struct store *store;
	struct media *media;
	int fds[WORDS_MAX];
	size_t fds_n;
	int status; /* of a command that the server did */
};

static void
setting_end(struct setting *s)
{
	media_close(s->media);
	store_close(s->store);
	folder_close(s->folder);
	for (size_t i = 0; i < s->fds_n; i++)
		close(s->fds[i]);
}

/* A server holds the folder: it does the writing. */
static enum err
ask_server(struct ctx *ctx, const struct str *words, size_t n,
    const struct perform *p, struct setting *s)
{
	return control_ask(ctx,
	    &(struct control_call){
		.folder = s->folder,
		.words = words,
		.words_n = n,
		.fds = s->fds,
		.fds_n = s->fds_n,
		.out = p->out,
		.host = &p->host,
	    },
	    &s->status);
}

static enum err
open_store(
    struct ctx *ctx, struct perform *p, struct setting *s, enum store_mode mode)
{
	TRY(store_open(
	    ctx, &(struct store_open){ s->folder, mode }, &s->store));
	p->store = s->store;
	/* Pictures are reported as left out when there is no worker. */
	if (p->command->paths && media_open(ctx, NULL, &s->media) != ERR_OK)
		log_failure(ctx, "media");
	p->media = s->media;
	return ERR_OK;
}

/*
 * The lock, or a server that does it.  One that starts or ends holds the
 * lock and does not listen: that lasts no longer than a moment.
 */
static enum err
lock_or_ask(struct ctx *ctx, const struct str *words, size_t n,
    const struct perform *p, struct setting *s, bool *asked)
{
	const struct timespec nap = { .tv_nsec = ASK_AGAIN_MS * 1000000L };
	enum err err = ERR_OK;

	for (int i = 0; i < ASK_TIMES; i++) {
		*asked = false;
		err = folder_lock(ctx, s->folder);
		if (err != ERR_BUSY)
			return err;
		*asked = true;
		err = ask_server(ctx, words, n, p, s);
		if (err != ERR_BUSY)
			return err;
		nanosleep(&nap, NULL);
	}
	return err;
}

static enum err
carry_out(struct ctx *ctx, const struct str *words, size_t n, struct perform *p,
    struct setting *s)
{
	bool asked = false;

	if (p->command->needs == NEEDS_NOTHING)
		return perform_run(ctx, p);
	TRY(folder_open(ctx, p->args.data, &s->folder));
	p->folder = s->folder;
	TRY(perform_open(ctx, p, s->fds, &s->fds_n));
	p->fds = s->fds;
	p->fds_n = s->fds_n;
	TRY(perform_step_down(ctx, s->folder));
	if (p->command->needs == NEEDS_WRITER)
		TRY(lock_or_ask(ctx, words, n, p, s, &asked));
	if (asked)
		return ERR_OK;
	TRY(open_store(ctx, p, s,
	    p->command->needs == NEEDS_WRITER ? STORE_WRITE : STORE_READ));
	return perform_run(ctx, p);
}

static int
report(const struct ctx *ctx, int status)
{
	terminal_say(ctx_why(ctx));
	return status;
}

static bool
is_help(struct str word)
{
	return str_eq(word, STR("--help")) || str_eq(word, STR("-h")) ||
	       str_eq(word, STR("help"));
}

static bool
is_version(struct str word)
{
	return str_eq(word, STR("--version")) || str_eq(word, STR("version"));
}

static void
out_end(FILE **out)
{
	if (*out != stdout)
		fclose(*out);
}

static int
run_words(struct ctx *ctx, struct str *words, size_t n)
{
	CLEANUP(out_end) FILE *out = terminal_stdout();
	CLEANUP(setting_end) struct setting s = { .status = 1 };
	struct progress progress = { 0 };
	struct perform p = { .out = out };
	enum err err = ERR_OK;

	if (n == 2 && command_is_noun(words[0]) && is_help(words[1])) {
		command_overview(stdout, words[0]);
		return 0;
	}
	if (perform_prepare(ctx, words, n, &p) != ERR_OK)
		return report(ctx, 2);
	if (p.args.help) {
		command_help(stdout, p.command);
		return 0;
	}
	if (progress_start(&progress))
		p.host = (struct host){ .arg = &progress,
			.progress = progress_show };
	err = carry_out(ctx, words, n, &p, &s);
	progress_end(&progress);
	if (err != ERR_OK) {
		fflush(p.out);
		return report(ctx, s.status);
	}
	if (fflush(p.out) != 0 || ferror(p.out)) {
		fprintf(stderr, "masthead: the output cannot be written: %s\n",
		    strerror(errno));
		return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct str *words = ARENA_ARRAY(a, (size_t)argc + 1, struct str);
	struct ctx ctx;
	int status = 0;

	if (sodium_init() < 0)
		abort();
	signal(SIGPIPE, SIG_IGN);
	/* What we make is no business of other users of the machine. */
	umask(027);
	ctx_init(&ctx, a, NULL);
	for (int i = 1; i < argc; i++)
		words[i - 1] = str_c(argv[i]);
	if (argc < 2) {
		command_overview(stderr, STR(""));
		status = 2;
	} else if (is_help(words[0])) {
		command_overview(stdout, STR(""));
	} else if (is_version(words[0])) {
		printf("masthead %s\n", MASTHEAD_VERSION);
	} else {
		status = run_words(&ctx, words, (size_t)argc - 1);
	}
	arena_free(a);
	return status;
}
