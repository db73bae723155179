// SPDX-License-Identifier: Apache-2.0

/// `journal` of the configuration.
public struct JournalSettings: Sendable, Hashable {
    /// Absolute.
    public var path: String
    /// How long jobs stay that have ended.
    public var keep: Duration
    /// Beyond this many bytes the oldest go earlier.
    public var largest: Int64

    public static let defaultPath = "/var/lib/encoder-bridge/journal.sqlite"

    public init(path: String = Self.defaultPath, keep: Duration = .seconds(400 * 86_400), largest: Int64 = 2_000_000_000) {
        self.path = path
        self.keep = keep
        self.largest = largest
    }
}
