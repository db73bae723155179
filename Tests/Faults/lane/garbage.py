# SPDX-License-Identifier: Apache-2.0
"""Damaged bytes at every door of a running daemon: requests at the endpoint, the PMS' answers and its socket, the encoders' lines, and the
configuration. It must not die, and when it is over everything goes on by itself. PROGRAM may be one with a sanitizer."""
import argparse
import asyncio
import json
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from lane.clerks import Clerks
from lane.plan import DAMAGE
from lane.site import TOKEN, Site, until

ORDER = json.dumps({"lockIds": ["101"], "validFrom": "2026-01-01T14:00:00Z", "validUntil": "2027-01-01T14:00:00Z", "copies": 2, "mode": "new"})


def request(line, *headers, body=""):
    every = [f"{line} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {TOKEN}", *headers]
    if body:
        every += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(every) + "\r\n\r\n" + body).encode()


REQUESTS = (
    request("GET /v1/status"), request("GET /v1/encoders"), request("GET /v1/jobs?limit=5&state=done&room=101"), request("GET /metrics"),
    request("GET /v1/jobs/0?wait=1"), request("GET /v1/events?types=job", "Last-Event-ID: 3"), request("GET /"), request("GET /openapi.yaml"),
    request("POST /v1/encoders/desk-1/jobs", "Idempotency-Key: none", body=ORDER[:-1]),
    request("POST /v1/encoders/nobody/jobs", "Idempotency-Key: one", body=ORDER), request("DELETE /v1/jobs/none"),
    request("POST /v1/encoders/pn/card", "Expect: 100-continue", body="{}"),
    request("POST /v1/encoders/nobody/jobs", "Transfer-Encoding: chunked") + b"5\r\n{\"loc\r\n0\r\n\r\n",
)
TOKENS = (b"\0", b"\xff", b"\r\n", b"\n\n", b"%00", b"%2e%2e/", b"../", b"{" * 600, b"[" * 600, b"9" * 40, b"-1", b"1e999", b"\"", b"\\u0000",
          b"\\ud800", b"\xc3\x28", b"Content-Length: 18446744073709551616\r\n", b"Transfer-Encoding: gzip, chunked\r\n", b"A" * 9000, b"null")


def damaged(dice, sample):
    """A sample with one to six faults: bits, bytes and stretches changed, lost, doubled and put elsewhere, and what readers trip over."""
    data = bytearray(sample)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(data) + 1)
        stretch = data[place:place + dice.randint(1, 40)]
        match dice.randrange(6):
            case 0 if place < len(data): data[place] ^= 1 << dice.randrange(8)
            case 1: del data[place:place + len(stretch)]
            case 2: data[place:place] = stretch * dice.randint(1, 3)
            case 3: data[place:place] = dice.choice(TOKENS)
            case 4: data[place:place] = dice.randbytes(dice.randint(1, 30))
            case _: data[dice.randrange(len(data) + 1):0] = stretch
    return bytes(data)


