# SPDX-License-Identifier: Apache-2.0
"""What happens to an encoder and its line."""
import asyncio
import signal

from lane.episodes.desk import Desk, claim
from lane.site import ENCODERS, until


async def unplugged(program):
    async with Desk(program) as desk:
        desk.site.cables["desk-1"].pull()
        await desk.unwell("desk-1")
        await desk.order(4)
        await asyncio.sleep(1)
        desk.site.cables["desk-1"].put_in()
        await desk.all_ended("plugged in again")
        await desk.well("plugged in again")
        desk.audit()


async def noise(program):
    async with Desk(program) as desk:
        for number in range(12):
            desk.site.cables["desk-1"].next("to-bridge", ("flip", "noise", "lose")[number % 3], 7 * number + 1)
        await desk.order(4)
        await asyncio.sleep(1)
        desk.site.cables["desk-1"].mend()
        await desk.all_ended("the line is good")
        await desk.cut_a_key_each("the line is good")
        await desk.well("the line is good")
        desk.audit()


async def silent(program):
    """The encoder hangs: it hears nothing and says nothing, and nobody pulls its plug."""
    async with Desk(program) as desk:
        encoder = desk.site.simulators["desk-1"]
        encoder.send_signal(signal.SIGSTOP)
        await desk.order(3)
        await desk.unwell("desk-1", within=45)
        encoder.send_signal(signal.SIGCONT)
        await desk.all_ended("it hears again")
        await desk.well("it hears again")
        desk.audit()


async def answer_swallowed(program):
    """The key is made and the encoder's word of it is lost: nobody may call it made, or not made."""
    async with Desk(program, encoders={"desk-1": ENCODERS["desk-1"]}) as desk:
        # The acknowledgements of ENQ and order come, the answer does not.
        desk.site.cables["desk-1"].next("to-bridge", "pass", 0)
        desk.site.cables["desk-1"].next("to-bridge", "pass", 0)
        desk.site.cables["desk-1"].next("to-bridge", "swallow", 0)
        await desk.order(1)
        await desk.all_ended("the answer is lost")
        desk.audit()
        claim(desk.outcomes() == ["Error"], f"{desk.outcomes()}")
        await asyncio.sleep(7)
        await desk.cut_a_key_each("the answer was lost")
        desk.audit()


async def cancelled_while_the_card_is_awaited(program):
    family, settings, _ = ENCODERS["pn"]
    async with Desk(program, encoders={"pn": (family, settings.replace("3s", "10s"), "--card-delay 9s")}) as desk:
        await desk.order(1)
        command = desk.clerks.orders[0]["command"]
        await until(lambda: desk.site.pms("GET", f"/sandbox/commands/{command}")[1]["State"] == "Processing", 10)
        status, answer = desk.site.pms("POST", f"/sandbox/commands/{command}/cancel", {})
        claim(status == 200, f"{status} {answer}")
        await desk.all_ended("the user cancelled")
        desk.audit()
        claim(desk.outcomes() == ["Cancelled"], f"{desk.outcomes()}")
        await desk.well("the user cancelled")
