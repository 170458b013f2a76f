/* SPDX-License-Identifier: MIT */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

/* What every unit test starts from. One test: test_base '*ticks*'. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define UNIT_RUN(tests, argc, argv)                                \
	((argc) > 1 ? cmocka_set_test_filter((argv)[1]) : (void)0, \
	    cmocka_run_group_tests((tests), NULL, NULL))

#endif
