#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl save, apply and clear with nvme-tcp devices: changes are told, only these are
# made, namespaces keep their nsid, and a host stays connected.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"

# export_item LISTEN ALLOW VOLUMES
export_item()
{
	printf '{ "name": "e0", "type": "nvme-tcp", "listen": [%s], %s, "volumes": [%s] }' \
		"$1" "$2" "$3"
}

for v in v0 v1 v2; do
	make_null ipst-$v
done
before=$(nvmet_facts)
vols="$(volume v0), $(volume v1), $(volume v2)"
hosts="\"allow_hosts\": [\"$host_nqn\"]"
v1='{ "volume": "v1", "nsid": 7 }'
document "$vols" "" "$(export_item '"127.0.0.1"' "$hosts" "\"v0\", $v1, \"v2\""),
	$(device d0 v2)" >"$tmp/a"
applies "+ volume v0
+ volume v1
+ volume v2
+ device e0
+ device d0" "$tmp/a" 2>/dev/null
applies "" "$tmp/a" --prune
is "nsids" "$(volumes_of e0 | xargs)" "1 v0 2 v2 7 v1"
host_connect e0
wait_volume v1

ipstctl save "$tmp/saved"
check "a save is what its schema says" "$here/../tools/ipstctl/test/check-schema" \
	"$here/../tools/ipstctl/state.schema.json" "$tmp/saved" "$tmp/a"
document "$vols" "" "$(export_item '"127.0.0.2"' '"allow_any": true' "$v1")" >"$tmp/b"
applies '~ device e0 listen: [ "127.0.0.1:4420" ] -> [ "127.0.0.2:4420" ]
~ device e0 allow_any: false -> true
~ device e0 volumes: [ { "volume": "v0", "nsid": 1 }, { "volume": "v2", "nsid": 2 }, { "volume": "v1", "nsid": 7 } ] -> [ { "volume": "v1", "nsid": 7 } ]
~ device e0 allow_hosts: [ "'"$host_nqn"'" ] -> [ ]
- device d0' "$tmp/b" --prune
applies "" "$tmp/b" --prune
host_disconnect e0
check "any host, at the new address" connect_as "$host_nqn-2" e0 -a 127.0.0.2

# Another disk under the name of a volume: it is exchanged, at its nsid.
document "$(volume v0), $(volume v2), { \"name\": \"v1\", \"sources\": [\"/dev/ipst-v1\"],
	\"uuid\": \"11111111-2222-3333-4444-555555555555\" }" "" \
	"$(export_item '"127.0.0.2"' '"allow_any": true' '"v1"')" >"$tmp/c"
ipstctl apply "$tmp/c" >/dev/null
is "the nsid" "$(volumes_of e0)" "7 v1"
is "the UUID" "$(json volume v1 uuid)" 11111111-2222-3333-4444-555555555555

document "$vols" "" "$(device e0 v0)" >"$tmp/d"
apply_refuses "is of another type" "$tmp/d"
ipstctl clear --yes >/dev/null
is "nothing is left" "$(nvmet_facts)" "$before"
ipstctl apply "$tmp/saved" >/dev/null 2>&1
check "a restore is as it was" diff "$tmp/saved" <(ipstctl save)
