// SPDX-License-Identifier: GPL-2.0
/*
 * record.c and rebuild.c on folders that play /run/ipst and configfs: volumes
 * come back as they were, also when their file is lost, and a file that makes
 * no sense is refused and left alone.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipstctl.h"
#include "ktap.h"

#define ROOT IPST_CONFIGFS_ROOT
#define FILE_PATH IPST_RUN_DIR "/volumes.json"
#define UUID "11111111-2222-3333-4444-55555555555"
#define SOURCE "nvme+tcp://10.0.0.1:4420/nqn.2026-11.org.example:a?nsid=7"

/* What attach.c wants of other files. */

int backing_open(const struct volume *vol, struct disk *to)
{
	(void)vol;
	(void)to;
	return -1;
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

static void setup(void)
{
	run("rm -rf " ROOT " && mkdir -p " ROOT "/ipst/virtio_blk");
	if (record_lock())
		exit(1);
}

/* A device as attach leaves it. */
static void add_device(const char *name, const char *uuid)
{
	char command[1024];

	snprintf(command, sizeof(command),
		 "d=" ROOT "/ipst/virtio_blk/%s && mkdir -p $d && echo 1 >$d/nsid && "
		 "n=" ROOT "/nvmet/subsystems/nqn.2026-11.org.ipst:%s/namespaces/1 && "
		 "mkdir -p $n && echo /dev/ipst-none >$n/device_path && "
		 "echo %s >$n/device_uuid", name, name, uuid);
	run(command);
}

static struct volume make_volume(const char *name, char digit)
{
	struct volume vol;

	volume_init(&vol, name);
	vol.n_sources = 1;
	vol.n_paths = 1;
	vol.nsid = 7;
	vol.complete = true;
	vol.uuid_origin = UUID_GIVEN;
	strcpy(vol.wwid, "uuid.x");
	strcpy(vol.settings[VSET_CTRL_LOSS], "30");
	strcpy(vol.settings[VSET_DHCHAP], "file:/etc/ipst/key");
	snprintf(vol.uuid, sizeof(vol.uuid), UUID "%c", digit);
	source_parse(SOURCE, &vol.sources[0]);
	strcpy(vol.nqn, vol.sources[0].nqn);
	strcpy(vol.paths[0].traddr, "10.0.0.1");
	strcpy(vol.paths[0].trsvcid, "4420");
	vol.paths[0].owned = true;
	return vol;
}

static int count(void)
{
	struct volume *vols;
	int n = record_all(&vols);

	free(vols);
	return n;
}

static void test_file(void)
{
	struct volume a = make_volume("a", '1'), b = make_volume("b", '2');
	struct volume vol, *vols;
	bool found;

	setup();
	ok(!count(), "at first there is none");
	ok(!record_save(&b) && !record_save(&a), "volumes are written");
	ok(!record_load("a", &vol, &found) && found &&
	   !memcmp(&vol, &a, sizeof(a)), "one comes back as it was");
	ok(record_all(&vols) == 2 && !strcmp(vols[0].name, "a") &&
	   !memcmp(&vols[1], &b, sizeof(b)), "all do, by name");
	free(vols);
	ok(!record_find_uuid(UUID "2", NULL, &vol, &found) && found &&
	   !strcmp(vol.name, "b"), "one is found by its UUID");
	ok(!record_find_uuid(UUID "2", "b", &vol, &found) && !found,
	   "unless it is left out");
	strcpy(a.name, "c");
	ok(!record_rename("a", &a) && !record_load("a", &vol, &found) &&
	   !found && count() == 2, "one gets another name");
	ok(!record_remove("b") && !record_remove("b") && count() == 1,
	   "one goes");
	ok(!record_remove("c") && !count() && !access(FILE_PATH, F_OK),
	   "without volumes there is still a file");
}

static void test_bad_file(void)
{
	static const char *const bad[] = {
		"", "{", "[]", "null", "1", "{}", "{\"version\":1}",
		"{\"version\":2,\"volumes\":{}}", "{\"version\":1,\"volumes\":[]}",
		"{\"version\":1,\"volumes\":{\"a\":1}}",
		"{\"version\":1,\"volumes\":{\"a\":{\"sources\":[\"x\"]}}}",
		"{\"version\":1,\"volumes\":{\"a b\":{\"sources\":[\"/dev/x\"]}}}",
	};
	struct volume a = make_volume("a", '1'), vol;
	bool found;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		FILE *file = fopen(FILE_PATH, "w");

		fputs(bad[i], file);
		fclose(file);
		ok(count() < 0 && (i > 8 || record_load("a", &vol, &found) < 0),
		   "refuses %s", bad[i]);
	}
	run("echo '[1]' >" FILE_PATH);
	ok(record_save(&a) < 0 && record_remove("a") < 0,
	   "nothing is written over it");
	run("grep -qFx '[1]' " FILE_PATH);
}

static void test_lost(void)
{
	struct volume *vols, vol;
	bool found;

	setup();
	add_device("d0", UUID "1");
	add_device("d1", UUID "2");
	add_device("d2", UUID "1");
	ok(record_all(&vols) == 2 && !strcmp(vols[0].name, "d0") &&
	   !strcmp(vols[1].name, "d1"), "volumes are found behind devices");
	ok(vols[0].rebuilt && vols[0].complete && vols[0].n_sources == 1 &&
	   !strcmp(vols[0].sources[0].path, "/dev/ipst-none") &&
	   !strcmp(vols[0].uuid, UUID "1"), "with disk and UUID");
	free(vols);
	ok(access(FILE_PATH, F_OK), "looking writes nothing");
	ok(!record_load("d1", &vol, &found) && found, "one is found by name");
	strcpy(vol.name, "v1");
	vol.rebuilt = false;
	ok(!record_rename("d1", &vol) && count() == 2,
	   "a name keeps the others");
	ok(!record_load("d0", &vol, &found) && found && vol.rebuilt &&
	   !record_load("v1", &vol, &found) && found && !vol.rebuilt,
	   "each as it is");
}

int main(void)
{
	ktap_begin();
	test_file();
	test_bad_file();
	test_lost();
	run("rm -rf " ROOT);
	return ktap_end();
}
