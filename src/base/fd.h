/* SPDX-License-Identifier: MIT */
#ifndef BASE_FD_H
#define BASE_FD_H

/*
 * For CLEANUP(fd_close) int fd = -1: closes a descriptor that was opened;
 * below 0 there is none.  What a close may report was synced before, where it
 * matters.
 */
void fd_close(const int *fd);

#endif
