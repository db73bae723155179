// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation

/// The codes as the PMS shows them. What is there is asked each time: an answer that was lost may have been carried out.
extension AccessService {
    func keepTokens() async {
        tokenBell.yield()
        for await _ in tokenBells {
            while await settleNext() {}
        }
        tokenTimer?.cancel()
    }

    /// - Returns: whether there may be more to do at once.
    private func settleNext() async -> Bool {
        let uptime = time.uptime()
        switch tokenRounds.next(of: tokensInDoubt, at: uptime) {
        case _ where Task.isCancelled: return false
        case .nothing: return false
        case .wait(let until):
            tokenTimer?.cancel()
            tokenTimer = Task { [time, tokenBell] in
                guard (try? await time.sleep(until - uptime)) != nil else { return }
                tokenBell.yield()
            }
            return false
        case .settle(let stays):
            do throws(AccessSourceFault) {
                let wasAsked = try await settle(stays)
                tokenRounds.settled(stays, wasAsked: wasAsked)
                if wasAsked || tokensInDoubt.isEmpty { tokenProblem = nil }
            } catch {
                tokensInDoubt.formUnion(stays)
                let isOfAll = tokenRounds.failed(stays, error, at: time.uptime(), date: now())
                if tokenProblem?.sentence != error.description { say(error.description) }
                tokenProblem = isOfAll ? (error.description, tokenProblem?.since ?? now()) : nil
            }
            return true
        }
    }

    /// Whose codes the PMS does not take although it takes those of others, as one row.
    var refusedTokens: HealthProblem? {
        let refusals = tokenRounds.refusals.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
        guard let first = refusals.first else { return nil }
        let numbers = refusals.prefix(Self.namedAtMost).map { machine?.stays[$0.key]?.number ?? $0.key.rawValue }.joined(separator: ", ")
        let others = refusals.count > Self.namedAtMost ? " and \(refusals.count - Self.namedAtMost) more" : ""
        return HealthProblem(
            .access, subject: "pms codes", since: first.value.since,
            "the PMS does not show the codes of \(refusals.count == 1 ? "reservation" : "reservations") \(numbers)\(others) as they are: "
                + first.value.sentence)
    }

    private static let namedAtMost = 5

    /// - Returns: whether the PMS was needed for it.
    private func settle(_ stays: [StayID]) async throws(AccessSourceFault) -> Bool {
        guard let source else { return false }
        tokensInDoubt.subtract(stays)
        let cards = try await cardsInHouse(of: stays)
        guard let machine else { return false }
        let now = now()
        let wanted = stays.flatMap { machine.tokens(of: $0, at: now) + cardTokens(of: $0, cards[$0] ?? [], at: now) }
        // Nothing was ever there and nothing is to be: the PMS need not be asked.
        let concerned = stays.filter { stay in tokensKept[stay] != nil || wanted.contains { $0.stay == stay } }
        guard !concerned.isEmpty else { return false }
        let new = wanted.map { KeptToken(stay: $0.stay, mark: mark(plain($0.value))) }.filter { tokensKept[$0.stay]?.contains($0) != true }
        if !new.isEmpty {
            guard await keep(new.map { .token($0) }) else { return false }
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
            guard await keep(gone.map { .tokenGone($0.key) }) else { return false }
            for token in gone {
                tokensKept[token.stay]?.remove(token)
                if tokensKept[token.stay]?.isEmpty == true { tokensKept[token.stay] = nil }
            }
        }
        return true
    }

    /// Without the key that confirms it, whichever the site had when the token was made: a code has digits only.
    private func plain(_ value: String) -> String {
        String(value.reversed().drop { "#*".contains($0) }.reversed())
    }
}
