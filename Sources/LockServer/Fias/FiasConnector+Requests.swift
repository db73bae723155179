// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Framing
import Logging

/// What goes back for a record, and what is left to do when it has gone.
struct FiasReply: Sendable {
    /// KA, or KZ with what is known.
    var record: FiasRecord
    var job: JobID?
    var remembers: (@Sendable (inout KeyBook) -> Void)?
}

/// What is done for each record of keys.
extension FiasConnector {
    /// What came of a record.
    private struct Outcome {
        var answer: FiasAnswer
        var fields: [FiasRecord.Field] = []
        var job: JobID?
        var remembers: (@Sendable (inout KeyBook) -> Void)?

        init(_ answer: FiasAnswer, _ fields: [FiasRecord.Field] = [], job: JobID? = nil) {
            self.answer = answer
            self.fields = fields
            self.job = job
        }

        init(_ status: FiasAnswerStatus, _ sentence: WordKey, _ value: String = "") { self.init(FiasAnswer(status, sentence, value)) }
    }

    /// A place for a record about keys, to be taken in the order in which they come; `nil`: it is about something else.
    func arrival(of record: FiasRecord) -> Arrival? {
        guard ["KR", "KD", "KM", "KZ"].contains(record.kind) else { return nil }
        return counter.arrive(at: record["KC"].map(counter.meant), rooms: FiasKeyOrder.rooms(record))
    }

    func reply(to record: FiasRecord, _ arrival: Arrival) async -> FiasReply {
        defer { arrival.pass() }
        let outcome: Outcome
        if let name = record["KC"], let encoder = await counter.encoder(name) {
            switch record.kind {
            case "KR": outcome = await cut(record, on: encoder, arrival)
            case "KD": outcome = await checkOut(record, on: encoder, arrival)
            case "KM": outcome = Outcome(await change(record, on: encoder, arrival))
            case "KZ": outcome = await whose(record, on: encoder, arrival)
            default: outcome = Outcome(.unable, .answerNotKnown)
            }
        } else {
            outcome = record["KC"].map { Outcome(.unable, .answerNoEncoder, $0) } ?? Outcome(.unable, .answerNoEncoderSaid)
        }
        let echo = ["KC", "WS", "G#"].compactMap { tag in record[tag].map { FiasRecord.Field(tag, $0) } }
        // A question that cannot be answered by a card is answered by KA, like every refusal.
        let kind = record.kind == "KZ" && outcome.answer.status == .ok ? "KZ" : "KA"
        let answer = FiasRecord(kind, [.init("AS", outcome.answer.status.rawValue)] + echo + outcome.fields)
        return FiasReply(record: answer.adding("CT", outcome.answer.text?.line(words)), job: outcome.job, remembers: outcome.remembers)
    }

    private func cut(_ record: FiasRecord, on encoder: EncoderName, _ arrival: Arrival) async -> Outcome {
        let request: FiasKeyOrder
        do throws(FiasKeyOrder.Objection) {
            request = try FiasKeyOrder(record, at: Date(), zone: await zone())
        } catch {
            return Outcome(FiasAnswer(.unable, error.text))
        }
        let (job, made) = await counter.cut(request.order, on: encoder, arrival)
        guard case .made(let receipts) = made else { return Outcome(FiasAnswer(made, on: encoder), job: job) }
        // The number of one card; of several nobody could tell which.
        let serial = receipts.count == 1 && record["$2"] == nil ? receipts[0].serial : nil
        var outcome = Outcome(FiasAnswer(.ok, request.leftOut), serial.map { [.init("$2", $0)] } ?? [], job: job)
        outcome.remembers = { $0.add(request.order, receipts, at: Date()) }
        return outcome
    }

