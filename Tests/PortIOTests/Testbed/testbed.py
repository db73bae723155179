#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plugs and unplugs devices under umockdev while a program that uses libudev runs: testbed.py PROGRAM ARGUMENT...

Commands come as JSON lines on standard input; the program's output goes to ours. umockdev makes /sys and udev's events, but not
udev's database, from which libudev learns whether udev has finished with a device: that is written here, below /run, where a
private tmpfs must be mounted.

  {"do": "plug", "devices": "<umockdev text>", "records": {"c188:0": "<udev database text>"}}   a null record: udev has not finished
  {"do": "start"}                                                              start the program
  {"do": "unplug", "paths": ["/sys/..."], "records": ["c188:0"]}
  {"do": "attach", "path": "/dev/hidraw0", "report": "C21B79..."}   tell each feature report, answer with this input report
  {"do": "event", "path": "/sys/...", "action": "change", "records": {...}}
"""
import json
import os
import subprocess
import sys
import threading

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402

RECORDS = "/run/udev/data/"


def record(records):
    for name, text in records.items():
        if text is not None:
            with open(RECORDS + name, "w") as file:
                file.write(text)


def forget(names):
    for name in names:
        if os.path.exists(RECORDS + name):
            os.remove(RECORDS + name)


def tell(line):
    # In one write: the program writes to the same pipe.
    os.write(1, (json.dumps(line) + "\n").encode())


def attach(bed, node, report):
    """The device side of a hidraw node. HIDIOCSFEATURE is what a program under umockdev is served here."""

    def handle(_, client):
        size = client.get_request() >> 16 & 0x3FFF
        tell({"feature": client.get_arg().resolve(0, size).retrieve().hex().upper(), "did": "hid"})
        client.complete(size, 0)
        os.write(bed.get_dev_fd(node), report)
        return True

    ioctls = UMockdev.IoctlBase()
    ioctls.connect("handle-ioctl", handle)
    bed.attach_ioctl(node, ioctls)
    threading.Thread(target=GLib.MainLoop().run, daemon=True).start()
    return ioctls


def main():
    os.makedirs(RECORDS)
    bed = UMockdev.Testbed.new()
    program = None
    attached = []
    for line in sys.stdin:
        command = json.loads(line)
        action = command["do"]
        if action == "plug":
            record(command.get("records", {}))
            bed.add_from_string(command["devices"])
        elif action == "start":
            # It must not outlive this script, however this script ends.
            program = subprocess.Popen(["setpriv", "--pdeathsig", "TERM"] + sys.argv[1:], stdin=subprocess.DEVNULL)
        elif action == "unplug":
            forget(command.get("records", []))
            for path in command["paths"]:
                bed.uevent(path, "remove")
                bed.remove_device(path)
        elif action == "attach":
            attached.append(attach(bed, command["path"], bytes.fromhex(command["report"])))
        elif action == "event":
            record(command.get("records", {}))
            bed.uevent(command["path"], command["action"])
        tell({"did": action})
    if program:
        program.terminate()


main()
