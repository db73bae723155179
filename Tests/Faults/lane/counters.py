# SPDX-License-Identifier: Apache-2.0
"""Hotel systems that know only how to call a lock server: one that keeps a FIAS link, one that dials anew for each Industry Standard
request. They order as such systems do, never repeat by themselves, and write down what they were told."""
import asyncio
import datetime
import functools
import operator
import random

from lane.records import PRAGUE

# As long as such systems wait, and a moment for a busy machine.
PATIENCE = 32


def minutes():
    """Ends of keys, each once: whole minutes from two days ahead, without the hour that comes twice in autumn."""
    moment = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)).replace(second=0, microsecond=0)
    while True:
        moment += datetime.timedelta(minutes=1)
        if not (moment.month == 10 and moment.day >= 24 and moment.hour in (0, 1)):
            yield moment


class Counter:
    def __init__(self, ends, desks, seed):
        self._ends, self._desks, self._dice = ends, desks, random.Random(seed)
        self.orders, self.surprises = [], []
        self.over = False

    def _patience(self):
        """The storm is not to stand still for 30 s at each answer that was lost; where none was lost it comes sooner."""
        return PATIENCE if self._dice.random() < 0.2 else 9

    def _order(self, name):
        moment = next(self._ends)
        order = {"end": moment.strftime("%Y-%m-%dT%H:%M:00Z"), "way": self.way, "encoder": name, "copies": 1, "told": None, "text": ""}
        self.orders.append(order)
        return order, moment.astimezone(PRAGUE)


class FiasCounter(Counter):
    """One link, and one order at a time for each encoder. `desks`: KC -> (encoder, room)."""
    way = "fias"

    def __init__(self, ends, desks, seed, port):
        super().__init__(ends, desks, seed)
        self._port, self._writer, self._number = port, None, 0
        self._alive = asyncio.Event()
        # (KC, WS) -> who waits for the answer.
        self._open = {}

    async def keep_link(self):
        while not self.over:
            try:
                reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                self._say("LS|DA261128|TI080000|")
                kept = b""
                while data := await reader.read(4096):
                    kept += data
                    while (end := kept.find(b"\x03")) >= 0:
                        self._hear(kept[kept.find(b"\x02") + 1:end].decode("latin-1"))
                        kept = kept[end + 1:]
            except OSError:
                pass
            self._alive.clear()
            await asyncio.sleep(self._dice.uniform(0.1, 0.5))

    def _say(self, record):
        if self._writer is not None:
            self._writer.write(b"\x02" + record.encode("latin-1") + b"\x03")

    def _hear(self, record):
        kind, *parts = record.split("|")
        fields = {part[:2]: part[2:] for part in parts if len(part) >= 2}
        if kind == "LS":
            self._say("LA|DA261128|TI080000|")
        elif kind == "LA" and not self._alive.is_set():
            self._alive.set()
            self._say("LA|DA261128|TI080000|")
        elif kind == "KA":
            waits = self._open.get((fields.get("KC"), fields.get("WS")))
            if waits is None:
                self.surprises.append(f"an answer that nobody waits for: {record}")
            elif not waits.done():
                waits.set_result(fields)
            else:
                self.surprises.append(f"answered twice: {record}")

    async def order(self, count, pace):
        """Orders at every encoder at its own pace."""
        await asyncio.gather(*(self._at(desk, count // len(self._desks), pace * len(self._desks)) for desk in sorted(self._desks)))

    async def _at(self, desk, count, pace):
        name, room = self._desks[desk]
        for _ in range(count):
            if self.over:
                return
            await self._alive.wait()
            self._number += 1
            number = str(self._number)
            order, end = self._order(name)
            workstation = f"P{number}"
            waits = self._open[desk, workstation] = asyncio.get_running_loop().create_future()
            self._say(f"KR|WS{workstation}|KC{desk}|KT{self._dice.choice('NND')}|RN{room}|G#{number}|"
                      f"GD{end:%y%m%d}|DT{end:%H:%M}|GNLane|")
            try:
                answer = await asyncio.wait_for(asyncio.shield(waits), self._patience())
                order["told"], order["text"] = answer.get("AS", ""), answer.get("CT", "")
                order["answered"] = {"KC": answer.get("KC"), "G#": answer.get("G#")} == {"KC": desk, "G#": number}
            except asyncio.TimeoutError:
                # Its own clerk is told that there was no answer. What comes later is nobody's.
                del self._open[desk, workstation]
            await asyncio.sleep(self._dice.expovariate(1 / pace))


class StandardCounter(Counter):
    """A connection for each request: the request, one ACK, one answer, gone. `desks`: name in the hotel system -> (encoder, room)."""
    way = "industryStandard"

    def __init__(self, ends, desks, seed, port):
        super().__init__(ends, desks, seed)
        self._port = port

    async def order(self, count, pace):
        await asyncio.gather(*(self._at(desk, count // len(self._desks), pace * len(self._desks)) for desk in sorted(self._desks)))

    async def _at(self, desk, count, pace):
        name, room = self._desks[desk]
        for _ in range(count):
            if self.over:
                return
            order, end = self._order(name)
            fields = [self._dice.choice(("CN", "CN", "CC")), desk, "E", room, "", "", "", "", "", "", f"{end:%H%M%d%m%y}", "LANE"]
            body = b"\xb3" + b"\xb3".join(field.encode() for field in fields) + b"\xb3\x03"
            check = functools.reduce(operator.xor, body, 0)
            try:
                order["told"], order["text"] = await asyncio.wait_for(self._ask(b"\x02" + body + bytes([check])), self._patience())
            except (asyncio.TimeoutError, OSError, EOFError):
                pass
            await asyncio.sleep(self._dice.expovariate(1 / pace))

    async def _ask(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            word = await reader.readexactly(1)
            if word != b"\x06":
                raise EOFError(f"not ACK but {word}")
            answer = b""
            while not answer.endswith(b"\x03"):
                answer += await reader.readexactly(1)
            check = (await reader.readexactly(1))[0]
            if check != functools.reduce(operator.xor, answer[1:], 0):
                self.surprises.append(f"wrong check byte behind {answer}")
            fields = answer.strip(b"\x02\x03\xb3").split(b"\xb3")
            return fields[0].decode(), b" ".join(fields[1:]).decode("latin-1")
        finally:
            writer.close()
