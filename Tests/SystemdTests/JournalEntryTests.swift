// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Systemd

@Suite struct JournalEntryTests {
    @Test(arguments: [
        ("encoder", "ENCODER"), ("job-id", "JOB_ID"), ("_pid", "PID"), ("2nd try", "ND_TRY"), ("message", "MESSAGE_OF"),
        ("code_line", "CODE_LINE_OF"), ("zámek", "Z_MEK"),
    ])
    func metadataKey_becomesAFieldNameThatTheJournalTakes(key: String, name: String) {
        #expect(JournalEntry.fieldName(for: key) == name)
    }

    @Test(arguments: ["", "___", "42", "č"])
    func metadataKey_isNoField_whenNothingOfItIsLeft(key: String) {
        #expect(JournalEntry.fieldName(for: key) == nil)
    }

    @Test func entry_tellsItsMetadataTwice_asFieldsAndBehindTheMessage() {
        let entry = JournalEntry(
            message: "job done", priority: 6, identifier: "encoder-bridge", metadata: [("job", "9f"), ("encoder", "bar")])
        #expect(entry.fields.first == .init("MESSAGE", "job done encoder=bar job=9f"))
        #expect(entry.fields.contains(.init("PRIORITY", "6")))
        #expect(entry.fields.contains(.init("ENCODER", "bar")))
        #expect(entry.fields.contains(.init("JOB", "9f")))
    }

    @Test func longKey_staysWithinTheJournalsLimit() throws {
        let name = try #require(JournalEntry.fieldName(for: String(repeating: "k", count: 200)))
        #expect(name.count <= 64)
    }
}
