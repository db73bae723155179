// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// What a site says of card work; the same for every contactless family.
struct ContactlessSettings: Sendable, Hashable {
    static let key = SettingDescription(
        "key", "name of the card key that opens MIFARE Classic sectors where neither order nor layout names one",
        default: CardKeys.factoryName)
    static let keyKind = SettingDescription(
        "keyKind", "which of a sector's two keys it is", default: "A", choices: BlockImage.KeyKind.allCases.map(\.rawValue))
    static let cardTimeout = SettingDescription(
        "cardTimeout", "how long the encoder waits for each card", default: Patience.standard.answer.settingText)
    static let pollInterval = SettingDescription("pollInterval", "how often the encoder looks for a card meanwhile", default: "250ms")
    static let all = [key, keyKind, cardTimeout, pollInterval]

    let cardTimeout: Duration
    let pollInterval: Duration
    private let keys: CardKeys
    private let keyName: String
    private let keyKind: BlockImage.KeyKind

    init(_ settings: DriverSettings) throws(SettingsFault) {
        keys = settings.keys
        keyName = try settings.text(Self.key)
        keyKind = BlockImage.KeyKind(rawValue: try settings.text(Self.keyKind)) ?? .a
        cardTimeout = try settings.duration(Self.cardTimeout)
        pollInterval = try settings.duration(Self.pollInterval)
        guard keys.bytes(keyName) != nil else {
            throw SettingsFault(
                key: Self.key.name, "'key' is '\(keyName)', a card key that the site has not given: use one of \(keys)")
        }
        guard keys.bytes(keyName)?.count == SectorKey.length else {
            throw SettingsFault(key: Self.key.name, "the card key '\(keyName)' must have \(SectorKey.length) bytes for MIFARE Classic")
        }
        guard cardTimeout <= .seconds(600) else { throw SettingsFault(key: Self.cardTimeout.name, "'cardTimeout' is at most 10m") }
        guard pollInterval >= .milliseconds(50), pollInterval <= cardTimeout else {
            throw SettingsFault(key: Self.pollInterval.name, "'pollInterval' is at least 50ms and no longer than 'cardTimeout'")
        }
    }

    /// How often is looked before there is no card.
    var looks: Int { max(1, Int((cardTimeout / pollInterval).rounded(.up))) }

    /// The key that opens an image's sectors; `nil` for an image that names none: the site's setting.
    func sectorKey(named name: String? = nil, kind: BlockImage.KeyKind? = nil) throws(Fault) -> SectorKey {
        let name = name ?? keyName
        guard let bytes = keys.bytes(name) else {
            throw Fault(
                .rejected(
                    reason: "the site has no card key named \(String(name.prefix(40)).debugDescription): use one of \(keys)"))
        }
        guard bytes.count == SectorKey.length else {
            throw Fault(.rejected(reason: "the card key '\(name)' must have \(SectorKey.length) bytes for MIFARE Classic"))
        }
        return SectorKey(bytes: bytes, kind: kind ?? keyKind)
    }

    /// The keys that a card is read and erased with: the setting's, and the one that the encoder's layout writes with.
    func readingKeys() throws(Fault) -> [SectorKey] {
        let own = try sectorKey()
        guard let layout = keys.layoutKey else { return [own] }
        let other = try sectorKey(named: layout.name, kind: layout.kind)
        return other == own ? [own] : [own, other]
    }

    /// The session's guard behind the limits of card work, for an encoder whose single command takes at most so long.
    func timeLimit(for task: EncoderTask, commandWithin command: Duration) -> Duration {
        let waiting = cardTimeout * 2 + command * 4
        return switch task {
        // Every block three times: written, read, and once more of both for one that came out wrong.
        case .write(let batch):
            batch.images.reduce(.seconds(5)) { $0 + waiting + command * (4 * $1.places + 10) }
        case .read, .erase: waiting + .seconds(90)
        case .reset, .selfTest, .cut, .checkOut, .keyChange: command * 8 + .seconds(5)
        }
    }
}

/// A card key for one of a sector's two locks. Prints as nothing.
struct SectorKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    static let length = 6
    let bytes: [UInt8]
    let kind: BlockImage.KeyKind

    var description: String { "key \(kind.rawValue)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }
}

extension CardImage {
    /// How many blocks or pages it has.
    fileprivate var places: Int {
        switch self {
        case .magnetic: 0
        case .blocks(let image): image.blocks.count
        case .pages(let image): image.pages.count
        }
    }
}