    /// A lock system behind the bridge is told. Encoders that only cut cannot take a key back: it ends when it ends, and that is said.
    private func checkOut(_ record: FiasRecord, on encoder: EncoderName, _ arrival: Arrival) async -> Outcome {
        guard configuration.checkOut == .accept else { return Outcome(.unable, .answerNotTakenBack) }
        guard let room = record.name("RN") else { return Outcome(.unable, .answerNoRoom) }
        let reservation = record.name("G#")
        // Before it is asked who stays there, and since when: the keys that were ordered before count.
        guard await arrival.isNext() else { return Outcome(FiasAnswer(.keptWaiting, on: encoder)) }
        let now = Date()
        var outcome = Outcome(FiasAnswer(.ok))
        do throws(JournalFault) {
            var book = try await keys.read()
            if let reservation {
                book.leave(room, reservation, at: now)
                outcome.remembers = { $0.leave(room, reservation, at: now) }
            }
            guard let notice = try await counter.checkOut(of: room, reservation: reservation, on: encoder, besides: book, at: now) else {
                outcome.answer = FiasAnswer(.unable, .answerOthersStay)
                return outcome
            }
            switch await counter.tell(notice, to: encoder, arrival) {
            case .failure(let fault)?:
                outcome.answer = FiasAnswer(notice: fault, to: encoder)
                return outcome
            // The lock system has ended the keys: when their cards would have ended says nothing any more.
            case .success?:
                if notice.keys.reservation == nil { outcome.remembers = { $0.leave(room, nil, at: now) } }
                return outcome
            case nil: break
            }
        } catch {
            // Whether others stay in the room is not known.
            logger.error("journal: \(error)")
            return Outcome(.retry, .answerNoJournal)
        }
        outcome.answer = FiasAnswer(.ok, await self.end(of: room, reservation))
        return outcome
    }

    /// When the cards end; `nil`: that is not known.
    private func end(of room: String, _ reservation: String?) async -> FiasText? {
        do throws(JournalFault) {
            let book = try await keys.read()
            guard let end = try await counter.end(of: room, reservation: reservation, besides: book, at: Date()) else {
                return .words(.answerNoValidCard)
            }
            return .words(.answerCardEnds, HotelTime(zone: await zone()).spoken(end))
        } catch {
            logger.error("journal: \(error)")
            return nil
        }
    }

    /// KM: the cards stay with the guests, so only a lock system that reaches its locks can do it.
    private func change(_ record: FiasRecord, on encoder: EncoderName, _ arrival: Arrival) async -> FiasAnswer {
        let change: KeyChange
        do throws(FiasKeyOrder.Objection) {
            change = try FiasKeyOrder.change(record, at: Date(), zone: await zone())
        } catch {
            return FiasAnswer(.unable, error.text)
        }
        switch await counter.tell(.keyChange(change), to: encoder, arrival) {
        case .success?: return FiasAnswer(.ok)
        case .failure(let fault)?: return FiasAnswer(notice: fault, to: encoder)
        case nil: return FiasAnswer(.unable, .answerNewKey)
        }
    }

    /// KZ: the card that is put on is read, and the journal says whose it is.
    private func whose(_ record: FiasRecord, on encoder: EncoderName, _ arrival: Arrival) async -> Outcome {
        let outcome: ErrandOutcome
        switch await counter.perform(.read, on: encoder, arrival) {
        case .failure(let fault): return Outcome(FiasAnswer(fault, on: encoder))
        case .success(let found): outcome = found
        }
        let book: KeyBook
        do throws(JournalFault) {
            book = try await keys.read()
        } catch {
            logger.error("journal: \(error)")
            return Outcome(.retry, .answerNoJournal)
        }
        guard let serial = outcome.card?.uid, let key = book.key(onCard: serial), let room = key.rooms.first else {
            if let rooms = outcome.reading["rooms"], !rooms.isEmpty {
                return Outcome(FiasAnswer(.ok), [.init("RN", ShortText.ascii(rooms, longest: 40))])
            }
            return Outcome(.guestNotFound, .answerNotMadeHere)
        }
        let time = HotelTime(zone: await zone())
        let fields: [FiasRecord.Field?] = [
            .init("RN", room), key.reservation.map { .init("G#", $0) }, .init("GD", time.date(key.until)),
            .init("DT", time.text(key.until, "HH:mm")), .init("$2", serial),
            key.rooms.count > 1 ? .init("SI", key.rooms.dropFirst().joined(separator: ";")) : nil,
        ]
        return Outcome(FiasAnswer(.ok), fields.compactMap(\.self))
    }
}
