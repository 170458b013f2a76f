/* SPDX-License-Identifier: MIT */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* The heap of malloc(3), laid out for programs of many threads. */

/*
 * One heap for all threads, whose first 256 MB of addresses are reserved in
 * one piece that may be backed by huge pages.  Memory is used as it is
 * touched, two megabytes at a time; addresses count against RLIMIT_DATA.
 * Where the machine has no huge pages (transparent_hugepage is
 * "never") nothing but the layout changes.  Once, before the first thread.
 */
void heap_prepare(void);

#endif
