/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What clang needs to read the headers of a kernel that was configured for
 * gcc; the Makefile includes it after the kernel's autoconf.h. Debian builds
 * its kernels with gcc and has no other configuration.
 */
#undef CONFIG_CC_IS_GCC
#define CONFIG_CC_IS_CLANG 1
#undef CONFIG_CC_HAS_NAMED_AS
#undef CONFIG_USE_X86_SEG_SUPPORT
