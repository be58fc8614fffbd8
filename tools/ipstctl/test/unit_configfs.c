// SPDX-License-Identifier: GPL-2.0
/*
 * attach.c and configfs.c on a folder that plays configfs: the steps of an
 * attach, its roll-back, the repair of a half attach. The folder lacks
 * configfs' magic, so attribute files are put there beforehand or removed with
 * their directory by hand; what the kernel does is the selftests' business.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipstctl.h"
#include "ktap.h"

#define ROOT IPST_CONFIGFS_ROOT
#define DEV ROOT "/ipst/virtio_blk/d0"
#define SUBSYS ROOT "/nvmet/subsystems/nqn.2026-11.org.ipst:d0"
#define HOST "nqn.2014-08.org.nvmexpress:uuid:1"

/* What attach.c wants of other files. */

static struct disk disk = { .path = "/dev/null" };

int backing_open(const struct volume *vol, struct disk *to)
{
	(void)vol;
	*to = disk;
	return 0;
}

bool backing_find(const struct volume *vol, char *path, size_t len)
{
	(void)vol, (void)path, (void)len;
	return false;
}

static void run(const char *command)
{
	if (system(command))
		exit(1);
}

static bool is_file(const char *path, const char *content)
{
	char value[ATTR_LEN];

	return !file_read(path, value, sizeof(value)) && !strcmp(value, content);
}

static void setup(void)
{
	run("rm -rf " ROOT " && mkdir -p " DEV "/subsystem "
	    ROOT "/nvmet/hosts " SUBSYS "/allowed_hosts " SUBSYS "/namespaces/1 && "
	    "cd " DEV " && echo 1 >nsid && echo 0 >enable && echo vhost >mode && "
	    "echo /dev/null >chardev && echo " HOST " >host_nqn && "
	    "echo 1 >" SUBSYS "/attr_allow_any_host && "
	    "cd " SUBSYS "/namespaces/1 && "
	    "echo >device_path && echo >device_uuid && echo >device_nguid && "
	    "echo 0 >enable");
}

static int make_attached(void)
{
	return configfs_subsys_create("nqn.2026-11.org.ipst:d0", HOST) ||
	       configfs_ns_create("nqn.2026-11.org.ipst:d0", 1) ||
	       configfs_ns_set_disk("nqn.2026-11.org.ipst:d0", 1, "/dev/null",
				    "11111111-2222-3333-4444-555555555555") ||
	       configfs_device_link("d0", "nqn.2026-11.org.ipst:d0");
}

static void test_attach(void)
{
	char nqn[NQN_LEN], uuid[ATTR_LEN];

	setup();
	ok(!make_attached(), "the steps of an attach succeed");
	ok(is_file(SUBSYS "/attr_allow_any_host", "0"), "nobody else gets in");
	ok(!access(SUBSYS "/allowed_hosts/" HOST, F_OK), "the device gets in");
	ok(is_file(SUBSYS "/namespaces/1/enable", "1"), "the namespace is on");
	ok(configfs_device_nqn("d0", nqn) &&
	   !strcmp(nqn, "nqn.2026-11.org.ipst:d0"), "the subsystem is linked");
	ok(attach_uuid("d0", uuid) && !strncmp(uuid, "11111111-", 9),
	   "the volume's UUID is found");
	ok(!make_attached(), "repeating the steps succeeds");
	ok(!attach_wait("d0"), "the device node is found");
}

static void test_errors(void)
{
	setup();
	run("rm " SUBSYS "/namespaces/1/device_uuid");
	ok(make_attached() == 1, "a missing attribute is an error");
	ok(configfs_device_set("d0", "nosuch", "1"), "so is one of the device");
	ok(configfs_device_set("nosuch", "enable", "1"), "so is a lost device");
}

/* The kernel takes attribute files away with their directory; rmdir cannot. */
static void test_undo(void)
{
	struct stat st;

	setup();
	make_attached();
	run("rm -r " SUBSYS "/namespaces/1 " SUBSYS "/attr_allow_any_host && "
	    "mkdir " SUBSYS "/namespaces/1 && "
	    "rmdir " SUBSYS "/namespaces/1 " SUBSYS "/namespaces");
	ok(attach_undo("d0"), "what cannot be removed is an error");
	ok(lstat(DEV "/subsystem/nqn.2026-11.org.ipst:d0", &st),
	   "the link goes first");
	ok(lstat(SUBSYS "/allowed_hosts/" HOST, &st) &&
	   lstat(ROOT "/nvmet/hosts/" HOST, &st), "then the host");
	run("rmdir " SUBSYS "/allowed_hosts");
	ok(!attach_undo("d0") && lstat(SUBSYS, &st), "then the subsystem");
	ok(!attach_undo("d0"), "repeating it succeeds");
}

int main(void)
{
	ktap_begin();
	test_attach();
	test_errors();
	test_undo();
	run("rm -rf " ROOT);
	return ktap_end();
}
