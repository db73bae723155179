# SPDX-License-Identifier: Apache-2.0
"""The technician: reads the first screen of `probe`, and does what it says there."""
import os
import re
import subprocess
import threading

from desk import PROGRAM
from lane import expect

BIN = "/run/technician"
CONFIGURATION = "/etc/encoder-bridge/encoder-bridge.yaml"
LINES, COLUMNS = 24, 80

# The commands are run as they are printed. This machine has no sudo (root does it all) and no systemd to talk to: what `systemctl`
# was asked is written down, and pcscd is started as its socket would start it.
SHIMS = {
    "sudo": '#!/bin/sh\nexec "$@"\n',
    "systemctl": f'#!/bin/sh\necho "$*" >>{BIN}/systemctl.log\ncase "$*" in *pcscd*) /usr/sbin/pcscd ;; esac\n',
    "encoder-bridge": f'#!/bin/sh\nexec {PROGRAM} "$@"\n',
}


def prepare():
    os.makedirs(BIN, exist_ok=True)
    for name, text in SHIMS.items():
        with open(f"{BIN}/{name}", "w") as file:
            file.write(text)
        os.chmod(f"{BIN}/{name}", 0o755)


def configure(encoders, path=CONFIGURATION):
    """Writes the site's configuration: name -> (driver, match, settings)."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write("journal: { path: /tmp/desk/technician.sqlite }\nencoders:\n")
        for name, (driver, match, settings) in encoders.items():
            file.write(f"  {name}: {{ driver: {driver}, match: {{ {match} }}, settings: {{ {settings} }} }}\n")


class Screen:
    """What stands in the first 24 lines at 80 columns: findings, each with its commands."""

    def __init__(self, text, status):
        self.text, self.status = text, status
        self.findings = []
        for line in text.splitlines()[:LINES]:
            begun = re.match(r"^ ?\d+[!?.] (.*)", line)
            if begun:
                self.findings.append([begun[1], []])
            elif not self.findings or not line.startswith("    "):
                if self.findings:
                    break  # The ports follow.
            elif line.startswith(" " * 8):
                self.findings[-1][1].append(line[8:])
            else:
                self.findings[-1][0] += " " + line.strip()

    def names(self, words, *commands):
        """Expects a finding with these words and, below it, commands that begin so. Gives the commands, whole."""
        for sentence, lines in self.findings:
            if words in sentence:
                found = self._joined(lines)
                # Where the configuration is not at its usual place, each printed command names it.
                bare = [re.sub(r" +--config \S+", "", c) for c in found]
                for command in commands:
                    expect(any(c.startswith(command) for c in bare), f"no command '{command}' below '{sentence}':\n{self.text}")
                return found
        expect(False, f"'{words}' is not named in the first {LINES} lines:\n{self.text}")

    def names_not(self, words):
        expect(words not in " ".join(s for s, _ in self.findings), f"'{words}' is still there:\n{self.text}")

    @staticmethod
    def _joined(lines):
        """As a shell reads it: a command that goes on in the next line is one, a remark stands above its command or behind it."""
        return [c.strip() for c in re.sub(r"\\\n\s*", "", "\n".join(lines)).split("\n")]


class Look:
    """A call of `probe`, which may still be under way: the slow ones wait for encoders that do not answer, and can wait together."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [PROGRAM, "probe", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._text = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        self._text = self.process.stdout.read()

    def screen(self, within=150):
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            expect(False, f"probe took more than {within} s")
        self._reader.join(10)
        for line in self._text.splitlines():
            # A command of one long word, and a name of udev's, cannot be broken.
            expect(len(line) <= COLUMNS or " " not in line.strip(), f"wider than {COLUMNS} columns: {line}")
        return Screen(self._text, self.process.returncode)


def probe(*arguments):
    return Look(*arguments).screen()


def do(commands):
    """Runs commands as they were printed."""
    said = subprocess.run(
        ["bash", "-e", "-c", "\n".join(commands)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
    )
    expect(said.returncode == 0, f"{commands} ended with {said.returncode}: {said.stdout}{said.stderr}")
    return said.stdout


def correction(commands, path):
    """What a printed `sudoedit FILE` of the configuration in use with the remark `encoders: NAME: KEY: VALUE` tells to write there: (NAME, KEY, VALUE)."""
    said = "\n".join(commands)
    told = re.search(r"# encoders: ([^:]+): (?:settings: \{ )?(\w+): ([^ }\n]+)", said)
    expect(told and f"sudoedit {path}" in said, f"no correction of {path} in {commands}")
    return told[1], told[2], told[3]
