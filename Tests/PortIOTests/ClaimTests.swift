// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import DriverKit
import EncoderModel
import Foundation
import Glibc
import Synchronization
import TestKit
import Testing

@testable import PortIO

@Suite struct ClaimTests {
    /// A program that does what another user of the port does, says "holding", and stays.
    private static func holder(_ path: String, _ claim: String) throws -> ChildProgram {
        let program = """
            import fcntl, os, sys, termios
            line = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
            \(claim)
            print("holding", flush=True)
            sys.stdin.read()
            fcntl.ioctl(line, termios.TIOCNXCL)
            """
        return try ChildProgram(["/usr/bin/python3", "-c", program, path])
    }

    @Test(arguments: ["fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)", "fcntl.ioctl(line, termios.TIOCEXCL)"])
    func open_namesTheHolder_whenAnotherProgramHasThePort(claim: String) async throws {
        let terminal = try PseudoTerminal()
        let other = try Self.holder(terminal.path, claim)
        _ = try await other.line { $0 == "holding" }
        let fault = await Desk().faultOfOpening(terminal.path)
        #expect(fault?.kind == .heldBy(process: HoldingProcess(pid: other.pid, name: "python3")))
        // Its claim is still its own: a refused attempt must not take it away.
        #expect(await Desk().faultOfOpening(terminal.path)?.kind == fault?.kind)
        // On a pseudo-terminal exclusive use stays behind when its program just ends, so this one gives it back.
        other.finishInput()
        try await eventually { PortHolder.process(holding: terminal.path) == nil }
        #expect(await Desk().faultOfOpening(terminal.path) == nil)
    }

    @Test func open_namesThisProcess_whenTwoEncodersShareAPort() async throws {
        let terminal = try PseudoTerminal()
        let (first, second) = (Desk(), Desk())
        try await first.open(terminal.path)
        let fault = await second.faultOfOpening(terminal.path)
        guard case .heldBy(let process?) = fault?.kind else {
            Issue.record("not held: \(String(describing: fault))")
            return
        }
        #expect(process.pid == getpid())
        #expect(fault?.detail == "flock: EAGAIN" || fault?.detail == "open: EBUSY")
        await first.close()
        // Neither lock outlives the port, although the terminal's other side never closed.
        #expect(await second.faultOfOpening(terminal.path) == nil)
    }

    /// The kernel hands out its list of locks page by page, the newest lock first.
    @Test func open_namesTheHolder_whenManyOthersHaveLocks() async throws {
        let terminal = try PseudoTerminal()
        let claim = """
            fcntl.flock(line, fcntl.LOCK_EX)
            import tempfile
            files = [tempfile.TemporaryFile() for _ in range(400)]
            for file in files: fcntl.flock(file, fcntl.LOCK_EX)
            """
        let other = try Self.holder(terminal.path, claim)
        _ = try await other.line { $0 == "holding" }
        let fault = await Desk().faultOfOpening(terminal.path)
        #expect(fault?.kind == .heldBy(process: HoldingProcess(pid: other.pid, name: "python3")))
        other.finishInput()
    }

    @Test func holder_isSomebodyOrNobody_whileHeComesAndGoes() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("held-\(UUID().uuidString)")
        let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer {
            close(descriptor)
            unlink(file.path)
        }
        let isOver = Mutex(false)
        async let comesAndGoes: Void = onAThreadOfItsOwn {
            while !isOver.withLock({ $0 }) {
                flock(descriptor, LOCK_EX)
                flock(descriptor, LOCK_UN)
            }
        }
        for _ in 0..<500 {
            let holder = PortHolder.process(holding: file.path)
            #expect(holder == nil || holder?.pid == getpid())
        }
        isOver.withLock { $0 = true }
        try await comesAndGoes
    }

    /// Exclusive use would outlive a bridge that is killed, because the terminal's other side stays open: flock alone is the claim here.
    @Test func open_locksAPseudoTerminal_andLeavesNothingBehindForTheNext() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path)
        let other = open(terminal.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        #expect(other >= 0)
        var exclusive: Int32 = 1
        #expect(device_exclusive_get(other, &exclusive) == 0)
        #expect(exclusive == 0)
        #expect(device_lock(other) == -1)
        close(other)
    }

    @Test func open_isNotPermitted_forAUserWithoutRights() async throws {
        let terminal = try PseudoTerminal()
        #expect(chmod(terminal.path, 0) == 0)
        let program = try Scenario.program
        let asNobody = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let child = try ChildProgram(asNobody + [program, "open", terminal.path, "60"])
        let start = ContinuousClock.now
        let line = try await child.line { $0.contains("code") }
        let fault = try JSONDecoder().decode(Fault.self, from: Data(line.utf8))
        #expect(fault.kind == .notPermitted(path: terminal.path))
        #expect(fault.detail == "open: EACCES")
        #expect(start.duration(to: .now) >= .milliseconds(60))
    }

    @Test func open_waitsForPermission_whenItComesAMomentLater() async throws {
        let terminal = try PseudoTerminal()
        #expect(chmod(terminal.path, 0) == 0)
        let program = try Scenario.program
        let asNobody = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let child = try ChildProgram(asNobody + [program, "open", terminal.path, "20000"])
        _ = try await child.line { $0.contains("opening") }
        // Long enough for the first attempt to be refused. Were it not, the test would show less, but not fail.
        try await Task.sleep(for: .milliseconds(100))
        #expect(chmod(terminal.path, 0o666) == 0)
        #expect(try await child.line() == #"{"event":"opened"}"#)
    }

    @Test(arguments: [
        (EACCES, "notPermitted"), (EPERM, "notPermitted"), (EROFS, "notPermitted"), (EBUSY, "heldBy"), (EAGAIN, "heldBy"),
        (ENOENT, "offline"), (ENXIO, "offline"), (ENODEV, "offline"), (EIO, "offline"), (EMFILE, "offline"), (ENOTDIR, "offline"),
    ])
    func systemErrors_becomeFaults_thatNameCallAndError(code: Int32, kind: String) {
        let fault = SerialLine.fault(SystemError(call: "open", code: code), opening: "/dev/no-such-encoder", line: nil)
        #expect(fault.kind.code == kind)
        #expect(fault.detail == "open: \(SystemError.name(of: code))")
        #expect(fault.detail?.hasPrefix("open: E") == true)
    }
}
