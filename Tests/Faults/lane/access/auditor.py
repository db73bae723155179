# SPDX-License-Identifier: Apache-2.0
"""Compares what the PMS says of guests and codes with what is on the locks. Pure: records in, findings out. Shares no code with the
daemon, and believes it nothing: whose code a code is, is what the PMS was told.

    now      seconds since 1970
    stays    id -> {"number", "state", "room", "end"}: the reservations as the PMS has them
    had      id -> the rooms that the reservation ever had while it was checked in
    tokens   the codes that the PMS shows now: [{"stay", "value", "end"}]
    shown    value -> ids of the reservations that it was ever shown for
    before   lock -> slot -> code: other people's, from the beginning
    held     lock -> slot -> code: what is on the locks now
    changes  all that ever happened to a slot, in order: {"at", "lock", "slot", "before", "code", "by": "bridge" | "hand"}
    grants   what the daemon shows: [{"state", ...}]
    left     id -> room -> when the guest was last seen to lose it, by a clerk's hand: {"a": {"101": 1764320000.0}}
    said     {(number, lock)} that the daemon ever showed as overdue
"""
import collections
import dataclasses

from lane.access import hotel

KEY = "#"
# How long a past guest's code may stay on a lock without being called overdue: the bridge's own minute, and as long as it may take to hear of
# the end at all while the PMS is away and the daemon dies again and again (92 s were traced: four deaths and a PMS that was dead in between).
UNSAID = 60 + 90


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    rule: str
    where: str
    what: str

    def __str__(self):
        return f"{self.rule}: {self.where}: {self.what}"


def findings(records):
    """Every rule over all records, in a fixed order."""
    return sorted(at_rest(records) + through_time(records))


def at_rest(records):
    """What must be so once nothing is wrong any more."""
    return found(records, locks_hold_what_they_should, nothing_foreign_is_touched, tokens_are_those_of_the_locks, nothing_is_overdue)


def through_time(records):
    """What must never have happened."""
    return found(records, no_slot_beside_ours, no_code_comes_again, no_door_that_the_guest_never_had, one_code_once_on_a_lock,
                 no_code_stays_unsaid)


def found(records, *rules):
    return [Finding(rule.__name__, *finding) for rule in rules for finding in rule(records)]


# Who may what now


def in_house(records):
    return {id: stay for id, stay in records["stays"].items()
            if stay["state"] == "Started" and stay["room"] is not None and stay["end"] > records["now"]}


def foreign(records):
    """Other people's codes as they must be now: those from before and what was typed by hand, as hands left them."""
    table = {lock: dict(codes) for lock, codes in records["before"].items()}
    ours = set()
    for change in records["changes"]:
        lock, slot = change["lock"], change["slot"]
        if change["by"] == "bridge":
            ours.add((lock, slot)) if change["code"] is not None else ours.discard((lock, slot))
        elif (lock, slot) not in ours:
            if change["code"] is None:
                table[lock].pop(slot, None)
            else:
                table[lock][slot] = change["code"]
        elif change["code"] is None:
            ours.discard((lock, slot))
    return table


def ours(records, lock):
    theirs = foreign(records)[lock]
    return {slot: code for slot, code in records["held"][lock].items() if slot not in theirs}


# At rest


def locks_hold_what_they_should(records):
    """Each lock has one code of each guest whose door it is, the code that the PMS shows for him, and no other."""
    values = collections.defaultdict(set)
    for token in records["tokens"]:
        values[token["stay"]].add(token["value"].removesuffix(KEY))
    guests = in_house(records)
    for lock in records["held"]:
        left = collections.Counter(ours(records, lock).values())
        for id, stay in sorted(guests.items()):
            if lock not in hotel.DOORS[stay["room"]]:
                continue
            his = [code for code in values[id] if left[code]]
            if len(his) != 1:
                yield lock, f"{len(his)} codes for reservation {stay['number']} of room {stay['room']}, which the PMS shows {len(values[id])} for"
            for code in his:
                left[code] -= 1
        for code in (+left).elements():
            owners = {(records["stays"].get(id) or {}).get("number") for id in records["shown"].get(code + KEY, ())}
            yield lock, f"a code that nobody should have, once of reservation {owners or 'that never was shown one'}"


def nothing_foreign_is_touched(records):
    for lock, codes in foreign(records).items():
        for slot, code in codes.items():
            if records["held"][lock].get(slot) != code:
                yield lock, f"slot {slot} held other people's code, and holds {'another' if slot in records['held'][lock] else 'none'}"


def tokens_are_those_of_the_locks(records):
    """Each code that the PMS shows opens something for a guest in the house until his end, and each guest with a door is shown one."""
    guests = in_house(records)
    for token in records["tokens"]:
        stay = guests.get(token["stay"])
        number = (records["stays"].get(token["stay"]) or {}).get("number", token["stay"])
        if stay is None:
            yield number, "the PMS shows a code, and the guest is not in the house"
        elif not token["value"].endswith(KEY):
            yield number, "the PMS shows a code without the key that confirms it"
        elif not any(token["value"].removesuffix(KEY) in ours(records, lock).values() for lock in hotel.DOORS[stay["room"]]):
            yield number, "the PMS shows a code that opens none of the guest's doors"
        elif abs(token["end"] - stay["end"]) > 1:
            yield number, f"the PMS shows a code until {token['end']:.0f}, the stay ends at {stay['end']:.0f}"
    shown = collections.Counter((token["stay"], token["value"]) for token in records["tokens"])
    for (id, _), count in shown.items():
        if count > 1:
            yield (records["stays"].get(id) or {}).get("number", id), f"the PMS shows one code {count} times"
    for id, stay in guests.items():
        if hotel.DOORS[stay["room"]] and not any(token["stay"] == id for token in records["tokens"]):
            yield stay["number"], f"the guest of {stay['room']} is shown no code"


