#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Names of devices: bad ones are refused, taken ones too, long ones work.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

for name in 'a b' a:b .hidden -a 'a@b' 'a%sb' $'a\nb' '*' $'\xc3\xa4' $'\xc3\xd6' \
	"$(printf 'x%.0s' {1..64})" "$(printf 'x%.0s' {1..200})"; do
	at_exit remove_device "$name"
	fails_with EINVAL mkdir "$devices/$name"
done
is "number of devices" "$(find "$devices" -mindepth 1 -maxdepth 1 | wc -l)" 0

add_device d0
fails_with EEXIST mkdir "$devices/d0"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
long=$(printf 'x%.0s' {1..63})
vhost_device "$long" s0
vdpa dev show "$long" | grep -q "$long: type block"
vhost_device 9a-B_c.d s0

# Nothing but devices can be made here.
fails_with EPERM mkdir "$devices/d0/x"
fails_with EPERM mkdir "$devices/d0/subsystem/x"
fails_with EPERM mkdir "$conf/ipst/x"
