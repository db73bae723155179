// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A code that was on a lock, as a keyed hash: enough to know it again, not enough to open a door.
public struct UsedCode: Sendable, Hashable, Codable {
    public var lock: LockName
    public var mark: String
    /// When it was last there.
    public var at: Date

    public init(lock: LockName, mark: String, at: Date) {
        self.lock = lock
        self.mark = mark
        self.at = at
    }
}

/// Draws codes.
public struct CodeIssuer: Sendable {
    /// A code does not come again on a door for so long: the guest before still knows it.
    public static let memory: TimeInterval = 30 * 86_400
    private static let mostDraws = 2_000

    /// How many digits the site wants.
    public var length: Int
    /// Where chance comes from: the system's own in the bridge, a seeded one under test.
    public var generator: any RandomNumberGenerator & Sendable
    /// The keyed hash.
    public var mark: @Sendable (String) -> String
    private(set) var used: [LockName: [String: Date]] = [:]
    /// Marks of codes that somebody has now, however long ago they were given.
    private var held: [LockName: Set<String>] = [:]

    public init(
        length: Int = 6, generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        mark: @escaping @Sendable (String) -> String
    ) {
        self.length = length
        self.generator = generator
        self.mark = mark
    }

    public mutating func remember(_ code: UsedCode) {
        let before = used[code.lock]?[code.mark] ?? .distantPast
        used[code.lock, default: [:]][code.mark] = max(before, code.at)
    }

    mutating func hold(_ mark: String, on lock: LockName, _ isHeld: Bool) {
        if isHeld { held[lock, default: []].insert(mark) } else { held[lock]?.remove(mark) }
    }

    mutating func forget(before date: Date) {
        for lock in used.keys { used[lock] = used[lock]?.filter { $0.value >= date } }
    }

    /// Whether a code may be put on these doors now. `ours`: the marks that this very stay has there already.
    func isFree(_ code: String, on locks: some Sequence<LockName>, at now: Date, ours: Set<String> = []) -> Bool {
        let mark = mark(code)
        if ours.contains(mark) { return true }
        return locks.allSatisfy { lock in
            held[lock]?.contains(mark) != true && (used[lock]?[mark]).map { now.timeIntervalSince($0) > Self.memory } ?? true
        }
    }

    /// - Parameters:
    ///   - constraints: those of each door.
    ///   - shown: other people's codes on these doors, as far as the locks show them.
    /// - Throws: ``NoCode`` when nothing fits all of them.
    mutating func draw(
        for locks: [LockName], constraints: [CodeConstraints], rooms: [String], besides shown: Set<String> = [], at now: Date
    ) throws(NoCode) -> String {
        var all: CodeConstraints? = CodeConstraints()
        for constraint in constraints { all = all?.joined(constraint) }
        guard let all else { throw NoCode("No code length suits all of \(Self.list(locks)): give their rooms separate doors.") }
        // The site's wish, as near as the locks allow.
        let length = min(max(length, all.lengths.lowerBound), all.lengths.upperBound)
        for _ in 0..<Self.mostDraws {
            let code = String((0..<length).map { _ in Character(String(Int.random(in: (all.hasZero ? 0 : 1)...9, using: &generator))) })
            if all.allows(code), !GuessableCode.isOne(code, rooms: rooms), isFree(code, on: locks, at: now), !shown.contains(code) {
                return code
            }
        }
        throw NoCode("No unused code of \(length) digits was found for \(Self.list(locks)): raise access.codeLength.")
    }

    private static func list(_ locks: [LockName]) -> String { locks.map(\.rawValue).joined(separator: ", ") }
}

/// No code could be made, with the sentence for the page.
public struct NoCode: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
