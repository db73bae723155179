# SPDX-License-Identifier: Apache-2.0
"""Ten faults of a front desk, each planted on this kernel: `probe` names it in its first screen with the command that fixes it, the
command is run as it stands there, and the fault is gone."""
import os
import shutil
import signal
import subprocess
import sys
import uuid

import technician
from desk import FOLDER, STANDARD, Listener, Simulator, access, mark, mark_all, marks
from cables import SpeedCable
from lane import Stage, equal, eventually, expect, scenario
from plugs import Adapter, HidDevice, id_path, properties, settle
from technician import Look, configure, correction, do, probe

technician.prepare()
RULE = "/usr/lib/udev/rules.d/62-encoder-bridge.rules"


def plugged(stage, socket, serial=None, **ids):
    adapter = stage.keep(Adapter(f"fault{socket}", serial=serial, **ids))
    adapter.plug(socket)
    return adapter, adapter.node()


def answers():
    screen = probe("--identify")
    equal((screen.findings, screen.status), ([], 0), f"what is left to find:\n{screen.text}")


# MARK: Faults that show only by asking


# What the site's rules say of the sockets that are not for the usual encoder.
MARKED = {0: "pn532", 4: "msr", 5: "msr"}


class Asked:
    """A scenario as a generator: plants, gives the `probe` that it started, gets the screen, repairs. Whoever asks waits for encoders
    that do not answer: while one scenario is played, the next is planted and asked already, and so is the last, which waits longest."""

    all = []

    def __init__(self, function):
        self.function = function
        self.stage = None
        Asked.all.append(self)

    def begin(self):
        stage = Stage()
        self.steps = self.function(stage)
        self.look = next(self.steps)
        self.stage = stage

    def play(self, stage):
        stage.callback(mark_all)
        mark(*marks("industry-standard", MARKED))
        place = Asked.all.index(self)
        for other in (Asked.all[-1], self, *Asked.all[place + 1 : place + 2]):
            if other.stage is None:
                other.begin()
        stage.callback(self.stage.close)
        try:
            self.steps.send(self.look.screen())
        except StopIteration:
            pass


def fault(name):
    return lambda function: scenario(f"fault: {name}")(Asked(function).play)


def ask(name, encoders, *device):
    path = f"{FOLDER}/{name}.yaml"
    configure(encoders, path)
    return Look(*device, "--identify", "--config", path)


@fault("wrong driver named; right after the correction that is printed")
def wrong_driver(stage):
    adapter, node = plugged(stage, 0, serial="ENC0")
    stage.keep(Simulator(adapter.device_side))
    screen = yield ask("driver", {"front-desk": ("pn532", "serial: ENC0", "")}, node)
    told = correction(screen.names("does not answer to pn532, but to industry-standard", "sudoedit"), f"{FOLDER}/driver.yaml")
    equal(told, ("front-desk", "driver", "industry-standard"), "the correction")
    # The site's rule named the wrong driver too; it stands by the socket.
    mark(*marks("industry-standard", {**MARKED, 0: "industry-standard"}))
    subprocess.run(["udevadm", "trigger", "--settle", f"--name-match={node}"], check=True)
    configure({"front-desk": (told[2], "serial: ENC0", STANDARD)})
    answers()


@fault("wrong speed; right after the correction that is printed")
def wrong_speed(stage):
    adapter, node = plugged(stage, 1, serial="ENC1")
    line = f"{FOLDER}/line-{uuid.uuid4().hex[:6]}"
    stage.keep(Simulator(line, far="--link"))
    cable = stage.keep(SpeedCable(adapter.device_side, line, 115200, node))
    screen = yield ask("speed", {"front-desk": ("industry-standard", "serial: ENC1", STANDARD)}, node)
    told = correction(screen.names("does not answer at 9600 baud, but at 115200 baud", "sudoedit"), f"{FOLDER}/speed.yaml")
    equal(told, ("front-desk", "baud", "115200"), "the correction")
    configure({"front-desk": ("industry-standard", "serial: ENC1", f"{STANDARD}, baud: {told[2]}")})
    answers()
    equal(cable.wire, 115200, "the speed that went over the bus last")


