// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Dispatch
import DriverKit
import EncoderModel
import Foundation
import Glibc
import Ports
import TestKit
import Testing

@testable import PortIO

@Suite struct SerialPortTests {
    @Test func bytes_arriveUnchanged_inBothDirections() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        let all = [UInt8](0...255)
        try await desk.write(all)
        #expect(try terminal.read(256) == all)
        try terminal.write(all)
        #expect(try await desk.read(count: 256) == all)
    }

    @Test func port_works_onAnExecutorOfAnother() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk(Elsewhere())
        try await desk.open(terminal.path)
        try await desk.write([3])
        #expect(try terminal.read(1) == [3])
        async let event = desk.read()
        try terminal.write([1, 2])
        #expect(try await event == .bytes([1, 2]))
    }

    @Test func read_saysDeadline_whenNothingComes() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        #expect(try await desk.read(within: .milliseconds(10)) == .deadline)
        #expect(try await desk.read(within: .seconds(-1)) == .deadline)
        // Late bytes are not lost to the deadline before.
        try terminal.write([7])
        #expect(try await desk.read() == .bytes([7]))
    }

    @Test func wake_endsTheReadInHand_orElseTheNext() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        async let event = desk.read(within: nil)
        await desk.wake()
        #expect(try await event == .woken)
        await desk.wake()
        try terminal.write([9])
        #expect(try await desk.read() == .woken)
        #expect(try await desk.read() == .bytes([9]))
    }

    @Test func hangUp_isOffline_atOnceAndForEver() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        async let fault = desk.faultOfReading()
        terminal.hangUp()
        let first = await fault
        #expect(first?.kind == .offline)
        #expect(["read: EIO", "read: end of file", "poll: EPIPE"].contains(first?.detail))
        #expect(await desk.faultOfReading()?.kind == .offline)
        await #expect(throws: Fault(.offline, detail: "write: EBADF")) { try await desk.write([1]) }
    }

    @Test func write_isOffline_whenTheLineIsGone() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        terminal.hangUp()
        await #expect(throws: Fault(.offline, detail: "write: EIO")) { try await desk.write([1]) }
    }

    @Test func write_timesOut_whenTheLineTakesNoMore() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        let fault = await #expect(throws: Fault.self) {
            try await desk.write([UInt8](repeating: 0x55, count: 1_000_000), within: .milliseconds(50))
        }
        #expect(fault?.kind == .timeout)
        #expect(fault?.detail?.hasPrefix("write: EAGAIN after ") == true)
    }

    @Test func write_isWhole_whenTheLineTakesItInPieces() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        let many = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let written: Void = desk.write(many, within: .seconds(60))
        let received = try await Task.detached { try terminal.read(many.count, within: .seconds(60)) }.value
        try await written
        #expect(received == many)
    }

    @Test func close_doesNotWait_forUnsentBytes() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        await #expect(throws: Fault.self) { try await desk.write([UInt8](repeating: 0, count: 1_000_000), within: .milliseconds(1)) }
        let start = ContinuousClock.now
        await desk.close()
        await desk.close()
        #expect(start.duration(to: .now) < .seconds(20))
        #expect(await desk.faultOfReading() == Fault(.offline, detail: "read: EBADF"))
    }

    @Test func close_endsTheReadInHand() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        async let fault = desk.faultOfReading()
        await desk.close()
        #expect(await fault == Fault(.offline, detail: "read: EBADF"))
    }

    @Test func open_isOffline_whenNothingIsThere() async {
        let fault = await Desk().faultOfOpening("/dev/no-such-encoder")
        #expect(fault == Fault(.offline, detail: "open: ENOENT"))
    }

    @Test func open_isRejected_whenNoLineHasTheSettings() async throws {
        let terminal = try PseudoTerminal()
        let fault = await Desk().faultOfOpening(terminal.path, line: LineSettings(baud: 9601, stopBits: 2))
        #expect(fault?.kind == .rejected(reason: "no serial line has 9601 baud, 8 data bits, no parity, 2 stop bits"))
    }

    /// glibc says EINVAL of a parity that a pseudo-terminal leaves out, from the second time on.
    @Test(arguments: [LineSettings(baud: 9600, parity: .even), LineSettings(baud: 9600, dataBits: 7, parity: .odd)])
    func pseudoTerminal_opensEachTime_whateverParityItIsTold(line: LineSettings) async throws {
        let terminal = try PseudoTerminal()
        for _ in 1...3 {
            let desk = Desk()
            try await desk.open(terminal.path, line: line)
            await desk.close()
        }
    }

    @Test func attributes_areRaw_whenReadBackFromTheKernel() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path, line: LineSettings(baud: 19200, flow: .software))
        var kept = try terminal.attributes()
        #expect(kept.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0)
        #expect(kept.c_oflag & tcflag_t(OPOST) == 0)
        #expect(kept.c_iflag == tcflag_t(IGNBRK | IXON | IXOFF))
        #expect(kept.c_cflag & tcflag_t(HUPCL) == 0)
        #expect(cfgetospeed(&kept) == speed_t(B19200))
    }

    @Test func settle_dropsWhatTheBoardPrints_whileItStarts() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        async let opening: Void = desk.open(terminal.path, line: LineSettings(baud: 9600, settle: .seconds(1)))
        // The terminal's attributes are raw as soon as the line is open and resting.
        try await eventually { ((try? terminal.attributes().c_lflag) ?? 0) & tcflag_t(ICANON) == 0 }
        try terminal.write(Array("boot".utf8))
        try await opening
        #expect(try await desk.read(within: .milliseconds(10)) == .deadline)
    }
}

/// An executor that LinuxPorts did not make.
private final class Elsewhere: SerialExecutor {
    private let queue = DispatchQueue(label: "elsewhere")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
