# SPDX-License-Identifier: Apache-2.0
"""Compares what everybody says of every order. Pure: records in, findings out. Shares no code with the daemon.

An order is known everywhere by its **end**: each order of a run ends at a minute of its own, and that minute stands in the PMS' command,
in the journal's order and on the card itself. Nothing else has to be believed to join the records.

    orders   what was asked for: {"end", "way": "pms" | "local", "encoder", "copies", "command" | "key", "job", "cancelled": bool}; at the
             counter of a lock server: "way": "fias" | "industryStandard", "told" and "text", as the answer had them, or None
    commands what the PMS was told: end -> {"id", "state", "history": [{"state", "by", "notes"}]}
    cards    what the encoders wrote: [{"encoder", "end", "at": place in that encoder's file}]
    jobs     what the journal says: end -> {"place", "encoder", "state", "copies", "receipts", "fault", "remarks", "begun"}
    waiting  reports that still wait, by origin
"""
import dataclasses
import re

FINAL_COMMAND = {"Processed", "Error", "Cancelled"}
FINAL_JOB = {"done", "failed", "cancelled", "expired"}
# How a person is told to look at a card whose state nobody knows.
CHECK = re.compile(r"\b(check|discard|take it back|look at)\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    rule: str
    end: str
    what: str

    def __str__(self):
        return f"{self.rule}: order {self.end}: {self.what}"


def findings(records):
    """Every rule over all records, in a fixed order."""
    found = []
    for rule in (nothing_lost, ended_once, no_card_without_an_order, none_twice, said_as_it_is, told_as_kept, unknown_is_said,
                 order_is_kept, nothing_waits, told_at_the_counter):
        found += [Finding(rule.__name__, *finding) for finding in rule(records)]
    return sorted(found)


def by_end(cards):
    table = {}
    for card in cards:
        table.setdefault(card["end"], []).append(card)
    return table


def nothing_lost(records):
    """What was accepted is in the journal, and whatever is in the journal has ended: also what nobody was answered for."""
    for order in records["orders"]:
        if order["way"] != "pms" and not order.get("job"):
            continue  # Never accepted: the client was told so, or never heard an answer and gave up. A card for it is found below.
        job = records["jobs"].get(order["end"])
        if job is None:
            command = records["commands"].get(order["end"])
            if command and (command["state"] in FINAL_COMMAND):
                continue  # Refused before it became a job (stale, cancelled before it was seen): the PMS knows.
            yield order["end"], "accepted, and the journal does not know it"
    for end, job in records["jobs"].items():
        if job["state"] not in FINAL_JOB:
            yield end, f"never ended: {job['state']}"


def ended_once(records):
    """Each command of the PMS is in a final state, and got there once."""
    for end, command in records["commands"].items():
        endings = [step for step in command["history"] if step["state"] in FINAL_COMMAND]
        if command["state"] not in FINAL_COMMAND:
            yield end, f"the PMS still has it as {command['state']}"
        elif len(endings) != 1:
            yield end, f"ended {len(endings)} times in the PMS: {', '.join(step['state'] for step in endings)}"


def no_card_without_an_order(records):
    known = {order["end"]: order for order in records["orders"]}
    for card in records["cards"]:
        order = known.get(card["end"])
        if order is None:
            yield card["end"], f"{card['encoder']} wrote a card that nobody ordered"
        elif order["encoder"] != card["encoder"]:
            yield card["end"], f"ordered on {order['encoder']}, written on {card['encoder']}"


def none_twice(records):
    copies = {order["end"]: order["copies"] for order in records["orders"]}
    for end, cards in by_end(records["cards"]).items():
        if end in copies and len(cards) > copies[end]:
            yield end, f"{len(cards)} cards for {copies[end]} ordered"


def said_as_it_is(records):
    """What the journal says of the cards is what the encoders wrote. Unknown may be either; nothing else may."""
    cards = by_end(records["cards"])
    for end, job in records["jobs"].items():
        written = len(cards.get(end, []))
        receipts = job["receipts"]
        fault = job["fault"] or {}
        if job["state"] == "done":
            if written != job["copies"]:
                yield end, f"done, {job['copies']} keys; the encoder wrote {written}"
        elif job["state"] == "failed":
            known = fault.get("card", "unknown")
            if known == "untouched" and written != receipts:
                yield end, f"failed ({fault.get('code')}), the card said to be untouched, {receipts} receipts; {written} cards written"
            elif known == "written" and written < max(1, receipts):
                yield end, f"failed ({fault.get('code')}), the card said to be written; {written} cards written"
            elif known == "unknown" and not receipts <= written <= job["copies"]:
                yield end, f"failed, unknown, {receipts} receipts; {written} cards written"
        elif job["state"] in ("cancelled", "expired") and written != receipts and fault.get("card") != "unknown":
            yield end, f"{job['state']}, {receipts} receipts; {written} cards written"


def told_as_kept(records):
    """The PMS was told what the journal has."""
    expected = {"done": {"Processed"}, "failed": {"Error"}, "cancelled": {"Cancelled", "Error"}, "expired": {"Error", "Cancelled"}}
    for order in records["orders"]:
        command, job = records["commands"].get(order["end"]), records["jobs"].get(order["end"])
        if order["way"] != "pms" or not command or not job or job["state"] not in FINAL_JOB:
            continue
        endings = [step for step in command["history"] if step["state"] in FINAL_COMMAND]
        if any(step["by"] == "user" for step in endings):
            # The user cancelled: the PMS takes nothing else. If a card was cut all the same, somebody must be told.
            # Where the cancel came first it is a remark; where the PMS had closed the command before it heard of the end, `status` has a
            # row and the trail says why the report was dropped.
            is_said = job["remarks"] or any("had closed the command" in note for note in job.get("trail", ()))
            if job["state"] == "done" and not is_said:
                yield order["end"], "cut after the user cancelled it, and nobody is told to take the card back"
        elif command["state"] not in expected[job["state"]]:
            yield order["end"], f"the journal has {job['state']}, the PMS was told {command['state']}"


def unknown_is_said(records):
    for order in records["orders"]:
        job, command = records["jobs"].get(order["end"]), records["commands"].get(order["end"])
        if not job or not command or job["state"] != "failed" or (job["fault"] or {}).get("card") != "unknown":
            continue
        notes = [step["notes"] or "" for step in command["history"] if step["state"] == "Error"]
        if notes and not any(CHECK.search(note) for note in notes):
            yield order["end"], f"unknown, and the clerk is not told to check the card: {notes[-1]!r}"


# A batch is five orders that wait at once (docs/decisions/0014), and two of it may have been taken before another one passes.
BATCH_LEFT = 3

# Lines of the history. Who orders while another's order is being written down has not ordered behind it: the queue draws its tickets before the
# journal writes, and the two may change places on the way.
SAME_MOMENT = 5


def order_is_kept(records):
    """Single keys of one encoder come in the order in which the journal accepted them. Only a batch may be overtaken: a clerk with one
    guest does not wait for thirty. Keys for one stay, or one room, never overtake each other."""
    # An order that was not answered in time may be carried out behind later ones: that is what `unknown` says.
    jobs = {end: job for end, job in records["jobs"].items()
            if job["copies"] == 1 and (job["fault"] or {}).get("card") != "unknown"}
    written = {}
    for card in sorted(records["cards"], key=lambda card: card["at"]):
        job = jobs.get(card["end"])
        if job is None:
            continue
        for other in written.setdefault(card["encoder"], []):
            if other["place"] > job["place"] and not is_of_one_moment(other, job) and not passes(other, job, records["jobs"].values()):
                yield card["end"], f"{card['encoder']} wrote it behind a later order, {other.get('id')}"
                break
        written[card["encoder"]].append(job)


def is_of_one_moment(other, job):
    return None not in (other.get("accepted"), job.get("accepted")) and abs(other["accepted"] - job["accepted"]) <= SAME_MOMENT


def passes(other, job, jobs):
    """Whether an order might go before an older one: when it was begun, that one was of a batch, or waited behind a key of a batch for its own
    room, which it must not overtake."""
    if (other.get("origin"), other.get("stay")) == (job.get("origin"), job.get("stay")) or other.get("begun") is None:
        return False
    if is_for_one_room(other, job):
        return False
    then = other["begun"]
    waiting = [one for one in jobs if one["encoder"] == job["encoder"] and one["accepted"] <= then
               and (one["ended"] is None or one["ended"] >= then)]

    def is_batch(origin):
        return sum(one.get("origin") == origin for one in waiting) >= BATCH_LEFT
    if is_batch(job.get("origin")):
        return True
    return any(one["accepted"] < job["accepted"] and is_for_one_room(one, job) and is_batch(one.get("origin")) for one in waiting)


def is_for_one_room(one, other):
    return one.get("room") is not None and one["room"] == other.get("room")


def nothing_waits(records):
    for origin, count in records["waiting"].items():
        if count:
            yield "-", f"{count} reports to {origin} still wait"


# How a lock server says that a key was made, and the answers that say nothing of the card.
MADE = {"OK", "CN", "CC"}


def told_at_the_counter(records):
    """A hotel system that asked in place of a lock server was told what became of the card: never made without a card, never unmade with
    one, and unknown as unknown. No answer says nothing."""
    cards = by_end(records["cards"])
    for order in records["orders"]:
        told = order.get("told")
        if order["way"] not in ("fias", "industryStandard") or told is None:
            continue
        written, job = len(cards.get(order["end"], [])), records["jobs"].get(order["end"])
        text = f"{told} {order.get('text', '')}".strip()
        if told in MADE:
            if job is None or job["state"] != "done":
                yield order["end"], f"told {text!r}, and the journal has {job['state'] if job else 'nothing'}"
            elif written != order["copies"]:
                yield order["end"], f"told {text!r}, {written} cards written"
        elif CHECK.search(text):
            continue
        elif written:
            yield order["end"], f"told {text!r}, which says that no card was made; {written} cards written"
        elif job and (job["fault"] or {}).get("card") == "unknown":
            yield order["end"], f"told {text!r}, which says that no card was made; nobody knows"
