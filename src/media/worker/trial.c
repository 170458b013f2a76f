/* SPDX-License-Identifier: MIT */
/* Forbidden deeds, one function each: true when it could be done. */

#include "media/worker/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "media/protocol.h"
#include "media/worker/sandbox.h"
#include "media/worker/worker.h"

enum { TRIAL_CPU = 10 };

static bool
deed_open(void)
{
	return open("/etc/hostname", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
deed_new_file(void)
{
	return open("/tmp/masthead-trial", O_WRONLY | O_CREAT | O_EXCL, 0600) >=
	       0;
}

static bool
deed_write_input(void)
{
	return write(WIRE_INPUT_FD, "x", 1) == 1;
}

/* A worker that may read its input may read that and nothing else. */
static bool
deed_read_other(void)
{
	char c;

	return pread(WIRE_SOCKET_FD, &c, 1, 0) >= 0;
}

static bool
deed_run_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool
deed_memory(void)
{
	/* Just more than there may be; never touched, so it costs nothing. */
	return mmap(NULL, (size_t)worker.room.data + 1, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		   0) != MAP_FAILED;
}

/* Before readers, as the server's event threads may. */
static bool
deed_go_first(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	struct rlimit r = { 0 };

	/* By itself, too: it stands should the filter have a hole. */
	if (getrlimit(RLIMIT_RTPRIO, &r) != 0 || r.rlim_cur != 0 ||
	    r.rlim_max != 0)
		return true;
	return sched_setscheduler(0, SCHED_RR, &first) == 0;
}

static bool
deed_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool
deed_connect(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "/x" };

	(void)connect(WIRE_SOCKET_FD, (struct sockaddr *)&to, sizeof to);
	return true; /* it was not killed: that is enough */
}

static bool
deed_ptrace(void)
{
	(void)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
	return true;
}

static bool
deed_execve(void)
{
	char *const argv[] = { NULL };

	(void)execve("/bin/true", argv, argv);
	return true;
}

static bool
deed_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return true;
}

static bool
deed_kill(void)
{
	(void)syscall(SYS_kill, getpid(), 0);
	return true;
}

static bool
deed_bpf(void)
{
	(void)syscall(SYS_bpf, 0, NULL, 0);
	return true;
}

static bool
deed_io_uring(void)
{
	(void)syscall(SYS_io_uring_setup, 1, NULL);
	return true;
}

static bool
deed_userns(void)
{
	(void)unshare(CLONE_NEWUSER);
	return true;
}

struct trial {
	const char *name;
	bool (*deed)(void);
	enum sandbox_layers layers;
};

static const struct trial trials[] = {
	{ "open", deed_open, SANDBOX_ALL },
	/* Landlock by itself: it stands should the filter have a hole. */
	{ "landlock", deed_open, SANDBOX_LANDLOCK },
	{ "run-code", deed_run_code, SANDBOX_ALL },
	{ "memory", deed_memory, SANDBOX_ALL },
	{ "new-file", deed_new_file, SANDBOX_ALL },
	{ "write-input", deed_write_input, SANDBOX_ALL },
	{ "read-other", deed_read_other, SANDBOX_ALL },
	{ "go-first", deed_go_first, SANDBOX_ALL },
	{ "socket", deed_socket, SANDBOX_ALL },
	{ "connect", deed_connect, SANDBOX_ALL },
	{ "ptrace", deed_ptrace, SANDBOX_ALL },
	{ "execve", deed_execve, SANDBOX_ALL },
	{ "fork", deed_fork, SANDBOX_ALL },
	{ "kill", deed_kill, SANDBOX_ALL },
	{ "bpf", deed_bpf, SANDBOX_ALL },
	{ "io_uring", deed_io_uring, SANDBOX_ALL },
	{ "userns", deed_userns, SANDBOX_ALL },
};

int
trial_run(const char *name)
{
	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
		const char *step = "";
		bool done;

		if (strcmp(trials[i].name, name) != 0)
			continue;
		if (!sandbox_enter(
			&worker.room, trials[i].layers, TRIAL_CPU, &step))
			return WIRE_TRIAL_NO_SANDBOX;
		errno = 0;
		done = trials[i].deed();
		if (done)
			return WIRE_TRIAL_DONE;
		return errno == EACCES || errno == ENOMEM ? WIRE_TRIAL_REFUSED
							  : WIRE_TRIAL_DONE;
	}
	return 2;
}
