// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation

/// What to do about a command that the journal does not know.
enum CommandReading: Sendable, Hashable {
    case order(JobRequest)
    /// Not ours to act on; the reason is for the log.
    case leave(String)

    /// Refused because it waited too long.
    var isExpired: Bool {
        guard case .order(let request) = self, case .expired? = request.refusal?.kind else { return false }
        return true
    }
}

/// Turns a command into an order, or into a refusal that the clerk can read. Pure: the clock comes in as a value.
struct CommandMapping: Sendable {
    var keyCutters: [String: EncoderName]
    var unknownKeyCutter: MewsProperty.UnknownKeyCutter
    var staleAfter: Duration
    /// The encoders of this bridge.
    var encoders: Set<EncoderName>
    /// This machine's clock.
    var now: Date
    /// How far Mews' clock is ahead of ours, in seconds; 0 until it is known.
    var skew: TimeInterval
    /// Why no key can be dated, if so: the property's time zone is not known.
    var zoneRefusal: String?
    /// Commands that an event of this run called pending.
    var seenPending: Set<String> = []

    /// Most locks and longest texts that one order may carry; more is no order of a hotel.
    static let mostLocks = 64
    static let longestLock = 64
    static let longestName = 200

    func read(_ command: MewsCommand) -> CommandReading {
        guard command.state.isActive else { return .leave("state \(command.state.word)") }
        switch command.data {
        case .foreign:
            return .leave("device type \(Notes.plain(command.device.type ?? "none", upTo: 40))")
        case .unreadable:
            let names = candidates(nil, command.device)
            if encoder(for: names) == nil, unknownKeyCutter == .ignore { return .leave("unreadable, and perhaps another bridge's") }
            return .order(refused(command, on: encoder(for: names) ?? unmapped(names), "Mews sent the command without readable data"))
        case .keyCutter(let data):
            let names = candidates(data.keyCutterID, command.device)
            guard let encoder = encoder(for: names) else {
                let name = Notes.plain(names.first ?? "", upTo: 40)
                if unknownKeyCutter == .ignore { return .leave("key cutter \"\(name)\" is not this bridge's") }
                return .order(refused(command, on: unmapped(names), Self.unknown(name), .noEncoder, doors: data.lockIDs))
            }
            // Taken by a bridge that no longer knows of it: its journal was lost, or set aside. The card may exist.
            if command.state == .received, !seenPending.contains(command.id) { return .order(forgotten(command, data, on: encoder)) }
            return .order(order(command, data, on: encoder))
        }
    }

    // MARK: The encoder

    /// `KeyCutterId` is what the property typed as Identifier; where it is missing, the device's own words stand in.
    private func candidates(_ keyCutterID: String?, _ device: MewsCommand.Device) -> [String] {
        let own = trimmed(keyCutterID)
        if !own.isEmpty { return [own] }
        return [trimmed(device.identifier), trimmed(device.name)].filter { !$0.isEmpty }
    }

    private func encoder(for names: [String]) -> EncoderName? {
        for name in names {
            let encoder = keyCutters[name] ?? EncoderName(name)
            if encoders.contains(encoder) { return encoder }
        }
        return nil
    }

    /// The encoder that a refused order stands under: what Mews calls it.
    private func unmapped(_ names: [String]) -> EncoderName {
        let name = Notes.plain(names.first ?? "", upTo: 40)
        return EncoderName(name.isEmpty ? "unknown" : name)
    }

    private static func unknown(_ name: String) -> String {
        name.isEmpty
            ? "the key cutter has no Identifier in Mews: give it one, and map it under connector.mews.keyCutters of the bridge"
            : "the bridge has no encoder for key cutter \"\(name)\": map it under connector.mews.keyCutters of the bridge"
    }

    // MARK: The order

