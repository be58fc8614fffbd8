/* SPDX-License-Identifier: GPL-2.0 */
/*
 * configfs*.c: ipst's configfs and nvmet's; nobody else knows their paths. Part of
 * ipstctl.h.
 */
#ifndef IPSTCTL_CONFIGFS_H
#define IPSTCTL_CONFIGFS_H

#include <stdbool.h>
#include <stdint.h>

#include "listen.h"
#include "record.h"

/* configfs.c */

int configfs_start(void);
int configfs_start_tcp(void);	/* all that nvme-tcp devices need */
bool configfs_is_there(void);	/* ipst's */
int configfs_start_mode(bool local);
bool configfs_device_exists(const char *device);
int configfs_device_list(char (**names)[NAME_LEN]);	/* as names_list() */
int configfs_device_create(const char *device);
int configfs_device_remove(const char *device);
bool configfs_device_get(const char *device, const char *attr,
			 char value[ATTR_LEN]);
int configfs_device_set(const char *device, const char *attr,
			const char *value);
bool configfs_device_nqn(const char *device, char nqn[NQN_LEN]);
int configfs_device_link(const char *device, const char *nqn);
int configfs_device_unlink(const char *device, const char *nqn);

bool configfs_group_exists(const char *group);
int configfs_group_list(char (**names)[NAME_LEN]);	/* as names_list() */
int configfs_group_create(const char *group);
int configfs_group_remove(const char *group);

/* configfs-nvmet.c */

bool configfs_subsys_exists(const char *nqn);
int configfs_subsys_create(const char *nqn, const char *host);
int configfs_subsys_remove(const char *nqn, const char *host);
void configfs_subsys_each(void (*fn)(const char *nqn, void *arg), void *arg);
int configfs_subsys_allow(const char *nqn, const char *host);
int configfs_subsys_disallow(const char *nqn, const char *host);
int configfs_subsys_allow_any(const char *nqn, bool allow);
bool configfs_subsys_allows_any(const char *nqn);
void configfs_subsys_hosts(const char *nqn,
			   void (*fn)(const char *host, void *arg), void *arg);
void configfs_hosts_sweep(void);
int configfs_ns_create(const char *nqn, uint32_t nsid);
int configfs_ns_remove(const char *nqn, uint32_t nsid);
int configfs_ns_set_disk(const char *nqn, uint32_t nsid, const char *disk,
			 const char *uuid);
int configfs_ns_disable(const char *nqn, uint32_t nsid);
int configfs_ns_revalidate(const char *nqn, uint32_t nsid);
bool configfs_ns_get(const char *nqn, uint32_t nsid, const char *attr,
		     char value[ATTR_LEN]);
void configfs_ns_each(void (*fn)(const char *nqn, uint32_t nsid, void *arg),
		      void *arg);

/* configfs-port.c */

int configfs_port_link(const struct listen_addr *at, const char *nqn);
int configfs_port_unlink(const struct listen_addr *at, const char *nqn);
bool configfs_port_is_linked(const char *nqn);		/* any is */
void configfs_port_each(const char *nqn,
			void (*fn)(const struct listen_addr *at, void *arg),
			void *arg);
int configfs_port_unlink_all(const char *nqn);

#endif
