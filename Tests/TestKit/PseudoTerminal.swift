// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Foundation
import Glibc
import Synchronization

/// A pseudo-terminal of the real kernel: the test holds the master side, the program under test opens ``path`` as its serial line.
public final class PseudoTerminal: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// `/dev/pts/N`
    public let path: String
    /// A link to it, if one was asked for; removed with the terminal.
    public let link: String?
    private let master: Mutex<Int32?>

    /// `link`: where to make a symbolic link to the terminal; replaces one that is there, in one step.
    public init(link: String? = nil) throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var number: UInt32 = 0
        guard master >= 0, device_pty_unlock(master) == 0, device_pty_number(master, &number) == 0 else {
            throw Failure(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        path = "/dev/pts/\(number)"
        self.link = link
        self.master = Mutex(master)
        if let link {
            let fresh = "\(link).\(number)"
            guard symlink(path, fresh) == 0, rename(fresh, link) == 0 else {
                throw Failure(description: "no link \(link): \(String(cString: strerror(errno)))")
            }
        }
    }

    deinit { hangUp() }

    /// Sends bytes to the program under test.
    public func write(_ bytes: [UInt8]) throws {
        let count = try withMaster { Glibc.write($0, bytes, bytes.count) }
        guard count == bytes.count else { throw Failure(description: "wrote \(count) of \(bytes.count) bytes") }
    }

    /// What the program under test has sent: exactly `count` bytes, or a failure after the limit.
    public func read(_ count: Int, within limit: Duration = .seconds(60)) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let deadline = ContinuousClock.now + limit
        while bytes.count < count {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw Failure(description: "got \(bytes.count) of \(count) bytes in \(limit)") }
            var waiting = pollfd(fd: try withMaster { $0 }, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(left.components.seconds * 1000) + 1) > 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let got = try withMaster { Glibc.read($0, &buffer, buffer.count) }
            if got > 0 { bytes += buffer[..<got] }
        }
        return bytes
    }

    /// The attributes that the program under test has set.
    public func attributes() throws -> termios {
        var attributes = termios()
        guard try withMaster({ tcgetattr($0, &attributes) }) == 0 else { throw Failure(description: "tcgetattr: \(errno)") }
        return attributes
    }

    /// Pulls the cable: the other side reads what is left and then the end.
    public func hangUp() {
        let taken = master.withLock { master in
            defer { master = nil }
            return master
        }
        guard let taken else { return }
        close(taken)
        if let link { unlink(link) }
    }

    private func withMaster<Result: Sendable>(_ body: (Int32) -> Result) throws -> Result {
        try master.withLock { master in
            guard let master else { throw Failure(description: "the terminal is hung up") }
            return body(master)
        }
    }
}
