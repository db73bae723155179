# SPDX-License-Identifier: Apache-2.0
"""The plan of a storm: which fault strikes when. Made from a seed, so that a storm can be repeated; pure."""
import dataclasses
import random

# Families, as they hang on the bridge of a storm. What a line may do to each: a swipe encoder's answers have no check, so no bit of them
# is flipped (nobody could know), and an encoder that tells of cards by itself gets no doubled bytes.
CHECKED = ("flip", "lose", "cut", "noise", "swallow", "late", "double")
UNCHECKED = ("cut", "swallow", "late")
DAMAGE = {"industry-standard": CHECKED, "generic-stx-etx": CHECKED, "pn532": CHECKED, "aabb": CHECKED, "msr": UNCHECKED}

KILL_POINTS = ("bytes to-encoder", "bytes to-bridge", "request", "answered", "accepted", "at once")


@dataclasses.dataclass(frozen=True)
class Strike:
    at: float
    kind: str
    what: tuple

    def __str__(self):
        return f"{self.at:7.2f} s  {self.kind}  {' '.join(map(str, self.what))}"


def storm(seed, seconds, encoders, kills, disk):
    """Strikes in order. `encoders`: name -> family. `kills`: how many deaths of the daemon. `disk`: whether the disk may fill up."""
    dice = random.Random(seed)
    strikes = []

    def at():
        return round(dice.uniform(0.5, seconds), 2)

    for _ in range(int(seconds * 1.2)):
        name = dice.choice(sorted(encoders))
        if encoders[name] not in DAMAGE:
            continue
        damage = dice.choice(DAMAGE[encoders[name]])
        direction = dice.choice(("to-bridge", "to-encoder"))
        amount = round(dice.uniform(0.2, 6), 1) if damage == "late" else dice.randrange(1, 400)
        strikes.append(Strike(at(), "line", (name, direction, damage, amount)))
    for _ in range(int(seconds / 6)):
        name = dice.choice(sorted(encoders))
        if encoders[name] in DAMAGE:
            strikes.append(Strike(at(), "plug", (name, dice.randrange(1, 60), round(dice.uniform(0.05, 2), 2))))
    for _ in range(int(seconds / 3)):
        where = dice.choice(("commands/update", "commands/getAllByIds", "commands/getAllActive", "", "ws/connector"))
        fault = dice.choice((
            {"page": 200}, {"page": 200}, {"page": 403}, {"page": 502}, {"page": dice.choice((401, 404, 407, 451, 511))}, {"hangUp": 1},
            {"swallow": 1}, {"swallow": 1}, {"gzip": 1}, {"empty": 1}, {"delay": round(dice.uniform(0.2, 4), 1)},
            {"status": 429, "retryAfter": dice.choice((None, "1", "2", "0.5"))}, {"status": 408}, {"status": 500}, {"status": 503}))
        strikes.append(Strike(at(), "pms", (where, dice.randrange(1, 4), tuple(sorted(fault.items(), key=str)))))
    for _ in range(max(1, int(seconds / 12))):
        strikes.append(Strike(at(), "socket", (dice.choice(("reset", "silent")),)))
    for _ in range(max(1, int(seconds / 40))):
        strikes.append(Strike(at(), "dead", (round(dice.uniform(1, 6), 1),)))
    for _ in range(kills):
        strikes.append(Strike(at(), "kill", (dice.choice(KILL_POINTS), dice.choice(("KILL", "KILL", "KILL", "TERM")))))
    for _ in range(max(1, int(seconds / 30))):
        strikes.append(Strike(at(), "stop", (round(dice.uniform(0.2, 3), 1),)))
    if disk:
        for _ in range(max(1, int(seconds / 30))):
            strikes.append(Strike(at(), "disk", (round(dice.uniform(1, 6), 1),)))
    # Somebody sets the clock, and sets it right again: by less than a minute, by hours, either way.
    for _ in range(max(1, int(seconds / 40))):
        strikes.append(Strike(at(), "clock", (dice.choice((-86_400, -3_600, -90, -20, 20, 90, 3_600, 86_400)), round(dice.uniform(1, 12), 1))))
    return sorted(strikes, key=lambda strike: (strike.at, str(strike)))
