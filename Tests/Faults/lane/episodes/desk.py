# SPDX-License-Identifier: Apache-2.0
"""One hotel with two encoders for one episode, and what every episode claims."""
import pathlib
import shutil
import subprocess
import tempfile

from lane import auditor, disk, records
from lane.clerks import Clerks
from lane.site import ENCODERS, Site, until

GOES_ON_WITHIN = 30
# Cards that stay long enough for a busy machine: one that is lifted too early is another fault than the one that is looked at.
DESK = {name: (family, settings, simulated.replace("--card-stay 60ms", "--card-stay 400ms"))
        for name, (family, settings, simulated) in ENCODERS.items() if name in ("desk-1", "pn")}


class Failed(Exception):
    pass


def claim(truth, what):
    if not truth:
        raise Failed(what)


class Desk:
    """One hotel with two encoders for one episode."""

    def __init__(self, program, own_disk=None, encoders=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="episode-"))
        self.disk = self.folder / "disk" if own_disk else None
        self.loop = None
        if own_disk:
            self.disk.mkdir()
        if own_disk == "small":
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", self.disk], check=True)
        elif own_disk == "loop":
            self.loop = disk.Loop(self.folder / "disk.img", self.disk)
        self.site = Site(program, self.folder, self.disk, encoders or DESK)
        self.clerks = Clerks(self.site, 1)
        # A change of mind is not what an episode is about.
        self.clerks.changes = 0
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

    async def cut_a_key_each(self, when):
        """Two orders an encoder, all of them made, and told so."""
        before = {order["command"] for order in self.clerks.orders}
        await self.order(2 * len(self.site.encoders))
        await self.all_ended(when)
        made = [command["state"] for command in self.commands.by_end().values() if command["id"] not in before]
        claim(made and set(made) == {"Processed"}, f"{when}: {made}")

    def outcomes(self):
        return [command["state"] for command in self.commands.by_end().values()]
