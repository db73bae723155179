# SPDX-License-Identifier: Apache-2.0
"""The package's life: installed, set up, working with PMS, page and metrics, hardened, killed, hung, upgraded, removed, purged."""
import grp
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time

import desk
import hotel
import plugs
import unit
from lane import equal, eventually, expect, scenario

DEB = os.environ["DEB"]
DEB_BEFORE = os.environ["DEB_BEFORE"]
MOST_EXPOSURE = 1.5
kept = {}


def apt(*words):
    """apt-get, which knows what is installed and nothing of any archive: it would read lists of 60,000 packages on an emulated processor."""
    os.makedirs("/run/lists/partial", exist_ok=True)
    return unit.command(
        "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "--no-install-recommends", "-o", "Dir::State::lists=/run/lists",
        "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=", "-o", "Dpkg::Options::=--force-unsafe-io",
        "-o", "APT::Sandbox::User=root", *words, within=1200)


# An index of manual pages takes minutes here and proves nothing.
if os.path.exists("/var/lib/man-db/auto-update"):
    os.remove("/var/lib/man-db/auto-update")


@scenario("a package that is installed starts its service, which waits for encoders")
def installed(stage):
    start = time.monotonic()
    apt("install", DEB_BEFORE)
    equal(unit.show("ActiveState"), "active", "the service")
    equal(unit.show("Type"), "notify", "its type")
    equal(unit.command("systemctl", "is-enabled", unit.UNIT).strip(), "enabled", "the service at the next boot")
    found = os.stat(unit.CONFIGURATION)
    equal((stat.S_IMODE(found.st_mode), grp.getgrgid(found.st_gid).gr_name), (0o640, "encoder-bridge"), "the configuration's mode and group")
    equal(stat.S_IMODE(os.stat("/etc/encoder-bridge").st_mode), 0o750, "the folder's mode")
    expect(stat.S_ISSOCK(os.stat(unit.SOCKET).st_mode), f"{unit.SOCKET} is not there though the service said that it is ready")
    equal(pwd.getpwuid(os.stat(unit.SOCKET).st_uid).pw_name, "encoder-bridge", "the socket's owner")
    stage.remark(f"apt install to ready: {time.monotonic() - start:.0f} s")


@scenario("what setup asks is all that it takes: an encoder is ready, and a key is cut")
def works(stage):
    kept["pms"] = hotel.Sandbox()
    desk.mark(desk.local_rule("front-desk", "--serial", "SRV00001"))
    kept["adapter"] = plugs.Adapter("service", serial="SRV00001")
    kept["simulator"] = desk.Simulator(kept["adapter"].device_side)
    kept["adapter"].plug()
    kept["adapter"].node()
    start = time.monotonic()
    unit.token = hotel.set_up({name: kept["pms"].hotel["Tokens"][name] for name in ("ClientToken", "AccessToken")})
    hotel.connect_to_sandbox()
    unit.command("encoder-bridge", "check", "--config", unit.CONFIGURATION)
    for name in ("tokens", "tokens.commands", "mews-client-token", "mews-access-token"):
        found = os.stat(f"/etc/encoder-bridge/{name}")
        equal((stat.S_IMODE(found.st_mode), found.st_uid), (0o600, 0), f"mode and owner of {name}: root's, the service gets it as a credential")
    unit.command("systemctl", "restart", unit.UNIT)
    unit.until_ready()
    stage.remark(f"setup to ready: {time.monotonic() - start:.0f} s")
    kept["job"] = unit.cut("101")
    equal(kept["simulator"].rooms(), ["101"], "the cards")


@scenario("an encoder that is pulled and plugged in again is ready, without a word to the service")
def plugged(stage):
    kept["adapter"].pull()
    eventually("the encoder to be away", lambda: unit.ask("GET", "/v1/encoders/front-desk")["state"] != "ready")
    kept["adapter"].plug()
    unit.until_ready()


@scenario("a key that a clerk orders in the PMS is cut, and the PMS hears of it")
def ordered(stage):
    eventually(
        "the PMS to be connected", lambda: unit.ask("GET", "/v1/status")["connectors"][0]["state"] == "connected", within=120)
    start = time.monotonic()
    room = kept["pms"].cut()
    stage.remark(f"ordered to reported: {time.monotonic() - start:.1f} s")
    equal(kept["simulator"].rooms()[-1], room, "the card")
    kept["room"] = room
    status = subprocess.run(["encoder-bridge", "status"], capture_output=True, text=True, timeout=60)
    equal(status.returncode, 0, f"the exit status of status ({status.stdout}{status.stderr})")


