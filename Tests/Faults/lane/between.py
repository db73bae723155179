# SPDX-License-Identifier: Apache-2.0
"""What stands between the bridge and its PMS: captive portals, proxies that answer for themselves, lines that die without a word.

A small HTTP/1.1 and WebSocket relay. It reads a request whole, asks its list of faults, and then forwards, answers for itself, swallows
the answer after the request took effect, or says nothing at all.
"""
import asyncio
import gzip

PORTAL = b"<!DOCTYPE html><html><head><title>Welcome to our WiFi</title></head><body>Please accept the terms.</body></html>"


class Between:
    def __init__(self, pms, trip):
        self._pms, self._trip = pms, trip
        self._faults = []
        self._connections = set()
        self._sockets = []
        self.dead = False
        self.struck = 0
        self.requests = 0
        # Damages what the PMS says, bytes in and bytes out; `None`: nothing does.
        self.garble = None
        self.garbled = 0

    async def open(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def next(self, fault, where="", count=1):
        """The next `count` requests whose path or body contains `where` suffer: {"page": status} | {"swallow"} | {"hangUp"} | {"gzip"} |
        {"empty"} | {"delay": seconds} | {"status": n, "retryAfter": text | None}."""
        self._faults += [(fault, where)] * count

    def clear(self):
        self._faults, self.dead, self.garble = [], False, None

    def drop(self, silently):
        """Sockets end: with a reset, or (silently) by saying nothing any more while the connection stays."""
        for connection in self._sockets:
            connection["silent"] = connection["silent"] or silently
            if not silently:
                connection["near"].transport.abort()
                connection["far"].transport.abort()

    def _take(self, path, body=b""):
        for index, (fault, where) in enumerate(self._faults):
            if where in path or where.encode() in body:
                del self._faults[index]
                self.struck += 1
                return fault
        return {}

    async def _serve(self, reader, writer):
        self._connections.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # The bridge was killed or gave up: its next connection is another one.
        finally:
            self._connections.discard(writer)
            writer.transport.abort()

    async def _one(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode(errors="replace")
        if b"upgrade: websocket" in head.lower():
            await self._socket(head, path, reader, writer)
            return False
        body = await reader.readexactly(length(head))
        self.requests += 1
        self._trip("request", path)
        while self.dead:
            await asyncio.sleep(0.05)
        fault = self._take(path, body)
        if "hangUp" in fault:
            return False
        if "page" in fault:
            writer.write(answer(fault["page"], PORTAL, "text/html; charset=utf-8"))
            await writer.drain()
            return True
        if "status" in fault:
            extra = f"Retry-After: {fault['retryAfter']}\r\n" if fault.get("retryAfter") is not None else ""
            writer.write(answer(fault["status"], b'{"Message":"Slow down."}', "application/json", extra))
            await writer.drain()
            return True
        if "empty" in fault:
            writer.write(answer(200, b"", "text/plain"))
            await writer.drain()
            return True
        if "delay" in fault:
            await asyncio.sleep(fault["delay"])
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._pms)
        try:
            far_writer.write(head + body)
            await far_writer.drain()
            far_head = await far_reader.readuntil(b"\r\n\r\n")
            far_body = await far_reader.readexactly(length(far_head))
        finally:
            far_writer.transport.abort()
        self._trip("answered", path)
        if "swallow" in fault:
            return False
        if "gzip" in fault and b"accept-encoding: identity" not in head.lower():
            status = int(far_head.split(b" ", 2)[1])
            writer.write(answer(status, gzip.compress(far_body), "application/json", "Content-Encoding: gzip\r\n"))
        elif self.garble:
            # By damaged lengths nobody knows where the next answer begins.
            writer.write(self._garbled(far_head + far_body))
            await writer.drain()
            return False
        else:
            writer.write(far_head + far_body)
        await writer.drain()
        return b"connection: close" not in far_head.lower()

    async def _socket(self, head, path, reader, writer):
        fault = self._take(path)
        if "page" in fault or "status" in fault:
            writer.write(answer(fault.get("page", fault.get("status")), PORTAL, "text/html; charset=utf-8"))
            await writer.drain()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._pms)
        connection = {"near": writer, "far": far_writer, "silent": False}
        self._sockets = [*self._sockets, connection]
        far_writer.write(head)
        try:
            await asyncio.wait(
                [asyncio.create_task(self._pump(reader, far_writer, connection)),
                 asyncio.create_task(self._pump(far_reader, writer, connection))], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._sockets = [other for other in self._sockets if other is not connection]
            far_writer.transport.abort()

    async def _pump(self, reader, writer, connection):
        try:
            while data := await reader.read(65536):
                if connection["silent"] or self.dead:
                    continue  # The line is dead and nobody has said so.
                writer.write(self._garbled(data) if self.garble and writer is connection["near"] else data)
                await writer.drain()
        except ConnectionError:
            return  # One side was killed, or reset it.

    def _garbled(self, data):
        self.garbled += 1
        return self.garble(data)

    async def close(self):
        self._server.close()
        for writer in list(self._connections):
            writer.transport.abort()


def length(head):
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def answer(status, body, kind, extra=""):
    return (f"HTTP/1.1 {status} Fault\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n").encode() + body