def nothing_is_overdue(records):
    for grant in records["grants"]:
        if grant["state"] not in ("set", "removed"):
            yield f"{grant['reservationNumber']} at {grant['lock']}", f"{grant['state']}: {grant.get('reason')}"


# Through time


def no_slot_beside_ours(records):
    for change in records["changes"]:
        if change["by"] == "bridge" and change["slot"] not in hotel.LOCKS[change["lock"]].ours:
            yield change["lock"], f"slot {change['slot']} is not the bridge's, and it wrote there"


def no_code_comes_again(records):
    """A code of the bridge's that went off a lock is not put on it again for anybody else, whoever took it off or wrote over it: the guest
    before knows it. What a person wiped may be put back for the guest whose it is; what the bridge took off may not."""
    on, gone = {}, collections.defaultdict(dict)
    for change in records["changes"]:
        lock, code = change["lock"], change["code"]
        before = on.pop((lock, change["slot"]), None)
        if before is not None and before != code:
            gone[lock][before] = change["by"]
        if change["by"] != "bridge" or code is None:
            continue
        is_anothers = gone[lock].get(code) == "bridge" or len(records["shown"].get(code + KEY, ())) > 1
        if code in gone[lock] and code != before and is_anothers:
            yield lock, f"slot {change['slot']}: a code came again after it went off by the hand of {gone[lock][code]}"
        on[lock, change["slot"]] = code


def overstays(records):
    """How long codes stayed on locks after their guests had lost the door: (lock, number of the reservation, seconds)."""
    on = {}
    for change in [*records["changes"], *({"at": records["now"], "lock": lock, "slot": slot, "code": None, "by": "end"}
                                          for lock, codes in records["held"].items() for slot in codes)]:
        code = on.pop((change["lock"], change["slot"]), None)
        if change["by"] == "bridge" and change["code"] is not None:
            on[change["lock"], change["slot"]] = change["code"]
        ids = records["shown"].get(f"{code}{KEY}", ())
        if code is None or len(ids) != 1:
            continue
        (id,) = ids
        lost = lost_at(records, id, change["lock"])
        if lost is not None and change["at"] > lost:
            yield change["lock"], records["stays"][id]["number"], change["at"] - lost


def lost_at(records, id, lock):
    """When a guest lost a door for good; none while he has it, or never had it, or may have it until his new room opens."""
    stay = records["stays"].get(id)
    if stay is None or id in in_house(records) and lock in hotel.DOORS[stay["room"]]:
        return None
    left = records["left"].get(id, {})
    by_hand = [at for room, at in left.items() if lock in hotel.DOORS[room]]
    if stay["state"] == "Started" and stay["room"] is not None:
        if lock in hotel.DOORS[stay["room"]]:
            return stay["end"]
        # He moved: what he had stays until the new doors have his code.
        opened = opened_at(records, id, stay["room"], max(by_hand, default=0)) if by_hand else None
        return None if opened is None else min(opened, stay["end"])
    # On the way out he may have moved more than once, and the door before may have waited for one that never opened.
    return min(max(left.values()), stay["end"]) if by_hand else None


def opened_at(records, id, room, since):
    """When each door of the room had a code of this guest's, at a moment or behind it. He may have had the room before: what was on its doors
    then and went off does not open them now."""
    codes = {value.removesuffix(KEY) for value, ids in records["shown"].items() if id in ids}
    opened = [since]
    for lock in hotel.DOORS[room]:
        held, first = {}, None
        for change in records["changes"]:
            if change["lock"] != lock:
                continue
            if first is None and change["at"] > since and codes & set(held.values()):
                first = since
            held[change["slot"]] = change["code"] if change["by"] == "bridge" else None
            if change["at"] > since and change["code"] in codes and change["by"] == "bridge":
                # Sent again over itself: the bridge could not be sure of it before.
                first = change["at"] if first is None or change["before"] == change["code"] else first
        if first is None:
            if not codes & set(held.values()):
                return None
            first = since
        opened.append(first)
    return max(opened)


def no_code_stays_unsaid(records):
    """A past guest's code that stays on is called overdue, so that somebody goes there."""
    for lock, number, seconds in overstays(records):
        if seconds > UNSAID and (number, lock) not in records["said"]:
            yield lock, f"a code of reservation {number} stayed {seconds:.0f} s longer than the guest, and was never called overdue"


def no_door_that_the_guest_never_had(records):
    for change in records["changes"]:
        ids = records["shown"].get(f"{change['code']}{KEY}", ())
        if change["by"] != "bridge" or change["code"] is None or not ids:
            continue  # The PMS was never told whose it is: it was over before that. The locks are judged at rest.
        if not any(change["lock"] in hotel.DOORS[room] for id in ids for room in records["had"].get(id, ())):
            yield change["lock"], f"a code of a reservation that never had a room with this door: {sorted(ids)}"


def one_code_once_on_a_lock(records):
    """No two slots of a lock hold one code of ours at a time."""
    now = collections.defaultdict(dict)
    for change in records["changes"]:
        slots = now[change["lock"]]
        slots.pop(change["slot"], None)
        if change["code"] is not None and change["by"] == "bridge":
            if change["code"] in slots.values():
                yield change["lock"], f"slot {change['slot']}: the code is in another slot, too"
            slots[change["slot"]] = change["code"]
