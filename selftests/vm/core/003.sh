#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Values out of range are refused and change nothing; bounds are taken.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

add_device d0

while read -r attr values; do
	for value in $values; do
		refused EINVAL d0 "$attr" "$value"
	done
	refused EINVAL d0 "$attr" ""
done <<'END'
nsid 0 -1 4294967295 4294967296 1x one
num_queues 0 65 -1 4294967297 four
queue_size 0 1 3 100 2048 -2 4294967298
busy_poll_us 1001 -1 4294967296
mode vhosts loca LOCAL 1
read_only 2 maybe
enable 2 -1
host_nqn iqn.2014-08.org:x nqn 1
cpus 4096 x 1-0 99999999999
END
# An empty list is one.
for value in 4096 x 1-0 99999999999; do
	refused EINVAL d0 deep_cpus "$value"
done
refused EINVAL d0 host_nqn "nqn.$(printf '%0230d' 0)"
refused EINVAL d0 serial 123456789012345678901
refused EINVAL d0 serial $'a\tb'
refused EINVAL d0 serial $'\xe4'

while read -r attr value; do
	set_attr d0 "$attr" "$value"
	is "$attr" "$(get_attr d0 "$attr")" "$value"
done <<'END'
nsid 4294967294
nsid 1
num_queues 64
num_queues 1
queue_size 1024
queue_size 2
busy_poll_us 1000
busy_poll_us 0
mode local
mode vhost
read_only 1
serial 12345678901234567890
serial with a space
host_nqn nqn.2014-08.org.test:me
cpus 0
deep_cpus 0-1
END
for attr in serial deep_cpus; do
	set_attr d0 "$attr" ""
	is "$attr taken back" "$(get_attr d0 "$attr")" ""
done
fails_with EACCES set_attr d0 state live
fails_with EACCES set_attr d0 chardev /dev/null
