/* SPDX-License-Identifier: MIT */
/* Editors, files and standard input; see the header. */

#include "cli/typed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "store/folder.h"

void
typed_init(struct typed *t)
{
	*t = (struct typed){ .fds = { -1, -1 } };
}

static void
close_fds(struct typed *t)
{
	for (size_t i = 0; i < 2; i++) {
		if (t->fds[i] >= 0)
			close(t->fds[i]);
		t->fds[i] = -1;
	}
}

void
typed_clear(struct typed *t)
{
	close_fds(t);
}

/* ---- bytes ---- */

static bool
write_all(int fd, struct str s)
{
	while (s.n != 0) {
		ssize_t put = write(fd, s.p, s.n);

		if (put < 0 && errno != EINTR)
			return false;
		s = str_from(s, put > 0 ? (size_t)put : 0);
	}
	return true;
}

static enum err
read_all(struct ctx *ctx, int fd, const char *what, struct str *out)
{
	struct buf b;
	char part[8192];

	buf_init(&b, ctx->arena, TYPED_MAX);
	for (;;) {
		ssize_t got = read(fd, part, sizeof part);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL(ctx, ERR_IO, "%s cannot be read: %s", what,
			    strerror(errno));
		if (got == 0)
			break;
		buf_put(&b, str_make(part, (size_t)got));
		if (b.over)
			return FAIL(ctx, ERR_LIMIT,
			    "%s is longer than %d bytes", what, TYPED_MAX);
	}
	*out = buf_str(&b);
	return ERR_OK;
}

/* Opened and read to its end; a pipe may be one. */
static enum err
read_path(struct ctx *ctx, const char *path, struct str *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct str shown = utf8_ok(str_c(path)) ? utf8_head(str_c(path), 300)
						: STR("the file");
	const char *what = str_cstr(ctx->arena, shown);
	enum err err = ERR_OK;

	if (fd < 0)
		return FAIL(ctx, errno == ENOENT ? ERR_NOTFOUND : ERR_IO,
		    "%s cannot be opened: %s", what, strerror(errno));
	err = read_all(ctx, fd, what, out);
	close(fd);
	return err;
}

/* A pipe has none: what came through it is gone. */
static const char *
full_path(struct ctx *ctx, struct str path)
{
	const char *name = str_cstr(ctx->arena, path);
	struct stat s = { 0 };
	char full[PATH_MAX];

	if (stat(name, &s) != 0 || !S_ISREG(s.st_mode) ||
	    realpath(name, full) == NULL)
		return NULL;
	return str_cstr(ctx->arena, str_c(full));
}

enum err
typed_read(struct ctx *ctx, struct typed *t, struct str path)
{
	if (str_eq(path, STR("-")))
		return read_all(ctx, STDIN_FILENO, "standard input", &t->text);
	TRY(read_path(ctx, str_cstr(ctx->arena, path), &t->text));
	t->path = full_path(ctx, path);
	/* One that was kept here earlier goes when it is saved. */
	t->ours = str_starts(str_c(t->path),
	    str_printf(ctx->arena, "%s/typed/", folder_path(t->folder)));
	return ERR_OK;
}

/* ---- a file of its own ---- */

/* The data folder's own place, made when it is first needed. */
static const char *
typed_folder(struct ctx *ctx, const struct folder *f)
{
	if (mkdirat(folder_fd(f), "typed", 0700) != 0 && errno != EEXIST)
		return NULL;
	return str_cstr(
	    ctx->arena, str_printf(ctx->arena, "%s/typed", folder_path(f)));
}

