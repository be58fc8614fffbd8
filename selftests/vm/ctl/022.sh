#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A dump of 300 devices while others come and go has each of them exactly once.
#
# Or it says that it was interrupted; if nothing comes and goes it never does.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need python3
count=300

# The kernel's ynl does not tell whether a dump was interrupted.
cat >"$tmp/dump.py" <<'EOF'
import os, socket, struct, sys, time

def attrs(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from("HH", data)
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]

def request(sock, family, flags, cmd, body=b""):
    sock.send(struct.pack("IHHIIBBH", 20 + len(body), family, flags, 1, 0, cmd, 1, 0) + body)

def messages(sock):
    data = sock.recv(1 << 12)
    while data:
        length, kind, flags = struct.unpack_from("IHH", data)
        yield kind, flags, data[20:length]
        data = data[(length + 3) & ~3:]

sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
request(sock, 16, 1, 3, struct.pack("HH8s", 12, 2, b"ipst"))	# CTRL_CMD_GETFAMILY
family = [struct.unpack("H", a)[0] for _, _, b in messages(sock)
          for k, a in attrs(b) if k == 1][0]
seen = {"quiet": [0, 0, 0], "busy": [0, 0, 0]}	# dumps, interrupted, messages
want = {"d%d" % i for i in range(int(sys.argv[1]))}
for phase, rounds in ("busy", int(sys.argv[2])), ("quiet", 3):
    if phase == "quiet":
        os.kill(int(sys.argv[3]), 15)
        while len(os.listdir(sys.argv[4])) > len(want):
            time.sleep(0.1)
    for _ in range(rounds):
        names, interrupted, parts, done = [], False, 0, False
        request(sock, family, 0x301, 1)			# DEVICE_GET, NLM_F_DUMP
        while not done:
            parts += 1
            for kind, flags, body in messages(sock):
                interrupted |= bool(flags & 0x10)
                done |= kind == 3
                if kind == family:
                    names += [a[:-1].decode() for k, a in attrs(body) if k == 1]
        assert parts > 3, parts
        twice = {n for n in names if names.count(n) > 1}
        assert not twice, (phase, twice)
        assert want <= set(names), (phase, want - set(names))
        assert phase == "busy" or not interrupted and set(names) == want
        seen[phase][0] += 1
        seen[phase][1] += interrupted
print("interrupted", seen["busy"][1])
EOF

# Made and removed over and over: early and late ones on the list go alike.
churn()
{
	trap 'ending=1' TERM
	ending=
	while [ -z "$ending" ]; do
		mkdir "$devices"/c{0..9}
		rmdir "$devices"/c{0..9}
	done
}

# Those that were on the list before all others go while a dump is at them.
leave()
{
	local name

	for name in early{0..19}; do
		rmdir "$devices/$name"
		sleep 0.1
	done
}

cd "$devices"
at_exit eval "rmdir $devices/*"
mkdir early{0..19}
# shellcheck disable=SC2046 # many words
mkdir $(seq -f d%.0f 0 $((count - 1)))
cd /
background churn
churn=$background_pid
background leave
early=$background_pid
python3 "$tmp/dump.py" $count 60 "$churn" "$devices" >"$tmp/out"
wait $early
check "some were interrupted" [ "$(awk '{ print $2 }' "$tmp/out")" -gt 0 ]
