// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc
import Ports
import Synchronization

/// The readers that are there, from the thread that follows them to the bus.
final class PcscListing: Sendable {
    private let current = Mutex<[DetectedPort]>([])
    private let bell: Descriptor

    init() throws(SystemError) {
        bell = Descriptor(try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    /// Readable after ``set(_:)`` until ``drain()``.
    var descriptor: Int32 { bell.pollNumber }
    var ports: [DetectedPort] { current.withLock { $0 } }

    func set(_ ports: [DetectedPort]) {
        current.withLock { $0 = ports }
        _ = bell.failure(of: "eventfd_write") { eventfd_write($0, 1) }  // Only a full counter fails, and that rings as well.
    }

    func drain() {
        var rings: eventfd_t = 0
        _ = bell.failure(of: "eventfd_read") { eventfd_read($0, &rings) }  // Empty is as good.
    }

    /// One reader as a port; `session` tells one life of pcscd from the next.
    static func port(_ reader: String, session: String) -> DetectedPort {
        DetectedPort(incarnation: .init("pcsc \(session) \(reader)"), kind: .pcsc, address: reader, links: [shortName(of: reader)])
    }

    /// The name without the two numbers that pcscd counts readers and slots by; they change with the order of plugging.
    static func shortName(of reader: String) -> String {
        var words = reader.split(separator: " ", omittingEmptySubsequences: false)
        for _ in 0..<2 where words.count > 1 {
            guard let last = words.last, last.count == 2, last.allSatisfy(\.isHexDigit) else { break }
            words.removeLast()
        }
        return words.joined(separator: " ")
    }
}
