# SPDX-License-Identifier: Apache-2.0
"""A hundred replugs."""
import collections
import random
import time

from desk import Bridge, Events, Simulator
from lane import Trouble, equal, eventually, expect, scenario
from plugs import Adapter

REPLUGS = 100


@scenario(f"{REPLUGS} replugs at 50 to 500 ms: no lost device, no duplicate, no leaked descriptor")
def replugs(stage):
    adapter = stage.keep(Adapter("desk", serial="ENC42"))
    stage.keep(Simulator(adapter.device_side))
    adapter.plug()
    bridge = stage.keep(Bridge({"front-desk": {"match": "serial: ENC42"}}))
    events = stage.keep(Events())
    bridge.until("ready")
    bridge.cut("101")
    node = adapter.node()
    # Not before the second plug: what is opened once and kept is there then.
    adapter.pull()
    bridge.until("absent")
    adapter.plug()
    bridge.until("ready")
    # The most of a few looks: connections of clients come and go.
    before = collections.Counter()
    for _ in range(5):
        before |= bridge.descriptors()
        time.sleep(0.2)
    dice = random.Random(4)
    seen_ready = 0
    for number in range(REPLUGS):
        adapter.pull()
        time.sleep(dice.uniform(0.05, 0.5))
        adapter.plug()
        if number % 10 == 9:
            # Now and then it is left alone: it must be there.
            bridge.until("ready")
            seen_ready += 1
        else:
            time.sleep(dice.uniform(0.05, 0.5))
    bridge.until("ready")
    # "ready" may be of the plug before for a moment: settled is what an order goes through.
    bridge.cut("102")
    equal(adapter.node(), node, "the node after all replugs")
    try:
        eventually("the descriptors to be no more than before", lambda: not bridge.descriptors() - before, within=20)
    except Trouble:
        raise Trouble(f"descriptors that are left over after {REPLUGS} replugs: {dict(bridge.descriptors() - before)}")
    names = [(name, data["state"]) for _, name, data in events.named("encoder.ready", "encoder.absent")]
    twice = [n for n, (a, b) in enumerate(zip(names, names[1:])) if a[0] == b[0] == "encoder.ready" and a[1] == b[1] == "ready"]
    # A finished job makes an encoder ready again, without absence between: the two keys.
    expect(len(twice) <= 2, f"ready was told twice without an absence between, {len(twice)} times: {names[:40]}")
    stage.remark(f"descriptors before: {before.total()}, after: {bridge.descriptors().total()}; left alone and found ready {seen_ready} times")
    stage.remark(f"events: {len(names)}; encoders listed: {len(bridge.get('/v1/encoders')['encoders'])}")