@fault("twin adapters swapped; right again when the plugs are")
def swapped(stage):
    left, right = (Adapter(f"twin{n}") for n in (3, 4))
    stage.keep(left), stage.keep(right)
    stage.keep(Simulator(left.device_side))
    stage.keep(Simulator(right.device_side, driver="msr"))
    left.plug(4)
    right.plug(3)
    left.node(), right.node()
    encoders = {
        "lobby": ("industry-standard", f"path: '{id_path(3)}'", STANDARD),
        "spa": ("msr", f"path: '{id_path(4)}'", ""),
    }
    screen = yield ask("twins", encoders)
    commands = screen.names("lobby and spa are swapped", "encoder-bridge probe --identify")
    screen.names_not("Wrong driver")
    left.pull(), right.pull()
    left.plug(3), right.plug(4)
    left.node(), right.node()
    configure(encoders)
    do(commands)


@fault("deaf encoder in a pending read; the command that is printed wakes it")
def deaf(stage):
    adapter, node = plugged(stage, 5, serial="ENC5")
    left_waiting = lambda: Simulator(adapter.device_side, "--fault", "pendingRead", driver="msr")  # noqa: E731
    before = left_waiting()
    encoders = {"spa": ("msr", "serial: ENC5", "")}
    screen = yield ask("deaf", encoders, node)
    commands = screen.names("was deaf: a program had left it waiting for a card", f"encoder-bridge probe {node} --driver msr --reset")
    before.stop()
    stage.keep(left_waiting())
    configure(encoders)
    do(commands)
    answers()


@fault("encoder without power behind a live adapter; answers the command that is printed once it has power")
def no_power(stage):
    adapter, node = plugged(stage, 2, serial="ENC2")
    dark = Listener(adapter.device_side)
    encoders = {"front-desk": ("industry-standard", "serial: ENC2", STANDARD)}
    screen = yield ask("power", encoders, node)
    dark.stop()
    expect(len(dark.received) > 0, "nothing was asked")
    commands = screen.names("nothing answers at 9600 baud: has the encoder its own power", "encoder-bridge probe --identify")
    stage.keep(Simulator(adapter.device_side))
    configure(encoders)
    do(commands)


# MARK: Faults that a look shows, without a byte.


@scenario("fault: port held by another program; free after the command that is printed")
def held(stage):
    _, node = plugged(stage, 0, serial="ENC0")
    configure({"front-desk": ("industry-standard", "serial: ENC0", STANDARD)})
    hold = f"import os, time; os.open('{node}', os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK); print(flush=True); time.sleep(600)"
    other = subprocess.Popen([sys.executable, "-I", "-S", "-c", hold], stdout=subprocess.PIPE)
    stage.callback(other.kill)
    other.stdout.readline()
    screen = probe()
    equal(screen.status, 1, "the status")
    with open(f"/proc/{other.pid}/comm") as file:
        name = file.read().strip()
    do(screen.names(f"{node} is held by {name} (pid {other.pid})", f"sudo kill {other.pid}"))
    equal(other.wait(20), -signal.SIGTERM, "how the other program ended")
    probe().names_not("is held")


@scenario("fault: no permission; permitted after the commands that are printed")
def no_permission(stage):
    stage.callback(mark_all)
    mark()
    _, node = plugged(stage, 0, serial="ENC0")
    equal(access(node), ("dialout", "0o660"), "what the system's own rules give")
    configure({"front-desk": ("industry-standard", "serial: ENC0", STANDARD)})
    stage.callback(subprocess.run, ["gpasswd", "-d", "encoder-bridge", "dialout"], capture_output=True)
    try_it = ["setpriv", "--reuid=encoder-bridge", "--regid=encoder-bridge", "--init-groups", "test", "-w", node]
    expect(subprocess.run(try_it).returncode != 0, "the service may write already")
    do(probe().names(
        f"the service's user encoder-bridge may not open {node}", "sudo usermod -aG dialout encoder-bridge",
        "sudo systemctl restart encoder-bridge",
    ))
    equal(subprocess.run(try_it).returncode, 0, "whether the service may write now")
    probe().names_not("may not open")


