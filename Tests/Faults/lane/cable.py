# SPDX-License-Identifier: Apache-2.0
"""The line between the bridge and one simulated encoder, with what happens to lines: noise, lost and doubled bytes, pauses, a pulled plug.

The bridge opens a pseudo-terminal that this makes; the bytes go on to the simulator's own. Only single bits are flipped: every check of
these protocols finds one flipped bit, so a card that is called well behind one is the bridge's lie and not the line's.
"""
import asyncio
import errno
import os
import pty
import termios
import tty


class Cable:
    def __init__(self, name, encoder, plug, trip):
        self.name, self._encoder, self.plug, self._trip = name, encoder, plug, trip
        self._loop = asyncio.get_running_loop()
        self._far = self._near = None
        # What happens to the next bytes: {"to-bridge" | "to-encoder": [(what, how much)]}.
        self._next = {"to-bridge": [], "to-encoder": []}
        self._pull_after = None
        # What stands behind late bytes: a line, and whatever carries one, is slow or loses bytes, but never lets newer ones pass.
        self._behind = {"to-bridge": None, "to-encoder": None}
        self.struck = 0

    async def open(self):
        while not os.path.exists(self._encoder):
            await asyncio.sleep(0.01)
        self._far = os.open(self._encoder, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._far)
        # A PN532 that was told a speed looks at that of its line, and a pseudo-terminal hands none on. A bridge that looked for it at other
        # speeds brings it back to this one.
        settings = termios.tcgetattr(self._far)
        settings[4] = settings[5] = termios.B115200
        termios.tcsetattr(self._far, termios.TCSANOW, settings)
        self._loop.add_reader(self._far, self._carry, self._far, "to-bridge")
        self.put_in()

    def put_in(self):
        """Plugs in: a new terminal under the same name."""
        if self._near is not None:
            return
        near, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(near, False)
        self._near, self._slave = near, slave
        # The slave stays open here until the bridge has it: a terminal that nobody has open reads as hung up.
        if os.path.islink(self.plug):
            os.unlink(self.plug)
        os.symlink(os.ttyname(slave), self.plug)
        self._loop.add_reader(near, self._carry, near, "to-encoder")

    def pull(self):
        if self._near is None:
            return
        self._loop.remove_reader(self._near)
        if os.path.islink(self.plug):
            os.unlink(self.plug)
        for end in (self._slave, self._near):
            os.close(end)
        self._near = None

    async def replug(self, out):
        self.struck += 1
        self.pull()
        await asyncio.sleep(out)
        self.put_in()

    def next(self, direction, what, amount):
        self._next[direction].append((what, amount))

    def pull_after(self, count, out):
        """Pulls the plug when `count` more bytes have gone to the encoder."""
        self._pull_after = (count, out)

    def _carry(self, end, direction):
        try:
            data = os.read(end, 4096)
        except OSError as fault:
            if fault.errno in (errno.EAGAIN, errno.EIO):
                return self._rest(end)
            raise
        if not data:
            return self._rest(end)
        if direction == "to-encoder" and self._pull_after is not None:
            count, out = self._pull_after
            self._pull_after = (count - len(data), out)
            if count <= len(data):
                self._pull_after = None
                self._give(self._far, data[:count])
                self._loop.create_task(self.replug(out))
                return
        self._trip("bytes " + direction, self.name)
        queue = self._next[direction]
        if queue:
            self.struck += 1
            what, amount = queue.pop(0)
            data = self._damage(what, amount, data, direction)
        self._pass(direction, data)

    def _rest(self, end):
        """A hung-up end reads as ready for ever: look again a little later."""
        self._loop.remove_reader(end)
        direction = "to-bridge" if end == self._far else "to-encoder"
        self._loop.call_later(0.05, self._again, end, direction)

    def _again(self, end, direction):
        if end in (self._near, self._far):
            self._loop.add_reader(end, self._carry, end, direction)

    def _damage(self, what, amount, data, direction):
        if what == "pass":
            return data
        if what == "flip":
            place = amount % (len(data) * 8)
            return bytes(byte ^ (1 << place % 8) if index == place // 8 else byte for index, byte in enumerate(data))
        if what == "lose":
            place = amount % len(data)
            return data[:place] + data[place + 1:]
        if what == "cut":
            return data[:amount % len(data)]
        if what == "noise":
            return bytes((amount * 37 + n * 11) % 256 for n in range(1 + amount % 5)) + data
        if what == "double":
            if direction == "to-bridge":
                return data + data
            # A whole order that comes twice is two orders to any encoder; what lines double is a byte.
            place = amount % len(data)
            return data[:place + 1] + data[place:]
        if what == "swallow":
            return b""
        if what == "late":
            if self._behind[direction] is None:
                self._behind[direction] = b""
                self._loop.call_later(amount, self._late, direction)
            return data
        raise ValueError(what)

    def _late(self, direction):
        data, self._behind[direction] = self._behind[direction], None
        self._pass(direction, data)

    def _pass(self, direction, data):
        if self._behind[direction] is not None:
            self._behind[direction] += data
            return
        end = self._near if direction == "to-bridge" else self._far
        if end is not None and data:
            self._give(end, data)

    @staticmethod
    def _give(end, data):
        try:
            os.write(end, data)
        except OSError as fault:
            # A full or hung-up line loses bytes, as lines do.
            if fault.errno not in (errno.EAGAIN, errno.EIO):
                raise

    def say_to_bridge(self, data):
        """Bytes that no encoder said."""
        self.struck += 1
        self._pass("to-bridge", data)

    def mend(self):
        """Nothing is wrong with the line any more."""
        self._next = {"to-bridge": [], "to-encoder": []}
        self._pull_after = None
        self.put_in()

    def close(self):
        self.pull()
        if self._far is not None:
            self._loop.remove_reader(self._far)
            os.close(self._far)
            self._far = None
