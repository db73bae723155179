// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Framing
import Logging

/// What is done for each request, and the fields of its answer.
extension IndustryStandardConnector {
    func answer(to body: [UInt8]) async -> (fields: [String], job: JobID?) {
        let request: RequestMessage
        do throws(RequestMessage.Refusal) {
            request = try RequestMessage(body: body, at: Date(), zone: await zone())
        } catch {
            return (error.fields, nil)
        }
        switch request.kind {
        // A record that says "no more": anything else would be asked for again without end.
        case .audit: return (["WO"], nil)
        case .checkOut(let room): return (await checkOut(room, request), nil)
        default: break
        }
        guard let encoder = await counter.encoder(request.encoder) else { return (["NC", request.encoder], nil) }
        switch request.kind {
        case .keys(let order): return await cut(order, request, on: encoder)
        case .writeTrack(let number, let text):
            return await cut(track(number, text), request, on: encoder)
        case .read: return (await read(request, on: encoder), nil)
        case .readTrack(let number): return (await readTrack(number, request, on: encoder), nil)
        case .audit, .checkOut: return (["ES", request.encoder], nil)
        }
    }

    /// Lock systems behind the bridge are told. The others' cards end by themselves, and nobody is told that they had been taken back unless
    /// the site wants that.
    private func checkOut(_ room: String, _ request: RequestMessage) async -> [String] {
        if configuration.checkOut == .accept {
            for encoder in await counter.lockSystems(.checkOut) {
                if case .failure(let fault)? = await counter.tell(.checkOut(room: room, reservation: nil), to: encoder) {
                    return AnswerMessage.fields(fault, to: request, on: encoder)
                }
            }
        }
        guard configuration.checkOut == .refuse,
            let end = await counter.end(of: room, reservation: nil, besides: await keys.read(), at: Date())
        else { return [request.command, request.encoder] }
        return ["EG", "Card ends \(HotelTime(zone: await zone()).spoken(end)), it is not taken back"]
    }

    private func cut(_ order: KeyOrder, _ request: RequestMessage, on encoder: EncoderName) async -> ([String], JobID?) {
        let (job, outcome) = await counter.cut(order, on: encoder)
        if let job, let remark = request.remark { await counter.desk.note(remark, about: job) }
        if case .made(let receipts) = outcome, order.cardImage == nil {
            do throws(JournalFault) {
                try await keys.change { $0.add(order, receipts, at: Date()) }
            } catch {
                logger.error("journal: \(error)")
            }
        }
        return (AnswerMessage.fields(outcome, to: request, on: encoder), job)
    }

    /// The content of one track as an order of its own; a magnetic encoder takes it, the others refuse it in their own words.
    private func track(_ number: Int, _ text: String) -> KeyOrder {
        KeyOrder(
            lockIds: ["track \(number)"], validFrom: Date(), validUntil: Date() + 86_400,
            cardImage: .magnetic(MagneticImage(tracks: [number: text])))
    }

    private func read(_ request: RequestMessage, on encoder: EncoderName) async -> [String] {
        switch await counter.perform(.read, on: encoder) {
        case .failure(let fault): return AnswerMessage.fields(fault, to: request, on: encoder)
        case .success(let outcome):
            guard let serial = outcome.card?.uid, let key = await keys.read().key(onCard: serial) else {
                return [request.command, request.encoder, "LD"]
            }
            let time = HotelTime(zone: await zone())
            let rooms = (0..<4).map { key.rooms.indices.contains($0) ? key.rooms[$0] : "" }
            return [request.command, request.encoder] + rooms
                + ["CI", "0", "", time.text(key.from, "HHmmddMMyy"), time.text(key.until, "HHmmddMMyy"), "BRIDGE"]
        }
    }

    private func readTrack(_ number: Int, _ request: RequestMessage, on encoder: EncoderName) async -> [String] {
        switch await counter.perform(.read, on: encoder) {
        case .failure(let fault): return AnswerMessage.fields(fault, to: request, on: encoder)
        case .success(let outcome):
            guard case .magnetic(let image)? = outcome.image, let text = image.tracks[number] else { return ["EF", request.encoder] }
            return [request.command, request.encoder, text]
        }
    }
}
