# SPDX-License-Identifier: Apache-2.0
"""A client that a standard generator makes of /openapi.yaml, used as somebody would who has just read the specification."""
import datetime
import importlib
import subprocess
import sys
import time
import urllib.request
import uuid

from bridge import READ, WRITE, Trouble

FINAL = {"done", "failed", "cancelled", "expired"}
# This generator knows JSON, text and files: of YAML it says that it leaves the answer out.
EXPECTED_WARNINGS = {"GET /openapi.yaml"}


def generate(url, folder, tools):
    specification = folder / "openapi.yaml"
    with urllib.request.urlopen(f"{url}/openapi.yaml", timeout=10) as answer:
        specification.write_bytes(answer.read())
    done = subprocess.run(
        [tools / "openapi-python-client", "generate", "--path", specification, "--output-path", folder / "bridge_client", "--meta", "none"],
        capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    if done.returncode:
        raise Trouble(f"no client can be generated from /openapi.yaml:\n{said[-2000:]}")
    warnings = {line.removeprefix("WARNING parsing ").split(" within")[0] for line in said.splitlines() if line.startswith("WARNING parsing ")}
    if warnings - EXPECTED_WARNINGS:
        raise Trouble(f"the generator does not understand {sorted(warnings - EXPECTED_WARNINGS)}:\n{said[-2000:]}")


def use(url, folder):
    """Lists the encoders, orders a key, follows it to its end, reads its trail; and is refused in the words of the specification."""
    sys.path.insert(0, str(folder))

    def part(module):
        return importlib.import_module(f"bridge_client.{module}")

    def call(operation, **words):
        return part(f"api.default.{operation}").sync(**words)

    models = part("models")
    client = part("client").AuthenticatedClient(base_url=url, token=WRITE)

    encoders = call("list_encoders", client=client).encoders
    if sorted(encoder.name for encoder in encoders) != ["bar", "front-desk"] or any(encoder.state.value != "ready" for encoder in encoders):
        raise Trouble(f"the client reads the encoders as {encoders}")

    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    order = models.KeyOrder(lock_ids=["101"], valid_from=now, valid_until=now + datetime.timedelta(days=2), copies=2)
    key = str(uuid.uuid4())
    job = call("order_keys", client=client, name="front-desk", body=order, idempotency_key=key)
    if not isinstance(job, models.Job):
        raise Trouble(f"the order was not taken: {job}")
    if call("order_keys", client=client, name="front-desk", body=order, idempotency_key=key).id != job.id:
        raise Trouble("the same Idempotency-Key made a second job")
    deadline = time.monotonic() + 30
    while job.state.value not in FINAL:
        if time.monotonic() > deadline:
            raise Trouble(f"the job did not end: {job}")
        time.sleep(0.05)
        job = call("get_job", client=client, id=job.id)
    if (job.state.value, job.copies_done, len(job.receipts)) != ("done", 2, 2):
        raise Trouble(f"the key was not cut: {job}")

    trail = [(line.state.value, line.note) for line in call("get_trail", client=client, id=job.id).trail]
    if trail[0][0] != "queued" or trail[-1][0] != "done":
        raise Trouble(f"the trail of the job: {trail}")

    reader = part("client").AuthenticatedClient(base_url=url, token=READ)
    refusal = call("order_keys", client=reader, name="front-desk", body=order)
    if not isinstance(refusal, models.Problem) or refusal.type_ != "urn:encoder-bridge:problem:readOnlyToken":
        raise Trouble(f"a token that may only read got {refusal}")
    return f"job {job.id}: {' -> '.join(dict.fromkeys(state for state, _ in trail))}"
