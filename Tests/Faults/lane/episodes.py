# SPDX-License-Identifier: Apache-2.0
"""Single faults, one after another: while it lasts `status` must not say well, and when it is over everything goes on by itself within
30 seconds and `status` says so."""
import argparse
import asyncio
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from lane import auditor, disk, records
from lane.clerks import Clerks
from lane.site import ENCODERS, TOKEN, Site, until

GOES_ON_WITHIN = 30


class Failed(Exception):
    pass


def claim(truth, what):
    if not truth:
        raise Failed(what)


class Desk:
    """One hotel with two encoders for one episode."""

    def __init__(self, program, own_disk=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="episode-"))
        self.disk = self.folder / "disk" if own_disk else None
        if own_disk:
            self.disk.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", self.disk], check=True)
        self.site = Site(program, self.folder, self.disk, {name: ENCODERS[name] for name in ("desk-1", "pn")})
        self.clerks = Clerks(self.site, 1)
        self.commands = records.Commands()
        self._keeper = None

    async def __aenter__(self):
        await self.site.open()
        self.site.start_daemon()
        await self.well("at the start")
        return self

    async def __aexit__(self, *_):
        if self._keeper:
            self._keeper.cancel()
        await self.site.close()
        if self.disk:
            subprocess.run(["umount", "-l", self.disk], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def well(self, when):
        if not await until(lambda: self.site.status()[0] == 0, GOES_ON_WITHIN, pause=0.3):
            code, text = self.site.status()
            raise Failed(f"{when}: status ends with {code} after {GOES_ON_WITHIN} s:\n{text}")

    async def unwell(self, word, within=15):
        """`status` exits with 1 and says the word."""
        if not await until(lambda: self.site.status()[0] == 1 and word.lower() in self.site.status()[1].lower(), within, pause=0.3):
            code, text = self.site.status()
            raise Failed(f"status ends with {code} and does not say '{word}':\n{text}")

    async def order(self, count=3):
        await self.clerks.at_the_pms(count, 0.01)
        # A change of mind is not what an episode is about.

    async def all_ended(self, when):
        def ended():
            self.commands.look(self.site)
            found, waiting, _ = records.jobs(self.site.journal)
            return len(found) + 1 > 0 and not self.commands.unfinished and not any(waiting.values()) and all(
                job["state"] in auditor.FINAL_JOB for job in found.values())
        if not await until(ended, GOES_ON_WITHIN, pause=0.3):
            states = [(command["State"], (command["History"][-1] or {}).get("Notes")) for command in self.commands.unfinished]
            raise Failed(f"{when}: not everything ended after {GOES_ON_WITHIN} s: {states}\n{self.site.status()[1]}")

    def audit(self):
        found, waiting, twice = records.jobs(self.site.journal)
        findings = auditor.findings({
            "orders": self.clerks.orders, "commands": self.commands.by_end(), "cards": records.cards(self.site), "jobs": found,
            "waiting": waiting})
        claim(not findings and not twice, "; ".join(map(str, findings)) or f"twice: {twice}")

    def outcomes(self):
        return [command["state"] for command in self.commands.by_end().values()]


async def disk_full(program):
    async with Desk(program, own_disk=True) as desk:
        disk.fill(desk.disk)
        await desk.order(6)
        await desk.unwell("disk")
        disk.empty(desk.disk)
        await desk.all_ended("room again")
        await desk.well("room again")
        desk.audit()


async def captive_portal(program):
    async with Desk(program) as desk:
        desk.site.between.next({"page": 200}, "", 100_000)
        await desk.order(3)
        await desk.unwell("mews")
        desk.site.between.clear()
        await desk.all_ended("the portal is gone")
        await desk.well("the portal is gone")
        desk.audit()
        claim(set(desk.outcomes()) == {"Processed"}, f"{desk.outcomes()}")


async def updates_answered_by_a_portal(program):
    async with Desk(program) as desk:
        desk.site.between.next({"page": 200}, "commands/update", 30)
        await desk.order(2)
        await asyncio.sleep(3)
        desk.site.between.clear()
        await desk.all_ended("the portal is gone")
        desk.audit()
        claim(set(desk.outcomes()) == {"Processed"}, f"{desk.outcomes()}")


async def pms_dead(program):
    async with Desk(program) as desk:
        desk.site.between.dead = True
        desk.site.between.drop(silently=False)
        await desk.order(2)
        await desk.unwell("mews", within=40)
        desk.site.between.dead = False
        await desk.all_ended("the PMS is back")
        await desk.well("the PMS is back")
        desk.audit()


async def lost_events(program):
    """The socket is silent and nobody knows: polling finds the commands."""
    async with Desk(program) as desk:
        desk.site.between.drop(silently=True)
        await desk.order(2)
        await desk.all_ended("though the socket is dead")
        desk.audit()
        claim(set(desk.outcomes()) == {"Processed"}, f"{desk.outcomes()}")


async def unplugged(program):
    async with Desk(program) as desk:
        desk.site.cables["desk-1"].pull()
        await desk.unwell("desk-1")
        await desk.order(4)
        await asyncio.sleep(1)
        desk.site.cables["desk-1"].put_in()
        await desk.all_ended("plugged in again")
        await desk.well("plugged in again")
        desk.audit()


async def token_file_empty(program):
    async with Desk(program) as desk:
        text = (desk.folder / "access-token").read_text()
        (desk.folder / "access-token").write_text("")
        desk.site.between.drop(silently=False)
        await asyncio.sleep(2)
        (desk.folder / "access-token").write_text(text)
        await desk.order(1)
        await desk.all_ended("the token is there again")
        await desk.well("the token is there again")
        claim(desk.outcomes() == ["Processed"], f"{desk.outcomes()}")


async def stopped_for_a_while(program):
    async with Desk(program) as desk:
        import signal
        desk.site.daemon.send_signal(signal.SIGSTOP)
        await desk.order(2)
        await asyncio.sleep(5)
        desk.site.daemon.send_signal(signal.SIGCONT)
        await desk.all_ended("it runs again")
        desk.audit()
        claim(set(desk.outcomes()) == {"Processed"}, f"{desk.outcomes()}")


async def journal_deleted(program):
    async with Desk(program) as desk:
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(str(desk.site.journal) + suffix).unlink(missing_ok=True)
        await desk.unwell("journal")
        body = {"lockIds": ["101"], "validFrom": "2026-01-01T14:00:00Z", "validUntil": "2027-01-01T14:00:00Z"}
        status, answer = await asyncio.to_thread(
            desk.site.bridge, "POST", "/v1/encoders/desk-1/jobs", body, {"Idempotency-Key": "deleted"})
        claim(status not in (200, 202), f"an order was accepted into a journal that is gone: {status} {answer}")


async def journal_bit_flipped(program):
    async with Desk(program) as desk:
        await desk.order(3)
        await desk.all_ended("at first")
        await desk.site.stop_daemon()
        with open(desk.site.journal, "r+b") as file:
            file.seek(0, 2)
            file.seek(file.tell() // 2)
            byte = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte[0] ^ 0x10]))
        desk.site.start_daemon()
        # Either the flip is in a place that nothing reads, and all is well, or it is said. It never dies without a word.
        await until(lambda: desk.site.daemon.poll() is not None or desk.site.status()[0] in (0, 1), 15)
        log = (desk.folder / "bridge.log").read_text().lower()
        claim(desk.site.daemon.poll() is None or "journal" in log, "it ended and did not name the journal")