@scenario("the page shows it to the clerk, and to nobody without the access code")
def page(stage):
    status, shell = unit.fetch("/")
    expect(status == 200 and "<html" in shell and "front-desk" in shell, f"the page: {status} {shell[:300]}")
    for name in re.findall(r'(?:src|href)="(/[^"]+)"', shell):
        equal(unit.fetch(name)[0], 200, f"{name} of the page")
    status, board = unit.fetch("/desk/board")
    expect(status == 200 and "front-desk" in board and kept["room"] in board, f"the board: {status} {board[:1500]}")
    token, unit.token = unit.token, None
    equal(unit.fetch("/desk/board")[0], 401, "the board without a code")
    unit.token = token


@scenario("Prometheus reads the metrics")
def metrics(stage):
    status, text = unit.fetch("/metrics")
    equal(status, 200, "the metrics")
    done = sum(float(line.split()[-1]) for line in text.splitlines() if re.match(r"encoder_bridge_jobs_total{.*done", line))
    expect(done >= 2, f"keys that were cut by the metrics: {done}\n{text[:1500]}")
    if shutil.which("promtool"):
        read = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=300)
        equal(read.returncode, 0, f"promtool check metrics: {read.stdout}{read.stderr}")
    else:
        stage.remark("promtool is not installed here: the text was not read by it")


@scenario("another user's program in the place of a bridge that is stopped gets no token")
def squatted(stage):
    unit.command("systemctl", "stop", unit.UNIT)
    # Whatever is found, the scenarios behind this one want the service.
    stage.callback(unit.command, "systemctl", "start", unit.UNIT)
    expect(not hotel.may_listen_there(), f"another user may listen at {unit.SOCKET}")
    squatter = stage.keep(hotel.Squatter())
    for words in (["status"], ["card", "front-desk"], ["jobs"]):
        said = subprocess.run(["encoder-bridge", *words], capture_output=True, text=True, timeout=60)
        if words == ["jobs"]:
            # It reads the journal itself: who listens does not matter to it.
            expect(said.returncode == 0 and kept["room"] in said.stdout, f"jobs beside a squatter: {said.returncode} {said.stdout}{said.stderr}")
        else:
            equal(said.returncode, 69, f"the exit status of {words[0]} ({said.stdout}{said.stderr})")
            expect("a program of the user nobody listens at" in said.stderr and "it got no token" in said.stderr,
                   f"{words[0]} does not say who listens there: {said.stderr}")
    with open("/etc/encoder-bridge/tokens.commands") as file:
        secret = file.read().strip()
    heard = squatter.heard()
    expect(secret not in heard and "authorization" not in heard.lower(), f"the program in the bridge's place was told: {heard[:500]}")
    unit.command("systemctl", "start", unit.UNIT)
    unit.until_ready()


@scenario("an MSR605X that is plugged in after the start may be opened: its class of devices is allowed")
def hidraw(stage):
    device = stage.keep(plugs.HidDevice("msr"))
    device.plug(1)
    node = device.node()
    allowed = unit.command("systemctl", "show", unit.UNIT, "--property=DeviceAllow")
    expect("char-hidraw" in allowed, f"hidraw is not allowed: {allowed}")
    # The program in the cage of the unit, as its user: may it be opened?
    said = unit.command(
        "systemd-run", "--quiet", "--wait", "--pipe", "--collect", "-p", "User=encoder-bridge", "-p", "DevicePolicy=closed",
        "-p", "DeviceAllow=char-hidraw rw", "-p", "PrivateUsers=yes", "-p", "ProtectClock=yes", "--", "sh", "-c",
        f"exec 3<>{node} && echo opened")
    equal(said.strip(), "opened", f"{node} in a unit that allows char-hidraw")


@scenario("the unit's exposure is low while all of that works")
def exposure(stage):
    said = unit.command("systemd-analyze", "security", f"{unit.UNIT}.service", "--no-pager")
    level = re.search(r"Overall exposure level for .*: ([0-9.]+)", said)
    expect(level, said[-500:])
    stage.remark(level.group(0))
    expect(float(level.group(1)) <= MOST_EXPOSURE, f"{level.group(0)}: at most {MOST_EXPOSURE}")
    pid = unit.process()
    with open(f"/proc/{pid}/limits") as file:
        core = next(line for line in file if line.startswith("Max core file size"))
    equal(core.split()[4:6], ["0", "0"], "the largest core file")


