# SPDX-License-Identifier: Apache-2.0
"""Scenarios and how they are told: TAP lines, deadlines that cost nothing when things work, cleaning up in reverse order."""
import contextlib
import sys
import time
import traceback

scenarios = []


class Trouble(Exception):
    """What a scenario found wrong, as a sentence."""


def scenario(name):
    """Registers a function; its argument is a Stage."""

    def register(function):
        scenarios.append((name, function))
        return function

    return register


class Stage(contextlib.ExitStack):
    """What a scenario sets up is taken down at its end, the last thing first. Remarks are printed below its line."""

    def __init__(self):
        super().__init__()
        self.remarks = []

    def remark(self, text):
        self.remarks.append(text)

    def keep(self, thing):
        self.callback(thing.stop)
        return thing


def expect(condition, sentence):
    if not condition:
        raise Trouble(sentence)


def equal(found, wanted, what):
    expect(found == wanted, f"{what}: {found!r} instead of {wanted!r}")


def eventually(what, look, within=60, every=0.2):
    """Polls until `look` gives something true, and returns it. Not often: the guest's processor is emulated, and a look costs."""
    end = time.monotonic() + within
    last = None
    while time.monotonic() < end:
        try:
            found = look()
            if found:
                return found
            last = None
        except (OSError, KeyError, IndexError, ValueError) as error:
            last = error
        time.sleep(every)
    raise Trouble(f"waited {within} s for {what} in vain" + (f" ({last!r})" if last else ""))


def run(wanted):
    """Runs the scenarios whose name contains one of the words (all without words). The number of those that failed."""
    chosen = [(n, f) for n, f in scenarios if not wanted or any(w in n for w in wanted)]
    print(f"1..{len(chosen)}", flush=True)
    failed = 0
    for number, (name, function) in enumerate(chosen, 1):
        start = time.monotonic()
        stage = Stage()
        problem = None
        logs.clear()
        try:
            with stage:
                try:
                    function(stage)
                except Exception:
                    # The logs are still there: say what the programs said last, before they are taken down.
                    problem = traceback.format_exc(limit=-4)
                    for line in last_words():
                        stage.remark(line)
        except Exception:
            problem = (problem or "") + traceback.format_exc(limit=-3)
        took = time.monotonic() - start
        stage.remarks += slow
        slow.clear()
        print(f"{'not ok' if problem else 'ok'} {number} - {name} # {took:.1f} s", flush=True)
        for text in (problem or "").splitlines() + stage.remarks:
            print(f"  # {text}", flush=True)
        failed += problem is not None
    print(f"# {len(chosen) - failed} of {len(chosen)} scenarios passed", flush=True)
    sys.stdout.flush()
    return failed


logs = []
slow = []


def last_words():
    lines = []
    for path in logs:
        try:
            with open(path, errors="replace") as file:
                lines += [f"{path.rsplit('/', 1)[-1]}: {line.rstrip()}" for line in file.readlines()[-12:]]
        except OSError:
            pass
    return lines
