#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# report.py: what scripts/bench has measured, for people and for programs.
#
# usage: report.py json|table|svg|guard|baseline FOLDER COMMIT SECTION...
#
# FOLDER has, of each section, a file SECTION of figures: key, value, unit, and what
# they are, between tabs. And perhaps a folder rows.SECTION, see io.sh: "list" says
# what the rows are, N.fio is what fio said, N.count where N's instructions were
# (scripts/vm --count), and "kallsyms" what is there. svg goes to gnuplot. guard
# holds the rows against selftests/bench-baseline.json, which baseline writes.

import bisect
import collections
import json
import os
import re
import subprocess
import sys

# Where a function belongs, by its module or its name; the first that fits.
MODULES = {
    "ipst": "ipst", "ipst_vblk": "ipst",
    "virtio_blk": "virtio-blk driver", "virtio_vdpa": "virtio-blk driver",
    "nvmet": "nvmet", "nvme_loop": "nvme-loop", "vduse": "VDUSE",
    "nvme_core": "NVMe/TCP", "nvme_fabrics": "NVMe/TCP", "nvme_tcp": "NVMe/TCP",
    "nvmet_tcp": "NVMe/TCP target", "null_blk": "null_blk", "veth": "network",
}
NAMES = [(layer, re.compile(pattern)) for layer, pattern in (
    ("virtio-blk driver", r"virtqueue_|vring_|detach_buf_|virtio_"),
    ("block layer", r"_*(blk|bio_|submit_bio|sbitmap|elv_|dd_|wbt_|rq_qos|bdev_|"
                    r"blkdev_|blkcg|__rq_qos|update_io_ticks|part_|disk_|"
                    r"rq_list|sg_|dma_)"),
    ("scheduler", r".*(sched|load_avg|psi_|enqueue_|dequeue_|pick_|update_curr|"
                  r"update_rq_clock|try_to_wake_up|ttwu_|vruntime|_entity|"
                  r"__switch_to|switch_mm|finish_task|place_lag|set_next_|"
                  r"put_prev_|resched|check_preempt|context_switch|cfs_rq|"
                  r"prepare_task_switch|select_task|migrate|default_wake|"
                  r"autoremove_wake|__wake_up|eevdf|update_se)"),
    ("work queues", r"(process_one_work|worker_|.*_work(_on|s)?$|pwq_|kick_pool|"
                    r"__queue_work|kthread_)"),
    ("network", r"_*(tcp_|ip_|ipv4_|inet|skb_|sk_|sock_|net_|netif|nf_|dev_|eth_|"
                r"napi|qdisc|pfifo|validate_xmit|loopback|alloc_skb|kfree_skb|"
                r"consume_skb|kernel_sendmsg|kernel_recvmsg|sk[bf]|copy_page|"
                r"process_backlog|fib_|neigh|enqueue_to_backlog|csum|siphash|"
                r"xmit|raw_local|simple_copy_to_iter|_copy_to_iter|lock_sock|"
                r"release_sock|build_skb|copy_skb|security_sock|aa_sk_|"
                r"apparmor_sock|tomoyo_sock|bpf_skops|xfrm_|usecs_to_jiffies)"),
    ("io_uring, system calls", r"_*(io_|do_syscall|entry_|syscall|x64_sys|do_sys|"
                               r"fget|fput|get_user_pages|gup|iov_iter|rw_verify|"
                               r"task_work|exit_to_user|import_)"),
)]
USER = "programs (fio, daemons)"
OTHER = "rest of the kernel"
LAYERS = ["ipst", "nvmet", "virtio-blk driver", "nvme-loop", "VDUSE", "block layer",
          "null_blk", "scheduler", "work queues", "NVMe/TCP", "NVMe/TCP target",
          "network", "io_uring, system calls", OTHER, USER]


