/* SPDX-License-Identifier: MIT */
/* A theme's files: from its folder, or else from the program. */

#include "markup/theme_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static const struct embedded_file *
find_embedded(const struct theme_source *src, struct str path)
{
	for (size_t i = 0; i < src->files_n; i++)
		if (str_eq(str_c(src->files[i].name), path))
			return &src->files[i];
	return NULL;
}

/*
 * Opens a path below dir, part by part, so that no symbolic link is
 * followed anywhere; -1 with errno.
 */
static int
open_below(struct arena *a, int dir, struct str path)
{
	int at = fcntl(dir, F_DUPFD_CLOEXEC, 0);

	while (at >= 0) {
		CLEANUP(fd_close) int parent = at;
		bool last = str_find_char(path, '/', 0) == SIZE_MAX;
		struct str part = str_cut(path, '/', &path);

		/* NONBLOCK: a FIFO must not hold us up. */
		at = openat(parent, str_cstr(a, part),
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
			(last ? 0 : O_DIRECTORY));
		if (last)
			return at;
	}
	return at;
}

static bool
read_whole(int fd, char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t got = read(fd, p + at, n - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

static bool
read_opened(struct arena *a, int fd, struct str path, size_t max,
    struct tpl_report *r, struct str *out)
{
	struct stat st;
	char *p = NULL;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		tpl_problem_add(r, path, 0, "this is not a regular file");
		return false;
	}
	if ((uintmax_t)st.st_size > max) {
		tpl_problem_add(
		    r, path, 0, "the file is longer than %zu bytes", max);
		return false;
	}
	p = arena_alloc(a, (size_t)st.st_size);
	if (!read_whole(fd, p, (size_t)st.st_size)) {
		tpl_problem_add(r, path, 0, "the file cannot be read");
		return false;
	}
	*out = str_make(p, (size_t)st.st_size);
	return true;
}

bool
theme_file_read(struct arena *a, const struct theme_source *src,
    struct str path, size_t max, struct tpl_report *r, struct str *out)
{
	CLEANUP(fd_close) int fd = -1;
	const struct embedded_file *f = NULL;

	errno = ENOENT;
	if (src->dir >= 0)
		fd = open_below(a, src->dir, path);
	if (fd >= 0)
		return read_opened(a, fd, path, max, r, out);
	if (errno == ELOOP || errno == ENOTDIR) {
		tpl_problem_add(r, path, 0,
		    "a symbolic link, or no folder where one is needed: a "
		    "theme holds its files itself");
		return false;
	}
	if (errno != ENOENT) {
		tpl_problem_add(r, path, 0, "the file cannot be opened: %s",
		    strerrordesc_np(errno));
		return false;
	}
	f = find_embedded(src, path);
	if (f == NULL)
		return false;
	*out = str_make((const char *)f->bytes, f->n);
	return true;
}

static int
line_of(struct str s, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += s.p[i] == '\n';
	return line;
}

bool
theme_file_text(struct arena *a, const struct theme_source *src,
    struct str path, size_t max, struct tpl_report *r, struct str *out)
{
	struct str s = { 0 };
	size_t bad = 0;

	if (!theme_file_read(a, src, path, max, r, &s))
		return false;
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_from(s, 3);
	bad = utf8_bad(s);
	if (bad == SIZE_MAX)
		bad = str_find_char(s, '\0', 0);
	if (bad != SIZE_MAX) {
		tpl_problem_add(r, path, line_of(s, bad),
		    "there are bytes that are not UTF-8 text");
		return false;
	}
	*out = s;
	return true;
}

struct listing {
	struct arena *a;
	struct tpl_report *r;
	struct str *names;
	size_t n;
	size_t room;
};

/* false when there are too many. */
static bool
list_name(struct listing *l, struct str name)
{
	if (l->n == l->room) {
		tpl_problem_add(l->r, name, 0,
		    "the theme has more than %d files", THEME_FILES_MAX);
		return false;
	}
	l->names[l->n++] = name;
	return true;
}

static bool list_folder(struct listing *l, int parent, struct str prefix,
    const char *name, int depth);

static bool
list_entry(struct listing *l, DIR *d, struct str prefix, const struct dirent *e,
    int depth)
{
	struct str path =
	    str_printf(l->a, "%.*s%s", STR_FMT(prefix), e->d_name);
	struct stat st;

	/* Hidden files are editors' and version control's. */
	if (e->d_name[0] == '.' ||
	    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return true;
	if (!S_ISDIR(st.st_mode))
		return list_name(l, path);
	return list_folder(l, dirfd(d),
	    str_printf(l->a, "%.*s/", STR_FMT(path)), e->d_name, depth + 1);
}

static bool
list_folder(struct listing *l, int parent, struct str prefix, const char *name,
    int depth)
{
	int fd = -1;
	CLEANUP(close_dir) DIR *d = NULL;
	const struct dirent *e = NULL;

	if (depth > THEME_FOLDERS_MAX) {
		tpl_problem_add(l->r, prefix, 0,
		    "folders are more than %d deep", THEME_FOLDERS_MAX);
		return false;
	}
	fd = openat(
	    parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0)
		d = fdopendir(fd);
	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		tpl_problem_add(l->r, prefix, 0, "the folder cannot be read");
		return false;
	}
	while ((e = readdir(d)) != NULL)
		if (!list_entry(l, d, prefix, e, depth))
			return false;
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

size_t
theme_file_list(struct arena *a, const struct theme_source *src,
    struct tpl_report *r, struct str **out)
{
	struct listing l = { .a = a, .r = r };
	size_t kept = 0;

	l.room = THEME_FILES_MAX + src->files_n;
	l.names = ARENA_ARRAY(a, l.room, struct str);
	if (src->dir >= 0)
		list_folder(&l, src->dir, (struct str){ 0 }, ".", 0);
	for (size_t i = 0; i < src->files_n; i++)
		list_name(&l, str_c(src->files[i].name));
	if (l.n != 0)
		qsort(l.names, l.n, sizeof *l.names, compare_names);
	for (size_t i = 0; i < l.n; i++)
		if (kept == 0 || !str_eq(l.names[kept - 1], l.names[i]))
			l.names[kept++] = l.names[i];
	*out = l.names;
	return kept;
}
