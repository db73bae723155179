// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A folder of sysfs in which the kernel lists the devices of one kind, each as a link to where it is.
///
/// libudev gives such a list too, but looks into every device for it: some 70 calls for each of the 64 virtual consoles that a desktop
/// kernel has, at every plug. Here a device costs one call, and one that cannot be a port nothing else.
struct KernelFolder: Sendable {
    let path: String
    /// Devices right below this place hang on nothing and are left out: virtual consoles, the other sides of pseudo-terminals.
    var bare: String?

    /// `/sys/class/tty`, `/sys/class/hidraw`.
    static func subsystem(_ name: String) -> KernelFolder {
        KernelFolder(path: "/sys/class/\(name)", bare: "/devices/virtual/\(name)/")
    }
    /// The ports of adapters with a serial chip, as their drivers made them.
    static let adapterPorts = KernelFolder(path: "/sys/bus/usb-serial/devices")

    /// Where the devices are now: `/sys/devices/pci0000:00/.../ttyUSB0/tty/ttyUSB0`. None where the kernel has no such folder, because
    /// nothing of the kind was ever plugged in.
    func devices() throws(SystemError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemError(call: "opendir", code: errno)
        }
        defer { closedir(folder) }
        var targets: [String] = []
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
            guard let target = buffer.baseAddress else { return }
            while let entry = readdir(folder) {
                let count = withUnsafePointer(to: &entry.pointee.d_name) { place in
                    place.withMemoryRebound(to: CChar.self, capacity: 256) { readlinkat(dirfd(folder), $0, target, Int(PATH_MAX)) }
                }
                // Gone in this moment, or no link: the folder itself, an attribute of it.
                guard count > 0 else { continue }
                target[count] = 0
                if !isBare(target) { targets.append(String(cString: target)) }
            }
        }
        return targets.map { Self.joined(path, $0) }
    }

    /// Looked at as it came: most of what the kernel lists is such, and this is done at every plug.
    private func isBare(_ target: UnsafePointer<CChar>) -> Bool {
        guard let bare, let place = strstr(target, bare) else { return false }
        return strchr(place + bare.utf8.count, Int32(UInt8(ascii: "/"))) == nil
    }

    /// A link as it is written, seen from the folder that it stands in.
    static func joined(_ folder: String, _ target: String) -> String {
        if target.hasPrefix("/") { return target }
        var parts = folder.split(separator: "/")
        for part in target.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
