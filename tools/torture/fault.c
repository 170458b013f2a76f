/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into the program under torture: counts the calls of a kind, and
 * has the one that it is told to fail.  What it is told stands in a page that
 * the tormentor maps too (TORTURE_PAGE).  It also moves the clock.
 *
 *	cc -shared -fPIC -O1 fault.c -o fault.so -ldl
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* faults.py packs and reads these, in this order. */
enum kind {
	NONE,
	STEP,
	WRITE,
	SYNC,
	RENAME,
	SPAWN,
	MEMORY,
	OPEN,
	READ,
	MAP,
	THREAD,
};

struct page {
	_Atomic int32_t kind;  /* which calls are counted */
	_Atomic int32_t error; /* errno, or SQLite's code, of the failure */
	_Atomic int64_t at;    /* which call fails, from 1; 0: none */
	_Atomic int64_t stays; /* 1: and every one after it */
	_Atomic int64_t seen;  /* calls of that kind since it was set */
	_Atomic int64_t hit;   /* how many failed */
	_Atomic int64_t ahead; /* seconds that the clock goes ahead */
};

enum { LARGE = 65536 }; /* an allocation that may be refused; bytes */

static struct page *page;

/* Sockets, terminals and what wakes a thread do not fail as disks do. */
static int
is_no_file(int fd)
{
	struct stat st;

	return fd <= 2 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("TORTURE_PAGE");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *p = MAP_FAILED;

	if (fd < 0)
		return;
	p = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p != MAP_FAILED)
		page = p;
}

/* Must this call fail?  errno is set. */
static int
fails(enum kind kind)
{
	int64_t n = 0;
	int64_t at = 0;

	if (page == NULL || page->kind != (int32_t)kind)
		return 0;
	n = atomic_fetch_add(&page->seen, 1) + 1;
	at = page->at;
	if (at == 0 || n < at || (n > at && page->stays == 0))
		return 0;
	atomic_fetch_add(&page->hit, 1);
	errno = page->error;
	return 1;
}

#define REAL(name) ((__typeof__(&name))next(#name))

static void *
next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* ---- files ---- */

ssize_t
write(int fd, const void *data, size_t n)
{
	if (page != NULL && page->kind == WRITE && !is_no_file(fd) &&
	    fails(WRITE))
		return -1;
	return REAL(write)(fd, data, n);
}

ssize_t
pwrite64(int fd, const void *data, size_t n, off64_t at)
{
	return fails(WRITE) ? -1 : REAL(pwrite64)(fd, data, n, at);
}

ssize_t
pwrite(int fd, const void *data, size_t n, off_t at)
{
	return fails(WRITE) ? -1 : REAL(pwrite)(fd, data, n, at);
}

int
ftruncate64(int fd, off64_t n)
{
	return fails(WRITE) ? -1 : REAL(ftruncate64)(fd, n);
}

ssize_t
read(int fd, void *data, size_t n)
{
	if (page != NULL && page->kind == READ && !is_no_file(fd) &&
	    fails(READ))
		return -1;
	return REAL(read)(fd, data, n);
}

ssize_t
pread64(int fd, void *data, size_t n, off64_t at)
{
	return fails(READ) ? -1 : REAL(pread64)(fd, data, n, at);
}

/* It is given only where a file may be made. */
static mode_t
mode_of(va_list ap, int flags)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(ap, mode_t) : 0;
}

#define OPENS(name)                                                      \
	int name(const char *path, int flags, ...)                       \
	{                                                                \
		mode_t mode = 0;                                         \
		va_list ap;                                              \
                                                                         \
		va_start(ap, flags);                                     \
		mode = mode_of(ap, flags);                               \
		va_end(ap);                                              \
		return fails(OPEN) ? -1 : REAL(name)(path, flags, mode); \
	}
#define OPENS_AT(name)                                                       \
	int name(int fd, const char *path, int flags, ...)                   \
	{                                                                    \
		mode_t mode = 0;                                             \
		va_list ap;                                                  \
                                                                             \
		va_start(ap, flags);                                         \
		mode = mode_of(ap, flags);                                   \
		va_end(ap);                                                  \
		return fails(OPEN) ? -1 : REAL(name)(fd, path, flags, mode); \
	}
OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

int
fsync(int fd)
{
	return fails(SYNC) ? -1 : REAL(fsync)(fd);
}

int
fdatasync(int fd)
{
	return fails(SYNC) ? -1 : REAL(fdatasync)(fd);
}

int
rename(const char *from, const char *to)
{
	return fails(RENAME) ? -1 : REAL(rename)(from, to);
}

int
renameat(int a, const char *from, int b, const char *to)
{
	return fails(RENAME) ? -1 : REAL(renameat)(a, from, b, to);
}

int
linkat(int a, const char *from, int b, const char *to, int flags)
{
	return fails(RENAME) ? -1 : REAL(linkat)(a, from, b, to, flags);
}

/* ---- processes and memory ---- */

int
posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *f,
    const posix_spawnattr_t *a, char *const argv[], char *const env[])
{
	if (fails(SPAWN))
		return errno;
	return REAL(posix_spawn)(pid, path, f, a, argv, env);
}

pid_t
fork(void)
{
	return fails(SPAWN) ? -1 : REAL(fork)();
}

int
pthread_create(
    pthread_t *out, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	if (fails(THREAD))
		return errno;
	return REAL(pthread_create)(out, attr, run, arg);
}

void *
mmap64(void *at, size_t n, int how, int flags, int fd, off64_t from)
{
	if (fails(MAP))
		return MAP_FAILED;
	return REAL(mmap64)(at, n, how, flags, fd, from);
}

static void *(*real_malloc)(size_t);
static void *(*real_realloc)(void *, size_t);

void *
malloc(size_t n)
{
	if (real_malloc == NULL)
		*(void **)&real_malloc = next("malloc");
	return n >= LARGE && fails(MEMORY) ? NULL : real_malloc(n);
}

void *
realloc(void *p, size_t n)
{
	if (real_realloc == NULL)
		*(void **)&real_realloc = next("realloc");
	return n >= LARGE && fails(MEMORY) ? NULL : real_realloc(p, n);
}

/* ---- SQLite ---- */

struct sqlite3;
struct sqlite3_stmt;
int sqlite3_step(struct sqlite3_stmt *s);
int sqlite3_exec(struct sqlite3 *db, const char *sql,
    int (*row)(void *, int, char **, char **), void *arg, char **why);

/* SQLite steps statements of its own, whose failures it would not notice. */
static int
is_sqlite(const void *caller)
{
	Dl_info who;

	return dladdr(caller, &who) != 0 && who.dli_fname != NULL &&
	       strstr(who.dli_fname, "libsqlite3") != NULL;
}

int
sqlite3_step(struct sqlite3_stmt *s)
{
	if (page != NULL && page->kind == STEP &&
	    !is_sqlite(__builtin_return_address(0)) && fails(STEP))
		return errno;
	return REAL(sqlite3_step)(s);
}

int
sqlite3_exec(struct sqlite3 *db, const char *sql,
    int (*row)(void *, int, char **, char **), void *arg, char **why)
{
	if (page != NULL && page->kind == STEP &&
	    !is_sqlite(__builtin_return_address(0)) && fails(STEP))
		return errno;
	return REAL(sqlite3_exec)(db, sql, row, arg, why);
}

/* ---- the clock ---- */

int
clock_gettime(clockid_t id, struct timespec *out)
{
	static int (*real)(clockid_t, struct timespec *);
	int bad = 0;

	if (real == NULL)
		*(void **)&real = next("clock_gettime");
	bad = real(id, out);
	if (bad == 0 && id == CLOCK_REALTIME && page != NULL)
		out->tv_sec += page->ahead;
	return bad;
}

time_t
time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

/* What waits for a time means the moved one. */
int
pthread_cond_timedwait(
    pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until)
{
	struct timespec real = *until;

	if (page != NULL)
		real.tv_sec -= page->ahead;
	return REAL(pthread_cond_timedwait)(c, m, &real);
}
