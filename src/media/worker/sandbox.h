/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_SANDBOX_H
#define MEDIA_WORKER_SANDBOX_H

/*
 * The walls around the worker.  Everything that needs a file (modules,
 * shared libraries) must be loaded before they go up; they never come down.
 *
 * Three layers, each enough against most harm: limits on resources; Landlock,
 * under which no file can be opened; and a seccomp filter that lists the
 * system calls a decoder needs.  Of the rest, those that name files fail
 * with EACCES, because libraries look for /proc files and locale data and go
 * on without; any other kills the process.
 *
 * Errors: false, with the step's name in *step, when a wall that this kernel
 *         should have cannot be put up.  Landlock may be missing; seccomp may
 *         not.
 */

#include <stdbool.h>
#include <stdint.h>

enum sandbox_layers {
	SANDBOX_LIMITS = 1,
	SANDBOX_LANDLOCK = 2,
	SANDBOX_SECCOMP = 4,
	SANDBOX_ALL = 7,
};

/* What one kind of worker may have. */
struct sandbox_room {
	int64_t data;  /* bytes of memory */
	int64_t space; /* bytes of addresses, threads' stacks included */
	bool input;    /* it reads its input as it goes, by pread() */
};

/* Before anything else: dies with its parent, and the server goes first. */
void sandbox_humble(void);
/* What nobody waits for runs when nothing else on the machine does. */
void sandbox_give_way(void);

/* cpu: seconds of processor time, from the start of the process. */
bool sandbox_enter(const struct sandbox_room *room, enum sandbox_layers layers,
    uint32_t cpu, const char **step);

#endif
