// SPDX-License-Identifier: Apache-2.0
import DriverKit
import PortIO
import Ports

extension DetectedPort {
    /// The port that a technician names, as udev knows it; without udev's records it is what its name says.
    /// - Parameter name: a device node or a link to it, HOST:PORT, or the name of a PC/SC reader.
    package init(named name: String, for driver: DriverManifest) {
        if let found = try? LinuxPorts().list().first(where: { $0.address == name || $0.links.contains(name) }) {
            self = found
            return
        }
        let kind: PortKind =
            if name.hasPrefix("/") {
                name.hasPrefix("/dev/hidraw") ? .hidraw : .tty
            } else {
                driver.ports.contains(.pcsc) ? .pcsc : .tcp
            }
        self.init(incarnation: .init("record"), kind: kind, address: name)
    }
}
