// SPDX-License-Identifier: Apache-2.0
import Ports

/// A kind of device that udev reports and that may be a port. One row each.
struct PortSubsystem: Sendable {
    let name: String
    let kind: PortKind
    /// Whether a device of it can have an encoder behind it at all.
    let isPort: @Sendable (DeviceFacts) -> Bool

    static let all = [
        // Virtual consoles have no parent device. A ttyS of type 0 is an address where no chip answered, and of the 32 that
        // a kernel makes most are that.
        PortSubsystem(name: "tty", kind: .tty) { $0.hasParent && $0.uartType != "0" },
        // Keyboards and mice are among them: which of all these has an encoder behind it, only the site knows.
        PortSubsystem(name: "hidraw", kind: .hidraw) { $0.hasParent },
    ]
}
