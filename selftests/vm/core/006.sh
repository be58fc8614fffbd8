#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Only a subsystem of nvmet can be linked, and only one.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
make_subsystem s1
add_device d0
add_device d1
mkdir "$conf/nvmet/ports/61234" "$conf/nvmet/hosts/nqn.ipst-test.h"
at_exit rmdir "$conf/nvmet/ports/61234" "$conf/nvmet/hosts/nqn.ipst-test.h"

to=$devices/d0/subsystem/
for target in "$conf/nvmet/ports/61234" "$conf/nvmet/hosts/nqn.ipst-test.h" \
	"$devices/d1" "$devices/d1/subsystem" "$conf/nullb/ipst-n0" \
	"$conf/nvmet/subsystems" "$conf/nvmet" "$conf/ipst" "$devices" \
	"$(namespace s0)" "$(subsystem s0)/namespaces" \
	"$(subsystem s0)/allowed_hosts"; do
	fails_with EINVAL ln -s "$target" "$to"
done
fails_with EPERM ln -s /tmp "$to"
fails_with ENOENT ln -s "$(subsystem none)" "$to"
fails_with EPERM ln -s "$(subsystem s0)" "$devices/d0/"
is "linked" "$(ls "$to")" ""

# Discovery is nothing that could be linked, and nvmet lets nobody make one.
discovery=nqn.2014-08.org.nvmexpress.discovery
fails_with ENOENT ln -s "$subsystems/$discovery" "$to"
fails_with EINVAL mkdir "$subsystems/$discovery"

link_device d0 s0
fails_with EEXIST ln -s "$(subsystem s0)" "$to"
fails_with EEXIST ln -s "$(subsystem s1)" "$to"
fails_with EEXIST ln -s "$(subsystem s1)" "$to/other"
unlink_device d0
link_device d0 s1
