/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tree of limits at which somebody picks what happens: requests, other limits,
 * queues that stop, timers that are late. No request is lost or goes twice, it is
 * always known when the next one goes, and without limits all of them do.
 */
#ifndef QOS_MODEL_H
#define QOS_MODEL_H

#include <linux/types.h>

/* @below: a number from 0 to @limit - 1. Sets unit_failed, and then stops. */
void qos_model_run(u32 (*below)(u32 limit), u32 num_steps);

#endif
