/* SPDX-License-Identifier: MIT */
/* Limits, Landlock, seccomp: what stands between a decoder and the machine. */

#include "media/worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "media/protocol.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_ASAN 1
#endif
#endif
#ifndef SANDBOX_ASAN
#define SANDBOX_ASAN 0
#endif

/* Newer than Debian 12's headers; the kernel's own numbers. */
#define ACCESS_REFER (UINT64_C(1) << 13)    /* Landlock 2 */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14) /* 3 */
#define ACCESS_IOCTL (UINT64_C(1) << 15)    /* 5 */
#define ACCESS_TCP (UINT64_C(3))	    /* 4: bind, connect */
#define SCOPE_ALL (UINT64_C(3))		    /* 6: abstract sockets, signals */

/* struct landlock_ruleset_attr of version 6; older kernels take a part. */
struct ruleset {
	uint64_t files;
	uint64_t net;
	uint64_t scoped;
};

enum { HUMBLE = 10, LAST = 19 }; /* niceness */

void
sandbox_humble(void)
{
	int fd;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setpriority(PRIO_PROCESS, 0, HUMBLE);
	/* When memory runs out a worker goes before the server does. */
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!write(fd, "1000", 4);
		(void)close(fd);
	}
}

void
sandbox_give_way(void)
{
	static const struct sched_param none = { 0 };

	(void)setpriority(PRIO_PROCESS, 0, LAST);
	(void)sched_setscheduler(0, SCHED_IDLE, &none);
}

static bool
limit(__rlimit_resource_t what, int64_t soft, int64_t hard)
{
	struct rlimit now;

	/* The service may have set less; that stays. */
	if (getrlimit(what, &now) != 0)
		return false;
	if (now.rlim_max > (rlim_t)hard)
		now.rlim_max = (rlim_t)hard;
	now.rlim_cur =
	    (rlim_t)soft < now.rlim_max ? (rlim_t)soft : now.rlim_max;
	return setrlimit(what, &now) == 0;
}

static bool
enter_limits(const struct sandbox_room *room, uint32_t cpu, const char **step)
{
	*step = "limits";
	/* ASan reserves terabytes of addresses for its shadow. */
	if (!SANDBOX_ASAN && (!limit(RLIMIT_DATA, room->data, room->data) ||
				 !limit(RLIMIT_AS, room->space, room->space)))
		return false;
	/*
	 * NPROC counts all threads of the user, the server's too, so it only
	 * stops floods; the filter forbids new processes.
	 */
	/* Soft: SIGXCPU, which says why; hard: SIGKILL. */
	return limit(RLIMIT_CPU, cpu, (int64_t)cpu + 2) &&
	       limit(RLIMIT_FSIZE, 0, 0) && limit(RLIMIT_CORE, 0, 0) &&
	       limit(RLIMIT_NOFILE, 8, 8) && limit(RLIMIT_MEMLOCK, 0, 0) &&
	       limit(RLIMIT_MSGQUEUE, 0, 0) && limit(RLIMIT_RTPRIO, 0, 0) &&
	       limit(RLIMIT_NPROC, 1024, 1024);
}

/* Root's rights, should the server be so careless as to run as root. */
static bool
drop_rights(const char **step)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct none[2] = { 0 };

	*step = "capabilities";
	return syscall(SYS_capset, &head, none) == 0;
}

static bool
enter_landlock(const char **step)
{
	struct ruleset rules = { .files =
				     (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
	size_t size = sizeof rules.files;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	long fd, rc;

	*step = "landlock";
	if (abi < 1)
		return true; /* this kernel has none */
	if (abi >= 2)
		rules.files |= ACCESS_REFER;
	if (abi >= 3)
		rules.files |= ACCESS_TRUNCATE;
	if (abi >= 5)
		rules.files |= ACCESS_IOCTL;
	if (abi >= 4) {
		rules.net = ACCESS_TCP;
		size = 2 * sizeof rules.files;
	}
	if (abi >= 6) {
		rules.scoped = SCOPE_ALL;
		size = sizeof rules;
	}
	/* Handled and nowhere allowed: forbidden everywhere. */
	fd = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
	if (fd < 0)
		return false;
	rc = syscall(SYS_landlock_restrict_self, (int)fd, 0);
	(void)close((int)fd);
	return rc == 0;
}

/* Memory, threads, time, the end: what no decoder can do without. */
static const int allowed[] = {
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_get_priority_min),
	SCMP_SYS(sched_get_priority_max),
	SCMP_SYS(getpriority),
	SCMP_SYS(getrlimit),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(membarrier),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(times),
	SCMP_SYS(getrusage),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid), /* GLib seeds its dice with it */
	SCMP_SYS(gettid),
	SCMP_SYS(getcpu),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(fstat),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Libraries ask for files and go on when told no. */
static const int refused[] = {
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(openat2),
	SCMP_SYS(creat),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(mkdir),
	SCMP_SYS(unlink),
	SCMP_SYS(memfd_create),
	SCMP_SYS(eventfd2),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(getdents64),
	SCMP_SYS(fcntl),
	SCMP_SYS(ioctl),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getresuid),
	SCMP_SYS(getresgid),
	SCMP_SYS(mlock),
	SCMP_SYS(setpriority),
	SCMP_SYS(sched_setaffinity),
	SCMP_SYS(sched_setscheduler),
	SCMP_SYS(sched_getscheduler),
	SCMP_SYS(sched_getparam),
	SCMP_SYS(get_mempolicy),
};