@scenario("fault: udev rule missing; the HID encoder is the service's after the commands that are printed")
def rule_missing(stage):
    stage.callback(mark_all)
    shutil.move(RULE, "/run/rule")

    def put_back():
        shutil.move("/run/rule", RULE)
        if os.path.exists("/etc/udev/rules.d/62-encoder-bridge.rules"):
            os.remove("/etc/udev/rules.d/62-encoder-bridge.rules")

    stage.callback(put_back)
    mark()
    device = stage.keep(HidDevice("fault0"))
    device.plug(0)
    node = device.node()
    equal(access(node), ("root", "0o600"), "what a HID device is without our rule")
    configure({"spa": ("msr", f"path: '{id_path(0)}'", "")})
    screen = probe()
    screen.names_not("was the plug moved")
    do(screen.names("udev rule 62-encoder-bridge.rules is not installed", "encoder-bridge rules | sudo tee", "sudo udevadm control"))
    settle()
    equal(access(node), ("encoder-bridge", "0o660"), "group and mode")
    screen = probe()
    screen.names_not("not installed")
    equal(screen.status, 0, f"the status:\n{screen.text}")


# As Ubuntu 22.04 has it: every CH340 is a Baum display. What stands behind the label does not matter here.
BRLTTY = """SUBSYSTEM=="usb", KERNEL!="*:*", GOTO="brltty_usb_begin"
GOTO="brltty_device_end"
LABEL="brltty_usb_begin"
# Device: 1A86:7523
ENV{PRODUCT}=="1a86/7523/*", ENV{BRLTTY_BRAILLE_DRIVER}="bm", GOTO="brltty_usb_run"
GOTO="brltty_device_end"
LABEL="brltty_usb_run"
LABEL="brltty_device_end"
"""


@scenario("fault: brltty's rule takes the adapter; it does no more after the commands that are printed")
def brltty(stage):
    stage.callback(mark_all)
    # A gadget speaks CDC ACM, whatever its number: the CH340's own driver would only be in the way.
    os.makedirs("/run/modprobe.d", exist_ok=True)
    with open("/run/modprobe.d/vm.conf", "w") as file:
        file.write("blacklist ch341\n")
    rule, off = "/usr/lib/udev/rules.d/85-brltty.rules", "/etc/udev/rules.d/85-brltty.rules"
    with open(rule, "w") as file:
        file.write(BRLTTY)
    stage.callback(lambda: [os.remove(path) for path in (rule, off) if os.path.lexists(path)])
    mark_all()
    adapter, node = plugged(stage, 0, vendor=0x1A86, product=0x7523)
    usb = os.path.realpath(f"/sys/class/tty/{os.path.basename(node)}/device/..")
    equal(properties(usb).get("BRLTTY_BRAILLE_DRIVER"), "bm", "whose udev thinks the adapter is")
    configure({"front-desk": ("industry-standard", f"path: '{id_path(0)}'", STANDARD)})
    do(probe().names(
        "takes every CH340 for a Braille display", "sudo ln -s /dev/null /etc/udev/rules.d/85-brltty.rules", "sudo udevadm control --reload"
    ))
    # "then pull the plug and put it in again"
    adapter.pull()
    adapter.plug(0)
    equal(adapter.node(), node, "the node after the replug")
    equal(properties(usb).get("BRLTTY_BRAILLE_DRIVER"), None, "whose udev thinks the adapter is now")
    screen = probe()
    equal((screen.findings, screen.status), ([], 0), f"what is left to find:\n{screen.text}")


@scenario("fault: pcscd missing; there after the commands that are printed")
def pcscd_missing(stage):
    configure({"spa": ("pcsc", "reader: 'ACS ACR122U 00 00'", "")})
    unit, hidden = "/usr/lib/systemd/system/pcscd.socket", "/run/pcscd.socket"
    shutil.move(unit, hidden)
    screen = probe()
    # What the package brings (there is no network here to get it from).
    shutil.move(hidden, unit)
    screen.names("pcscd is not installed: without it nobody can reach the PC/SC reader of encoder spa", "sudo apt install pcscd libccid")
    do(probe().names("pcscd is not running", "sudo systemctl enable --now pcscd.socket"))

    def end():
        with open("/run/pcscd/pcscd.pid") as file:
            os.kill(int(file.read().strip("\0\n")), signal.SIGTERM)

    eventually("pcscd", lambda: os.path.exists("/run/pcscd/pcscd.comm"))
    stage.callback(end)
    probe().names_not("pcscd is not")
