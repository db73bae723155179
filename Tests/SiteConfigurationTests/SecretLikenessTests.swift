// SPDX-License-Identifier: Apache-2.0
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
        let reading = try read(
            """
            cardKeys: { door-sector: A0A1A2A3A4A5 }
            connector:
              mews:
                clientTokenFile: C66EF7B239D24632943D115EDE9CB810
                accessTokenFile: /etc/hostname
            """)
        #expect(reading.problems.count == 2, "\(reading.problems)")
        #expect(!"\(reading.problems)".contains("A0A1") && !"\(reading.problems)".contains("C66E"))
    }
}
