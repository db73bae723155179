# SPDX-License-Identifier: Apache-2.0
"""The endpoint beside its anchors, turn by turn: cold start, the list of encoders for 1 and 32 connections beside a bare Hummingbird (wrk), and the
last of many listeners of the event stream beside a writer in C.

    python3 benchmarks/endpoint.py BRIDGE BARE-HUMMINGBIRD WRITER
"""
import datetime
import json
import os
import pathlib
import re
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

bridge, bare, writer = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:4])
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("WRK_SECONDS", "4"))
STARTS = int(os.environ.get("STARTS", "15"))
EVENTS = int(os.environ.get("EVENTS", "40"))
# The endpoint's own limit of streams at a time.
LISTENERS = int(os.environ.get("LISTENERS", "60"))
TOKEN = "bench-token-0123456789abcdef"
folder = pathlib.Path(tempfile.mkdtemp(prefix="bridge-endpoint-"))
children = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(*command, **options):
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    children.append(subprocess.Popen([str(word) for word in command], **options))
    return children[-1]


def until(what, condition, seconds=60, every=0.05):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if (found := condition()):
                return found
        except (OSError, ValueError, KeyError):
            pass
        time.sleep(every)
    sys.exit(f"endpoint: waited {seconds} s for {what}")


def ask(port, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", f"Bearer {TOKEN}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def configure(port, links):
    (folder / "tokens").write_text(f"bench write {TOKEN}\n")
    (folder / "tokens").chmod(0o600)
    lines = ["property: { timeZone: Europe/Prague }", f"journal: {{ path: {folder}/journal.sqlite }}",
             f"endpoint: {{ listen: '127.0.0.1:{port}', tokensFile: {folder}/tokens }}", "encoders:"]
    lines += [f"  desk-{n}: {{ driver: industry-standard, match: {{ device: {link} }}, settings: {{ encoder: '{n + 1}' }} }}"
              for n, link in enumerate(links)]
    (folder / "bridge.yaml").write_text("\n".join(lines) + "\n")
    return folder / "bridge.yaml"


def cold_start(command, port, path):
    """Milliseconds from exec to the first answer."""
    took = []
    for _ in range(STARTS):
        begin = time.monotonic()
        process = start(*command)
        until(command[0], lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None, every=0.0005)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10):
            took.append((time.monotonic() - begin) * 1000)
        process.terminate()
        process.wait(30)
    return statistics.median(took), min(took), max(took)


def load(port, connections):
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "--latency", "-H", f"Authorization: Bearer {TOKEN}",
         f"http://127.0.0.1:{port}/v1/encoders"], capture_output=True, text=True, check=True).stdout
    half = re.search(r"50%\s+([0-9.]+)(us|ms|s)", said)
    factor = {"us": 1, "ms": 1000, "s": 1_000_000}[half[2]]
    return float(half[1]) * factor, float(re.search(r"Requests/sec:\s+([0-9.]+)", said)[1])


