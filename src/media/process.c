/* SPDX-License-Identifier: MIT */
/* Starting, hearing and ending a worker process. */

#include "media/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/protocol.h"

/* Above every number that the child gives a meaning to. */
enum {
	CLEAR_OF_CHILD = 16,
	ENVIRONMENT_MAX = 4,
	STOP_LOOK_MS = 250, /* whether it is to stop */
};

static void
fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

#define FD CLEANUP(fd_close) int

/*
 * A description of its own, from the start and for reading only: the worker
 * shares no file position with anybody and cannot write to an original.
 */
static int
reopen(int fd)
{
	char path[64];
	FD fresh = -1;

	if (fd < 0)
		fresh = open("/dev/null", O_RDONLY | O_CLOEXEC);
	else {
		(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		fresh = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	return fresh < 0 ? -1 : fcntl(fresh, F_DUPFD_CLOEXEC, CLEAR_OF_CHILD);
}

/* Nothing of ours but what a sanitizer needs to be told. */
static void
environment(char *out[ENVIRONMENT_MAX])
{
	static const char *const names[] = { "ASAN_OPTIONS=",
		"UBSAN_OPTIONS=" };
	size_t n = 0;

	for (char **e = environ; e != NULL && *e != NULL; e++) {
		for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
			if (strncmp(*e, names[i], strlen(names[i])) == 0 &&
			    n + 1 < ENVIRONMENT_MAX)
				out[n++] = *e;
		}
	}
	out[n] = NULL;
}

static int
spawn(const struct process_start *in, int input, int socket, pid_t *pid)
{
	char *argv[] = { "masthead-media",
		in->self_test != NULL ? "--self-test" : NULL,
		(char *)(uintptr_t)in->self_test, NULL };
	char *envp[ENVIRONMENT_MAX];
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc = posix_spawn_file_actions_init(&files);

	if (rc != 0)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return rc;
	}
	environment(envp);
	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	/* What the server ignores or blocks is not the worker's way. */
	if ((rc = posix_spawnattr_setflags(
		 &attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)) == 0 &&
	    (rc = posix_spawnattr_setsigmask(&attr, &none)) == 0 &&
	    (rc = posix_spawnattr_setsigdefault(&attr, &all)) == 0 &&
	    (rc = posix_spawn_file_actions_adddup2(
		 &files, input, WIRE_INPUT_FD)) == 0 &&
	    (rc = posix_spawn_file_actions_addopen(
		 &files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)) == 0 &&
	    (in->loud || (rc = posix_spawn_file_actions_addopen(&files,
			      STDERR_FILENO, "/dev/null", O_WRONLY, 0)) == 0) &&
	    (rc = posix_spawn_file_actions_adddup2(
		 &files, socket, WIRE_SOCKET_FD)) == 0 &&
	    (rc = posix_spawn_file_actions_addclosefrom_np(
		 &files, WIRE_SOCKET_FD + 1)) == 0)
		rc = posix_spawn(pid, in->program, &files, &attr, argv, envp);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	return rc;
}

enum err
process_start(
    struct ctx *ctx, const struct process_start *in, struct process *out)
{
	FD input = reopen(in->input);
	FD theirs = -1;
	int pair[2] = { -1, -1 };
	pid_t pid = 0;
	int rc;

	if (input < 0) {
		rc = errno;
		(void)FAIL(ctx, ERR_IO, "The file could not be opened again.");
		ctx_detail(ctx, "reopen: %s", strerror(rc));
		return ERR_IO;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return FAIL(ctx, ERR_IO, "No socket for the media worker: %s.",
		    strerror(errno));
	theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, CLEAR_OF_CHILD);
	(void)close(pair[1]);
	rc = theirs < 0 ? errno : spawn(in, input, theirs, &pid);
	if (rc != 0) {
		(void)close(pair[0]);
		return FAIL(ctx, ERR_IO,
		    "The media worker %s could not be started: %s.",
		    in->program, strerror(rc));
	}
	*out = (struct process){ .pid = pid,
		.socket = pair[0],
		.deadline = clock_monotonic_ns() + in->seconds * CLOCK_SECOND,
		.stop = in->stop,
		.must_rest = in->must_rest,
		.arg = in->arg };
	return ERR_OK;
}

static int
bury(struct process *p)
{
	int status = 0;

	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
	return status;
}

void
process_end(struct process *p)
{
	fd_close(&p->socket);
	if (p->pid <= 0)
		return;
	(void)kill(p->pid, SIGKILL);
	(void)bury(p);
}

static bool
is_stopped(const struct process *p)
{
	return p->stop != NULL && atomic_load(p->stop);
}

/* What it has in memory stays; it takes no processor from those who go first. */
static void
rest(struct process *p)
{
	int64_t from = clock_monotonic_ns(), n;

	if (p->must_rest == NULL || !p->must_rest(p->arg))
		return;
	(void)kill(p->pid, SIGSTOP);
	while (!is_stopped(p) && p->must_rest(p->arg))
		(void)poll(NULL, 0, STOP_LOOK_MS);
	(void)kill(p->pid, SIGCONT);
	n = clock_monotonic_ns() - from;
	p->rested += n;
	p->deadline += n;
}

/* Whether there is anything to read in time: bytes, or the end. */
static bool
wait_readable(struct process *p, int of)
{
	for (;;) {
		struct pollfd fd = { .fd = of, .events = POLLIN };
		int64_t left;
		int rc;

		rest(p);
		left = p->deadline - clock_monotonic_ns();
		if (left <= 0 || is_stopped(p))
			return false;
		left = left / 1000000 + 1;
		rc = poll(
		    &fd, 1, left > STOP_LOOK_MS ? STOP_LOOK_MS : (int)left);
		if (rc > 0)
			return true;
		if (rc < 0 && errno != EINTR)
			return false;
	}
}

int
process_wait(struct process *p)
{
	/* Its pid cannot pass to another before it is buried. */
	FD fd = (int)syscall(SYS_pidfd_open, p->pid, 0);

	/* One that hangs up and lives on gets no more time than others. */
	if (fd < 0 || !wait_readable(p, fd))
		(void)kill(p->pid, SIGKILL);
	return bury(p);
}

enum process_read
process_read(struct process *p, void *out, size_t n)
{
	char *at = out;

	while (n > 0) {
		ssize_t got;

		if (!wait_readable(p, p->socket))
			return PROCESS_LATE;
		got = recv(p->socket, at, n, MSG_DONTWAIT);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return PROCESS_CLOSED;
		at += got;
		n -= (size_t)got;
	}
	return PROCESS_READ;
}

bool
process_write(struct process *p, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n > 0) {
		ssize_t put = send(p->socket, at, n, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		n -= (size_t)put;
	}
	return true;
}