class Symbols:
    def __init__(self, path):
        table = []
        with open(path) as lines:
            for line in lines:
                words = line.split()
                if words[1] in "tTwW":
                    module = words[3][1:-1] if len(words) > 3 else None
                    table.append((int(words[0], 16), words[2], module))
        self.table = sorted(table, key=lambda symbol: symbol[0])
        self.addrs = [symbol[0] for symbol in self.table]
        self.layer_of = {}

    def find_layer(self, name, module):
        if module in MODULES:
            return MODULES[module]
        for layer, pattern in NAMES:
            if pattern.match(name):
                return layer
        return OTHER

    def layer(self, addr):
        if addr < 1 << 47:
            return USER
        at = bisect.bisect_right(self.addrs, addr) - 1
        if at not in self.layer_of:
            self.layer_of[at] = self.find_layer(*self.table[at][1:])
        return self.layer_of[at]


def read_count(path, symbols, ios):
    """Instructions per I/O of each layer, and of all."""
    layers = collections.Counter()
    with open(path) as lines:
        for line in lines:
            addr, insns = line.split()
            layers[symbols.layer(int(addr, 16))] += int(insns)
    return ({layer: round(layers[layer] / ios) for layer in LAYERS if layers[layer]},
            round(sum(layers.values()) / ios))


def read_row(folder, line, symbols):
    index, name, backing, devices, rw, bs, qd, jobs, batch, mode, ios = line.split("\t")
    with open(os.path.join(folder, index + ".fio")) as file:
        text = file.read()
    # It says more than JSON when it is stopped.
    job = json.loads(text[text.index("{"):])["jobs"][0]
    side = job["write" if "write" in rw else "read"]
    percentile = side["lat_ns"].get("percentile", {})
    row = {"name": name, "backing": backing, "devices": int(devices), "rw": rw,
           "bs": int(bs), "qd": int(qd), "jobs": int(jobs), "batch": int(batch),
           "mode": mode,
           "iops": round(side["iops"]),
           "lat_ns_mean": round(side["lat_ns"]["mean"]),
           "lat_ns_p99": percentile.get("99.000000"),
           "lat_ns_p999": percentile.get("99.900000")}
    if mode == "icount":
        row["layers"], row["insn_per_io"] = read_count(
            os.path.join(folder, index + ".count"), symbols, int(ios))
    return row


BASELINE = "selftests/bench-baseline.json"
GUARD_PERCENT = 3


def read_best(folder):
    """The fewest instructions of each row that was measured more than once."""
    symbols = Symbols(os.path.join(folder, "kallsyms"))
    best = {}
    with open(os.path.join(folder, "list")) as lines:
        for line in lines:
            row = read_row(folder, line.rstrip("\n"), symbols)
            name = "%(backing)s %(name)s %(rw)s %(bs)d depth %(qd)d by %(batch)d" % row
            insns = row["insn_per_io"]
            best[name] = min(insns, best.get(name, insns))
    with open(os.path.join(folder, "kernel")) as file:
        return {"kernel": file.read().strip(), "insn_per_io": best}


def guard(now):
    """KTAP; whether all is well."""
    with open(BASELINE) as file:
        then = json.load(file)
    print("KTAP version 1\n1..%d" % len(then["insn_per_io"]))
    if now["kernel"] != then["kernel"]:
        for i, name in enumerate(then["insn_per_io"]):
            print("ok %d guard %s # SKIP the baseline is of %s" % (i + 1, name,
                                                                   then["kernel"]))
        return True
    good = True
    for i, (name, before) in enumerate(then["insn_per_io"].items()):
        insns = now["insn_per_io"][name]
        percent = (insns - before) * 100 / before
        is_good = percent <= GUARD_PERCENT
        good &= is_good
        print("%sok %d guard %s: %d instructions, %d before, %+.1f %%" % (
            "" if is_good else "not ", i + 1, name, insns, before, percent))
    return good


def same_io(row):
    return tuple(row[key] for key in ("backing", "devices", "rw", "bs", "qd", "jobs",
                                     "batch", "mode"))


def read_rows(folder):
    if not os.path.isdir(folder):
        return []
    symbols = Symbols(os.path.join(folder, "kallsyms"))
    with open(os.path.join(folder, "list")) as lines:
        rows = [read_row(folder, line.rstrip("\n"), symbols) for line in lines]
    raw = {same_io(row): row for row in rows if row["name"] == "raw"}
    for row in rows:
        base = raw.get(same_io(row))
        # What runs beside it is counted, too: see tail.sh.
        if not base or "+" in row["name"]:
            continue
        if row["mode"] == "icount":
            row["added_insn_per_io"] = row["insn_per_io"] - base["insn_per_io"]
            row["ratio_to_raw"] = round(base["insn_per_io"] / row["insn_per_io"], 3)
        else:
            row["ratio_to_raw"] = round(row["iops"] / base["iops"], 3)
    return rows


