// SPDX-License-Identifier: GPL-2.0
/* device-get and device-event of the ipst netlink family. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "nl.h"

#define EVENTS_BUFFER_BYTES 524288	/* about a thousand events */

static const char *const types[] = {
	[IPST_DEVICE_TYPE_VIRTIO_BLK] = "virtio_blk",
};

static const char *const states[] = {
	[IPST_DEVICE_STATE_DISABLED] = "disabled",
	[IPST_DEVICE_STATE_READY] = "ready",
	[IPST_DEVICE_STATE_LIVE] = "live",
	[IPST_DEVICE_STATE_SUSPENDED] = "suspended",
	[IPST_DEVICE_STATE_NEEDS_RESET] = "needs_reset",
};

static const char *const modes[] = {
	[IPST_DEVICE_MODE_VHOST] = "vhost",
	[IPST_DEVICE_MODE_LOCAL] = "local",
};

static const char *const events[] = {
	[IPST_DEVICE_EVENT_CREATED] = "created",
	[IPST_DEVICE_EVENT_GONE] = "gone",
	[IPST_DEVICE_EVENT_STATE_CHANGED] = "state_changed",
	[IPST_DEVICE_EVENT_PAUSED] = "paused",
	[IPST_DEVICE_EVENT_RESUMED] = "resumed",
	[IPST_DEVICE_EVENT_CAPACITY_CHANGED] = "capacity_changed",
	[IPST_DEVICE_EVENT_NAMESPACE_GONE] = "namespace_gone",
	[IPST_DEVICE_EVENT_NAMESPACE_BACK] = "namespace_back",
	[IPST_DEVICE_EVENT_THROTTLING_BEGAN] = "throttling_began",
	[IPST_DEVICE_EVENT_THROTTLING_ENDED] = "throttling_ended",
};

static const struct nl_words type_words = NL_WORDS(types);
static const struct nl_words state_words = NL_WORDS(states);
static const struct nl_words mode_words = NL_WORDS(modes);
static const struct nl_words event_words = NL_WORDS(events);

static const struct nl_field device_field[] = {
	[IPST_A_DEVICE_NAME] = { "name", .form = NL_STRING },
	[IPST_A_DEVICE_TYPE] = { "type", .form = NL_ENUM, .words = &type_words },
	[IPST_A_DEVICE_STATE] = { "state", .form = NL_ENUM, .words = &state_words },
	[IPST_A_DEVICE_MODE] = { "mode", .form = NL_ENUM, .words = &mode_words },
	[IPST_A_DEVICE_SUBSYS_NQN] = { "subsys_nqn", .form = NL_STRING },
	[IPST_A_DEVICE_NSID] = { "nsid", .form = NL_NUMBER },
	[IPST_A_DEVICE_UUID] = { "uuid", .form = NL_UUID },
	[IPST_A_DEVICE_NUM_QUEUES] = { "num_queues", .form = NL_NUMBER },
	[IPST_A_DEVICE_QUEUE_SIZE] = { "queue_size", .form = NL_NUMBER },
	[IPST_A_DEVICE_READ_ONLY] = { "read_only", .form = NL_FLAG },
	[IPST_A_DEVICE_SIZE] = { "size", .form = NL_NUMBER },
	[IPST_A_DEVICE_BLOCK_SIZE] = { "block_size", .form = NL_NUMBER },
	[IPST_A_DEVICE_SERIAL] = { "serial", .form = NL_STRING },
	[IPST_A_DEVICE_CHARDEV] = { "chardev", .form = NL_STRING },
	[IPST_A_DEVICE_PAUSED] = { "paused", .form = NL_FLAG },
	[IPST_A_DEVICE_EVENT] = { "event", .form = NL_ENUM, .words = &event_words },
};

static const struct nl_fields device_fields = NL_FIELDS(device_field);

int nl_device_get(const char *name, json_object *array, bool *is_there)
{
	const struct nl_request request = {
		.cmd = IPST_CMD_DEVICE_GET,
		.name_attr = IPST_A_DEVICE_NAME,
		.name = name,
		.fields = &device_fields,
	};
	int ret = nl_ask(&request, array);

	*is_there = ret != -ENOTCONN;
	return ret == -ENODEV || ret == -ENOTCONN ? 0 : ret;
}

struct nl_events {
	struct nl_sock *sock;
	struct nl_cb *cb;
	void (*fn)(json_object *event, void *arg);
	void *arg;
};

static int on_event(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *hdr = nlmsg_data(nlmsg_hdr(msg));
	struct nl_events *events = arg;

	if (hdr->cmd == IPST_CMD_DEVICE_EVENT)
		events->fn(nl_object(&device_fields, msg), events->arg);
	return NL_OK;
}

/* Events are nobody's answer. */
static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int nl_events_join(struct nl_sock *sock)
{
	int group = genl_ctrl_resolve_grp(sock, IPST_FAMILY_NAME, "events");
	int bytes = EVENTS_BUFFER_BYTES;

	if (group < 0)
		return group;
	/* Root may have more than the system's limit. */
	if (setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVBUFFORCE,
		       &bytes, sizeof(bytes)))
		nl_socket_set_buffer_size(sock, bytes, 0);
	return nl_socket_add_membership(sock, group);
}

struct nl_events *nl_events_open(void (*fn)(json_object *event, void *arg),
				 void *arg)
{
	struct nl_events *events = calloc(1, sizeof(*events));
	int family;

	events->sock = nl_open(&family);
	events->cb = nl_cb_alloc(NL_CB_DEFAULT);
	events->fn = fn;
	events->arg = arg;
	if (!events->sock || !events->cb || nl_events_join(events->sock)) {
		nl_events_close(events);
		return NULL;
	}
	nl_cb_set(events->cb, NL_CB_VALID, NL_CB_CUSTOM, on_event, events);
	nl_cb_set(events->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, NULL);
	nl_socket_set_nonblocking(events->sock);
	return events;
}

void nl_events_close(struct nl_events *events)
{
	nl_cb_put(events->cb);
	nl_socket_free(events->sock);
	free(events);
}

int nl_events_fd(const struct nl_events *events)
{
	return nl_socket_get_fd(events->sock);
}

int nl_events_read(struct nl_events *events, bool *lost)
{
	int ret = nl_recvmsgs(events->sock, events->cb);

	/* ENOBUFS: they came faster than we took them. */
	*lost = ret == -NLE_NOMEM;
	if (ret < 0 && !*lost && ret != -NLE_AGAIN)
		return err("netlink does not work: %s", nl_geterror(ret));
	return 0;
}
