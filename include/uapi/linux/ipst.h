/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipst.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_IPST_H
#define _UAPI_LINUX_IPST_H

#define IPST_FAMILY_NAME	"ipst"
#define IPST_FAMILY_VERSION	1

#define IPST_NAME_MAX_LEN	63
#define IPST_NQN_MAX_LEN	223
#define IPST_SERIAL_MAX_LEN	20
#define IPST_UUID_LEN		16
#define IPST_IOPS_MAX		1000000000
#define IPST_BPS_MAX		1000000000000
#define IPST_BURST_MS_MAX	60000
#define IPST_WEIGHT_MAX		10000

/**
 * enum ipst_device_type - What the host sees.
 * @IPST_DEVICE_TYPE_VIRTIO_BLK: One virtio-blk disk, by way of vDPA.
 */
enum ipst_device_type {
	IPST_DEVICE_TYPE_VIRTIO_BLK,
};

/**
 * enum ipst_device_state - Where in its life a device is.
 * @IPST_DEVICE_STATE_DISABLED: Configured only; there is no vDPA device yet.
 * @IPST_DEVICE_STATE_READY: The vDPA device exists and no driver has started
 *   it.
 * @IPST_DEVICE_STATE_LIVE: A driver has set DRIVER_OK; I/O is served.
 * @IPST_DEVICE_STATE_SUSPENDED: Stopped by its owner, keeps its queue
 *   positions, can resume.
 * @IPST_DEVICE_STATE_NEEDS_RESET: A ring is broken; nothing is served until
 *   the driver resets.
 */
enum ipst_device_state {
	IPST_DEVICE_STATE_DISABLED,
	IPST_DEVICE_STATE_READY,
	IPST_DEVICE_STATE_LIVE,
	IPST_DEVICE_STATE_SUSPENDED,
	IPST_DEVICE_STATE_NEEDS_RESET,
};

/**
 * enum ipst_device_mode - Who may drive the device.
 * @IPST_DEVICE_MODE_VHOST: A process such as QEMU, through /dev/vhost-vdpa-N.
 * @IPST_DEVICE_MODE_LOCAL: This kernel's own virtio_blk, as /dev/vdX.
 */
enum ipst_device_mode {
	IPST_DEVICE_MODE_VHOST,
	IPST_DEVICE_MODE_LOCAL,
};

/**
 * enum ipst_op - What a request asks for.
 * @IPST_OP_READ: Read data.
 * @IPST_OP_WRITE: Write data.
 * @IPST_OP_FLUSH: Make all completed writes durable.
 * @IPST_OP_DISCARD: Forget the contents of ranges.
 * @IPST_OP_WRITE_ZEROES: Make ranges zero.
 * @IPST_OP_SECURE_ERASE: Erase ranges so that nothing can bring them back.
 * @IPST_OP_OTHER: All else, such as the serial number, and what is not known.
 */
enum ipst_op {
	IPST_OP_READ,
	IPST_OP_WRITE,
	IPST_OP_FLUSH,
	IPST_OP_DISCARD,
	IPST_OP_WRITE_ZEROES,
	IPST_OP_SECURE_ERASE,
	IPST_OP_OTHER,
};

/**
 * enum ipst_device_event - What has happened to a device.
 * @IPST_DEVICE_EVENT_CREATED: Its configfs directory was made.
 * @IPST_DEVICE_EVENT_GONE: Its configfs directory was removed.
 * @IPST_DEVICE_EVENT_STATE_CHANGED: It is in another state now, which the
 *   attribute state tells.
 * @IPST_DEVICE_EVENT_PAUSED: The administrator holds its I/O back.
 * @IPST_DEVICE_EVENT_RESUMED: He does so no more.
 * @IPST_DEVICE_EVENT_CAPACITY_CHANGED: Its size is another one, which the
 *   attribute size tells.
 * @IPST_DEVICE_EVENT_NAMESPACE_GONE: Its namespace is not there any more;
 *   requests fail.
 * @IPST_DEVICE_EVENT_NAMESPACE_BACK: Its namespace is there again.
 * @IPST_DEVICE_EVENT_THROTTLING_BEGAN: Its requests wait, since it, or its
 *   group, is at a limit.
 * @IPST_DEVICE_EVENT_THROTTLING_ENDED: No request has waited for a second or
 *   more.
 */
