# SPDX-License-Identifier: Apache-2.0
"""Those who order keys: clerks at the PMS, and programs at the local endpoint. Each order ends at a minute of its own, by which the
auditor knows it again everywhere."""
import asyncio
import datetime
import random

# Not 1002: its room, 201A, is none for layouts of digits.
STAYS = ("1001", "1003", "1004", "1005")


class Clerks:
    def __init__(self, site, seed, slow=1.0):
        self._site, self._dice, self._slow = site, random.Random(seed), slow
        self.orders = []
        start = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        self._minute = start.replace(second=0, microsecond=0)
        self.over = False
        # How often the PMS' user cancels what was just ordered.
        self.changes = 0.04

    def _end(self):
        self._minute += datetime.timedelta(minutes=1)
        # The hour that comes twice in autumn would name two orders alike on a card.
        if self._minute.month == 10 and self._minute.day >= 24 and self._minute.hour in (0, 1):
            self._minute += datetime.timedelta(hours=2)
        return self._minute.strftime("%Y-%m-%dT%H:%M:00Z")

    def _copies(self, family):
        return self._dice.choice((1, 1, 1, 1, 2, 3)) if family != "msr" else self._dice.choice((1, 1, 2))

    def _rooms(self, order):
        return ["101"]

    async def at_the_pms(self, count, pace):
        names = sorted(self._site.encoders)
        for _ in range(count):
            if self.over:
                return
            name = self._dice.choice(names)
            end, copies = self._end(), self._copies(self._site.encoders[name][0])
            status, made = await asyncio.to_thread(
                self._site.pms, "POST", "/sandbox/commands",
                {"reservation": self._dice.choice(STAYS), "keyCutter": name, "keys": copies, "until": end})
            if status == 201:
                order = {"end": end, "way": "pms", "encoder": name, "copies": copies, "command": made["Id"]}
                self.orders.append(order)
                if self._dice.random() < self.changes:
                    asyncio.get_running_loop().create_task(self._change_of_mind(order))
            await asyncio.sleep(self._dice.expovariate(1 / pace))

    async def _change_of_mind(self, order):
        await asyncio.sleep(self._dice.uniform(0, 3))
        status, _ = await asyncio.to_thread(self._site.pms, "POST", f"/sandbox/commands/{order['command']}/cancel", {})
        order["cancelled"] = status == 200

    async def at_the_endpoint(self, count, pace):
        """A program that keeps to the rules: an Idempotency-Key, and the same order again until it heard an answer."""
        names = sorted(self._site.encoders)
        tasks = []
        for number in range(count):
            if self.over:
                break
            tasks.append(asyncio.create_task(self.ask_until_heard(self.note(self._dice.choice(names)))))
            await asyncio.sleep(self._dice.expovariate(1 / pace))
        await asyncio.gather(*tasks)

    def note(self, name):
        """A new order at the endpoint, in the records before it is sent."""
        end, copies = self._end(), self._copies(self._site.encoders[name][0])
        self.orders.append({"end": end, "way": "local", "encoder": name, "copies": copies, "key": f"lane-{end}"})
        return self.orders[-1]

    async def ask(self, order, timeout=10):
        body = {"lockIds": self._rooms(order), "validFrom": "2026-01-01T14:00:00Z", "validUntil": order["end"], "copies": order["copies"],
                "mode": "new"}
        return await asyncio.to_thread(
            self._site.bridge, "POST", f"/v1/encoders/{order['encoder']}/jobs", body, {"Idempotency-Key": order["key"]}, timeout)

    async def ask_until_heard(self, order):
        for _ in range(60):
            if self.over:
                break
            status, answer = await self.ask(order)
            if status in (200, 202):
                if order.get("job") not in (None, answer["id"]):
                    order["twice"] = answer["id"]
                order["job"] = answer["id"]
                # Now and then the answer is taken for lost, and the order is sent again: the same job must come back.
                if self._dice.random() < 0.15:
                    continue
                if self._dice.random() < 0.05:
                    await asyncio.to_thread(self._site.bridge, "DELETE", f"/v1/jobs/{answer['id']}")
                return
            if status in (400, 404, 409, 422):
                order["refused"] = answer
                return
            await asyncio.sleep(self._dice.uniform(0.2, 1))
