// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// Answers of the message set: their fields, and their bytes.
enum AnswerMessage {
    static let longestText = 80
    private static let longestField = 256

    /// - Parameter encoder: the hotel system's own name for it.
    static func fields(_ outcome: KeyOutcome, to request: RequestMessage, on encoder: EncoderName) -> [String] {
        switch outcome {
        case .made(let receipts):
            let serials = receipts.compactMap(\.serial)
            // Where the numbers stand is not public: behind the encoder, one a field.
            let shown = request.serials == 0 ? [] : request.serials == 1 ? Array(serials.suffix(1)) : serials
            return [request.command, request.encoder] + shown
        // ED would say that no card came.
        case .inDoubt: return ["EG", "Check the card before use"]
        case .noCard: return ["ED", request.encoder]
        case .keptWaiting: return ["OV", request.encoder]
        case .failed(let fault): return fields(fault, to: request, on: encoder)
        }
    }

    /// - Parameter fault: one that left the card untouched.
    static func fields(_ fault: Fault, to request: RequestMessage, on encoder: EncoderName) -> [String] {
        if fault.card != .untouched { return ["EG", "Check the card before use"] }
        // A lock system of the same family behind the bridge has said it in the same words.
        if let code = fault.detail?.split(separator: " ").first.map(String.init), own.contains(code) { return [code, request.encoder] }
        return switch fault.kind {
        case .busy: ["OV", request.encoder]
        case .noCard, .cardRemovedEarly: ["EP", request.encoder]
        case .timeout, .cancelled, .expired: ["ED", request.encoder]
        case .notWritable, .verifyFailed, .unsupportedCard: ["EF", request.encoder]
        case .offline, .malformedReply, .notPermitted, .heldBy: ["NC", request.encoder]
        case .rejected(let reason): ["EG", ShortText.ascii(reason, longest: longestText)]
        case .interrupted: ["EG", "Check the card before use"]
        }
    }

    private static let own: Set<String> = ["TD", "EA", "OS", "EO", "EV", "EF", "EP", "ED", "OV", "NC"]

    /// The frame. A line feed anywhere, the check byte too, makes a client refuse an answer (seen with the public client): one more empty
    /// field changes the check.
    static func frame(_ fields: [String]) -> [UInt8] {
        // What is echoed goes back as it came, and a track with every blank in it.
        let plain = fields.map { field in
            Array(ByteText.bytes(field) { SeparatedFields.isPrintable($0) && $0 != SeparatedFields.bar }.prefix(longestField))
        }
        func bytes(_ fields: [[UInt8]]) -> [UInt8] {
            let body = SeparatedFields(bytes: fields)?.body ?? []
            let codec = StxEtxCodec(.industryStandard)
            return codec.encode(.message(body))
        }
        let frame = bytes(plain)
        return frame.last == ControlByte.lf ? bytes(plain + [[]]) : frame
    }
}
