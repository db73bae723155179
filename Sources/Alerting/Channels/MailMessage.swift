// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// An alert as a message of RFC 5322. Words of any language go into it as UTF-8 in base64, so that nothing of a problem can become a header.
struct MailMessage {
    var from: String?
    var to: [String]
    var subject: String
    var body: String
    var date: Date
    var id: String
    var host: String

    var text: String {
        let sender = from.map { ["From: \($0)"] } ?? []
        let head =
            sender + [
                "To: \(to.joined(separator: ", "))", "Subject: \(Self.encoded(subject))", "Date: \(Self.text(date))",
                "Message-ID: <\(id)@\(host.isEmpty ? "encoder-bridge" : host)>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            ]
        let bytes = Data((body + "\n").utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        return head.joined(separator: "\n") + "\n\n" + bytes + "\n"
    }

    /// Encoded words of RFC 2047, each of at most 75 characters and of whole letters.
    static func encoded(_ subject: String) -> String {
        var words: [String] = []
        var piece = ""
        for letter in PlainText.clean(subject) {
            if piece.utf8.count + String(letter).utf8.count > 42 {
                words.append(piece)
                piece = ""
            }
            piece.append(letter)
        }
        if !piece.isEmpty { words.append(piece) }
        return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\n ")
    }

    /// `Sat, 28 Nov 2026 07:15:00 +0000`
    private static func text(_ date: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        return format.string(from: date)
    }
}
