#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Wherever the power fails, what a guest has synced is there, and ext4 is clean.
#
# dm-log-writes below the namespace records each write and flush in the order in
# which they ended. What was on stable storage at each flush is put together
# again: after the journal's replay the file system has to be without fault, with
# every file that the guest had synced by then.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 dmsetup mkfs.ext4 fsck.ext4 debugfs
need_helper log-writes
need_module dm-log-writes
need_kvm
files=6

mark() { dmsetup message ipst-log 0 mark "$1"; }

make_null ipst-n0 size=40
make_null ipst-n1 size=512
sectors=$(blockdev --getsz /dev/ipst-n0)
dmsetup create ipst-log --table "0 $sectors log-writes /dev/ipst-n0 /dev/ipst-n1"
remove_log() { ! dmsetup info ipst-log >/dev/null 2>&1 || dmsetup remove --retry ipst-log; dmsetup mknodes; }
at_exit remove_log
dmsetup mknodes
make_subsystem s0 /dev/mapper/ipst-log
vhost_device d0 s0
start_guest g0 --cpus 2 --disk "$chardev"
# Each block that is written counts: none for what is not there yet.
guest_run g0 'mkfs.ext4 -q -E nodiscard,lazy_itable_init=0,lazy_journal_init=0 /dev/vda 32M'
mark 0
guest_run g0 'mkdir /a && mount /dev/vda /a'
for ((i = 1; i <= files; i++)); do
	# Files of their own, one grows, directories: transactions overlap.
	guest_run g0 "set -e
		cd /a; mkdir -p d$i; seq $i 20000 >d$i/new
		seq $((i * 1000)) >>log; rm -f d$((i - 2))/new
		dd if=d$i/new of=f$i conv=fsync bs=64k status=none"
	mark $i
done
guest_run g0 'umount /a'
guest_stop g0
remove_device d0
remove_subsystem s0
remove_log

# At a flush the files up to the last mark are there, whatever came after.
cat >"$tmp/point" <<'END'
set -eu
[ -n "$MARK" ] || exit 0
cp --sparse=always "$IMAGE" "$IMAGE.now"
# 1: errors were corrected. The journal is no error, and what follows it neither.
fsck.ext4 -E journal_only -y "$IMAGE.now" >"$IMAGE.fsck" 2>&1 || [ $? = 1 ]
fsck.ext4 -fn "$IMAGE.now" >"$IMAGE.fsck" 2>&1 || { cat "$IMAGE.fsck"; exit 1; }
for i in $(seq "$MARK"); do
	debugfs -R "cat f$i" "$IMAGE.now" 2>/dev/null | cmp - <(seq $i 20000)
done
END
export IMAGE=$tmp/image
truncate -s $((sectors * 512)) "$IMAGE"
"$bin/log-writes" /dev/ipst-n1 "$IMAGE" "bash $tmp/point" | tee "$tmp/points"
check "enough flushes" [ "$(awk '{ print $1 }' "$tmp/points")" -ge $((files * 2)) ]
