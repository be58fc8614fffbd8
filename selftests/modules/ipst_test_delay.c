// SPDX-License-Identifier: GPL-2.0
/*
 * ipst_test_delay.ko: makes a function of the kernel slow, so that what happens
 * at the same time on another CPU has a chance to come in between.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static char *function;
module_param(function, charp, 0444);

static unsigned int delay_us = 200;	/* with preemption off: keep it short */
module_param(delay_us, uint, 0444);

static int test_delay_enter(struct kprobe *probe, struct pt_regs *regs)
{
	udelay(delay_us);
	return 0;
}

static struct kprobe test_delay_probe = {
	.pre_handler = test_delay_enter,
};

static int __init test_delay_init(void)
{
	test_delay_probe.symbol_name = function;
	return register_kprobe(&test_delay_probe);
}

static void __exit test_delay_exit(void)
{
	unregister_kprobe(&test_delay_probe);
}

module_init(test_delay_init);
module_exit(test_delay_exit);

MODULE_DESCRIPTION("IPU storage target: a delay for tests");
MODULE_LICENSE("GPL");
