#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two devices may share a namespace read-write, and the log says so.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0 /dev/ipst-n0
local_disk d0 s0
first=$disk
notice="ipst: d1 and d0 can both write to namespace 1 of ${nqn_prefix}s0"

# Another namespace is another matter, and so is one who only reads.
vhost_device d2 s0 nsid=2
vhost_device d3 s0 read_only=1
check "no notice yet" ! dmesg_has "can both write"
local_disk d1 s0
check "a notice" dmesg_has "$notice"

head -c 4096 /dev/urandom >"$tmp/data"
dd if="$tmp/data" of="$first" oflag=direct bs=4k status=none
dd if="$disk" of="$tmp/back" iflag=direct bs=4k count=1 status=none
check "both see the same" cmp "$tmp/data" "$tmp/back"
