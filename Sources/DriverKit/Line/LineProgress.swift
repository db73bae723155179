// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Tells the line where one card ends and the next begins, and passes everything on.
struct LineProgress<Driver: EncoderDriver, Base: TaskProgress>: TaskProgress {
    let line: Line<Driver>
    let base: Base

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        if await !line.hasAsked(forCard: copy) { try await base.waitingForCard(copy: copy, of: copies) }
        await line.asks(forCard: copy, remaining: copies - copy + 1)
    }
    func verifying(copy: Int) async throws(Fault) { try await base.verifying(copy: copy) }
    func waitingToVerify(copy: Int) async throws(Fault) {
        try await base.waitingToVerify(copy: copy)
        await line.asksAgain()
    }
    func sighted(_ card: CardPresence) async { await base.sighted(card) }
    func finished(_ receipt: Receipt) async throws(Fault) { try await base.finished(receipt) }
    func remark(_ remark: Remark) async { await base.remark(remark) }
}
