/* SPDX-License-Identifier: MIT */
/* Files of a ladder into a folder: there whole, or not at all. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "media/media.h"

static bool
write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = str_from(s, (size_t)n);
	}
	return true;
}

enum err
media_put(struct ctx *ctx, int folder, const struct media_file *file)
{
	char before[256];
	CLEANUP(fd_close) int fd = -1;

	assert(strchr(file->name, '/') == NULL);
	assert(strlen(file->name) + sizeof ".tmp" <= sizeof before);
	(void)snprintf(before, sizeof before, "%s.tmp", file->name);
	fd = openat(folder, before,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd >= 0 && write_all(fd, file->bytes) && fdatasync(fd) == 0 &&
	    renameat(folder, before, folder, file->name) == 0)
		return ERR_OK;
	(void)FAIL(ctx, ERR_IO,
	    "A file of the video could not be written: %s. Is the disk full?",
	    strerror(errno));
	(void)unlinkat(folder, before, 0);
	return ERR_IO;
}
