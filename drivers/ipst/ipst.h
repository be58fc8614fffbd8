/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seams of ipst: what a front end (ipst_vblk, one day ipst_vnvme) asks of
 * the core, and what it owes it in return. Words are explained in
 * Documentation/driver-api/ipst-iopath.rst, locks in ipst-locking.rst.
 */
#ifndef _IPST_H
#define _IPST_H

#include <linux/configfs.h>
#include <linux/cpumask.h>
#include <linux/ipst.h>
#include <linux/mutex.h>
#include <linux/nvme.h>
#include <linux/spinlock.h>
#include <linux/uuid.h>

#include "info.h"

struct ipst_ctrl;
struct ipst_frontend;
struct ipst_limiter;
struct ipst_qos_req;
struct ipst_queue;
struct scatterlist;

#define IPST_NAME_LEN		64	/* of a device, with its NUL */
#define IPST_NQN_LEN		(NVMF_NQN_SIZE + 1)	/* likewise */
#define IPST_MAX_QUEUES		64
#define IPST_MAX_QUEUE_SIZE	1024

/**
 * struct ipst_req - one NVMe command on its way to a namespace
 * @queue: queue it runs on, set once by its owner
 * @cmd: the command; command_id and the PSDT bits are the core's
 * @cqe: its completion, valid in &ipst_frontend.complete
 * @lba_shift: log2 of the block size that @cmd counts in; fails if the namespace
 *	has another one by now
 * @erase: with Write Zeroes: erase so that nothing can bring the data back, for
 *	which NVMe has no command
 * @sg: data, NULL for commands without; stays the front end's
 * @sg_cnt: entries of @sg in use
 * @len_bytes: bytes that @sg describes; must equal what @cmd says
 * @tag: 0 ... depth of @queue - 1, unique among the requests in flight
 *
 * A front end embeds it in its own request and reuses it: the core keeps the
 * nvmet half, one for each tag, in @queue.
 */
struct ipst_req {
	struct ipst_queue *queue;
	struct nvme_command cmd;
	struct nvme_completion cqe;
	u32 lba_shift;
	bool erase;
	struct scatterlist *sg;
	unsigned int sg_cnt;
	u32 len_bytes;
	u16 tag;
};

/**
 * struct ipst_device - what a host sees: a disk, or an NVMe controller
 * @group: its configfs folder; holds the reference that keeps it alive
 * @subsystem_group: the folder that takes the symlink to the subsystem
 * @frontend: whose it is
 * @entry: on the list of all devices
 * @id: never used again; says where on that list
 * @told_state: the state that events have told of last; theirs
 * @uuid: made at mkdir, host identifier of the Connect command
 * @lock: serialises link, unlink, enable and disable; held across all they do
 * @subsystem: the linked subsystem, NULL without one; under @lock
 * @ctrl: controller while connected, else NULL; under @lock, and stable for
 *	the front end between its @enable and the return of its @disable,
 *	except inside @quiesce ... @resume
 * @attr_lock: guards all below; never held across anything that sleeps, so
 *	that reading an attribute cannot hang on a dead backend
 * @enabled: attributes are frozen; this and @paused change under @lock, too
 * @paused: the administrator holds I/O back; only while @enabled
 * @ns_gone: the namespace is not there any more; likewise
 * @subsys_nqn: name of @subsystem, empty without one
 * @host_nqn: NQN shown to the subsystem's access list
 * @nsid: namespace that is the disk
 * @num_queues: I/O queues
 * @queue_size: entries of each
 * @busy_poll_us: how long a worker looks for work before it sleeps
 * @cpus: CPUs for the workers
 * @deep_cpus: CPUs for those with many requests in flight; empty: @cpus
 * @ns: the namespace as last seen
 * @limited: it, or its group, has limits
 * @limiter: its part of admission, the core's
 */
struct ipst_device {
	struct config_group group;
	struct config_group subsystem_group;
	const struct ipst_frontend *frontend;
	struct list_head entry;
	u64 id;
	enum ipst_device_state told_state;
	uuid_t uuid;

	struct mutex lock;	/* link, unlink, enable, disable */
	struct config_item *subsystem;
	struct ipst_ctrl *ctrl;

	spinlock_t attr_lock;	/* attributes, see above */
	bool enabled;
	bool paused;
	bool ns_gone;
	char subsys_nqn[IPST_NQN_LEN];
	char host_nqn[IPST_NQN_LEN];
	u32 nsid;
	unsigned int num_queues;
	unsigned int queue_size;
	unsigned int busy_poll_us;
	struct cpumask cpus;
	struct cpumask deep_cpus;
	struct ipst_ns_info ns;

	bool limited;
	struct ipst_limiter *limiter;
};

static inline struct ipst_device *to_ipst_device(struct config_item *item)
{
	return container_of(to_config_group(item), struct ipst_device, group);
}

