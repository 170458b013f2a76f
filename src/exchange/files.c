/* SPDX-License-Identifier: MIT */
/* Folders and files that strangers packed: never out of the root. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "exchange/run.h"

static void
dir_close(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

int
files_open(int root, struct str path)
{
	CLEANUP(fd_close) int at = -1;
	struct str rest = path;
	char name[NAME_MAX + 1];

	do {
		struct str part = str_cut(rest, '/', &rest);
		int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
		int next = -1;

		if (part.n == 0 || part.n > NAME_MAX) {
			errno = part.n == 0 ? ENOENT : ENAMETOOLONG;
			return -1;
		}
		memcpy(name, part.p, part.n);
		name[part.n] = '\0';
		if (rest.n != 0)
			flags |= O_DIRECTORY;
		next = openat(at >= 0 ? at : root, name, flags);
		if (next < 0)
			return -1;
		fd_close(&at);
		at = next;
	} while (rest.n != 0);

	int out = at;

	at = -1;
	return out;
}

enum err
files_read(struct ctx *ctx, int fd, size_t max, struct str *out)
{
	struct stat info, before;
	char *p = NULL;
	size_t n = 0;

	if (fstat(fd, &info) != 0)
		return FAIL(ctx, ERR_NOTFOUND, "it cannot be read: %s",
		    strerror(errno));
	if (!S_ISREG(info.st_mode))
		return FAIL(ctx, ERR_INVALID, "it is not a regular file");
	before = info;
	if (info.st_size > (off_t)max)
		return FAIL(ctx, ERR_LIMIT,
		    "it is %.1f MB large; a text file may have %zu MB",
		    (double)info.st_size / 1e6, max >> 20);
	p = arena_alloc(ctx->arena,
	    max < (size_t)info.st_size + 1 ? max : (size_t)info.st_size + 1);
	while (n < (size_t)info.st_size) {
		ssize_t got =
		    pread(fd, p + n, (size_t)info.st_size - n, (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL(ctx, ERR_NOTFOUND, "it cannot be read: %s",
			    strerror(errno));
		if (got == 0)
			return FAIL(ctx, ERR_CONFLICT,
			    "it became shorter while it was read");
		n += (size_t)got;
	}
	/* Half of one text and half of another is neither. */
	if (fstat(fd, &info) != 0 || info.st_size != before.st_size ||
	    info.st_mtim.tv_sec != before.st_mtim.tv_sec ||
	    info.st_mtim.tv_nsec != before.st_mtim.tv_nsec)
		return FAIL(ctx, ERR_CONFLICT,
		    "it changed while it was read: import it again");
	*out = str_make(p, n);
	return ERR_OK;
}

/* ---- paths ---- */

struct str
files_folder(struct str path)
{
	size_t cut = 0;

	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '/')
			cut = i;
	}
	return str_sub(path, 0, cut);
}

bool
files_join(struct arena *a, struct str folder, struct str path, struct str *out)
{
	struct str all = folder.n != 0 ? str_printf(a, "%.*s/%.*s",
					     STR_FMT(folder), STR_FMT(path))
				       : path;
	char *p = arena_alloc(a, all.n + 1);
	size_t n = 0;

	if (path.n == 0 || path.p[0] == '/' || all.n > 4096)
		return false;
	while (all.n != 0) {
		struct str part = str_cut(all, '/', &all);

		if (part.n == 0 || str_eq(part, STR(".")))
			continue;
		if (memchr(part.p, '\0', part.n) != NULL)
			return false;
		if (str_eq(part, STR(".."))) {
			if (n == 0)
				return false;
			n = files_folder(str_make(p, n)).n;
			continue;
		}
		if (n != 0)
			p[n++] = '/';
		memcpy(p + n, part.p, part.n);
		n += part.n;
	}
	*out = str_make(p, n);
	return n != 0;
}

struct str
files_path(struct arena *a, int fd)
{
	char link[64];
	char path[4096];
	struct str s;
	ssize_t n;

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path);
	if (n <= 0 || (size_t)n == sizeof path || path[0] != '/')
		return STR("folder");
	s = str_make(path, (size_t)n);
	return utf8_ok(s) ? str_dup(a, s) : STR("folder");
}

struct str
files_name(struct arena *a, int fd)
{
	struct str path = files_path(a, fd);
	struct str name = str_from(path, files_folder(path).n);

	if (str_starts(name, STR("/")))
		name = str_from(name, 1);
	return name.n != 0 ? name : STR("folder");
}

/* ---- walking ---- */

struct walk {
	struct run *run;
	const struct import_file *folder;
	struct str key; /* first part of what the origin table says */
	struct source_list *out;
};

static bool
is_text_name(struct str name)
{
	struct str low = name;

	return str_ends(low, STR(".md")) || str_ends(low, STR(".markdown")) ||
	       str_ends(low, STR(".txt"));
}

void
files_add(struct arena *a, struct source_list *l, const struct source *src)
{
	if (l->n == l->room) {
		size_t room = l->room != 0 ? l->room * 2 : 64;
		struct source *v = ARENA_ARRAY(a, room, struct source);

		if (l->n != 0)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->room = room;
	}
	l->v[l->n++] = *src;
}

static void
add_source(struct walk *w, struct str path)
{
	struct arena *a = w->run->all;

	files_add(a, w->out,
	    &(struct source){
		.name = str_printf(
		    a, "%.*s/%.*s", STR_FMT(w->folder->name), STR_FMT(path)),
		.key =
		    str_printf(a, "%.*s/%.*s", STR_FMT(w->key), STR_FMT(path)),
		.path = path,
		.root = w->folder->fd,
		.in_folder = true,
	    });
}

