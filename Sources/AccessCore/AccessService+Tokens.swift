// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// The codes as the PMS shows them. What is there is asked each time: an answer that was lost may have been carried out.
extension AccessService {
    private static let handful = 100
    private static let longestPause: Duration = .seconds(30)

    func keepTokens() async {
        var pause: Duration = .seconds(1)
        tokenBell.yield()
        for await _ in tokenBells {
            while !tokensInDoubt.isEmpty, !Task.isCancelled {
                let stays = Array(tokensInDoubt.sorted().prefix(Self.handful))
                do throws(AccessSourceFault) {
                    try await settle(stays)
                    pause = .seconds(1)
                    tokenProblem = nil
                } catch {
                    tokensInDoubt.formUnion(stays)
                    if tokenProblem?.sentence != error.description { say(error.description) }
                    tokenProblem = (error.description, tokenProblem?.since ?? now())
                    guard (try? await Task.sleep(for: error.retryAfter ?? pause)) != nil else { return }
                    pause = min(pause * 2, Self.longestPause)
                }
            }
        }
    }

    private func settle(_ stays: [StayID]) async throws(AccessSourceFault) {
        guard let source else { return }
        tokensInDoubt.subtract(stays)
        let cards = try await cardsInHouse(of: stays)
        guard let machine else { return }
        let now = now()
        let wanted = stays.flatMap { machine.tokens(of: $0, at: now) + cardTokens(of: $0, cards[$0] ?? [], at: now) }
        // Nothing was ever there and nothing is to be: the PMS need not be asked.
        let concerned = stays.filter { stay in tokensKept[stay] != nil || wanted.contains { $0.stay == stay } }
        guard !concerned.isEmpty else { return }
        let new = wanted.map { KeptToken(stay: $0.stay, mark: mark(plain($0.value))) }.filter { tokensKept[$0.stay]?.contains($0) != true }
        if !new.isEmpty {
            guard await keep(new.map { .token($0) }) else { return }
            for token in new { tokensKept[token.stay, default: []].insert(token) }
        }
        let actual = try await source.tokens(of: concerned)
        let plan = TokenPlan(wanted: wanted, actual: actual) { found in
            let token = KeptToken(stay: found.token.stay, mark: mark(plain(found.token.value)))
            return tokensKept[token.stay]?.contains(token) == true
        }
        if !plan.delete.isEmpty { try await source.delete(plan.delete) }
        if !plan.update.isEmpty { try await source.update(plan.update) }
        if !plan.add.isEmpty { try await source.add(plan.add) }
        let still = Set(wanted.map { KeptToken(stay: $0.stay, mark: mark(plain($0.value))) })
        let gone = concerned.flatMap { tokensKept[$0] ?? [] }.filter { !still.contains($0) }
        if !gone.isEmpty {
            guard await keep(gone.map { .tokenGone($0.key) }) else { return }
            for token in gone {
                tokensKept[token.stay]?.remove(token)
                if tokensKept[token.stay]?.isEmpty == true { tokensKept[token.stay] = nil }
            }
        }
    }

    private func plain(_ value: String) -> String {
        value.hasSuffix(rules.confirmKey) ? String(value.dropLast(rules.confirmKey.count)) : value
    }
}
