// SPDX-License-Identifier: Apache-2.0

/// What a kind of lock takes as a code. Those of all doors of a grant are obeyed together.
public struct CodeConstraints: Sendable, Hashable {
    /// How many digits.
    public var lengths: ClosedRange<Int>
    /// Nuki's keypad has no zero.
    public var hasZero: Bool
    /// Nuki keeps these for itself: `12`.
    public var forbiddenStarts: Set<String>

    public init(lengths: ClosedRange<Int> = 4...9, hasZero: Bool = true, forbiddenStarts: Set<String> = []) {
        self.lengths = lengths
        self.hasZero = hasZero
        self.forbiddenStarts = forbiddenStarts
    }

    /// What obeys both; `nil` where no length does.
    public func joined(_ other: CodeConstraints) -> CodeConstraints? {
        let low = max(lengths.lowerBound, other.lengths.lowerBound)
        let high = min(lengths.upperBound, other.lengths.upperBound)
        guard low <= high else { return nil }
        return CodeConstraints(
            lengths: low...high, hasZero: hasZero && other.hasZero, forbiddenStarts: forbiddenStarts.union(other.forbiddenStarts))
    }

    func allows(_ code: String) -> Bool {
        lengths.contains(code.utf8.count) && (hasZero || !code.contains("0")) && !forbiddenStarts.contains { code.hasPrefix($0) }
    }
}

/// Codes that a stranger tries first.
enum GuessableCode {
    /// Digits all alike, in steps of one (1234, 98765, across zero too), a pair or half repeated (1212, 123123), or the room's number.
    static func isOne(_ code: String, rooms: some Sequence<String>) -> Bool {
        let digits = code.utf8.map { Int($0) - 48 }
        let steps = Set(zip(digits, digits.dropFirst()).map { ($1 - $0 + 10) % 10 })
        if steps.count <= 1, [0, 1, 9].contains(steps.first ?? 0) { return true }
        for part in [1, 2, 3] where digits.count > part && digits.count % part == 0 {
            if digits.indices.allSatisfy({ digits[$0] == digits[$0 % part] }) { return true }
        }
        return rooms.contains { room in
            let number = String(room.filter { $0.isASCII && $0.isNumber })
            return !number.isEmpty && (code == number || number.count >= 3 && code.contains(number))
        }
    }
}
