// SPDX-License-Identifier: Apache-2.0
import Logging

/// Log messages as entries of systemd's journal: with priority, fields and the place in the code, and without a second time stamp.
public struct JournalLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let label: String
    private let fallback: StreamLogHandler

    /// - Parameter label: the logger's name; the field `LOGGER`.
    public init(label: String, logLevel: Logger.Level) {
        self.label = label
        self.logLevel = logLevel
        fallback = StreamLogHandler.standardError(label: label)
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let told = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let entry = JournalEntry(
            message: event.message.description, priority: Self.priority(of: event.level), identifier: "encoder-bridge",
            metadata: told.map { ($0.key, $0.value.description) },
            place: [
                .init("LOGGER", label), .init("CODE_FILE", event.file), .init("CODE_LINE", "\(event.line)"),
                .init("CODE_FUNC", event.function),
            ])
        // A journal that has gone must not take the message with it: standard error may lead somewhere.
        if !JournalStream.send(entry) { fallback.log(event: event) }
    }

    /// As syslog(3) numbers them.
    static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
