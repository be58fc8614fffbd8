// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU that counts the instructions which its CPUs execute, by where
 * they are. The CPUs may run, and their code be translated, at the same time.
 *
 * usage: -plugin insn_count.so,out=FILE
 *
 * bin/insn-mark in the machine begins and ends the count, each by a NOP that means
 * something here. At the end FILE has a line "ADDRESS INSTRUCTIONS" for each block
 * of code that has run, anew each time. What a block is, is QEMU's choice; none
 * goes on behind a jump or a call, so it lies within one function.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "insn_mark.h"
#include "qemu_plugin.h"

int qemu_plugin_version = 4;

/* QEMU translates code more than once; each time is a block of its own. */
struct block {
	struct block *next;
	uint64_t addr;
	uint64_t num_insns;
	uint64_t num_runs;
};

static struct block *blocks;
static const char *out;
static bool counting;

static void block_ran(unsigned int cpu, void *data)
{
	struct block *block = data;

	if (__atomic_load_n(&counting, __ATOMIC_RELAXED))
		__atomic_add_fetch(&block->num_runs, 1, __ATOMIC_RELAXED);
}

static void write_out(void)
{
	FILE *file = fopen(out, "w");
	struct block *block;

	if (!file) {
		perror(out);
		return;
	}
	for (block = __atomic_load_n(&blocks, __ATOMIC_ACQUIRE); block; block = block->next)
		if (block->num_runs)
			fprintf(file, "%016" PRIx64 " %" PRIu64 "\n", block->addr,
				block->num_insns * block->num_runs);
	fclose(file);
}

static void mark_begin(unsigned int cpu, void *data)
{
	struct block *block;

	for (block = __atomic_load_n(&blocks, __ATOMIC_ACQUIRE); block; block = block->next)
		__atomic_store_n(&block->num_runs, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&counting, true, __ATOMIC_RELAXED);
}

static void mark_end(unsigned int cpu, void *data)
{
	__atomic_store_n(&counting, false, __ATOMIC_RELAXED);
	write_out();
}

static void call_when_run(struct qemu_plugin_tb *tb, qemu_plugin_cpu_fn fn,
			  void *data)
{
	qemu_plugin_register_vcpu_tb_exec_cb(tb, fn, QEMU_PLUGIN_CB_NO_REGS, data);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, num_insns = qemu_plugin_tb_n_insns(tb);
	struct block *block = malloc(sizeof(*block));
	uint8_t code[INSN_MARK_BYTES];

	if (!block)
		abort();
	*block = (struct block) {
		.next = __atomic_load_n(&blocks, __ATOMIC_RELAXED),
		.addr = qemu_plugin_tb_vaddr(tb),
		.num_insns = num_insns,
	};
	while (!__atomic_compare_exchange_n(&blocks, &block->next, block, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	call_when_run(tb, block_ran, block);

	for (i = 0; i < num_insns; i++) {
		if (qemu_plugin_insn_data(qemu_plugin_tb_get_insn(tb, i), code,
					  sizeof(code)) != sizeof(code))
			continue;
		if (!memcmp(code, INSN_MARK_BEGIN, sizeof(code)))
			call_when_run(tb, mark_begin, NULL);
		else if (!memcmp(code, INSN_MARK_END, sizeof(code)))
			call_when_run(tb, mark_end, NULL);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fputs("insn_count: out=FILE is missing\n", stderr);
		return -1;
	}
	out = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
