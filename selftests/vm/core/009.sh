#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The subsystem's list of hosts counts: EACCES, then allowed.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0
link_device d0 s0
echo 0 >"$(subsystem s0)/attr_allow_any_host"
fails_with EACCES enable d0
is state "$(get_attr d0 state)" disabled

allow()
{
	mkdir "$conf/nvmet/hosts/$1"
	at_exit rmdir "$conf/nvmet/hosts/$1"
	ln -s "$conf/nvmet/hosts/$1" "$(subsystem s0)/allowed_hosts/"
	at_exit rm "$(subsystem s0)/allowed_hosts/$1"
}

allow nqn.ipst-test.host
fails_with EACCES enable d0
set_attr d0 host_nqn nqn.ipst-test.host
enable d0
disable d0

# The default NQN can be allowed as well.
add_device d1
link_device d1 s0
fails_with EACCES enable d1
allow "$(get_attr d1 host_nqn)"
enable d1
enable d0
