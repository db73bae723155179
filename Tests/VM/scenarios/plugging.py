# SPDX-License-Identifier: Apache-2.0
"""One encoder that is there, comes, goes, moves."""
from desk import Bridge, Events, Simulator
from lane import equal, eventually, expect, scenario
from plugs import Adapter, Ftdi, id_path


@scenario("present at boot: the encoder is ready and cuts a key")
def present_at_boot(stage):
    adapter = stage.keep(Adapter("desk", serial="ENC42"))
    adapter.plug()
    adapter.node()
    simulator = stage.keep(Simulator(adapter.device_side))
    bridge = stage.keep(Bridge({"front-desk": {"match": "serial: ENC42"}}))
    bridge.until("ready")
    bridge.cut("101")
    equal(simulator.rooms(), ["101"], "the cards")


@scenario("plugged later: absent, then ready without a restart")
def plugged_later(stage):
    adapter = stage.keep(Adapter("desk", serial="ENC42"))
    stage.keep(Simulator(adapter.device_side))
    bridge = stage.keep(Bridge({"front-desk": {"match": "serial: ENC42"}}))
    equal(bridge.state(), "absent", "the state before the plug")
    adapter.plug()
    bridge.until("ready")
    bridge.cut("101")


@scenario("pulled in the middle of a write: offline, the card unknown, nothing repeated, ready after the replug")
def pulled_mid_write(stage):
    adapter = stage.keep(Adapter("desk", serial="ENC42"))
    adapter.plug()
    simulator = stage.keep(Simulator(adapter.device_side, "--card-delay", "5s"))
    bridge = stage.keep(Bridge({"front-desk": {"match": "serial: ENC42"}}))
    bridge.until("ready")
    job = bridge.order("101")
    eventually("the order on the encoder", lambda: simulator.says("order CN"))
    adapter.pull()
    found = bridge.outcome(job)
    equal((found["state"], found["fault"]["code"], found["fault"]["card"]), ("failed", "offline", "unknown"), "the outcome")
    bridge.until("absent")
    adapter.plug()
    bridge.until("ready")
    equal(simulator.rooms(), [], "cards that were made of the pulled order")
    equal(bridge.get(f"/v1/jobs/{job}")["state"], "failed", "the job after the replug")


@scenario("replugged to another socket: followed by its serial number, not followed by its path")
def another_socket(stage):
    adapter = stage.keep(Adapter("desk", serial="ENC42"))
    stage.keep(Simulator(adapter.device_side))
    bridge = stage.keep(
        Bridge({"by-serial": {"match": "serial: ENC42"}, "by-path": {"match": f"path: '{id_path(2)}'"}})
    )
    adapter.plug(0)
    bridge.until("ready", "by-serial")
    equal(bridge.state("by-path"), "absent", "the encoder of the empty socket")
    adapter.pull()
    bridge.until("absent", "by-serial")
    adapter.plug(1)
    bridge.until("ready", "by-serial")
    bridge.cut("101", "by-serial")


@scenario("two twins without serial numbers: each desk keeps its socket, and swapped plugs are swapped desks")
def twins(stage):
    left, right = (stage.keep(Adapter(name)) for name in ("left", "right"))
    at_left, at_right = (stage.keep(Simulator(adapter.device_side)) for adapter in (left, right))
    left.plug(0)
    right.plug(1)
    bridge = stage.keep(
        Bridge({name: {"match": f"path: '{id_path(socket)}'"} for name, socket in [("left", 0), ("right", 1)]})
    )
    for name in ("left", "right"):
        bridge.until("ready", name)
        equal(bridge.encoder(name)["port"]["strength"], "port", f"how sure the identity of {name} is")
    bridge.cut("101", "left")
    bridge.cut("202", "right")
    equal((at_left.rooms(), at_right.rooms()), (["101"], ["202"]), "the cards")
    left.pull()
    right.pull()
    for name in ("left", "right"):
        bridge.until("absent", name)
    right.plug(0)
    left.plug(1)
    for name in ("left", "right"):
        bridge.until("ready", name)
    bridge.cut("303", "left")
    equal(at_right.rooms(), ["202", "303"], "the cards of the encoder that hangs on the left socket now")


@scenario("FTDI adapter: a real driver of the kernel, plugged and pulled from outside")
def ftdi(stage):
    simulator = stage.keep(Simulator(Ftdi.device_side, "--baud", "9600"))
    bridge = stage.keep(Bridge({"front-desk": {"match": "serial: A50285BI"}}))
    events = stage.keep(Events())
    adapter = stage.keep(Ftdi("A50285BI"))
    adapter.plug()
    bridge.until("ready")
    equal(bridge.encoder()["port"]["strength"], "strong", "how sure the identity is")
    bridge.cut("101")
    node = adapter.node()
    adapter.pull()
    bridge.until("absent")
    expect(not bridge.holds(node), f"{node} is still held open after the pull")
    adapter.plug()
    bridge.until("ready")
    equal(adapter.node(), node, "the node after the replug: a kept descriptor would make it another number")
    bridge.cut("102")
    equal(simulator.rooms(), ["101", "102"], "the cards")
    equal(len(events.named("encoder.ready")) >= 2, True, "ready was told each time")
