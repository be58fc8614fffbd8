// SPDX-License-Identifier: GPL-2.0
/*
 * fail-nth: run a command, and have the kernel fail its n-th allocation.
 *
 * usage: fail-nth FILE N SYSCALL[,SYSCALL]... COMMAND [ARG]...
 *        fail-nth FILE N --store TARGET VALUE
 *
 * Counted is what happens within these system calls of the command (not of its
 * children), as /proc/PID/fail-nth counts: see Documentation/fault-injection.
 * FILE gets "1" if there were N of them, so that one failed, else "0".
 * --store writes VALUE to TARGET itself: there is no command to start and to trace.
 *
 * Exit status: the command's, or 1 if the store failed; 2 usage; 3 the command was
 * killed; 4 no fault injection.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

static const struct {
	const char *name;
	unsigned long nr;
} syscalls[] = {
	{ "finit_module",	SYS_finit_module },
	{ "ioctl",		SYS_ioctl },
	{ "mkdir",		SYS_mkdir },
	{ "mkdirat",		SYS_mkdirat },
	{ "sendmsg",		SYS_sendmsg },
	{ "sendto",		SYS_sendto },
	{ "symlink",		SYS_symlink },
	{ "symlinkat",		SYS_symlinkat },
	{ "write",		SYS_write },
};

#define NUM_SYSCALLS	(sizeof(syscalls) / sizeof(syscalls[0]))

static bool wanted[NUM_SYSCALLS];

static void die(const char *what)
{
	fprintf(stderr, "fail-nth: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void parse_syscalls(char *list)
{
	char *name;
	size_t i;

	for (name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		for (i = 0; i < NUM_SYSCALLS; i++)
			if (!strcmp(name, syscalls[i].name))
				break;
		if (i == NUM_SYSCALLS) {
			errno = ENOSYS;
			die(name);
		}
		wanted[i] = true;
	}
}

static bool is_wanted(unsigned long nr)
{
	size_t i;

	for (i = 0; i < NUM_SYSCALLS; i++)
		if (wanted[i] && syscalls[i].nr == nr)
			return true;
	return false;
}

static unsigned long read_nth(int fd)
{
	char buf[32] = "";

	if (pread(fd, buf, sizeof(buf) - 1, 0) < 0)
		die("read fail-nth");
	return strtoul(buf, NULL, 10);
}

static void write_nth(int fd, unsigned long n)
{
	if (dprintf(fd, "%lu", n) < 0)
		die("write fail-nth");
}

static int open_nth(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		exit(4);
	}
	return fd;
}

/*
 * Lets @pid run to its end, with what is left of @left in its fail-nth while it
 * is in a system call that counts. Returns its wait status.
 */
static int trace(pid_t pid, int fd, unsigned long *left)
{
	struct ptrace_syscall_info info;
	bool armed = false;
	int status, sig = 0;

	while (!ptrace(PTRACE_SYSCALL, pid, NULL, (long)sig)) {
		if (waitpid(pid, &status, 0) < 0)
			die("waitpid");
		if (!WIFSTOPPED(status))
			return status;
		sig = WSTOPSIG(status);
		if (sig != (SIGTRAP | 0x80)) {
			/* The stop after execve() is ours, all else is not. */
			if (sig == SIGTRAP)
				sig = 0;
			continue;
		}
		sig = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
			die("ptrace");
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY && *left &&
		    is_wanted(info.entry.nr)) {
			write_nth(fd, *left);
			armed = true;
		} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && armed) {
			*left = read_nth(fd);
			write_nth(fd, 0);
			armed = false;
		}
	}
	die("ptrace");
	return 0;
}

static void run(char **argv)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Writes @value, with what is left of @left in our fail-nth. Returns an exit status. */
static int store(const char *target, const char *value, unsigned long *left)
{
	int nth = open_nth(getpid());
	int fd = open(target, O_WRONLY | O_CLOEXEC);
	ssize_t len;
	int error;

	if (fd < 0)
		die(target);
	write_nth(nth, *left);
	len = write(fd, value, strlen(value));
	error = errno;
	*left = read_nth(nth);
	write_nth(nth, 0);
	if (len >= 0)
		return 0;
	fprintf(stderr, "fail-nth: %s: %s\n", target, strerror(error));
	return 1;
}

/* The same of a command's system calls. */
static int run_traced(char *list, char **argv, unsigned long *left)
{
	int status;
	pid_t pid;

	parse_syscalls(list);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		run(argv);
	if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
		die("waitpid");
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	status = trace(pid, open_nth(pid), left);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "fail-nth: killed by signal %d\n", WTERMSIG(status));
	return 3;
}

int main(int argc, char **argv)
{
	bool stores = argc > 3 && !strcmp(argv[3], "--store");
	unsigned long left;
	FILE *file;
	int status;

	if (argc < 5 || (stores && argc != 6)) {
		fputs("usage: fail-nth FILE N SYSCALL[,SYSCALL]... COMMAND [ARG]...\n"
		      "       fail-nth FILE N --store TARGET VALUE\n", stderr);
		return 2;
	}
	left = strtoul(argv[2], NULL, 10);
	status = stores ? store(argv[4], argv[5], &left) :
			  run_traced(argv[3], argv + 4, &left);

	file = fopen(argv[1], "w");
	if (!file || fprintf(file, "%d\n", !left) < 0 || fclose(file))
		die(argv[1]);
	return status;
}
