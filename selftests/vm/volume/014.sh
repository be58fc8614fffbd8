#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --format: only on a disk that has nothing on it, and only once; without it
# nothing is written.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
need mkfs.ext4 cryptsetup wipefs

# untouched WORDS OPTION...: volume add refuses, and the disk is as it was.
untouched()
{
	local before

	before=$(md5sum </dev/ipst-v0)
	refuses 1 "$1" volume add v0 /dev/ipst-v0 "${@:2}"
	is "the disk" "$(md5sum </dev/ipst-v0)" "$before"
	check "no layer" no_layers
	check "no volume" no_volumes
}

# One partition, of Linux', at 1 MiB.
write_mbr()
{
	printf '\0\0\0\0\x83\0\0\0\0\x08\0\0\0\x08\0\0' |
		dd of=/dev/ipst-v0 bs=1 seek=446 conv=notrunc status=none
	printf '\x55\xaa' | dd of=/dev/ipst-v0 bs=1 seek=510 conv=notrunc status=none
}

make_null ipst-v0
make_key key
make_key other
luks=(--encrypt "luks2:file:$tmp/key")
plain=(--encrypt "plain:file:$tmp/key")
refuses 1 "no layer to format" volume add v0 /dev/ipst-v0 --format
for option in "--integrity crc32c" "${luks[*]}" "${plain[*]}"; do
	# shellcheck disable=SC2086 # words
	untouched "add --format" $option
done

quiet mkfs.ext4 -q /dev/ipst-v0
untouched "has ext4 on it" --integrity crc32c --format
untouched "has ext4 on it" "${luks[@]}" --format
untouched "has ext4 on it" "${plain[@]}" --format
wipefs -qa /dev/ipst-v0
write_mbr
untouched "has dos on it" "${luks[@]}" --format
wipefs -qa /dev/ipst-v0
add_volume v0 "${luks[@]}" --format
disk=/dev/mapper/ipst-v0-crypt
put_text kept
ipstctl volume add v0 /dev/ipst-v0 "${luks[@]}" --format
ipstctl volume del v0
untouched "has crypto_LUKS on it" --integrity crc32c --format
untouched "opens no key slot" --encrypt "luks2:file:$tmp/other" --format
ipstctl volume add v0 /dev/ipst-v0 "${luks[@]}" --format
check "it is as it was" has_text kept
refuses 1 "another --encrypt" volume add v0 /dev/ipst-v0 "${plain[@]}"
