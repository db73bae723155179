# SPDX-License-Identifier: Apache-2.0
"""The installed service, as a technician and a program on the machine see it: systemctl, journalctl, the endpoint."""
import datetime
import http.client
import json
import subprocess
import time
import uuid

from lane import Trouble, eventually, expect

UNIT = "encoder-bridge"
SOCKET = "/run/encoder-bridge/endpoint.sock"
PAGE = ("127.0.0.1", 8630)
CONFIGURATION = "/etc/encoder-bridge/encoder-bridge.yaml"
# The access code that `setup` shows once.
token = None


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


def fetch(path, method="GET", body=None, **headers):
    """Status and text of an answer of the page's address."""
    connection = http.client.HTTPConnection(*PAGE, timeout=60)
    try:
        connection.request(
            method, path, None if body is None else json.dumps(body),
            {**({"Authorization": f"Bearer {token}"} if token else {}), "Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def ask(method, path, body=None, **headers):
    status, text = fetch(path, method, body, **headers)
    expect(status < 300, f"{method} {path}: {status} {text[:300]!r}")
    return json.loads(text)


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
