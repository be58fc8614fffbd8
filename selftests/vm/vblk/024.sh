#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Discard, zeroes with and without unmap, secure erase: what is asked is done.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need blkdiscard fallocate
range=(--offset 4M --length 1M)
sectors=2048

# The byte that all of the range consists of.
byte()
{
	dd if="$disk" bs=1M skip=4 count=1 iflag=direct status=none |
		tr -s '\0-\377' | od -An -tx1 | tr -d ' \n'
}

# setup PARAMETER=VALUE...: of the test disk.
setup()
{
	make_test_disk "$@"
	make_subsystem s0 /dev/ipst-test
	local_disk d0 s0
	dd if=/dev/zero of="$disk" bs=1M count=8 oflag=direct status=none
}

tear_down()
{
	remove_device d0
	remove_subsystem s0
	remove_test_disk
}

for block in 512 4096; do
	setup max_sectors=512 block_bytes=$block
	is "discard limit" "$(queue discard_max_bytes)" $((512 * 512))
	is "discard unit" "$(queue discard_granularity)" 4096
	is "zeroes limit" "$(queue write_zeroes_max_bytes)" $((512 * 512))

	blkdiscard "${range[@]}" "$disk"
	is "discarded" "$(asked discarded)" $sectors
	is "data" "$(byte)" ff
	blkdiscard -z "${range[@]}" "$disk"
	is "zeroed, unmap forbidden" "$(asked zeroed_nounmap)" $sectors
	is "zeroed, unmap allowed" "$(asked zeroed)" 0
	is "data" "$(byte)" 00
	blkdiscard "${range[@]}" "$disk"
	# A hole is zeroes that may be unmapped.
	fallocate --punch-hole "${range[@]}" "$disk"
	is "zeroed, unmap allowed" "$(asked zeroed)" $sectors
	is "zeroed, unmap forbidden" "$(asked zeroed_nounmap)" 0
	is "data" "$(byte)" 00
	blkdiscard -s "${range[@]}" "$disk"
	is "erased" "$(asked erased)" $sectors
	is "data" "$(byte)" ee
	check "nothing else" cmp -n $((4 << 20)) "$disk" /dev/zero

	disable d0
	set_attr d0 read_only 1
	enable d0
	wait_disk d0
	is "discard, read-only" "$(queue discard_max_bytes)" 0
	is "zeroes, read-only" "$(queue write_zeroes_max_bytes)" 0
	fails_with EOPNOTSUPP blkdiscard -s "${range[@]}" "$disk"
	tear_down
done

# A backing that can do none of it: zeroes are written, the rest is refused.
setup offload=0
is "discard, not offered" "$(queue discard_max_bytes)" 0
fails_with EOPNOTSUPP blkdiscard "${range[@]}" "$disk"
fails_with EOPNOTSUPP blkdiscard -s "${range[@]}" "$disk"
head -c 1M /dev/zero | tr '\0' Z |
	dd of="$disk" bs=1M seek=4 iflag=fullblock oflag=direct status=none
is "data" "$(byte)" 5a
blkdiscard -z "${range[@]}" "$disk"
is "data" "$(byte)" 00
tear_down
