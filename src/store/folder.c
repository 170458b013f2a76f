/* SPDX-License-Identifier: MIT */
/* The data folder and its lock. */

#include "store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char *path;
	int fd;
	int lock; /* -1: not ours */
};

enum {
	FOLDER_MODE = 0750
}; /* originals and passwords: no business of others */

static struct folder *
folder_make(void)
{
	struct folder *f = calloc(1, sizeof *f);

	if (f == NULL)
		abort();
	f->fd = f->lock = -1;
	return f;
}

void
folder_close(struct folder *f)
{
	if (f == NULL)
		return;
	if (f->lock >= 0)
		close(f->lock);
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	free(f);
}

static enum err
folder_at(struct ctx *ctx, const char *path, struct folder **out)
{
	struct folder *f = folder_make();

	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->path = f->fd >= 0 ? realpath(path, NULL) : NULL;
	if (f->path == NULL) {
		int why = errno;

		folder_close(f);
		if (why == ENOENT || why == ENOTDIR)
			return FAIL(ctx, ERR_NOTFOUND,
			    "there is no folder %s: `masthead init --data %s` "
			    "makes one",
			    path, path);
		return FAIL(ctx, ERR_IO, "%s cannot be opened: %s", path,
		    strerror(why));
	}
	*out = f;
	return ERR_OK;
}

enum err
folder_open(struct ctx *ctx, struct str path, struct folder **out)
{
	const char *name = str_cstr(ctx->arena, path);
	struct folder *f = NULL;

	TRY(folder_at(ctx, name, &f));
	if (faccessat(f->fd, "newsroom.db", F_OK, 0) != 0) {
		folder_close(f);
		return FAIL(ctx, ERR_NOTFOUND,
		    "%s holds no newsroom: `masthead init --data %s` makes one",
		    name, name);
	}
	*out = f;
	return ERR_OK;
}

static enum err
make_dir(struct ctx *ctx, int at, const char *name)
{
	if (mkdirat(at, name, FOLDER_MODE) != 0 && errno != EEXIST)
		return FAIL(ctx, ERR_IO, "the folder %s cannot be made: %s",
		    name, strerror(errno));
	return ERR_OK;
}

enum err
folder_create(struct ctx *ctx, struct str path, struct folder **out)
{
	const char *name = str_cstr(ctx->arena, path);
	struct folder *f = NULL;
	enum err err = ERR_OK;

	TRY(make_dir(ctx, AT_FDCWD, name));
	TRY(folder_at(ctx, name, &f));
	if (faccessat(f->fd, "newsroom.db", F_OK, 0) == 0)
		err = FAIL(ctx, ERR_CONFLICT,
		    "%s holds a newsroom already: choose another folder with "
		    "--data",
		    name);
	if (err == ERR_OK)
		err = make_dir(ctx, f->fd, "media");
	if (err == ERR_OK)
		err = make_dir(ctx, f->fd, "media/blobs");
	if (err == ERR_OK)
		err = make_dir(ctx, f->fd, "media/derived");
	if (err == ERR_OK)
		err = make_dir(ctx, f->fd, "media/tmp");
	if (err != ERR_OK) {
		folder_close(f);
		return err;
	}
	*out = f;
	return ERR_OK;
}

const char *
folder_path(const struct folder *f)
{
	return f->path;
}

int
folder_fd(const struct folder *f)
{
	return f->fd;
}

enum err
folder_lock(struct ctx *ctx, struct folder *f)
{
	if (f->lock >= 0)
		return ERR_OK;
	f->lock = openat(f->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (f->lock < 0)
		return FAIL(ctx, ERR_IO, "%s/lock cannot be opened: %s",
		    f->path, strerror(errno));
	if (flock(f->lock, LOCK_EX | LOCK_NB) != 0) {
		int why = errno;

		close(f->lock);
		f->lock = -1;
		if (why == EWOULDBLOCK)
			return FAIL(ctx, ERR_BUSY,
			    "another Masthead is writing %s: stop it, or "
			    "choose another folder with --data",
			    f->path);
		return FAIL(ctx, ERR_IO, "%s/lock cannot be taken: %s", f->path,
		    strerror(why));
	}
	return ERR_OK;
}
