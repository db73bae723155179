// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc

// One owner for each object of libudev: made with a reference of its own, given back in deinit. What libudev only lends (a
// device's parent, the strings) never leaves these types. libudev is not made for several threads: all of it stays in the actor
// or the call that made it.

/// The library's context.
final class UdevContext {
    fileprivate let pointer: OpaquePointer

    init() throws(SystemError) {
        guard let pointer = udev_new() else { throw SystemError(call: "udev_new", code: errno) }
        self.pointer = pointer
    }

    deinit { udev_unref(pointer) }
}

/// A subscription to what udev has finished with (not to the kernel's own events, which come before permissions are set).
final class UdevMonitor {
    private let context: UdevContext
    private let pointer: OpaquePointer

    /// Receives from the moment it is made.
    init(_ context: UdevContext, subsystems: [String]) throws(SystemError) {
        guard let pointer = udev_monitor_new_from_netlink(context.pointer, "udev") else {
            throw SystemError(call: "udev_monitor_new_from_netlink", code: errno)
        }
        self.context = context
        self.pointer = pointer
        for subsystem in subsystems {
            try udevCall("udev_monitor_filter_add_match_subsystem_devtype") {
                udev_monitor_filter_add_match_subsystem_devtype(pointer, subsystem, nil)
            }
        }
        try udevCall("udev_monitor_enable_receiving") { udev_monitor_enable_receiving(pointer) }
    }

    deinit { udev_monitor_unref(pointer) }

    var descriptor: Int32 { udev_monitor_get_fd(pointer) }

    /// Takes what is waiting. An event is only a hint to list again and to read these devices anew: what else it says is dropped.
    func drain() -> UdevHints {
        var paths: Set<String> = []
        var isComplete = true
        while true {
            if let device = udev_monitor_receive_device(pointer) {
                if let path = udev_device_get_syspath(device) { paths.insert(String(cString: path)) }
                udev_device_unref(device)
            } else if errno == ENOBUFS {
                isComplete = false
            } else {
                return isComplete ? .devices(paths) : .lost
            }
        }
    }
}

/// What events of udev were about.
enum UdevHints: Hashable, Sendable {
    /// Places in sysfs.
    case devices(Set<String>)
    /// More came than was waited for (ENOBUFS): anything may have changed.
    case lost
}

/// A device as udev knows it.
final class UdevDevice {
    private let context: UdevContext
    private let pointer: OpaquePointer

    /// `nil` when there is none at this place of sysfs, or not any more.
    init?(_ context: UdevContext, systemPath: String) {
        guard let pointer = udev_device_new_from_syspath(context.pointer, systemPath) else { return nil }
        self.context = context
        self.pointer = pointer
    }

    /// Keeps a parent that libudev lends by taking a reference of its own.
    private init(_ context: UdevContext, lent: OpaquePointer) {
        self.context = context
        pointer = udev_device_ref(lent)
    }

    deinit { udev_device_unref(pointer) }

    /// Whether udev's rules have run for it: before, permissions and properties are not there yet.
    var isInitialized: Bool { udev_device_get_is_initialized(pointer) > 0 }
    var systemPath: String? { text(udev_device_get_syspath(pointer)) }
    var systemName: String? { text(udev_device_get_sysname(pointer)) }
    var node: String? { text(udev_device_get_devnode(pointer)) }
    var number: dev_t { udev_device_get_devnum(pointer) }
    var driver: String? { text(udev_device_get_driver(pointer)) ?? property("DRIVER") }

    func property(_ name: String) -> String? { text(udev_device_get_property_value(pointer, name)) }
    func attribute(_ name: String) -> String? { text(udev_device_get_sysattr_value(pointer, name)) }

    var parent: UdevDevice? { udev_device_get_parent(pointer).map { UdevDevice(context, lent: $0) } }
    func ancestor(subsystem: String, type: String?) -> UdevDevice? {
        udev_device_get_parent_with_subsystem_devtype(pointer, subsystem, type).map { UdevDevice(context, lent: $0) }
    }

    /// Other names of the node.
    var links: [String] {
        var links: [String] = []
        var entry = udev_device_get_devlinks_list_entry(pointer)
        while let current = entry {
            if let link = text(udev_list_entry_get_name(current)) { links.append(link) }
            entry = udev_list_entry_get_next(current)
        }
        return links
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
}

/// libudev gives its errors as negative numbers and not in errno.
private func udevCall(_ name: StaticString, _ body: () -> Int32) throws(SystemError) {
    let result = body()
    if result < 0 { throw SystemError(call: "\(name)", code: -result) }
}
