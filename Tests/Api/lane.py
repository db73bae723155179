# SPDX-License-Identifier: Apache-2.0
"""lane.py PROGRAM: the endpoint against its own /openapi.yaml (README.md). Ends with status 0 only if nothing was found."""
import http.client
import os
import pathlib
import re
import subprocess
import sys
import time

import yaml

import client
from bridge import BOUND, READ, WRITE, Hotel, Trouble

HERE = pathlib.Path(__file__).parent
TOOLS = pathlib.Path(sys.executable).parent
SECONDS = int(os.environ.get("API_SECONDS", "130"))
# Who asks, and its share of the time. The answers to each are other ones.
CLIENTS = {"write": (WRITE, 0.6), "read": (READ, 0.2), "bound to an encoder": (BOUND, 0.2)}
METHODS = ("get", "post", "put", "delete", "patch")
UNKNOWN = "api-lane-nobody-0123456789abcdef"
found = []


def requests(hotel, who, token, seconds):
    """Requests of every kind that the specification makes possible, valid or not, alone and one behind the other."""
    report = hotel.folder / "report"
    done = subprocess.run(
        [TOOLS / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", f"{hotel.url}/openapi.yaml", "--url", hotel.url,
         "--header", f"Authorization: Bearer {token}", "--max-time", str(seconds), "--seed", "1", "--no-color", "--warnings", "off",
         # A stream has no end to wait for: `events` looks at it.
         "--exclude-path", "/v1/events", "--request-timeout", "20", "--report", "junit", "--report-dir", report],
        capture_output=True, text=True, timeout=seconds + 60, cwd=hotel.folder)
    count = next((line.strip() for line in done.stdout.splitlines() if " generated" in line), None)
    print(f"token {who}: {count or 'no requests'}", flush=True)
    if not count or re.search(r"(?<!\d)0 generated", count):
        # Whatever it ends with: nothing was asked, so nothing was tried.
        found.append(f"no requests with the token {who}: {done.stdout[-2000:]}{done.stderr[-1000:]}")
    elif done.returncode:
        found.append(f"requests with the token {who}:\n{done.stdout[done.stdout.find('FAILURES') - 30:][-8000:]}{done.stderr[-1000:]}")


def answer(hotel, method, path, token=None, body=None, **headers):
    connection = http.client.HTTPConnection(hotel.url.removeprefix("http://"), timeout=20)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if body is not None:
        headers["Content-Type"] = headers.pop("content", "application/json")
    try:
        connection.request(method.upper(), path, body, headers)
        reply = connection.getresponse()
        # A stream is not read to its end.
        return reply.status, reply.headers, b"" if "event-stream" in reply.headers.get("Content-Type", "") else reply.read()
    finally:
        connection.close()


def expect(what, reply, *statuses):
    if reply[0] not in statuses:
        found.append(f"{what}: {reply[0]}, expected {' or '.join(map(str, statuses))}: {reply[2][:200]!r}")
    elif reply[0] >= 400 and reply[2] and reply[1]["Content-Type"] != "application/problem+json":
        found.append(f"{what}: {reply[0]} comes as {reply[1]['Content-Type']}")


def doors(hotel, document):
    """Each operation: without a token, with a wrong one, with one that may less, under another method, with too much, with no JSON."""
    asked = 0
    for path, operations in document["paths"].items():
        place = path.replace("{name}", "front-desk").replace("{id}", "nobody")
        for method in METHODS:
            operation = operations.get(method)
            name = f"{method.upper()} {path}"
            asked += 1
            if operation is None:
                reply = answer(hotel, method, place, WRITE)
                expect(f"{name}, which is no operation", reply, 405)
                if reply[0] == 405 and not reply[1].get("Allow"):
                    found.append(f"{name}: 405 without Allow")
                continue
            documented = {int(status) for status in operation["responses"]}
            # Another site's page, by its own name or by ours: nobody is heard, whatever token comes along.
            for what, headers, status in (
                    ("a foreign Host", {"Host": "hotel.example"}, 421), ("a foreign Origin", {"Origin": "https://hotel.example"}, 403),
                    ("another site's page", {"Sec-Fetch-Site": "cross-site"}, 403)):
                expect(f"{name} of {what}", answer(hotel, method, place, WRITE, **headers), status)
            if operation.get("security") == []:
                expect(f"{name} without a token", answer(hotel, method, place), 200)
                continue
            if not {401, 403, 429} <= documented:
                found.append(f"{name}: 401, 403 and 429 are not all documented")
            expect(f"{name} without a token", answer(hotel, method, place), 401)
            # The sixth unknown token and those behind it are told to wait.
            reply = answer(hotel, method, place, UNKNOWN)
            expect(f"{name} with an unknown token", reply, 401, 429)
            if reply[0] == 429 and not reply[1].get("Retry-After"):
                found.append(f"{name}: 429 without Retry-After")
            if method != "get":
                expect(f"{name} with a token that may only read", answer(hotel, method, place, READ), 403)
                # Of a job that is not there nobody knows an encoder.
                expect(f"{name} with a token of another encoder", answer(hotel, method, place, BOUND, "{}"),
                       *([404] if method == "delete" else [400, 403] if path == "/desk/keys" else [403]))
            expect(f"{name} with a body that is too large", answer(hotel, method, place, WRITE, "x" * 70_000), 413)
            if "requestBody" in operation:
                expect(f"{name} with a form", answer(hotel, method, place, WRITE, "a=b", content="application/x-www-form-urlencoded"), 415)
    print(f"doors: {asked} operations and methods", flush=True)


def events(hotel):
    reply = answer(hotel, "get", "/v1/events", READ)
    expect("the event stream", reply, 200)
    if not reply[1]["Content-Type"].startswith("text/event-stream"):
        found.append(f"the event stream comes as {reply[1]['Content-Type']}")


def main(program):
    start = time.monotonic()
    with Hotel(program) as hotel:
        client.generate(hotel.url, hotel.folder, TOOLS)
        print(f"generated client: {client.use(hotel.url, hotel.folder)}", flush=True)
        document = yaml.safe_load((hotel.folder / "openapi.yaml").read_text())
        doors(hotel, document)
        events(hotel)
        hotel.check()
    for who, (token, share) in CLIENTS.items():
        # A bridge of its own for each: a client's budget of changes begins anew.
        with Hotel(program) as hotel:
            requests(hotel, who, token, int(SECONDS * share))
            hotel.check()
    for trouble in found:
        print(f"\nFOUND {trouble}", file=sys.stderr)
    print(f"{len(found) or 'nothing'} found in {time.monotonic() - start:.0f} s", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except Trouble as trouble:
        sys.exit(f"api: {trouble}")
