// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Drivers

@Suite struct LineTextTests {
    @Test(arguments: [
        ("Zoë Müller", "Zoe Muller"), ("Łukasz Żółć", "Lukasz Zolc"), ("Søren Straße", "Soren Strasse"), ("Đorđe Ðæþ", "Dorde Daeth"),
        ("Иван", "Ivan"), ("O’Neil – “x”", "O'Neil - \"x\""), ("a\u{B3}b\r\nc\u{2}\u{3}", "ab c"), ("Zo\tMu", "Zo Mu"), ("Zo\u{A0}\n Mu", "Zo Mu"), ("  padded  ", "padded"), ("", ""),
        ("Maximiliane von Hohenstein-Bergfeld", "Maximiliane von Hohenste"), ("🙂", ""),
    ])
    func nearest_isPlainLatin(text: String, wanted: String) {
        #expect(LineText.nearest(text) == wanted)
    }

    @Test func nearest_isShort_whateverComes() {
        let long = String(repeating: "Żółć 王", count: 100_000)
        #expect(LineText.nearest(long).utf8.count <= 24)
    }

    @Test(arguments: ["101", "Gate A", "P-2", "~", String(repeating: "x", count: 24)])
    func exact_passesUnchanged(text: String) {
        #expect(LineText.exact(text) == text)
    }

    @Test(arguments: ["", "101\u{B3}102", "Pokój", "101\r", "1\u{0}", String(repeating: "x", count: 25)])
    func exact_refuses_whatWouldBecomeAnotherDoor(text: String) {
        #expect(LineText.exact(text) == nil)
    }
}