class Garbage:
    def __init__(self, site, seed):
        self.site, self.dice = site, random.Random(seed)
        self.counts = dict.fromkeys(("requests", "answers", "lines", "configurations"), 0)
        self.problems = []

    async def at_the_endpoint(self, end):
        while time.monotonic() < end:
            data = b"".join(damaged(self.dice, self.dice.choice(REQUESTS)) for _ in range(self.dice.randint(1, 3)))
            await asyncio.to_thread(self.say, data)
            self.counts["requests"] += 1

    def say(self, data):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.3)
            try:
                client.connect(self.site.socket)
                for begin in range(0, len(data), 700):
                    client.sendall(data[begin:begin + 700])
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
            except OSError:
                pass  # It hung up, or keeps a stream open: both are answers.

    async def at_the_pms(self, end):
        """What comes back from the PMS is damaged now and then; orders keep coming, so that there is something to say."""
        clerks = Clerks(self.site, 1)
        while time.monotonic() < end:
            self.site.between.garble = lambda data: damaged(self.dice, data)
            await clerks.at_the_pms(2, 0.05)
            await asyncio.sleep(self.dice.uniform(0.1, 0.6))
            # Sound answers in between, or nothing would be asked but for lists.
            self.site.between.garble = None
            await asyncio.sleep(self.dice.uniform(0.05, 0.3))
            if self.dice.random() < 0.1:
                self.site.between.drop(silently=False)
        self.counts["answers"] = self.site.between.garbled

    async def on_the_lines(self, end):
        names = [name for name, (family, _, _) in self.site.encoders.items() if family in DAMAGE]
        while time.monotonic() < end:
            cable = self.site.cables[self.dice.choice(names)]
            cable.say_to_bridge(self.dice.randbytes(self.dice.choice((1, 3, 40, 700))))
            cable.next("to-bridge", self.dice.choice(("flip", "lose", "noise", "double")), self.dice.randrange(1, 400))
            self.counts["lines"] += 1
            await asyncio.sleep(self.dice.uniform(0.01, 0.2))

    async def in_the_configuration(self, end):
        sample = (self.site.folder / "bridge.yaml").read_bytes()
        path = self.site.folder / "damaged.yaml"
        while time.monotonic() < end:
            text = damaged(self.dice, sample)
            path.write_bytes(text)
            try:
                ended = await asyncio.to_thread(subprocess.run, [self.site.program, "check", "--config", str(path)], capture_output=True,
                                                timeout=30, check=False)
            except subprocess.TimeoutExpired:
                self.problems.append(f"`check` does not end with {text!r}")
                continue
            self.counts["configurations"] += 1
            if ended.returncode < 0 or b"Sanitizer" in ended.stderr:
                self.problems.append(f"`check` died ({ended.returncode}) of {text!r}: {ended.stderr[-400:]!r}")
            elif ended.returncode and not (ended.stdout + ended.stderr).strip():
                self.problems.append(f"`check` refuses without a word: {text!r}")

    def judge_log(self):
        log = (self.site.folder / "bridge.log").read_text(errors="replace")
        for word in ("Sanitizer", "Fatal error", "Crash"):
            if word in log:
                self.problems.append(f"the daemon's log has '{word}': {log[log.index(word):][:2000]}")


async def throw(options, folder):
    site = Site(options.program.resolve(), folder, log_level="error")
    garbage = Garbage(site, options.seed)
    try:
        await site.open()
        site.start_daemon()
        if not await until(lambda: site.status()[0] == 0, 60, pause=0.5):
            raise SystemExit(f"not ok  not well at the start:\n{site.status()[1]}")
        end = time.monotonic() + options.seconds
        await asyncio.gather(garbage.at_the_endpoint(end), garbage.at_the_endpoint(end), garbage.at_the_pms(end), garbage.on_the_lines(end),
                             garbage.in_the_configuration(end))
        site.between.clear()
        for cable in site.cables.values():
            cable.mend()
        print("# " + ", ".join(f"{count} {what}" for what, count in garbage.counts.items()), flush=True)
        if site.daemon.poll() is not None:
            garbage.problems.append(f"the daemon ended with {site.daemon.returncode}")
        else:
            await goes_on(site, garbage)
        garbage.judge_log()
    finally:
        await site.close()
    for problem in garbage.problems:
        print(f"not ok  {problem}", flush=True)
    if not garbage.problems:
        print(f"ok  seed {options.seed}: it lives, and everything goes on", flush=True)
    return 1 if garbage.problems else 0


async def goes_on(site, garbage):
    """Each encoder makes a key again."""
    for name in site.encoders:
        begin = time.monotonic()

        def made(name=name):
            body = json.loads(ORDER) | {"copies": 1}
            status, job = site.bridge("POST", f"/v1/encoders/{name}/jobs", body, {"Idempotency-Key": f"after-{name}-{time.monotonic()}"})
            while status in (200, 202) and job["state"] not in ("done", "failed", "cancelled", "expired"):
                time.sleep(0.05)
                status, job = site.bridge("GET", f"/v1/jobs/{job['id']}")
            return status == 200 and job["state"] == "done"
        if not await until(made, 40, pause=1):
            garbage.problems.append(f"{name} makes no key {time.monotonic() - begin:.0f} s after it is over:\n{site.status()[1]}")


def main():
    parser = argparse.ArgumentParser(prog="Tests/Faults/run --garbage", description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="garbage-")
    ended = asyncio.run(throw(options, folder))
    if ended == 0:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"everything that was written is in {folder}", flush=True)
    return ended


if __name__ == "__main__":
    sys.exit(main())
