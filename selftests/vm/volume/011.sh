#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --encrypt luks2: what is on the disk tells nothing; no key, no disk.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
need cryptsetup

make_null ipst-v0
make_key key
make_key wrong
luks="--encrypt luks2:file:$tmp"
# shellcheck disable=SC2086 # words
add_volume v0 $luks/key --format
make_device d0 --volume v0
disk=$(json device d0 disk)
check "data" layers_work
put_text "a secret" 1000
check "it is there" has_text "a secret" 1000
check "it is not to be seen" ! lies_on /dev/ipst-v0 "a secret"
check "nor a key in the table" ! grep -qE '[0-9a-f]{64}' \
	<(dmsetup table --showkeys ipst-v0-crypt)
check "nor in what we record" ! grep -rqaF "$(hex key)" /run/ipst
check "it is LUKS2" cryptsetup open --test-passphrase --key-file "$tmp/key" /dev/ipst-v0
ipstctl device detach d0
ipstctl volume del v0
check "all is taken down" no_layers

# shellcheck disable=SC2086
{
	refuses 1 "opens no key slot" volume add v0 /dev/ipst-v0 $luks/wrong
	refuses 1 "No such file" volume add v0 /dev/ipst-v0 $luks/none
	chmod 644 "$tmp/key"
	refuses 1 "read by others" volume add v0 /dev/ipst-v0 $luks/key
	chmod 600 "$tmp/key"
	check "nothing is left" no_layers
	check "no volume" no_volumes
	ipstctl volume add v0 /dev/ipst-v0 $luks/key
}
ipstctl device attach d0 v0
disk=$(json device d0 disk)
check "by its key it is readable" has_text "a secret" 1000
