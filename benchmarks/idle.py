# SPDX-License-Identifier: Apache-2.0
"""Idle cost: wakeups per second (voluntary context switches of all threads) and memory of the bridge with eight encoders that are
ready and have nothing to do, beside gpsd, pcscd, ipp-usb and a bare Hummingbird server doing nothing, all in the same span of time.

    python3 benchmarks/idle.py BRIDGE [BARE-HUMMINGBIRD]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

SECONDS = int(os.environ.get("IDLE_SECONDS", "20"))
binary = sys.argv[1]
folder = pathlib.Path(tempfile.mkdtemp(prefix="bridge-idle-"))
port = 18630
children = []


def start(*command):
    children.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    return children[-1].pid


def wakeups(pid):
    """Voluntary context switches of each thread so far. A thread that ends while we look is left out."""
    counts = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            for line in (task / "status").read_text().splitlines():
                if line.startswith("voluntary_ctxt_switches"):
                    counts[task.name] = int(line.split()[1])
        except FileNotFoundError:
            continue
    return counts


def rate(before, after):
    """Wakeups a second of the threads of both readings. A thread takes its count with it when it ends, so sums would not do."""
    return sum(after[thread] - before[thread] for thread in before.keys() & after.keys()) / SECONDS


def memory(pid):
    values = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(("Rss:", "Pss:", "Anonymous:")):
            values[line.split(":")[0]] = int(line.split()[1]) / 1024
    return values["Rss"], values["Pss"], values["Anonymous"]


try:
    lines = ["property: { timeZone: Europe/Prague }", f"journal: {{ path: {folder}/journal.sqlite }}",
             f"endpoint: {{ listen: '127.0.0.1:{port}' }}", "encoders:"]
    for number in range(8):
        link = folder / f"encoder{number}"
        start(binary, "simulate", "industry-standard", "--link", str(link))
        lines += [f"  desk-{number}:", "    driver: industry-standard", f"    match: {{ device: {link} }}",
                  f"    settings: {{ encoder: '{number + 1}' }}"]
    config = folder / "bridge.yaml"
    config.write_text("\n".join(lines) + "\n")
    watched = {"encoder-bridge, 8 encoders": start(binary, "run", "--config", str(config))}
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/encoders", timeout=2) as answer:
                if [e["state"] for e in json.load(answer)["encoders"]].count("ready") == 8:
                    break
        except (OSError, KeyError, ValueError):
            pass
        time.sleep(0.2)
    else:
        sys.exit("idle: the eight encoders did not become ready")
    if shutil.which("gpsd"):
        watched["gpsd, no device"] = start("gpsd", "-N", "-n", "-S", "12947", "-F", str(folder / "gpsd.sock"))
    if shutil.which("pcscd"):
        watched["pcscd"] = start("pcscd", "--foreground")
    # It is root's program, and sbin is not everybody's.
    if ipp := shutil.which("ipp-usb", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
        watched["ipp-usb, no device"] = start(ipp, "standalone")
    if len(sys.argv) > 2:
        watched["bare Hummingbird"] = start(sys.argv[2], str(port + 1))
    time.sleep(3)
    before = {name: wakeups(pid) for name, pid in watched.items() if os.path.exists(f"/proc/{pid}/smaps_rollup")}
    time.sleep(SECONDS)
    print(f"\nIdle over {SECONDS} s")
    print(f"{'':34}  {'wakeups/s':>9}  {'RSS MB':>8}  {'PSS MB':>8}  {'anonymous':>9}  {'goal':>16}")
    for name, first in before.items():
        pid = watched[name]
        try:
            rss, pss, anonymous = memory(pid)
            last = wakeups(pid)
        except OSError:
            print(f"{name:34}  did not stay up")
            continue
        goal = "0.00, 30 MB RSS" if name.startswith("encoder-bridge") else ""
        print(f"{name:34}  {rate(first, last):9.2f}  {rss:8.1f}  {pss:8.1f}  {anonymous:9.1f}  {goal:>16}")
        ended, begun = len(first.keys() - last.keys()), len(last.keys() - first.keys())
        if ended or begun:
            print(f"{'':4}not counted: {ended} threads that ended meanwhile, {begun} that began")
finally:
    for child in children:
        child.terminate()
    for child in children:
        child.wait(timeout=10)
    shutil.rmtree(folder, ignore_errors=True)
