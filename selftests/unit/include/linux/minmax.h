/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header of this name. */
#ifndef _SHIM_LINUX_MINMAX_H
#define _SHIM_LINUX_MINMAX_H

#define shim_choose(a, b, op)						\
({									\
	__auto_type shim_a = (a);					\
	__auto_type shim_b = (b);					\
									\
	shim_a op shim_b ? shim_a : shim_b;				\
})

#define min(a, b) shim_choose(a, b, <)
#define max(a, b) shim_choose(a, b, >)

#endif
