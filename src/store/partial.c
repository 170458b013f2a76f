/* SPDX-License-Identifier: MIT */
/* Files that come in pieces. */

#include "store/partial.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "store/blob_own.h"
#include "store/folder.h"

#define UPLOADS "media/uploads"

enum { NAME_MAX_OURS = 64, DIR_MODE = 0750, FILE_MODE = 0640 };

static bool
is_name(struct str s)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(allowed, s.p[i]) == NULL)
			return false;
	return s.n > 0 && s.n <= NAME_MAX_OURS;
}

static void
partial_path(struct str name, char out[PATH_MAX_OURS])
{
	assert(is_name(name));
	snprintf(out, PATH_MAX_OURS, UPLOADS "/%.*s", STR_FMT(name));
}

/* What a full disk is to whoever sends. */
static enum err
fail_full(struct ctx *ctx, const char *what)
{
	if (!blob_disk_is_full())
		return blob_disk_fail(ctx, what);
	return FAIL(ctx, ERR_LIMIT,
	    "the house's disk is full; what was acknowledged is kept");
}

static enum err
make_file(struct ctx *ctx, const struct folder *f, const char *path, int *fd)
{
	int at = folder_fd(f);

	if (mkdirat(at, UPLOADS, DIR_MODE) == 0)
		TRY(blob_sync_dir(ctx, at, "media"));
	else if (errno != EEXIST)
		return fail_full(ctx, "made");
	*fd = openat(at, path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (*fd < 0)
		return fail_full(ctx, "made");
	return blob_sync_dir(ctx, at, UPLOADS);
}

static enum err
check_size(struct ctx *ctx, int fd, int64_t least, int64_t most)
{
	struct stat s = { 0 };

	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
		return blob_disk_fail(ctx, "opened");
	if (s.st_size < least || s.st_size > most)
		return FAIL(ctx, ERR_GONE,
		    "the bytes of this upload are there no longer: begin it "
		    "anew");
	return ERR_OK;
}

static enum err
open_file(struct ctx *ctx, const struct folder *f, const char *path, int flags,
    int *fd)
{
	*fd = openat(folder_fd(f), path, flags | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0 && errno == ENOENT)
		return FAIL(ctx, ERR_GONE,
		    "the bytes of this upload are there no longer: begin it "
		    "anew");
	return *fd < 0 ? blob_disk_fail(ctx, "opened") : ERR_OK;
}

enum err
partial_open(struct ctx *ctx, const struct folder *f, struct str name,
    int64_t kept, int *out)
{
	CLEANUP(fd_close) int fd = -1;
	char path[PATH_MAX_OURS];

	partial_path(name, path);
	if (kept == 0)
		TRY(make_file(ctx, f, path, &fd));
	else
		TRY(open_file(ctx, f, path, O_WRONLY, &fd));
	TRY(check_size(ctx, fd, kept, INT64_MAX));
	if (ftruncate(fd, kept) != 0)
		return blob_disk_fail(ctx, "cut");
	*out = fd;
	fd = -1;
	return ERR_OK;
}

enum err
partial_write(struct ctx *ctx, int fd, int64_t at, struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t done = pwrite(fd, bytes.p, bytes.n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fail_full(ctx, "written");
		bytes = str_from(bytes, (size_t)done);
		at += done;
	}
	return ERR_OK;
}

enum err
partial_sync(struct ctx *ctx, int fd)
{
	return fdatasync(fd) == 0 ? ERR_OK : fail_full(ctx, "synced");
}

enum err
partial_read(struct ctx *ctx, const struct folder *f, struct str name,
    int64_t size, int *out)
{
	CLEANUP(fd_close) int fd = -1;
	char path[PATH_MAX_OURS];

	partial_path(name, path);
	TRY(open_file(ctx, f, path, O_RDONLY, &fd));
	TRY(check_size(ctx, fd, size, size));
	*out = fd;
	fd = -1;
	return ERR_OK;
}

enum err
partial_digest(struct ctx *ctx, const struct folder *f, struct str name,
    int64_t size, struct str *digest)
{
	CLEANUP(fd_close) int fd = -1;
	int64_t n = 0;

	TRY(partial_read(ctx, f, name, size, &fd));
	return blob_copy(ctx, fd, -1, INT64_MAX, digest, &n);
}

enum err
partial_to_blob(struct ctx *ctx, const struct folder *f, struct str name,
    int fd, struct str digest)
{
	char path[PATH_MAX_OURS];

	partial_path(name, path);
	return blob_place(ctx, f, fd, path, digest);
}

void
partial_remove(const struct folder *f, struct str name)
{
	char path[PATH_MAX_OURS];

	partial_path(name, path);
	(void)unlinkat(folder_fd(f), path, 0);
}

static void
dir_close(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

enum err
partial_list(
    struct ctx *ctx, const struct folder *f, const struct str **out, size_t *n)
{
	CLEANUP(dir_close) DIR *dir = NULL;
	struct str *all = NULL;
	size_t found = 0;
	int fd =
	    openat(folder_fd(f), UPLOADS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*out = NULL;
	*n = 0;
	if (fd < 0)
		return errno == ENOENT ? ERR_OK : blob_disk_fail(ctx, "listed");
	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return blob_disk_fail(ctx, "listed");
	}
	all = ARENA_ARRAY(ctx->arena, PARTIALS_MAX, struct str);
	for (struct dirent *e = readdir(dir); e != NULL && found < PARTIALS_MAX;
	     e = readdir(dir))
		if (is_name(str_c(e->d_name)))
			all[found++] = str_dup(ctx->arena, str_c(e->d_name));
	*out = all;
	*n = found;
	return ERR_OK;
}

enum err
partial_room(struct ctx *ctx, const struct folder *f, int64_t *out)
{
	struct statvfs s = { 0 };

	if (fstatvfs(folder_fd(f), &s) != 0)
		return blob_disk_fail(ctx, "weighed");
	*out = (int64_t)(s.f_bavail * s.f_frsize);
	return ERR_OK;
}
