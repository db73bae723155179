// SPDX-License-Identifier: Apache-2.0

/// One message as systemd's journal keeps it: fields with names in capitals (systemd.journal-fields(7)). A value without I/O.
public struct JournalEntry: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var fields: [Field]

    /// - Parameters:
    ///   - priority: as syslog(3) numbers it, 0 (emergency) to 7 (debug).
    ///   - metadata: becomes fields of its own, `encoder` as `ENCODER`, and stands behind the message as well, because `journalctl`
    ///     shows nothing else.
    public init(message: String, priority: Int, identifier: String, metadata: [(key: String, value: String)], place: [Field] = []) {
        let told = metadata.sorted { $0.key < $1.key }
        let line = told.isEmpty ? message : message + " " + told.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        fields = [Field("MESSAGE", line), Field("PRIORITY", "\(priority)"), Field("SYSLOG_IDENTIFIER", identifier)] + place
        for (key, value) in told {
            guard let name = Self.fieldName(for: key) else { continue }
            fields.append(Field(name, value))
        }
    }

    /// Fields that the journal or its readers give a meaning.
    private static let taken: Set<String> = [
        "MESSAGE", "MESSAGE_ID", "PRIORITY", "ERRNO", "TID", "UNIT", "USER_UNIT", "DOCUMENTATION", "INVOCATION_ID",
        "USER_INVOCATION_ID",
    ]

    /// `encoder` becomes `ENCODER`, `job-id` `JOB_ID`. `nil` where nothing is left: the journal refuses a message with a bad name.
    static func fieldName(for key: String) -> String? {
        let capitals = key.uppercased().unicodeScalars.map { scalar in
            ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
        }
        // Names that begin with "_" are the journal's own, and none may begin with a digit.
        var name = String(capitals.drop { $0 == "_" || $0.isNumber }.prefix(60))
        if taken.contains(name) || name.hasPrefix("CODE_") || name.hasPrefix("SYSLOG_") || name.hasPrefix("OBJECT_") { name += "_OF" }
        return name.isEmpty ? nil : name
    }
}
