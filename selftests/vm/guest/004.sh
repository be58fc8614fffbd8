#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest of one vCPU has ext4 on a disk, xfs on another: verified, and trimmed.
#
# VERIFY_SECONDS says how long fio works on each, 5 if it is not set.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 fio mkfs.ext4 mkfs.xfs xfs_repair fstrim blkdiscard
need_kvm

# discarded_sectors DISK: so far, of a backing.
discarded_sectors() { awk '{ print $14 }' "/sys/block/$1/stat"; }

make_null ipst-n0 size=320 discard=1
make_null ipst-n1 size=320 discard=1
make_subsystem s0 /dev/ipst-n0 /dev/ipst-n1
vhost_device d0 s0
first=$chardev
vhost_device d1 s0 nsid=2
start_guest g0 --disk "$first" --disk "$chardev"
guest_run g0 "set -e
	mkfs.ext4 -q -E nodiscard /dev/vda
	mkfs.xfs -q -K /dev/vdb
	mkdir /a /b; mount /dev/vda /a; mount /dev/vdb /b
	fio --name=v --directory=/a:/b --numjobs=2 --size=64M --rw=randrw --direct=1 \
		--bsrange=4k-256k --blockalign=4k --iodepth=16 --ioengine=io_uring \
		--verify=crc32c --verify_backlog=64 --verify_fatal=1 --fsync=64 \
		--time_based --runtime=${VERIFY_SECONDS:-5} >/tmp/fio ||
		{ cat /tmp/fio; false; }"

for i in 0 1; do
	is "discarded before, disk $i" "$(discarded_sectors ipst-n$i)" 0
done
# shellcheck disable=SC2016 # the guest expands it
guest_run g0 'set -e
	rm /a/v.* /b/v.*; sync
	fstrim /a; fstrim /b
	umount /a /b
	fsck.ext4 -fn /dev/vda >/tmp/fsck 2>&1 || { cat /tmp/fsck; false; }
	xfs_repair -n /dev/vdb >/tmp/fsck 2>&1 || { cat /tmp/fsck; false; }'
for i in 0 1; do
	# Nearly all of 320 MB is free now.
	check "disk $i was trimmed" [ "$(discarded_sectors ipst-n$i)" -gt 400000 ]
done

# Past the cache of what the namespaces have open.
for i in 0 1; do
	head -c 512K /dev/zero | tr '\0' Z | dd of=/dev/ipst-n$i bs=512K seek=2 \
		iflag=fullblock oflag=direct status=none
done
# shellcheck disable=SC2016 # the guest expands it
guest_run g0 'set -e
	[ "$(cat /sys/block/vda/queue/write_zeroes_max_bytes)" -gt 0 ]
	blkdiscard -z -o 1M -l 512K /dev/vda
	cmp -n 524288 -i 1048576:0 /dev/vda /dev/zero
	blkdiscard -o 1M -l 512K /dev/vdb'
for i in 0 1; do
	dd if=/dev/ipst-n$i of="$tmp/now" bs=512K skip=2 count=1 iflag=direct status=none
	check "disk $i is zero there" cmp -n 524288 "$tmp/now" /dev/zero
done
guest_stop g0
