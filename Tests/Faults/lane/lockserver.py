# SPDX-License-Identifier: Apache-2.0
"""A storm around lock servers: the bridge in front of one (driver fias, two encoders on one link) and in the place of one (connector.fias,
connector.industryStandard), with connections that break and a daemon that dies at each step of a key."""
import argparse
import asyncio
import collections
import functools
import json
import pathlib
import random
import signal
import sys
import tempfile
import time

from lane import auditor, records
from lane.cable import Cable
from lane.clerks import Clerks
from lane.counters import FiasCounter, StandardCounter, minutes
from lane.pipe import Pipe
from lane.plan import Strike
from lane.site import ENCODERS, Site, free_port, until
from lane.storm import only_asks_for_cards, verdict

# Each encoder has a room of its own, by which its cards are known: a lock server keeps one list for all.
ROOMS = {"server-1": "101", "server-2": "102", "desk-1": "103", "desk-2": "104"}
BEHIND = {"server-1": "01", "server-2": "02"}

# The steps of a key at which the daemon dies: on the way to the lock server and back, and on the way from the hotel system and back.
STEPS = ("lock down before", "lock down after", "lock up before", "lock up after", "fias down before", "fias down after", "fias up before",
         "fias up after", "standard down after", "standard up before", "bytes to-encoder", "bytes to-bridge", "at once")
DAMAGE = ("cut", "cutBehind", "cutBehind", "late", "swallow", "glue", "split")


def plan(seed, seconds, kills):
    dice = random.Random(seed)
    strikes = []
    for _ in range(int(seconds * 0.6)):
        pipe, way, what = dice.choice(("lock", "lock", "lock", "fias", "standard")), dice.choice(("down", "up")), dice.choice(DAMAGE)
        # Later than the driver waits, and sooner.
        amount = round(dice.choice((dice.uniform(0, 0.1), dice.uniform(0.2, 3), dice.uniform(5, 9))), 2)
        strikes.append(Strike(round(dice.uniform(0.5, seconds), 2), "record", (pipe, way, what, amount)))
    for _ in range(max(2, int(seconds / 20))):
        # It did not hear the order, and answers somebody else's.
        strikes.append(Strike(round(dice.uniform(0.5, seconds), 2), "record", ("lock", "down", "another's", 0)))
    for _ in range(int(seconds / 15)):
        strikes.append(Strike(round(dice.uniform(0.5, seconds), 2), "reset", (dice.choice(("lock", "fias", "standard")),)))
    for _ in range(max(1, int(seconds / 40))):
        strikes.append(Strike(round(dice.uniform(0.5, seconds), 2), "stop", (round(dice.uniform(0.2, 3), 1),)))
    for number in range(kills):
        # Every step has its turn.
        strikes.append(Strike(round((number + dice.random()) * seconds / max(1, kills), 2), "kill",
                              (STEPS[number % len(STEPS)], dice.choice(("KILL", "KILL", "KILL", "TERM")))))
    return sorted(strikes, key=lambda strike: (strike.at, str(strike)))


class LockServerSite(Site):
    """A hotel without a cloud: a lock server, two encoders of the bridge's own, hotel systems that call a lock server."""

    def __init__(self, program, folder):
        own = {name: ENCODERS[name] for name in ("desk-1", "desk-2")}
        behind = {name: ("fias", "", "") for name in BEHIND}
        super().__init__(program, folder, encoders={**own, **behind})

    async def open(self):
        ports = [free_port() for _ in range(6)]
        self.lock_port, lock_pipe, self.fias_port, fias_pipe, self.standard_port, standard_pipe = ports
        self.pipes = {
            "lock": Pipe("lock", lock_pipe, self.lock_port, self.trip), "fias": Pipe("fias", fias_pipe, self.fias_port, self.trip),
            "standard": Pipe("standard", standard_pipe, self.standard_port, self.trip, checked=True)}
        self._start("lock-server", "simulate", "fias", "--listen", f"127.0.0.1:{self.lock_port}", "--cards",
                    str(self.folder / "cards-server.jsonl"), "--card-delay", "30ms")
        for name, (family, _, options) in self.encoders.items():
            if family == "fias":
                continue
            far, near = str(self.folder / f"{name}.far"), str(self.folder / f"{name}.tty")
            self._start(f"encoder-{name}", "simulate", family, "--link", far, "--cards", str(self.folder / f"cards-{name}.jsonl"),
                        *options.split())
            self.cables[name] = Cable(name, far, near, self.trip)
            await self.cables[name].open()
        for pipe in self.pipes.values():
            await pipe.open()
        self.configure()

    def configuration(self):
        behind = "".join(
            f"  {name}: {{ driver: fias, match: {{ tcp: \"127.0.0.1:{self.pipes['lock'].port}\" }}, "
            f"settings: {{ encoder: \"{number}\", answerTimeout: 4s }} }}\n" for name, number in BEHIND.items())
        return (
            f"{self.of_the_property()}encoders:\n{behind}{self.of_encoders()}connector:\n"
            f"  fias: {{ listen: \"127.0.0.1:{self.fias_port}\", encoders: {{ \"1\": server-1, \"02\": server-2, D1: desk-1 }} }}\n"
            f"  industryStandard: {{ listen: \"127.0.0.1:{self.standard_port}\", encoders: {{ \"Online 1\": desk-2, \"Online 2\": server-1 }} }}\n")

    async def close(self):
        self.wanted = False
        for pipe in self.pipes.values():
            await pipe.close()
        for cable in self.cables.values():
            cable.close()
        for program in self._programs:
            if program.poll() is None:
                program.kill()
            program.wait()

    def cards(self):
        """What the lock server and the encoders wrote."""
        rooms = {room: name for name, room in ROOMS.items()}
        found = []
        for name in ("server", "desk-1", "desk-2"):
            path = self.folder / f"cards-{name}.jsonl"
            for place, line in enumerate(path.read_text().splitlines() if path.exists() else []):
                card = json.loads(line)
                form = "%y%m%d %H:%M" if name == "server" else "%H%M%d%m%y"
                found.append({"encoder": rooms.get(card["rooms"][0], card["rooms"][0]) if name == "server" else name,
                              "end": records.local(card["till"], form), "at": place})
        return found


