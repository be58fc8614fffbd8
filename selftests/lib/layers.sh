# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# layers.sh: words for tests of what lies under a volume. Sourced, after lib.sh.
#
#   make_key NAME [BYTES]	$tmp/NAME, random; 64 bytes
#   hex NAME			its first bytes
#   add_volume NAME OPTION...	of /dev/ipst-NAME; deleted at the end
#   layers NAME			the types of a volume's layers, from the bottom
#   layer_fact NAME TYPE KEY	what volume show has of one
#   no_layers, no_volumes	there are none
#   put_text TEXT [SEEK]	onto $disk, a block full of it, SEEK blocks of 4 KiB
#				behind its beginning
#   has_text TEXT [SEEK]	the disk does
#   lies_on DISK|FILE TEXT	somewhere on it
#   layers_work			$disk takes data and gives it back

need fio dmsetup python3
need_ipstctl
need_module dm_mod

make_key()
{
	head -c "${2:-64}" /dev/urandom >"$tmp/$1"
	chmod 600 "$tmp/$1"
}

hex() { od -An -tx1 -N6 "$tmp/$1" | tr -d ' \n'; }

add_volume()
{
	at_exit ipstctl volume del "$1" --if-exists
	ipstctl volume add "$1" "/dev/ipst-$1" "${@:2}"
}

layer_query()
{
	ipstctl -j volume show "$1" | python3 -c "
import json, sys
layers = json.load(sys.stdin)[0].get('layers', [])
$2" "${@:3}"
}

layers() { layer_query "$1" "print(*[layer['type'] for layer in layers])"; }

layer_fact()
{
	layer_query "$1" "print(*[layer[sys.argv[2]] for layer in layers
		if layer['type'] == sys.argv[1]])" "$2" "$3"
}

no_volumes() { ! ipstctl -j volume show | grep -q name; }
no_layers() { ! dmsetup ls | grep ^ipst-; }

text_block() { (yes "$1" || true) 2>/dev/null | head -c 4096; }

put_text()
{
	text_block "$1" | dd of="$disk" bs=4k seek="${2:-0}" oflag=direct \
		iflag=fullblock conv=fsync status=none
}

has_text()
{
	dd if="$disk" bs=4k skip="${2:-0}" count=1 iflag=direct status=none |
		cmp -s - <(text_block "$1")
}

# Not grep, to which a disk of zeroes is one line.
lies_on()
{
	python3 -c '
import os, sys

def chunks(disk, is_file):
	while True:
		try:
			if is_file:
				disk.seek(disk.tell(), os.SEEK_DATA)
		except OSError:		# a hole, up to its end
			return
		chunk = disk.read(1 << 20)
		if not chunk:
			return
		yield chunk

path, text, before = sys.argv[1], sys.argv[2].encode(), b""
with open(path, "rb") as disk:
	for chunk in chunks(disk, os.path.isfile(path)):
		if text in before + chunk:
			sys.exit(0)
		before = chunk[-len(text):]
sys.exit(1)' "$1" "$2"
}

layers_work() { run_verify --size=16m --io_size=16m; }
