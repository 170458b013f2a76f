/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_WORKER_TRIAL_H
#define MEDIA_WORKER_TRIAL_H

/*
 * Shuts this process in and does what must not be possible.  Returns the
 * exit status (WIRE_TRIAL_ ...), if the kernel lets it return; 2 when there
 * is no trial of that name.
 */
int trial_run(const char *name);

#endif
