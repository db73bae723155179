# SPDX-License-Identifier: Apache-2.0
"""What is plugged in: USB serial adapters that the kernel plays (a gadget on a dummy host controller), and an FTDI that QEMU plays."""
import glob
import os
import subprocess
import time

from lane import eventually

CONFIG = "/sys/kernel/config/usb_gadget"
SOCKETS = 6


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def read(path):
    with open(path) as file:
        return file.read().strip()


def prepare():
    """Empty USB sockets: dummy_udc.0 is where gadgets plug in, dummy_hcd.0 is where the host sees them."""
    subprocess.run(["modprobe", "-a", "libcomposite", "usb_f_acm", "cdc_acm"], check=True)
    subprocess.run(["modprobe", "dummy_hcd", f"num={SOCKETS}"], check=True)
    if not os.path.isdir(CONFIG):
        subprocess.run(["mount", "-t", "configfs", "none", "/sys/kernel/config"], check=True)
    settle()


def settle():
    subprocess.run(["udevadm", "settle"], check=True)


def properties(node):
    """Of a node in /dev, or of a device by its place in /sys."""
    what = f"--path={node}" if node.startswith("/sys/") else f"--name={node}"
    said = subprocess.run(["udevadm", "info", "--query=property", what], check=True, capture_output=True, text=True)
    return dict(line.split("=", 1) for line in said.stdout.splitlines() if "=" in line)


def id_path(socket):
    return f"platform-dummy_hcd.{socket}-usb-0:1:1.0"


class Adapter:
    """A USB serial adapter. `device_side` is its encoder's end; the host's end is `node()` while it is plugged in."""

    def __init__(self, name, serial=None, vendor=0x0525, product=0xA4A7):
        self.gadget = f"{CONFIG}/{name}"
        self.socket = None
        os.mkdir(self.gadget)
        write(f"{self.gadget}/idVendor", hex(vendor))
        write(f"{self.gadget}/idProduct", hex(product))
        strings = f"{self.gadget}/strings/0x409"
        os.mkdir(strings)
        write(f"{strings}/manufacturer", "Test")
        write(f"{strings}/product", f"Adapter {'without a number' if serial is None else serial}")
        if serial is not None:
            write(f"{strings}/serialnumber", serial)
        self.function = f"{self.gadget}/functions/acm.0"
        os.mkdir(self.function)
        self.setup = f"{self.gadget}/configs/c.1"
        os.mkdir(self.setup)
        self.link = f"{self.setup}/acm.0"
        os.symlink(self.function, self.link)
        self.device_side = f"/dev/ttyGS{read(f'{self.function}/port_num')}"

    def plug(self, socket=0):
        write(f"{self.gadget}/UDC", f"dummy_udc.{socket}")
        self.socket = socket

    def pull(self):
        if self.socket is not None:
            write(f"{self.gadget}/UDC", "\n")
            self.socket = None

    def node(self):
        """/dev/ttyACM0 once udev has finished with it."""
        socket = self.socket

        def look():
            for path in glob.glob(f"/sys/devices/platform/dummy_hcd.{socket}/usb*/*/*/tty/ttyACM*"):
                node = f"/dev/{os.path.basename(path)}"
                if properties(node).get("USEC_INITIALIZED"):
                    return node
            return None

        return eventually(f"the adapter in socket {socket}", look)

    def stop(self):
        self.pull()
        os.unlink(self.link)
        os.rmdir(self.setup)
        os.rmdir(self.function)
        os.rmdir(f"{self.gadget}/strings/0x409")
        # The far end may still be open for a moment.
        eventually("the adapter to be taken apart", lambda: os.rmdir(self.gadget) is None)


class HidDevice:
    """A USB device with one HID interface of 64-byte reports without numbers, as the MSR605X (0801:0003) has. The device's side is
    /dev/hidg0: what the host sends as feature or output report is read there, what is written there is an input report."""

    device_side = "/dev/hidg0"
    # Vendor page; 64 bytes in, out and feature.
    report = bytes.fromhex("0600ff0901a101150026ff007508954009198102092991020939b102c0")

    def __init__(self, name, vendor=0x0801, product=0x0003):
        subprocess.run(["modprobe", "-a", "usb_f_hid", "usbhid", "hid_generic"], check=True)
        self.gadget = f"{CONFIG}/{name}"
        self.function = f"{self.gadget}/functions/hid.0"
        self.setup = f"{self.gadget}/configs/c.1"
        self.socket = None
        os.mkdir(self.gadget)
        write(f"{self.gadget}/idVendor", hex(vendor))
        write(f"{self.gadget}/idProduct", hex(product))
        os.mkdir(self.function)
        for attribute, value in [("protocol", "0"), ("subclass", "0"), ("report_length", "64"), ("no_out_endpoint", "1")]:
            write(f"{self.function}/{attribute}", value)
        with open(f"{self.function}/report_desc", "wb") as file:
            file.write(self.report)
        os.mkdir(self.setup)
        os.symlink(self.function, f"{self.setup}/hid.0")

    def plug(self, socket=0):
        write(f"{self.gadget}/UDC", f"dummy_udc.{socket}")
        self.socket = socket

    def pull(self):
        if self.socket is not None:
            write(f"{self.gadget}/UDC", "\n")
            self.socket = None

    def node(self):
        def look():
            for path in glob.glob(f"/sys/devices/platform/dummy_hcd.{self.socket}/usb*/*/*/*/hidraw/hidraw*"):
                node = f"/dev/{os.path.basename(path)}"
                if properties(node).get("USEC_INITIALIZED"):
                    return node
            return None

        return eventually(f"the HID device in socket {self.socket}", look)

    def stop(self):
        self.pull()
        os.unlink(f"{self.setup}/hid.0")
        os.rmdir(self.setup)
        os.rmdir(self.function)
        os.rmdir(self.gadget)


class Ftdi:
    """An FTDI adapter (0403:6001) that QEMU plugs into its USB controller; its far end is /dev/ttyS1, by a null-modem cable."""

    device_side = "/dev/ttyS1"
    monitor = "/dev/virtio-ports/monitor"

    def __init__(self, serial):
        self.serial = serial
        self.plugged = False

    def _tell(self, command):
        with open(self.monitor, "r+b", buffering=0) as file:
            file.write(command.encode() + b"\n")
            time.sleep(0.2)

    def plug(self):
        self._tell(f"device_add usb-serial,id=ftdi,chardev=cable,bus=usb.0,serial={self.serial}")
        self.plugged = True

    def pull(self):
        if self.plugged:
            self._tell("device_del ftdi")
            self.plugged = False

    def node(self):
        def look():
            for node in glob.glob("/dev/ttyUSB*"):
                if properties(node).get("ID_SERIAL_SHORT") == self.serial:
                    return node
            return None

        return eventually("the FTDI adapter", look)

    def stop(self):
        self.pull()
        eventually("the FTDI adapter to go", lambda: not glob.glob("/dev/ttyUSB*"))
