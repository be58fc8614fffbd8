/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A driver at rest, in a file: both areas of memory, in which there is all of
 * it, rings and positions of the device included.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "driver.h"

void image_save(const struct driver *drv, const char *path);
struct driver *image_load(const char *path);

#endif
