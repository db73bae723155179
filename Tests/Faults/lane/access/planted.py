# SPDX-License-Identifier: Apache-2.0
"""Lies planted into good records: an auditor that overlooks one of them proves nothing. `Tests/Faults/run --access` runs it before a storm."""
import copy
import unittest

from lane.access import auditor, hotel, plan


def good():
    """Three guests in 101, 202 and a bed, one who left, and a code that somebody typed into a slot of ours."""
    def change(lock, slot, code, by="bridge", before=None):
        return {"at": 0, "lock": lock, "slot": slot, "before": before, "code": code, "by": by}

    before = {name: hotel.foreign(name) for name in hotel.LOCKS}
    codes = {"a": ("1111", hotel.DOORS["101"]), "b": ("2222", hotel.DOORS["202"]), "c": ("3333", hotel.DOORS["Dorm-2"])}
    changes = [change("pool", 30, "9999"), change("pool", 30, None, before="9999"), change("pool", 31, "6600", "hand")]
    for slot, (code, doors) in enumerate(codes.values(), 40):
        changes += [change(lock, slot, code) for lock in doors]
    held = copy.deepcopy(before)
    for one in changes:
        held[one["lock"]].pop(one["slot"], None)
        if one["code"]:
            held[one["lock"]][one["slot"]] = one["code"]
    rooms = {"a": "101", "b": "202", "c": "Dorm-2", "d": "201"}
    return {
        "now": 100.0, "before": before, "held": held, "changes": changes, "had": {id: {room} for id, room in rooms.items()},
        "stays": {id: {"number": id, "state": "Processed" if id == "d" else "Started", "room": room, "end": 200.0} for id, room in rooms.items()},
        "tokens": [{"stay": id, "value": code + "#", "end": 200.0} for id, (code, _) in codes.items()],
        "shown": {"9999#": {"d"}, **{code + "#": {id} for id, (code, _) in codes.items()}},
        "grants": [{"reservationNumber": "a", "lock": "pool", "state": "set"}, {"reservationNumber": "d", "lock": "pool", "state": "removed"}],
        "left": {"d": {"201": 0.0}}, "said": set()}


