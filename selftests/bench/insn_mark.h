/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NOPs that say something to insn_count.c: nopl DISPLACEMENT(%rax).
 */
#ifndef INSN_MARK_H
#define INSN_MARK_H

#define INSN_MARK_BYTES	7
#define INSN_MARK_BEGIN	"\x0f\x1f\x80ips\x01"
#define INSN_MARK_END	"\x0f\x1f\x80ips\x02"

static inline void insn_mark_begin(void)
{
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80; .ascii \"ips\\001\"" ::: "memory");
}

static inline void insn_mark_end(void)
{
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80; .ascii \"ips\\002\"" ::: "memory");
}

#endif
