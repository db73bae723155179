# SPDX-License-Identifier: Apache-2.0
"""What stands between a plug and a simulated encoder: a serial line with a speed, or the packets of a HID device."""
import os
import re
import select
import subprocess
import threading
import time
import tty



class Cable:
    """Carries bytes between the device's side of a plug and the pseudo-terminal of a simulator, on a thread of its own."""

    def __init__(self, device_side, encoder):
        self._device_side, self._encoder = device_side, encoder
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _open_device(self):
        return os.open(self._device_side, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def _run(self):
        encoder = os.open(self._encoder, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(encoder)
        while not self._over.is_set():
            try:
                device = self._open_device()
            except OSError:
                time.sleep(0.02)
                continue
            try:
                while not self._over.is_set():
                    ready, _, _ = select.select([device, encoder], [], [], 0.2)
                    if device in ready:
                        data = os.read(device, 4096)
                        if not data:
                            break
                        os.write(encoder, self.to_encoder(data))
                    if encoder in ready:
                        for piece in self.to_host(os.read(encoder, 4096)):
                            os.write(device, piece)
                    if not ready and os.stat(self._device_side).st_ino != os.fstat(device).st_ino:
                        break  # Pulled and plugged in again: another node.
            except OSError:
                time.sleep(0.02)  # Pulled: open it again.
            finally:
                os.close(device)
        os.close(encoder)

    def stop(self):
        self._over.set()
        self._thread.join(10)


class SpeedCable(Cable):
    """A line whose far end runs at a speed of its own. What the host's speed is, usbmon tells: SET_LINE_CODING as it went over the bus
    of the host's node. Bytes of another speed arrive as a UART would read them."""

    def __init__(self, device_side, encoder, baud, node):
        subprocess.run(["modprobe", "usbmon"], check=True)
        if not os.path.isdir("/sys/kernel/debug/usb"):
            subprocess.run(["mount", "-t", "debugfs", "none", "/sys/kernel/debug"], check=True)
        place = os.path.realpath(f"/sys/class/tty/{os.path.basename(node)}")
        bus = re.search(r"/usb(\d+)/", place)[1]
        self._bus = os.open(f"/sys/kernel/debug/usb/usbmon/{bus}u", os.O_RDONLY | os.O_NONBLOCK)
        self._heard = ""
        self._own = baud
        # What cdc_acm sets when it is plugged in, which was before this listens.
        self.wire = 9600
        super().__init__(device_side, encoder)

    def _open_device(self):
        device = super()._open_device()
        tty.setraw(device)
        return device

    def _look(self):
        """The last speed that was set on the bus. 21 20: class request SET_LINE_CODING; then four bytes, the lowest first."""
        try:
            while True:
                self._heard += os.read(self._bus, 4096).decode(errors="replace")
        except BlockingIOError:
            pass
        *lines, self._heard = self._heard.split("\n")
        for line in lines:
            if " s 21 20 " in line and " = " in line:
                self.wire = int.from_bytes(bytes.fromhex(line.split(" = ")[1].split()[0]), "little")

    def to_encoder(self, data):
        self._look()
        return misread(data, self.wire, self._own)

    def to_host(self, data):
        self._look()
        return [misread(data, self._own, self.wire)]

    def stop(self):
        super().stop()
        os.close(self._bus)


def misread(data, sent_at, read_at):
    """What a UART at one speed reads of bytes that came at another: each bit where it takes its sample."""
    if sent_at == read_at:
        return data
    bits = [b for byte in data for b in [0] + [byte >> n & 1 for n in range(8)] + [1]]

    def level(moment):
        place = int(moment * sent_at)
        return bits[place] if place < len(bits) else 1

    found, moment, end = bytearray(), 0.0, len(bits) / sent_at
    while moment < end:
        if level(moment):
            moment += 0.25 / read_at  # Idle: wait for a start bit.
            continue
        found.append(sum(level(moment + (n + 1.5) / read_at) << n for n in range(8)))
        moment += 9.5 / read_at
    return bytes(found)


class PacketCable(Cable):
    """An MSR605X around the encoder: 64 bytes a report, of which the first says how many of the others count and whether the packet is
    the first (80) and the last (40) of a message."""

    def __init__(self, device_side, encoder):
        self._message = b""
        self.packets = 0
        super().__init__(device_side, encoder)

    def _run(self):
        # The gadget keeps one feature report: it must be read before the next comes.
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
        super()._run()

    def to_encoder(self, report):
        self.packets += 1
        if report[0] & 0x80:
            self._message = b""
        self._message += report[1 : 1 + (report[0] & 0x3F)]
        if not report[0] & 0x40:
            return b""
        whole, self._message = self._message, b""
        return whole

    def to_host(self, data):
        pieces = [data[n : n + 63] for n in range(0, len(data), 63)]
        for number, piece in enumerate(pieces):
            header = (0x80 if number == 0 else 0) | (0x40 if number == len(pieces) - 1 else 0) | len(piece)
            yield bytes([header]) + piece.ljust(63, b"\0")
