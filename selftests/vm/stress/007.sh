#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices can be listed, by anyone, while they come and go.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need_ipstctl
need setpriv

list_for_ever()
{
	while :; do
		setpriv --reuid 65534 --clear-groups ipstctl -j device show \
			>/dev/null || echo "failed" >>"$tmp/failed"
	done
}

background list_for_ever
end_s=$((SECONDS + 10))
while [ $SECONDS -lt $end_s ]; do
	mkdir "$devices"/{a,b,c,d}
	rmdir "$devices"/{a,b,c,d}
done
check "no listing failed" [ ! -e "$tmp/failed" ]
