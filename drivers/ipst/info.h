/* SPDX-License-Identifier: GPL-2.0 */
/* What is told of devices: shape, state, counts. */
#ifndef _IPST_INFO_H
#define _IPST_INFO_H

#include <linux/ipst.h>
#include <linux/types.h>

#define IPST_NUM_OPS		(IPST_OP_OTHER + 1)

/**
 * struct ipst_device_info - one device, as device-get reports it
 * @mode: how hosts reach it
 * @state: what it is doing
 * @read_only: writes are refused, by the device or by its namespace
 * @size_bytes: capacity as the host sees it, like
 * @block_bytes: its logical block, 0 if the device is not enabled
 * @serial: as the host sees it
 * @chardev: node to hand to a VMM, empty if there is none
 */
struct ipst_device_info {
	enum ipst_device_mode mode;
	enum ipst_device_state state;
	bool read_only;
	u64 size_bytes;
	u32 block_bytes;
	char serial[32];
	char chardev[32];
};

/**
 * struct ipst_op_stats - requests of one kind
 * @count: completed, well or not
 * @errors: of these, those that failed
 * @bytes: of data, or of ranges, of the others
 * @ns: from fetch to completion, of all together
 */
struct ipst_op_stats {
	u64 count;
	u64 errors;
	u64 bytes;
	u64 ns;
};

/**
 * struct ipst_queue_stats - what a queue has done since it was made
 * @op: requests by kind
 * @runs: how often its worker began to look for work
 * @signals: interrupts sent
 * @in_flight: requests now
 */
struct ipst_queue_stats {
	struct ipst_op_stats op[IPST_NUM_OPS];
	u64 runs;
	u64 signals;
	u32 in_flight;
};

#endif /* _IPST_INFO_H */