enum ipst_device_event {
	IPST_DEVICE_EVENT_CREATED,
	IPST_DEVICE_EVENT_GONE,
	IPST_DEVICE_EVENT_STATE_CHANGED,
	IPST_DEVICE_EVENT_PAUSED,
	IPST_DEVICE_EVENT_RESUMED,
	IPST_DEVICE_EVENT_CAPACITY_CHANGED,
	IPST_DEVICE_EVENT_NAMESPACE_GONE,
	IPST_DEVICE_EVENT_NAMESPACE_BACK,
	IPST_DEVICE_EVENT_THROTTLING_BEGAN,
	IPST_DEVICE_EVENT_THROTTLING_ENDED,
};

enum {
	IPST_A_DEVICE_NAME = 1,
	IPST_A_DEVICE_TYPE,
	IPST_A_DEVICE_STATE,
	IPST_A_DEVICE_MODE,
	IPST_A_DEVICE_SUBSYS_NQN,
	IPST_A_DEVICE_NSID,
	IPST_A_DEVICE_UUID,
	IPST_A_DEVICE_NUM_QUEUES,
	IPST_A_DEVICE_QUEUE_SIZE,
	IPST_A_DEVICE_READ_ONLY,
	IPST_A_DEVICE_SIZE,
	IPST_A_DEVICE_BLOCK_SIZE,
	IPST_A_DEVICE_SERIAL,
	IPST_A_DEVICE_CHARDEV,
	IPST_A_DEVICE_PAUSED,
	IPST_A_DEVICE_EVENT,

	__IPST_A_DEVICE_MAX,
	IPST_A_DEVICE_MAX = (__IPST_A_DEVICE_MAX - 1)
};

enum {
	IPST_A_QOS_NAME = 1,
	IPST_A_QOS_GROUP,
	IPST_A_QOS_RW_IOPS,
	IPST_A_QOS_R_IOPS,
	IPST_A_QOS_W_IOPS,
	IPST_A_QOS_RW_BPS,
	IPST_A_QOS_R_BPS,
	IPST_A_QOS_W_BPS,
	IPST_A_QOS_BURST_MS,
	IPST_A_QOS_WEIGHT,

	__IPST_A_QOS_MAX,
	IPST_A_QOS_MAX = (__IPST_A_QOS_MAX - 1)
};

enum {
	IPST_A_OP_STATS_OP = 1,
	IPST_A_OP_STATS_COUNT,
	IPST_A_OP_STATS_ERRORS,
	IPST_A_OP_STATS_BYTES,
	IPST_A_OP_STATS_NS,

	__IPST_A_OP_STATS_MAX,
	IPST_A_OP_STATS_MAX = (__IPST_A_OP_STATS_MAX - 1)
};

enum {
	IPST_A_STATS_NAME = 1,
	IPST_A_STATS_QUEUE,
	IPST_A_STATS_OP,
	IPST_A_STATS_IN_FLIGHT,
	IPST_A_STATS_RUNS,
	IPST_A_STATS_SIGNALS,
	IPST_A_STATS_KICKS,
	IPST_A_STATS_POLL_HITS,
	IPST_A_STATS_POLL_MISSES,
	IPST_A_STATS_RING_ERRORS,
	IPST_A_STATS_PARKED,
	IPST_A_STATS_THROTTLED,
	IPST_A_STATS_THROTTLED_NS,

	__IPST_A_STATS_MAX,
	IPST_A_STATS_MAX = (__IPST_A_STATS_MAX - 1)
};

enum {
	IPST_A_HIST_BUCKET_EXPONENT = 1,
	IPST_A_HIST_BUCKET_COUNT,

	__IPST_A_HIST_BUCKET_MAX,
	IPST_A_HIST_BUCKET_MAX = (__IPST_A_HIST_BUCKET_MAX - 1)
};

enum {
	IPST_A_HIST_NAME = 1,
	IPST_A_HIST_OP,
	IPST_A_HIST_BUCKET,

	__IPST_A_HIST_MAX,
	IPST_A_HIST_MAX = (__IPST_A_HIST_MAX - 1)
};

enum {
	IPST_CMD_DEVICE_GET = 1,
	IPST_CMD_STATS_GET,
	IPST_CMD_QOS_GET,
	IPST_CMD_QOS_SET,
	IPST_CMD_HIST_GET,
	IPST_CMD_HIST_RESET,
	IPST_CMD_DEVICE_EVENT,

	__IPST_CMD_MAX,
	IPST_CMD_MAX = (__IPST_CMD_MAX - 1)
};

#define IPST_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_IPST_H */
