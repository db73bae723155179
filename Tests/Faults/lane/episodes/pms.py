# SPDX-License-Identifier: Apache-2.0
"""What happens to the PMS and to what stands before it."""
import asyncio

from lane import auditor
from lane.episodes.desk import Desk, claim
from lane.site import until


async def captive_portal(program):
    async with Desk(program) as desk:
        desk.site.between.next({"page": 200}, "", 100_000)
        await desk.order(3)
        await desk.unwell("mews")
        desk.site.between.clear()
        await desk.all_ended("the portal is gone")
        await desk.well("the portal is gone")
        desk.audit()
        claim(set(desk.outcomes()) == {"Processed"}, f"{desk.outcomes()}")


async def updates_answered_by_a_portal(program):
    async with Desk(program) as desk:
        desk.site.between.next({"page": 200}, "commands/update", 30)
        await desk.order(2)
        await asyncio.sleep(3)
        desk.site.between.clear()
        await desk.all_ended("the portal is gone")
        desk.audit()
        claim(set(desk.outcomes()) == {"Processed"}, f"{desk.outcomes()}")


async def pms_dead(program):
    async with Desk(program) as desk:
        desk.site.between.dead = True
        desk.site.between.drop(silently=False)
        await desk.order(2)
        await desk.unwell("mews", within=40)
        desk.site.between.dead = False
        await desk.all_ended("the PMS is back")
        await desk.well("the PMS is back")
        desk.audit()


async def lost_events(program):
    """The socket is silent and nobody knows: polling finds the commands."""
    async with Desk(program) as desk:
        desk.site.between.drop(silently=True)
        await desk.order(2)
        await desk.all_ended("though the socket is dead")
        desk.audit()
        claim(set(desk.outcomes()) == {"Processed"}, f"{desk.outcomes()}")


async def token_file_empty(program):
    async with Desk(program) as desk:
        text = (desk.folder / "access-token").read_text()
        (desk.folder / "access-token").write_text("")
        desk.site.between.drop(silently=False)
        await asyncio.sleep(2)
        (desk.folder / "access-token").write_text(text)
        await desk.order(1)
        await desk.all_ended("the token is there again")
        await desk.well("the token is there again")
        claim(desk.outcomes() == ["Processed"], f"{desk.outcomes()}")


async def too_many_requests(program):
    async with Desk(program) as desk:
        desk.site.between.next({"status": 429, "retryAfter": "2"}, "", 2)
        desk.site.between.next({"status": 429, "retryAfter": None}, "", 2)
        await desk.cut_a_key_each("requests are refused for a while")
        await desk.well("requests are taken again")
        desk.audit()


async def one_command_refused(program):
    """The PMS has a fault with one command: it keeps up no other."""
    async with Desk(program) as desk:
        await desk.order(1)
        troubled = desk.clerks.orders[0]["command"]
        desk.site.between.next({"status": 500}, troubled, 100_000)
        await desk.order(4)
        others = {order["command"] for order in desk.clerks.orders} - {troubled}

        def made():
            desk.commands.look(desk.site)
            return {command["id"] for command in desk.commands.by_end().values() if command["state"] in auditor.FINAL_COMMAND} >= others
        claim(await until(made, 20), "one command's trouble holds up the others")
        desk.site.between.clear()
        await desk.all_ended("the fault is over")
        await desk.well("the fault is over")
        desk.audit()


async def answers_swallowed(program):
    """The PMS took the report and its answer never came."""
    async with Desk(program) as desk:
        desk.site.between.next({"swallow": 1}, "commands/update", 6)
        await desk.cut_a_key_each("answers are lost")
        desk.audit()


async def answers_garbled(program):
    async with Desk(program) as desk:
        for fault in ({"gzip": 1}, {"empty": 1}, {"status": 408}, {"status": 503}, {"hangUp": 1}, {"page": 451}):
            desk.site.between.next(fault, "commands/", 2)
        await desk.cut_a_key_each("answers are odd for a while")
        await desk.well("answers are sound again")
        desk.audit()


async def socket_refused(program):
    """No socket can be had: polling finds the commands."""
    async with Desk(program) as desk:
        desk.site.between.next({"page": 403}, "ws/connector", 100_000)
        desk.site.between.drop(silently=False)
        await desk.cut_a_key_each("there is no socket")
        desk.site.between.clear()
        await desk.well("there may be a socket again")
        desk.audit()


async def events_doubled_and_early(program):
    """Each event comes twice, and before its command is in any list."""
    async with Desk(program) as desk:
        status, answer = desk.site.pms("POST", "/sandbox/faults", {"doubleEvents": True, "listingDelay": 2})
        claim(status == 200, f"{status} {answer}")
        await desk.cut_a_key_each("events are doubled and early")
        desk.audit()


async def clock_of_the_pms(program):
    """The clocks are an hour apart, as is noticed at the next connection: orders are cut all the same, and a person is told which to look at."""
    async with Desk(program) as desk:
        desk.site.pms("POST", "/sandbox/faults", {"clockShift": 3600})
        desk.site.between.drop(silently=False)
        await desk.unwell("clock", within=30)
        await desk.cut_a_key_each("the clocks differ")
        desk.site.pms("POST", "/sandbox/faults", {"clockShift": 0})
        desk.site.between.drop(silently=False)
        await desk.well("the clocks agree")
        await desk.cut_a_key_each("the clocks agree")
        desk.audit()
