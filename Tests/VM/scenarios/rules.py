# SPDX-License-Identifier: Apache-2.0
"""Our udev rules on a real udevd: group, mode, others kept away, foreign ports left alone."""
import os
import re
import shutil
import subprocess
import time

from desk import LOCAL_RULES, Bridge, Listener, Simulator, access, local_rule, mark, mark_all, program
from lane import equal, eventually, expect, scenario
from plugs import Adapter, Ftdi, HidDevice, id_path, properties, read, settle


@scenario("the local rule: group, mode and mark as it says; another port keeps the system's")
def group_and_mode(stage):
    stage.callback(mark_all)
    mark(local_rule("front-desk", "--path", id_path(0)))
    marked, foreign = (stage.keep(Adapter(name)) for name in ("marked", "foreign"))
    marked.plug(0)
    foreign.plug(1)
    ours, theirs = marked.node(), foreign.node()
    settle()
    equal(access(ours), ("encoder-bridge", "0o660"), "group and mode of the marked port")
    equal(access(theirs), ("dialout", "0o660"), "group and mode of the foreign port")
    found = properties(ours)
    for name, value in [
        ("ENCODER_BRIDGE_DRIVER", "industry-standard"),
        ("ENCODER_BRIDGE_NAME", "front-desk"),
        ("ID_MM_DEVICE_IGNORE", "1"),
        ("ID_MM_PORT_IGNORE", "1"),
    ]:
        equal(found.get(name), value, name)
    # ModemManager's own rules give it ID_MM_CANDIDATE, which is their affair.
    marks = [name for name in properties(theirs) if name.startswith("ENCODER_BRIDGE") or name.endswith("_IGNORE")]
    equal(marks, [], "the marks of the foreign port")


@scenario("hidraw: a device that is bound by its path gets identity, group, mode and a unit of systemd's")
def hidraw(stage):
    stage.callback(mark_all)
    mark(local_rule("front-desk", "--path", id_path(3), "--hidraw"))
    marked = stage.keep(HidDevice("reader"))
    marked.plug(3)
    node = marked.node()
    settle()
    equal(access(node), ("encoder-bridge", "0o660"), "group and mode")
    found = properties(node)
    for name, value in [
        ("ENCODER_BRIDGE_NAME", "front-desk"),
        ("ID_VENDOR_ID", "0801"),
        ("ID_MODEL_ID", "0003"),
        ("ID_PATH", id_path(3)),
        ("CURRENT_TAGS", ":systemd:"),
    ]:
        equal(found.get(name), value, name)


def own_ids():
    """The USB ids that the rule we ship marks by itself on hidraw: (vendor, product, driver)."""
    with open("/usr/lib/udev/rules.d/62-encoder-bridge.rules") as file:
        return re.findall(
            r'^SUBSYSTEM=="(?:tty\|)?hidraw", ATTRS{idVendor}=="(\w+)", ATTRS{idProduct}=="(\w+)".*ENV{ENCODER_BRIDGE_DRIVER}="(.*)"$',
            file.read(),
            re.MULTILINE,
        )


def own_id(vendor, product, driver):
    @scenario(f"own id {vendor}:{product}: marked for {driver} by the rule we ship, without one of the site")
    def marked_by_itself(stage):
        stage.callback(mark_all)
        mark()
        device = stage.keep(HidDevice("own", int(vendor, 16), int(product, 16)))
        device.plug(3)
        node = device.node()
        settle()
        equal(properties(node).get("ENCODER_BRIDGE_DRIVER"), driver, "the mark")
        equal(access(node), ("encoder-bridge", "0o660"), "group and mode")


for found in own_ids():
    own_id(*found)


@scenario("no rule for the port: the bridge is not permitted, says so, and is ready as soon as there is one")
def no_rule(stage):
    stage.callback(mark_all)
    mark()
    adapter = stage.keep(Adapter("desk", serial="ENC42"))
    adapter.plug()
    node = adapter.node()
    stage.keep(Simulator(adapter.device_side))
    bridge = stage.keep(Bridge({"front-desk": {"match": "serial: ENC42"}}))
    bridge.until("faulted")
    found = bridge.encoder()["lastFault"]
    equal((found["code"], found["path"]), ("notPermitted", node), "the fault")
    mark(local_rule("front-desk", "--serial", "ENC42"))
    subprocess.run(["udevadm", "trigger", "--settle", "--action=add", f"--name-match={node}"], check=True)
    bridge.until("ready")


