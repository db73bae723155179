// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The matrix family x fault, made by `make generate` and held against what the parts do now.
@Suite(.timeLimit(.minutes(10))) struct MatrixGeneratedFileTests {
    @Test func faultMatrix_isWhatThePartsDo_andNoRowIsOver20Seconds() async throws {
        let matrix = try await FaultMatrix.play()
        for cell in matrix.cells {
            #expect(cell.job != nil, "\(cell.driver) with \(cell.fault) never ends")
            #expect(cell.took <= .seconds(20), "\(cell.driver) with \(cell.fault): \(cell.took)")
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
