#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest boots from the second of its disks, and reboots from it in mid-write.
#
# The firmware's driver, the boot loader's and Linux's have the same disk in
# turn, each after a reset: when the guest reboots, and when its reset button is
# pressed. What was on stable storage before is there afterwards.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 extlinux mkfs.ext4 fio
need_module ext4
need_kvm

# make_bootable DISK: the guest's kernel on it, and a loader.
# shellcheck disable=SC2154 # vm-lib.sh
make_bootable()
{
	vm_kernel_guest
	[ -r "/boot/vmlinuz-$vm_release" ] || skip "no kernel for the guest in /boot"
	# The loader knows ext4 as it was.
	quiet mkfs.ext4 -O ^64bit,^metadata_csum "$1"
	mkdir "$tmp/boot"
	mount "$1" "$tmp/boot"
	at_exit sh -c "! mountpoint -q $tmp/boot || umount $tmp/boot"
	cp "/boot/vmlinuz-$vm_release" "$tmp/boot/vmlinuz"
	gzip -1 <"$vm_initrd" >"$tmp/boot/initrd"
	cat >"$tmp/boot/extlinux.conf" <<-END
		default ipst
		label ipst
		kernel vmlinuz
		append initrd=initrd $(guest_cmdline)
	END
	quiet extlinux --install "$tmp/boot"
	umount "$tmp/boot"
}

boot_id() { guest_run g0 'cat /proc/sys/kernel/random/boot_id'; }
has_rebooted()
{
	guest_timeout_s=$guest_boot_s boot_id >"$tmp/boot_id" 2>/dev/null &&
		[ "$(<"$tmp/boot_id")" != "$booted" ]
}

make_null ipst-n0 size=96
make_null ipst-n1 size=192
make_bootable /dev/ipst-n1
make_subsystem s0 /dev/ipst-n0 /dev/ipst-n1
vhost_device d0 s0
first=$chardev
vhost_device d1 s0 nsid=2
start_guest g0 --disk "$first" --disk "$chardev" --boot 1 \
	--qemu-arg -action --qemu-arg reboot=reset
guest_run g0 'set -e
	grep -q BOOT_IMAGE=vmlinuz /proc/cmdline
	mkfs.ext4 -q /dev/vda 32M
	mkdir -p /a; mount /dev/vda /a
	head -c 8M /dev/urandom >/a/data
	(cd /a && sha256sum data >sums)
	sync; umount /a'

reboot='(sleep 2; echo b >/proc/sysrq-trigger) &'
for how in $(rounds 1 | sed 's/.*/reboot reset/'); do
	booted=$(boot_id)
	guest_run g0 'fio --name=w --filename=/dev/vda --rw=randrw --direct=1 \
		--bsrange=4k-256k --blockalign=4k --iodepth=32 --ioengine=io_uring \
		--offset=32M --verify=crc32c --verify_backlog=64 --verify_fatal=1 \
		--time_based --runtime=600 >/dev/null 2>&1 &'
	wait_for 30 has_attr d0 state live
	sleep 2
	case $how in
	reboot)	guest_run g0 "$reboot" ;;
	reset)	guest_qmp g0 '{"execute": "system_reset"}' >/dev/null ;;
	esac
	sleep 3
	check "it boots again" wait_for 120 has_rebooted
	# shellcheck disable=SC2016 # the guest expands it
	guest_run g0 'set -e
		mkdir -p /a; mount /dev/vda /a
		cd /a; sha256sum -c sums; cd /; umount /a
		mount -o ro /dev/vdb /a; cmp /a/vmlinuz /boot/vmlinuz-$(uname -r); umount /a'
done
guest_stop g0
