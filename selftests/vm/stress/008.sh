#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A namespace that changes after the disk's driver was unbound harms nobody.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

truncate -s 16M "$tmp/file"
make_subsystem s0 "$tmp/file"
local_disk d0 s0
echo d0 >/sys/bus/vdpa/drivers/virtio_vdpa/unbind
is "state without a driver" "$(get_attr d0 state)" ready

truncate -s 32M "$tmp/file"
echo 1 >"$(namespace s0)/revalidate_size"
sleep 1
echo d0 >/sys/bus/vdpa/drivers/virtio_vdpa/bind
wait_disk d0
is "size after binding again" "$(size_mb)" 32
