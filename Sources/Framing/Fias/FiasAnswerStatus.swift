// SPDX-License-Identifier: Apache-2.0

/// What AS says in an answer to a key record, by the public FIAS text.
public enum FiasAnswerStatus: String, Sendable, Hashable, CaseIterable {
    case ok = "OK"
    case busy = "BY"
    case deleted = "DE"
    case denied = "DN"
    /// Cannot be done, and will not be by asking again.
    case unable = "UR"
    case retry = "RY"
    case nightAudit = "NA"
    case guestNotFound = "NG"
    case invalidAccount = "IA"
    case notInstalled = "NF"
    case noResponse = "NR"
}
