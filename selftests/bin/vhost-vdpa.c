// SPDX-License-Identifier: GPL-2.0
/*
 * vhost-vdpa FD COMMAND...: what a VMM would do to a vhost-vdpa character
 * device that the shell has opened as FD. Commands, in one process:
 *
 *   owner		become the owner
 *   features		accept all the device has
 *   status N		write the device status
 *   start		owner, features, a mapping, queue 0 set up, DRIVER_OK
 *   request T S	after start: a request of type T at sector S with 4096 bytes
 *			of 0x5a; prints its status
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
#include <linux/virtio_blk.h>
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
#define HDR_AT		0x3000
#define STATUS_AT	0x4000
#define DATA_AT		0x5000
#define DATA_BYTES	4096
#define WAIT_MS		20000

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

static void set_desc(int i, uint64_t addr, uint32_t len_bytes, uint16_t flags)
{
	struct vring_desc *desc = (void *)(mem + DESC_AT);

	desc[i] = (struct vring_desc) { addr, len_bytes, flags, i + 1 };
}

static void kick(void)
{
	uint64_t one = 1;

	must(write(kick_fd, &one, sizeof(one)), "kick");
}

/* One at a time, always by the same three descriptors. */
static void request(uint32_t type, uint64_t sector)
{
	struct virtio_blk_outhdr *hdr = (void *)(mem + HDR_AT);
	struct vring_avail *avail = (void *)(mem + AVAIL_AT);
	struct vring_used *used = (void *)(mem + USED_AT);
	uint16_t done = __atomic_load_n(&used->idx, __ATOMIC_ACQUIRE) + 1;
	int writes = type == VIRTIO_BLK_T_IN || type == VIRTIO_BLK_T_GET_ID;
	int i;

	*hdr = (struct virtio_blk_outhdr) { .type = type, .sector = sector };
	memset(mem + DATA_AT, 0x5a, DATA_BYTES);
	mem[STATUS_AT] = 0xff;
	set_desc(0, HDR_AT, sizeof(*hdr), VRING_DESC_F_NEXT);
	set_desc(1, DATA_AT, DATA_BYTES, VRING_DESC_F_NEXT |
		 (writes ? VRING_DESC_F_WRITE : 0));
	set_desc(2, STATUS_AT, 1, VRING_DESC_F_WRITE);
	avail->ring[avail->idx % RING_NUM] = 0;
	__atomic_store_n(&avail->idx, avail->idx + 1, __ATOMIC_SEQ_CST);
	kick();
	for (i = 0; i < WAIT_MS; i++) {
		if (__atomic_load_n(&used->idx, __ATOMIC_ACQUIRE) == done)
			break;
		usleep(1000);
	}
	printf("%u\n", mem[STATUS_AT]);
	fflush(stdout);
}

static void break_ring(void)
{
	struct vring_avail *avail = (void *)(mem + AVAIL_AT);

	avail->idx += RING_NUM + 1;
	kick();
}

static void wait_for_end(void)
{
	char c;

	while (read(0, &c, 1) > 0)
		;
}

/* Runs the command at @argv; returns how many words it took, 0 if none such. */
static int run(char **argv, int left)
{
	if (!strcmp(argv[0], "request") && left > 2) {
		request(strtoul(argv[1], NULL, 0), strtoull(argv[2], NULL, 0));
		return 3;
	}
	if (!strcmp(argv[0], "status") && left > 1) {
		set_status(strtoul(argv[1], NULL, 0));
		return 2;
	}
	if (!strcmp(argv[0], "owner"))
		own();
	else if (!strcmp(argv[0], "features"))
		accept_features();
	else if (!strcmp(argv[0], "start"))
		start();
	else if (!strcmp(argv[0], "break"))
		break_ring();
	else if (!strcmp(argv[0], "suspend"))
		must(ioctl(fd, VHOST_VDPA_SUSPEND), "suspend");
	else if (!strcmp(argv[0], "resume"))
		must(ioctl(fd, VHOST_VDPA_RESUME), "resume");
	else if (!strcmp(argv[0], "pause"))
		wait_for_end();
	else
		return 0;
	return 1;
}

int main(int argc, char **argv)
{
	int i, taken;

	fd = argc > 1 ? atoi(argv[1]) : -1;
	for (i = 2; i < argc; i += taken) {
		taken = run(argv + i, argc - i);
		if (!taken)
			return 2;
	}
	return 0;
}
