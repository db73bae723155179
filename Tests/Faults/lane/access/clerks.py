# SPDX-License-Identifier: Apache-2.0
"""The clerks: they do to each reservation what the plan says, and write down which rooms it had."""
import asyncio
import collections
import datetime
import time

UTC = datetime.timezone.utc


class Clerks:
    def __init__(self, site, seconds):
        self._site, self._seconds = site, seconds
        self._numbers = {}
        # Reservation -> rooms that it had while it was checked in, by what the PMS answered.
        self.had = collections.defaultdict(set)
        # Reservation -> room -> when it lost it; and the room that it has now.
        self.left, self._has = collections.defaultdict(dict), {}
        self.done = collections.Counter()
        self.refused = 0

    async def begin(self):
        """Who is in the house from the beginning."""
        for id, stay in (await asyncio.to_thread(stays, self._site)).items():
            self._note({"Id": id, "State": stay["state"], "Room": stay["room"]})

    async def work(self, deeds, begin):
        # What does not last until tomorrow is over when the storm is.
        self._last = time.time() - time.monotonic() + begin + self._seconds
        for deed in deeds:
            await asyncio.sleep(max(0, begin + deed.at - time.monotonic()))
            await asyncio.to_thread(self._do, deed)

    def _do(self, deed):
        if deed.what.startswith("book"):
            start = time.time() + (20 if deed.what == "book-ahead" else 0)
            path, body = "", {"checkedIn": deed.what == "book-in", "until": self._end(deed, start), "from": moment(start)}
            if deed.room:
                body["room"] = deed.room
        elif deed.stay not in self._numbers:
            return
        else:
            path = f"/{self._numbers[deed.stay]}/{deed.what}"
            body = {"room": deed.room} if deed.what == "move" else {"until": self._end(deed, time.time())} if deed.what == "extend" else {}
        status, stay = self._site.pms("POST", "/sandbox/reservations" + path, body)
        if status not in (200, 201):
            self.refused += 1  # Its end came before, for one.
            return
        self.done[deed.what] += 1
        self._numbers[deed.stay] = stay["Number"]
        self._note(stay)

    def _end(self, deed, start):
        if deed.until == "tomorrow":
            return moment(start + 86_400)
        return moment(max(start + 2, min(start + deed.until, self._last)))

    def _note(self, stay):
        id, room = stay["Id"], stay["Room"] if stay["State"] == "Started" else None
        before = self._has.get(id)
        if before and before != room:
            self.left[id][before] = time.time()
        self._has[id] = room
        if room:
            self.had[id].add(room)


def moment(seconds):
    return datetime.datetime.fromtimestamp(round(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def stays(site):
    status, answer = site.pms("GET", "/sandbox/reservations", timeout=60)
    if status != 200:
        raise OSError(answer)
    return {stay["Id"]: {"number": stay["Number"], "state": stay["State"], "room": stay["Room"], "end": seconds(stay["EndUtc"])}
            for stay in answer["Reservations"]}


def tokens(site):
    status, answer = site.pms("GET", "/sandbox/access-tokens", timeout=60)
    if status != 200:
        raise OSError(answer)
    return [{"stay": token["ServiceOrderId"], "value": token["Value"], "end": seconds(token["ValidityEndUtc"])}
            for token in answer["ResourceAccessTokens"] if token["IsActive"]]