static bool
rule_when(scmp_filter_ctx f, uint32_t action, int call, struct scmp_arg_cmp a)
{
	return seccomp_rule_add_array(f, action, call, 1, &a) == 0;
}

/* Calls that are right with some arguments only. */
static bool
add_conditions(scmp_filter_ctx f)
{
	const uint32_t no = SCMP_ACT_ERRNO(EACCES);
	/* What pthread_create() passes; no new process, no new namespace. */
	const scmp_datum_t thread = CLONE_VM | CLONE_FS | CLONE_FILES |
				    CLONE_SIGHAND | CLONE_THREAD |
				    CLONE_SYSVSEM;
	const scmp_datum_t barred = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID |
				    CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
				    CLONE_NEWCGROUP | CLONE_PTRACE |
				    CLONE_VFORK;
	const scmp_datum_t self = (scmp_datum_t)getpid();

	return
	    /* One door: the socket.  (2 is /dev/null but for tests.) */
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(read),
		SCMP_A0(SCMP_CMP_EQ, WIRE_SOCKET_FD)) &&
	    rule_when(
		f, no, SCMP_SYS(read), SCMP_A0(SCMP_CMP_NE, WIRE_SOCKET_FD)) &&
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(write),
		SCMP_A0(SCMP_CMP_EQ, WIRE_SOCKET_FD)) &&
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(write),
		SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO)) &&
	    rule_when(
		f, no, SCMP_SYS(write), SCMP_A0(SCMP_CMP_LT, STDERR_FILENO)) &&
	    rule_when(
		f, no, SCMP_SYS(write), SCMP_A0(SCMP_CMP_GT, WIRE_SOCKET_FD)) &&
	    /* No memory becomes code. */
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap),
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
	    rule_when(f, no, SCMP_SYS(mmap),
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) &&
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect),
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
	    rule_when(f, no, SCMP_SYS(mprotect),
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) &&
	    /* glibc's fstat() is this; a name is refused by its flag. */
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat),
		SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH)) &&
	    rule_when(f, no, SCMP_SYS(newfstatat),
		SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0)) &&
	    /* Threads only; clone3 hides its flags, so glibc must use clone. */
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(clone),
		SCMP_A0(SCMP_CMP_MASKED_EQ, thread | barred, thread)) &&
	    seccomp_rule_add_array(
		f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL) == 0 &&
	    /* The limits may be read, not set; abort() may hit oneself. */
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64),
		SCMP_A2(SCMP_CMP_EQ, 0)) &&
	    rule_when(f, no, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_NE, 0)) &&
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
		SCMP_A0(SCMP_CMP_EQ, self)) &&
	    /* Naming a thread; ASan's PR_SET_VMA and others are told no. */
	    rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl),
		SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)) &&
	    rule_when(
		f, no, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_NE, PR_SET_NAME));
}

/* Files too large to map are read where they lie, and nothing else is. */
static bool
add_input(scmp_filter_ctx f, bool input)
{
	const uint32_t no = SCMP_ACT_ERRNO(EACCES);

	if (!input)
		return seccomp_rule_add_array(
			   f, no, SCMP_SYS(pread64), 0, NULL) == 0;
	return rule_when(f, SCMP_ACT_ALLOW, SCMP_SYS(pread64),
		   SCMP_A0(SCMP_CMP_EQ, WIRE_INPUT_FD)) &&
	       rule_when(f, no, SCMP_SYS(pread64),
		   SCMP_A0(SCMP_CMP_NE, WIRE_INPUT_FD));
}

static bool
fill_filter(scmp_filter_ctx f, const struct sandbox_room *room)
{
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		if (seccomp_rule_add_array(
			f, SCMP_ACT_ALLOW, allowed[i], 0, NULL) != 0)
			return false;
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		if (seccomp_rule_add_array(
			f, SCMP_ACT_ERRNO(EACCES), refused[i], 0, NULL) != 0)
			return false;
	}
	return add_conditions(f) && add_input(f, room->input);
}

static bool
enter_seccomp(const struct sandbox_room *room, const char **step)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok;

	*step = "seccomp";
	if (f == NULL)
		return false;
	ok = seccomp_attr_set(
		 f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
	     /* Threads that a library may have started are shut in too. */
	     seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
	     seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
	     fill_filter(f, room) && seccomp_load(f) == 0;
	seccomp_release(f);
	return ok;
}

bool
sandbox_enter(const struct sandbox_room *room, enum sandbox_layers layers,
    uint32_t cpu, const char **step)
{
	*step = "no new privileges";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	if ((layers & SANDBOX_LANDLOCK) != 0 && !enter_landlock(step))
		return false;
	if ((layers & SANDBOX_LIMITS) != 0 && !enter_limits(room, cpu, step))
		return false;
	if (!drop_rights(step))
		return false;
	if ((layers & SANDBOX_SECCOMP) != 0 && !enter_seccomp(room, step))
		return false;
	return true;
}
