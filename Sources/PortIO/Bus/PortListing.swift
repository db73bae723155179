// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc
import Ports

/// The ports that udev knows now. Every listing goes through all devices that the kernel has, but reads only those that are new or
/// that something happened to; what it read of the others it still knows.
final class PortListing {
    /// A port and its device number, by which a path that a person wrote down is recognised as the same device.
    struct Entry: Hashable, Sendable {
        var port: DetectedPort
        var major: UInt32
        var minor: UInt32
    }

    /// What was read of a device, and what it was read from. udev writes its record anew whenever it looks at the device again.
    private struct Reading {
        var device: FileMark
        var recordPath: String
        var record: FileMark
        /// `nil`: it is no port.
        var entry: Entry?

        var isStillTrue: Bool { FileMark(recordPath) == record }
    }

    private let context: UdevContext
    /// By the place in sysfs. Only of devices that udev had finished with.
    private var readings: [String: Reading] = [:]

    init(_ context: UdevContext) { self.context = context }

    /// Reads these devices again, whatever they look like; all of them after events were lost.
    func forget(_ hints: UdevHints) {
        switch hints {
        case .devices(let paths): for path in paths { readings[path] = nil }
        case .lost: readings.removeAll()
        }
    }

    func entries() throws(SystemError) -> [Entry] {
        var now: [String: Reading] = [:]
        var entries: [Entry] = []
        var shared: Set<String>?
        for subsystem in PortSubsystem.all {
            for path in try KernelFolder.subsystem(subsystem.name).devices() {
                guard let mark = FileMark(path) else { continue }  // Gone in this moment.
                if let known = readings[path], known.device == mark, known.isStillTrue {
                    now[path] = known
                    if let entry = known.entry { entries.append(entry) }
                    continue
                }
                guard let device = UdevDevice(context, systemPath: path) else { continue }
                // Before the reading: what udev writes meanwhile makes the mark out of date, and the device is read again.
                let recordPath = "/run/udev/data/c\(device_major(device.number)):\(device_minor(device.number))"
                let record = FileMark(recordPath)
                guard device.isInitialized else { continue }
                if shared == nil { shared = try Self.adaptersWithSeveralPorts() }
                let entry = Self.entry(of: device, subsystem, shared ?? [])
                if let entry { entries.append(entry) }
                if let record { now[path] = Reading(device: mark, recordPath: recordPath, record: record, entry: entry) }
            }
        }
        readings = now
        return entries.sorted { $0.port.address < $1.port.address }
    }

    private static func entry(of device: UdevDevice, _ subsystem: PortSubsystem, _ shared: Set<String>) -> Entry? {
        guard let facts = DeviceFacts(device), subsystem.isPort(facts) else { return nil }
        let adapter = device.ancestor(subsystem: "usb", type: "usb_interface")?.systemPath
        let port = facts.port(kind: subsystem.kind, severalPorts: adapter.map(shared.contains) ?? false)
        return Entry(port: port, major: facts.major, minor: facts.minor)
    }

    /// The USB interfaces with more than one port. The kernel makes all ports of an adapter before udev hears of the first, so
    /// the answer does not change while they arrive one by one.
    private static func adaptersWithSeveralPorts() throws(SystemError) -> Set<String> {
        var seen: Set<String> = []
        var several: Set<String> = []
        for port in try KernelFolder.adapterPorts.devices() {
            guard let slash = port.lastIndex(of: "/") else { continue }
            let adapter = String(port[..<slash])
            if !seen.insert(adapter).inserted { several.insert(adapter) }
        }
        return several
    }
}

/// Tells a file or folder from one that took its place later.
private struct FileMark: Hashable {
    let inode: UInt64
    let seconds: Int
    let nanoseconds: Int

    /// `nil` while nothing is there.
    init?(_ path: String) {
        var file = stat()
        guard stat(path, &file) == 0 else { return nil }
        inode = UInt64(file.st_ino)
        // A folder's time changes with what is in it, which says nothing here.
        let isFolder = file.st_mode & S_IFMT == S_IFDIR
        seconds = isFolder ? 0 : file.st_mtim.tv_sec
        nanoseconds = isFolder ? 0 : file.st_mtim.tv_nsec
    }
}
