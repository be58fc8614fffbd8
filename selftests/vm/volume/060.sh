#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An iSCSI disk, of a LIO target, is a volume like any other.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio ip iscsid iscsiadm
need_ipstctl
need_module target_core_mod
need_module target_core_iblock
need_module iscsi_target_mod
need_module iscsi_tcp
need_module sd_mod

lio=$conf/target
iqn=iqn.2026-11.org.example:ipst
backstore=$lio/core/iblock_0/ipst
tpg=$lio/iscsi/$iqn/tpgt_1

make_target()
{
	make_null ipst-lio
	mkdir -p "$backstore"
	echo "udev_path=/dev/ipst-lio" >"$backstore/control"
	echo 1 >"$backstore/enable"
	mkdir -p "$tpg/lun/lun_0" "$tpg/np/127.0.0.1:3260"
	ln -s "$backstore" "$tpg/lun/lun_0/"
	for attr in authentication=0 generate_node_acls=1 demo_mode_write_protect=0; do
		echo "${attr#*=}" >"$tpg/attrib/${attr%=*}"
	done
	echo 1 >"$tpg/enable"
}

remove_target()
{
	echo 0 >"$tpg/enable"
	rm -f "$tpg"/lun/lun_0/ipst
	rmdir "$tpg"/np/* "$tpg"/lun/lun_0 "$tpg" "${tpg%/*}"
	rmdir "$backstore" "${backstore%/*}"
	modprobe -rq iscsi_target_mod target_core_iblock target_core_mod || true
}

log_out()
{
	iscsiadm -m node -T "$iqn" -u >/dev/null
	iscsiadm -m node -T "$iqn" -o delete
	iscsiadm -m discovery -p 127.0.0.1 -o delete
}

iscsi_disk() { compgen -G '/sys/class/iscsi_session/session*/device/target*/*/block/*'; }

ip link set lo up
make_target
at_exit remove_target
grep -qs ^InitiatorName= /etc/iscsi/initiatorname.iscsi ||
	echo InitiatorName=iqn.2026-11.org.example:host >/etc/iscsi/initiatorname.iscsi
background iscsid -f
quiet iscsiadm -m discovery -t sendtargets -p 127.0.0.1
quiet iscsiadm -m node -T "$iqn" -l
at_exit log_out
wait_for 10 iscsi_disk >/dev/null || fail "the initiator has no disk"
path=$(iscsi_disk)

at_exit ipstctl volume del v0 --if-exists
ipstctl volume add v0 "/dev/${path##*/}"
is size "$(json volume v0 size)" $((64 << 20))
make_device d0 --volume v0
disk=$(json device d0 disk)
run_verify --size=64M --runtime=5 --time_based
