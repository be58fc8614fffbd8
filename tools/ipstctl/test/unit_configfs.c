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

static void count(const struct listen_addr *at, void *arg)
{
	(void)at;
	++*(int *)arg;
}

/* A port that is there already, as if made by hand. */
static void test_ports(void)
{
	static const char nqn[] = "nqn.2026-11.org.ipst:d0";
	struct listen_addr at, other;
	struct stat st;
	int n = 0;

	setup();
	run("mkdir -p " ROOT "/nvmet/ports/5/subsystems && "
	    "cd " ROOT "/nvmet/ports/5 && echo tcp >addr_trtype && "
	    "echo ipv6 >addr_adrfam && echo 0::1 >addr_traddr && "
	    "echo 4420 >addr_trsvcid");
	ok(!listen_parse("[::1]", &at) && !listen_parse("[::1]:1", &other) &&
	   !configfs_port_is_linked(nqn), "at first there is no link");
	ok(!configfs_port_link(&at, nqn) && !configfs_port_link(&at, nqn) &&
	   !lstat(ROOT "/nvmet/ports/5/subsystems/nqn.2026-11.org.ipst:d0", &st),
	   "a port is found by its address");
	configfs_port_each(nqn, count, &n);
	ok(configfs_port_is_linked(nqn) && n == 1, "and the link is seen");
	ok(!configfs_port_unlink(&other, nqn) && configfs_port_is_linked(nqn),
	   "another address is another port");
	ok(!configfs_port_unlink(&at, nqn) && !configfs_port_is_linked(nqn) &&
	   !access(ROOT "/nvmet/ports/5", F_OK), "a port that is not ours stays");
	ok(!configfs_port_link(&at, nqn) && !configfs_port_unlink_all(nqn) &&
	   !configfs_port_is_linked(nqn), "all links go");
}

static void test_hosts(void)
{
	static const char nqn[] = "nqn.2026-11.org.ipst:d0";

	setup();
	run("mkdir " ROOT "/nvmet/hosts/nqn.a " ROOT "/nvmet/hosts/nqn.b && "
	    "echo secret >" ROOT "/nvmet/hosts/nqn.a/dhchap_key");
	ok(!configfs_subsys_allow(nqn, "nqn.a") &&
	   !configfs_subsys_allow(nqn, "nqn.b") &&
	   !access(SUBSYS "/allowed_hosts/nqn.a", F_OK), "hosts are let in");
	ok(!configfs_subsys_disallow(nqn, "nqn.a") &&
	   !access(ROOT "/nvmet/hosts/nqn.a", F_OK), "one with a key stays");
	ok(!configfs_subsys_disallow(nqn, "nqn.b") &&
	   access(ROOT "/nvmet/hosts/nqn.b", F_OK), "another goes");
}

static void test_names(void)
{
	ok(!strcmp(attach_device("nqn.2026-11.org.ipst:d0") ?: "", "d0"),
	   "a subsystem of ours tells its device");
	ok(!attach_device("nqn.2026-11.org.example:d0") &&
	   !attach_device("nqn.2026-11.org.ipst:") &&
	   !attach_device("nqn.2026-11.org.ipst:a/b"), "others do not");
}

int main(void)
{
	ktap_begin();
	test_attach();
	test_errors();
	test_undo();
	test_ports();
	test_hosts();
	test_names();
	run("rm -rf " ROOT);
	return ktap_end();
}