    private func order(_ command: MewsCommand, _ data: KeyCutterData, on encoder: EncoderName) -> JobRequest {
        func refusal(_ reason: String, _ cause: RefusalCause? = nil) -> JobRequest {
            refused(command, on: encoder, reason, cause, doors: data.lockIDs)
        }

        guard let created = command.createdUtc else { return refusal("Mews did not say when it was ordered") }
        let createdHere = min(created.addingTimeInterval(-skew), now)
        let age = now.timeIntervalSince(createdHere)
        guard age <= staleAfter.seconds else {
            var request = refusal("")
            request.refusal = Fault(.expired, detail: "ordered \(Int(age)) s before the bridge saw it")
            return request
        }

        do throws(DataJSON.Mistake) {
            let options = try DataJSON(data.dataJSON)
            if options.mobileKeys && !options.encoderKeys {
                return refusal(
                    "this key cutter is set to mobile keys only: add \"EncoderKeys\":\"true\" to its Data JSON in Mews to cut cards")
            }
        } catch {
            return refusal("\(error): correct the Data JSON of this key cutter in Mews")
        }
        if let zoneRefusal { return refusal(zoneRefusal, .noTimeZone) }
        guard let count = data.keyCount else { return refusal("Mews did not say how many keys are wanted", .wrongCount) }
        guard let start = data.start.map(Self.wholeSeconds), let end = data.end.map(Self.wholeSeconds) else {
            return refusal("Mews sent no readable \(data.start == nil ? "start" : "end") of the stay", .wrongDates)
        }
        guard end > now.addingTimeInterval(skew) else {
            return refusal(
                "the stay is over, a key for it would open nothing: prolong the stay in Mews, then cut the key again", .stayIsOver)
        }
        guard data.lockIDs.count <= Self.mostLocks, data.lockIDs.allSatisfy({ $0.count <= Self.longestLock }) else {
            return refusal("the order names more than \(Self.mostLocks) locks, or one with an endless name", .tooManyDoors)
        }
        let order = KeyOrder(
            lockIds: data.lockIDs.map(trimmed), validFrom: start, validUntil: end, copies: count, mode: Self.mode(data.keyMode),
            guestName: data.guestName.map { Notes.plain($0, upTo: Self.longestName) },
            reservationNumber: data.reservationNumber.map { Notes.plain($0, upTo: Self.longestLock) })
        if let objection = order.objection() { return refusal(objection.reason, objection.cause) }
        return JobRequest(
            encoder: encoder, order: order, origin: .mews, externalID: command.id, createdAt: createdHere,
            expiresAt: createdHere.addingTimeInterval(staleAfter.seconds))
    }

    /// A job that fails at once, so that it is journalled, reported as Error and never looked at again. Its order has the doors, for the
    /// clerk to know it by, and nothing else.
    private func refused(
        _ command: MewsCommand, on encoder: EncoderName, _ reason: String, _ cause: RefusalCause? = nil, doors: [String] = []
    ) -> JobRequest {
        let created = command.createdUtc.map { min($0.addingTimeInterval(-skew), now) } ?? now
        let doors = doors.prefix(Self.mostLocks).map { Notes.plain($0, upTo: Self.longestLock) }.filter { !$0.isEmpty }
        return JobRequest(
            encoder: encoder, order: KeyOrder(lockIds: doors, validFrom: created, validUntil: created), origin: .mews,
            externalID: command.id, createdAt: created, refusal: Fault(.rejected(reason: reason), cause: cause))
    }

    /// The order was taken before, and nobody knows what became of it: only a person can tell.
    private func forgotten(_ command: MewsCommand, _ data: KeyCutterData, on encoder: EncoderName) -> JobRequest {
        var request = refused(command, on: encoder, "", doors: data.lockIDs)
        request.refusal = Fault(
            .rejected(
                reason: "the bridge had taken this order before and its records of it are gone: look whether the card was made; "
                    + "if it was not, cut the key again"), card: .unknown, cause: .recordsLost)
        return request
    }

    /// Fractions of a second have no place on a lock's clock, and would make it a minute more where it counts minutes. What lacks less than
    /// a thousandth is the whole second that was meant.
    static func wholeSeconds(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 + 0.001).rounded(.down))
    }

    /// The words Mews uses are not published: anything that smells of a second key is one, and of a single opening a key for one, which
    /// must not become a key that lasts. The rest is a new key.
    static func mode(_ word: String?) -> KeyMode {
        let word = (word ?? "").lowercased().filter(\.isLetter)
        if ["oneshot", "onetime", "singleuse", "singleopen"].contains(where: { word.contains($0) }) { return .oneShot }
        return ["dup", "copy", "additional"].contains { word.contains($0) } ? .copy : .new
    }

    private func trimmed(_ text: String?) -> String { (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
}

extension Duration {
    /// As a number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
