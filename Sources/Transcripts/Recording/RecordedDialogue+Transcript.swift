// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

extension RecordedDialogue {
    /// The dialogue as a transcript: one frame of the encoder a line, times beside the bytes.
    /// - Parameters:
    ///   - driver: reads where one frame ends and the next begins.
    ///   - headers: what the dialogue itself does not know: driver, settings, evidence, device, date.
    public func transcript(by driver: some EncoderDriver, port: PortKind, headers: [String: String]) -> Transcript {
        var transcript = Transcript(file: "recording", headers: headers)
        transcript.headers.merge(task.headers) { $1 }
        if port != .tty { transcript.headers["port"] = port.rawValue }
        var heard: [(at: Duration, bytes: [UInt8])] = []
        func flush() {
            for piece in FrameBorders.pieces(heard, codec: driver.makeCodec(for: port), keepsChunks: port == .hidraw) {
                transcript.add(.received(piece.bytes), at: piece.at)
            }
            heard = []
        }
        for (index, (at, event)) in events.enumerated() {
            if case .received(let bytes) = event {
                heard.append((at, bytes))
                continue
            }
            flush()
            switch event {
            case .sent(let bytes): transcript.add(.sent(bytes), at: at)
            case .received: break
            case .silence where isFollowedByBytes(index): transcript.add(.silence, at: nil)
            case .silence: transcript.add(aside: "nothing comes until the time limit")
            case .gone: transcript.add(.gone, at: nil)
            }
        }
        flush()
        return transcript
    }

    /// Before a command and at the end the time limit goes without saying; before more bytes of the encoder it must be said.
    private func isFollowedByBytes(_ index: Int) -> Bool {
        for (_, event) in events[(index + 1)...] {
            switch event {
            case .received: return true
            case .sent, .gone: return false
            case .silence: continue
            }
        }
        return false
    }
}

extension Transcript {
    fileprivate mutating func add(_ step: Step, at time: Duration?) {
        times[steps.count] = time
        steps.append(step)
    }

    fileprivate mutating func add(aside: String) { asides[steps.count, default: []].append(aside) }
}

extension RecordedTask {
    /// `task`, and what the task was given.
    fileprivate var headers: [String: String] {
        var headers = ["task": header]
        switch self {
        case .perform(.cut(let order, let clock)):
            headers["order"] = Self.json(order)
            headers["timeZone"] = clock.timeZone.identifier
            headers["operator"] = clock.operatorName.isEmpty ? "-" : clock.operatorName
        case .perform(.write(let batch)):
            // The cards of one order: the same content on each.
            guard let image = batch.images.first else { break }
            headers["image"] = Self.json(image)
            headers["copies"] = String(batch.images.count)
        case .identify, .look, .perform: break
        }
        return headers
    }

    private static func json(_ value: some Encodable) -> String? {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Values of ours: nothing in them cannot be encoded.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Where the frames of a stream end.
enum FrameBorders {
    /// The bytes of one stretch, cut behind each frame that the codec finds. What holds no frame stays in one piece.
    /// - Parameter keepsChunks: each read is a report of its own and stays one.
    static func pieces(
        _ chunks: [(at: Duration, bytes: [UInt8])], codec: some FrameCodec, keepsChunks: Bool
    ) -> [(at: Duration, bytes: [UInt8])] {
        if keepsChunks { return chunks }
        var codec = codec
        var pieces: [(at: Duration, bytes: [UInt8])] = []
        var isOpen = false
        for (at, bytes) in chunks {
            for byte in bytes {
                if isOpen { pieces[pieces.count - 1].bytes.append(byte) } else { pieces.append((at, [byte])) }
                isOpen = true
                codec.receive([byte])
                while codec.next() != nil { isOpen = false }
            }
        }
        return pieces
    }
}
