# SPDX-License-Identifier: Apache-2.0
"""How long it takes from a plug to `ready`, step by step, and how fast the machine is on which that was measured.

As a program it measures outside of the virtual machine, where there is no udev to tell of plugs: a pseudo-terminal behind a path that the
configuration names appears and goes. Prints the Measurement as JSON; `run` hands it to the scenario, which prints both."""
import json
import os
import statistics
import sys
import tempfile
import threading
import time
import tty

PLUGS = 8


def quick_threads():
    """Python's threads wait for each other up to 5 ms: too long for what is measured here."""
    sys.setswitchinterval(0.0002)


def handovers(count=500):
    """Milliseconds for a byte from one thread to another and back through pipes: system calls and waking, which is what the bridge does
    between a plug and `ready` too."""
    (there, to), (back, fro) = os.pipe(), os.pipe()

    def echo():
        for _ in range(count):
            os.write(fro, os.read(there, 1))

    thread = threading.Thread(target=echo)
    thread.start()
    start = time.monotonic()
    for _ in range(count):
        os.write(to, b".")
        os.read(back, 1)
    took = 1000 * (time.monotonic() - start) / count
    thread.join()
    for descriptor in (there, to, back, fro):
        os.close(descriptor)
    return took


def questions(bridge, count=8):
    """Milliseconds for one HTTP question to the idle bridge."""
    found = []
    for _ in range(count):
        start = time.monotonic()
        bridge.get("/v1/encoders")
        found.append(1000 * (time.monotonic() - start))
    return statistics.median(found)


class Measurement:
    """Of some plugs, in milliseconds: until the first byte, the encoder's own dialogue, from its answer to `ready` at a client."""

    def __init__(self, steps=(), handover=0.0, question=0.0):
        self.steps = [list(step) for step in steps]
        self.handover, self.question = handover, question

    def add(self, plugged, first, answered, ready):
        self.steps.append([1000 * (first - plugged), 1000 * (answered - first), 1000 * (ready - answered)])

    def median(self, *numbers):
        return statistics.median(sum(step[n] for n in numbers) for step in self.steps)

    @property
    def whole(self):
        return self.median(0, 1, 2)

    @property
    def over(self):
        """Without the encoder's own dialogue."""
        return self.median(0, 2)

    def words(self):
        return (
            f"event to ready {self.whole:.1f} ms, of which the encoder's dialogue {self.median(1):.1f} ms, the bridge {self.over:.1f} ms "
            f"({self.median(0):.1f} ms to the first byte, {self.median(2):.1f} ms from the answer to a client); "
            f"best {min(a + c for a, _, c in self.steps):.1f} ms, worst {max(a + c for a, _, c in self.steps):.1f} ms"
        )

    def text(self):
        return json.dumps([self.steps, self.handover, self.question])

    @staticmethod
    def read(text):
        return Measurement(*json.loads(text))


class Line:
    """A pseudo-terminal whose far side answers every ENQ by ACK, behind a path that is there while it is plugged."""

    def __init__(self, path):
        self.path = path
        self.first = self.answered = None

    def plug(self):
        self.first = self.answered = None
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        threading.Thread(target=self._answer, args=(self.master,), daemon=True).start()
        os.symlink(os.ttyname(self.slave), self.path)
        return time.monotonic()

    def _answer(self, master):
        try:
            while data := os.read(master, 100):
                if self.first is None:
                    self.first = time.monotonic()
                if b"\x05" in data:
                    os.write(master, b"\x06")
                    self.answered = time.monotonic()
        except OSError:
            pass  # Pulled.

    def pull(self):
        os.unlink(self.path)
        os.close(self.slave)
        os.close(self.master)


def outside():
    import desk
    from lane import eventually

    quick_threads()
    with tempfile.TemporaryDirectory() as folder:
        desk.FOLDER = folder
        line = Line(f"{folder}/encoder")
        bridge = desk.Bridge({"front-desk": {"match": f"device: {line.path}"}}, user=None, port=18_630)
        try:
            events = desk.Events(bridge.port)
            found = Measurement(handover=handovers())
            for _ in range(PLUGS):
                before = len(events.named("encoder.ready"))
                plugged = line.plug()
                ready = eventually("ready", lambda: events.named("encoder.ready")[before:], every=0.02)[0][0]
                found.add(plugged, line.first, line.answered, ready)
                line.pull()
                bridge.until("absent")
            found.question = questions(bridge)
        finally:
            bridge.stop()
    return found


if __name__ == "__main__":
    print(outside().text())
