# SPDX-License-Identifier: Apache-2.0
"""As much of MQTT 3.1.1 as a gateway needs: connect with a last will, subscribe, publish with quality 0."""
import asyncio

CONNECT, PUBLISH, SUBSCRIBE, PINGREQ = 0x10, 0x30, 0x82, 0xC0


class Client:
    """Comes back by itself when the broker does."""

    def __init__(self, port, name, will, topics, heard, greeting):
        self._port, self._name, self._will, self._topics = port, name, will, topics
        self._heard, self._greeting = heard, greeting
        self._writer = None

    @property
    def is_connected(self):
        return self._writer is not None

    async def run(self):
        while True:
            try:
                await self._session()
            except (OSError, asyncio.IncompleteReadError):
                pass  # The broker died: it is tried again.
            finally:
                if self._writer:
                    self._writer.transport.abort()
                self._writer = None
            await asyncio.sleep(0.2)

    def publish(self, topic, payload, retain=False):
        if self._writer:
            self._writer.write(packet(PUBLISH | retain, text(topic) + payload.encode()))

    def drop(self):
        """Dies without a word: the broker tells the last will."""
        if self._writer:
            self._writer.transport.abort()

    async def _session(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        topic, payload = self._will
        # Clean session; the will is retained.
        writer.write(packet(CONNECT, text("MQTT") + bytes([4, 0x26]) + (20).to_bytes(2, "big") + text(self._name) + text(topic) + text(payload)))
        writer.write(packet(SUBSCRIBE, b"\x00\x01" + b"".join(text(topic) + b"\x00" for topic in self._topics)))
        pings = asyncio.create_task(self._ping(writer))
        try:
            while True:
                kind, body = await read(reader)
                if kind & 0xF0 == 0x90:
                    # Subscribed: from here on nothing is missed.
                    self._writer = writer
                    self._greeting()
                elif kind & 0xF0 == PUBLISH:
                    size = int.from_bytes(body[:2], "big")
                    self._heard(body[2:2 + size].decode(), body[2 + size:].decode())
        finally:
            pings.cancel()
            writer.transport.abort()

    async def _ping(self, writer):
        while True:
            await asyncio.sleep(10)
            writer.write(packet(PINGREQ, b""))


def text(word):
    data = word.encode()
    return len(data).to_bytes(2, "big") + data


def packet(kind, body):
    size, length = len(body), b""
    while True:
        size, part = divmod(size, 128)
        length += bytes([part | (128 if size else 0)])
        if not size:
            return bytes([kind]) + length + body


async def read(reader):
    kind = (await reader.readexactly(1))[0]
    size = shift = 0
    while True:
        part = (await reader.readexactly(1))[0]
        size |= (part & 127) << shift
        shift += 7
        if not part & 128:
            return kind, await reader.readexactly(size)
