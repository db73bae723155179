// SPDX-License-Identifier: Apache-2.0
import TestKit
import Testing

/// What the ports cost, measured in a process of their own.
@Suite struct FrugalityTests {
    @Test func openAndClose_leaveNothing_afterTwoHundredTimes() async throws {
        let terminal = try PseudoTerminal()
        let child = try ChildProgram([try Scenario.program, "cycle", terminal.path, "200"])
        let usage = try Scenario.BeforeAndAfter(try await child.line(within: .seconds(60)))
        #expect(!usage.before.descriptors.isEmpty)
        #expect(usage.after.descriptors == usage.before.descriptors)
        #expect(usage.after.threads == 0)
    }

    @Test func hangUp_costsNothing_afterwards() async throws {
        let terminal = try PseudoTerminal()
        let child = try ChildProgram([try Scenario.program, "hangup", terminal.path])
        _ = try await child.line { $0.contains("opened") }
        terminal.hangUp()
        let faults = try await child.line { $0.contains("faults") }
        #expect(faults.contains("offline: "))
        // A spinning thread would burn this time whole; the line asks for the bill.
        try await Task.sleep(for: .milliseconds(500))
        try child.send("")
        let usage = try Scenario.BeforeAndAfter(try await child.line { $0.contains("before") })
        #expect(usage.after.processorMicroseconds - usage.before.processorMicroseconds < 50_000)
    }

    @Test func idlePorts_sleepWithoutWaking() async throws {
        let terminal = try PseudoTerminal()
        let child = try ChildProgram([try Scenario.program, "idle", terminal.path])
        _ = try await child.line { $0.contains("listed") }
        try child.send("")
        try await Task.sleep(for: .seconds(2))
        try child.send("")
        let usage = try Scenario.BeforeAndAfter(try await child.line { $0.contains("before") })
        // The desk may have been on its way to sleep at the first look.
        #expect(usage.before.switches > 0)
        #expect(usage.after.switches - usage.before.switches <= 2)
    }
}
