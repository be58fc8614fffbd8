#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest at work gets another volume: no error, no lost data, then more room.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 fio python3
need_ipstctl
need_kvm

# shellcheck disable=SC2016 # the guest expands it
guest_mb() { guest_run g0 'echo $(($(cat /sys/block/vda/size) >> 11))'; }
guest_has_mb() { [ "$(guest_mb)" = "$1" ]; }

make_volume v0
make_volume v1 size=96
make_volume small size=32
at_exit ipstctl device del d0 --if-exists
ipstctl device add d0 --type virtio-blk --volume v0
start_guest g0 --disk "$(json device d0 chardev)"
is "size at first" "$(guest_mb)" 64
guest_run g0 'fio --name=v --filename=/dev/vda --rw=randrw --direct=1 --size=48M \
	--bsrange=4k-64k --blockalign=4k --iodepth=8 --ioengine=io_uring \
	--verify=crc32c --verify_backlog=64 --verify_fatal=1 --time_based \
	--runtime=600 >/tmp/fio 2>&1 & echo $! >/tmp/fio.pid'
sleep 3

refuses 1 "fewer than" device attach d0 small --replace
ipstctl device pause d0
dd if=/dev/ipst-v0 of=/dev/ipst-v1 bs=1M iflag=direct oflag=direct status=none
before=$(ios ipst-v0)
ipstctl device attach d0 v1 --replace
ipstctl device resume d0
check "the guest sees the new size" wait_for 20 guest_has_mb 96
sleep 3
is "I/O on the old volume" "$(ios ipst-v0)" "$before"
check "I/O on the new one" [ "$(ios ipst-v1)" -gt 0 ]
# shellcheck disable=SC2016 # the guest expands it
check "the data is right" guest_run g0 'kill -0 $(cat /tmp/fio.pid) &&
	kill -INT $(cat /tmp/fio.pid) && sleep 3 && ! grep "verify:\|error=" /tmp/fio'
guest_stop g0
