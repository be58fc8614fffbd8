#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Paths that are lost for longer than allowed fail I/O, and nothing hangs.
#
# --fast-io-fail: errors, until a path is back; --ctrl-loss: the volume is gone
# for good. The device can be detached and removed, the volume as well.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need fio ip tc python3
need_ipstctl

start_paths
cut_both()
{
	node_cut silence 0
	node_cut silence 1
	cut_ms=$(date +%s%3N)
}
waited() { echo "$1: a read waited $((($(date +%s%3N) - cut_ms) / 100)) tenths of a second"; }
reads_fail() { ! read_disk 2>/dev/null; }
quick() { check "ipstctl $* works" timeout $((20 * slow)) ipstctl "$@"; }

add_paths --fast-io-fail 2
cut_both
check "reads fail" wait_for 30 reads_fail
waited "--fast-io-fail 2"
is "the state" "$(json device d0 state)" live
node_heal silence 0
node_heal silence 1
check "reads work again" wait_for 30 read_disk
ipstctl device detach d0
ipstctl volume del v0

# shellcheck disable=SC2046
ipstctl volume add v0 $(node_sources "$nqn") --ctrl-loss 3
ipstctl device attach d0 v0
wait_disk d0
cut_both
at_exit node_heal silence 0
at_exit node_heal silence 1
check "reads fail" wait_for 40 reads_fail
waited "--ctrl-loss 3"
is "the state" "$(json device d0 state)" live
quick device detach d0
quick device del d0
quick volume del v0
check "nothing is connected" ! is_connected "$nqn"
