/* SPDX-License-Identifier: MIT */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

/*
 * What goes to a terminal carries no controls: a headline or a file's name
 * from elsewhere must not move the cursor or type commands.
 */

#include <stdio.h>

#include "base/base.h"

/*
 * A stream to the file descriptor in which each control character, C0 but
 * tab and newline, DEL and C1, becomes "?".  Ends with fclose().
 */
FILE *terminal_open(int fd);

/* Standard output as commands want it: filtered when it is a terminal. */
FILE *terminal_stdout(void);

/* "masthead: " and the words on standard error, in one line. */
void terminal_say(const char *words);

#endif
