#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# States: disabled, ready, live, suspended, needs_reset.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper vdpa-blk
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
is "local, bound" "$(get_attr d0 state)" live
disable d0
is "disabled" "$(get_attr d0 state)" disabled

vhost_device d1 s0
is "nobody there" "$(get_attr d1 state)" ready
exec 3<>"$chardev"
is "open" "$(get_attr d1 state)" ready

# vmm COMMAND...: a VMM that keeps its memory until the pipe is closed.
vmm() { "$bin/vdpa-blk" script 3 "$@" pause <&4 & }
mkfifo "$tmp/pipe"
exec 4<>"$tmp/pipe"
vmm start
wait_for 10 has_attr d1 state live || fail "not live"
kill $!
wait $! || true
"$bin/vdpa-blk" script 3 suspend
is "suspended" "$(get_attr d1 state)" suspended
"$bin/vdpa-blk" script 3 resume
is "resumed" "$(get_attr d1 state)" live
"$bin/vdpa-blk" script 3 status 0
is "reset" "$(get_attr d1 state)" ready
exec 3>&-

exec 3<>"$chardev"
trace=/sys/kernel/tracing
echo 1 >$trace/events/ipst_vblk/vblk_broken/enable
vmm start break
wait_for 10 has_attr d1 state needs_reset || fail "a broken ring is not seen"
echo 0 >$trace/events/ipst_vblk/vblk_broken/enable
check "traced" grep -q 'vblk_broken: d1 queue=0 .*=-22' $trace/trace
"$bin/vdpa-blk" script 3 status 0
is "reset" "$(get_attr d1 state)" ready
kill $!
wait $! || true
exec 3>&-
is "closed" "$(get_attr d1 state)" ready
disable d1
