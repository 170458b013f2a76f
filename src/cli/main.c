/* SPDX-License-Identifier: MIT */
/* masthead: from the command line to a command, here or in the server. */

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/heap.h"
#include "cli/command.h"
#include "cli/control.h"
#include "cli/perform.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/typed.h"
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
		.fds = p->fds,
		.fds_n = p->fds_n,
		.out = p->out,
		.host = &p->host,
	    },
	    &s->status);
}

static enum err
open_store(
    struct ctx *ctx, struct perform *p, struct setting *s, enum store_mode mode)
{
	TRY(store_open(ctx,
	    &(struct store_open){
		.folder = s->folder,
		.mode = mode,
		.alone = mode == STORE_WRITE,
	    },
	    &s->store));
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

/* Whether a server runs or not. */
static enum err
ask_if_served(struct ctx *ctx, const struct str *words, size_t n,
    const struct perform *p, struct setting *s, bool *asked)
{
	enum err err = ask_server(ctx, words, n, p, s);

	*asked = err != ERR_BUSY;
	return *asked ? err : ERR_OK;
}

/* ---- what is typed for it ---- */

static void
close_store(struct store **st)
{
	store_close(*st);
}

/* The text that the editor begins with, as the newsroom has it now. */
static enum err
read_blank(struct ctx *ctx, const struct perform *p, const struct setting *s,
    struct str *out)
{
	CLEANUP(close_store) struct store *st = NULL;

	TRY(store_open(
	    ctx, &(struct store_open){ s->folder, STORE_READ }, &st));
	return p->command->blank(
	    &(struct run){
		.ctx = ctx,
		.args = &p->args,
		.folder = s->folder,
		.store = st,
	    },
	    out);
}

/* "story-7", and "story edit 7", by which it is gone on with. */
static void
name_typed(struct ctx *ctx, const struct perform *p, struct typed *t)
{
	struct str word = p->args.words_n > 0 ? p->args.words[0] : STR("new");
	struct str data = p->args.data;

	t->name = str_cstr(
	    ctx->arena, str_printf(ctx->arena, "story-%.*s", STR_FMT(word)));
	t->command = str_cstr(
	    ctx->arena, str_printf(ctx->arena, "%s%s%.*s%s%s", p->command->name,
			    p->args.words_n > 0 ? " " : "",
			    STR_FMT(p->args.words_n > 0 ? word : STR("")),
			    str_eq(data, STR("./newsroom")) ? "" : " --data ",
			    str_eq(data, STR("./newsroom"))
				? ""
				: typed_shell_word(ctx->arena, data)));
}

static enum err
type_it(struct ctx *ctx, struct perform *p, const struct setting *s,
    struct typed *t)
{
	struct str file = args_value(&p->args, "file");
	bool is_new = p->args.words_n == 0;

	t->folder = s->folder;
	if (t->name == NULL) {
		name_typed(ctx, p, t);
		if (args_given(&p->args, "file"))
			TRY(typed_read(ctx, t, file));
		else
			TRY(read_blank(ctx, p, s, &t->blank));
	}
	if (t->again || !args_given(&p->args, "file"))
		TRY(typed_edit(ctx, t));
	if (str_trim(t->text).n == 0 || (is_new && typed_nothing(t)))
		return FAIL(
		    ctx, ERR_INVALID, "nothing was typed, nothing is saved");
	TRY(typed_hand_over(ctx, t));
	p->fds = t->fds;
	p->fds_n = 2;
	return ERR_OK;
}

static enum err
carry_out(struct ctx *ctx, const struct str *words, size_t n, struct perform *p,
    struct setting *s, struct typed *t)
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
	if (perform_is_typed(p))
		TRY(type_it(ctx, p, s, t));
	if (p->command->needs == NEEDS_WRITER)
		TRY(lock_or_ask(ctx, words, n, p, s, &asked));
	if (p->command->needs == NEEDS_SERVER)
		TRY(ask_if_served(ctx, words, n, p, s, &asked));
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

/* What was typed stays somewhere, and the sentence says where. */
static void
keep_typed(struct ctx *ctx, struct typed *t, bool *told)
{
	struct str why = str_dup(ctx->arena, str_c(ctx_why(ctx)));
	struct str more = typed_keep(ctx, t);

	why = str_printf(ctx->arena, "%.*s%.*s", STR_FMT(why), STR_FMT(more));
	*told = true;
	if (more.n != 0 && t->path != NULL && t->ours && typed_can_ask())
		t->again = typed_ask_again(str_cstr(ctx->arena, why));
	else
		terminal_say(str_cstr(ctx->arena, why));
}

/* Once; told: the sentence of its failure was said already. */
static enum err
attempt(struct ctx *ctx, const struct str *words, size_t n, struct perform *p,
    struct typed *t, int *status, bool *told)
{
	CLEANUP(setting_end) struct setting s = { .status = 1 };
	struct progress progress = { 0 };
	enum err err = ERR_OK;

	if (progress_start(&progress))
		p->host = (struct host){ .arg = &progress,
			.progress = progress_show };
	err = carry_out(ctx, words, n, p, &s, t);
	progress_end(&progress);
	*status = s.status;
	t->again = false;
	if (t->name == NULL)
		return err;
	if (err == ERR_OK)
		typed_done(t);
	else
		keep_typed(ctx, t, told);
	return err;
}

static bool
all_written(FILE *out)
{
	if (fflush(out) == 0 && !ferror(out))
		return true;
	fprintf(stderr, "masthead: the output cannot be written: %s\n",
	    strerror(errno));
	return false;
}

static int
run_words(struct ctx *ctx, struct str *words, size_t n)
{
	CLEANUP(out_end) FILE *out = terminal_stdout();
	struct perform p = { .out = out };
	struct typed typed;
	enum err err = ERR_OK;
	int status = 1;
	bool told = false;

	typed_init(&typed);

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
	do
		err = attempt(ctx, words, n, &p, &typed, &status, &told);
	while (err != ERR_OK && typed.again);
	typed_clear(&typed);
	if (err != ERR_OK) {
		fflush(p.out);
		if (!told)
			terminal_say(ctx_why(ctx));
		return status;
	}
	return all_written(p.out) ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct arena *a = NULL;
	struct str *words = NULL;
	struct ctx ctx;
	int status = 0;

	heap_prepare();
	if (sodium_init() < 0)
		abort();
	a = arena_new(0);
	words = ARENA_ARRAY(a, (size_t)argc + 1, struct str);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a full disk */
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
	return status == 0 && !all_written(stdout) ? 1 : status;
}
