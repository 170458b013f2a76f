/* SPDX-License-Identifier: MIT */
#ifndef BASE_BASE_H
#define BASE_BASE_H

/* Floor 0, whole: what every room may use. */

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/ctx.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/str.h"
#include "base/ticks.h"
#include "base/utf8.h"

#endif
