// SPDX-License-Identifier: Apache-2.0
import Console
import Doctor
import DriverKit
import EncoderModel
import Foundation
import PortIO

/// One line of `probe --watch`: when, what, where, and the rest in words.
struct WatchLine: Sendable, Hashable {
    enum What: String, Sendable, Encodable {
        case there, plugged, unplugged, sent, received, encoder, card, job, bridge
    }
    var what: What
    /// The port or the encoder.
    var subject: String
    var words: String

    func text(at now: Date, _ ink: Ink, zone: TimeZone = .current) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.hour, .minute, .second], from: now)
        let time = [parts.hour, parts.minute, parts.second].map { (number: Int?) in
            let text = String(number ?? 0)
            return text.count < 2 ? "0" + text : text
        }.joined(separator: ":")
        return "\(ink(.dim, time))  \(ink(tone, what.rawValue.padded(9)))  \(ink(.strong, subject))  " + wrapped(words, indent: 12)
    }

    private var tone: Ink.Tone {
        switch what {
        case .plugged, .card: .good
        case .unplugged: .bad
        case .job, .encoder, .bridge: .warn
        case .there, .sent, .received: .dim
        }
    }

    // MARK: From what happens

    /// A port came or went. `encoder`: whose it is.
    init(_ what: What, _ port: PortFacts, encoder: EncoderName?) {
        let names = [
            port.port.usb?.description, port.port.productName ?? port.chip?.name, port.socket.map { "USB port \($0)" },
            encoder.map { "encoder \($0)" } ?? "no encoder of the configuration",
        ]
        self.init(what: what, subject: port.port.address, words: names.compactMap(\.self).joined(separator: ", "))
    }

    /// Bytes on the line: how many, and which only when asked for: they may be a guest's card.
    init(_ way: PortTrace.Way, _ bytes: [UInt8], on port: String, showsBytes: Bool) {
        let count = "\(bytes.count) byte\(bytes.count == 1 ? "" : "s")"
        let shown = bytes.prefix(512).map { byte in HexText.encode([byte]) }.joined(separator: " ")
        self.init(
            what: way == .sent ? .sent : .received, subject: port,
            words: showsBytes ? "\(count): \(shown)\(bytes.count > 512 ? " ..." : "")" : count)
    }

    /// An event of the running bridge; `nil` for what says nothing new.
    init?(event type: String, data: String, showsBytes: Bool) {
        guard let data = try? JSONDecoder().decode(EventData.self, from: Data(data.utf8)) else { return nil }
        let subject = data.encoder ?? data.name ?? "bridge"
        let fault = (data.fault ?? data.lastFault).flatMap { fault in
            fault.code.map { $0 + ((fault.technician ?? fault.advice).map { ": \($0)" } ?? "") }
        }
        let word = type.split(separator: ".").last.map(String.init) ?? type
        switch type.split(separator: ".").first {
        case "encoder":
            self.init(
                what: .encoder, subject: subject,
                words: word == "faulted" ? [word, fault].compactMap(\.self).joined(separator: ", ") : word)
        case "card":
            let words = [word, data.technology, showsBytes ? data.uid : nil].compactMap(\.self)
            self.init(what: .card, subject: subject, words: words.joined(separator: ", "))
        case "job":
            let count = (data.copies ?? 1) > 1 ? "\(data.copiesDone ?? 0) of \(data.copies ?? 1) cards" : nil
            let words = [word, (data.id?.prefix(8)).map { "job \($0)" }, count, data.prompt, fault].compactMap(\.self)
            self.init(what: .job, subject: subject, words: words.joined(separator: ", "))
        case "reset": self.init(what: .bridge, subject: "bridge", words: "it was restarted, or events were missed")
        default: return nil
        }
    }

    init(what: What, subject: String, words: String) {
        self.what = what
        self.subject = subject
        self.words = words
    }
}
