/* SPDX-License-Identifier: MIT */
/* Descriptors end with their scope. */

#include "base/fd.h"

#include <unistd.h>

void
fd_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}