static inline const char *ipst_device_name(const struct ipst_device *dev)
{
	return dev->group.cg_item.ci_name;
}

/**
 * struct ipst_frontend - a kind of device
 * @name: its folder below /sys/kernel/config/ipst
 * @owner: module
 * @type: for netlink
 * @attrs: configfs attributes beyond those every device has, NULL at the end
 * @alloc: a new device, zeroed, inside the front end's own structure
 * @free: its counterpart; nothing of the device is in use any more
 * @enable: connect (ipst_device_connect()) and let hosts in. Under
 *	&ipst_device.lock, may sleep. Return: 0, or a negative errno with
 *	nothing left behind.
 * @disable: let go of hosts, disconnect. Under &ipst_device.lock. Return: 0,
 *	or -EBUSY with nothing changed while a host is using it.
 * @quiesce: return when no request of the device is in flight, and start no
 *	new one. Under &ipst_device.lock.
 * @resume: undo @quiesce. Requests fail while &ipst_device.ctrl is NULL.
 * @pause: the same two for the administrator, who may pause for as long as he
 *	likes: it ends when the host has to let go of the device. Apart from
 *	@quiesce, which may come in between. Return: 0; -EINTR with nothing
 *	changed if the task is killed before nothing is in flight.
 * @complete: the request is done, &ipst_req.cqe says how; the core does not
 *	touch it any more. Context: any, interrupts may be off; also from
 *	within ipst_req_submit().
 * @admitted: a request that ipst_qos_queue_admit() has kept back may be submitted
 *	now. Context: any but hard interrupt, with a lock held that
 *	ipst_qos_queue_admit() takes.
 * @ns_changed: &ipst_device.ns has changed. Context: process.
 * @query: fill in an &struct ipst_device_info. Context: process; must not
 *	take &ipst_device.lock nor wait for I/O.
 * @add_stats: add those of one queue to an &struct ipst_queue_stats. Context:
 *	as @query. Return: 0, -ENODEV if the device is not enabled, -ERANGE if
 *	it has no such queue.
 * @add_hist: likewise, add how the latency of one kind of request is spread
 * @reset_hist: likewise, empty the histograms of one queue
 */
struct ipst_frontend {
	const char *name;
	struct module *owner;
	enum ipst_device_type type;
	struct configfs_attribute **attrs;

	struct ipst_device *(*alloc)(void);
	void (*free)(struct ipst_device *dev);
	int (*enable)(struct ipst_device *dev);
	int (*disable)(struct ipst_device *dev);
	void (*quiesce)(struct ipst_device *dev);
	void (*resume)(struct ipst_device *dev);
	int (*pause)(struct ipst_device *dev, bool pause);
	void (*complete)(struct ipst_req *req);
	void (*admitted)(struct ipst_qos_req *req);
	void (*ns_changed)(struct ipst_device *dev);
	void (*query)(struct ipst_device *dev, struct ipst_device_info *info);
	int (*add_stats)(struct ipst_device *dev, unsigned int queue,
			 struct ipst_queue_stats *stats);
	int (*add_hist)(struct ipst_device *dev, unsigned int queue,
			enum ipst_op op, struct ipst_hist *hist);
	int (*reset_hist)(struct ipst_device *dev, unsigned int queue);
};

/* configfs.c */
int ipst_frontend_register(const struct ipst_frontend *frontend);
void ipst_frontend_unregister(const struct ipst_frontend *frontend);
struct ipst_device *ipst_device_find(const struct ipst_frontend *frontend,
				     const char *name);
void ipst_device_get(struct ipst_device *dev);
void ipst_device_put(struct ipst_device *dev);

/* device.c */
int ipst_device_connect(struct ipst_device *dev);
void ipst_device_disconnect(struct ipst_device *dev);
int ipst_device_enable(struct ipst_device *dev);
int ipst_device_disable(struct ipst_device *dev);
int ipst_device_pause(struct ipst_device *dev, bool pause);
void ipst_device_get_ns(struct ipst_device *dev, struct ipst_ns_info *info);
void ipst_device_get_attr(struct ipst_device *dev, void *value,
			  const void *attr, size_t size);
int ipst_device_set_attr(struct ipst_device *dev, void *attr,
			 const void *value, size_t size);

/* event.c */
void ipst_event(struct ipst_device *dev, enum ipst_device_event event);
void ipst_event_state(struct ipst_device *dev);

/* nvmet.c */
struct ipst_queue *ipst_ctrl_queue(struct ipst_ctrl *ctrl, unsigned int index);
void ipst_req_submit(struct ipst_req *req);

/**
 * ipst_req_status() - how a completed request ended
 * @req: request
 *
 * Return: NVMe status without the phase bit, 0 = success.
 */
static inline u16 ipst_req_status(const struct ipst_req *req)
{
	return le16_to_cpu(req->cqe.status) >> 1;
}

#endif /* _IPST_H */