@scenario("the journal keeps priority and fields, and each message once")
def fields(stage):
    of_the_encoder = eventually("messages with the encoder's field", lambda: unit.journal("ENCODER=front-desk"))
    expect(all("PRIORITY" in entry and entry["SYSLOG_IDENTIFIER"] == "encoder-bridge" for entry in of_the_encoder), of_the_encoder[0])
    done = [entry for entry in of_the_encoder if entry.get("JOB") == kept["job"]]
    expect(done, f"no message has JOB={kept['job']}")
    moments = [(e["MESSAGE"], e["__REALTIME_TIMESTAMP"]) for e in unit.journal()]
    equal(len(set(moments)), len(moments), "messages that are there twice")
    expect(not any(re.match(r"\d{4}-\d\d-\d\dT", m) for m, _ in moments), "a message begins with a time stamp of its own")


@scenario("a bridge that is killed is back, and its encoder with it")
def killed(stage):
    before = unit.process()
    os.kill(int(before), signal.SIGKILL)
    took = unit.until_another_process(before)
    stage.remark(f"active again {took:.1f} s after kill -9 (one of them is RestartSec; the rest is an emulated processor's)")
    unit.until_ready()
    kept["job"] = unit.cut("102")


@scenario("a bridge that hangs is started anew by the watchdog")
def hung(stage):
    drop_in = "/run/systemd/system/encoder-bridge.service.d"
    os.makedirs(drop_in)
    with open(f"{drop_in}/short.conf", "w") as file:
        file.write("[Service]\nWatchdogSec=20\nTimeoutAbortSec=2\n")
    unit.command("systemctl", "daemon-reload")
    unit.command("systemctl", "restart", unit.UNIT)
    unit.until_ready()
    before = unit.process()
    time.sleep(25)  # The fact to be shown is that nothing happens for longer than the watchdog's patience.
    equal(unit.show("MainPID"), before, "the process of a bridge that is well")
    os.kill(int(before), signal.SIGSTOP)
    stage.remark(f"started anew {unit.until_another_process(before):.0f} s after it was stopped, with a patience of 20 s")
    unit.until_ready()
    os.remove(f"{drop_in}/short.conf")
    os.rmdir(drop_in)
    unit.command("systemctl", "daemon-reload")


@scenario("an upgrade keeps configuration and journal, and starts the new program")
def upgraded(stage):
    before = unit.process()
    with open(unit.CONFIGURATION) as file:
        configuration = file.read()
    apt("install", DEB)
    expect(unit.show("MainPID") != before, "the old program still runs")
    with open(unit.CONFIGURATION) as file:
        equal(file.read(), configuration, "the configuration")
    unit.until_ready()
    equal(unit.ask("GET", f"/v1/jobs/{kept['job']}")["state"], "done", "a job of before")
    unit.cut("103")
    # Its tokens too: the page's, with which all of this is asked, and the PMS'.
    equal(kept["pms"].cut(), kept["room"], "the room of a key that the PMS ordered")


@scenario("a removed package leaves configuration and journal, a purged one nothing")
def removed(stage):
    brought = [path for path in unit.command("dpkg", "-L", "encoder-bridge").splitlines() if not os.path.isdir(path)]
    kept["pms"].stop()
    apt("remove", "encoder-bridge")
    expect(unit.command("systemctl", "is-active", unit.UNIT, check=False).strip() != "active", "the service still runs")
    expect(not os.path.exists("/usr/bin/encoder-bridge"), "the program is still there")
    for path in (unit.CONFIGURATION, "/var/lib/encoder-bridge/journal.sqlite"):
        expect(os.path.exists(path), f"{path} is gone after remove")
    apt("purge", "encoder-bridge")
    for path in ("/etc/encoder-bridge", "/var/lib/encoder-bridge", "/run/encoder-bridge", "/usr/share/encoder-bridge",
                 "/lib/systemd/system/encoder-bridge.service", "/usr/lib/udev/rules.d/62-encoder-bridge.rules"):
        expect(not os.path.exists(path), f"{path} is still there after purge")
    left = [path for path in brought if os.path.lexists(path)]
    # Wherever systemd, its helpers or udev keep something under the package's name.
    for folder in ("/etc/systemd", "/var/lib/systemd", "/var/lib/dpkg/info", "/var/lib/private", "/var/log", "/run/credentials", "/usr/share"):
        for where, folders, files in os.walk(folder):
            left += [f"{where}/{name}" for name in folders + files if "encoder-bridge" in name]
    equal(left, [], "what a purged package leaves")
    for database in ("passwd", "group"):
        expect(not unit.command("getent", database, "encoder-bridge", check=False), f"encoder-bridge is still in {database}")