class Planted(unittest.TestCase):
    def finds(self, rule, lie):
        records = good()
        lie(records)
        self.assertIn(rule.__name__, {finding.rule for finding in auditor.findings(records)})

    def test_good_records_are_good(self):
        self.assertEqual(auditor.findings(good()), [])

    def test_missing_code(self):
        self.finds(auditor.locks_hold_what_they_should, lambda records: records["held"]["door-101-b"].pop(40))

    def test_code_left_on_a_lock(self):
        self.finds(auditor.locks_hold_what_they_should, lambda records: records["held"]["pool"].update({30: "9999"}))

    def test_code_on_a_door_that_nobody_may_open(self):
        self.finds(auditor.locks_hold_what_they_should, lambda records: records["held"]["cellar"].update({11: "1111"}))

    def test_other_code_than_the_pms_shows(self):
        self.finds(auditor.locks_hold_what_they_should, lambda records: records["held"]["door-202"].update({41: "2223"}))

    def test_guest_who_left_or_whose_time_is_over(self):
        self.finds(auditor.locks_hold_what_they_should, lambda records: records["stays"]["a"].update(state="Processed"))
        self.finds(auditor.locks_hold_what_they_should, lambda records: records["stays"]["a"].update(end=99.0))

    def test_foreign_code_gone_or_changed(self):
        self.finds(auditor.nothing_foreign_is_touched, lambda records: records["held"]["pool"].pop(31))
        self.finds(auditor.nothing_foreign_is_touched, lambda records: records["held"]["dorm"].update({2: "1234"}))

    def test_guest_who_moved(self):
        """b had 202, had 101 before that for a moment, and is in 101 again: what he had stays until 101 is open again."""
        def moves(records, opens):
            def change(at, lock, code, by="bridge"):
                return {"at": at, "lock": lock, "slot": 45, "before": None, "code": code, "by": by}

            records.update(now=500.0, left={"d": {"201": 0.0}, "b": {"101": 5.0, "202": 100.0}})
            for stay in records["stays"].values():
                stay["end"] = 900.0
            records["stays"]["b"]["room"] = "101"
            for lock in ("door-101", "door-101-b", "entrance"):
                records["changes"] += [change(1.0, lock, "2222"), change(6.0, lock, None)]
                records["changes"] += [change(110.0, lock, "2222")] if opens else []
        rule = auditor.no_code_stays_unsaid.__name__
        for opens in (True, False):
            records = good()
            moves(records, opens)
            found = {finding.where for finding in auditor.findings(records) if finding.rule == rule}
            self.assertEqual(found, {"door-202"} if opens else set())

    def test_token_of_a_guest_who_left(self):
        self.finds(auditor.tokens_are_those_of_the_locks,
                   lambda records: records["tokens"].append({"stay": "d", "value": "9999#", "end": 200.0}))

    def test_token_twice_missing_or_with_another_end(self):
        self.finds(auditor.tokens_are_those_of_the_locks, lambda records: records["tokens"].append(records["tokens"][0]))
        self.finds(auditor.tokens_are_those_of_the_locks, lambda records: records["tokens"].pop())
        self.finds(auditor.tokens_are_those_of_the_locks, lambda records: records["tokens"][0].update(end=260.0))

    def test_overdue_grant(self):
        self.finds(auditor.nothing_is_overdue, lambda records: records["grants"][1].update(state="overdue"))

    def test_slot_beside_ours(self):
        self.finds(auditor.no_slot_beside_ours, lambda records: records["changes"].append({**records["changes"][0], "slot": 3}))

    def test_code_that_comes_again(self):
        self.finds(auditor.no_code_comes_again, lambda records: records["changes"].append({**records["changes"][0], "slot": 33}))

    def test_code_that_comes_again_for_another_after_a_hand_took_it_off(self):
        def wiped(records, ids):
            slot = dict(lock="pool", slot=40)
            records["changes"] += [{"at": 1, **slot, "before": "1111", "code": None, "by": "hand"},
                                   {"at": 2, **slot, "before": None, "code": "1111", "by": "bridge"}]
            records["shown"]["1111#"] = ids
        self.finds(auditor.no_code_comes_again, lambda records: wiped(records, {"a", "d"}))
        put_back = good()
        wiped(put_back, {"a"})
        self.assertEqual(auditor.findings(put_back), [])

    def test_code_that_comes_again_after_it_was_written_over(self):
        def written_over(records):
            slot = dict(lock="cellar", slot=11, by="bridge", at=1)
            records["changes"] += [{**slot, "before": None, "code": "5555"}, {**slot, "before": "5555", "code": "6666"},
                                   {**slot, "slot": 12, "before": None, "code": "5555"}]
        self.finds(auditor.no_code_comes_again, written_over)

    def test_code_of_a_past_guest_that_stays_and_is_not_called_overdue(self):
        def stays(records):
            records["changes"][1]["at"] = 200.0
        self.finds(auditor.no_code_stays_unsaid, stays)
        said = good()
        stays(said)
        said["said"].add(("d", "pool"))
        self.assertEqual(auditor.findings(said), [])

    def test_door_that_the_guest_never_had(self):
        self.finds(auditor.no_door_that_the_guest_never_had,
                   lambda records: records["changes"].append({**records["changes"][0], "lock": "dorm"}))

    def test_one_code_in_two_slots(self):
        self.finds(auditor.one_code_once_on_a_lock, lambda records: records["changes"].append(
            {**records["changes"][-1], "slot": 60}))

    def test_one_plan_for_one_seed(self):
        self.assertEqual(plan.deeds(3, 50, 60), plan.deeds(3, 50, 60))
        self.assertEqual(plan.strikes(3, 60, 5), plan.strikes(3, 60, 5))
        self.assertNotEqual(plan.deeds(3, 50, 60), plan.deeds(4, 50, 60))


if __name__ == "__main__":
    unittest.main()
