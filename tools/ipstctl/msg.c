// SPDX-License-Identifier: GPL-2.0
/* One sentence on stderr, that says what is wrong and what to do. */
#include <stdarg.h>
#include <stdio.h>

#include "ipstctl.h"

static void msg_print(const char *kind, const char *fmt, va_list args)
{
	/* What was printed before stays before. */
	fflush(stdout);
	fprintf(stderr, "ipstctl: %s", kind);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

int err(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	msg_print("", fmt, args);
	va_end(args);
	return -1;
}

void warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	msg_print("warning: ", fmt, args);
	va_end(args);
}
