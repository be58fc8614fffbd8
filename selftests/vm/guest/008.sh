#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two guests at work, four disks: QEMU killed, guest reset, disk plugged, at once.
#
# Each guest finds on its disks what was written there before.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 fio
need_kvm

ending='|| { cat /tmp/fio; false; }'	# of each fio, unless it is to work on

# fio_on GUEST DISKS OPTION...: in the guest, a job for each of its disks.
fio_on()
{
	local disk jobs=

	for disk in $2; do
		jobs+=" --name=$disk --filename=/dev/$disk"
	done
	guest_run "$1" "fio --name=global --direct=1 --ioengine=io_uring --bs=64k \
		--iodepth=8 --allow_file_create=0 --verify=crc32c \
		--verify_fatal=1 ${*:3} $jobs >/tmp/fio 2>&1 $ending"
}

fill() { fio_on "$@" --rw=write --do_verify=0 --size=8M; }
intact() { fio_on "$@" --rw=read --verify_only --size=8M; }
work() { ending='&' fio_on "$@" --rw=randrw --offset=8M --size=32M \
	--verify_backlog=32 --time_based --runtime=600; }
is_let_go() { disable "$1" 2>/dev/null; }
boot_id() { guest_run g1 'cat /proc/sys/kernel/random/boot_id'; }
has_rebooted() { [ "$(guest_timeout_s=$guest_boot_s boot_id)" != "$booted" ]; }

paths=()
for i in 0 1 2 3; do
	make_null ipst-n$i
	paths+=("/dev/ipst-n$i")
done
make_subsystem s0 "${paths[@]}"
for i in 0 1 2 3; do
	vhost_device d$i s0 nsid=$((i + 1))
	chardevs[i]=$chardev
done
start_guest g0 --disk "${chardevs[0]}" --disk "${chardevs[1]}"
start_guest g1 --disk "${chardevs[2]}" --qemu-arg -action --qemu-arg reboot=reset
fill g0 "vda vdb"
fill g1 vda

for _ in $(rounds 1); do
	work g0 "vda vdb"
	work g1 vda
	guest_qmp g1 "{\"execute\": \"device_add\", \"arguments\": {\"id\": \"hot\",
		\"driver\": \"vhost-vdpa-device-pci\", \"bus\": \"port1\",
		\"vhostdev\": \"${chardevs[3]}\"}}" >/dev/null
	check "the disk is seen" wait_for 30 guest_run g1 '[ -b /dev/vdb ]'
	fill g1 vdb
	for i in 0 1 2 3; do
		is "state of d$i" "$(get_attr d$i state)" live
	done

	booted=$(boot_id)
	guest_qmp g1 '{"execute": "system_reset"}' >/dev/null
	guest_kill g0
	for i in 0 1; do
		check "d$i is free" wait_for 10 has_attr d$i state ready
	done
	start_guest g0 --disk "${chardevs[1]}" --disk "${chardevs[0]}"
	intact g0 "vda vdb"
	check "the other one boots again" wait_for 120 has_rebooted
	intact g1 "vda vdb"
	guest_qmp g1 '{"execute": "device_del", "arguments": {"id": "hot"}}' >/dev/null
	check "d3 is free" wait_for 60 is_let_go d3
	enable d3
	chardevs[3]=$(get_attr d3 chardev)
done
guest_stop g0
guest_stop g1
