// SPDX-License-Identifier: Apache-2.0

/// Settings of a known family under one name. The files in Profiles/ are the source: `setting: value`, a line each, which is YAML and
/// can be copied into the `settings` of an encoder. EmbeddedProfiles.swift is made from them, so that the program needs no files.
struct Profile: Sendable, Hashable {
    /// The file's name without its ending.
    let name: String
    let values: [String: String]

    /// For people: `InHova, IronLogic`.
    var title: String { values["about.title"] ?? name }
    /// `experimental` until a capture from a device shows that it is right.
    var status: String { values["about.status"] ?? "experimental" }
    /// Which capture would make it certain.
    var missing: String { values["about.missing"] ?? "" }

    static let all: [Profile] = EmbeddedProfiles.texts.map { Profile(name: $0.name, text: $0.text) }.sorted { $0.name < $1.name }

    /// Settings that say something of the profile and nothing to the driver.
    static func describes(_ setting: String) -> Bool { setting.hasPrefix("about.") }

    init(name: String, text: String) {
        self.name = name
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let colon = line.firstRange(of: ": ") else { continue }
            var value = line[colon.upperBound...].drop { $0 == " " }
            while value.last == " " { value.removeLast() }
            for quote in ["\"", "'"] where value.count > 1 && value.hasPrefix(quote) && value.hasSuffix(quote) {
                value = value.dropFirst().dropLast()
                break
            }
            values[String(line[..<colon.lowerBound])] = String(value)
        }
        self.values = values
    }
}
