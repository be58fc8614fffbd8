#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What keeps a volume from being connected is told in one sentence.
#
# And nothing is left behind: no volume, no connection.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need ip nvme
need_ipstctl

nqn=${node_prefix}paths
host=nqn.2026-11.org.example:host
start_node
node_export "$nqn" 64M
target=nvme+tcp://$(node_addr 0)
key() { nvme gen-dhchap-key --nqn "$host" 2>/dev/null | grep -o 'DHHC-1:.*'; }
for file in good wrong ctrl; do
	key >"$tmp/$file"
	chmod 600 "$tmp/$file"
done
echo secret >"$tmp/text"
cp "$tmp/good" "$tmp/open"
chmod 600 "$tmp/text"
chmod 644 "$tmp/open"

# fails WORDS SOURCE [OPTION]...: one sentence with these words.
fails()
{
	ipstctl volume add v0 "${@:2}" 2>"$tmp/told" && fail "$2 was connected"
	is "lines told" "$(wc -l <"$tmp/told")" 1
	grep -q "$1" "$tmp/told" || fail "told: $(<"$tmp/told")"
	check "no volume is left" ! grep -q v0 <(ipstctl volume show)
	check "no connection is left" ! is_connected "$nqn"
}

fails "no such subsystem" "$target/${nqn}x"
fails "refuses connections" "$target:4421/$nqn"
fails "cannot be reached" "nvme+tcp://10.77.0.9/$nqn"
fails "has no address" "nvme+tcp://nowhere.invalid/$nqn"
fails "no namespace 9" "$target/$nqn?nsid=9"
fails "TLS" "$target/$nqn" --tls
node_auth "$nqn" "$host" "$(<"$tmp/good")" "$(<"$tmp/ctrl")"
fails "does not let this host in" "$target/$nqn"
fails "wants authentication" "$target/$nqn" --host-nqn $host
fails "does not accept the key" "$target/$nqn" --host-nqn $host --dhchap-key "file:$tmp/wrong"
fails "cannot be read" "$target/$nqn" --host-nqn $host --dhchap-key "file:$tmp/none"
fails "read by others" "$target/$nqn" --host-nqn $host --dhchap-key "file:$tmp/open"
fails "no DH-HMAC-CHAP" "$target/$nqn" --host-nqn $host --dhchap-key "file:$tmp/text"
fails "there is no key" "$target/$nqn" --host-nqn $host --dhchap-key keyring:ipst-none
fails "dhchap-ctrl-key" "$target/$nqn" --host-nqn $host --dhchap-key "file:$tmp/good" \
	--dhchap-ctrl-key "file:$tmp/wrong"
