#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A KVM guest uses the disk, its QEMU is killed during I/O, another one goes on.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 fio
need_kvm

make_null ipst-n0 size=256
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0 num_queues=2 serial=ipst-guest-test
is "state before" "$(get_attr d0 state)" ready
start_guest g0 --cpus 2 --disk "$chardev"
is "state with a guest" "$(get_attr d0 state)" live

guest_run g0 'set -e
	mkfs.ext4 -q /dev/vda 60M
	mount /dev/vda /mnt
	head -c 16M /dev/urandom >/mnt/data
	(cd /mnt && sha256sum data >sums)
	umount /mnt; mount /dev/vda /mnt
	cd /mnt && sha256sum -c sums && cd / && umount /mnt'
is serial "$(guest_run g0 'cat /sys/block/vda/serial')" ipst-guest-test
guest_run g0 "fio --name=v --filename=/dev/vda --rw=randrw --direct=1 \
	--bsrange=4k-1m --blockalign=4k --iodepth=32 --ioengine=io_uring \
	--offset=64M --size=128M --verify=crc32c --verify_backlog=512 \
	--time_based --runtime=${VERIFY_SECONDS:-15} >/tmp/fio ||
	{ cat /tmp/fio; false; }"
is "state after I/O" "$(get_attr d0 state)" live

for _ in $(rounds 1); do
	background guest_run g0 'fio --name=k --filename=/dev/vda --rw=randrw \
		--bs=4k --direct=1 --iodepth=32 --ioengine=io_uring --offset=64M \
		--size=128M --verify=crc32c --verify_backlog=64 --verify_fatal=1 \
		--time_based --runtime=600' >"$tmp/killed" 2>&1
	sleep 3
	fails_with EBUSY disable d0
	fails_with EBUSY rmdir "$devices/d0"
	guest_kill g0
	check "the device is free again" wait_for 10 has_attr d0 state ready
	check "no wrong data" ! grep "verify" "$tmp/killed"

	start_guest g0 --disk "$chardev"
	guest_run g0 'mount /dev/vda /mnt && cd /mnt && sha256sum -c sums &&
		cd / && umount /mnt'
done
guest_stop g0
is "state at the end" "$(get_attr d0 state)" ready
