/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel's header of this name. Tests can play the other CPU:
 * at the worst moment, that is after each read of shared memory and at each
 * barrier, the hooks are called.
 */
#ifndef _SHIM_LINUX_COMPILER_H
#define _SHIM_LINUX_COMPILER_H

#include <stddef.h>

enum shim_barrier { SHIM_RMB, SHIM_WMB, SHIM_MB, SHIM_UNLOCK };

extern void (*shim_after_read)(const volatile void *addr, size_t len_bytes);
extern void (*shim_at_barrier)(enum shim_barrier kind);

#define READ_ONCE(x)							\
({									\
	typeof(x) shim_value = *(const volatile typeof(x) *)&(x);	\
									\
	if (shim_after_read)						\
		shim_after_read(&(x), sizeof(x));			\
	shim_value;							\
})

#define WRITE_ONCE(x, value)						\
	((void)(*(volatile typeof(x) *)&(x) = (value)))

static inline void shim_barrier(enum shim_barrier kind)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (shim_at_barrier)
		shim_at_barrier(kind);
}

/* Tests hook into them, to be the other side. */
#define smp_rmb() shim_barrier(SHIM_RMB)
/* Likewise. */
#define smp_wmb() shim_barrier(SHIM_WMB)
/* Likewise. */
#define smp_mb() shim_barrier(SHIM_MB)

#endif
