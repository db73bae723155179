# SPDX-License-Identifier: Apache-2.0
"""Very many orders and no fault: what the daemon holds (memory of its own, descriptors, threads) must not grow with them."""
import argparse
import asyncio
import pathlib
import shutil
import sys
import tempfile
import time

from lane.clerks import Clerks
from lane.site import Site, until

MOST_GROWTH = 1 << 20


def held(pid):
    """(bytes that are the process' own, descriptors, threads)"""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    anonymous = sum(int(line.split()[1]) for line in rollup if line.startswith(("Anonymous:", "SwapPss:")))
    return anonymous * 1024, len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir())), len(list(pathlib.Path(f"/proc/{pid}/task").iterdir()))


class Soak:
    def __init__(self, site):
        self.site, self.clerks = site, Clerks(site, 1)
        self.ended = 0
        self.done = 0

    async def cut(self, count):
        """`count` keys, as many at once as there are encoders."""
        left = count

        async def desk(name):
            nonlocal left
            while left > 0:
                left -= 1
                await asyncio.to_thread(self.one, name, self.clerks._end())
        await asyncio.gather(*(desk(name) for name in self.site.encoders))

    def one(self, name, end):
        body = {"lockIds": ["101"], "validFrom": "2026-01-01T14:00:00Z", "validUntil": end, "copies": 1, "mode": "new"}
        deadline = time.monotonic() + 30
        status = 429
        # The endpoint takes twenty orders a second from one client.
        while status == 429 and time.monotonic() < deadline:
            status, job = self.site.bridge("POST", f"/v1/encoders/{name}/jobs", body, {"Idempotency-Key": f"soak-{end}"})
            if status == 429:
                time.sleep(0.3)
        while status in (200, 202) and job["state"] not in ("done", "failed", "cancelled", "expired"):
            time.sleep(0.02)
            status, job = self.site.bridge("GET", f"/v1/jobs/{job['id']}")
            if time.monotonic() > deadline:
                break
        if status != 200 or job["state"] not in ("done", "failed"):
            raise SystemExit(f"not ok  an order without any fault ended so: {status} {job}")
        self.ended += 1
        # A simulated card that is taken away after 60 ms is sometimes gone too early on a busy machine.
        self.done += job["state"] == "done"


async def soak(options, folder):
    site = Site(options.program.resolve(), folder, log_level="error")
    try:
        await site.open()
        site.start_daemon()
        if not await until(lambda: site.status()[0] == 0, 30, pause=0.3):
            raise SystemExit(f"not ok  not well at the start:\n{site.status()[1]}")
        soaking = Soak(site)
        pid, rows = site.daemon.pid, []

        async def look():
            # What is given back a little later is not held.
            await asyncio.sleep(options.rest)
            rows.append((soaking.ended, *held(pid)))
            ended, own, descriptors, threads = rows[-1]
            print(f"# {ended:6} orders: {own / 1e6:6.2f} MB of its own, {descriptors} descriptors, {threads} threads", flush=True)
        begin = time.monotonic()
        await soaking.cut(options.warm)
        await look()
        for _ in range(5):
            await soaking.cut(options.orders // 5)
            await look()
        print(f"# {soaking.ended} orders in {time.monotonic() - begin:.0f} s, {soaking.done} of them done", flush=True)
        (_, before, descriptors, _), (_, after, descriptors_after, _) = rows[0], rows[-1]
        well = after - before < MOST_GROWTH and descriptors_after <= descriptors and soaking.done > 0.95 * soaking.ended
        print(f"{'ok' if well else 'not ok'}  {(after - before) / 1e6:+.2f} MB over {options.orders} orders, "
              f"{descriptors_after - descriptors:+} descriptors", flush=True)
        return 0 if well else 1
    finally:
        await site.close()


def main():
    parser = argparse.ArgumentParser(prog="Tests/Faults/run --soak", description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--warm", type=int, default=10_000,
                        help="orders before it is looked for the first time; by then the journal's cache of 8 MB is full")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--rest", type=float, default=5, help="seconds of quiet before each look")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="soak-")
    try:
        return asyncio.run(soak(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
