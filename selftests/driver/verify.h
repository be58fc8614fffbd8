/* SPDX-License-Identifier: GPL-2.0 */
/* I/O that is checked: see blocks.h for what, verify.c for how. */
#ifndef VERIFY_H
#define VERIFY_H

#include "blocks.h"
#include "command.h"
#include "work.h"

struct driver *verify_create(const char *path, const struct options *opts);
void verify_init_work(struct work *work, struct driver *drv);
struct blocks *verify_blocks(struct driver *drv);

#endif
