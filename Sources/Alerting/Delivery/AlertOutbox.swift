// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What one channel still has to send, in order, and when it is tried next. Pure.
public struct AlertOutbox: Sendable, Hashable, Codable {
    /// More problems than a hotel has at once; beyond it the oldest go, because what is wrong now matters more.
    public static let most = 100
    /// What nobody could be told for so long helps nobody any more.
    public static let life: TimeInterval = 3 * 86_400
    static let shortestPause: TimeInterval = 30
    static let longestPause: TimeInterval = 30 * 60

    private(set) var waiting: [Alert] = []
    /// Tries in a row that failed.
    private(set) var failures = 0
    /// Not before; `nil`: at once.
    private(set) var next: Date?

    public init() {}

    public var count: Int { waiting.count }
    public var isFailing: Bool { failures > 0 }

    public mutating func add(_ alerts: [Alert]) { waiting = Array((waiting + alerts).suffix(Self.most)) }

    /// What is to be sent now.
    public mutating func due(at now: Date) -> Alert? {
        waiting.removeAll { now.timeIntervalSince($0.at) > Self.life }
        // A clock that was put back must not make it wait for longer than a pause.
        if let next, now < next, next.timeIntervalSince(now) <= Self.longestPause { return nil }
        return waiting.first
    }

    public mutating func sent(_ alert: Alert) {
        waiting.removeAll { $0.id == alert.id }
        (failures, next) = (0, nil)
    }

    public mutating func failed(at now: Date) {
        failures += 1
        next = now + min(Self.shortestPause * pow(2, Double(min(failures, 12) - 1)), Self.longestPause)
    }

    /// When there is something to send; `nil`: nothing waits.
    public var wakes: Date? { waiting.isEmpty ? nil : next ?? .distantPast }
}
