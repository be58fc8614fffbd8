/* SPDX-License-Identifier: GPL-2.0 */
/* nvme*.c: connections to NVMe/TCP subsystems. Part of ipstctl.h. */
#ifndef IPSTCTL_NVME_H
#define IPSTCTL_NVME_H

#include "volume.h"

/* nvme.c: connections to NVMe/TCP subsystems; nobody else knows libnvme. */

int nvme_resolve(const struct source *src, struct path *path);
int nvme_connect(struct volume *vol, int i);
int nvme_find_ns(struct volume *vol, int i);
uint32_t nvme_find_uuid(const char *ctrl, const char *uuid);
int nvme_host_identity(const struct volume *vol, char **hostnqn, char **hostid);

/* nvme-discovery.c: connections to discovery services, and their logs. */

int nvme_discovery_connect(const struct volume *vol, struct path *path,
			   bool is_lasting);
int nvme_discovery_log(const char *ctrl, uint8_t **log, size_t *len);

/* nvme-explain.c */

int nvme_tcp_errno(const struct path *path);
int nvme_log_open(void);	/* before the attempt */
int nvme_explain(const char *nqn, const struct path *path, int error,
		 int log_fd);

/* nvme-sysfs.c: what is connected, without ever asking a target. */

bool nvme_path_is_same(const struct path *a, const struct path *b);
bool nvme_path_find(const struct volume *vol, const struct path *path,
		    char ctrl[CTRL_LEN]);
bool nvme_ctrl_attr(const char *ctrl, const char *attr, char value[ATTR_LEN]);
bool nvme_path_attr(const char *ctrl, uint32_t nsid, const char *attr,
		    char value[ATTR_LEN]);
void nvme_ctrl_state(const char *ctrl, char *state, size_t len);
bool nvme_has_live_path(const struct volume *vol, int except);	/* -1: none */
int nvme_ctrl_delete(const char *ctrl);
int nvme_disconnect(const struct volume *vol, const struct path *path);
bool nvme_ctrl_disk(const char *ctrl, uint32_t nsid, char *path, size_t len);
bool nvme_io_policy(const char *nqn, char policy[ATTR_LEN]);
int nvme_set_io_policy(const char *nqn, const char *policy);
bool nvme_subsys_disk(const char *nqn, uint32_t nsid, char *path, size_t len);
void nvme_disk_sources(const char *disk, struct volume *vol);

#endif