/* Made and filled in the first place that takes it; false: in none. */
static bool
make_file(struct ctx *ctx, struct typed *t, const char *kind, struct str text,
    const char **path)
{
	const char *places[] = { typed_folder(ctx, t->folder),
		getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char name[PATH_MAX];
		int fd = -1;
		bool whole = false;

		if (places[i] == NULL || places[i][0] != '/' ||
		    snprintf(name, sizeof name, "%s/%s%s-XXXXXX.md", places[i],
			t->name, kind) >= (int)sizeof name)
			continue;
		fd = mkostemps(name, 3, O_CLOEXEC);
		if (fd < 0)
			continue;
		/* A power cut may come as well as a kill. */
		whole = write_all(fd, text) && fsync(fd) == 0;
		close(fd);
		if (whole) {
			*path = str_cstr(ctx->arena, str_c(name));
			return true;
		}
		unlink(name);
	}
	return false;
}

/* ---- the editor ---- */

static const char *
editor_name(void)
{
	const char *visual = getenv("VISUAL");
	const char *editor = getenv("EDITOR");

	if (visual != NULL && visual[0] != '\0')
		return visual;
	if (editor != NULL && editor[0] != '\0')
		return editor;
	return isatty(STDIN_FILENO) == 1 ? "vi" : NULL;
}

/* By the shell, as everybody does it: "code --wait" is an editor too. */
static void
become_editor(const char *editor, const char *path)
{
	char command[4096];

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	snprintf(command, sizeof command, "%s \"$@\"", editor);
	execl("/bin/sh", "sh", "-c", command, editor, path, (char *)NULL);
	_exit(127);
}

