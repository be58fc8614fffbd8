#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest whose subsystem is pulled, or shrinks and grows, lives on.
#
# Pulled: I/O errors, no hang; after disable, link and enable all is well again.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64
need_kvm

truncate -s 64M "$tmp/file"
make_subsystem s0 "$tmp/file"
vhost_device d0 s0
start_guest g0 --disk "$chardev"
# shellcheck disable=SC2016 # the guest expands it
guest_mb() { guest_run g0 'echo $(($(blockdev --getsize64 /dev/vda) >> 20))'; }
is "size at first" "$(guest_mb)" 64

truncate -s 96M "$tmp/file"
echo 1 >"$(namespace s0)/revalidate_size"
guest_has_mb() { [ "$(guest_mb)" = "$1" ]; }
check "the guest sees it grow" wait_for 10 guest_has_mb 96

unlink_device d0
is "state when pulled" "$(get_attr d0 state)" live
check "reads fail" ! guest_run g0 \
	'dd if=/dev/vda of=/dev/null bs=4k count=1 iflag=direct' 2>/dev/null
fails_with EBUSY link_device d0 s0
guest_stop g0
disable d0
link_device d0 s0
enable d0
is "state when back" "$(get_attr d0 state)" ready
