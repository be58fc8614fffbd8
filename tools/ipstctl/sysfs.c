// SPDX-License-Identifier: GPL-2.0
/*
 * What sysfs says of block devices, and the small helpers every file that
 * talks to the kernel needs: attribute files, modules, waiting.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ipstctl.h"

#define SECTOR_BYTES 512

int file_read(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	*buf = '\0';
	if (fd < 0)
		return -errno;
	n = read(fd, buf, len - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;
	while (n > 0 && (buf[n - 1] == '\n' || buf[n - 1] == ' '))
		n--;
	buf[n] = '\0';
	return 0;
}

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	/* One write: to configfs and sysfs each is a command of its own. */
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

struct matches matches_find(const char *pattern)
{
	struct matches matches = { .next = 0 };

	glob(pattern, 0, NULL, &matches.found);
	return matches;
}

const char *matches_next(struct matches *matches)
{
	if (matches->next == matches->found.gl_pathc)
		return NULL;
	return matches->found.gl_pathv[matches->next++];
}

void matches_free(struct matches *matches)
{
	globfree(&matches->found);
}

bool matches_first(const char *pattern, char *path, size_t len)
{
	MATCHES(matches, pattern);
	const char *first = matches_next(&matches);

	snprintf(path, len, "%s", first ? first : "");
	return first;
}

bool matches_any(const char *pattern)
{
	MATCHES(matches, pattern);

	return matches_next(&matches);
}

static int has_good_name(const struct dirent *entry)
{
	return !name_check(entry->d_name);
}

/* Sorted; those that no noun of ours can have are left out. */
int names_list(const char *dir, char (**names)[NAME_LEN])
{
	struct dirent **entries;
	int n = scandir(dir, &entries, has_good_name, alphasort);

	*names = NULL;
	if (n <= 0)
		return 0;
	*names = calloc(n, sizeof(**names));
	for (int i = 0; i < n; i++) {
		if (*names)
			memccpy((*names)[i], entries[i]->d_name, '\0',
				NAME_LEN);
		free(entries[i]);
	}
	free(entries);
	return *names ? n : 0;
}

static int disk_attr(dev_t rdev, const char *attr, char *value, size_t len)
{
	char path[ATTR_LEN];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major(rdev),
		 minor(rdev), attr);
	return file_read(path, value, len);
}

static bool disk_copy_id(dev_t rdev, const char *attr, const char *prefix,
			 char *wwid)
{
	char value[ATTR_LEN - 16];

	if (disk_attr(rdev, attr, value, sizeof(value)) || !*value)
		return false;
	snprintf(wwid, ATTR_LEN, "%s%s", prefix, value);
	return true;
}

/*
 * What names the disk itself, not the place it is plugged into today. A
 * partition has none of its own: the disk's, and its number.
 */
static void disk_probe_wwid(dev_t rdev, char *wwid)
{
	char partition[16];
	size_t len;

	*wwid = '\0';
	if (disk_copy_id(rdev, "wwid", "", wwid) ||
	    disk_copy_id(rdev, "device/wwid", "", wwid) ||
	    disk_copy_id(rdev, "dm/uuid", "dm.", wwid) ||
	    disk_copy_id(rdev, "md/uuid", "md.", wwid) ||
	    disk_copy_id(rdev, "serial", "serial.", wwid) ||
	    disk_copy_id(rdev, "device/serial", "serial.", wwid))
		return;
	if (disk_attr(rdev, "partition", partition, sizeof(partition)))
		return;
	if (disk_copy_id(rdev, "../wwid", "", wwid) ||
	    disk_copy_id(rdev, "../device/wwid", "", wwid) ||
	    disk_copy_id(rdev, "../serial", "serial.", wwid)) {
		len = strlen(wwid);
		snprintf(wwid + len, ATTR_LEN - len, ".part%s", partition);
	}
}

static uint64_t disk_number(dev_t rdev, const char *attr, const char *fallback)
{
	char value[32];

	if (disk_attr(rdev, attr, value, sizeof(value)) &&
	    disk_attr(rdev, fallback, value, sizeof(value)))
		return 0;
	return strtoull(value, NULL, 10);
}

