/* SPDX-License-Identifier: MIT */
/* The media tree: blobs under their digests, derived files under names. */

#include "store/blob.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/blob_own.h"
#include "store/folder.h"

enum {
	CHUNK = 65536,
	DIR_MODE = 0750,
	FILE_MODE = 0640,
	NAME_MAX_OURS = 200, /* characters of a derived file's name */
};

/* A file being written: gone again unless it was moved to its place. */
struct draft {
	const struct folder *folder;
	int fd;
	char path[64];
};

static void
draft_end(struct draft *d)
{
	if (d->folder == NULL)
		return;
	close(d->fd);
	unlinkat(folder_fd(d->folder), d->path, 0);
}

bool
blob_disk_is_full(void)
{
	return errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
}

enum err
blob_disk_fail(struct ctx *ctx, const char *what)
{
	if (blob_disk_is_full())
		return FAIL(ctx, ERR_IO,
		    "the disk is full: free some space and try again; nothing "
		    "was changed");
	return FAIL(ctx, ERR_IO, "a media file cannot be %s: %s", what,
	    strerror(errno));
}

static enum err
draft_new(struct ctx *ctx, const struct folder *f, struct draft *d)
{
	static atomic_uint counter;

	snprintf(d->path, sizeof d->path, "media/tmp/%d-%u", (int)getpid(),
	    atomic_fetch_add(&counter, 1));
	d->fd = openat(folder_fd(f), d->path,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (d->fd < 0 && errno == EEXIST) {
		/* Left by a process that had our number and was killed. */
		unlinkat(folder_fd(f), d->path, 0);
		d->fd = openat(folder_fd(f), d->path,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		    FILE_MODE);
	}
	if (d->fd < 0)
		return blob_disk_fail(ctx, "made");
	d->folder = f;
	return ERR_OK;
}

static enum err
write_all(struct ctx *ctx, int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return blob_disk_fail(ctx, "written");
		p += done;
		n -= (size_t)done;
	}
	return ERR_OK;
}

enum err
blob_sync_dir(struct ctx *ctx, int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int bad = fd < 0 || fsync(fd) != 0;

	if (fd >= 0)
		close(fd);
	return bad ? blob_disk_fail(ctx, "synced") : ERR_OK;
}

static enum err
sync_parent(struct ctx *ctx, int at, const char *path)
{
	char parent[PATH_MAX_OURS];

	snprintf(parent, sizeof parent, "%s", path);
	*strrchr(parent, '/') = '\0';
	return blob_sync_dir(ctx, at, parent);
}

void
blob_tree_path(char out[PATH_MAX_OURS], const char *tree, const char *digest,
    struct str name)
{
	snprintf(out, PATH_MAX_OURS, "media/%s/%.2s/%.2s/%.*s", tree, digest,
	    digest + 2, STR_FMT(name));
}

enum err
blob_make_parents(struct ctx *ctx, int at, const char *path)
{
	char part[PATH_MAX_OURS];
	size_t n = strlen(path);

	for (size_t i = strlen("media/"), level = 0; i < n; i++) {
		if (path[i] != '/' || level++ == 0)
			continue;
		snprintf(part, sizeof part, "%.*s", (int)i, path);
		if (mkdirat(at, part, DIR_MODE) != 0 && errno != EEXIST)
			return blob_disk_fail(ctx, "made");
		/* The name of the new folder must survive a power cut too. */
		*strrchr(part, '/') = '\0';
		TRY(blob_sync_dir(ctx, at, part));
	}
	return ERR_OK;
}

enum err
blob_place(struct ctx *ctx, const struct folder *f, int fd, const char *from,
    struct str digest)
{
	char path[PATH_MAX_OURS];
	int at = folder_fd(f);

	blob_tree_path(path, "blobs", digest.p, digest);
	if (fchmod(fd, BLOB_MODE) != 0 || fsync(fd) != 0)
		return blob_disk_fail(ctx, "synced");
	TRY(blob_make_parents(ctx, at, path));
	/* It may have come before, even a moment ago, from one that was killed */
	if (linkat(at, from, at, path, 0) != 0 && errno != EEXIST)
		return blob_disk_fail(ctx, "placed");
	return sync_parent(ctx, at, path);
}

static enum err
draft_place(struct ctx *ctx, struct draft *d, const char *path)
{
	int at = folder_fd(d->folder);

	if (fchmod(d->fd, BLOB_MODE) != 0 || fsync(d->fd) != 0)
		return blob_disk_fail(ctx, "synced");
	TRY(blob_make_parents(ctx, at, path));
	if (renameat(at, d->path, at, path) != 0)
		return blob_disk_fail(ctx, "placed");
	return sync_parent(ctx, at, path);
}

