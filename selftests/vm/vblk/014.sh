#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Large I/O, of more segments than a request takes, arrives whole.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper scatter
make_null ipst-n0
make_null ipst-b virt_boundary=1
make_subsystem s0 /dev/ipst-n0 /dev/ipst-b

for nsid in 1 2; do
	local_disk d$nsid s0 nsid=$nsid
	quiet run_fio --rw=randrw --bs=4m --iodepth=16 --size=64m --io_size=96m \
		--verify=crc32c --verify_backlog=4 --verify_fatal=1
	quiet run_fio --rw=write --bs=16m --iodepth=2 --size=32m \
		--verify=md5 --verify_fatal=1
	"$bin/scatter" "$disk" 1024 4096 0
	"$bin/scatter" "$disk" 500 8192 0
done
