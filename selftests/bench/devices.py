#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Make or remove devices 0 to COUNT - 1, and tell how long each took.

usage: devices.py add SUBSYSTEM COUNT [ATTRIBUTE=VALUE]...
       devices.py remove SUBSYSTEM COUNT

Prints microseconds, a line for each. Only system calls are in them: in an
emulated machine a command to start costs more than a device to make.
"""
import os
import sys
import time

TOP = "/sys/kernel/config/ipst/virtio_blk"


def write(path, text):
    fd = os.open(path, os.O_WRONLY)
    os.write(fd, text.encode())
    os.close(fd)


def add(path, subsystem, attributes):
    os.mkdir(path)
    for pair in attributes:
        name, value = pair.split("=")
        write(f"{path}/{name}", value)
    os.symlink(subsystem, f"{path}/subsystem/{os.path.basename(subsystem)}")
    write(f"{path}/enable", "1")


def remove(path, subsystem, _):
    write(f"{path}/enable", "0")
    os.unlink(f"{path}/subsystem/{os.path.basename(subsystem)}")
    os.rmdir(path)


def main():
    verb, subsystem, count = sys.argv[1:4]
    act = {"add": add, "remove": remove}[verb]
    for i in range(int(count)):
        begin_ns = time.monotonic_ns()
        act(f"{TOP}/d{i}", subsystem, sys.argv[4:])
        print((time.monotonic_ns() - begin_ns) // 1000)


main()
