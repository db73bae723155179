// SPDX-License-Identifier: Apache-2.0

/// The languages that a clerk can read, as `property.language` names them (ISO 639-1).
public enum Language: String, Sendable, Codable, CaseIterable {
    case english = "en"
    case german = "de"
    case french = "fr"
    case spanish = "es"
    case italian = "it"
    case czech = "cs"
    case portuguese = "pt"
    case dutch = "nl"

    /// The file of its words: one a language, built into the program.
    var file: [UInt8] {
        switch self {
        case .english: PackageResources.en_json
        case .german: PackageResources.de_json
        case .french: PackageResources.fr_json
        case .spanish: PackageResources.es_json
        case .italian: PackageResources.it_json
        case .czech: PackageResources.cs_json
        case .portuguese: PackageResources.pt_json
        case .dutch: PackageResources.nl_json
        }
    }
}
