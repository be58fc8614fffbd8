#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A storage node that never comes back: I/O errors, no hang, clean teardown.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need fio nvme ip

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
# Read by node_connect.
# shellcheck disable=SC2034
node_connect_args=(--reconnect-delay=1 --keep-alive-tmo=2 --ctrl-loss-tmo=4)
node_connect "$nqn" 0
at_exit node_disconnect "$nqn"
make_subsystem s0 "$(node_dev "$nqn")"
local_disk d0 s0

background run_fio --rw=randrw --bs=4k --iodepth=32 --time_based --runtime=60
fio=$background_pid
sleep 2
node_kill
at_exit node_revive
if wait "$fio"; then
	fail "fio did not notice"
fi
check "reads fail" ! read_disk 2>/dev/null
disable d0
is state "$(get_attr d0 state)" disabled
