// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What a clerk reads in CT. The hotel's language is for ``line(_:)``: rules know only which sentence is meant.
enum FiasText: Sendable, Hashable {
    /// The longest CT of the text.
    static let longest = 40

    /// A sentence, with what stands for the place in it.
    case words(WordKey, String = "")
    /// As the lock system behind the bridge said it.
    case own(String)
    /// Why a driver refused, in its own English words where they can be read and fit; else the sentence.
    case reason(String, or: WordKey)

    /// Plain ASCII of at most ``longest`` characters: which letters stand above 7E no hotel system says.
    func line(_ words: Words) -> String {
        func plain(_ text: String, _ longest: Int = Self.longest) -> String {
            ShortText.ascii(text, longest: longest, in: words.language)
        }
        switch self {
        case .own(let text): return plain(text)
        case .reason(let reason, let key):
            // Half a sentence helps nobody.
            let isReadable = words.language == .english && plain(reason, .max).count <= Self.longest
            return plain(isReadable ? reason : words(key))
        case .words(let key, let value):
            func sentence(_ value: String) -> String { words(key, ["encoder": value, "until": value, "count": value]) }
            // A long name is cut, and not the sentence.
            let room = Self.longest - plain(sentence("?"), .max).count + 1
            return plain(sentence(String(plain(value, .max).prefix(room))))
        }
    }
}
