// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The desk page in a real Chromium. The steps are in Tests/Browser/desk-page, which people run too, for its pictures.
@Suite struct DeskPageTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Browser/desk-page")

    @Test(.timeLimit(.minutes(6))) func page_showsWhatToDo_inARealBrowser() async throws {
        let ended = try await RunningProgram.run(
            ["python3", Self.script.path, RunningProgram.binary.path], within: .seconds(300),
            executable: URL(fileURLWithPath: "/usr/bin/env"))
        #expect(ended.status == 0, "\(ended.output)")
        #expect(ended.output.contains("everything was seen"))
    }
}
