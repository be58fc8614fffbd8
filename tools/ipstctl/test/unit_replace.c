// SPDX-License-Identifier: GPL-2.0
/*
 * replace.c on folders that play configfs and /run/ipst. The linker puts
 * __wrap_file_write() in the way of all writes to attributes: it keeps the
 * kernel's rules, and makes any step fail or be the tool's last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file_write.h"
#include "ipstctl.h"
#include "ktap.h"

#define ROOT IPST_CONFIGFS_ROOT
#define DEV ROOT "/ipst/virtio_blk/d0"
#define NQN "nqn.2026-11.org.ipst:d0"
#define SUBSYS ROOT "/nvmet/subsystems/" NQN
#define NS SUBSYS "/namespaces/1"
#define RECORD IPST_RUN_DIR "/replacing/d0"
#define OLD_UUID "11111111-2222-3333-4444-555555555555"
#define NEW_UUID "66666666-2222-3333-4444-555555555555"
#define SIZE (64 << 20)

enum { STEPS = 7 };	/* writes to the kernel */

/* Of the same length: nothing here cuts off what was longer. */
static struct volume old_vol = { .name = "old", .uuid = OLD_UUID };
static struct volume new_vol = { .name = "new", .uuid = NEW_UUID };
static struct disk disk;	/* of any volume but the old */
static int writes, steps, fail_from, fail_to, die_at;
static bool bad_order;

/* What replace.c wants of other files. */

int backing_open(const struct volume *vol, struct disk *to)
{
	struct stat st;

	*to = disk;
	strcpy(to->path, vol == &old_vol ? "/dev/zero" : "/dev/null");
	stat(to->path, &st);
	to->rdev = st.st_rdev;
	return 0;
}

bool backing_find(const struct volume *vol, char *path, size_t len)
{
	(void)vol, (void)path, (void)len;
	return false;
}

int nl_device_get(const char *name, json_object *array, bool *is_there)
{
	json_object *shape = json_object_new_object();

	*is_there = !strcmp(name, "d0");
	json_object_object_add(shape, "size", json_object_new_uint64(SIZE));
	json_object_object_add(shape, "block_size", json_object_new_int(512));
	json_object_array_add(array, shape);
	return 0;
}

static bool has(const char *path, const char *content)
{
	char value[ATTR_LEN];

	return !file_read(path, value, sizeof(value)) && !strcmp(value, content);
}

int __wrap_file_write(const char *path, const char *text)
{
	if (++writes == die_at)
		_exit(9);
	if (writes >= fail_from && writes <= fail_to)
		return -EIO;
	bad_order |= !strncmp(path, NS, strlen(NS)) && has(DEV "/paused", "0");
	if (!strncmp(path, NS "/device_", strlen(NS "/device_")) &&
	    has(NS "/enable", "1"))
		return -EBUSY;
	return __real_file_write(path, text);
}

static void run(const char *command)
{
	if (system(command))
		exit(1);
}

/* Of the next replace(). */
static void fail_writes(int from, int to)
{
	fail_from = from;
	fail_to = to;
}

static void setup(void)
{
	run("rm -rf " ROOT " && mkdir -p " DEV "/subsystem " NS " "
	    IPST_RUN_DIR "/replacing && "
	    "ln -s " SUBSYS " " DEV "/subsystem/ && "
	    "cd " DEV " && echo 1 >nsid && echo 1 >enable && echo 0 >paused && "
	    "cd " NS " && echo 1 >enable && echo /dev/zero >device_path && "
	    "echo " OLD_UUID " | tee device_uuid >device_nguid");
	disk = (struct disk){ .size_bytes = SIZE, .block_bytes = 512 };
	die_at = 0;
	bad_order = false;
}

static int replace(const struct volume *vol)
{
	bool changed;
	int ret = replace_volume("d0", vol, &changed);

	steps = writes;
	writes = 0;
	fail_writes(0, 0);
	return ret ?: changed;
}

static void die(const struct volume *vol, int step)
{
	int status;

	fflush(stdout);
	if (!fork()) {
		die_at = step;
		replace(vol);
		_exit(0);
	}
	wait(&status);
	ok(WEXITSTATUS(status) == 9, "killed at step %d", step);
}

static bool works_with(const char *path, const char *uuid)
{
	return has(NS "/device_path", path) && has(NS "/device_uuid", uuid) &&
	       has(NS "/device_nguid", uuid) && has(NS "/enable", "1") &&
	       has(DEV "/paused", "0") && access(RECORD, F_OK) && !bad_order;
}

static bool has_old(void) { return works_with("/dev/zero", OLD_UUID); }
static bool has_new(void) { return works_with("/dev/null", NEW_UUID); }

static void test_replace(void)
{
	setup();
	ok(replace(&new_vol) == 1 && has_new(), "the volume is replaced");
	ok(!replace(&new_vol) && !steps, "repeating it does nothing");
	ok(replace(&old_vol) == 1 && has_old(), "and back");
	ok(!replace_check_done("d0"), "it is done");

	setup();
	run("echo 1 >" DEV "/paused");
	ok(replace(&new_vol) == 1 && has(DEV "/paused", "1"),
	   "who was paused stays so");
}

static bool refused(void) { return replace(&new_vol) < 0 && !steps; }

static void test_refusals(void)
{
	setup();
	disk.size_bytes--;
	ok(refused(), "too small");
	disk.size_bytes++;
	disk.block_bytes = 4096;
	ok(refused(), "other blocks");
	disk.block_bytes = 512;
	disk.read_only = true;
	ok(refused(), "read-only");
	disk.read_only = false;
	disk.is_special = true;
	ok(refused(), "zoned");
	disk.is_special = false;
	run("echo 0 >" DEV "/enable");
	ok(refused(), "not enabled");
	run("echo 1 >" DEV "/enable && cd " ROOT "/nvmet/subsystems && "
	    "mkdir -p o/namespaces/1 nqn.2026-11.org.ipst:d1/namespaces/1 && "
	    "echo " NEW_UUID " >nqn.2026-11.org.ipst:d1/namespaces/1/device_uuid");
	ok(refused(), "behind another device");
	run("cd " DEV "/subsystem && rm * && ln -s ../../../../nvmet/subsystems/o");
	ok(refused(), "linked by hand");
	run("rm " DEV "/subsystem/*");
	ok(refused(), "pulled");
	run("ln -s " SUBSYS " " DEV "/subsystem/");
	ok(has_old(), "nothing has changed");
}

static void test_failures(void)
{
	for (int i = 1; i <= STEPS; i++) {
		setup();
		fail_writes(i, i);
		ok(replace(&new_vol) < 0 && has_old(), "undone from step %d", i);
	}
	for (int i = 2; i <= STEPS; i++) {
		setup();
		fail_writes(i, 99);
		ok(replace(&new_vol) < 0 && has(DEV "/paused", "1") &&
		   replace_check_done("d0"), "stays paused from step %d", i);
		fail_writes(i, i);
		ok(replace(&new_vol) < 0 && has_old(), "repeated: undone");
	}
}

static void test_kills(void)
{
	for (int i = 1; i <= STEPS; i++) {
		setup();
		die(&new_vol, i);
		ok(replace_check_done("d0"), "others keep off");
		ok(replace(&new_vol) == 1 && has_new(), "repeated: replaced");
		setup();
		die(&new_vol, i);
		ok(replace(&old_vol) == 1 && has_old(), "other way: as before");
	}
}

int main(void)
{
	ktap_begin();
	test_replace();
	test_refusals();
	test_failures();
	test_kills();
	run("rm -rf " ROOT);
	return ktap_end();
}
