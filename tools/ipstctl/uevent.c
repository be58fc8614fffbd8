// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's uevents, as far as they are of nvme controllers, or of the size of
 * disks. A message is a line ACTION@DEVPATH and then KEY=VALUE, each with a NUL.
 * Not udev's: these also come where there is no udev.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "ipstctl.h"
#include "uevent.h"

#define UEVENT_GROUP 1	/* the kernel's own */
#define AEN_LOG_CHANGED 0x70f002	/* notice, discovery log page change */

int uevent_open(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK,
				    .nl_groups = UEVENT_GROUP };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	return fd;
}

static const char *value_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	return strncmp(text, key, len) ? NULL : text + len;
}

/* What of a message is of no use until all of it is known. */
struct parts {
	bool is_nvme, is_block, is_resize;
	unsigned int major, minor;
};

static void take_nvme(const char *text, struct uevent *event)
{
	const char *value;

	value = value_of(text, "DEVPATH=");
	if (value && strrchr(value, '/'))
		snprintf(event->ctrl, sizeof(event->ctrl), "%.*s",
			 CTRL_LEN - 1, strrchr(value, '/') + 1);
	value = value_of(text, "ACTION=");
	if (value)
		event->is_removal = !strcmp(value, "remove");
	value = value_of(text, "NVME_EVENT=");
	if (value)
		snprintf(event->nvme_event, sizeof(event->nvme_event), "%.*s",
			 (int)sizeof(event->nvme_event) - 1, value);
	value = value_of(text, "NVME_AEN=");
	if (value)
		event->is_log_changed = strtoul(value, NULL, 0) ==
					AEN_LOG_CHANGED;
}

static void take_part(const char *text, struct parts *parts)
{
	const char *value;

	value = value_of(text, "SUBSYSTEM=");
	if (value) {
		parts->is_nvme = !strcmp(value, "nvme");
		parts->is_block = !strcmp(value, "block");
	}
	value = value_of(text, "RESIZE=");
	if (value)
		parts->is_resize = !strcmp(value, "1");
	value = value_of(text, "MAJOR=");
	if (value)
		parts->major = strtoul(value, NULL, 10);
	value = value_of(text, "MINOR=");
	if (value)
		parts->minor = strtoul(value, NULL, 10);
}

/* False: there is none now. */
bool uevent_read(int fd, struct uevent *event)
{
	char text[4096 + 1];
	struct parts parts = {};
	ssize_t len = recv(fd, text, sizeof(text) - 1, 0);

	memset(event, 0, sizeof(*event));
	event->is_lost = len < 0 && errno == ENOBUFS;
	if (len < 0)
		return event->is_lost;
	text[len] = '\0';
	for (ssize_t at = 0; at < len; at += strlen(text + at) + 1) {
		take_nvme(text + at, event);
		take_part(text + at, &parts);
	}
	if (!parts.is_nvme)
		memset(event, 0, sizeof(*event));
	if (parts.is_block && parts.is_resize)
		event->resized = makedev(parts.major, parts.minor);
	return true;
}
