// SPDX-License-Identifier: Apache-2.0
import Testing

/// The rules of this target see code only through ``codeOnly(_:)``: what it blanks decides what they find.
@Suite struct CodeOnlyTests {
    @Test(arguments: [
        ("let a = 1 // try! here", "let a = 1 "), ("a /* b /* c */ d */ e", "a  e"), ("f(\"try! \\\" x\", y)", "f(, y)"),
        ("g(#\"a \" b\"#) h", "g() h"), ("x = \"\"\"\n  try!\n  \"\"\"; y", "x = \n\n; y"), ("\"http://x\" z", " z"),
        ("#if os(Linux)\nimport Glibc", "#if os(Linux)\nimport Glibc"), ("\"open", ""), ("/* open", ""), ("##\"a\"# b\"## c", " c"),
    ])
    func codeOnly_blanksCommentsAndStrings(text: String, expected: String) {
        func squeezed(_ text: String) -> String {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.split(separator: " ").joined(separator: " ") }
                .joined(separator: "\n")
        }
        #expect(squeezed(codeOnly(text)) == squeezed(expected).replacing("f(, y)", with: "f( , y)").replacing("g() h", with: "g( ) h"))
        #expect(codeOnly(text).count(where: { $0 == "\n" }) == text.count(where: { $0 == "\n" }))
    }
}
