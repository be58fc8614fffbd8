/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of ipst.ko share among themselves. Front ends: see ipst.h. */
#ifndef _IPST_CORE_H
#define _IPST_CORE_H

#include <linux/blk_types.h>
#include <linux/hrtimer.h>

#include "../admit.h"
#include "../ipst.h"

/**
 * struct ipst_ctrl_params - what a controller is made of
 * @subsystem: configfs item of the nvmet subsystem, checked with
 *	ipst_subsystem_is_valid(); the caller keeps it pinned
 * @host_nqn: NQN shown to the subsystem's access list
 * @host_id: host identifier of the Connect command
 * @num_queues: I/O queues, 1 ... IPST_MAX_QUEUES
 * @queue_depth: requests in flight on each, 2 ... IPST_MAX_QUEUE_SIZE
 * @complete: see &ipst_frontend.complete
 * @ns_changed: a namespace appeared, changed or went. Context: process, may
 *	sleep; never runs after ipst_ctrl_destroy() has returned.
 * @priv: for @ns_changed
 */
struct ipst_ctrl_params {
	struct config_item *subsystem;
	const char *host_nqn;
	uuid_t host_id;
	unsigned int num_queues;
	unsigned int queue_depth;
	void (*complete)(struct ipst_req *req);
	void (*ns_changed)(struct ipst_ctrl *ctrl, void *priv);
	void *priv;
};

/**
 * struct ipst_tree - devices that share limits, or one device
 * @lock: guards all nodes and queues of it
 * @root: its group, or its device
 * @timer: lets go what is parked
 * @wake_ns: when
 */
struct ipst_tree {
	spinlock_t lock;	/* all of the tree */
	struct ipst_qos_node *root;
	struct hrtimer timer;
	u64 wake_ns;
};

/**
 * struct ipst_group - devices that share limits
 * @item: its configfs folder; holds the reference that keeps it alive
 * @entry: on the list of all groups
 * @id: never used again; says where on that list
 * @tree: that of its members
 * @node: root of @tree
 * @members: limiters of these
 */
struct ipst_group {
	struct config_item item;
	struct list_head entry;
	u64 id;
	struct ipst_tree tree;
	struct ipst_qos_node node;
	struct list_head members;
};

static inline const char *ipst_group_name(const struct ipst_group *group)
{
	return group->item.ci_name;
}

/**
 * struct ipst_limiter - a device's part of admission
 * @dev: the device
 * @node: its limits
 * @queues: its queues, all &struct ipst_qos_queue
 * @own: its tree while it is in no group
 * @tree: its tree; changes under the locks of both
 * @group: it is a member of, pinned, or NULL
 * @entry: on &ipst_group.members
 * @throttling: requests wait, or have lately; under the lock of @tree, like
 * @parked_jiffies: when the last one began to
 * @event_work: tells listeners of @throttling
 * @told: it has; its own
 */
struct ipst_limiter {
	struct ipst_device *dev;
	struct ipst_qos_node node;
	struct list_head queues;
	struct ipst_tree own;
	struct ipst_tree *tree;
	struct ipst_group *group;
	struct list_head entry;

	bool throttling;
	unsigned long parked_jiffies;
	struct delayed_work event_work;
	bool told;
};

/**
 * struct ipst_limits_change - what is to be changed, for once
 * @has_rate: of &ipst_qos_limits.rate
 * @limits: new values; a @burst_ms of 0 is none
 * @weight: of a device, 0 = stays
 * @has_group: of a device: @group counts
 * @group: to join, or NULL: leave
 */
struct ipst_limits_change {
	bool has_rate[IPST_QOS_NUM_SHARES][IPST_QOS_NUM_UNITS];
	struct ipst_qos_limits limits;
	u32 weight;
	bool has_group;
	struct ipst_group *group;
};

/* nvmet.c */
bool ipst_subsystem_is_valid(struct config_item *item);
struct ipst_ctrl *ipst_ctrl_create(const struct ipst_ctrl_params *params);
void ipst_ctrl_watch(struct ipst_ctrl *ctrl);
void ipst_ctrl_destroy(struct ipst_ctrl *ctrl);
int ipst_ctrl_identify_ns(struct ipst_ctrl *ctrl, u32 nsid,
			  struct ipst_ns_info *info);

/* bdev.c */
void ipst_bdev_get_limits(struct block_device *bdev, struct ipst_ns_info *info);
struct bio *ipst_bdev_range_bio(struct block_device *bdev, sector_t sector,
				sector_t num_sectors, bool erase);

/* device.c */
int ipst_device_init(struct ipst_device *dev,
		     const struct ipst_frontend *frontend);
void ipst_device_exit(struct ipst_device *dev);
void ipst_device_add(struct ipst_device *dev);
void ipst_device_remove(struct ipst_device *dev);
int ipst_device_link(struct ipst_device *dev, struct config_item *subsystem);
void ipst_device_unlink(struct ipst_device *dev);
int ipst_device_for_each(u64 first_id, unsigned int *seq,
			 int (*fn)(struct ipst_device *dev, void *data),
			 void *data);
int ipst_device_call(const char *name,
		     int (*fn)(struct ipst_device *dev, void *data),
		     void *data);

/* configfs.c */
extern struct configfs_subsystem ipst_subsystem;
bool ipst_name_is_valid(const char *name);
int ipst_configfs_init(void);
void ipst_configfs_exit(void);
int ipst_configfs_pin(struct ipst_device *dev);
void ipst_configfs_unpin(struct ipst_device *dev);

/* admit.c */
void ipst_tree_init(struct ipst_tree *tree, struct ipst_qos_node *root);
void ipst_tree_exit(struct ipst_tree *tree);
int ipst_limiter_create(struct ipst_device *dev);
void ipst_limiter_leave(struct ipst_limiter *limiter);
void ipst_limiter_destroy(struct ipst_limiter *limiter);
void ipst_device_change_limits(struct ipst_device *dev,
			       const struct ipst_limits_change *change);
void ipst_device_get_limits(struct ipst_device *dev,
			    struct ipst_qos_limits *limits, u32 *weight,
			    char *group);
void ipst_group_change_limits(struct ipst_group *group,
			      const struct ipst_limits_change *change);
void ipst_group_get_limits(struct ipst_group *group,
			   struct ipst_qos_limits *limits);

/* group.c */
void ipst_groups_init(struct config_group *parent);
struct ipst_group *ipst_group_find(const char *name);
void ipst_group_put(struct ipst_group *group);
int ipst_group_for_each(u64 after_id,
			int (*fn)(struct ipst_group *group, void *data),
			void *data);
int ipst_group_pin(struct ipst_group *group);
void ipst_group_unpin(struct ipst_group *group);

/* netlink.c */
int ipst_netlink_init(void);
void ipst_netlink_exit(void);

#endif /* _IPST_CORE_H */
