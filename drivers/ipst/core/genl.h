/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipst.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_IPST_GEN_H
#define _LINUX_IPST_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <linux/ipst.h>

int ipst_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipst_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ipst_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipst_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ipst_nl_qos_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipst_nl_qos_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ipst_nl_qos_set_doit(struct sk_buff *skb, struct genl_info *info);
int ipst_nl_hist_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipst_nl_hist_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ipst_nl_hist_reset_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	IPST_NLGRP_EVENTS,
};

extern struct genl_family ipst_nl_family;

#endif /* _LINUX_IPST_GEN_H */
