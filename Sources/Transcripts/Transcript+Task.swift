// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// What a dialogue shows a driver do.
public enum RecordedTask: Sendable, Hashable {
    /// ``EncoderDriver/identify(on:)``
    case identify
    /// ``EncoderDriver/lookForCard(on:)``
    case look
    case perform(EncoderTask)

    /// The word behind `task:`.
    public var header: String {
        switch self {
        case .identify: "identify"
        case .look: "look"
        case .perform(.cut): "cut"
        case .perform(.write): "write"
        case .perform(.read): "read"
        case .perform(.erase): "erase"
        case .perform(.reset): "reset"
        case .perform(.selfTest): "self-test"
        case .perform(.checkOut(let room, let reservation)): ["check-out", room, reservation].compactMap(\.self).joined(separator: " ")
        case .perform(.keyChange): "key-change"
        }
    }

    /// Whether a card is asked for its content or given one: then there may be something in the bytes that belongs to a guest.
    var concernsCards: Bool {
        switch self {
        case .identify, .perform(.reset), .perform(.selfTest): false
        case .look, .perform: true
        }
    }
}

extension Transcript {
    /// The task of the header `task`, with its order, property clock and card content.
    public func task() throws(TranscriptFault) -> RecordedTask {
        let word = headers["task"] ?? ""
        switch word {
        case "identify": return .identify
        case "look", "presence": return .look
        case "read": return .perform(.read)
        case "erase": return .perform(.erase)
        case "reset": return .perform(.reset)
        case "self-test": return .perform(.selfTest)
        case "cut":
            guard let zone = TimeZone(identifier: headers["timeZone"] ?? "") else {
                throw fault("the task 'cut' needs a header 'timeZone' such as Europe/Prague")
            }
            let desk = headers["operator"] ?? "BRIDGE"
            let clock = PropertyClock(timeZone: zone, operatorName: desk == "-" ? "" : desk)
            return .perform(.cut(try keyOrder(), on: clock))
        case "key-change":
            let order = try keyOrder()
            guard let zone = TimeZone(identifier: headers["timeZone"] ?? ""), let room = order.lockIds.first else {
                throw fault("the task 'key-change' needs a header 'timeZone', and an 'order' with the new room and, behind it, the old one")
            }
            let change = KeyChange(
                room: room, reservationNumber: order.reservationNumber ?? "", oldRoom: order.lockIds.dropFirst().first,
                validUntil: order.validUntil)
            return .perform(.keyChange(change, on: PropertyClock(timeZone: zone)))
        case "write":
            if headers["image"] != nil {
                let copies = Int(headers["copies"] ?? "1") ?? 0
                guard (1...KeyOrder.maximumCopies).contains(copies) else {
                    throw fault("'copies' is a number from 1 to \(KeyOrder.maximumCopies)")
                }
                return .perform(.write(CardBatch(images: Array(repeating: try image(), count: copies))))
            }
            let order = try keyOrder()
            guard let image = order.cardImage, (1...KeyOrder.maximumCopies).contains(order.copies) else {
                throw fault("the task 'write' needs a header 'image', or an 'order' with a cardImage")
            }
            return .perform(.write(CardBatch(images: Array(repeating: image, count: order.copies))))
        default:
            if word.hasPrefix("check-out ") {
                let words = word.split(separator: " ").dropFirst().map(String.init)
                if let room = words.first, words.count <= 2 {
                    return .perform(.checkOut(lockID: room, reservation: words.count == 2 ? words[1] : nil))
                }
            }
            throw fault(
                word.isEmpty
                    ? "the dialogue has no header 'task'"
                    : "there is no task '\(word.prefix(40))': use identify, look, cut, write, read, erase, reset, self-test, key-change or check-out ROOM [RESERVATION]"
            )
        }
    }

    private func keyOrder() throws(TranscriptFault) -> KeyOrder {
        do { return try order() } catch {
            throw fault("the header 'order' is no key order as the HTTP API takes it: \(Self.reason(error))")
        }
    }

    private func image() throws(TranscriptFault) -> CardImage {
        do {
            return try JSONDecoder().decode(CardImage.self, from: Data((headers["image"] ?? "").utf8))
        } catch {
            throw fault("the header 'image' is no card image as the HTTP API takes it: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context): context.debugDescription
        default: "it cannot be read"
        }
    }

    private func fault(_ reason: String) -> TranscriptFault {
        TranscriptFault(file: file, "\(headers["title"] ?? "a dialogue without title"): \(reason)")
    }
}
