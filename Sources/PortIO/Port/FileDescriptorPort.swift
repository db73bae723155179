// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc
import Ports
import Synchronization

/// A serial line, a TCP connection or a HID device on the loop of its encoder. Tries the call first and waits only when it would block.
///
/// A task's cancellation does not end a read or a write: ``wake()`` and ``close()`` do.
final class FileDescriptorPort: Port {
    enum Kind: Sendable { case tty, socket, hidraw }

    private let descriptor: Descriptor
    private let kind: Kind
    private let loop: PortLoop
    private let readable: Watch
    private let writable: Watch
    /// The last read took all that was there. A guess that saves a call; wrong, it costs one.
    private let emptied = Atomic(false)

    private static let readSize = 1024

    /// Takes over an open, non-blocking descriptor.
    init(_ descriptor: Descriptor, kind: Kind, on loop: PortLoop) {
        self.descriptor = descriptor
        self.kind = kind
        self.loop = loop
        readable = Watch(on: loop, descriptor: descriptor.pollNumber, events: Int16(POLLIN))
        writable = Watch(on: loop, descriptor: descriptor.pollNumber, events: Int16(POLLOUT))
    }

    deinit { close() }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        if readable.takeInterruption() { return .woken }
        var hungUp = false
        // The read before took all there was, so to ask again would most often be a call for nothing: wait first then.
        if !emptied.exchange(false, ordering: .relaxed), let bytes = try readWaiting() { return .bytes(bytes) }
        while true {
            // Nothing to read and nobody there: another wait would return at once, for ever.
            if hungUp { throw lost("poll: EPIPE") }
            switch await readable.wait(by: deadline) {
            case .ready(let gone): hungUp = gone
            case .deadline: return .deadline
            case .interrupted: return .woken
            case .closed: throw SystemError(call: "read", code: EBADF).asOffline
            }
            // Read before anything is said of a hang-up: what the encoder sent last is still in the kernel's buffer.
            if let bytes = try readWaiting() { return .bytes(bytes) }
        }
    }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        var sent = 0
        var hungUp = false
        while sent < bytes.count {
            if let count = try writeSome(bytes, from: sent) {
                sent += count
                continue
            }
            if hungUp { throw lost("poll: EPIPE") }
            switch await writable.wait(by: deadline) {
            case .ready(let gone): hungUp = gone
            case .deadline, .interrupted: throw Fault(.timeout, detail: "write: EAGAIN after \(sent) of \(bytes.count) bytes")
            case .closed: throw SystemError(call: "write", code: EBADF).asOffline
            }
        }
    }

    func wake() { readable.interrupt() }

    func change(_ line: LineSettings) async throws(Fault) {
        if kind == .tty { try await SerialLine.change(line, of: descriptor, on: loop) }
    }

    func close() {
        readable.close()
        writable.close()
        descriptor.close { [kind] number in
            guard kind == .tty else { return }
            // Unsent bytes would hold close(2) for up to 30 s. Exclusive use outlives the descriptor on a pseudo-terminal whose
            // other side stays open. Both fail on a line that is gone, which is as good.
            _ = tcflush(number, TCOFLUSH)
            _ = device_exclusive_clear(number)
        }
    }

    /// What is in the buffer now; `nil` when that is nothing.
    private func readWaiting() throws(Fault) -> [UInt8]? {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 1) { buffer throws(SystemError) -> [UInt8] in
                let count = try descriptor.call("read") { Glibc.read($0, buffer.baseAddress, buffer.count) }
                return Array(buffer[..<count])
            }
        } catch {
            if error.code == EAGAIN { return nil }
            throw lost(error.text)
        }
        if bytes.isEmpty { throw lost("read: end of file") }
        emptied.store(bytes.count < Self.readSize, ordering: .relaxed)
        return bytes
    }

    /// How many bytes the line took; `nil` when it has no room.
    private func writeSome(_ bytes: [UInt8], from start: Int) throws(Fault) -> Int? {
        do throws(SystemError) {
            return try bytes.withUnsafeBufferPointer { buffer throws(SystemError) -> Int in
                let rest = UnsafeBufferPointer(rebasing: buffer[start...])
                return switch kind {
                case .tty, .hidraw: try descriptor.call("write") { Glibc.write($0, rest.baseAddress, rest.count) }
                case .socket: try descriptor.call("send") { Glibc.send($0, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL)) }
                }
            }
        } catch {
            if error.code == EAGAIN { return nil }
            throw lost(error.text)
        }
    }

    private func lost(_ detail: String) -> Fault {
        close()
        return Fault(.offline, detail: detail)
    }
}
