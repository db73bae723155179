// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The words of one language, with places for names in them. Everything that a clerk can read comes from here.
public struct Words: Sendable {
    public let language: Language
    private let table: [String: String]

    public static let english = Words(.english)

    public init(_ language: Language) {
        self.language = language
        // A file that no test has seen would show keys in place of sentences; it never stops the bridge.
        table = (try? JSONDecoder().decode([String: String].self, from: Data(language.file))) ?? [:]
    }

    /// - Parameter values: what stands for `{name}` in the sentence.
    public func callAsFunction(_ key: WordKey, _ values: KeyValuePairs<String, String> = [:]) -> String {
        var text = table[key.rawValue] ?? key.rawValue
        for (name, value) in values { text = text.replacing("{\(name)}", with: value) }
        return text
    }

    /// `room 101, Pool`; without rooms `this order`.
    public func rooms(_ names: [String]) -> String {
        names.isEmpty ? self(.roomNone) : self(.roomOne, ["rooms": names.joined(separator: ", ")])
    }

    /// Keys that the language's file lacks or has beyond those that are known: what the test of the files looks at.
    var strangeKeys: Set<String> { Set(table.keys).symmetricDifference(WordKey.allCases.map(\.rawValue)) }
}
