// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The words of the page under the names that the templates use: `page.cutHere` is `cutHere`.
enum PageWords {
    static func all(_ words: Words) -> [String: String] {
        var all: [String: String] = ["language": words.language.rawValue]
        for key in WordKey.allCases where key.rawValue.hasPrefix("page.") {
            all[String(key.rawValue.dropFirst(5))] = words(key)
        }
        return all
    }
}
