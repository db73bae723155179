// SPDX-License-Identifier: Apache-2.0
import Foundation
import SiteConfiguration
import Testing

/// `alerts:` as it is read.
struct AlertsRuleTests {
    @Test func section_isRead() throws {
        let alerts = try #require(
            try reading(
                """
                alerts:
                  after: 10m
                  webhook: { url: "https://alerts.example.com/x?y=1", tokenFile: alert-token }
                  mail: { to: [a@hotel.example, b@hotel.example], from: bridge@hotel.example, sendmail: /usr/bin/msmtp }
                """
            ).configuration.alerts)
        #expect(alerts.patience == .seconds(600))
        #expect(
            alerts.webhook == .init(address: .url("https://alerts.example.com/x?y=1"), tokenFile: "/etc/site/alert-token"))
        #expect(
            alerts.mail == .init(to: ["a@hotel.example", "b@hotel.example"], from: "bridge@hotel.example", program: "/usr/bin/msmtp"))
        let short = try #require(try reading("alerts: { mail: { to: a@hotel.example }, webhook: { urlFile: hook } }").configuration.alerts)
        #expect(short.patience == .seconds(300) && short.mail?.program == "/usr/sbin/sendmail" && short.mail?.from == nil)
        #expect(short.webhook?.address == .file("/etc/site/hook"))
        #expect(try reading("property: {}").configuration.alerts == nil)
        #expect(try reading("alerts: { after: 1m }").configuration.alerts == nil)
    }

    @Test(arguments: [
        ("alerts: { after: 3d }", "alerts.after: '3d' is not possible here"),
        ("alerts: { webhook: {} }", "alerts.webhook: write either url"),
        ("alerts: { webhook: { url: 'https://a/', urlFile: b } }", "alerts.webhook: write either url"),
        ("alerts: { webhook: { url: 'ftp://a/' } }", "alerts.webhook.url: this is no address of a webhook"),
        ("alerts: { webhook: { url: 'https://me:hidden@a/' } }", "alerts.webhook.url: an address has no user and no password"),
        ("alerts: { webhook: { url: 'http://a/', tokenFile: t } }", "alerts.webhook.url: http:// sends the token in the clear"),
        ("alerts: { mail: { from: a@b.example } }", "alerts.mail.to: who gets the mail is missing"),
        ("alerts: { mail: { to: [] } }", "alerts.mail.to: write at least one mail address"),
        ("alerts: { mail: { to: 'Night <a@b.example>' } }", "is no mail address"),
        ("alerts: { mail: { to: 'a@b.example, c@d.example' } }", "is no mail address"),
        ("alerts: { mail: { to: \"a@b.example\\nBcc: c@d.example\" } }", "is no mail address"),
        ("alerts: { sms: 1 }", "alerts.sms: this key is not known"),
    ])
    func sentence_saysWhatToWrite(_ text: String, _ expected: String) throws {
        let problems = try problems(text)
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
        #expect(!problems.contains { $0.contains("hidden") })
    }

    @Test func wrongMail_leavesTheWebhook() throws {
        let alerts = try reading("alerts: { mail: { to: nobody }, webhook: { url: 'https://a.example/' } }").configuration.alerts
        #expect(alerts?.mail == nil && alerts?.webhook != nil)
    }
}
