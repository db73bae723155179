# SPDX-License-Identifier: Apache-2.0
"""One storm at the doors: histories of reservations, the plan's faults, then a calm in which all must become right by itself, a last kill,
and the audit."""
import argparse
import asyncio
import collections
import json
import pathlib
import signal
import sys
import tempfile
import time

from lane.access import auditor, clerks, hotel, plan
from lane.access.site import AccessSite
from lane.site import until
from lane.storm import verdict


class Storm:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-access-"))
        self.site = AccessSite(options.program, self.folder, options.code_length, options.grace)
        self.clerks = clerks.Clerks(self.site, options.seconds)
        self.shown, self.said = collections.defaultdict(set), set()
        self.struck = collections.Counter()
        self.problems = []

    def say(self, text):
        print(text, flush=True)

    async def play(self, strikes, begin):
        for strike in strikes:
            await asyncio.sleep(max(0, begin + strike.at - time.monotonic()))
            self.struck[strike.kind] += 1
            self.strike(strike.kind, strike.what)

    def strike(self, kind, what):
        site, gateway, later = self.site, self.site.gateway, asyncio.get_running_loop().call_later
        if site.strike(kind, what):
            return
        if kind == "lock":
            for _ in range(what[3]):
                gateway.fault(*what[:3])
        elif kind == "away":
            gateway.away(what[0], True, what[2])
            later(what[1], gateway.away, what[0], False, what[2])
        elif kind in ("chatter", "type", "wipe"):
            getattr(gateway, kind)(what[0])
        elif kind == "gateway":
            gateway.restart(what[0])
        elif kind == "broker":
            self.broken = asyncio.create_task(site.kill_broker(what[0]))

    async def look_at_the_pms(self):
        while True:
            await asyncio.sleep(0.5)
            try:
                found = await asyncio.to_thread(clerks.tokens, self.site)
            except OSError:
                continue
            for token in found:
                self.shown[token["value"]].add(token["stay"])

    async def look_at_the_bridge(self):
        """What it calls overdue, while it does."""
        while True:
            await asyncio.sleep(2)
            await asyncio.to_thread(self.grants)

    def grants(self):
        status, answer = self.site.bridge("GET", "/v1/access/grants")
        for grant in answer.get("grants", ()):
            if grant["state"] == "overdue":
                self.said.add((grant["reservationNumber"], grant["lock"]))
        return status, answer

    async def run(self):
        options, site = self.options, self.site
        strikes = plan.strikes(options.seed, options.seconds, options.kills, options.clock)
        (self.folder / "plan.txt").write_text("\n".join(map(str, strikes)) + "\n")
        others = []
        try:
            await site.open()
            await self.clerks.begin()
            site.start_daemon()
            others += [asyncio.create_task(site.keep_daemon()), asyncio.create_task(self.look_at_the_pms()),
                       asyncio.create_task(self.look_at_the_bridge())]
            begin = time.monotonic()
            await asyncio.gather(
                self.play(strikes, begin), self.clerks.work(plan.deeds(options.seed, options.reservations, options.seconds), begin))
            gateway = site.gateway
            self.say(f"# the storm is over after {time.monotonic() - begin:.0f} s: {options.reservations} reservations, "
                     f"{sum(self.clerks.done.values())} deeds, {len(gateway.changes)} changes on locks, {site.deaths} deaths of the daemon, "
                     f"{site.broker_deaths} of the broker, {sum(gateway.struck.values())} faults of locks, {site.between.struck} before the PMS")
            brokers = sum(strike.kind == "broker" for strike in strikes)
            self.problems += site.struck_too_little(options.kills)
            if site.broker_deaths < brokers // 2:
                self.problems.append(f"the storm was none: {site.broker_deaths} deaths of the broker, {brokers} were planned")
            await self.calm()
            await self.die_once_more()
            await self.judge_status()
            records = self.records()
            await site.stop_daemon()
            return self.audit(records)
        finally:
            for other in others:
                other.cancel()
            await site.close()

    def records(self):
        site, gateway = self.site, self.site.gateway
        status, answer = self.grants()
        if status != 200:
            raise OSError(answer)
        shown = clerks.tokens(site)
        for token in shown:
            self.shown[token["value"]].add(token["stay"])
        return {
            "now": time.time(), "stays": clerks.stays(site), "had": dict(self.clerks.had), "tokens": shown, "shown": dict(self.shown),
            "before": {name: hotel.foreign(name) for name in hotel.LOCKS},
            "held": {name: dict(door.slots) for name, door in gateway.doors.items()}, "changes": list(gateway.changes),
            "grants": answer["grants"], "left": {id: dict(rooms) for id, rooms in self.clerks.left.items()}, "said": set(self.said)}

    async def calm(self):
        """Nothing is wrong any more: everything must become right by itself."""
        site = self.site
        await asyncio.sleep(0)
        site.between.clear()
        site.disarm()
        site.clock.set(0)
        site.gateway.calm()
        if site.daemon.poll() is None:
            site.daemon.send_signal(signal.SIGCONT)
        begin = time.monotonic()
        well = await until(lambda: not auditor.at_rest(self.records()), self.options.calm, pause=1)
        self.say(f"# {'all is right' if well else 'NOT ALL IS RIGHT'} {time.monotonic() - begin:.0f} s after the last fault")
        if not well:
            # Kept as it is now: a start may mend it.
            self.problems += [f"{finding} (before the last start)" for finding in auditor.at_rest(self.records())]

    async def die_once_more(self):
        """A start when all is right changes nothing on any lock."""
        gateway = self.site.gateway
        before = len(gateway.changes)
        deaths = self.site.deaths
        self.site.daemon.send_signal(signal.SIGKILL)
        await until(lambda: self.site.deaths > deaths and not auditor.at_rest(self.records()), 60, pause=1)
        await asyncio.sleep(10)
        for change in gateway.changes[before:]:
            self.problems.append(f"restart_changes_nothing: {change['lock']}: slot {change['slot']} was changed after a start without a reason")

    async def judge_status(self):
        if not await until(lambda: self.site.status()[0] == 0, 60, pause=1):
            code, text = self.site.status()
            self.problems.append(f"status ends with {code} though nothing is wrong any more:\n{text}")

    def audit(self, records):
        (self.folder / "records.json").write_text(json.dumps(records, indent=1, default=sorted))
        found = [str(finding) for finding in auditor.findings(records)] + self.problems
        codes = collections.Counter(change["by"] + (" clears" if change["code"] is None else " sets") for change in records["changes"])
        self.say("# deeds: " + ", ".join(f"{count} {what}" for what, count in self.clerks.done.most_common()) + f"; {self.clerks.refused} refused")
        self.say("# on the locks: " + ", ".join(f"{count} {what}" for what, count in sorted(codes.items())) + "; faults: " + ", ".join(
            f"{count} {what}" for what, count in sorted(self.site.gateway.struck.items())))
        self.say(f"# struck: {', '.join(f'{count} {kind}' for kind, count in sorted(self.struck.items()))}; in the house at the end: "
                 f"{len(auditor.in_house(records))} guests, {sum(len(codes) for codes in records['held'].values())} codes on locks, "
                 f"{len(records['tokens'])} in the PMS")
        late = sorted(seconds for *_, seconds in auditor.overstays(records))
        self.say(f"# codes of guests who had left: half were off within {late[len(late) // 2] if late else 0:.0f} s, the last within "
                 f"{late[-1] if late else 0:.0f} s; {len(self.said)} were called overdue meanwhile")
        return found


def main():
    parser = argparse.ArgumentParser(prog="Tests/Faults/run --access", description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reservations", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=75)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--calm", type=float, default=150, help="seconds after the last fault by which all must be right")
    parser.add_argument("--code-length", type=int, default=4, help="short codes: one that came again would be seen soon")
    parser.add_argument("--grace", type=int, default=3, help="seconds that the old room stays open after a move")
    parser.add_argument("--clock", action="store_true", help="somebody sets the daemon's wall clock, too")
    options = parser.parse_args()
    options.program = options.program.resolve()
    storm = Storm(options)
    return verdict(f"seed {options.seed}", asyncio.run(storm.run()), storm.folder)


if __name__ == "__main__":
    sys.exit(main())
