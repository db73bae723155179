// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// `cardKeys:`, a name and the path of a file with hex digits for each.
enum CardKeysRule {
    struct Outcome {
        var sound = CardKeys()
        /// Named in the file, and not readable.
        var broken: Set<String> = []

        var names: Set<String> { broken.union(sound.names) }
    }

    /// Longer keys are hashed by HMAC before they are used, which helps nobody.
    private static let longest = 64

    static func read(_ section: Section, paths: PathRule, secrets: SecretReader) -> Outcome {
        var outcome = Outcome()
        var bytes: [String: [UInt8]] = [:]
        for name in section.keys {
            guard let scalar = section.scalar(name), let path = paths.secret(scalar, section.log) else {
                outcome.broken.insert(name)
                continue
            }
            do throws(SecretFault) {
                bytes[name] = try key(in: try secrets(path), path)
            } catch {
                section.log.report(scalar, error.description)
                outcome.broken.insert(name)
            }
        }
        outcome.sound = CardKeys(bytes)
        return outcome
    }

    private static func key(in text: String, _ path: String) throws(SecretFault) -> [UInt8] {
        guard let key = HexText.decode(text.filter { !$0.isWhitespace }), (1...longest).contains(key.count) else {
            throw SecretFault("\(path) holds no card key: write it as pairs of hex digits on one line, at most \(longest) bytes")
        }
        return key
    }
}
