// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Glibc
import Ports
import TestKit
import Testing

@testable import PortIO

/// A line that is set to another speed while it is open.
@Suite struct SpeedChangeTests {
    @Test(arguments: [9600, 230_400, 921_600]) func line_runsAtTheNewSpeed_andLosesNothing(baud: Int) async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path, line: LineSettings(baud: 115_200))
        try await desk.write([1, 2, 3])
        try await desk.change(LineSettings(baud: baud))
        try await desk.write([4])
        #expect(try terminal.read(4) == [1, 2, 3, 4])
        var attributes = try terminal.attributes()
        var wanted = try #require(LineSettings(baud: baud).attributes)
        let (kept, told) = (cfgetospeed(&attributes), cfgetospeed(&wanted))
        #expect(kept == told)
    }

    @Test func impossibleSpeed_isRejected_andTheLineGoesOn() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path, line: LineSettings(baud: 115_200))
        await #expect { try await desk.change(LineSettings(baud: 12345)) } throws: { ($0 as? Fault)?.kind.code == "rejected" }
        try await desk.write([7])
        #expect(try terminal.read(1) == [7])
    }

    @Test func goneLine_isOffline() async throws {
        let terminal = try PseudoTerminal()
        let desk = Desk()
        try await desk.open(terminal.path, line: LineSettings(baud: 115_200))
        terminal.hangUp()
        await #expect { try await desk.change(LineSettings(baud: 9600)) } throws: { ($0 as? Fault)?.kind == .offline }
    }
}
