# SPDX-License-Identifier: Apache-2.0
"""Single faults, one after another: while it lasts `status` must not say well, and when it is over everything goes on by itself within
30 seconds and `status` says so."""
import argparse
import asyncio
import inspect
import os
import pathlib
import sys
import time

from lane.episodes import host, line, pms

# Every episode of these modules, in the order in which they stand there.
EPISODES = [episode for module in (line, pms, host) for _, episode in vars(module).items()
            if inspect.iscoroutinefunction(episode) and episode.__module__ == module.__name__]

LOOP = (host.disk_read_only, host.disk_hangs)
OWN_DISK = (host.disk_full, *LOOP)


def main():
    parser = argparse.ArgumentParser(prog="Tests/Faults/run --episodes", description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("words", nargs="*", help="only episodes whose names contain one of these")
    options = parser.parse_args()
    failures = 0
    for episode in EPISODES:
        if options.words and not any(word in episode.__name__ for word in options.words):
            continue
        start = time.monotonic()
        try:
            if episode in OWN_DISK and os.geteuid() != 0:
                print(f"SKIPPED {episode.__name__}: NEEDS ROOT, for a file system of its own", flush=True)
                continue
            if episode in LOOP and not pathlib.Path("/dev/loop-control").exists():
                print(f"SKIPPED {episode.__name__}: NEEDS LOOP DEVICES, for a file system that breaks", flush=True)
                continue
            asyncio.run(episode(options.program.resolve()))
            print(f"ok  {episode.__name__} ({time.monotonic() - start:.0f} s)", flush=True)
        except Exception as why:  # an episode that cannot be played has not passed
            failures += 1
            print(f"not ok  {episode.__name__}: {why!s} ({type(why).__name__})", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
