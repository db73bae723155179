// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What is to be done to the tokens of some reservations in the PMS so that they are those of the codes.
public struct TokenPlan: Sendable, Hashable {
    public var add: [CodeToken] = []
    public var update: [PMSToken] = []
    public var delete: [String] = []
    public var isDone: Bool { add.isEmpty && update.isEmpty && delete.isEmpty }

    /// - Parameters:
    ///   - wanted: what should be there.
    ///   - actual: what is there, other people's tokens among it.
    ///   - isOurs: whether a value is of a code that we made for that reservation. What is not ours is left alone.
    public init(wanted: [CodeToken], actual: [PMSToken], isOurs: (PMSToken) -> Bool) {
        var left = actual.filter(isOurs)
        for token in wanted {
            guard
                let place = left.firstIndex(where: {
                    $0.token.stay == token.stay && $0.token.value == token.value && ($0.token.serial == nil) == (token.serial == nil)
                })
            else {
                add.append(token)
                continue
            }
            let found = left.remove(at: place)
            if found.token == token { continue }
            if found.token.resource == token.resource {
                update.append(PMSToken(id: found.id, token: token))
            } else {
                // The resource of a token cannot be changed.
                delete.append(found.id)
                add.append(token)
            }
        }
        delete += left.map(\.id)
    }
}

extension AccessMachine {
    /// The tokens that a reservation should have in the PMS: its codes that a lock has shown, while its time lasts.
    public func tokens(of id: StayID, at now: Date) -> [CodeToken] {
        guard let stay = stays[id] else { return [] }
        let open = (byStay[id] ?? []).sorted().compactMap { grants[$0] }.filter {
            $0.goal == .on && $0.onLockSince != nil && $0.movedAt == nil && $0.window.end > now
        }
        return Dictionary(grouping: open, by: { $0.code ?? "" }).filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }.map { code, grants in
            let isBed = stay.resource.flatMap { resources[$0]?.parent } != nil
            let opensRoom = grants.contains { !$0.isCommon }
            return CodeToken(
                stay: id, resource: stay.resource, value: code + rules.confirmKey,
                window: Window(start: grants[0].window.start.wholeSecond, end: grants[0].window.end.wholeSecond),
                opensBed: isBed && opensRoom, opensRoom: opensRoom, opensBuilding: grants.contains { $0.isCommon })
        }
    }
}

extension Date {
    /// The PMS writes times in whole seconds: else a token would never look the same twice.
    var wholeSecond: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