struct name {
	struct str s;
	bool regular; /* a file, for sure; else it must be looked at */
};

static int
by_name(const void *x, const void *y)
{
	const struct name *a = x;
	const struct name *b = y;

	return str_cmp(a->s, b->s);
}

/* The names of a folder, sorted; hidden ones are nobody's business. */
static enum err
read_names(
    struct ctx *ctx, struct arena *a, int fd, struct name **out, size_t *out_n)
{
	CLEANUP(dir_close) DIR *d = fdopendir(fd);
	struct name *v = NULL;
	size_t n = 0;
	size_t room = 0;

	if (d == NULL) {
		close(fd);
		return FAIL(ctx, ERR_NOTFOUND, "a folder cannot be read: %s",
		    strerror(errno));
	}
	for (;;) {
		const struct dirent *e = NULL;

		errno = 0;
		e = readdir(d);
		if (e == NULL && errno != 0)
			return FAIL(ctx, ERR_NOTFOUND,
			    "the folder cannot be read to its end: %s",
			    strerror(errno));
		if (e == NULL)
			break;
		if (e->d_name[0] == '.')
			continue;
		if (n == IMPORT_FILES_MAX)
			return FAIL(ctx, ERR_LIMIT,
			    "a folder holds more than %d names",
			    IMPORT_FILES_MAX);
		if (n == room) {
			struct name *more = ARENA_ARRAY(
			    a, room != 0 ? room * 2 : 64, struct name);

			if (n != 0)
				memcpy(more, v, n * sizeof *v);
			room = room != 0 ? room * 2 : 64;
			v = more;
		}
		v[n++] = (struct name){
			.s = str_dup(a, str_c(e->d_name)),
			.regular = e->d_type == DT_REG,
		};
	}
	if (n != 0)
		qsort(v, n, sizeof *v, by_name);
	*out = v;
	*out_n = n;
	return ERR_OK;
}

static void walk_folder(struct walk *w, struct str path, int depth);

static void
walk_entry(struct walk *w, struct str path, bool regular, int depth)
{
	CLEANUP(fd_close) int fd = -1;
	struct run *r = w->run;
	struct str shown = { 0 };
	struct stat info;

	/* Nearly all are; each will be opened when it is read. */
	if (regular && utf8_ok(path) && utf8_is_line(path)) {
		if (is_text_name(path))
			add_source(w, path);
		return;
	}
	shown = str_printf(
	    r->all, "%.*s/%.*s", STR_FMT(w->folder->name), STR_FMT(path));

	if (!utf8_ok(path) || !utf8_is_line(path)) {
		report_refuse(r, text_name(r->all, shown),
		    "its name is not one line of UTF-8: rename it");
		return;
	}
	fd = files_open(w->folder->fd, path);
	if (fd < 0 && (errno == ELOOP || errno == EMLINK)) {
		report_refuse(
		    r, shown, "it is a symbolic link: links are not followed");
		return;
	}
	if (fd < 0 || fstat(fd, &info) != 0) {
		report_refuse(r, shown,
		    str_cstr(
			r->all, str_printf(r->all, "it cannot be opened: %s",
				    strerror(errno))));
		return;
	}
	if (S_ISDIR(info.st_mode))
		walk_folder(w, path, depth + 1);
	else if (S_ISREG(info.st_mode) && is_text_name(path))
		add_source(w, path);
	else if (!S_ISREG(info.st_mode))
		report_refuse(r, shown, "it is not a regular file");
}

/* It could not be looked into. */
static void
refuse_folder(struct walk *w, struct str path, const char *why)
{
	struct arena *a = w->run->all;
	struct str name = w->folder->name;

	if (path.n != 0)
		name = str_printf(a, "%.*s/%.*s", STR_FMT(name), STR_FMT(path));
	report_refuse(w->run, text_name(a, name), why);
}

static void
walk_folder(struct walk *w, struct str path, int depth)
{
	struct run *r = w->run;
	struct name *names = NULL;
	size_t n = 0;
	int fd = path.n != 0 ? files_open(w->folder->fd, path)
			     : openat(w->folder->fd, ".",
				   O_RDONLY | O_CLOEXEC | O_DIRECTORY);

	if (depth > IMPORT_DEPTH_MAX) {
		if (fd >= 0)
			close(fd);
		refuse_folder(w, path,
		    "the folder lies more than 16 folders deep: import it on "
		    "its own");
		return;
	}
	if (fd < 0 || read_names(r->ctx, r->all, fd, &names, &n) != ERR_OK) {
		refuse_folder(
		    w, path, fd < 0 ? strerror(errno) : ctx_why(r->ctx));
		return;
	}
	for (size_t i = 0; i < n && w->out->n < IMPORT_FILES_MAX; i++) {
		struct str below = names[i].s;

		if (path.n != 0)
			below = str_printf(
			    r->all, "%.*s/%.*s", STR_FMT(path), STR_FMT(below));
		walk_entry(w, below, names[i].regular, depth);
	}
}

enum err
files_walk(
    struct run *r, const struct import_file *folder, struct source_list *out)
{
	struct walk w = {
		.run = r,
		.folder = folder,
		.key = files_name(r->all, folder->fd),
		.out = out,
	};

	walk_folder(&w, STR(""), 0);
	if (out->n >= IMPORT_FILES_MAX)
		return FAIL(r->ctx, ERR_LIMIT,
		    "there are more than %d files: import the folder in parts",
		    IMPORT_FILES_MAX);
	return ERR_OK;
}
