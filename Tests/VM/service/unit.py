# SPDX-License-Identifier: Apache-2.0
"""The installed service, as a technician and a program on the machine see it: systemctl, journalctl, the socket."""
import datetime
import http.client
import json
import socket
import subprocess
import time
import uuid

from lane import Trouble, eventually, expect

UNIT = "encoder-bridge"
SOCKET = "/run/encoder-bridge/endpoint.sock"
CONFIGURATION = "/etc/encoder-bridge/encoder-bridge.yaml"
TOKEN = "lane-write-token-51c0e7d2"


def command(*words, within=120, check=True):
    done = subprocess.run(words, capture_output=True, text=True, timeout=within)
    if check and done.returncode != 0:
        raise Trouble(f"{' '.join(words)} ends with {done.returncode}:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def show(name):
    return command("systemctl", "show", UNIT, f"--property={name}", "--value").strip()


def process():
    """The number of its main process, as text; trouble if it does not run."""
    pid = show("MainPID")
    expect(pid not in ("", "0"), f"the bridge does not run: {command('systemctl', 'status', UNIT, check=False)[-1500:]}")
    return pid


def journal(*words):
    """Entries of the unit since it was installed, as dictionaries."""
    said = command("journalctl", "--no-pager", "--output=json", f"--unit={UNIT}", *words, check=False)
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(SOCKET)


def ask(method, path, body=None, **headers):
    connection = Connection("localhost")
    try:
        connection.request(
            method, path, None if body is None else json.dumps(body),
            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        text = answer.read()
        expect(answer.status < 300, f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text)
    finally:
        connection.close()


def until_ready(name="front-desk"):
    try:
        eventually(f"{name} to be ready", lambda: ask("GET", f"/v1/encoders/{name}")["state"] == "ready", within=120)
    except Trouble as trouble:
        said = command("journalctl", "--no-pager", "--output=cat", f"--unit={UNIT}", "--lines=20", check=False)
        raise Trouble(f"{trouble}; the journal's end:\n{said}")


def cut(room, name="front-desk"):
    """Orders a key, waits for it, and gives the job's id."""
    now = datetime.datetime.now(datetime.timezone.utc)
    form = "%Y-%m-%dT%H:%M:%SZ"
    order = {"lockIds": [room], "validFrom": now.strftime(form), "validUntil": (now + datetime.timedelta(days=1)).strftime(form),
             "copies": 1, "mode": "new"}
    job = ask("POST", f"/v1/encoders/{name}/jobs", order, **{"Idempotency-Key": uuid.uuid4().hex})["id"]
    found = eventually(
        f"the outcome of {job}",
        lambda: (lambda seen: seen if seen["state"] in ("done", "failed", "cancelled", "expired") else None)(ask("GET", f"/v1/jobs/{job}")))
    expect(found["state"] == "done", f"the key for {room} was not cut: {found['fault']}")
    return job


def until_another_process(before, within=90):
    """Seconds until the unit is active with another main process than `before`."""
    start = time.monotonic()
    eventually(
        "systemd to start the bridge anew",
        lambda: show("MainPID") not in ("0", before) and show("ActiveState") == "active", within=within, every=0.1)
    return time.monotonic() - start
