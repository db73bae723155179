# SPDX-License-Identifier: Apache-2.0
"""Collects what everybody says, in the auditor's form. Reads the journal's file and the encoders' lists by itself, without the daemon."""
import datetime
import json
import pathlib
import re
import shutil
import sqlite3
import tempfile
import time
import zoneinfo

FINAL_STATES = ("done", "failed", "cancelled", "expired")
PRAGUE = zoneinfo.ZoneInfo("Europe/Prague")


def utc(moment):
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:00Z")


def local(text, form):
    return utc(datetime.datetime.strptime(text, form).replace(tzinfo=PRAGUE))


def end_on_card(family, card):
    """The end that stands on a card, however its family writes it."""
    if family == "industry-standard":
        return local(card["till"], "%H%M%d%m%y")
    if family == "generic-stx-etx":
        return local(card["till"], "%Y%m%d%H%M")
    content = card["content"]
    if family == "msr":
        return local(re.search(r"=(\d{10})", content["track 2"])[1], "%y%m%d%H%M")
    return utc(datetime.datetime.fromtimestamp(int(content["block 4"].replace(" ", "")[4:12], 16), datetime.timezone.utc))


def cards(site):
    found = []
    for name, (family, _, _) in site.encoders.items():
        path = site.folder / f"cards-{name}.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        for place, line in enumerate(lines):
            found.append({"encoder": name, "end": end_on_card(family, json.loads(line)), "at": place})
    return found


def jobs(journal, attempts=5):
    """The journal's jobs by their end. Reads a copy, so that the daemon's file is left alone. A copy that was taken while the daemon emptied its
    log is of two moments, and damaged: then another is taken."""
    try:
        return _jobs(journal)
    except sqlite3.DatabaseError:
        if attempts == 1:
            raise
        time.sleep(0.5)
        return jobs(journal, attempts - 1)


def _jobs(journal):
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-wal"):
            source = pathlib.Path(str(journal) + suffix)
            if source.exists():
                shutil.copy(source, pathlib.Path(folder) / ("journal.sqlite" + suffix))
        with sqlite3.connect(pathlib.Path(folder) / "journal.sqlite") as database:
            database.row_factory = sqlite3.Row
            found, twice = {}, []
            for row in database.execute("SELECT * FROM jobs ORDER BY place"):
                order = json.loads(row["order_json"])
                end = order["validUntil"]
                end = utc(datetime.datetime.fromisoformat(end.replace("Z", "+00:00"))) if isinstance(end, str) else utc(
                    datetime.datetime.fromtimestamp(end / 1000 if end > 1e11 else end, datetime.timezone.utc))
                job = {
                    "place": row["place"], "origin": row["origin"], "stay": order.get("reservationNumber"),
                    "room": next(iter(order["lockIds"]), None),
                    "id": row["id"], "encoder": row["encoder"], "state": row["state"],
                    "copies": order["copies"], "receipts": len(json.loads(row["receipts_json"])),
                    "fault": json.loads(row["fault_json"]) if row["fault_json"] else None,
                    "remarks": json.loads(row["remarks_json"])}
                lines = database.execute("SELECT seq, state, note FROM trail WHERE job = ? ORDER BY seq", (row["place"],)).fetchall()
                job["trail"] = [note for _, _, note in lines]
                # When: places in the one history of all jobs, because somebody sets the clock. Taken from the line and begun, for the last time.
                job["accepted"] = row["accepted_seq"]
                job["begun"] = max((seq for seq, _, note in lines if note.startswith("waiting for card 1 ")), default=None)
                job["ended"] = next((seq for seq, state, _ in lines if state in FINAL_STATES), None)
                if end in found:
                    twice.append(end)
                found[end] = job
            waiting = dict(database.execute("SELECT origin, count(*) FROM outbox GROUP BY origin").fetchall())
    return found, waiting, twice


class Commands:
    """The PMS' commands as they were last seen: it forgets the oldest of very many."""

    def __init__(self):
        self._seen = {}

    def look(self, site):
        status, answer = site.pms("GET", "/sandbox/commands", timeout=60)
        if status == 200:
            for command in answer["Commands"]:
                self._seen[command["Id"]] = command
        return status == 200

    @property
    def unfinished(self):
        return [command for command in self._seen.values() if command["State"] not in ("Processed", "Error", "Cancelled")]

    def by_end(self):
        table = {}
        for command in self._seen.values():
            end = utc(datetime.datetime.fromisoformat(command["Data"]["EndUtc"].replace("Z", "+00:00")))
            table[end] = {
                "id": command["Id"], "state": command["State"],
                "history": [{"state": step["State"], "by": "user" if step["By"] == "user" else "bridge", "notes": step["Notes"]}
                            for step in command["History"]]}
        return table
