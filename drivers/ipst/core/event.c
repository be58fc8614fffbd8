// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to devices, told to the multicast group "events". A message
 * describes the device as it is when the message is made, so the last one is
 * right even if others were lost.
 */
#include "netlink.h"

/* Orders messages, and guards &ipst_device.told_state. */
static DEFINE_MUTEX(ipst_event_lock);

static int ipst_event_put(struct sk_buff *skb, struct ipst_device *dev,
			  enum ipst_device_event event)
{
	struct genl_info info;
	void *hdr;

	genl_info_init_ntf(&info, &ipst_nl_family, IPST_CMD_DEVICE_EVENT);
	hdr = genlmsg_iput(skb, &info);
	if (!hdr || nla_put_u32(skb, IPST_A_DEVICE_EVENT, event) ||
	    ipst_nl_put_device(skb, dev))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

/*
 * Memory has to come without waiting for I/O: the device may be the very one
 * that is held back, and the caller the one who is to let it go on.
 */
static void ipst_event_send(struct ipst_device *dev,
			    enum ipst_device_event event)
{
	struct sk_buff *skb;

	lockdep_assert_held(&ipst_event_lock);
	if (!genl_has_listeners(&ipst_nl_family, &init_net, IPST_NLGRP_EVENTS))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_NOIO);
	if (skb && !ipst_event_put(skb, dev, event)) {
		genlmsg_multicast(&ipst_nl_family, skb, 0, IPST_NLGRP_EVENTS,
				  GFP_NOIO);
		return;
	}
	nlmsg_free(skb);
	/* Listeners learn that they have missed something. */
	genl_set_err(&ipst_nl_family, &init_net, 0, IPST_NLGRP_EVENTS, -ENOBUFS);
}

/**
 * ipst_event() - tell that something has happened to a device
 * @dev: device, which has its name
 * @event: what; see ipst_event_state() for changes of the state
 *
 * Context: process, may sleep, but waits for no I/O. No lock that
 * &ipst_frontend.query takes may be held.
 */
void ipst_event(struct ipst_device *dev, enum ipst_device_event event)
{
	guard(mutex)(&ipst_event_lock);
	ipst_event_send(dev, event);
}
EXPORT_SYMBOL_NS_GPL(ipst_event, IPST);

/**
 * ipst_event_state() - tell of a device's state, if it has changed
 * @dev: device
 *
 * Whatever may change the state is followed by a call; those that did not, or
 * that somebody else has told of already, cost a comparison.
 *
 * Context: as ipst_event().
 */
void ipst_event_state(struct ipst_device *dev)
{
	struct ipst_device_info info = {};

	guard(mutex)(&ipst_event_lock);
	dev->frontend->query(dev, &info);
	if (info.state == dev->told_state)
		return;
	dev->told_state = info.state;
	ipst_event_send(dev, IPST_DEVICE_EVENT_STATE_CHANGED);
}
EXPORT_SYMBOL_NS_GPL(ipst_event_state, IPST);