class Program(Clerks):
    """Orders at the endpoint, each for its encoder's own room and at a minute that no other order has."""

    def __init__(self, site, ends, seed):
        super().__init__(site, seed)
        self._ends = ends

    def _end(self):
        return next(self._ends).strftime("%Y-%m-%dT%H:%M:00Z")

    def _copies(self, family):
        return self._dice.choice((1, 1, 1, 2))

    def _rooms(self, order):
        return [ROOMS[order["encoder"]]]


def is_well(site):
    code, text = site.status()
    return code == 0 or only_asks_for_cards(text)


async def play(site, strikes, begin, struck):
    for strike in strikes:
        await asyncio.sleep(max(0, begin + strike.at - time.monotonic()))
        struck[strike.kind] += 1
        what = strike.what
        if site.strike(strike.kind, what):
            continue
        if strike.kind == "record":
            site.pipes[what[0]].next(what[1], what[2], what[3])
        elif strike.kind == "reset":
            site.pipes[what[0]].reset()


async def storm(options, folder):
    site = LockServerSite(options.program, folder)
    strikes = plan(options.seed, options.seconds, options.kills)
    (folder / "plan.txt").write_text("\n".join(map(str, strikes)) + "\n")
    struck, problems, others = collections.Counter(), [], []
    ends = minutes()
    try:
        await site.open()
        site.start_daemon()
        fias = FiasCounter(ends, {"1": ("server-1", "101"), "02": ("server-2", "102"), "D1": ("desk-1", "103")}, options.seed,
                           site.pipes["fias"].port)
        standard = StandardCounter(ends, {"Online 1": ("desk-2", "104"), "Online 2": ("server-1", "101")}, options.seed + 1,
                                   site.pipes["standard"].port)
        program = Program(site, ends, options.seed)
        others += [asyncio.create_task(work) for work in (site.keep_daemon(), fias.keep_link())]
        begin = time.monotonic()
        pace = options.seconds / options.orders
        await asyncio.gather(
            play(site, strikes, begin, struck), fias.order(options.orders // 2, pace * 2),
            standard.order(options.orders // 4, pace * 4), program.at_the_endpoint(options.orders // 4, pace * 4))
        asked = sum(len(counter.orders) for counter in (fias, standard, program))
        print(f"# the storm is over after {time.monotonic() - begin:.0f} s: {asked} orders, {site.deaths} deaths of the daemon, "
              f"{sum(pipe.struck for pipe in site.pipes.values())} faults on connections", flush=True)
        problems += site.struck_too_little(options.kills)
        for part in (*site.pipes.values(), *site.cables.values()):
            part.mend()
        site.disarm()
        if site.daemon.poll() is None:
            site.daemon.send_signal(signal.SIGCONT)
        begin = time.monotonic()
        well = await until(lambda: all(job["state"] in auditor.FINAL_JOB for job in records.jobs(site.journal)[0].values()), 60, pause=1)
        print(f"# {'all ended' if well else 'NOT ALL ENDED'} {time.monotonic() - begin:.0f} s after the last fault", flush=True)
        # A daemon that hears no key, or refuses each, does nothing wrong in the storm: in the calm it must make them.
        problems += [said for counter in (fias, standard) for said in await counter.makes_no_key()]
        if not await until(functools.partial(is_well, site), 40, pause=1):
            code, text = site.status()
            problems.append(f"status ends with {code} though nothing is wrong any more:\n{text}")
        for counter in (fias, standard, program):
            counter.over = True
        await site.stop_daemon()
        jobs, waiting, twice = records.jobs(site.journal)
        orders = fias.orders + standard.orders + program.orders
        everything = {"orders": orders, "commands": {}, "cards": site.cards(), "jobs": jobs, "waiting": waiting}
        (folder / "records.json").write_text(json.dumps(everything, indent=1))
        outcomes = collections.Counter(
            job["state"] + (f"({(job['fault'] or {}).get('code')}, {(job['fault'] or {}).get('card')})" if job["fault"] else "")
            for job in jobs.values())
        told = collections.Counter(f"{order['way']} {order['told']}" for order in orders if order["way"] != "local")
        print("# outcomes: " + ", ".join(f"{count} {name}" for name, count in outcomes.most_common()), flush=True)
        print("# told: " + ", ".join(f"{count} {name}" for name, count in told.most_common()), flush=True)
        print(f"# {len(everything['cards'])} cards; struck: {', '.join(f'{count} {kind}' for kind, count in sorted(struck.items()))}",
              flush=True)
        findings = [str(finding) for finding in auditor.findings(everything)] + [f"one order became two jobs: {end}" for end in twice]
        findings += [f"answered for another: {order['end']}" for order in orders if order.get("answered") is False]
        return findings + standard.surprises + fias.surprises + problems
    finally:
        for other in others:
            other.cancel()
        await site.close()


def main():
    parser = argparse.ArgumentParser(prog="Tests/Faults/run --lockserver", description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=120)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=13)
    options = parser.parse_args()
    options.program = options.program.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-lock-server-"))
    return verdict(f"lock servers, seed {options.seed}", asyncio.run(storm(options, folder)), folder)


if __name__ == "__main__":
    sys.exit(main())
