/* SPDX-License-Identifier: GPL-2.0 */
/* What the linker makes of file_write(): see --wrap in the Makefile. */
#ifndef FILE_WRITE_H
#define FILE_WRITE_H

int __real_file_write(const char *path, const char *text);
int __wrap_file_write(const char *path, const char *text);

#endif
