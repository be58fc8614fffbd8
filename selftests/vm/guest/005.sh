#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A disk is plugged into a running guest and pulled out again, at work or idle.
#
# Another disk of the guest does not notice, and what was written before the plug
# was pulled is there when the disk comes back.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 fio
need_kvm

plug()
{
	guest_qmp g0 "{\"execute\": \"device_add\", \"arguments\": {\"id\": \"hot\",
		\"driver\": \"vhost-vdpa-device-pci\", \"bus\": \"port1\",
		\"vhostdev\": \"$1\"}}" >/dev/null
	wait_for 30 guest_run g0 '[ -b /dev/vdb ]' || fail "no disk is seen"
}

# The guest has to let go of it: its driver for ports waits 5 s first.
unplug()
{
	guest_qmp g0 '{"execute": "device_del", "arguments": {"id": "hot"}}' >/dev/null
	wait_for 60 is_let_go "$1" || fail "$1 is still $(get_attr "$1" state)"
	check "no disk is left" guest_run g0 '[ ! -b /dev/vdb ]'
	enable "$1"
}

is_let_go() { disable "$1" 2>/dev/null; }

# hot_fio OPTION...: in the guest, on the disk that comes and goes.
hot_fio()
{
	guest_run g0 "fio --name=hot --filename=/dev/vdb --direct=1 --bs=64k \
		--iodepth=8 --ioengine=io_uring --allow_file_create=0 \
		--verify=crc32c --verify_fatal=1 --size=16M $*"
}

make_null ipst-n0
make_null ipst-n1
make_subsystem s0 /dev/ipst-n0 /dev/ipst-n1
vhost_device d0 s0
first=$chardev
vhost_device d1 s0 nsid=2
start_guest g0 --cpus 2 --disk "$first"
guest_run g0 'fio --name=v --filename=/dev/vda --rw=randrw --direct=1 --size=32M \
	--bsrange=4k-64k --blockalign=4k --iodepth=8 --ioengine=io_uring --rate_iops=100 \
	--verify=crc32c --verify_backlog=64 --verify_fatal=1 --time_based \
	--runtime=600 >/tmp/fio 2>&1 & echo $! >/tmp/fio.pid'

plug "$chardev"
is "state when plugged" "$(get_attr d1 state)" live
fails_with EBUSY disable d1
quiet hot_fio --rw=write --do_verify=0
unplug d1
for _ in $(rounds 1); do
	plug "$(get_attr d1 chardev)"
	quiet hot_fio --rw=read --verify_only
	# Pulled while requests are in flight.
	hot_fio --rw=randwrite --offset=32M --do_verify=0 --time_based --runtime=600 \
		"--continue_on_error=all >/dev/null 2>&1 &"
	unplug d1
done
# shellcheck disable=SC2016 # the guest expands it
check "the other disk's data is right" guest_run g0 'kill -0 $(cat /tmp/fio.pid) &&
	kill -INT $(cat /tmp/fio.pid) && sleep 3 && ! grep -q "verify:\|error=" /tmp/fio'
guest_stop g0
