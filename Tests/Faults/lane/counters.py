# SPDX-License-Identifier: Apache-2.0
"""Hotel systems that know only how to call a lock server: one that keeps a FIAS link, one that dials anew for each Industry Standard
request. They order as such systems do, never repeat by themselves, and write down what they were told."""
import asyncio
import collections
import datetime
import functools
import operator
import random

from lane.auditor import MADE
from lane.records import PRAGUE

# As long as such systems wait, and a moment for a busy machine.
PATIENCE = 32
# By when a link is up again, whatever was done to it: the daemon is back after a second, and dialled twice a second.
LINK_WITHIN = 60


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

    async def order(self, count, pace):
        """Orders at every desk at its own pace."""
        await asyncio.gather(*(self._at(desk, count // len(self._desks), pace * len(self._desks)) for desk in sorted(self._desks)))

    async def _at(self, desk, count, pace):
        for _ in range(count):
            if self.over:
                return
            await self._ask_for_a_key(desk, self._patience())
            await asyncio.sleep(self._dice.expovariate(1 / pace))

    async def makes_no_key(self, tries=3):
        """Nothing is wrong any more: desks at which a guest gets no key all the same, and what is said there. One who is told to try again
        does, as at a counter."""
        async def at(desk):
            told = []
            for _ in range(tries):
                order = await self._ask_for_a_key(desk, PATIENCE)
                if order["told"] in MADE:
                    return None
                told.append(f"{order['told']} {order['text']}".strip() if order["told"] else "no answer")
                await asyncio.sleep(1)
            return f"no key at {desk} over {self.way} though nothing is wrong any more: {'; '.join(told)}"
        return [said for said in await asyncio.gather(*map(at, sorted(self._desks))) if said]


class FiasCounter(Counter):
    """One link, and one order at a time for each encoder. `desks`: KC -> (encoder, room)."""
    way = "fias"

    def __init__(self, ends, desks, seed, port):
        super().__init__(ends, desks, seed)
        self._port, self._writer, self._number = port, None, 0
        self._alive = asyncio.Event()
        # (KC, WS) -> who waits for the answer; all that were ever asked; how often each was answered.
        self._open, self._asked, self._answered = {}, set(), collections.Counter()

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
            self._answer(record, (fields.get("KC"), fields.get("WS")), fields)

    def _answer(self, record, pair, fields):
        self._answered[pair] += 1
        waits = self._open.pop(pair, None)
        if pair not in self._asked:
            self.surprises.append(f"an answer to what was never asked: {record}")
        elif self._answered[pair] > 1:
            self.surprises.append(f"answered twice: {record}")
        elif waits is not None and not waits.done():
            waits.set_result(fields)
        # Else it comes too late: its own clerk was told that there was no answer.

    async def _is_up(self):
        try:
            await asyncio.wait_for(self._alive.wait(), LINK_WITHIN)
            return True
        except asyncio.TimeoutError:
            self.surprises.append(f"the link was not up again within {LINK_WITHIN} s")
            return False

    async def _ask_for_a_key(self, desk, patience):
        name, room = self._desks[desk]
        if not await self._is_up():
            return {"told": None, "text": ""}
        self._number += 1
        number, (order, end) = str(self._number), self._order(name)
        pair = desk, f"P{number}"
        self._asked.add(pair)
        waits = self._open[pair] = asyncio.get_running_loop().create_future()
        self._say(f"KR|WS{pair[1]}|KC{desk}|KT{self._dice.choice('NND')}|RN{room}|G#{number}|GD{end:%y%m%d}|DT{end:%H:%M}|GNLane|")
        try:
            answer = await asyncio.wait_for(waits, patience)
            order["told"], order["text"] = answer.get("AS", ""), answer.get("CT", "")
            order["answered"] = {"KC": answer.get("KC"), "G#": answer.get("G#")} == {"KC": desk, "G#": number}
        except asyncio.TimeoutError:
            self._open.pop(pair, None)
        return order


class StandardCounter(Counter):
    """A connection for each request: the request, one ACK, one answer, gone. `desks`: name in the hotel system -> (encoder, room)."""
    way = "industryStandard"

    def __init__(self, ends, desks, seed, port):
        super().__init__(ends, desks, seed)
        self._port = port

    async def _ask_for_a_key(self, desk, patience):
        name, room = self._desks[desk]
        order, end = self._order(name)
        fields = [self._dice.choice(("CN", "CN", "CC")), desk, "E", room, "", "", "", "", "", "", f"{end:%H%M%d%m%y}", "LANE"]
        body = b"\xb3" + b"\xb3".join(field.encode() for field in fields) + b"\xb3\x03"
        check = functools.reduce(operator.xor, body, 0)
        try:
            order["told"], order["text"] = await asyncio.wait_for(self._ask(b"\x02" + body + bytes([check])), patience)
        except (asyncio.TimeoutError, OSError, EOFError):
            pass
        return order

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
