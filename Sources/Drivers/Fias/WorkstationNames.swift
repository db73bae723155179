// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A WS for each record that is answered. KC and WS are all that an answer carries, so an order's WS is used once and never again: then
/// the late answer to one order is never taken for the next one's, across restarts too.
final class WorkstationNames: Sendable {
    private let prefix: String
    private let next: Mutex<Int>

    /// - Parameter first: the first name, for recordings; `nil`: one that no run before had.
    init(first: String?) {
        if let first {
            let digits = String(first.reversed().prefix { $0.isASCII && $0.isNumber }.reversed().suffix(6))
            prefix = String(first.dropLast(digits.count))
            next = Mutex(Int(digits) ?? 1)
        } else {
            let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            // 36^7 runs, with a number behind: 16 characters at most.
            prefix = "EB" + String((0..<7).map { _ in letters.randomElement() ?? "0" })
            next = Mutex(1)
        }
    }

    func make() -> String {
        let number = next.withLock { next in
            defer { next = next < 999_999 ? next + 1 : 1 }
            return next
        }
        return prefix + String(number)
    }
}
