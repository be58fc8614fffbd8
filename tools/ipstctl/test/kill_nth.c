// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD for crash tests: SIGKILL right before the Nth call that changes
 * something, N from the environment variable KILL_NTH. Walk N from 1 until the
 * command succeeds, and at each step see that add and del repair what is left.
 * FAIL_NTH is for roll-backs: the Nth write fails instead. Of ioctls those count
 * that change something of device-mapper's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/dm-ioctl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void *before(const char *name)
{
	static int calls;
	const char *nth = getenv("KILL_NTH");

	if (nth && ++calls == atoi(nth))
		kill(getpid(), SIGKILL);
	return dlsym(RTLD_NEXT, name);
}

int mkdir(const char *path, mode_t mode)
{
	int (*real)(const char *path, mode_t mode) = before("mkdir");

	return real(path, mode);
}

int symlink(const char *target, const char *path)
{
	int (*real)(const char *target, const char *path) = before("symlink");

	return real(target, path);
}

int rename(const char *from, const char *to)
{
	int (*real)(const char *from, const char *to) = before("rename");

	return real(from, to);
}

int unlink(const char *path)
{
	int (*real)(const char *path) = before("unlink");

	return real(path);
}

int rmdir(const char *path)
{
	int (*real)(const char *path) = before("rmdir");

	return real(path);
}

ssize_t write(int fd, const void *buf, size_t len)
{
	ssize_t (*real)(int fd, const void *buf, size_t len) = before("write");
	const char *nth = getenv("FAIL_NTH");
	static int writes;

	if (nth && ++writes == atoi(nth)) {
		errno = EIO;
		return -1;
	}
	return real(fd, buf, len);
}

static bool is_change(unsigned long request)
{
	return request == DM_DEV_CREATE || request == DM_DEV_REMOVE ||
	       request == DM_DEV_SUSPEND || request == DM_TABLE_LOAD;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int fd, unsigned long request, void *arg);
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	real = is_change(request) ? before("ioctl") : dlsym(RTLD_NEXT, "ioctl");
	return real(fd, request, arg);
}
