/* SPDX-License-Identifier: GPL-2.0 */
/* What is told of namespaces and devices: shape, state, counts. */
#ifndef _IPST_INFO_H
#define _IPST_INFO_H

#include <linux/ipst.h>
#include <linux/types.h>
#include <linux/uuid.h>

#define IPST_NUM_OPS		(IPST_OP_OTHER + 1)
#define IPST_HIST_BUCKETS	64

/**
 * struct ipst_ns_info - what a front end must know of a namespace
 * @size_bytes: capacity
 * @lba_shift: log2 of the logical block size
 * @phys_block_bytes: physical block size
 * @io_min_bytes: preferred smallest I/O
 * @io_opt_bytes: preferred I/O size, 0 = none
 * @alignment_bytes: offset of the first aligned physical block
 * @max_segments: data segments that the backend takes in one go
 * @dma_alignment: mask that addresses and lengths of the data have to respect
 * @max_discard_bytes: of one range that the backend deallocates, 0 = cannot
 * @discard_align_bytes: unit in which it does
 * @max_zeroes_bytes: of one range that the backend makes zero by itself, 0 =
 *	zeroes have to be written
 * @max_erase_bytes: of one range that the backend erases securely, 0 = cannot
 * @zeroes_unmap: making a range zero may deallocate it
 * @write_cache: a Flush does something
 * @read_only: writes are refused
 * @uuid: of the namespace, null if it has none
 */
struct ipst_ns_info {
	u64 size_bytes;
	u32 lba_shift;
	u32 phys_block_bytes;
	u32 io_min_bytes;
	u32 io_opt_bytes;
	u32 alignment_bytes;
	u32 max_segments;
	u32 dma_alignment;
	u64 max_discard_bytes;
	u32 discard_align_bytes;
	u64 max_zeroes_bytes;
	u64 max_erase_bytes;
	bool zeroes_unmap;
	bool write_cache;
	bool read_only;
	uuid_t uuid;
};

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
 * @kicks: notifications from the driver
 * @poll_hits: how often its worker polled and work came
 * @poll_misses: how often it polled in vain
 * @ring_errors: how often the ring was broken
 * @throttled: requests that a limit has held back
 * @throttled_ns: how long, all together
 * @in_flight: requests now
 * @parked: of these, those that a limit holds back
 */
struct ipst_queue_stats {
	struct ipst_op_stats op[IPST_NUM_OPS];
	u64 runs;
	u64 signals;
	u64 kicks;
	u64 poll_hits;
	u64 poll_misses;
	u64 ring_errors;
	u64 throttled;
	u64 throttled_ns;
	u32 in_flight;
	u32 parked;
};

/**
 * struct ipst_hist - how the latency of requests of one kind is spread
 * @bucket: how many took 2^n to 2^(n + 1) - 1 nanoseconds, the first also 0
 */
struct ipst_hist {
	u64 bucket[IPST_HIST_BUCKETS];
};

#endif /* _IPST_INFO_H */
