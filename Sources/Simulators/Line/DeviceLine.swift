// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The device's end of a line, as the loop that plays the device sees it. Closed with its owner.
protocol DeviceLine: ~Copyable {
    /// To wait for bytes.
    var descriptor: Int32 { get }
    /// Readable when someone opened the other end; -1 where that cannot be seen.
    var opening: Int32 { get }
    var path: String { get }
    /// Whether ``read()`` giving `nil` means that the line is gone, and not only that nobody has the other end open.
    var isLostWhenClosed: Bool { get }
    /// Bytes that came; empty: none now; `nil`: closed.
    func read() throws(SimulatorFault) -> [UInt8]?
    /// Puts bytes on the line. What a full or closed line does not take is lost, as on a wire.
    func write(_ bytes: [UInt8])
    /// Empties the list of openings.
    func forgetOpenings()
    /// The speed that the other side has set; `nil` where that cannot be seen, or is one that no encoder has.
    var baud: Int? { get }
}

extension DeviceLine where Self: ~Copyable {
    func read() throws(SimulatorFault) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 { return Array(buffer[..<count]) }
        if count == 0 || errno == EIO { return nil }
        if errno == EAGAIN || errno == EINTR { return [] }
        throw .system("cannot read the line", path)
    }

    func write(_ bytes: [UInt8]) {
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
