#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces on a file and on brd, written by one path, read by the other.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_module brd rd_nr=1 rd_size=65536
at_exit rmmod brd
truncate -s 64m "$tmp/file"
make_subsystem s0 "$tmp/file" /dev/ram0
backings=("$tmp/file" /dev/ram0)

for nsid in 1 2; do
	local_disk d$nsid s0 nsid=$nsid
	run_verify --size=32m --io_size=32m
	head -c 300000 /dev/urandom >"$tmp/data"
	dd if="$tmp/data" of="$disk" conv=fsync status=none
	sync
	check "in the backing" cmp -n 300000 "$tmp/data" "${backings[nsid - 1]}"
done
