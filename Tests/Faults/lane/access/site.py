# SPDX-License-Identifier: Apache-2.0
"""The hotel in a folder: the sandbox PMS, a real broker, the gateway with its locks, and the daemon, which dies and comes back."""
import asyncio
import signal

from lane import site
from lane.access import hotel
from lane.access.gateway import Gateway


class AccessSite(site.Site):
    def __init__(self, program, folder, code_length, grace):
        super().__init__(program, folder, encoders={})
        self._code_length, self._grace = code_length, grace
        self.broker, self.broker_deaths = None, 0

    async def open(self):
        self.broker_port = site.free_port()
        (self.folder / "mosquitto.conf").write_text(
            f"listener {self.broker_port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n")
        self.start_broker()
        self.gateway = Gateway(self.broker_port, self.trip)
        await self.gateway.open()
        await super().open()

    def start_broker(self):
        self.broker = self._start("broker", "-c", str(self.folder / "mosquitto.conf"), program="/usr/sbin/mosquitto")

    async def kill_broker(self, away):
        # Two strikes at once are one death; and two brokers at one port are none that comes back.
        if self.broker.poll() is not None:
            return
        self.broker.send_signal(signal.SIGKILL)
        self.broker.wait()
        self.broker_deaths += 1
        await asyncio.sleep(away)
        self.start_broker()

    def configuration(self):
        return (f"{self.of_the_property()}connector:\n{self.of_mews('Access Lane')}"
                f"mqtt: {{ broker: \"mqtt://127.0.0.1:{self.broker_port}\" }}\n{hotel.configuration(self._code_length, self._grace)}")

    async def close(self):
        self.gateway.close()
        await super().close()
