# SPDX-License-Identifier: Apache-2.0
"""A real Chromium, driven over its DevTools pipe: no driver program, no package beside the browser itself.

Messages are JSON with a zero byte behind each, in on descriptor 3 and out on 4 (chromium --remote-debugging-pipe).
"""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time


class Trouble(Exception):
    pass


class Chromium:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="chromium-")
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if not program:
            raise Trouble("there is no chromium: packaging/install-packages test")

        def plug():
            # Over high numbers, so that neither end is closed while the other is moved.
            ends = os.dup2(to_browser, 103), os.dup2(from_browser, 104)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
             "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "about:blank"],
            preexec_fn=plug, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None

    def send(self, method, _session=True, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if _session and self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + 60
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Trouble(f"{method}: {answer['error']['message']}")
                return answer.get("result", {})
            self.events.append(answer)

    def receive(self, end):
        while b"\0" not in self.buffer:
            if not select.select([self.read_end], [], [], max(0, end - time.monotonic()))[0]:
                raise Trouble("the browser says nothing")
            piece = os.read(self.read_end, 1 << 20)
            if not piece:
                raise Trouble("the browser has gone")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def page(self, url, width, height, dark=False):
        """A new tab of this size on this address."""
        target = self.send("Target.createTarget", _session=False, url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", _session=False, targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Accessibility"):
            self.send(f"{domain}.enable")
        self.size(width, height, dark)
        self.send("Page.navigate", url=url)

    def size(self, width, height, dark=False):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = "dark" if dark else "light"
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def run(self, script):
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Trouble(f"{script[:80]}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def until(self, what, script, seconds=20):
        """Waits until a condition of the page holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(f'!!({script})'):
                return
            time.sleep(0.05)
        raise Trouble(f"waited {seconds} s for {what}; the page says:\n{self.run('document.body.innerText')}")

    def press(self, *keys):
        """Keys as a keyboard sends them."""
        for key in keys:
            text = {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 else None)
            code = {"Tab": 9, "Enter": 13, " ": 32}.get(key, 0)
            extra = {"text": text} if text else {}
            self.send("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **extra)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text):
        self.send("Input.insertText", text=text)

    def picture(self, path):
        height = self.run("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        width = self.run("innerWidth")
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": max(200, height), "scale": 1})
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def complaints(self):
        """What the page's script or the content policy complained of."""
        found = []
        for event in self.events:
            if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
                found.append(event["params"]["entry"].get("text", "") + " " + event["params"]["entry"].get("url", ""))
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(event["params"]["exceptionDetails"].get("text", ""))
        return found

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
