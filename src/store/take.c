/* SPDX-License-Identifier: MIT */
/* Folders of what is made of films, one for each attempt. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/blob_own.h"
#include "store/folder.h"

enum { DIR_MODE = 0750 };

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

/* "media/films/ab/cd/abcd…/7" */
static enum err
take_path(struct ctx *ctx, struct str digest, int64_t take, struct str name,
    char out[PATH_MAX_OURS])
{
	size_t n = 0;

	if (!blob_is_digest(digest))
		return FAIL(ctx, ERR_INVALID, "that is no digest of a blob");
	blob_tree_path(out, "films", digest.p, digest);
	n = strlen(out);
	if (take > 0)
		snprintf(out + n, PATH_MAX_OURS - n, "/%" PRId64 "%s%.*s", take,
		    name.n != 0 ? "/" : "", STR_FMT(name));
	return ERR_OK;
}

static DIR *
open_dir(int at, const char *path)
{
	int fd =
	    openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (d == NULL && fd >= 0)
		close(fd);
	return d;
}

/* A take holds files only.  Those whose names have that in them. */
static enum err
empty_of(struct ctx *ctx, int at, const char *path, const char *part)
{
	CLEANUP(close_dir) DIR *d = open_dir(at, path);

	if (d == NULL)
		return errno == ENOENT ? ERR_OK : blob_disk_fail(ctx, "listed");
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 &&
		    strstr(e->d_name, part) != NULL &&
		    unlinkat(dirfd(d), e->d_name, 0) != 0)
			return blob_disk_fail(ctx, "removed");
	return ERR_OK;
}

static enum err
empty(struct ctx *ctx, int at, const char *path)
{
	return empty_of(ctx, at, path, "");
}

enum err
take_make(struct ctx *ctx, const struct folder *f, struct str digest,
    int64_t take, int *dir)
{
	int at = folder_fd(f);
	char path[PATH_MAX_OURS];

	/* Folders of older versions have none. */
	if (mkdirat(at, "media/films", DIR_MODE) != 0 && errno != EEXIST)
		return blob_disk_fail(ctx, "made");
	/* With a file's name in it the take itself is a parent, too. */
	TRY(take_path(ctx, digest, take, STR("x"), path));
	TRY(blob_make_parents(ctx, at, path));
	*strrchr(path, '/') = '\0';
	TRY(empty(ctx, at, path));
	*dir = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *dir >= 0 ? ERR_OK : blob_disk_fail(ctx, "opened");
}

enum err
take_add(struct ctx *ctx, const struct folder *f, struct str digest,
    int64_t take, const char *left, int *dir)
{
	int at = folder_fd(f);
	char path[PATH_MAX_OURS];

	TRY(take_path(ctx, digest, take, STR(""), path));
	*dir =
	    openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (*dir < 0)
		return errno == ENOENT
			   ? FAIL(ctx, ERR_NOTFOUND, "there is no such take")
			   : blob_disk_fail(ctx, "opened");
	return empty_of(ctx, *dir, ".", left);
}

enum err
take_open(struct ctx *ctx, const struct folder *f, struct str digest,
    int64_t take, struct str name, int *fd, int64_t *size)
{
	char path[PATH_MAX_OURS];

	/* Names come from addresses, too. */
	if (take <= 0 || !blob_is_name(name))
		return FAIL(ctx, ERR_NOTFOUND, "there is no such media file");
	TRY(take_path(ctx, digest, take, name, path));
	return blob_open_at(ctx, f, path, fd, size);
}

enum err
take_sweep(struct ctx *ctx, const struct folder *f, struct str digest,
    int64_t keep, int64_t keep_too)
{
	CLEANUP(close_dir) DIR *d = NULL;
	char path[PATH_MAX_OURS];

	TRY(take_path(ctx, digest, 0, STR(""), path));
	d = open_dir(folder_fd(f), path);
	if (d == NULL)
		return errno == ENOENT ? ERR_OK : blob_disk_fail(ctx, "listed");
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		int64_t take = 0;

		if (!str_int(str_c(e->d_name), &take) || take <= 0 ||
		    take == keep || take == keep_too)
			continue;
		TRY(empty(ctx, dirfd(d), e->d_name));
		if (unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR) != 0)
			return blob_disk_fail(ctx, "removed");
	}
	return ERR_OK;
}
