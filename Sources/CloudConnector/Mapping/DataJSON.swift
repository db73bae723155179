// SPDX-License-Identifier: Apache-2.0

/// The "Data JSON" that a property types by hand for each key cutter. Read with a small parser of our own, because the person who
/// typed it needs to be told the column where it goes wrong, which Foundation's parser does not tell.
struct DataJSON: Sendable, Hashable {
    /// The lock system, in Mews' words: `IndustryStandardProtocol`, `HotekKeyCutter`, `FiasProtocol` ...
    var type: String?
    /// Keys for telephones are wanted.
    var mobileKeys: Bool
    /// Cards are wanted; when `MobileKeys` is set, only if this is said too.
    var encoderKeys: Bool

    /// Where and why a text is not what it should be.
    struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
        /// From 1, in characters.
        var line: Int
        var column: Int
        var expected: String

        var description: String {
            "Data JSON: expected \(expected) at " + (line > 1 ? "line \(line), " : "") + "column \(column)"
        }
    }

    /// - Parameter text: missing, blank and `{}` all mean "nothing special".
    init(_ text: String?) throws(Mistake) {
        var fields: [String: JSONScanner.Value] = [:]
        if let text, text.contains(where: { !$0.isWhitespace }) {
            var scanner = JSONScanner(text)
            fields = try scanner.object()
        }
        func flag(_ name: String) -> Bool? {
            switch fields[name] {
            case .flag(let flag): flag
            // The manuals of the lock systems print Booleans as texts.
            case .text(let text): text.lowercased() == "true"
            default: nil
            }
        }
        if case .text(let type) = fields["Type"] { self.type = type }
        mobileKeys = flag("MobileKeys") ?? false
        encoderKeys = flag("EncoderKeys") ?? !mobileKeys
    }
}
