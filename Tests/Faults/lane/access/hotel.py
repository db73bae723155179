# SPDX-License-Identifier: Apache-2.0
"""The hotel of this lane: which locks there are, how they talk, and which doors a guest of each room may open. Written out by hand: the
daemon makes the same of its map of spaces, and must come to the same."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Lock:
    # How it tells what became of a command: lane/access/gateway.py.
    manner: str
    # The slots that the site gave the bridge, and how many there are.
    ours: range
    count: int
    # Seconds that a command takes over the air.
    pace: float = 0.1


LOCKS = {
    "door-101": Lock("asked", range(10, 60), 100),
    "door-101-b": Lock("spelt", range(10, 60), 100),
    "door-102": Lock("signs", range(10, 60), 100),
    "door-201": Lock("broken", range(10, 90), 100),
    "door-202": Lock("stamps", range(10, 60), 100),
    "dorm": Lock("asked", range(20, 220), 250),
    "entrance": Lock("signs", range(10, 240), 250, pace=0.05),
    "lift": Lock("spelt", range(10, 240), 250, pace=0.05),
    "pool": Lock("signs", range(10, 490), 500, pace=0.02),
    "cellar": Lock("asked", range(10, 20), 50),
}

# Rooms and beds of the sandbox hotel, and the doors of each. Nobody may into the cellar, 103 is not mapped, 203 by the lift alone.
DOORS = {
    "101": ("door-101", "door-101-b", "entrance", "pool"),
    "102": ("door-102", "entrance", "pool"),
    "103": (),
    "201": ("door-201", "lift", "pool"),
    "201A": ("door-201", "lift", "pool"),
    "202": ("door-202", "pool"),
    "203": ("lift", "pool"),
    "Dorm": ("dorm", "entrance", "pool"),
    **{f"Dorm-{bed}": ("dorm", "entrance", "pool") for bed in range(1, 5)},
}

ACCESS = """
access:
  pms: mews
  codeLength: {length}
  moveGrace: {grace}s
  confirmKey: "#"
  spaces:
    "101":  {{ locks: [door-101, door-101-b] }}
    "102":  {{ locks: [door-102] }}
    "201":  {{ locks: [door-201] }}
    "201A": {{ within: "201" }}
    "202":  {{ locks: [door-202] }}
    Dorm:   {{ locks: [dorm] }}
    Dorm-4: {{ within: Dorm }}
  commonAreas:
    Entrance: {{ locks: [entrance], rooms: ["101", "102", Dorm] }}
    Lift:     {{ locks: [lift], rooms: ["201", "203"] }}
    Pool:     {{ locks: [pool], everyone: true }}
    Cellar:   {{ locks: [cellar] }}
"""


def configuration(length, grace):
    locks = "".join(f"  {name}: {{ driver: zigbee2mqtt, topic: \"zigbee2mqtt/Floor 1/{name}\", slots: {lock.ours[0]}-{lock.ours[-1]} }}\n"
                    for name, lock in LOCKS.items())
    return "locks:\n" + locks + ACCESS.format(length=length, grace=grace)


def foreign(name):
    """Codes of other people that are on a lock from the beginning: beside our slots, and where the lock can tell, among them."""
    lock = LOCKS[name]
    codes = {2: f"77{len(name)}1", lock.count - 1: f"88{len(name)}2"}
    if lock.manner != "stamps":
        codes |= {lock.ours[0]: f"77{len(name)}3", lock.ours[4]: f"88{len(name)}4"}
    return codes
