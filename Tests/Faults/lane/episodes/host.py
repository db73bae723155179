# SPDX-License-Identifier: Apache-2.0
"""What happens to the machine: its disk, its clock, the journal's file, and the daemon itself."""
import asyncio
import os
import pathlib
import signal
import subprocess
import time

from lane import disk
from lane.episodes.desk import Desk, claim
from lane.site import TOKEN, until


async def disk_full(program):
    async with Desk(program, own_disk="small") as desk:
        disk.fill(desk.disk)
        await desk.order(6)
        await desk.unwell("disk")
        disk.empty(desk.disk)
        await desk.all_ended("room again")
        await desk.well("room again")
        desk.audit()


async def disk_read_only(program):
    """The kernel finds the file system broken and makes it read-only; somebody repairs it and starts the machine again."""
    async with Desk(program, own_disk="loop") as desk:
        await desk.cut_a_key_each("at first")
        desk.loop.fails()
        await desk.order(4)
        await desk.unwell("disk")
        await asyncio.sleep(3)
        desk.site.daemon.kill()
        desk.site.daemon.wait()
        desk.loop.unmount()
        desk.loop.repair()
        desk.loop.mount()
        desk.site.start_daemon()
        await desk.all_ended("it is repaired")
        await desk.cut_a_key_each("it is repaired")
        desk.audit()


async def disk_hangs(program):
    """A disk that does not answer for a while: nobody waits without an end, and nothing is said that is not known."""
    async with Desk(program, own_disk="loop") as desk:
        await desk.cut_a_key_each("at first")
        desk.loop.hangs()
        try:
            await desk.order(4)
            await desk.unwell("disk", within=12)
            order, begin = desk.clerks.note("desk-1"), time.monotonic()
            status, answer = await desk.clerks.ask(order, timeout=40)
            took = time.monotonic() - begin
            claim(status == 503 and took < 15, f"an order on a disk that hangs: {status} {answer} after {took:.0f} s")
        finally:
            desk.loop.goes_on()
        await desk.clerks.ask_until_heard(order)
        await desk.all_ended("it answers again")
        await desk.well("it answers again")
        desk.audit()


async def clock_set(program):
    """Somebody sets the machine's clock, forward and back, while keys are ordered, and right again. Orders are judged by the PMS' time."""
    async with Desk(program) as desk:
        for ahead in (3_600, -3_600, 86_400, -86_400, 90, -90):
            desk.site.clock.set(ahead)
            await desk.cut_a_key_each(f"{ahead} s ahead")
        await desk.unwell("clock")
        desk.site.clock.set(0)
        await desk.cut_a_key_each("right again")
        await desk.well("right again")
        desk.audit()


async def stopped_for_a_while(program):
    async with Desk(program) as desk:
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


async def asked_to_end(program):
    """SIGTERM in the middle of orders, as at every upgrade."""
    async with Desk(program) as desk:
        await desk.order(4)
        begin = time.monotonic()
        desk.site.daemon.terminate()
        claim(await until(lambda: desk.site.daemon.poll() is not None, 10), "it does not end")
        print(f"#   ended after {time.monotonic() - begin:.2f} s")
        desk.site.start_daemon()
        await desk.all_ended("started again")
        await desk.well("started again")
        desk.audit()


async def journal_moved_aside(program):
    async with Desk(program) as desk:
        await desk.cut_a_key_each("at first")
        aside = desk.folder / "aside.sqlite"
        desk.site.journal.rename(aside)
        await desk.unwell("journal")
        aside.rename(desk.site.journal)
        await desk.well("it is back")
        await desk.cut_a_key_each("it is back")
        desk.audit()


async def journal_cut_short(program):
    """What is cut off is gone; nothing may be accepted into the rest."""
    async with Desk(program) as desk:
        await desk.cut_a_key_each("at first")
        os.truncate(desk.site.journal, desk.site.journal.stat().st_size // 2)
        await desk.unwell("journal")
        body = {"lockIds": ["101"], "validFrom": "2026-01-01T14:00:00Z", "validUntil": "2027-01-01T14:00:00Z"}
        status, answer = await asyncio.to_thread(desk.site.bridge, "POST", "/v1/encoders/desk-1/jobs", body, {"Idempotency-Key": "cut"})
        claim(status not in (200, 202), f"an order was accepted into a journal that was cut short: {status} {answer}")
