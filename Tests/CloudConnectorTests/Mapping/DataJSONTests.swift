// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import CloudConnector

@Suite struct DataJSONTests {
    @Test(arguments: [
        (nil as String?, nil as String?, false, true),
        ("", nil, false, true),
        (" \n ", nil, false, true),
        ("{}", nil, false, true),
        (#"{ "Type": "IndustryStandardProtocol" }"#, "IndustryStandardProtocol", false, true),
        (#"{"Type":"I","MobileKeys":"true"}"#, "I", true, false),
        (#"{"Type":"I","MobileKeys":"true","EncoderKeys":"true"}"#, "I", true, true),
        (#"{"Type":"I","MobileKeys":true,"EncoderKeys":"TRUE"}"#, "I", true, true),
        // The printed form with the comma inside the quotes.
        (#"{ "Type":"I", "MobileKeys":"true," "EncoderKeys":"true" }"#, "I", true, true),
        (#"{"a":[1,-2.5e+3,null,{"b":"é\n\u0041"}],"Type":"\u0041B"}"#, "AB", false, true),
    ])
    func dataJSON_isRead_whenItIsJSONOrTheKnownMisprint(text: String?, type: String?, mobile: Bool, cards: Bool) throws {
        let data = try DataJSON(text)
        #expect(data.type == type && data.mobileKeys == mobile && data.encoderKeys == cards)
    }

    @Test(arguments: [
        ("IndustryStandardProtocol", "Data JSON: expected { at column 1"),
        (#"{ "Type" "X" }"#, "Data JSON: expected : at column 10"),
        (#"{ "Type": "X" "MobileKeys": "true" }"#, "Data JSON: expected , or } at column 15"),
        (#"{ "Type": "X", }"#, "Data JSON: expected \" at column 16"),
        (#"{ "Type": X }"#, "Data JSON: expected a value at column 11"),
        (#"{ "Type": "X"#, "Data JSON: expected \" at column 13"),
        ("{ \u{201C}Type\u{201D}: 1 }", "Data JSON: expected \" at column 3"),
        ("{\n  \"Type\": 'X'\n}", "Data JSON: expected a value at line 2, column 11"),
        (#"{} x"#, "Data JSON: expected the end at column 4"),
        (#"{"a":[1 2]}"#, "Data JSON: expected , or ] at column 9"),
        (#"{"a":01}"#, "Data JSON: expected no digit behind a leading 0 at column 7"),
        (#"{"a":"\x"}"#, "Data JSON: expected one of \"\\/bfnrtu behind the backslash at column 8"),
        ("[]", "Data JSON: expected { at column 1"),
    ])
    func mistake_namesTheColumn_whenTheTextIsBroken(text: String, sentence: String) {
        #expect(throws: DataJSON.Mistake.self) { try DataJSON(text) }
        do throws(DataJSON.Mistake) { _ = try DataJSON(text) } catch { #expect("\(error)" == sentence) }
    }

    @Test func parser_agreesWithFoundation_onCutAndChangedTexts() {
        var generator = SeededGenerator(seed: 3)
        let base = Array(#"{"Type":"A b","n":[1,2.5,-3e2,true,null],"o":{"x":"\"","y":{}}}"#)
        let pool = Array(#"{}[],:"\ 0123abtruefalsn.-+eE"#)
        for _ in 0..<4000 {
            var text = base
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let index = Int.random(in: 0..<text.count, using: &generator)
                if Bool.random(using: &generator), let letter = pool.randomElement(using: &generator) {
                    text[index] = letter
                } else {
                    text.remove(at: index)
                }
            }
            let string = String(text)
            let theirs = (try? JSONSerialization.jsonObject(with: Data(string.utf8))) as? [String: Any] != nil
            let ours = (try? DataJSON(string)) != nil
            // Stricter than Foundation is a question to the clerk; laxer would be a guess.
            if ours { #expect(theirs, "\(string)") }
        }
    }

    @Test func parser_staysSmall_whenTheTextIsHostile() {
        #expect(throws: DataJSON.Mistake.self) { try DataJSON(String(repeating: #"{"a":"#, count: 50_000)) }
        #expect(throws: DataJSON.Mistake.self) { try DataJSON(#"{"a":"# + String(repeating: "[", count: 50_000)) }
    }
}