/* Attributes that say "none" for what a disk has not. */
static bool disk_has(dev_t rdev, const char *attr, const char *fallback)
{
	char value[32];

	if (disk_attr(rdev, attr, value, sizeof(value)) &&
	    disk_attr(rdev, fallback, value, sizeof(value)))
		return false;
	return strcmp(value, "none");
}

int disk_probe(const char *path, struct disk *disk)
{
	struct stat st;

	memset(disk, 0, sizeof(*disk));
	if (stat(path, &st))
		return err("%s cannot be used: %s", path,
			   errno == ENOENT ? "there is no such device" :
					     strerror(errno));
	if (!S_ISBLK(st.st_mode))
		return err("%s is not a block device: give a disk, a partition or a dm device",
			   path);
	snprintf(disk->path, sizeof(disk->path), "%s", path);
	disk->rdev = st.st_rdev;
	disk_probe_wwid(st.st_rdev, disk->wwid);
	disk->size_bytes = disk_number(st.st_rdev, "size", "size") *
			   SECTOR_BYTES;
	disk->block_bytes = disk_number(st.st_rdev,
					"queue/logical_block_size",
					"../queue/logical_block_size");
	disk->read_only = disk_number(st.st_rdev, "ro", "ro");
	disk->is_special = disk_has(st.st_rdev, "queue/zoned",
				    "../queue/zoned") ||
			   disk_has(st.st_rdev, "integrity/format",
				    "../integrity/format");
	return 0;
}

/*
 * A disk has its node before sysfs tells of its queue, and before it can be
 * opened. Right before that, and after all the rest, comes its link "bdi". An
 * open would tell as well, but it waits until the kernel has looked for
 * partitions, on a disk that may not answer.
 */
bool disk_is_ready(const char *path)
{
	char link[ATTR_LEN];

	snprintf(link, sizeof(link), "/sys/class/block/%s/bdi",
		 strrchr(path, '/') + 1);
	return !access(path, F_OK) && !access(link, F_OK);
}

/* Mounted, or below another block device. */
bool disk_is_claimed(const char *path)
{
	int fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);

	if (fd < 0)
		return errno == EBUSY;
	close(fd);
	return false;
}

int disk_of_vdpa(const char *device, char *path, size_t len)
{
	char pattern[ATTR_LEN], found[ATTR_LEN];

	snprintf(pattern, sizeof(pattern),
		 "/sys/bus/vdpa/devices/%s/virtio*/block/*", device);
	*path = '\0';
	if (!matches_first(pattern, found, sizeof(found)))
		return -1;
	snprintf(path, len, "/dev/%s", strrchr(found, '/') + 1);
	return 0;
}

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * Devices show up some milliseconds after what made them, now and then some
 * seconds. Progress is only for people: no terminal, no line.
 */
bool wait_for(bool (*is_there)(void *arg), void *arg, int seconds,
	      const char *what)
{
	static const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	double start_s = now_s();
	bool told = false;

	while (!is_there(arg)) {
		double waited_s = now_s() - start_s;

		if (waited_s > seconds)
			return false;
		if (waited_s > 1 && !told && isatty(STDERR_FILENO)) {
			fprintf(stderr, "waiting up to %d s for %s\n", seconds,
				what);
			told = true;
		}
		nanosleep(&pause, NULL);
	}
	return true;
}

bool module_is_loaded(const char *module)
{
	char path[ATTR_LEN];

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	return !access(path, F_OK);
}

/* Quiet when it fails: the caller knows what it wanted the module for. */
int module_load(const char *module, const char *option)
{
	int status;
	pid_t pid;

	if (module_is_loaded(module))
		return 0;
	pid = fork();
	if (pid < 0)
		return -1;
	if (!pid) {
		execlp("modprobe", "modprobe", "-q", module, option, NULL);
		execl("/sbin/modprobe", "modprobe", "-q", module, option, NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

unsigned int cpus_online(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? n : 1;
}
