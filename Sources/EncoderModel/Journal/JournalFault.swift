// SPDX-License-Identifier: Apache-2.0

/// The journal could not keep or find something.
public struct JournalFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is; decides whether the journal is well for others, and which row of `status` says it.
    public enum Trouble: String, Sendable, Codable, CaseIterable {
        /// The disk is full; goes on by itself when there is room.
        case full
        /// The file or its disk may not be written.
        case readOnly
        /// The disk reports errors.
        case disk
        /// The file was deleted, moved or replaced while the bridge runs.
        case gone
        /// What stands in the file makes no sense, or a part of it is missing.
        case damaged
        /// Another program holds the file; goes on by itself.
        case locked
        /// The bridge is stopping.
        case closed
        /// One job's row cannot be read; all others are well.
        case row
        /// The call was wrong (an unknown job, an id that is taken); the journal is well.
        case request
        case other
    }

    /// One sentence that says what to do.
    public let description: String
    public let trouble: Trouble

    public init(_ description: String, _ trouble: Trouble = .other) {
        self.description = description
        self.trouble = trouble
    }

    /// Whether it says something of the whole journal and not of this one call.
    public var concernsTheWholeJournal: Bool { trouble != .row && trouble != .request }
}
