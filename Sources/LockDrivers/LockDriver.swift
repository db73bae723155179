// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// What the site wrote of one lock.
public struct LockSettings: Sendable, Hashable {
    public var topic: String
    /// `nil`: the driver's own choice, where it has one.
    public var slots: ClosedRange<Int>?
    /// Further keys of its entry, as text.
    public var values: [String: String]
    /// Where the lock hangs on the wall.
    public var timeZone: TimeZone

    public init(topic: String, slots: ClosedRange<Int>? = nil, values: [String: String] = [:], timeZone: TimeZone = .gmt) {
        self.topic = topic
        self.slots = slots
        self.values = values
        self.timeZone = timeZone
    }
}

/// What is wrong with a lock's entry: the key and one sentence that says what to write.
public struct LockSettingsFault: Error, Sendable, Hashable, CustomStringConvertible {
    public var key: String
    public var description: String
    public init(_ key: String, _ description: String) {
        self.key = key
        self.description = description
    }
}

/// What there is to know of a driver without making one.
public struct LockManifest: Sendable, Hashable {
    public var name: String
    public var title: String
    /// Keys of an entry that only this driver has.
    public var settings: [String]
    /// Whether its locks are told the time on the wall: then the hotel's zone must be known.
    public var tellsLocalTime: Bool

    public init(name: String, title: String, settings: [String] = [], tellsLocalTime: Bool = false) {
        self.name = name
        self.title = title
        self.settings = settings
        self.tellsLocalTime = tellsLocalTime
    }
}

/// One kind of lock: a value that turns commands into messages and messages into reports. It does no I/O, keeps no time and repeats
/// nothing: what is tried again, and when, is the reconciler's.
public protocol LockDriver: Sendable {
    static var manifest: LockManifest { get }
    /// Throws what the technician must correct.
    init(_ settings: LockSettings) throws(LockSettingsFault)
    var traits: LockTraits { get }
    /// Topics to listen to; `+` and `#` as in MQTT.
    var topics: [String] { get }
    /// The messages that carry a command out; empty where nothing needs to be sent.
    mutating func messages(for command: LockCommand) -> [MQTTMessage]
    /// What a message of one of the topics tells. Messages about others, and nonsense, tell nothing.
    mutating func read(_ message: MQTTMessage) -> [LockReport]
    /// The way was lost and is back: what was remembered of commands on their way is forgotten.
    mutating func reconnected()
}
