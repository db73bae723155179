# SPDX-License-Identifier: Apache-2.0
"""Lies planted into good records, one a rule and more: an auditor that overlooks one of them proves nothing.

`python3 -m unittest` runs it; so does `Tests/Faults/run` before every storm.
"""
import asyncio
import copy
import unittest
import unittest.mock

from lane import auditor, counters, pipe
from lane.cable import Cable


def good():
    """Eight orders that went as they should: done, refused, unknown and written, cancelled by the user, local and done;
    at the counter of a lock server made, unknown and not made."""
    def step(state, by="bridge", notes=None):
        return {"state": state, "by": by, "notes": notes}

    def order(end, way="pms", copies=1):
        return {"end": end, "way": way, "encoder": "desk", "copies": copies, "job": f"job-{end}"}

    def job(place, state="done", copies=1, receipts=None, fault=None, remarks=()):
        receipts = copies if receipts is None else receipts
        return {"place": place, "encoder": "desk", "state": state, "copies": copies, "receipts": receipts, "fault": fault,
                "remarks": list(remarks)}

    def command(*steps):
        return {"id": "c", "state": steps[-1]["state"], "history": [step("Received"), *steps]}

    return {
        "orders": [order("1", copies=2), order("2"), order("3"), order("4"), order("5", way="local"),
                   {**order("6", way="fias"), "told": "OK", "text": ""},
                   {**order("7", way="industryStandard"), "told": "EG", "text": "Check the card before use"},
                   {**order("8", way="fias"), "told": "RY", "text": "Put a card on the encoder, try again"}],
        "commands": {
            "1": command(step("Processed")), "2": command(step("Error", notes="Put a card on the encoder.")),
            "3": command(step("Error", notes="Nobody knows whether it was written: check the card.")),
            "4": command(step("Cancelled", by="user"))},
        "cards": [{"encoder": "desk", "end": end, "at": place} for place, end in enumerate(["1", "1", "3", "4", "5", "6"])],
        "jobs": {
            "1": job(1, copies=2), "2": job(2, "failed", receipts=0, fault={"code": "noCard", "card": "untouched"}),
            "3": job(3, "failed", receipts=0, fault={"code": "timeout", "card": "unknown"}),
            "4": job(4, remarks=["cut after it was cancelled: take the card back"]), "5": job(5),
            "6": job(6), "7": job(7, "failed", receipts=0, fault={"code": "timeout", "card": "unknown"}),
            "8": job(8, "cancelled", receipts=0, fault={"code": "cancelled", "card": "untouched"})},
        "waiting": {"mews": 0},
    }


def lies():
    """Name of the broken daemon -> (rule that must find it, what it leaves in the records)."""
    def twice(r): r["cards"].append({"encoder": "desk", "end": "5", "at": 9})
    def counter_never_ends(r): r["jobs"]["8"].update(state="queued", fault=None); r["orders"][7]["told"] = None
    def counter_ok_before_the_card(r): r["jobs"]["6"].update(state="failed", receipts=0, fault={"code": "timeout", "card": "unknown"})
    def counter_unmade_and_written(r): r["cards"].append({"encoder": "desk", "end": "8", "at": 9})
    def counter_unknown_unsaid(r): r["orders"][6]["text"] = "Put a card on the encoder"
    def report_before_commit(r): r["jobs"]["1"].update(state="queued", receipts=0)
    def lost(r): del r["jobs"]["5"]
    def html_for_success(r): r["commands"]["1"].update(state="Received", history=r["commands"]["1"]["history"][:1])
    def queue_forgets(r): r["jobs"]["5"].update(state="queued", receipts=0); r["cards"].pop()
    def late_answer_for_done(r): r["jobs"]["2"].update(state="done", receipts=1)
    def untouched_without_proof(r): r["jobs"]["3"]["fault"]["card"] = "untouched"
    def ended_twice(r): r["commands"]["2"]["history"].append({"state": "Processed", "by": "bridge", "notes": None})
    def error_for_done(r): r["commands"]["1"].update(state="Error"); r["commands"]["1"]["history"][-1]["state"] = "Error"
    def unknown_unsaid(r): r["commands"]["3"]["history"][-1]["notes"] = "Cut the key again."
    def wrong_encoder(r): r["cards"][-1]["encoder"] = "bar"
    def nobody_ordered(r): r["cards"].append({"encoder": "desk", "end": "77", "at": 9})
    def overtaken(r): r["cards"][3]["at"], r["cards"][4]["at"] = 8, 3; r["cards"].sort(key=lambda card: card["at"])
    def cancelled_unsaid(r): r["jobs"]["4"]["remarks"] = []
    def reports_stay(r): r["waiting"]["mews"] = 3
    def copies_missing(r): r["cards"].pop(0)
    return {
        "a counter's key that never ends": ("nothing_lost", counter_never_ends),
        "OK before the card": ("told_at_the_counter", counter_ok_before_the_card),
        "a card for a key that was refused": ("told_at_the_counter", counter_unmade_and_written),
        "unknown told as not made": ("told_at_the_counter", counter_unknown_unsaid),
        "retry after time-out": ("none_twice", twice), "report before commit": ("nothing_lost", report_before_commit),
        "order forgotten": ("nothing_lost", lost), "HTML taken for success": ("ended_once", html_for_success),
        "queue forgets on a full disk": ("nothing_lost", queue_forgets),
        "question forgotten at a restart": ("said_as_it_is", late_answer_for_done),
        "untouched without proof": ("said_as_it_is", untouched_without_proof), "no idempotency of reports": ("ended_once", ended_twice),
        "wrong outcome reported": ("told_as_kept", error_for_done), "unknown not said": ("unknown_is_said", unknown_unsaid),
        "card of another encoder": ("no_card_without_an_order", wrong_encoder),
        "card without an order": ("no_card_without_an_order", nobody_ordered), "order not kept": ("order_is_kept", overtaken),
        "cut after the cancel, unsaid": ("told_as_kept", cancelled_unsaid), "outbox stands still": ("nothing_waits", reports_stay),
        "done with a copy missing": ("said_as_it_is", copies_missing),
    }


