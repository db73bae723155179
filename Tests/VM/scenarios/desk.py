# SPDX-License-Identifier: Apache-2.0
"""The programs at the front desk: the daemon as its own user, simulated encoders, and ports that only listen."""
import collections
import datetime
import grp
import http.client
import json
import os
import pwd
import select
import subprocess
import termios
import threading
import time
import tty
import urllib.request
import uuid

import lane
import plugs
from lane import eventually, expect

PROGRAM = os.environ["ENCODER_BRIDGE"]
FOLDER = "/tmp/desk"
PORT = 8630
TOKEN = "vm-write-token-7c1f2a9e"
LOCAL_RULES = "/etc/udev/rules.d/61-encoder-bridge-local.rules"
os.makedirs(FOLDER, exist_ok=True)


def program(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, **options)


class Bridge:
    """`encoder-bridge run`, as user and group encoder-bridge and nothing else; as whoever calls where `user` is None."""

    def __init__(self, encoders, user="encoder-bridge", port=PORT):
        self.port = port
        home = f"{FOLDER}/{uuid.uuid4().hex[:6]}"
        os.mkdir(home, 0o700)
        owner = pwd.getpwnam(user) if user else pwd.getpwuid(os.getuid())
        self.configuration = f"{home}/bridge.yaml"
        self.log = f"{home}/bridge.log"
        entries = "".join(
            f"  {name}: {{ driver: {entry.get('driver', 'industry-standard')}, match: {{ {entry['match']} }}, "
            f"settings: {{ {entry.get('settings', STANDARD)} }} }}\n"
            for name, entry in encoders.items()
        )
        for name, text in [
            ("tokens", f"desk write {TOKEN}\n"),
            (
                "bridge.yaml",
                f"journal: {{ path: {home}/journal.sqlite }}\n"
                f"endpoint: {{ listen: '127.0.0.1:{port}', tokensFile: {home}/tokens }}\nencoders:\n{entries}",
            ),
        ]:
            with open(f"{home}/{name}", "w") as file:
                file.write(text)
            os.chmod(f"{home}/{name}", 0o600)
        for path in [home] + [f"{home}/{name}" for name in os.listdir(home)]:
            os.chown(path, owner.pw_uid, owner.pw_gid)
        lane.logs[:] = [self.log]
        self.process = subprocess.Popen(
            (["setpriv", f"--reuid={user}", f"--regid={owner.pw_gid}", "--clear-groups"] if user else [])
            + [PROGRAM, "run", "--config", self.configuration],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=open(self.log, "w"),
        )
        eventually("the bridge to listen", lambda: self.get("/v1/encoders") is not None)

    def call(self, method, path, body=None, headers={}):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def get(self, path):
        return self.call("GET", path)

    def encoder(self, name="front-desk"):
        return self.get(f"/v1/encoders/{name}")

    def state(self, name="front-desk"):
        return self.encoder(name)["state"]

    def until(self, state, name="front-desk"):
        try:
            eventually(f"{name} to be {state}", lambda: self.state(name) == state)
        except lane.Trouble as trouble:
            raise lane.Trouble(f"{trouble}; it is {self.encoder(name)}")

    def order(self, room, name="front-desk", **more):
        now = datetime.datetime.now(datetime.timezone.utc)
        form = "%Y-%m-%dT%H:%M:%SZ"
        order = {
            "lockIds": [room],
            "validFrom": now.strftime(form),
            "validUntil": (now + datetime.timedelta(days=1)).strftime(form),
            "copies": 1,
            "mode": "new",
            **more,
        }
        return self.call("POST", f"/v1/encoders/{name}/jobs", order, {"Idempotency-Key": uuid.uuid4().hex})["id"]

    def outcome(self, job):
        return eventually(
            f"the outcome of job {job}",
            lambda: (lambda found: found if found["state"] in ("done", "failed", "cancelled", "expired") else None)(
                self.get(f"/v1/jobs/{job}")
            ),
        )

    def cut(self, room, name="front-desk"):
        """Orders a key and expects it to be cut."""
        job = self.outcome(self.order(room, name))
        expect(job["state"] == "done", f"the key for {room} was not cut: {job['fault']}")

    def descriptors(self):
        """What its descriptors lead to, and how many to each; numbers of sockets and pipes left out."""
        folder = f"/proc/{self.process.pid}/fd"
        found = collections.Counter()
        for name in os.listdir(folder):
            try:
                found[os.readlink(f"{folder}/{name}").split("[")[0]] += 1
            except OSError:
                pass  # Closed since.
        return found

    def holds(self, node):
        """Whether one of its descriptors leads to this node, gone or not."""
        for name in os.listdir(f"/proc/{self.process.pid}/fd"):
            try:
                if os.readlink(f"/proc/{self.process.pid}/fd/{name}").startswith(node):
                    return True
            except OSError:
                pass
        return False

    def stop(self):
        asked = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            threads = self._threads()
            self.process.kill()
            self.process.wait()
            raise lane.Trouble("the bridge did not stop within 60 s of SIGTERM:\n" + "\n".join(threads + lane.last_words()))
        if time.monotonic() - asked > 15:
            lane.slow.append(f"the bridge took {time.monotonic() - asked:.0f} s to stop")

    def _threads(self):
        """Where each thread of it waits."""
        said = []
        folder = f"/proc/{self.process.pid}/task"
        for thread in os.listdir(folder):
            try:
                words = [open(f"{folder}/{thread}/{name}").read().strip() for name in ("comm", "wchan", "syscall")]
                said.append(" ".join([thread] + words)[:120])
            except OSError:
                pass  # It has ended.
        return said


