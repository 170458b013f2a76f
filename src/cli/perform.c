/* SPDX-License-Identifier: MIT */
/* From words and descriptors to a command that runs. */

#include "cli/perform.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange/import.h"
#include "store/folder.h"

enum { NAME_SHOWN_MAX = 300 }; /* characters of a path in a sentence */

enum err
perform_prepare(struct ctx *ctx, struct str *words, size_t n, struct perform *p)
{
	size_t skip = 0;

	p->command = command_find(words, n, &skip);
	if (p->command == NULL && n > 0 && command_is_noun(words[0]))
		return FAIL(ctx, ERR_INVALID,
		    "`masthead %.*s` wants one word more; `masthead %.*s "
		    "--help` lists them",
		    STR_FMT(words[0]), STR_FMT(words[0]));
	if (p->command == NULL)
		return FAIL(ctx, ERR_INVALID,
		    "there is no command \"%.*s\"; `masthead --help` lists "
		    "them",
		    STR_FMT(n > 0 && utf8_ok(words[0])
				? utf8_head(words[0], NAME_SHOWN_MAX)
				: STR("")));
	return args_parse(ctx, p->command, words + skip, n - skip, &p->args);
}

enum err
perform_step_down(struct ctx *ctx, const struct folder *f)
{
	struct stat s = { 0 };

	if (geteuid() != 0)
		return ERR_OK;
	if (fstat(folder_fd(f), &s) != 0)
		return FAIL(ctx, ERR_IO, "%s cannot be examined: %s",
		    folder_path(f), strerror(errno));
	if (s.st_uid == 0)
		return ERR_OK;
	if (setgroups(0, NULL) != 0 || setgid(s.st_gid) != 0 ||
	    setuid(s.st_uid) != 0)
		return FAIL(ctx, ERR_DENIED,
		    "%s belongs to user %u, whom root cannot become here: "
		    "run this as that user",
		    folder_path(f), (unsigned)s.st_uid);
	return ERR_OK;
}

/* ---- opening ---- */

static enum err
open_one(struct ctx *ctx, struct str path, bool dir, int *out)
{
	const char *name = str_cstr(ctx->arena, path);
	struct str shown = utf8_head(path, NAME_SHOWN_MAX);
	struct stat s = { 0 };
	/* A pipe that nobody writes to must not hold us. */
	int fd = open(
	    name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (dir ? O_DIRECTORY : 0));

	if (fd < 0)
		return FAIL(ctx, errno == ENOENT ? ERR_NOTFOUND : ERR_IO,
		    "%.*s cannot be opened: %s", STR_FMT(shown),
		    strerror(errno));
	if (fstat(fd, &s) != 0 ||
	    (!S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode))) {
		close(fd);
		return FAIL(ctx, ERR_INVALID,
		    "%.*s is neither a file nor a folder", STR_FMT(shown));
	}
	*out = fd;
	return ERR_OK;
}

enum err
perform_open(
    struct ctx *ctx, const struct perform *p, int fds[WORDS_MAX], size_t *n)
{
	struct str base = args_value(&p->args, "media-base");
	enum err err = ERR_OK;

	*n = 0;
	if (!p->command->paths)
		return ERR_OK;
	for (size_t i = 0; i < p->args.words_n && err == ERR_OK; i++) {
		err = open_one(ctx, p->args.words[i], false, &fds[*n]);
		*n += err == ERR_OK;
	}
	if (err == ERR_OK && base.n != 0) {
		err = open_one(ctx, base, true, &fds[*n]);
		*n += err == ERR_OK;
	}
	if (err == ERR_OK)
		return ERR_OK;
	while (*n > 0)
		close(fds[--*n]);
	return err;
}

/* ---- running ---- */

bool
perform_is_typed(const struct perform *p)
{
	return p->command->typing == TYPING_EDITOR ||
	       (p->command->typing == TYPING_FILE &&
		   args_given(&p->args, "file"));
}

static bool
is_dir(int fd)
{
	struct stat s = { 0 };

	return fstat(fd, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool
is_file(int fd)
{
	struct stat s = { 0 };

	return fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
}

enum err
perform_run(struct ctx *ctx, const struct perform *p)
{
	bool base = args_value(&p->args, "media-base").n != 0;
	bool typed = perform_is_typed(p);
	size_t files_n = p->command->paths ? p->args.words_n : 0;
	size_t wanted = files_n + base + (typed ? 2 : 0);
	struct import_file *files = NULL;

	/* The words may come from a client: they must agree with its fds. */
	if (p->fds_n != wanted)
		return FAIL(ctx, ERR_INVALID,
		    "%zu files were named and %zu opened", wanted, p->fds_n);
	if (base && !is_dir(p->fds[files_n]))
		return FAIL(ctx, ERR_INVALID, "--media-base is no folder");
	files = ARENA_ARRAY(ctx->arena, files_n, struct import_file);
	for (size_t i = 0; i < files_n; i++) {
		if (!is_dir(p->fds[i]) && !is_file(p->fds[i]))
			return FAIL(ctx, ERR_INVALID,
			    "%.*s is neither a file nor a folder",
			    STR_FMT(p->args.words[i]));
		files[i] = (struct import_file){
			.fd = p->fds[i],
			.name = p->args.words[i],
			.is_dir = is_dir(p->fds[i]),
		};
	}
	return p->command->run(&(struct run){
	    .ctx = ctx,
	    .args = &p->args,
	    .out = p->out,
	    .folder = p->folder,
	    .store = p->store,
	    .media = p->media,
	    .site = p->site,
	    .typed_fd = typed ? p->fds[0] : -1,
	    .answer_fd = typed ? p->fds[1] : -1,
	    .files = files,
	    .files_n = files_n,
	    .base_fd = base ? p->fds[files_n] : -1,
	    .host = p->host,
	});
}
