# SPDX-License-Identifier: Apache-2.0
"""The hotel around the installed service: a technician at `setup`, the sandbox in the PMS' place, and somebody who wants its tokens."""
import json
import re
import socket
import subprocess
import threading
import urllib.request

import unit
from lane import Trouble, eventually, expect

PMS = "127.0.0.1:8700"
# What `setup` asks, by a word of the question. An encoder's port is named by its serial number.
ANSWERS = [
    (r"^Time zone", "Europe/Prague"), (r"^Language", "en"), (r"SRV00001.*: its driver", "industry-standard"), (r": its driver", "-"),
    (r"^Its name", "front-desk"), (r"^encoder:", "1"), (r"^Another port", "-"), (r"^Client token", "{ClientToken}"),
    (r"^Access token", "{AccessToken}"), (r"^A page", "yes"), (r"Write it anew", "yes"),
]


class Sandbox:
    """A PMS that speaks the Mews Connector API, on this machine's loopback."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["encoder-bridge", "sandbox", "--listen", PMS, "--request-limit", "100000"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.hotel = eventually("the sandbox", lambda: self.call("/sandbox/hotel"))

    def call(self, path, body=None):
        request = urllib.request.Request(
            f"http://{PMS}{path}", None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def cut(self):
        """A clerk orders a key in the PMS. Gives the room, when the PMS has it as made."""
        stay = next(stay for stay in self.hotel["Reservations"] if stay["State"] == "Started")
        command = self.call("/sandbox/commands", {"reservation": stay["Number"], "keys": 1})["Id"]

        def ended():
            found = next(c for c in self.call("/sandbox/commands")["Commands"] if c["Id"] == command)
            return found if found["State"] in ("Processed", "Error", "Cancelled") else None

        found = eventually("the key in the PMS", ended, within=120)
        expect(found["State"] == "Processed", f"the PMS has {found}")
        return stay["LockIds"][0]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def set_up(tokens):
    """`sudo encoder-bridge setup`, each question answered when it is asked. The access code of the page, which is shown once."""
    process = subprocess.Popen(
        ["encoder-bridge", "setup", "--replace"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    alarm = threading.Timer(300, process.kill)
    alarm.start()
    said = []
    try:
        for line in process.stderr:
            said.append(line)
            if not line.rstrip().endswith(":"):
                continue
            answer = next((answer for pattern, answer in ANSWERS if re.search(pattern, line)), None)
            if answer is None:
                raise Trouble(f"setup asks something new: {line!r}")
            process.stdin.write(answer.format(**tokens) + "\n")
            process.stdin.flush()
        printed = process.stdout.read()
        status = process.wait(60)
    finally:
        alarm.cancel()
        process.kill()
    expect(status == 0, f"setup ends with {status}:\n{''.join(said)[-2000:]}{printed[-1500:]}")
    for secret in tokens.values():
        expect(secret not in "".join(said) + printed, "setup shows a token of the PMS")
    shown = re.search(r"shown this once: (\S+)", printed)
    expect(shown, f"setup shows no access code: {printed}")
    return shown.group(1)


def connect_to_sandbox():
    """The one thing that differs from a hotel: where the PMS is, and what it calls its key cutter."""
    with open(unit.CONFIGURATION) as file:
        text = file.read()
    expect("  mews:\n" in text, text)
    text = text.replace("  mews:\n", f"  mews:\n    api: http://{PMS}\n    webSocket: ws://{PMS}/ws/connector\n")
    text = text.replace("    #keyCutters:", "    keyCutters:")
    # An emulated processor is slow to answer.
    text = text.replace('settings: { encoder: "1" }', 'settings: { encoder: "1", flow: none, answerTimeout: 10s, lateAnswerWindow: 1s }')
    with open(unit.CONFIGURATION, "w") as file:
        file.write(text)


class Squatter:
    """Another user's program at the page's address. Keeps what is sent to it."""

    PROGRAM = """
import socket, sys
server = socket.create_server(("127.0.0.1", 8630))
print("listening", flush=True)
while True:
    client, _ = server.accept()
    client.settimeout(2)
    try:
        sys.stdout.write(repr(client.recv(65536)) + "\\n")
        sys.stdout.flush()
        client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nContent-Type: application/json\\r\\n\\r\\n{}")
    except OSError:
        pass
    client.close()
"""

    def __init__(self):
        self.process = subprocess.Popen(
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "/usr/bin/python3", "-c", self.PROGRAM],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        expect(self.process.stdout.readline() == "listening\n", "the address of the page is taken")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def heard(self):
        """All that came, once it is ended."""
        self.stop()
        return self.process.stdout.read()


def may_listen_there():
    """Whether another user may make a socket where the service has its own."""
    done = subprocess.run(
        ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "/usr/bin/python3", "-c",
         f"import os, socket; os.makedirs('/run/encoder-bridge', exist_ok=True); socket.socket(socket.AF_UNIX).bind('{unit.SOCKET}')"],
        capture_output=True, timeout=60)
    return done.returncode == 0