@scenario("a rule that is taken away: the mark goes with the next trigger")
def rule_taken_away(stage):
    stage.callback(mark_all)
    mark(local_rule("front-desk", "--path", id_path(0)))
    adapter = stage.keep(Adapter("desk"))
    adapter.plug()
    node = adapter.node()
    equal(properties(node).get("ENCODER_BRIDGE_DRIVER"), "industry-standard", "the mark")
    os.remove(LOCAL_RULES)
    subprocess.run(["udevadm", "control", "--reload"], check=True)
    subprocess.run(["udevadm", "trigger", "--settle", f"--name-match={node}"], check=True)
    equal(properties(node).get("ENCODER_BRIDGE_DRIVER"), None, "the mark without the rule")


@scenario("FTDI latency timer: 1 ms on a marked port, untouched elsewhere")
def latency(stage):
    stage.callback(mark_all)
    adapter = stage.keep(Ftdi("A50285BI"))
    for lines in ([], [local_rule("front-desk", "--serial", "A50285BI")]):
        mark(*lines)
        adapter.plug()
        node = adapter.node()
        settle()
        timer = read(f"/sys/class/tty/{os.path.basename(node)}/device/latency_timer")
        # A real chip wakes up with 16, QEMU's with 0.
        expect((timer == "1") == bool(lines), f"the latency timer is {timer} {'with' if lines else 'without'} the mark")
        if lines:
            equal(access(node), ("encoder-bridge", "0o660"), "group and mode")
        adapter.stop()


@scenario("a port that is nobody's: no byte to it, from start, replug, order and probe")
def foreign_port(stage):
    stage.callback(mark_all)
    mark(local_rule("front-desk", "--serial", "ENC42"))
    ours, foreign = stage.keep(Adapter("desk", serial="ENC42")), stage.keep(Adapter("modem", serial="MODEM7"))
    stage.keep(Simulator(ours.device_side))
    modem = stage.keep(Listener(foreign.device_side, lambda data: b"\r\nOK\r\n"))
    foreign.plug(1)
    foreign.node()
    bridge = stage.keep(Bridge({"front-desk": {"match": "serial: ENC42"}}))
    ours.plug(0)
    bridge.until("ready")
    bridge.cut("101")
    for _ in range(3):
        foreign.pull()
        foreign.plug(1)
        foreign.node()
    program("probe", "--json")
    bridge.cut("102")
    equal(modem.received, b"", "what the modem got")
    expect(not bridge.holds(foreign.node()), "the foreign port is open in the bridge")


@scenario("ModemManager: keeps off a marked port, although it asks another")
def modem_manager(stage):
    if not shutil.which("ModemManager"):
        stage.remark("ModemManager is not installed here: only its properties were checked (the scenario of the local rule)")
        expect(False, "install the package modemmanager (packaging/install-packages vm)")
    os.makedirs("/run/dbus", exist_ok=True)
    bus = subprocess.Popen(["dbus-daemon", "--system", "--nofork", "--nopidfile"], stderr=subprocess.DEVNULL)
    stage.callback(lambda: (bus.terminate(), bus.wait(20)))
    eventually("the message bus", lambda: os.path.exists("/run/dbus/system_bus_socket"))
    stage.callback(mark_all)
    # The other port is one that ModemManager is told to ask: that it does shows that it had its chance with ours.
    told = 'SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="MODEM7", ENV{ID_MM_DEVICE_PROCESS}="1"'
    mark(local_rule("front-desk", "--serial", "ENC42"), told)
    log = open("/tmp/desk/modemmanager.log", "w")
    manager = subprocess.Popen(["ModemManager", "--debug"], stdout=log, stderr=log)
    stage.callback(lambda: (manager.terminate(), manager.wait(30)))

    def said(words):
        with open(log.name, errors="replace") as file:
            return words in file.read()

    eventually("ModemManager to run", lambda: said("ModemManager (version"))
    marked, bare = stage.keep(Adapter("marked", serial="ENC42")), stage.keep(Adapter("bare", serial="MODEM7"))
    encoder, modem = (stage.keep(Listener(adapter.device_side)) for adapter in (marked, bare))
    marked.plug(0)
    bare.plug(1)
    marked.node()
    bare.node()
    eventually("ModemManager to ask the unmarked port", lambda: b"AT" in modem.received, within=120)
    time.sleep(1)
    equal(encoder.received, b"", "what the marked port got from ModemManager")
    stage.remark(f"the unmarked port got {len(modem.received)} bytes, the marked one none")
