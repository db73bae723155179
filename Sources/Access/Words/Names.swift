// SPDX-License-Identifier: Apache-2.0

/// A name or id as text, of one kind only: a lock is never taken for a stay.
public protocol AccessName: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral
where RawValue == String {
    init(rawValue: String)
}

extension AccessName {
    public init(_ text: String) { self.init(rawValue: text) }
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var description: String { rawValue }
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The name under `locks:`, `door-101`.
public struct LockName: AccessName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The PMS' id of a reservation.
public struct StayID: AccessName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The PMS' id of a room or bed.
public struct ResourceID: AccessName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A grant is one reservation at one lock, so its id is made of the two: the same event twice can only mean the same grant.
public struct GrantID: AccessName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ stay: StayID, _ lock: LockName) { rawValue = "\(stay).\(lock)" }
}