async def few_descriptors(program):
    async with Desk(program) as desk:
        subprocess.run(["prlimit", "--pid", str(desk.site.daemon.pid), "--nofile=64:64"], check=True)
        import socket
        clients = []
        try:
            for _ in range(80):
                client = socket.socket(socket.AF_UNIX)
                client.settimeout(2)
                try:
                    client.connect(desk.site.socket)
                    client.sendall(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n\r\n")
                    clients.append(client)
                except OSError:
                    client.close()
            before = cpu(desk.site.daemon.pid)
            await asyncio.sleep(3)
            used = (cpu(desk.site.daemon.pid) - before) / 3
            claim(used < 0.5, f"it spins: {used:.0%} of a processor")
        finally:
            for client in clients:
                client.close()
        await desk.order(1)
        await desk.all_ended("the clients are gone")
        await desk.well("the clients are gone")


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def killed(program):
    async with Desk(program) as desk:
        desk.site.daemon.kill()
        desk.site.daemon.wait()
        start = time.monotonic()
        desk.site.start_daemon()
        claim(await until(lambda: desk.site.bridge("GET", "/health")[0] == 200, 10), "it does not come back")
        print(f"#   back after {time.monotonic() - start:.2f} s")
        await desk.order(1)
        await desk.all_ended("after the kill")
        desk.audit()


EPISODES = (disk_full, captive_portal, updates_answered_by_a_portal, pms_dead, lost_events, unplugged, token_file_empty,
            stopped_for_a_while, journal_deleted, journal_bit_flipped, few_descriptors, killed)


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
            if episode is disk_full and os.geteuid() != 0:
                print("SKIPPED disk_full: NEEDS ROOT, for a file system of its own", flush=True)
                continue
            asyncio.run(episode(options.program.resolve()))
            print(f"ok  {episode.__name__} ({time.monotonic() - start:.0f} s)", flush=True)
        except Exception as why:  # an episode that cannot be played has not passed
            failures += 1
            print(f"not ok  {episode.__name__}: {why!s} ({type(why).__name__})", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
