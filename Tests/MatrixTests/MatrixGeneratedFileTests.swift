// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

/// The matrix family x fault, made by `make generate` and held against what the parts do now.
@Suite(.timeLimit(.minutes(10))) struct MatrixGeneratedFileTests {
    @Test func faultMatrix_isWhatThePartsDo_andNoRowIsOver20Seconds() async throws {
        let matrix = try await FaultMatrix.play()
        for cell in matrix.cells {
            let what = "\(cell.title) with \(cell.fault)"
            #expect(cell.took <= .seconds(20), "\(what): \(cell.took)")
            let job = try #require(cell.job, "\(what) never ends")
            // What is said of the card, against what the encoder did.
            if job.state == .done { #expect(cell.cardsMade >= job.copies, "\(what): done, and no card was made") }
            if job.fault?.card == .untouched { #expect(cell.cardsMade <= job.copiesDone, "\(what): untouched, and a card was made") }
        }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/fault-matrix.md")
        if ProcessInfo.processInfo.environment["ENCODER_BRIDGE_GENERATE"] != nil {
            try Data(matrix.markdown.utf8).write(to: file)
            return
        }
        let kept = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        let now = matrix.markdown.split(separator: "\n", omittingEmptySubsequences: false)
        for (kept, now) in zip(kept, now) where kept != now {
            Issue.record("docs/fault-matrix.md says\n\(kept)\nand the code does\n\(now)\nrun `make generate` and read what changed")
        }
        #expect(kept.count == now.count)
    }
}
