// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

/// The daemon's log. Under systemd an entry goes to the journal with its priority and its fields (`journalctl ENCODER=front-desk`), without
/// a time stamp of our own beside the journal's; anywhere else it is a line of text. What may be printed is decided here, for both.
struct ServiceLog: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let output: LogOutput

    init(label: String, logLevel: Logger.Level, output: LogOutput) {
        self.label = label
        self.logLevel = logLevel
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { ($0.key, PlainText.clean("\($0.value)")) }
        output.write(LogEntry(level: event.level, label: label, message: PlainText.clean("\(event.message)"), fields: fields))
    }
}

/// One entry, cleaned.
struct LogEntry: Sendable {
    var level: Logger.Level
    var label: String
    var message: String
    var fields: [(name: String, value: String)]

    /// `2026-11-27T11:00:00Z warning encoder: No port or no answer ... encoder=front-desk fault=offline`
    func line(at now: Date) -> String {
        let words = fields.filter { !$0.value.isEmpty }.map { " \($0.name)=\($0.value.contains(" ") ? "\"\($0.value)\"" : $0.value)" }
        return "\(now.formatted(.iso8601)) \(level) \(label): \(message)\(words.joined())\n"
    }

    /// systemd's native protocol: `NAME=value` lines, one datagram an entry (systemd.io/JOURNAL_NATIVE_PROTOCOL). No value has a line end.
    var datagram: [UInt8] {
        let all = [
            ("MESSAGE", message), ("PRIORITY", "\(priority)"), ("SYSLOG_IDENTIFIER", "encoder-bridge"), ("COMPONENT", label),
        ]
        return Array((all + fields.map { (Self.name($0.name), $0.value) }).map { "\($0)=\($1)\n" }.joined().utf8)
    }

    /// syslog(3): 3 is an error, 7 for debugging.
    var priority: Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    /// Upper case, and no underscore in front: those are the journal's own.
    private static func name(_ name: String) -> String {
        let letters = name.unicodeScalars.map { scalar in
            scalar.isASCII && (("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar))
                ? Character(scalar).uppercased() : "_"
        }
        return String(letters.joined().drop { $0 == "_" || $0.isNumber }.prefix(60))
    }
}
