// SPDX-License-Identifier: Apache-2.0
import EncoderModel

extension CommandUpdate {
    /// What Mews is told for a report of the outbox. The words are the core's; progress and notes go only where Mews reads them.
    init(_ report: Report) {
        let state: CommandState =
            switch report.kind {
            case .received: .received
            case .processing: .processing
            case .processed: .processed
            case .failed: .error
            case .cancelled: .cancelled
            }
        self.init(
            commandID: report.externalID,
            state: state,
            progress: report.kind == .processing ? report.progress.map { $0.isFinite ? min(max($0, 0), 1) : 0 } : nil,
            notes: report.kind.isFinal ? report.text.map { Notes.plain($0) }.flatMap { $0.isEmpty ? nil : $0 } : nil)
    }
}