static struct str
hex(struct arena *a, const unsigned char digest[32])
{
	char *p = arena_alloc(a, BLOB_DIGEST + 1);

	sodium_bin2hex(p, BLOB_DIGEST + 1, digest, 32);
	return str_make(p, BLOB_DIGEST);
}

struct str
digest_hex(struct arena *a, struct str bytes)
{
	unsigned char digest[32];

	crypto_generichash(digest, sizeof digest,
	    (const unsigned char *)bytes.p, bytes.n, NULL, 0);
	return hex(a, digest);
}

enum err
blob_copy(struct ctx *ctx, int from, int to, int64_t max, struct str *digest,
    int64_t *size)
{
	crypto_generichash_state hash;
	unsigned char sum[32];
	char *chunk = arena_alloc(ctx->arena, CHUNK);
	int64_t total = 0;

	crypto_generichash_init(&hash, NULL, 0, sizeof sum);
	for (;;) {
		ssize_t got = read(from, chunk, CHUNK);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL(ctx, ERR_IO, "the file cannot be read: %s",
			    strerror(errno));
		if (got == 0)
			break;
		total += got;
		if (total > max)
			return FAIL(ctx, ERR_LIMIT,
			    "the file is larger than %" PRId64 " bytes", max);
		crypto_generichash_update(
		    &hash, (unsigned char *)chunk, (size_t)got);
		if (to >= 0)
			TRY(write_all(ctx, to, chunk, (size_t)got));
	}
	crypto_generichash_final(&hash, sum, sizeof sum);
	*digest = hex(ctx->arena, sum);
	*size = total;
	return ERR_OK;
}

enum err
blob_put(struct ctx *ctx, const struct folder *f, int from, int64_t max,
    struct str *digest, int64_t *size)
{
	CLEANUP(draft_end) struct draft d = { 0 };
	char path[PATH_MAX_OURS];
	struct str name = { 0 };
	int64_t n = 0;

	TRY(draft_new(ctx, f, &d));
	TRY(blob_copy(ctx, from, d.fd, max, &name, &n));
	blob_tree_path(path, "blobs", name.p, name);
	if (faccessat(folder_fd(f), path, F_OK, 0) != 0)
		TRY(draft_place(ctx, &d, path));
	else /* it may have come a moment ago, from one who was killed */
		TRY(sync_parent(ctx, folder_fd(f), path));
	*digest = name;
	*size = n;
	return ERR_OK;
}

enum err
blob_open_at(struct ctx *ctx, const struct folder *f, const char *path, int *fd,
    int64_t *size)
{
	struct stat s = { 0 };
	int got = openat(folder_fd(f), path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (got < 0 && (errno == ENOENT || errno == ENOTDIR))
		return FAIL(ctx, ERR_NOTFOUND, "there is no such media file");
	if (got < 0)
		return blob_disk_fail(ctx, "opened");
	if (fstat(got, &s) != 0 || !S_ISREG(s.st_mode)) {
		close(got);
		return FAIL(ctx, ERR_IO, "a media file is no file: %s", path);
	}
	*fd = got;
	*size = s.st_size;
	return ERR_OK;
}

bool
blob_is_digest(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("0123456789abcdef", s.p[i]) == NULL)
			return false;
	return s.n == BLOB_DIGEST;
}

enum err
blob_open(struct ctx *ctx, const struct folder *f, struct str digest, int *fd,
    int64_t *size)
{
	char path[PATH_MAX_OURS];

	if (!blob_is_digest(digest))
		return FAIL(ctx, ERR_INVALID, "that is no digest of a blob");
	blob_tree_path(path, "blobs", digest.p, digest);
	return blob_open_at(ctx, f, path, fd, size);
}

bool
blob_is_name(struct str s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789"
				      "_.-";

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(allowed, s.p[i]) == NULL)
			return false;
	return s.n > 0 && s.n <= NAME_MAX_OURS && s.p[0] != '.';
}

static void
derived_path(struct ctx *ctx, struct str name, char out[PATH_MAX_OURS])
{
	assert(blob_is_name(name));
	blob_tree_path(out, "derived", digest_hex(ctx->arena, name).p, name);
}

enum err
derived_put(
    struct ctx *ctx, const struct folder *f, struct str name, struct str bytes)
{
	CLEANUP(draft_end) struct draft d = { 0 };
	char path[PATH_MAX_OURS];

	derived_path(ctx, name, path);
	TRY(draft_new(ctx, f, &d));
	TRY(write_all(ctx, d.fd, bytes.p, bytes.n));
	return draft_place(ctx, &d, path);
}

enum err
derived_open(struct ctx *ctx, const struct folder *f, struct str name, int *fd,
    int64_t *size)
{
	char path[PATH_MAX_OURS];

	derived_path(ctx, name, path);
	return blob_open_at(ctx, f, path, fd, size);
}
