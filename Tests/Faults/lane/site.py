# SPDX-License-Identifier: Apache-2.0
"""A hotel in a folder: the sandbox PMS, simulated encoders of all families with their lines, and the daemon, which dies and comes back."""
import asyncio
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

from lane.between import Between
from lane.cable import Cable
from lane.clock import Clock

TOKEN = "fault-lane-write-token-2b7e151628aed2a6"
# The sandbox's tokens are fixed and public (Sources/Sandbox/Hotel/Tokens.swift).
CLIENT_TOKEN = "5A4DB0C50000400080000000C11E0001-5A4DB0C50000400080000000C11E001"
ACCESS_TOKEN = "5A4DB0C50000400080000000ACCE0002-5A4DB0C50000400080000000ACCE002"

LAYOUTS = """
layouts:
  stripe: { tracks: { 2: "{lock digits=4}={until as=YYMMDDhhmm}" } }
  blocks: { key: factory, blocks: { 4: "{lock bcd=2} {until unix be=4} {fill}" } }
"""
FAST = "--card-delay 30ms"
# name -> (family, settings in the configuration, how it is simulated)
ENCODERS = {
    "desk-1": ("industry-standard", 'settings: { encoder: "E1", answerTimeout: 4s, lateAnswerWindow: 6s }', f"{FAST} --card-limit 3s"),
    "desk-2": ("industry-standard", 'settings: { encoder: "E2", answerTimeout: 4s, lateAnswerWindow: 6s }', f"{FAST} --card-limit 3s"),
    "desk-3": ("industry-standard", 'settings: { encoder: "E3", answerTimeout: 4s, lateAnswerWindow: 6s }', f"{FAST} --card-limit 3s"),
    "vision": ("generic-stx-etx", "settings: { profile: visionline, answerTimeout: 4s, lateAnswerWindow: 6s }",
               f"{FAST} --card-limit 3s --profile visionline"),
    "swipe": ("msr", "layout: stripe\n    settings: { swipeTimeout: 3s }", FAST),
    "pn": ("pn532", "layout: blocks\n    settings: { cardTimeout: 3s }", f"{FAST} --card-stay 60ms"),
    "pn-2": ("pn532", "layout: blocks\n    settings: { cardTimeout: 3s }", f"{FAST} --card-stay 60ms"),
    "aa": ("aabb", "layout: blocks\n    settings: { cardTimeout: 3s }", f"{FAST} --card-stay 60ms"),
}


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Site:
    def __init__(self, program, folder, journal_folder=None, encoders=ENCODERS, log_level="info"):
        self.program, self.folder, self.encoders, self._log_level = str(program), pathlib.Path(folder), encoders, log_level
        self.journal = pathlib.Path(journal_folder or folder) / "journal.sqlite"
        self.socket = str(self.folder / "bridge.sock")
        self.cables, self.simulators, self._programs = {}, {}, []
        self.daemon, self._armed, self.deaths, self.wanted = None, [], 0, False
        # Seconds that the daemon stays away after its next death; and ends that nobody of the lane brought about.
        self.rest, self.crashes = 0, []
        self.clock = Clock(self.folder)

    # Programs

    def _start(self, name, *arguments, environment=None, program=None):
        log = open(self.folder / f"{name}.log", "a")
        program = subprocess.Popen([program or self.program, *arguments], stdout=log, stderr=log, start_new_session=True,
                                   env={**os.environ, **(environment or {})})
        log.close()
        self._programs.append(program)
        return program

    async def open(self):
        self.pms_port = free_port()
        self._start("sandbox", "sandbox", "--listen", f"127.0.0.1:{self.pms_port}", "--request-limit", "100000",
                    *self.sandbox_options())
        self.between = Between(self.pms_port, self.trip)
        await self.between.open()
        for name, (family, _, options) in self.encoders.items():
            self.simulators[name] = self._start(f"encoder-{name}", "simulate", family, "--link", str(self.folder / f"{name}.far"), "--cards",
                        str(self.folder / f"cards-{name}.jsonl"), *options.split())
            self.cables[name] = Cable(name, str(self.folder / f"{name}.far"), str(self.folder / f"{name}.tty"), self.trip)
            await self.cables[name].open()
        await until(lambda: self.pms("GET", "/sandbox/hotel")[0] == 200, 20)
        self.configure()

    def sandbox_options(self):
        return ["--time-zone", "Europe/Prague", *[part for name in self.encoders for part in ("--key-cutter", name)]]

    def configure(self):
        for name, text in self.secrets():
            path = self.folder / name
            path.write_text(text + "\n")
            path.chmod(0o600)
        (self.folder / "bridge.yaml").write_text(self.configuration())

    def secrets(self):
        return ("client-token", CLIENT_TOKEN), ("access-token", ACCESS_TOKEN), ("tokens", f"lane write {TOKEN}")

    def configuration(self):
        return f"{self.of_the_property()}{LAYOUTS}encoders:\n{self.of_encoders()}connector:\n{self.of_mews('Fault Lane')}"

    def of_the_property(self):
        return (f"property: {{ timeZone: Europe/Prague }}\njournal: {{ path: {self.journal} }}\n"
                f"endpoint: {{ listen: \"unix:{self.socket}\", tokensFile: tokens }}\n")

    def of_encoders(self):
        """Those at a line of their own."""
        return "".join(
            f"  {name}:\n    driver: {family}\n    match: {{ device: {self.folder}/{name}.tty }}\n    {settings}\n"
            for name, (family, settings, _) in self.encoders.items() if family != "fias")

    def of_mews(self, client):
        return (f"  mews:\n    api: http://127.0.0.1:{self.between.port}\n"
                f"    webSocket: ws://127.0.0.1:{self.between.port}/ws/connector\n    client: {client} 1.0.0\n"
                "    clientTokenFile: client-token\n    accessTokenFile: access-token\n")

    def start_daemon(self):
        self.wanted = True
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        self.daemon = self._start("bridge", "run", "--config", str(self.folder / "bridge.yaml"), "--log-level", self._log_level,
                                  environment=self.clock.environment)

    async def keep_daemon(self):
        """Starts it again when it has died, as systemd would, or a while later: a machine boots."""
        while True:
            await asyncio.sleep(0.1)
            if self.wanted and self.daemon.poll() is not None:
                self.deaths += 1
                # An end by another signal than ours is a crash, and nobody would see it between so many deaths.
                if self.daemon.returncode < 0 and -self.daemon.returncode not in (signal.SIGKILL, signal.SIGTERM):
                    self.crashes.append(signal.Signals(-self.daemon.returncode).name)
                rest, self.rest = self.rest, 0
                await asyncio.sleep(rest)
                self.start_daemon()

    # Strikes

    def strike(self, kind, what):
        """What every storm has. Says whether it is of this kind."""
        later = asyncio.get_running_loop().call_later
        if kind == "kill":
            self.rest = what[2] if len(what) > 2 else 0
            self.arm(*what[:2])
        elif kind == "stop":
            daemon = self.daemon
            daemon.send_signal(signal.SIGSTOP)
            later(what[0], daemon.send_signal, signal.SIGCONT)
        elif kind == "clock":
            self.clock.set(what[0])
            later(what[1], self.clock.set, 0)
        elif kind == "pms":
            self.between.next(dict(what[2]), what[0], what[1])
        elif kind == "socket":
            self.between.drop(silently=what[0] == "silent")
        elif kind == "dead":
            self.between.dead = True
            later(what[0], setattr, self.between, "dead", False)
        else:
            return False
        return True

    def struck_too_little(self, kills):
        """A storm whose kills did not happen proves nothing. Many come while it is down, or behind another."""
        if self.deaths < kills // 2:
            yield f"the storm was none: {self.deaths} deaths of the daemon, {kills} were planned"
        for name in self.crashes:
            yield f"the daemon died by itself: {name}"

    def arm(self, point, name):
        """Kills the daemon when `point` comes next. One that waits for its point is not forgotten over the next one."""
        if point == "at once":
            self.daemon.send_signal(getattr(signal, "SIG" + name))
        else:
            self._armed.append((point, getattr(signal, "SIG" + name)))

    def disarm(self):
        self._armed = []

    def trip(self, point, _):
        """Strikes if this is an armed point. Says whether the daemon is dead now: what was just coming is lost with it."""
        armed = next((one for one in self._armed if one[0] == point), None)
        if armed and self.daemon and self.daemon.poll() is None:
            self._armed.remove(armed)
            which = armed[1]
            self.daemon.send_signal(which)
            if which == signal.SIGKILL:
                self.daemon.wait()
                return True
        return False

    async def stop_daemon(self, limit=30):
        self.wanted = False
        if self.daemon and self.daemon.poll() is None:
            self.daemon.terminate()
            await until(lambda: self.daemon.poll() is not None, limit)

    async def close(self):
        self.wanted = False
        for cable in self.cables.values():
            cable.close()
        await self.between.close()
        for program in self._programs:
            if program.poll() is None:
                program.kill()
            program.wait()

    # Questions

    def pms(self, method, path, body=None, timeout=10):
        return ask(http.client.HTTPConnection("127.0.0.1", self.pms_port, timeout=timeout), method, path, body, {})

    def bridge(self, method, path, body=None, headers=None, timeout=10):
        return ask(UnixConnection(self.socket, timeout), method, path, body, {"Authorization": f"Bearer {TOKEN}", **(headers or {})})

    def status(self):
        """Exit status and text of `encoder-bridge status`."""
        ended = subprocess.run([self.program, "status", "--config", str(self.folder / "bridge.yaml")], capture_output=True, text=True,
                               timeout=60, check=False)
        return ended.returncode, ended.stdout + ended.stderr


def ask(connection, method, path, body, headers):
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {**({"Content-Type": "application/json"} if data else {}), **headers})
        answer = connection.getresponse()
        text = answer.read()
        try:
            return answer.status, json.loads(text) if text else {}
        except ValueError:
            return answer.status, {"text": text.decode(errors="replace")}
    except (OSError, http.client.HTTPException) as fault:
        return 0, {"fault": str(fault)}
    finally:
        connection.close()


def free_port():
    """For a program that is yet to start. None of those that the kernel gives to whoever asks for any: until that program listens, the proxy before
    it was once given the same one, and spoke to itself."""
    for port in random.SystemRandom().sample(range(20000, 32000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no free port between 20000 and 32000")


async def until(condition, seconds, pause=0.05):
    """Waits for a condition; says whether it came. The question itself may block: it is asked on a thread."""
    end = time.monotonic() + seconds
    while True:
        try:
            if await asyncio.to_thread(condition):
                return True
        except (OSError, LookupError, ValueError):
            pass  # Not there yet.
        if time.monotonic() > end:
            return False
        await asyncio.sleep(pause)
