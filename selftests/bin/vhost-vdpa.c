// SPDX-License-Identifier: GPL-2.0
/*
 * vhost-vdpa FD COMMAND...: what a VMM would do to a vhost-vdpa character
 * device that the shell has opened as FD. Commands, in one process:
 *
 *   owner		become the owner
 *   features		accept all the device has
 *   status N		write the device status
 *   start		owner, features, a mapping, queue 0 set up, DRIVER_OK
 *   break		make the available ring of queue 0 nonsense, and kick
 *   suspend, resume
 *   pause		wait for the end of standard input
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

/* Not in the headers of Debian 12. */
#ifndef VHOST_VDPA_RESUME
#define VHOST_VDPA_RESUME _IO(VHOST_VIRTIO, 0x7E)
#endif

#define RING_NUM	8
#define MEM_BYTES	0x10000
#define DESC_AT		0x0
#define AVAIL_AT	0x1000
#define USED_AT		0x2000

static int fd, kick_fd;
static uint8_t *mem;

static void must(int ret, const char *what)
{
	if (ret >= 0)
		return;
	fprintf(stderr, "vhost-vdpa: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void set_status(uint8_t status)
{
	must(ioctl(fd, VHOST_VDPA_SET_STATUS, &status), "status");
}

static void own(void)
{
	must(ioctl(fd, VHOST_SET_OWNER), "owner");
}

static void accept_features(void)
{
	uint64_t features, backend = 1ULL << VHOST_BACKEND_F_IOTLB_MSG_V2;

	must(ioctl(fd, VHOST_SET_BACKEND_FEATURES, &backend), "backend features");
	must(ioctl(fd, VHOST_GET_FEATURES, &features), "features");
	must(ioctl(fd, VHOST_SET_FEATURES, &features), "features");
}

static void map_memory(void)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.iotlb.type = VHOST_IOTLB_UPDATE,
		.iotlb.perm = VHOST_ACCESS_RW,
		.iotlb.size = MEM_BYTES,
	};

	mem = mmap(NULL, MEM_BYTES, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(mem == MAP_FAILED ? -1 : 0, "mmap");
	msg.iotlb.uaddr = (uintptr_t)mem;
	must(write(fd, &msg, sizeof(msg)), "map");
}

static void set_up_queue(void)
{
	struct vhost_vring_state num = { .num = RING_NUM };
	struct vhost_vring_state on = { .num = 1 };
	struct vhost_vring_addr addr = {
		.desc_user_addr = DESC_AT,
		.avail_user_addr = AVAIL_AT,
		.used_user_addr = USED_AT,
	};
	struct vhost_vring_file kick = { };

	kick_fd = eventfd(0, EFD_CLOEXEC);
	must(kick_fd, "eventfd");
	kick.fd = kick_fd;
	must(ioctl(fd, VHOST_SET_VRING_NUM, &num), "vring num");
	must(ioctl(fd, VHOST_SET_VRING_ADDR, &addr), "vring addr");
	must(ioctl(fd, VHOST_SET_VRING_KICK, &kick), "vring kick");
	must(ioctl(fd, VHOST_VDPA_SET_VRING_ENABLE, &on), "vring enable");
}

static void start(void)
{
	uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

	own();
	set_status(status);
	accept_features();
	map_memory();
	set_status(status |= VIRTIO_CONFIG_S_FEATURES_OK);
	set_up_queue();
	set_status(status | VIRTIO_CONFIG_S_DRIVER_OK);
}

static void break_ring(void)
{
	struct vring_avail *avail = (void *)(mem + AVAIL_AT);
	uint64_t one = 1;

	avail->idx = RING_NUM + 1;
	must(write(kick_fd, &one, sizeof(one)), "kick");
}

static void wait_for_end(void)
{
	char c;

	while (read(0, &c, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	int i;

	fd = argc > 1 ? atoi(argv[1]) : -1;
	for (i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "owner"))
			own();
		else if (!strcmp(argv[i], "features"))
			accept_features();
		else if (!strcmp(argv[i], "status") && i + 1 < argc)
			set_status(strtoul(argv[++i], NULL, 0));
		else if (!strcmp(argv[i], "start"))
			start();
		else if (!strcmp(argv[i], "break"))
			break_ring();
		else if (!strcmp(argv[i], "suspend"))
			must(ioctl(fd, VHOST_VDPA_SUSPEND), "suspend");
		else if (!strcmp(argv[i], "resume"))
			must(ioctl(fd, VHOST_VDPA_RESUME), "resume");
		else if (!strcmp(argv[i], "pause"))
			wait_for_end();
		else
			return 2;
	}
	return 0;
}
