# SPDX-License-Identifier: Apache-2.0
"""The hotel in a folder: the sandbox PMS, a real broker, the gateway with its locks, and the daemon, which dies and comes back."""
import asyncio
import pathlib
import signal

from lane import site
from lane.access import hotel
from lane.access.gateway import Gateway


class AccessSite(site.Site):
    def __init__(self, program, folder, code_length, grace):
        super().__init__(program, folder, encoders={})
        self._code_length, self._grace = code_length, grace
        # Seconds that the daemon stays away after its next death.
        self.rest = 0
        self.broker, self.broker_deaths = None, 0

    async def open(self):
        self.broker_port = site.free_port()
        (self.folder / "mosquitto.conf").write_text(
            f"listener {self.broker_port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n")
        await self.start_broker()
        self.gateway = Gateway(self.broker_port, self.trip)
        await self.gateway.open()
        await super().open()

    async def start_broker(self):
        program, self.program = self.program, "/usr/sbin/mosquitto"
        self.broker = self._start("broker", "-c", str(self.folder / "mosquitto.conf"))
        self.program = program

    async def kill_broker(self, away):
        self.broker.send_signal(signal.SIGKILL)
        self.broker.wait()
        self.broker_deaths += 1
        await asyncio.sleep(away)
        await self.start_broker()

    def configure(self):
        super().configure()
        path = pathlib.Path(self.folder / "bridge.yaml")
        path.write_text(path.read_text().replace("encoders:\n", "").replace("Fault Lane", "Access Lane").split("\nlayouts:")[0] +
                        "\nconnector:" + path.read_text().split("connector:")[1] +
                        f"mqtt: {{ broker: \"mqtt://127.0.0.1:{self.broker_port}\" }}\n" + hotel.configuration(self._code_length, self._grace))

    async def keep_daemon(self):
        """Starts it again when it has died, as systemd would, or a while later: a machine boots."""
        while True:
            await asyncio.sleep(0.1)
            if self.wanted and self.daemon.poll() is not None:
                self.deaths += 1
                rest, self.rest = self.rest, 0
                await asyncio.sleep(rest)
                self.start_daemon()

    async def close(self):
        self.gateway.close()
        await super().close()
