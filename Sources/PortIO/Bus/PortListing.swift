// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import DriverKit
import Glibc

/// The ports that udev knows now.
enum PortListing {
    /// A port and its device number, by which a path that a person wrote down is recognised as the same device.
    struct Entry: Hashable, Sendable {
        var port: DetectedPort
        var major: UInt32
        var minor: UInt32
    }

    static func entries(_ context: UdevContext) throws(SystemError) -> [Entry] {
        var entries: [Entry] = []
        let shared = try adaptersWithSeveralPorts(context)
        for subsystem in PortSubsystem.all {
            for device in try UdevEnumeration(context, subsystem: subsystem.name).devices() where device.isInitialized {
                guard let facts = DeviceFacts(device), subsystem.isPort(facts) else { continue }
                let adapter = device.ancestor(subsystem: "usb", type: "usb_interface")?.systemPath
                let port = facts.port(kind: subsystem.kind, severalPorts: adapter.map(shared.contains) ?? false)
                entries.append(Entry(port: port, major: facts.major, minor: facts.minor))
            }
        }
        return entries.sorted { $0.port.address < $1.port.address }
    }

    /// The USB interfaces with more than one port. The kernel makes all ports of an adapter before udev hears of the first, so
    /// the answer does not change while they arrive one by one.
    private static func adaptersWithSeveralPorts(_ context: UdevContext) throws(SystemError) -> Set<String> {
        var seen: Set<String> = []
        var several: Set<String> = []
        for device in try UdevEnumeration(context, subsystem: "usb-serial").devices() {
            guard let adapter = device.ancestor(subsystem: "usb", type: "usb_interface")?.systemPath else { continue }
            if !seen.insert(adapter).inserted { several.insert(adapter) }
        }
        return several
    }
}
