#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --encrypt plain: another key would give garbage, and is refused; the kernel's
# tables have the name of a key, never the key.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need keyctl

make_null ipst-v0
make_key key
head -c 48 /dev/urandom | base64 -w 0 >"$tmp/key"	# for keyctl's command line
make_key wrong
make_key short 32
plain="--encrypt plain:file:$tmp"
# shellcheck disable=SC2086 # words
{
	refuses 1 "has 32 bytes" volume add v0 /dev/ipst-v0 $plain/short --format
	refuses 1 "add --format" volume add v0 /dev/ipst-v0 $plain/key
	add_volume v0 $plain/key --format
}
make_device d0 --volume v0
disk=$(json device d0 disk)
check "data" layers_work
put_text "a secret" 1000
check "it is not to be seen" ! lies_on /dev/ipst-v0 "a secret"
check "the table" grep -q ":64:logon:ipst:$(json volume v0 uuid) " \
	<(dmsetup table --showkeys ipst-v0-crypt)
ipstctl save "$tmp/state"
check "nothing of the key is saved" ! grep -q "$(hex key)" "$tmp/state"

ipstctl clear --yes
cp "$tmp/key" "$tmp/kept"
cp "$tmp/wrong" "$tmp/key"
check "with a wrong key" ! ipstctl apply "$tmp/state" >"$tmp/out" 2>&1
check "it says so" grep -q "not the one that volume v0" "$tmp/out"
check "nothing is left" no_layers
cp "$tmp/kept" "$tmp/key"
ipstctl apply "$tmp/state"
disk=$(json device d0 disk)
check "with the right one" has_text "a secret" 1000
ipstctl clear --yes

# The same key from a keyring.
sed -i "s,file:$tmp/key,keyring:ipst-test," "$tmp/state"
check "without the key" ! ipstctl apply "$tmp/state" >/dev/null 2>&1
keyctl add user ipst-test "$(<"$tmp/key")" @u >/dev/null
at_exit keyctl purge user ipst-test
ipstctl apply "$tmp/state"
check "a reference" grep -q ":64:user:ipst-test " <(dmsetup table --showkeys ipst-v0-crypt)
disk=$(json device d0 disk)
check "by the keyring" has_text "a secret" 1000
