# SPDX-License-Identifier: Apache-2.0
"""One storm: orders from both sides, the plan's faults, then a calm in which everything must end by itself, then the audit."""
import argparse
import asyncio
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from lane import auditor, disk, plan, records
from lane.clerks import Clerks
from lane.site import Site, until


class Storm:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-"))
        self.disk = self.folder / "disk"
        self.struck = collections.Counter()
        self.problems = []
        self.commands = records.Commands()

    def say(self, text):
        print(text, flush=True)

    def mount_disk(self):
        """A file system of its own for the journal, small enough to be filled."""
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.disk], check=True)

    async def play(self, site, strikes, begin):
        for strike in strikes:
            await asyncio.sleep(max(0, begin + strike.at - time.monotonic()))
            self.struck[strike.kind] += 1
            what = strike.what
            if site.strike(strike.kind, what):
                continue
            if strike.kind == "line":
                site.cables[what[0]].next(what[1], what[2], what[3])
            elif strike.kind == "plug":
                site.cables[what[0]].pull_after(what[1], what[2])
            elif strike.kind == "disk":
                await asyncio.to_thread(disk.fill, self.disk)
                asyncio.get_running_loop().call_later(what[0], disk.empty, self.disk)

    async def look_at_the_pms(self, site):
        while True:
            await asyncio.sleep(15)
            await asyncio.to_thread(self.commands.look, site)

    async def run(self):
        options = self.options
        if options.disk:
            self.mount_disk()
        site = Site(options.program, self.folder, self.disk if options.disk else None)
        families = {name: family for name, (family, _, _) in site.encoders.items()}
        strikes = plan.storm(options.seed, options.seconds, families, options.kills, options.disk)
        (self.folder / "plan.txt").write_text("\n".join(map(str, strikes)) + "\n")
        clerks = Clerks(site, options.seed)
        others = []
        try:
            await site.open()
            site.start_daemon()
            others += [asyncio.create_task(site.keep_daemon()), asyncio.create_task(self.look_at_the_pms(site))]
            begin = time.monotonic()
            pace = options.seconds / max(1, options.orders / 2)
            await asyncio.gather(
                self.play(site, strikes, begin), clerks.at_the_pms(options.orders // 2, pace),
                clerks.at_the_endpoint(options.orders - options.orders // 2, pace))
            self.say(f"# the storm is over after {time.monotonic() - begin:.0f} s: {len(clerks.orders)} orders, {site.deaths} deaths of the "
                     f"daemon, {sum(cable.struck for cable in site.cables.values())} faults on lines, {site.between.struck} before the PMS")
            self.problems += site.struck_too_little(options.kills)
            await self.calm(site)
            await asyncio.to_thread(self.commands.look, site)
            clerks.over = True
            await self.judge_status(site)
            await site.stop_daemon()
            return self.audit(site, clerks)
        finally:
            for other in others:
                other.cancel()
            await site.close()
            if options.disk:
                subprocess.run(["umount", "-l", self.disk], check=False)

    async def calm(self, site):
        """Nothing is wrong any more: everything must end by itself."""
        site.between.clear()
        site.disarm()
        site.clock.set(0)
        if self.options.disk:
            disk.empty(self.disk)
        for cable in site.cables.values():
            cable.mend()
        if site.daemon.poll() is None:
            site.daemon.send_signal(signal.SIGCONT)
        begin = time.monotonic()

        def ended():
            self.commands.look(site)
            found, waiting, _ = records.jobs(site.journal)
            return not self.commands.unfinished and all(job["state"] in auditor.FINAL_JOB for job in found.values()) and not any(
                waiting.values())
        well = await until(ended, self.options.calm, pause=1)
        self.say(f"# {'all ended' if well else 'NOT ALL ENDED'} {time.monotonic() - begin:.0f} s after the last fault")

    async def judge_status(self, site):
        def ready():
            code, text = site.status()
            return code == 0 or only_asks_for_cards(text)
        if not await until(ready, 30, pause=1):
            code, text = site.status()
            self.problems.append(f"status ends with {code} though nothing is wrong any more:\n{text}")

    def audit(self, site, clerks):
        found, waiting, twice = records.jobs(site.journal)
        everything = {
            "orders": clerks.orders, "commands": self.commands.by_end(), "cards": records.cards(site), "jobs": found, "waiting": waiting}
        (self.folder / "records.json").write_text(json.dumps(everything, indent=1))
        findings = [str(finding) for finding in auditor.findings(everything)]
        findings += [f"one order became two jobs: {end}" for end in twice]
        findings += [f"one Idempotency-Key gave two jobs: {order['end']}" for order in clerks.orders if "twice" in order]
        findings += self.problems
        outcomes = collections.Counter(
            job["state"] + (f"({(job['fault'] or {}).get('code')}, {(job['fault'] or {}).get('card')})" if job["fault"] else "")
            for job in found.values())
        self.say("# outcomes: " + ", ".join(f"{count} {name}" for name, count in outcomes.most_common()))
        self.say(f"# {len(everything['cards'])} cards for {sum(order['copies'] for order in clerks.orders)} ordered; "
                 f"struck: {', '.join(f'{count} {kind}' for kind, count in sorted(self.struck.items()))}")
        return findings


def only_asks_for_cards(text):
    """Whether all that `status` has to say is which cards a person must take back: that stays for an hour, and rightly."""
    rows = re.split(r"\n(?=\S)", text.strip())
    problems = [row for row in rows if row.startswith("! ")]
    well = all(re.search(r"take\s+(it|the\s+card)\s+back", row) for row in problems)
    return well and not any(re.match(r"\S+\s+(faulted|absent|opening|connecting|stopped)\b", row) for row in rows)


def main():
    parser = argparse.ArgumentParser(prog="Tests/Faults/run", description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=240)
    parser.add_argument("--seconds", type=float, default=80)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--calm", type=float, default=60, help="seconds after the last fault by which all must have ended")
    parser.add_argument("--disk", action=argparse.BooleanOptionalAction, default=os.geteuid() == 0,
                        help="fill the journal's disk too (needs root, for a file system of its own)")
    options = parser.parse_args()
    options.program = options.program.resolve()
    storm = Storm(options)
    if not options.disk:
        print("# THE DISK IS NOT FILLED: that needs root", flush=True)
    return verdict(f"seed {options.seed}", asyncio.run(storm.run()), storm.folder)


def verdict(what, findings, folder):
    """Says what was found; what was written stays only where something was."""
    for finding in findings:
        print(f"not ok  {finding}", flush=True)
    if findings:
        print(f"{len(findings)} findings, {what}; everything that was written is in {folder}", flush=True)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    print(f"ok  {what}: the auditor finds nothing", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
