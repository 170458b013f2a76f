/* SPDX-License-Identifier: MIT */
#ifndef MEDIA_SETTINGS_H
#define MEDIA_SETTINGS_H

/* For this room only: the settings as they hold, defaults filled in. */

#include "media/media.h"

const struct media_settings *media_settings_of(const struct media *m);

#endif
