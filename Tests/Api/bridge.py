# SPDX-License-Identifier: Apache-2.0
"""The programs of a small hotel: the sandbox PMS, a lock maker's encoder, a raw encoder, and the bridge between them."""
import hashlib
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

READ = "api-lane-read-0123456789abcdef"
WRITE = "api-lane-write-0123456789abcdef"
BOUND = "api-lane-bound-0123456789abcdef"

# Bound to an encoder, a token stands there by its mark only.
TOKENS = f"reader read {READ}\ndesk write {WRITE}\nbar write sha256:{hashlib.sha256(BOUND.encode()).hexdigest()} bar"


class Trouble(Exception):
    """Something is not as it should be; the text says what."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hotel:
    """In a folder of its own; `with Hotel(program) as hotel` ends every program it started."""

    def __init__(self, program):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bridge-api-"))
        self.programs = {}

    def __enter__(self):
        try:
            self.open()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.programs.values():
            process.terminate()
        for process in self.programs.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, *words):
        log = open(self.folder / f"{name}.log", "ab")
        self.programs[name] = subprocess.Popen([self.program, *map(str, words)], stdout=log, stderr=log)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def secret(self, name, text):
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text + "\n")
        return path

    def until(self, what, condition, seconds=30):
        deadline, trouble = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            try:
                if (found := condition()):
                    return found
            except (OSError, LookupError, ValueError) as error:
                trouble = error
            time.sleep(0.05)
        raise Trouble(f"waited {seconds} s for {what} ({trouble})\n" + "\n".join(
            f"--- {name}\n" + "\n".join(self.log(name).splitlines()[-8:]) for name in self.programs))

    def call(self, url, body=None, token=None, method=None):
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def open(self):
        pms = f"127.0.0.1:{free_port()}"
        self.url = f"http://127.0.0.1:{free_port()}"
        self.start("sandbox", "sandbox", "--listen", pms, "--request-limit", 100000)
        tokens = self.until("the sandbox", lambda: self.call(f"http://{pms}/sandbox/hotel"))["Tokens"]
        self.start("desk", "simulate", "industry-standard", "--link", self.folder / "desk", "--card-delay", "20ms")
        self.start("bar", "simulate", "pn532", "--link", self.folder / "bar", "--card-delay", "20ms", "--card-stay", "20ms")
        self.until("the encoders", lambda: (self.folder / "desk").exists() and (self.folder / "bar").exists())
        configuration = self.folder / "bridge.yaml"
        configuration.write_text(f"""\
property: {{ timeZone: Europe/Prague }}
journal: {{ path: {self.folder}/journal.sqlite }}
endpoint:
  listen: "{self.url.removeprefix("http://")}"
  tokensFile: {self.secret("tokens", TOKENS)}
layouts:
  door: {{ key: factory, blocks: {{ 4: "{{lock bcd=2}} {{until unix be=4}} {{fill}}" }} }}
cardKeys: {{ factory: {self.secret("factory", "FFFFFFFFFFFF")} }}
encoders:
  front-desk: {{ driver: industry-standard, match: {{ device: {self.folder}/desk }}, settings: {{ encoder: "1" }} }}
  bar: {{ driver: pn532, match: {{ device: {self.folder}/bar }}, layout: door, settings: {{ cardTimeout: 1s }} }}
connector:
  mews:
    api: http://{pms}
    webSocket: ws://{pms}/ws/connector
    client: Encoder Bridge API 1.0.0
    clientTokenFile: {self.secret("client", tokens["ClientToken"])}
    accessTokenFile: {self.secret("access", tokens["AccessToken"])}
    keyCutters: {{ "1": front-desk }}
""")
        self.start("bridge", "run", "--config", configuration)
        self.until("the encoders to be ready", self.is_ready)

    def is_ready(self):
        encoders = self.call(f"{self.url}/v1/encoders", token=READ)["encoders"]
        return [encoder["state"] for encoder in encoders].count("ready") == 2

    def check(self):
        """What a run of requests must not have done."""
        if self.programs["bridge"].poll() is not None:
            raise Trouble(f"the bridge ended with {self.programs['bridge'].returncode}:\n{self.log('bridge')[-2000:]}")
        for line in self.log("bridge").splitlines():
            if "a request failed" in line or any(token in line for token in (READ, WRITE, BOUND)):
                raise Trouble(f"in the log of the bridge: {line}")