def read_figures(path):
    figures = {}
    with open(path) as lines:
        for line in lines:
            key, value, unit, what = line.rstrip("\n").split("\t")
            figures[key] = {"value": float(value) if "." in value else int(value),
                            "unit": unit, "what": what}
    return figures


def print_rows(rows):
    if not rows:
        return
    form = "  %-9s %-17s %4s %-9s %5s %5s %4s %5s %8s %8s %8s %9s %9s %9s %6s"
    print(form % ("backing", "name", "devs", "rw", "bytes", "depth", "jobs", "batch",
                  "insn/IO", "more", "IOPS", "mean ns", "p99 ns", "p99.9 ns", "of raw"))
    for row in rows:
        print(form % (row["backing"], row["name"], row["devices"], row["rw"],
                      "%dk" % (row["bs"] // 1024), row["qd"], row["jobs"],
                      row["batch"], row.get("insn_per_io", "-"),
                      row.get("added_insn_per_io", "-"), row["iops"],
                      row["lat_ns_mean"], row["lat_ns_p99"], row["lat_ns_p999"],
                      row.get("ratio_to_raw", "-")))


def print_table(data):
    for name, figures in data["sections"].items():
        print(name)
        for figure in figures.values():
            print("  %-62s %10s %s" % (figure["what"], figure["value"], figure["unit"]))
        print_rows([row for row in data["rows"] if row["section"] == name])


COLOURS = ["d62728", "ff9896", "ff7f0e", "ffbb78", "8c564b", "1f77b4", "aec7e8", "bcbd22",
           "dbdb8d", "2ca02c", "98df8a", "9467bd", "c5b0d5", "7f7f7f", "d9d9d9"]


def draw(rows, path):
    """Where the instructions of a 4 KiB read go, one bar for each row."""
    rows = [row for row in rows if row["section"] == "io" and row["mode"] == "icount" and
            (row["rw"], row["bs"], row["jobs"]) == ("randread", 4096, 1)]
    if not rows:
        return
    used = [layer for layer in LAYERS if any(layer in row["layers"] for row in rows)]
    lines = ["%s\t%s" % ("row", "\t".join(used))]
    for row in rows:
        label = "%s, %s, depth %d%s" % (
            row["backing"], row["name"], row["qd"],
            " by %d" % row["batch"] if row["batch"] > 1 else "")
        lines.append("\t".join([label] + [str(row["layers"].get(layer, 0))
                                          for layer in used]))
    script = """
        set terminal svg size 1100,800 dynamic background "white"
        set output "%s"
        set title "Instructions for a read of 4 KiB"
        set datafile separator tab
        set key outside right top reverse Left noenhanced
        set style data histogram
        set style histogram rowstacked
        set style fill solid border -1
        set boxwidth 0.8
        set xtics rotate by 50 right noenhanced
        set ytics nomirror
        set yrange [0:*]
        set grid ytics
        $data << EOD
%s
EOD
        colours = "%s"
        plot for [i=2:%d] $data using i:xtic(1) title columnheader(i) \
            linecolor rgb "#".word(colours, i - 1)
        """ % (path, "\n".join(lines),
               " ".join(COLOURS[LAYERS.index(layer)] for layer in used), len(used) + 1)
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    kind, out, commit, sections = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    if kind in ("guard", "baseline"):
        now = read_best(os.path.join(out, "rows." + sections[0]))
        if kind == "guard":
            sys.exit(not guard(now))
        print(json.dumps(now, indent=1))
        return
    data = {"commit": commit, "rows": [], "sections": {}}
    for name in sections:
        data["sections"][name] = read_figures(os.path.join(out, name))
        for row in read_rows(os.path.join(out, "rows." + name)):
            data["rows"].append({"section": name, **row})
    if kind == "json":
        print(json.dumps(data, indent=1))
    elif kind == "svg":
        draw(data["rows"], "build/bench.svg")
    else:
        print_table(data)


main()
