// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// A job that ended without the answer of its encoder, as it is kept over restarts: by the wall clock, as no other goes on meanwhile.
public struct UnansweredJob: Sendable, Hashable, CustomStringConvertible {
    public var job: JobID
    /// By then the encoder has answered, or never will.
    public var until: Date

    public init(job: JobID, until: Date) {
        self.job = job
        self.until = until
    }

    /// `<job> <seconds since 1970>`
    public var description: String { "\(job) \(Int(until.timeIntervalSince1970.rounded(.up)))" }

    init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        guard words.count == 2, let seconds = Int(words[1]) else { return nil }
        self.init(job: JobID(String(words[0])), until: Date(timeIntervalSince1970: Double(seconds)))
    }

    /// All of an encoder's, as one text.
    static func text(_ jobs: [UnansweredJob]) -> String { jobs.map(\.description).joined(separator: "\n") }
    static func all(_ text: String) -> [UnansweredJob] { text.split(separator: "\n").compactMap { UnansweredJob($0) } }
}
