/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a netlink request finds its devices. A file for each noun says what there
 * is to tell of one, in messages that it numbers as it likes: its "items".
 */
#ifndef _IPST_NETLINK_H
#define _IPST_NETLINK_H

#include <net/genetlink.h>

#include "core.h"
#include "genl.h"

struct ipst_nl_walk;

/*
 * Adds the message about one item of a device. Returns 0, also if there is
 * nothing to say, -EMSGSIZE if it does not fit, -ERANGE if items end before this
 * one, -ENODEV if there are none as the device is not enabled.
 */
typedef int ipst_nl_put(const struct ipst_nl_walk *walk,
			struct ipst_device *dev, unsigned int item);

/**
 * struct ipst_nl_walk - a do, or one part of a dump
 * @put: what is told
 * @skb: where to
 * @info: of the request
 * @cb: of the dump, NULL in a do
 * @item: of a do, the only one
 */
struct ipst_nl_walk {
	ipst_nl_put *put;
	struct sk_buff *skb;
	const struct genl_info *info;
	struct netlink_callback *cb;
	unsigned int item;
};

#define IPST_NL_DUMP_ARG	4	/* of &netlink_callback.args, for a noun */

/* netlink.c */
int ipst_nl_check_net(const struct genl_info *info);
int ipst_nl_put_device(struct sk_buff *skb, struct ipst_device *dev);
int ipst_nl_call(struct genl_info *info, int name_attr,
		 int (*fn)(struct ipst_device *dev, void *data), void *data);
int ipst_nl_do(struct genl_info *info, int name_attr, ipst_nl_put *put,
	       unsigned int item);
int ipst_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		 ipst_nl_put *put);
int ipst_nl_end(const struct ipst_nl_walk *walk, void *hdr, int ret);

#endif /* _IPST_NETLINK_H */