STANDARD = 'encoder: "1", flow: none, answerTimeout: 10s, lateAnswerWindow: 1s'


class Events:
    """The daemon's event stream: (monotonic time, name, data) of each event."""

    def __init__(self, port=PORT):
        self.seen = []
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.connection.request("GET", "/v1/events", headers={"Authorization": f"Bearer {TOKEN}"})
        self.answer = self.connection.getresponse()
        expect(self.answer.status == 200, f"the event stream answers {self.answer.status}")
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        name = None
        try:
            while line := self.answer.readline():
                moment = time.monotonic()
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: ") and name:
                    self.seen.append((moment, name, json.loads(line[6:])))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # The stream ends with the bridge.

    def named(self, *names):
        return [event for event in list(self.seen) if event[1] in names]

    def stop(self):
        self.connection.close()


class Simulator:
    """Our own simulated encoder at the device's end of an adapter."""

    def __init__(self, where, *options, driver="industry-standard", far="--tty"):
        """`far`: `--tty` plays on the device's end of an adapter, `--link` makes a pseudo-terminal and this link to it."""
        self.cards_path = f"{FOLDER}/cards-{uuid.uuid4().hex[:6]}"
        self.log = f"{self.cards_path}.log"
        self.process = subprocess.Popen(
            [PROGRAM, "simulate", driver, far, where, "--cards", self.cards_path, "--card-delay", "50ms", *options],
            stdin=subprocess.DEVNULL,
            stdout=open(self.log, "w"),
            stderr=subprocess.STDOUT,
        )
        eventually("the simulator to be there", lambda: self.says("listening"))

    def says(self, words):
        with open(self.log) as file:
            return words in file.read()

    def count(self, words):
        with open(self.log) as file:
            return file.read().count(words)

    def rooms(self):
        if not os.path.exists(self.cards_path):
            return []
        with open(self.cards_path) as file:
            return [json.loads(line)["rooms"][0] for line in file]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Listener:
    """A device on a port: keeps every byte it gets and answers as it is told. By default it answers nothing."""

    def __init__(self, device_side, answer=lambda data: b""):
        self.received = b""
        self.first = None
        self.answered = None
        self._answer = answer
        self._over = threading.Event()
        self._path = device_side
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while not self._over.is_set():
            try:
                line = os.open(self._path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            except OSError:
                time.sleep(0.02)
                continue
            try:
                tty.setraw(line, termios.TCSANOW)
                while not self._over.is_set():
                    ready, _, _ = select.select([line], [], [], 0.2)
                    if not ready:
                        continue
                    data = os.read(line, 4096)
                    if not data:
                        break
                    if self.first is None:
                        self.first = time.monotonic()
                    self.received += data
                    reply = self._answer(data)
                    if reply:
                        os.write(line, reply)
                        self.answered = time.monotonic()
            except (OSError, termios.error):
                pass  # Pulled: open it again.
            finally:
                os.close(line)

    def stop(self):
        self._over.set()
        self._thread.join(10)


def mark(*lines):
    """The site's own rules; udev reads them for what is plugged from now on."""
    with open(LOCAL_RULES, "w") as file:
        file.write("".join(line.rstrip("\n") + "\n" for line in lines))
    subprocess.run(["udevadm", "control", "--reload"], check=True)


def local_rule(name, *match):
    said = program("rules", "--local", name, "--driver", "industry-standard", *match)
    expect(said.returncode == 0, f"rules --local: {said.stderr}")
    return said.stdout


def mark_all():
    """What most scenarios want: every socket of the test and its FTDI adapter belong to the bridge."""
    if not _all:
        _all.append(local_rule("front-desk", "--serial", "A50285BI"))
        line = local_rule("socket-0", "--path", plugs.id_path(0))
        # One call of the program is enough: the sockets differ in their number.
        _all.extend(line.replace(plugs.id_path(0), plugs.id_path(n)).replace("socket-0", f"socket-{n}") for n in range(plugs.SOCKETS))
    mark(*_all)


_all = []


def marks(driver, others={}):
    """The same lines, for other drivers: that of every socket, or by the socket's number."""
    mark_all()
    sockets = _all[1:]
    return [line.replace("industry-standard", others.get(n, driver)) for n, line in enumerate(sockets)]


def access(node):
    """Owner group and permission bits of a node, as ls shows them."""
    found = os.stat(node)
    return grp.getgrgid(found.st_gid).gr_name, oct(found.st_mode & 0o777)
