// SPDX-License-Identifier: Apache-2.0
import Foundation

/// So many requests for each AccessToken in a window that slides.
struct RequestLimit: Sendable {
    private let count: Int
    private let window: TimeInterval
    private let saysWhen: Bool
    /// Only tokens that were accepted come here, so there are few.
    private var seen: [String: [Date]] = [:]

    /// - Parameter saysWhen: whether a refusal carries `Retry-After`; the API says that at times it is missing.
    init(count: Int, window: TimeInterval, saysWhen: Bool) {
        self.count = count
        self.window = window
        self.saysWhen = saysWhen
    }

    mutating func admit(_ token: String, at moment: Date) throws(ApiRefusal) {
        var recent = (seen[token] ?? []).filter { $0 > moment.addingTimeInterval(-window) }
        defer { seen[token] = recent }
        guard recent.count < count else {
            let wait = recent.first.map { max(1, Int($0.addingTimeInterval(window).timeIntervalSince(moment).rounded(.up))) }
            throw ApiRefusal(
                status: 429, message: "More than \(count) requests within \(Int(window)) seconds.",
                retryAfter: saysWhen ? wait.map(String.init) : nil)
        }
        recent.append(moment)
    }
}
