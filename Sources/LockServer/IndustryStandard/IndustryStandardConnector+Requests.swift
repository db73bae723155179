// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Framing
import Logging

/// The fields of an answer, and what is left to do when it has gone.
struct IndustryStandardReply: Sendable {
    var fields: [String]
    var job: JobID?
    /// What should stand in the job's trail.
    var remark: String?
    var remembers: (@Sendable (inout KeyBook) -> Void)?

    init(_ fields: [String], job: JobID? = nil) {
        self.fields = fields
        self.job = job
    }
}

/// What is done for each request.
extension IndustryStandardConnector {
    func reply(to body: [UInt8]) async -> IndustryStandardReply {
        let request: RequestMessage
        do throws(RequestMessage.Refusal) {
            request = try RequestMessage(body: body, at: Date(), zone: await zone())
        } catch {
            return .init(error.fields)
        }
        switch request.kind {
        // A record that says "no more": anything else would be asked for again without end.
        case .audit: return .init(["WO"])
        case .checkOut(let room): return .init(await checkOut(room, request))
        default: break
        }
        guard let encoder = await counter.encoder(request.encoder) else { return .init(["NC", request.encoder]) }
        switch request.kind {
        case .keys(let order): return await cut(order, request, on: encoder)
        case .writeTrack(let number, let text):
            return await cut(track(number, text), request, on: encoder)
        case .read: return .init(await read(request, on: encoder))
        case .readTrack(let number): return .init(await readTrack(number, request, on: encoder))
        case .audit, .checkOut: return .init(["ES", request.encoder])
        }
    }

    /// Lock systems behind the bridge are told. The others' cards end by themselves, and nobody is told that they had been taken back unless
    /// the site wants that.
    private func checkOut(_ room: String, _ request: RequestMessage) async -> [String] {
        if configuration.checkOut == .accept {
            if let (encoder, fault) = await tellAll(.checkOut(room: room, reservation: nil)) {
                return AnswerMessage.fields(fault, to: request, on: encoder)
            }
            return [request.command, request.encoder]
        }
        do throws(JournalFault) {
            let end = try await counter.end(of: room, reservation: nil, besides: try await keys.read(), at: Date())
            guard let end else { return [request.command, request.encoder] }
            return ["EG", "Card ends \(HotelTime(zone: await zone()).spoken(end)), it is not taken back"]
        } catch {
            logger.error("journal: \(error)")
            return ["EG", "Cards are not taken back from here"]
        }
    }

    /// Every lock system at once: one that says nothing keeps neither the others nor the partner waiting.
    /// - Returns: the first that failed, in the order of their ports, so that the answer does not depend on who was quicker.
    private func tellAll(_ notice: StayNotice) async -> (EncoderName, Fault)? {
        let encoders = await counter.lockSystems(notice.kind.capability)
        let arrivals = counter.arrive(encoders.map { Turns.Matter(encoder: $0, rooms: [notice.keys.room]) })
        return await withTaskGroup(of: (place: Int, fault: Fault?).self) { [counter] group in
            for (place, (encoder, arrival)) in zip(encoders, arrivals).enumerated() {
                group.addTask {
                    if case .failure(let fault)? = await counter.tell(notice, to: encoder, arrival) { (place, fault) } else { (place, nil) }
                }
            }
            var failed: (place: Int, fault: Fault)?
            for await (place, fault) in group {
                if let fault, place < failed?.place ?? .max { failed = (place, fault) }
            }
            return failed.map { (encoders[$0.place], $0.fault) }
        }
    }

    private func cut(_ order: KeyOrder, _ request: RequestMessage, on encoder: EncoderName) async -> IndustryStandardReply {
        let (job, outcome) = await counter.cut(order, on: encoder, counter.arrive(at: encoder, rooms: order.lockIds))
        var reply = IndustryStandardReply(AnswerMessage.fields(outcome, to: request, on: encoder), job: job)
        reply.remark = request.remark
        if case .made(let receipts) = outcome, order.cardImage == nil {
            reply.remembers = { $0.add(order, receipts, at: Date()) }
        }
        return reply
    }

    /// What an answer leaves to be remembered. Never before it: a card that exists must not time out at the hotel system because of a disk.
    func keep(_ reply: IndustryStandardReply) async {
        if let job = reply.job, let remark = reply.remark { await counter.desk.note(remark, about: job) }
        guard let change = reply.remembers else { return }
        do throws(JournalFault) {
            try await keys.change(change)
        } catch {
            logger.error("journal: \(error)")
        }
    }

    /// The content of one track as an order of its own; a magnetic encoder takes it, the others refuse it in their own words.
    private func track(_ number: Int, _ text: String) -> KeyOrder {
        KeyOrder(
            lockIds: ["track \(number)"], validFrom: Date(), validUntil: Date() + 86_400,
            cardImage: .magnetic(MagneticImage(tracks: [number: text])))
    }

    private func read(_ request: RequestMessage, on encoder: EncoderName) async -> [String] {
        switch await counter.perform(.read, on: encoder, counter.arrive(at: encoder, rooms: [])) {
        case .failure(let fault): return AnswerMessage.fields(fault, to: request, on: encoder)
        case .success(let outcome):
            let book: KeyBook
            do throws(JournalFault) {
                book = try await keys.read()
            } catch {
                logger.error("journal: \(error)")
                return ["EG", "The journal cannot be read, try again"]
            }
            guard let serial = outcome.card?.uid, let key = book.key(onCard: serial) else {
                return [request.command, request.encoder, "LD"]
            }
            let time = HotelTime(zone: await zone())
            let rooms = (0..<4).map { key.rooms.indices.contains($0) ? key.rooms[$0] : "" }
            return [request.command, request.encoder] + rooms
                + ["CI", "0", "", time.text(key.from, "HHmmddMMyy"), time.text(key.until, "HHmmddMMyy"), "BRIDGE"]
        }
    }

    private func readTrack(_ number: Int, _ request: RequestMessage, on encoder: EncoderName) async -> [String] {
        switch await counter.perform(.read, on: encoder, counter.arrive(at: encoder, rooms: [])) {
        case .failure(let fault): return AnswerMessage.fields(fault, to: request, on: encoder)
        case .success(let outcome):
            guard case .magnetic(let image)? = outcome.image, let text = image.tracks[number] else { return ["EF", request.encoder] }
            return [request.command, request.encoder, text]
        }
    }
}
