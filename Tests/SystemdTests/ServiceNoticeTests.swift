// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Systemd

@Suite struct ServiceNoticeTests {
    @Test func statusLine_cannotSmuggleAnotherAssignment() {
        #expect(ServiceNotice.status("2 encoders\nREADY=1").text == "STATUS=2 encoders READY=1")
        #expect(ServiceNotice.status("a\r\nb").text == "STATUS=a b")
    }

    @Test func reloading_carriesTheMonotonicTimeThatSystemdWants() throws {
        let lines = ServiceNotice.reloadingNow.text.split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = try #require(lines.last?.split(separator: "=").last.flatMap { UInt64($0) })
        #expect(time > 0)
    }

    @Test func standardError_isTheJournals_onlyIfItIsTheVeryPipe() {
        var status = stat()
        #expect(fstat(STDERR_FILENO, &status) == 0)
        let own = "\(status.st_dev):\(status.st_ino)"
        #expect(JournalStream.takesStandardError(environment: ["JOURNAL_STREAM": own]))
        #expect(!JournalStream.takesStandardError(environment: ["JOURNAL_STREAM": "1:1"]))
        #expect(!JournalStream.takesStandardError(environment: [:]))
    }
}
