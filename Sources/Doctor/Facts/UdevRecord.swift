// SPDX-License-Identifier: Apache-2.0

/// What udev's database has of one device (/run/udev/data): the properties that rules gave it and the tags it has **now**. Tags of an
/// earlier run stay listed for ever, and only the current ones say that a rule still holds.
public struct UdevRecord: Sendable, Hashable {
    public var properties: [String: String] = [:]
    public var currentTags: Set<String> = []

    public init(properties: [String: String] = [:], currentTags: Set<String> = []) {
        self.properties = properties
        self.currentTags = currentTags
    }

    /// Lines of a letter, a colon and the rest: `E:NAME=VALUE`, `Q:TAG`. Before systemd 247 there are no current tags.
    init(parsing text: String) {
        var everTagged: Set<String> = []
        for line in text.split(separator: "\n") {
            let rest = line.dropFirst(2)
            switch line.prefix(2) {
            case "E:":
                guard let equals = rest.firstIndex(of: "=") else { continue }
                properties[String(rest[..<equals])] = String(rest[rest.index(after: equals)...])
            case "Q:": currentTags.insert(String(rest))
            case "G:": everTagged.insert(String(rest))
            default: continue
            }
        }
        if !text.contains("\nV:") { currentTags = everTagged }
    }

    /// Whether ModemManager is told to leave it alone.
    var isKeptFromModemManager: Bool { properties["ID_MM_DEVICE_IGNORE"] == "1" || properties["ID_MM_PORT_IGNORE"] == "1" }
}
