# SPDX-License-Identifier: Apache-2.0
"""A TCP connection with what happens to connections: cut at once or behind a record, answers late or lost, two records in one segment or one
in two, a lock server that answers another workstation. FIAS and Industry Standard alike: a frame begins with STX and ends with ETX (and a check byte, which goes with it where it is there).
"""
import asyncio
import socket
import struct

STX, ETX = 0x02, 0x03


class Pipe:
    """Listens, and dials on for each connection. `down` is the way to who listens behind it, `up` the way back."""

    def __init__(self, name, port, behind, trip, checked=False):
        self.name, self.port, self._behind, self._trip, self._checked = name, port, behind, trip, checked
        self._server, self._links = None, set()
        self._next = {"down": [], "up": []}
        self.struck = 0

    async def open(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    def next(self, way, what, amount):
        """What happens to the next key record, or the next answer, on a way."""
        self._next[way].append((what, amount))

    def reset(self):
        """The connections there are end without a word."""
        for link in list(self._links):
            self.struck += 1
            link.abort()

    def mend(self):
        self._next = {"down": [], "up": []}

    async def close(self):
        for link in list(self._links):
            link.abort()
        if self._server:
            self._server.close()

    async def _serve(self, reader, writer):
        try:
            behind = await asyncio.open_connection("127.0.0.1", self._behind)
        except OSError:
            writer.close()
            return
        link = Link(writer, behind[1])
        self._links.add(link)
        tasks = [asyncio.create_task(self._carry(reader, behind[1], "down", link)),
                 asyncio.create_task(self._carry(behind[0], writer, "up", link))]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        # What the other way still has to give goes before the end.
        await asyncio.wait(tasks, timeout=0.2)
        for task in tasks:
            task.cancel()
        self._links.discard(link)
        link.close()

    async def _carry(self, reader, writer, way, link):
        kept, glued = b"", b""
        while True:
            try:
                data = await asyncio.wait_for(reader.read(4096), 0.5 if glued else None)
                if not data:
                    return
            except asyncio.TimeoutError:
                data = b""
            except OSError:
                return
            frames, kept = self._frames(kept + data)
            if glued and (frames or not data):
                frames, glued = [glued + b"".join(frames)], b""
            for frame in frames:
                # LS, LA and their like keep the link; what is about keys begins otherwise.
                if frame[0] == STX and frame[1:2] != b"L":
                    if self._trip(f"{self.name} {way} before", self.name):
                        continue
                    queue = self._next[way]
                    if queue:
                        self.struck += 1
                        what, amount = queue.pop(0)
                        if what == "glue":
                            glued = frame
                            continue
                        if not await self._damage(what, amount, frame, writer, link):
                            continue
                    elif not await give(writer, frame):
                        return
                    self._trip(f"{self.name} {way} after", self.name)
                elif not await give(writer, frame):
                    return

    async def _damage(self, what, amount, frame, writer, link):
        if what == "cut":
            link.abort()
            return False
        if what == "cutBehind":
            await give(writer, frame)
            await asyncio.sleep(amount)
            link.abort()
        elif what == "late":
            asyncio.get_running_loop().call_later(amount, link.late, writer, frame)
            return False
        elif what == "swallow":
            return False
        elif what == "another's":
            await link.answer(another(frame))
            return False
        elif what == "split":
            middle = 1 + int(amount * 10) % (len(frame) - 1)
            await give(writer, frame[:middle])
            await asyncio.sleep(0.05)
            await give(writer, frame[middle:])
        return True

    def _frames(self, data):
        """Frames and single bytes between them, and the beginning of one that is not there wholly."""
        found = []
        while data:
            if data[0] != STX:
                end = data.find(STX)
                end = len(data) if end < 0 else end
                found.append(data[:end])
            else:
                etx = data.find(ETX)
                end = etx + 1 + (1 if self._checked else 0)
                if etx < 0 or end > len(data):
                    return found, data
                found.append(data[:end])
            data = data[end:]
        return found, b""


class Link:
    def __init__(self, *writers):
        self._writers = writers
        self.is_over = False

    def abort(self):
        """RST in both directions, as a router does that forgot the connection."""
        self.is_over = True
        for writer in self._writers:
            ending = writer.get_extra_info("socket")
            if ending is not None and ending.fileno() >= 0:
                ending.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def close(self):
        self.is_over = True
        for writer in self._writers:
            writer.close()

    def late(self, writer, frame):
        if not self.is_over:
            writer.write(frame)

    async def answer(self, frame):
        """To who dialled."""
        await give(self._writers[0], frame)


def another(request):
    """FIAS: the good answer to somebody else's request at the same encoder."""
    fields = dict((part[:2], part[2:]) for part in request[1:-1].decode().split("|")[1:] if part)
    return bytes([STX]) + f"KA|ASOK|KC{fields.get('KC', '')}|WSX{fields.get('WS', '')}|".encode() + bytes([ETX])


async def give(writer, data):
    try:
        writer.write(data)
        await writer.drain()
        return True
    except OSError:
        return False