class AuditorTests(unittest.TestCase):
    def test_auditor_findsNothing_inGoodRecords(self):
        self.assertEqual(auditor.findings(good()), [])

    def test_singleKey_mayPassABatch_thatWaitedWhenItWasBegun(self):
        def waits(accepted, ended): return {"encoder": "aa", "origin": "mews", "stay": "1003", "accepted": accepted, "ended": ended}
        # One of the batch is cancelled while the single key is cut.
        batch = [waits(1, 90), waits(2, 95), waits(3, 52)]
        single = {"encoder": "aa", "origin": "local", "stay": None, "accepted": 4, "begun": 50, "ended": 60}
        self.assertTrue(auditor.passes(single, batch[0], [*batch, single]))
        self.assertFalse(auditor.passes(single, batch[0], [*batch[:2], single]))

    def test_singleKey_mayPassAnother_thatWaitsBehindABatchForItsOwnRoom(self):
        def order(origin, stay, room, accepted, **more):
            return {"encoder": "aa", "origin": origin, "stay": stay, "room": room, "accepted": accepted, "ended": 90, **more}
        batch = [order("mews", stay, "101", accepted) for accepted, stay in ((1, "a"), (2, "b"), (3, "c"))]
        older, single = order("local", None, "101", 20), order("other", None, "104", 40, begun=50)
        self.assertTrue(auditor.passes(single, older, [*batch, older, single]))
        self.assertFalse(auditor.passes(single, older | {"room": "102"}, [*batch, older, single]))
        self.assertFalse(auditor.passes(single | {"room": "101"}, older, [*batch, older, single]))
        self.assertTrue(auditor.is_of_one_moment(order("mews", None, "104", 23), older))
        self.assertFalse(auditor.is_of_one_moment(single, older))

    def test_cable_neverReordersBytes(self):
        given, timers = [], []
        cable = Cable.__new__(Cable)
        cable._behind, cable._far, cable._near = {"to-bridge": None, "to-encoder": None}, 1, 2
        cable._loop = unittest.mock.Mock(call_later=lambda after, what, *words: timers.append((what, words)))
        cable._give = lambda end, data: given.append((end, data))
        cable._pass("to-encoder", cable._damage("late", 3, b"old", "to-encoder"))
        cable._pass("to-encoder", b"new")
        cable._pass("to-bridge", b"other way")
        self.assertEqual(given, [(2, b"other way")])
        for what, words in timers:
            what(*words)
        cable._pass("to-encoder", b"newest")
        self.assertEqual(given[1:], [(1, b"oldnew"), (1, b"newest")])

    def test_auditor_findsEachLie(self):
        for name, (rule, plant) in lies().items():
            with self.subTest(name):
                records = copy.deepcopy(good())
                plant(records)
                self.assertIn(rule, {finding.rule for finding in auditor.findings(records)}, name)


class CounterTests(unittest.TestCase):
    def test_counter_saysWhereNoKeyIsMade_inTheCalm(self):
        class Refused(counters.Counter):
            way = "fias"

            async def _ask_for_a_key(self, desk, patience):
                return {"told": {"1": "OK", "2": "UR", "3": None}[desk], "text": ""}

        with unittest.mock.patch("asyncio.sleep", new=unittest.mock.AsyncMock()):
            said = asyncio.run(Refused(iter(()), {"1": (), "2": (), "3": ()}, 1).makes_no_key())
        self.assertEqual([line.split(" over ")[0] for line in said], ["no key at 2", "no key at 3"])

    def test_link_saysWhatWasNeverAsked_andWhatIsAnsweredTwice_butNotWhatComesLate(self):
        async def hear(*records):
            counter = counters.FiasCounter(iter(()), {}, 1, 0)
            counter._asked = {("1", "P1")}
            for record in records:
                counter._hear(record)
            return [said.split(":")[0] for said in counter.surprises]
        self.assertEqual(asyncio.run(hear("KA|WSP1|KC1|ASOK|")), [])
        self.assertEqual(asyncio.run(hear("KA|WSP1|KC1|ASOK|", "KA|WSP1|KC1|ASOK|")), ["answered twice"])
        self.assertEqual(asyncio.run(hear("KA|WSP1|KC2|ASOK|")), ["an answer to what was never asked"])

    def test_anothersAnswer_isLikeOurs_butForTheWorkstation(self):
        self.assertEqual(pipe.another(b"\x02KR|WSEB1|KC01|KTN|RN101|\x03"), b"\x02KA|ASOK|KC01|WSXEB1|\x03")


if __name__ == "__main__":
    unittest.main()