class Listeners:
    """Many readers of one stream, in one loop."""

    def __init__(self, port):
        self.poll = select.epoll()
        self.sockets = {}
        for _ in range(LISTENERS):
            client = socket.create_connection(("127.0.0.1", port), 10)
            client.sendall(f"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
            self.sockets[client.fileno()] = client
            self.poll.register(client.fileno(), select.EPOLLIN)
        # Heads and greetings.
        self.read(0.5)

    def read(self, quiet):
        while events := self.poll.poll(quiet):
            for number, _ in events:
                self.sockets[number].recv(65536)

    def spread(self, trigger):
        """Microseconds until the last listener has the event: after the first one, and after what set it off."""
        waiting, first = set(self.sockets), None
        begin = time.monotonic_ns()
        trigger()
        while waiting:
            ready = self.poll.poll(10)
            if not ready:
                sys.exit(f"endpoint: {len(waiting)} of {LISTENERS} listeners got no event within 10 s")
            for number, _ in ready:
                text = self.sockets[number].recv(65536)
                if not text:
                    sys.exit("endpoint: a listener was cut off")
                if number in waiting and b"job.queued" in text:
                    now = time.monotonic_ns()
                    first = first or now
                    waiting.discard(number)
        end = time.monotonic_ns()
        self.read(0.1)
        return (end - first) / 1000, (end - begin) / 1000

    def close(self):
        for client in self.sockets.values():
            client.close()


def order(port, number):
    until_day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
    ask(port, f"/v1/encoders/desk-{number % 8}/jobs", {
        "lockIds": ["101"], "validFrom": "2026-11-21T14:00:00Z", "validUntil": until_day.strftime("%Y-%m-%dT%H:%M:%SZ")})


def row(name, ours, anchor, goal):
    print(f"{name:44}  {ours:>22}  {anchor:>22}  {goal:>12}", flush=True)


try:
    port, bare_port, writer_port = free_port(), free_port(), free_port()
    links = [folder / f"encoder{n}" for n in range(8)]
    print(f"\n{'Endpoint':44}  {'ours':>22}  {'anchor':>22}  {'goal':>12}")
    config = configure(port, links)
    ours = cold_start([bridge, "run", "--config", config], port, "/health")
    theirs = cold_start([bare, bare_port], bare_port, "/v1/encoders")
    row("cold start to the first answer, ms", f"{ours[0]:.0f} ({ours[1]:.0f} to {ours[2]:.0f})", f"{theirs[0]:.0f} ({theirs[1]:.0f} to {theirs[2]:.0f})", "100")

    for n, link in enumerate(links):
        start(bridge, "simulate", "industry-standard", "--link", link, "--card-delay", "10ms")
    until("the simulators", lambda: all(link.exists() for link in links))
    start(bridge, "run", "--config", config)
    until("the encoders", lambda: [e["state"] for e in ask(port, "/v1/encoders")["encoders"]].count("ready") == 8)
    start(bare, bare_port)
    until("the bare server", lambda: ask(bare_port, "/v1/encoders"))
    sizes = [len(urllib.request.urlopen(urllib.request.Request(
        f"http://127.0.0.1:{p}/v1/encoders", headers={"Authorization": f"Bearer {TOKEN}"})).read()) for p in (port, bare_port)]
    if shutil.which("wrk"):
        for connections in (1, 32):
            pairs = [(load(port, connections), load(bare_port, connections)) for _ in range(ROUNDS)]
            halves = [statistics.median(pair[side][0] for pair in pairs) for side in (0, 1)]
            rates = [statistics.median(pair[side][1] for pair in pairs) for side in (0, 1)]
            row(f"GET list, {connections} connections, p50 us", f"{halves[0]:.0f}", f"{halves[1]:.0f}", f"{halves[0] / halves[1]:.2f} x of 1.2")
            row(f"GET list, {connections} connections, a second", f"{rates[0]:.0f}", f"{rates[1]:.0f}", f"{rates[0] / rates[1]:.2f} x of 0.8")
        print(f"    (bytes of a list: {sizes[0]} and {sizes[1]})")
    else:
        print("    GET list: left out, wrk is not installed")

    feed = start(writer, writer_port, stdin=subprocess.PIPE)
    until("the writer", lambda: socket.create_connection(("127.0.0.1", writer_port), 1).close() is None)
    listeners, others = Listeners(port), Listeners(writer_port)
    line = b"x" * 480 + b"\n"

    def feed_one():
        feed.stdin.write(line)
        feed.stdin.flush()

    pairs = []
    for number in range(EVENTS):
        pairs.append((listeners.spread(lambda: order(port, number)), others.spread(feed_one)))
    for place, since, goal in ((0, "after the first", True), (1, "after order or line", False)):
        ours, theirs = (statistics.median(pair[side][place] for pair in pairs) for side in (0, 1))
        row(f"last of {LISTENERS} listeners {since}, us", f"{ours:.0f}", f"{theirs:.0f}", f"{ours / theirs:.2f} x of 1.25" if goal else "")
    listeners.close()
    others.close()
finally:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
    shutil.rmtree(folder, ignore_errors=True)
