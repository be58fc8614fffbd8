#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Physical addresses are for this kernel's own driver alone, whatever mode says.
#
# A local device that is bound to vhost_vdpa by hand has the mappings of the
# process that opened it, like any other, and so none at first: also after the
# kernel's own driver, which needs no ACCESS_PLATFORM, has used the disk.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"
bus=/sys/bus/vdpa

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2 queue_size=16
check "reads" read_disk
# A digit for each bit.
features=$(cat $bus/devices/d0/virtio*/features)
is "VERSION_1, ACCESS_PLATFORM" "${features:32:2}" 10
modprobe vhost_vdpa
echo d0 >$bus/drivers/virtio_vdpa/unbind
echo vhost_vdpa >$bus/devices/d0/driver_override
echo d0 >$bus/drivers/vhost_vdpa/bind
# Addresses that these cases do not map are memory of this machine.
hostile "$(get_attr d0 chardev)" header-unmapped data-unmapped table-unmapped \
	status-unmapped ring-nowhere ring-unmapped features-bad

echo d0 >$bus/drivers/vhost_vdpa/unbind
echo virtio_vdpa >$bus/devices/d0/driver_override
echo d0 >$bus/drivers/virtio_vdpa/bind
wait_disk d0
check "reads" read_disk
