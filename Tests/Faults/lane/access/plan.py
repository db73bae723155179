# SPDX-License-Identifier: Apache-2.0
"""The plan of a storm at the doors: what clerks do to each reservation, and which fault strikes when. Made from a seed; pure."""
import dataclasses
import random

from lane.access import hotel

ROOMS = sorted(hotel.DOORS)
KILL_POINTS = ("command", "carried out", "request", "answered", "at once", "at once")
PMS_PLACES = ("reservations/getAll", "resourceAccessTokens", "resourceAccessTokens/add", "resources/getAll", "", "ws/connector")
# What a lock does with the next commands, and for how long.
LOCK_FAULTS = ("lost", "answer lost", "asleep", "asleep", "timeout", "timeout after all")


@dataclasses.dataclass(frozen=True)
class Deed:
    """What a clerk does to the reservation `stay` (a number within the plan)."""
    at: float
    stay: int
    what: str
    room: str | None = None
    # Seconds from the deed on; "tomorrow" for a stay that is not over at the end.
    until: float | str | None = None


@dataclasses.dataclass(frozen=True)
class Strike:
    at: float
    kind: str
    what: tuple

    def __str__(self):
        return f"{self.at:7.2f} s  {self.kind}  {' '.join(map(str, self.what))}"


def deeds(seed, count, seconds):
    """Histories of `count` reservations in order of time."""
    dice = random.Random(f"deeds {seed}")
    found = []
    for stay in range(count):
        found += history(dice, stay, seconds)
    return sorted((deed for deed in found if deed.at <= seconds), key=lambda deed: (deed.at, deed.stay))


def history(dice, stay, seconds):
    at = dice.uniform(0, seconds * 0.95)

    def end():
        return "tomorrow" if dice.random() < 0.3 else round(dice.uniform(10, 80), 1)

    room = dice.choice(ROOMS) if dice.random() < 0.93 else None
    way = dice.choices(("walk-in", "booked", "early"), (5, 3, 2))[0]
    until = end()
    yield Deed(at, stay, {"walk-in": "book-in", "booked": "book", "early": "book-ahead"}[way], room, until)
    state = "Started" if way == "walk-in" else "Confirmed"
    if state == "Confirmed":
        at += dice.expovariate(1 / 6)
        what = "check-in" if dice.random() < 0.85 else "cancel"
        yield Deed(at, stay, what)
        state = "Started" if what == "check-in" else "Canceled"
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3, 5))):
        at += dice.expovariate(1 / 12) + (0.05 if dice.random() < 0.8 else 0)
        if at >= seconds:
            break
        if state == "Confirmed":
            state = "Started"
            yield Deed(at, stay, "check-in")
            continue
        what = dice.choices(("extend", "shorten", "move", "no room", "undo-check-in", "check-out"), (4, 2, 5, 1, 2, 3))[0]
        if what in ("extend", "shorten"):
            yield Deed(at, stay, "extend", until=end() if what == "extend" else round(dice.uniform(1, 5), 1))
        elif what in ("move", "no room"):
            yield Deed(at, stay, "move", dice.choice(ROOMS) if what == "move" else None)
        else:
            state = "Confirmed" if what == "undo-check-in" else "Processed"
            yield Deed(at, stay, what)
    # Most guests leave: locks do not fill up.
    if until == "tomorrow" and dice.random() < 0.8:
        yield Deed(min(at + dice.uniform(10, 90), seconds), stay, "check-out")


def strikes(seed, seconds, kills, clock=False):
    dice = random.Random(f"strikes {seed}")
    found = []
    locks = sorted(hotel.LOCKS)

    def add(kind, count, what):
        found.extend(Strike(round(dice.uniform(0.5, seconds), 2), kind, what()) for _ in range(max(1, int(count))))

    add("lock", seconds / 1.5, lambda: (dice.choice(locks), dice.choice(LOCK_FAULTS), round(dice.uniform(1, 20), 1), dice.randrange(1, 4)))
    add("away", seconds / 15, lambda: (dice.choice(locks), round(dice.uniform(2, 40), 1), dice.random() < 0.6))
    add("chatter", seconds, lambda: (dice.choice(locks),))
    add("type", seconds / 12, lambda: (dice.choice(locks),))
    add("wipe", seconds / 12, lambda: (dice.choice(locks),))
    add("gateway", seconds / 40, lambda: (dice.random() < 0.5,))
    add("broker", seconds / 30, lambda: (round(dice.choice((0, 0, 2, 8, 20)) * dice.random(), 1),))
    add("kill", kills, lambda: (dice.choice(KILL_POINTS), dice.choice(("KILL", "KILL", "KILL", "TERM")), round(
        dice.choice((0, 0, 0, 3, 15)) * dice.random(), 1)))
    add("stop", seconds / 60, lambda: (round(dice.uniform(0.2, 6), 1),))
    add("pms", seconds / 6, lambda: (dice.choice(PMS_PLACES), dice.randrange(1, 3), dice.choice((
        (("page", 200),), (("page", 502),), (("status", 500),), (("retryAfter", "2"), ("status", 429)), (("hangUp", 1),), (("swallow", 1),),
        (("swallow", 1),), (("swallow", 1),), (("gzip", 1),), (("empty", 1),), (("delay", round(dice.uniform(0.2, 4), 1)),)))))
    add("socket", seconds / 20, lambda: (dice.choice(("reset", "silent")),))
    add("dead", seconds / 60, lambda: (round(dice.uniform(1, 10), 1),))
    if clock:
        # Somebody sets the clock, and sets it right again: less than an end is away, by hours, either way.
        add("clock", seconds / 40, lambda: (dice.choice((-3_600, -90, -20, 20, 90, 3_600)), round(dice.uniform(1, 12), 1)))
    return sorted(found, key=lambda strike: (strike.at, str(strike)))
