/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of ipst.ko share among themselves. Front ends: see ipst.h. */
#ifndef _IPST_CORE_H
#define _IPST_CORE_H

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

/* nvmet.c */
bool ipst_subsystem_is_valid(struct config_item *item);
struct ipst_ctrl *ipst_ctrl_create(const struct ipst_ctrl_params *params);
void ipst_ctrl_watch(struct ipst_ctrl *ctrl);
void ipst_ctrl_destroy(struct ipst_ctrl *ctrl);
int ipst_ctrl_identify_ns(struct ipst_ctrl *ctrl, u32 nsid,
			  struct ipst_ns_info *info);

/* device.c */
void ipst_device_init(struct ipst_device *dev,
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
int ipst_configfs_init(void);
void ipst_configfs_exit(void);
int ipst_configfs_pin(struct ipst_device *dev);
void ipst_configfs_unpin(struct ipst_device *dev);

/* netlink.c */
int ipst_netlink_init(void);
void ipst_netlink_exit(void);

#endif /* _IPST_CORE_H */
