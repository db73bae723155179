// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Testing

@testable import SiteConfiguration

@Suite struct SecretLikenessTests {
    @Test(arguments: [
        "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D", "A0A1A2A3A4A5", "a0 a1 a2 a3 a4 a5", "A0:A1:A2:A3:A4:A5",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0", "kJ8sLw02mXq9ZtR4", "4f9c0a7be1d2",
    ])
    func secret_isKnown_whereAPathBelongs(text: String) {
        #expect(SecretLikeness.isSecret(text, resolved: "/etc/encoder-bridge/" + text))
    }

    @Test(arguments: [
        "keys/door-secret", "/etc/encoder-bridge/mews-access-token", "mews-client-token", "tokens", "door", "/run/secrets/hotel_1234_token",
        "secrets/accessTokenOfTheFrontOffice",
    ])
    func path_isNoSecret(text: String) {
        #expect(!SecretLikeness.isSecret(text, resolved: "/nowhere/" + text))
    }

    @Test func value_isNotPrinted_whenItIsTheSecretItself() throws {
        let problems = try problems(
            """
            cardKeys: { door-sector: A0A1A2A3A4A5 }
            connector:
              mews:
                clientTokenFile: C66EF7B239D24632943D115EDE9CB810
                accessTokenFile: /etc/hostname
            """)
        #expect(problems.count == 2, "\(problems)")
        #expect(!"\(problems)".contains("A0A1") && !"\(problems)".contains("C66E"))
    }
}

@Suite struct ConfigurationChangeTests {
    private func site(_ encoders: String, _ rest: String = "") throws -> SiteConfiguration {
        try reading("encoders:\n\(encoders)\n\(rest)\n").configuration
    }

    @Test func change_touchesOnlyWhatIsDifferent() throws {
        let old = try site("  a: { driver: pn532, match: { serial: A1 } }\n  b: { driver: pn532, match: { serial: B1 } }")
        let new = try site(
            "  a: { driver: pn532, match: { serial: A1 } }\n  b: { driver: pn532, match: { serial: B2 } }\n  c: { driver: pn532, match: { serial: C1 } }",
            "property: { language: de }")
        let change = ConfigurationChange(from: old, to: new)
        #expect(change.added == ["c"] && change.changed == ["b"] && change.removed.isEmpty)
        #expect(change.property && !change.endpoint && !change.mews && change.needsRestart.isEmpty)
        #expect(ConfigurationChange(from: new, to: old).removed == ["c"])
        #expect(ConfigurationChange(from: new, to: new).description.hasPrefix("nothing is different"))
    }

    @Test func language_isNamedByItsCodeOrItsName_andASlipIsSaid() throws {
        #expect(try reading("property: { language: cs }").configuration.language == .czech)
        #expect(try reading("property: { language: German }").configuration.language == .german)
        #expect(try reading("property: { language: pt-BR }").configuration.language == .portuguese)
        #expect(try problems("property: { language: klingon }").count == 1)
        #expect(try problems("property: { language: english-ish }").count == 1)
    }
}