static int
wait_for(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static enum err
run_editor(struct ctx *ctx, const char *path)
{
	const char *editor = editor_name();
	int status = 0;
	pid_t child = 0;

	if (editor == NULL || strlen(editor) > 4000)
		return FAIL(ctx, ERR_INVALID,
		    "no editor is known: set EDITOR, or give the text with "
		    "--file");
	/* ^C is the editor's, not ours. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	child = fork();
	if (child == 0)
		become_editor(editor, path);
	status = child > 0 ? wait_for(child) : -1;
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	if (status == 0)
		return ERR_OK;
	if (status > 0 && WIFSIGNALED(status))
		return FAIL(ctx, ERR_INVALID,
		    "the editor (%.100s) was ended by signal %d", editor,
		    WTERMSIG(status));
	if (status > 0 && WEXITSTATUS(status) == 127)
		return FAIL(ctx, ERR_INVALID,
		    "the editor (%.100s) cannot be started: set EDITOR, or "
		    "give the text with --file",
		    editor);
	return FAIL(ctx, ERR_INVALID,
	    "the editor (%.100s) ended with status %d", editor,
	    status > 0 ? WEXITSTATUS(status) : -1);
}

enum err
typed_edit(struct ctx *ctx, struct typed *t)
{
	enum err err = ERR_OK;
	struct str why = { 0 };

	if (t->path == NULL) {
		t->ours = make_file(ctx, t, "", t->blank, &t->path);
		if (!t->ours)
			return FAIL(ctx, ERR_IO,
			    "no file can be made for the editor, neither in "
			    "the data folder nor in /tmp: %s",
			    strerror(errno));
		t->text = t->blank;
	}
	err = run_editor(ctx, t->path);
	why = str_dup(ctx->arena, str_c(ctx_why(ctx)));
	if (read_path(ctx, t->path, &t->text) != ERR_OK) {
		struct str gone = str_dup(ctx->arena, str_c(ctx_why(ctx)));

		t->path = NULL;
		t->text = t->blank;
		return FAIL(ctx, ERR_INVALID, "the editor left no text: %.*s",
		    STR_FMT(gone));
	}
	return err == ERR_OK ? ERR_OK : FAIL(ctx, err, "%.*s", STR_FMT(why));
}

bool
typed_nothing(const struct typed *t)
{
	return str_trim(t->text).n == 0 || str_eq(t->text, t->blank);
}

/* ---- handing over ---- */

enum err
typed_hand_over(struct ctx *ctx, struct typed *t)
{
	close_fds(t);
	t->fds[0] = memfd_create("typed", MFD_CLOEXEC);
	t->fds[1] = memfd_create("answer", MFD_CLOEXEC);
	if (t->fds[0] < 0 || t->fds[1] < 0 || !write_all(t->fds[0], t->text))
		return FAIL(ctx, ERR_IO, "the text cannot be handed over: %s",
		    strerror(errno));
	return ERR_OK;
}

enum err
typed_take(struct ctx *ctx, int fd, struct str *out)
{
	struct stat s = { 0 };
	char *p = NULL;
	size_t n = 0;

	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
		return FAIL(ctx, ERR_INVALID, "what was typed is no file");
	if (s.st_size > TYPED_MAX)
		return FAIL(ctx, ERR_LIMIT, "the text is longer than %d bytes",
		    TYPED_MAX);
	p = arena_alloc(ctx->arena, (size_t)s.st_size);
	while (n < (size_t)s.st_size) {
		ssize_t got = pread(fd, p + n, (size_t)s.st_size - n, (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL(ctx, ERR_IO, "the text cannot be read: %s",
			    strerror(errno));
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*out = str_make(p, n);
	return ERR_OK;
}

enum err
typed_answer(struct ctx *ctx, int fd, struct str text)
{
	struct stat s = { 0 };

	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || !write_all(fd, text))
		return FAIL(ctx, ERR_IO, "the answer cannot be given");
	return ERR_OK;
}

/* ---- afterwards ---- */

const char *
typed_shell_word(struct arena *a, struct str s)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_./-+:@,";
	struct buf b;

	if (s.n != 0 && strspn(str_cstr(a, s), safe) == s.n)
		return str_cstr(a, s);
	buf_init(&b, a, s.n * 4 + 3);
	buf_char(&b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			BUF_LIT(&b, "'\\'");
		buf_char(&b, s.p[i]);
	}
	buf_char(&b, '\'');
	return str_cstr(a, buf_str(&b));
}

void
typed_done(struct typed *t)
{
	if (t->ours && t->path != NULL)
		unlink(t->path);
	t->path = NULL;
}

/* With conflicts marked, if the command gave that. */
static bool
keep_marked(struct ctx *ctx, struct typed *t)
{
	struct str marked = { 0 };
	const char *path = NULL;

	if (t->fds[1] < 0 || typed_take(ctx, t->fds[1], &marked) != ERR_OK ||
	    marked.n == 0 || !make_file(ctx, t, "-conflict", marked, &path))
		return false;
	/* It holds all that was typed. */
	if (t->ours && t->path != NULL)
		unlink(t->path);
	t->path = path;
	t->ours = true;
	t->text = marked;
	return true;
}

struct str
typed_keep(struct ctx *ctx, struct typed *t)
{
	struct arena *a = ctx->arena;
	const char *path = NULL;

	if (keep_marked(ctx, t)) {
		path = typed_shell_word(a, str_c(t->path));
		return str_printf(a,
		    "; both stand in %s, marked: decide there, then `masthead "
		    "%s --file %s`",
		    path, t->command, path);
	}
	if (typed_nothing(t)) {
		typed_done(t);
		return STR("");
	}
	if (t->path == NULL) {
		t->ours = make_file(ctx, t, "", t->text, &t->path);
		if (!t->ours) {
			/* The last place where it can go. */
			write_all(STDERR_FILENO, t->text);
			return STR("; no file can be made for what was typed: "
				   "it is printed above");
		}
	}
	path = typed_shell_word(a, str_c(t->path));
	return str_printf(a,
	    "; what was typed is in %s: `masthead %s --file %s` goes on with "
	    "it",
	    path, t->command, path);
}

bool
typed_can_ask(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

bool
typed_ask_again(const char *why)
{
	char line[64];

	if (!typed_can_ask())
		return false;
	terminal_say(why);
	fprintf(stderr, "Edit it again? [Y/n] ");
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	return line[0] == '\n' || line[0] == 'y' || line[0] == 'Y';
}
