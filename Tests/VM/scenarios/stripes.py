# SPDX-License-Identifier: Apache-2.0
"""An MSR605X: a HID device by its own USB id, known by the rule that we ship, written through hidraw."""
import json
import uuid

from cables import PacketCable
from desk import FOLDER, Bridge, Simulator, access, mark, mark_all
from lane import equal, eventually, expect, scenario
from plugs import HidDevice, id_path, settle

TRACKS = {"tracks": {"2": "0101=2611231200"}, "coercivity": "high"}


@scenario("MSR605X on hidraw: ready by our own rule, a card is written, pulled in the middle of a write it is offline, then ready again")
def stripe(stage):
    stage.callback(mark_all)
    # None of the site's own rules: the id in the one that we ship is enough.
    mark()
    line = f"{FOLDER}/msr-{uuid.uuid4().hex[:6]}"
    simulator = stage.keep(Simulator(line, "--card-delay", "2s", driver="msr", far="--link"))
    bridge = stage.keep(Bridge({"spa": {"driver": "msr", "match": f"path: '{id_path(3)}'", "settings": ""}}))
    equal(bridge.state("spa"), "absent", "the state before the plug")
    device = stage.keep(HidDevice("msr605x"))
    cable = stage.keep(PacketCable(device.device_side, line))
    device.plug(3)
    node = device.node()
    settle()
    equal(access(node), ("encoder-bridge", "0o660"), "group and mode")
    bridge.until("ready", "spa")
    found = bridge.encoder("spa")
    equal(found["identity"]["firmware"], "REVT3.12", "the firmware")
    equal(found["port"]["address"], node, "its node")

    job = bridge.outcome(bridge.order("101", "spa", cardImage=TRACKS))
    equal(job["state"], "done", f"the order ({job['fault']})")
    with open(simulator.cards_path) as file:
        cards = [card["content"] for card in map(json.loads, file)]
    equal(cards, [{"track 2": "0101=2611231200"}], "the cards")

    job = bridge.order("102", "spa", cardImage=TRACKS)
    eventually("the second write on the encoder", lambda: simulator.count("order ESC w") == 2)
    device.pull()
    found = bridge.outcome(job)
    equal((found["state"], found["fault"]["code"], found["fault"]["card"]), ("failed", "offline", "unknown"), "the outcome")
    bridge.until("absent", "spa")
    expect(not bridge.holds(node), f"{node} is still held open after the pull")
    device.plug(3)
    bridge.until("ready", "spa")
    stage.remark(f"{cable.packets} packets of 64 bytes went to the encoder")
