# SPDX-License-Identifier: Apache-2.0
"""A Zigbee2MQTT with locks, as the real one was seen to behave (zigbee-herdsman-converters df720053), with its bad days.

How a lock tells what became of a command:
    asked   only when it is asked            spelt   when asked, with its codes (expose_pin)
    signs   pin_code_added, pin_code_deleted over the air, beside what the gateway remembers from before; slots when asked
    stamps  the time of the last save or clear, and nothing else; no question is answered (homeassistant-lockly #49)
    broken  when asked, with "pin_code":{} in taken slots (zigbee2mqtt #32289)

A lock does one thing after the other. Each change of its slots is written down with its time and whose hand it was.
"""
import asyncio
import collections
import json
import time

from lane.access import hotel, mqtt

BASE = "zigbee2mqtt"
FLOOR = "Floor 1/"
# So many times a bridge must have heard that a slot is free to be sure of it.
SURE = 3


class Door:
    def __init__(self, name):
        self.name, self.lock = name, hotel.LOCKS[name]
        self.slots = hotel.foreign(name)
        # What the gateway remembers of slots and repeats at each change.
        self.memory = {}
        self.stamps = {}
        # Slots that the bridge sent a code to, and how often the lock must still say that they are free before the bridge can know it.
        self.wanted = {}
        self.is_away, self.is_busy = False, False
        self.faults = collections.deque()
        self.queue = asyncio.Queue()


