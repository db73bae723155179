// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import DriverKit
import EncoderModel
import Glibc

/// Opening a serial line (or a pseudo-terminal) for sole use, with its settings made and checked.
enum SerialLine {
    static func open(_ path: String, line: LineSettings, permissionGrace: Duration, on loop: PortLoop) async throws(Fault)
        -> FileDescriptorPort
    {
        guard let wanted = line.attributes else {
            throw Fault(.rejected(reason: "no serial line has \(line.words)"), detail: "termios: EINVAL")
        }
        let descriptor = Descriptor(try await openNode(path, grace: permissionGrace, on: loop))
        do throws(SystemError) {
            try claim(descriptor)
        } catch {
            // Close first: our own descriptor must not count among the holders.
            descriptor.close()
            throw fault(error, opening: path, line: line)
        }
        // From here on the line is ours, and closing the port gives all of it back.
        let port = FileDescriptorPort(descriptor, kind: .tty, on: loop)
        do throws(SystemError) {
            try set(wanted, on: descriptor)
            try setModemLines(line, on: descriptor)
            _ = try descriptor.tolerating(ENOTTY).call("tcflush") { tcflush($0, TCIOFLUSH) }
            if line.settle > .zero {
                await loop.rest(line.settle)
                // What a board prints while it starts is no answer to anything.
                _ = try descriptor.tolerating(ENOTTY).call("tcflush") { tcflush($0, TCIFLUSH) }
            }
            return port
        } catch {
            port.close()
            throw fault(error, opening: path, line: line)
        }
    }

    /// Opens a device node, waiting a moment where udev has yet to give it to the service's group.
    static func openNode(_ path: String, grace: Duration, on loop: PortLoop) async throws(Fault) -> Int32 {
        let giveUp = ContinuousClock.now + grace
        while true {
            do throws(SystemError) {
                return try systemCall("open") { Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) }
            } catch {
                guard error.code == EACCES, ContinuousClock.now < giveUp else { throw fault(error, opening: path, line: nil) }
                await loop.rest(.milliseconds(50))
            }
        }
    }

    /// Both kinds of lock: flock is what well-behaved programs ask, TIOCEXCL refuses the others, and root sees TIOCEXCL only by asking.
    ///
    /// On a pseudo-terminal exclusive use stays set until its far side is closed too. A bridge that was killed could then never open
    /// it again, so there flock alone is the claim.
    private static func claim(_ descriptor: Descriptor) throws(SystemError) {
        _ = try descriptor.call("flock") { device_lock($0) }
        var exclusive: Int32 = 0
        _ = try descriptor.tolerating(ENOTTY).call("TIOCGEXCL") { device_exclusive_get($0, &exclusive) }
        if exclusive != 0 { throw SystemError(call: "TIOCGEXCL", code: EBUSY) }
        var node = stat()
        _ = try descriptor.call("fstat") { fstat($0, &node) }
        if !isPseudoTerminal(node) { _ = try descriptor.tolerating(ENOTTY).call("TIOCEXCL") { device_exclusive_set($0) } }
    }

    /// - Parameter moment: `TCSANOW`, or `TCSADRAIN` where bytes of ours may still be on their way.
    static func set(_ wanted: termios, on descriptor: Descriptor, _ moment: Int32 = TCSANOW) throws(SystemError) {
        var (wanted, kept, node) = (wanted, termios(), stat())
        // A device that is no terminal has no line to set; it is used as it is.
        if let error = descriptor.failure(of: "tcgetattr", { tcgetattr($0, &kept) }) {
            if error.code == ENOTTY { return }
            throw error
        }
        _ = try descriptor.call("fstat") { fstat($0, &node) }
        if isPseudoTerminal(node) { wanted.keepToBytes() }
        _ = try descriptor.call("tcsetattr") { tcsetattr($0, moment, &wanted) }
        // tcsetattr is content when it could do anything at all of what it was told.
        _ = try descriptor.call("tcgetattr") { tcgetattr($0, &kept) }
        if !kept.does(wanted, pseudoTerminal: isPseudoTerminal(node)) {
            throw SystemError(call: "tcsetattr", code: EINVAL)
        }
    }

    /// The majors of /dev/pts.
    private static func isPseudoTerminal(_ node: stat) -> Bool { (136...143).contains(device_major(node.st_rdev)) }

    private static func setModemLines(_ line: LineSettings, on descriptor: Descriptor) throws(SystemError) {
        for (wire, level) in [(TIOCM_DTR, line.dtr), (TIOCM_RTS, line.rts)] {
            // With hardware flow control RTS is the driver's.
            if wire == TIOCM_RTS, line.flow == .hardware { continue }
            _ = try descriptor.tolerating(ENOTTY, EINVAL).call("TIOCMSET") {
                level ? device_lines_raise($0, Int32(wire)) : device_lines_lower($0, Int32(wire))
            }
        }
    }

    /// What a failed call means to a person.
    static func fault(_ error: SystemError, opening path: String, line: LineSettings?) -> Fault {
        switch error.code {
        case EACCES, EPERM, EROFS: Fault(.notPermitted(path: path), detail: error.text)
        case EBUSY, EWOULDBLOCK: Fault(.heldBy(process: PortHolder.process(holding: path)), detail: error.text)
        case EINVAL where error.call == "tcsetattr":
            Fault(.rejected(reason: "the serial port does not do \(line?.words ?? "these settings")"), detail: error.text)
        default: error.asOffline
        }
    }
}

/// A descriptor some of whose failures mean only that the device has no such thing.
struct TolerantDescriptor {
    let descriptor: Descriptor
    let tolerated: Set<Int32>

    func call(_ name: StaticString, _ body: (Int32) -> Int32) throws(SystemError) -> Int32 {
        do throws(SystemError) {
            return try descriptor.call(name, body)
        } catch {
            if tolerated.contains(error.code) { return 0 }
            throw error
        }
    }
}

extension Descriptor {
    func tolerating(_ codes: Int32...) -> TolerantDescriptor { TolerantDescriptor(descriptor: self, tolerated: Set(codes)) }

    func failure(of name: StaticString, _ body: (Int32) -> Int32) -> SystemError? {
        do throws(SystemError) {
            _ = try call(name, body)
            return nil
        } catch {
            return error
        }
    }
}
