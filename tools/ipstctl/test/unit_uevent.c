// SPDX-License-Identifier: GPL-2.0
/* What uevent.c understands of the kernel's messages. */
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ipstctl.h"
#include "ktap.h"
#include "uevent.h"

#define CTRL "/devices/virtual/nvme-fabrics/ctl/nvme12"

static int fds[2];

static struct uevent take(const char *text, size_t len)
{
	struct uevent event;

	if (send(fds[1], text, len, 0) != (ssize_t)len ||
	    !uevent_read(fds[0], &event))
		memset(&event, 0xff, sizeof(event));
	return event;
}

/* With the NULs in it, and the one at the end. */
#define TAKE(text) take(text, sizeof(text))

int main(void)
{
	static char long_text[8192];
	struct uevent event;

	ktap_begin();
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds))
		return 1;
	ok(!uevent_read(fds[0], &event), "nothing is there");

	event = TAKE("change@" CTRL "\0ACTION=change\0DEVPATH=" CTRL
		     "\0SUBSYSTEM=nvme\0NVME_AEN=0x70f002\0SEQNUM=9");
	ok(!strcmp(event.ctrl, "nvme12") && event.is_log_changed &&
	   !event.is_removal, "a log has changed");
	event = TAKE("change@" CTRL "\0ACTION=change\0DEVPATH=" CTRL
		     "\0SUBSYSTEM=nvme\0NVME_AEN=0x000002");
	ok(*event.ctrl && !event.is_log_changed, "another notice is none of these");
	event = TAKE("change@" CTRL "\0ACTION=change\0DEVPATH=" CTRL
		     "\0SUBSYSTEM=nvme\0NVME_EVENT=connected");
	ok(!strcmp(event.nvme_event, "connected"), "a controller has connected");
	event = TAKE("remove@" CTRL "\0ACTION=remove\0DEVPATH=" CTRL
		     "\0SUBSYSTEM=nvme");
	ok(event.is_removal && !strcmp(event.ctrl, "nvme12"), "one is gone");
	event = TAKE("remove@/a/nvme12\0ACTION=remove\0DEVPATH=/a/nvme12"
		     "\0SUBSYSTEM=block\0NVME_EVENT=connected");
	ok(!*event.ctrl && !event.is_removal && !*event.nvme_event,
	   "what is of others is nothing");
	event = TAKE("change@/b/nvme1n1\0ACTION=change\0DEVPATH=/b/nvme1n1"
		     "\0SUBSYSTEM=block\0RESIZE=1\0MAJOR=259\0MINOR=3");
	ok(event.resized == makedev(259, 3) && !*event.ctrl,
	   "a disk has another size");
	event = TAKE("change@/b/nvme1n1\0ACTION=change\0DEVPATH=/b/nvme1n1"
		     "\0SUBSYSTEM=block\0MAJOR=259\0MINOR=3");
	ok(!event.resized, "another change of a disk is none of these");
	event = TAKE("change@" CTRL "\0DEVPATH=/x/nvme1234567890123456789012345"
		     "\0SUBSYSTEM=nvme\0NVME_EVENT=a-word-that-is-too-long");
	ok(strlen(event.ctrl) == CTRL_LEN - 1 &&
	   strlen(event.nvme_event) == sizeof(event.nvme_event) - 1,
	   "what is too long is cut");
	event = take("DEVPATH=/x/nvme1", 16);
	ok(!*event.ctrl, "half a message is nothing");
	memset(long_text, 'x', sizeof(long_text));
	event = take(long_text, sizeof(long_text));
	ok(!*event.ctrl, "a message without an end is nothing");
	return ktap_end();
}
