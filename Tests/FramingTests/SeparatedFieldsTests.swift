// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

@Suite struct SeparatedFieldsTests {
    @Test func body_hasSeparatorsAround_whenBuilt() throws {
        let fields = try #require(SeparatedFields(["CO", "0", "149"]))
        #expect(fields.body == [0xB3, 0x43, 0x4F, 0xB3, 0x30, 0xB3, 0x31, 0x34, 0x39, 0xB3])
    }

    @Test(arguments: ["Zoë", "a\u{B3}b", "a\rb", "\u{2}", "\u{3}", "\u{7F}", "部屋"])
    func building_fails_whenACharacterIsNotPrintableASCII(text: String) {
        #expect(SeparatedFields(["CN", text]) == nil)
    }

    @Test func building_fails_whenAFieldHoldsTheSeparator() {
        #expect(SeparatedFields(["a|b"], separator: 0x7C) == nil)
    }

    @Test func reading_givesTheFieldsBack() throws {
        let fields = try #require(SeparatedFields(["LT", "1", "101", "", "", "", "CI"]))
        #expect(SeparatedFields(body: fields.body) == fields)
        #expect(fields[2] == "101")
        #expect(fields[3] == "")
        #expect(fields[7] == nil)
        #expect(fields[-1] == nil)
    }

    @Test func reading_keepsAnEmptyLastField() throws {
        let fields = try #require(SeparatedFields(body: [0xB3, 0x45, 0x47, 0xB3, 0xB3]))
        #expect(fields.count == 2)
        #expect(fields[1] == "")
    }

    @Test func reading_toleratesAMissingLastSeparator() throws {
        #expect(try #require(SeparatedFields(body: [0xB3, 0x45, 0x50, 0xB3, 0x31]))[1] == "1")
    }

    @Test(arguments: [[], [0x45, 0x50], [0x31, 0xB3]] as [[UInt8]])
    func reading_fails_whenItDoesNotBeginWithASeparator(body: [UInt8]) {
        #expect(SeparatedFields(body: body) == nil)
    }

    @Test func text_showsForeignBytesAsQuestionMarks_andDropsBlanks() throws {
        let fields = try #require(SeparatedFields(body: [0xB3, 0x20, 0xFF, 0x41, 0x20, 0xB3]))
        #expect(fields[0] == "?A")
    }
}

@Suite struct ByteTextTests {
    @Test func everyByte_comesBack() {
        let bytes = (0x20...0xFF).map(UInt8.init)
        #expect(ByteText.bytes(ByteText.text(bytes)) { _ in true } == bytes)
    }

    /// A0 is a letter in some character sets.
    @Test func trimming_takesBlanksOnly() {
        #expect(ByteText.trimmed("  a b\u{A0} ") == "a b\u{A0}")
        #expect(ByteText.trimmed("   ").isEmpty)
    }

    @Test func name_isNone_whenItHoldsAControlCharacter() throws {
        let fields = try #require(SeparatedFields(body: [0xB3, 0x31, 0x0A, 0xB3, 0x20, 0x84, 0xB3]))
        #expect(fields.name(0) == nil && fields.name(1) == "\u{84}" && fields.name(2) == nil)
    }
}

/// Families differ in where they put the separators.
@Suite struct SeparatorPlaceTests {
    @Test(arguments: [
        (SeparatedFields.Place.around, ";A;B;;"), (.between, "A;B;"), (.behind, "A;B;;"),
    ])
    func fields_comeBack(place: SeparatedFields.Place, text: String) throws {
        let fields = try #require(SeparatedFields(["A", "B", ""], separator: 0x3B, place: place))
        #expect(fields.body == Array(text.utf8))
        #expect(SeparatedFields(body: fields.body, separator: 0x3B, place: place) == fields)
    }
}
