/* SPDX-License-Identifier: MIT */
/* masthead: from the command line to a command, here or in the server. */

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/control.h"
#include "cli/perform.h"
#include "cli/progress.h"
#include "media/media.h"
#include "store/folder.h"
#include "store/store.h"

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

static enum err
carry_out(struct ctx *ctx, const struct str *words, size_t n, struct perform *p,
    struct setting *s)
{
	enum err err = ERR_OK;

	if (p->command->needs == NEEDS_NOTHING)
		return perform_run(ctx, p);
	TRY(folder_open(ctx, p->args.data, &s->folder));
	p->folder = s->folder;
	TRY(perform_open(ctx, p, s->fds, &s->fds_n));
	p->fds = s->fds;
	p->fds_n = s->fds_n;
	if (p->command->needs == NEEDS_WRITER) {
		err = folder_lock(ctx, s->folder);
		if (err == ERR_BUSY)
			return ask_server(ctx, words, n, p, s);
		TRY(err);
	}
	TRY(open_store(ctx, p, s,
	    p->command->needs == NEEDS_WRITER ? STORE_WRITE : STORE_READ));
	return perform_run(ctx, p);
}

static int
report(const struct ctx *ctx, int status)
{
	fprintf(stderr, "masthead: %s\n", ctx_why(ctx));
	return status;
}

static int
run_words(struct ctx *ctx, struct str *words, size_t n)
{
	CLEANUP(setting_end) struct setting s = { .status = 1 };
	struct progress progress = { 0 };
	struct perform p = { .out = stdout };
	enum err err = ERR_OK;

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
	if (err != ERR_OK)
		return report(ctx, s.status);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "masthead: the output cannot be written: %s\n",
		    strerror(errno));
		return 1;
	}
	return 0;
}

static bool
is_word(const char *word, const char *one, const char *two)
{
	return strcmp(word, one) == 0 || strcmp(word, two) == 0;
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
	ctx_init(&ctx, a, NULL);
	for (int i = 1; i < argc; i++)
		words[i - 1] = str_c(argv[i]);
	if (argc < 2) {
		command_overview(stderr);
		status = 2;
	} else if (is_word(argv[1], "--help", "help")) {
		command_overview(stdout);
	} else if (is_word(argv[1], "--version", "version")) {
		printf("masthead %s\n", MASTHEAD_VERSION);
	} else {
		status = run_words(&ctx, words, (size_t)argc - 1);
	}
	arena_free(a);
	return status;
}