class Gateway:
    def __init__(self, port, trip):
        self._trip = trip
        self.doors = {name: Door(name) for name in hotel.LOCKS}
        self.changes = []
        self.commands = collections.Counter()
        self.struck = collections.Counter()
        self.is_up = True
        topics = [f"{BASE}/{FLOOR}{name}/{verb}" for name in self.doors for verb in ("set", "get")]
        self._client = mqtt.Client(port, "gateway", (f"{BASE}/bridge/state", '{"state":"offline"}'), topics, self._hear, self._greet)
        self._tasks = []

    async def open(self):
        self._tasks = [asyncio.create_task(self._client.run())]
        self._tasks += [asyncio.create_task(self._work(door)) for door in self.doors.values()]

    def close(self):
        for task in self._tasks:
            task.cancel()

    # What the plan does

    def fault(self, name, fault, amount):
        self.doors[name].faults.append((fault, amount))

    def away(self, name, is_away, is_said):
        self.doors[name].is_away = is_away
        if is_said or not is_away:
            self._availability(name)

    def restart(self, forgets):
        """Dies and comes back, with what it remembers or without."""
        if forgets:
            for door in self.doors.values():
                door.memory = {}
        self._client.drop()

    def chatter(self, name):
        """Somebody turns the knob: all that the gateway remembers goes out again."""
        if not self.doors[name].is_away:
            self._tell(self.doors[name])

    def type(self, name):
        """A person saves a code of his own in a free slot of ours, at the keypad. The lock tells of it where it can reach the gateway;
        where it cannot, the slot is the very one that the bridge takes next, and the bridge must look before it does."""
        door = self.doors[name]
        free = [slot for slot in door.lock.ours if slot not in door.slots]
        # Where codes are hidden, one that the bridge sent there and that landed late, or whose clear it has not seen yet, would look the same.
        if door.lock.manner != "spelt":
            free = [slot for slot in free if slot not in door.wanted]
        # Not while a command is being carried out: between the look and the hand nobody can be right.
        if free and door.lock.manner != "stamps" and not door.is_busy and (door.queue.empty() or not door.is_away):
            # A code that a guest had on this door is no other person's: the bridge takes it off.
            given = {change["code"] for change in self.changes if change["lock"] == name and change["by"] == "bridge"}
            code = next(code for code in (f"66{(len(self.changes) + more) % 100:02}" for more in range(100)) if code not in given)
            self._by_hand(door, free[0 if door.is_away else len(free) // 2], code)

    def wipe(self, name):
        """A person deletes a code of ours at the keypad."""
        door = self.doors[name]
        ours = [slot for slot in door.lock.ours if slot in door.slots and self.owner(name, slot) == "bridge"]
        if ours and door.lock.manner != "stamps":
            self._by_hand(door, ours[len(ours) // 2], None)

    def owner(self, name, slot):
        """Whose hand put there what the slot holds."""
        for change in reversed(self.changes):
            if change["lock"] == name and change["slot"] == slot:
                return change["by"]
        return "before"

    def calm(self):
        for name, door in self.doors.items():
            door.faults.clear()
            if door.is_away:
                self.away(name, False, True)

    # What it hears

    def _hear(self, topic, payload):
        name, verb = topic.removeprefix(f"{BASE}/{FLOOR}").rsplit("/", 1)
        door = self.doors.get(name)
        if door:
            door.queue.put_nowait((verb, payload))

    async def _work(self, door):
        while True:
            verb, payload = await door.queue.get()
            door.is_busy = True
            try:
                await self._carry_out(door, verb, payload)
            finally:
                door.is_busy = False

    async def _carry_out(self, door, verb, payload):
        self._trip("command", door.name)
        order = json.loads(payload)["pin_code"]
        user, code = order["user"], order.get("pin_code")
        kind = "ask" if verb == "get" else "set" if code else "clear"
        self.commands[f"{door.name} {kind}"] += 1
        if kind == "set":
            door.wanted[user] = SURE
        elif kind == "clear" and user in door.wanted:
            door.wanted[user] = SURE
        fault, amount = door.faults.popleft() if door.faults else (None, 0)
        if fault:
            self.struck[fault] += 1
        await asyncio.sleep(door.lock.pace)
        if not 0 <= user < door.lock.count:
            self._failed(door, verb, "user must be in range for device")
            return
        if fault == "asleep":
            await asyncio.sleep(amount)
        if door.is_away or fault == "timeout":
            await asyncio.sleep(min(amount or 2, 10))
            self._failed(door, verb, "timed out after 10000ms")
            return
        if fault == "lost":
            return
        if kind != "ask":
            self._change(door, user, str(code) if kind == "set" else None, "bridge")
        self._trip("carried out", door.name)
        if fault == "timeout after all":
            self._failed(door, verb, "timed out after 10000ms")
        elif fault != "answer lost":
            self._answer(door, kind, user)

    def _change(self, door, slot, code, by):
        before = door.slots.get(slot)
        if code is None:
            door.slots.pop(slot, None)
        else:
            door.slots[slot] = code
        self.changes.append({"at": time.time(), "lock": door.name, "slot": slot, "before": before, "code": code, "by": by})

    # What it tells

    def _answer(self, door, kind, user):
        manner = door.lock.manner
        if kind == "ask":
            if user not in door.slots and user in door.wanted:
                door.wanted[user] -= 1
                if door.wanted[user] == 0:
                    del door.wanted[user]
            if manner != "stamps":
                self._remember(door, user)
            self._tell(door)
        elif manner == "signs":
            self._tell(door, action="pin_code_added" if kind == "set" else "pin_code_deleted", action_user=user, action_source=1,
                       action_source_name="rf")
        elif manner == "stamps":
            door.stamps["last_successful_pincode_" + ("save" if kind == "set" else "clear")] = int(time.time() * 1000)
            self._tell(door)

    def _by_hand(self, door, slot, code):
        action = "pin_code_deleted" if code is None else "pin_code_added"
        self._change(door, slot, code, "hand")
        if not door.is_away:
            self._remember(door, slot)
            self._tell(door, action=action, action_user=slot, action_source=0, action_source_name="keypad")

    def _remember(self, door, slot):
        word = {"status": "enabled" if slot in door.slots else "available"}
        if door.lock.manner == "spelt":
            word["pin_code"] = door.slots.get(slot, "")
        elif door.lock.manner == "broken" and slot in door.slots:
            word["pin_code"] = {}
        door.memory[str(slot)] = word

    def _tell(self, door, **more):
        self._client.publish(f"{BASE}/{FLOOR}{door.name}", json.dumps(
            {"battery": 80, "state": "LOCK", "users": door.memory, **door.stamps, **more}))

    def _failed(self, door, verb, why):
        self._client.publish(f"{BASE}/bridge/logging", json.dumps(
            {"level": "error", "message": f"Publish '{verb}' 'pin_code' to '{FLOOR}{door.name}' failed: '{why}'", "namespace": "z2m"}))

    def _availability(self, name):
        state = "offline" if self.doors[name].is_away else "online"
        self._client.publish(f"{BASE}/{FLOOR}{name}/availability", json.dumps({"state": state}), retain=True)

    def _greet(self):
        self._client.publish(f"{BASE}/bridge/state", '{"state":"online"}', retain=True)
        devices = [{"friendly_name": FLOOR + name, "definition": {"exposes": [{"name": "pin_code", "property": "pin_code", "features": [
            {"name": "user", "value_min": 0, "value_max": door.lock.count - 1}]}]}} for name, door in self.doors.items()]
        self._client.publish(f"{BASE}/bridge/devices", json.dumps(devices), retain=True)
        for name in self.doors:
            self._availability(name)
