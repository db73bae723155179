// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// `alerts:`
enum AlertsRule {
    static func read(_ section: Section, paths: PathRule) -> AlertSettings? {
        section.refuseUnknown(besides: ["after", "webhook", "mail"])
        var settings = AlertSettings()
        if let scalar = section.scalar("after") {
            if let patience = Duration(settingText: scalar.text), patience >= .zero, patience <= .seconds(86_400) {
                settings.patience = patience
            } else {
                section.log.report(scalar, "'\(scalar.text)' is not possible here: write a time from 0s to 24h, such as 5m")
            }
        }
        // With one of the two wrong, the other one still tells.
        settings.webhook = webhook(section.section("webhook"), paths)
        settings.mail = mail(section.section("mail"), paths)
        return settings.webhook == nil && settings.mail == nil ? nil : settings
    }

    private static func webhook(_ section: Section, _ paths: PathRule) -> AlertSettings.Webhook? {
        section.refuseUnknown(besides: ["url", "urlFile", "tokenFile"])
        let (url, file, token) = (section.scalar("url"), section.scalar("urlFile"), section.scalar("tokenFile"))
        guard section.isPresent || url != nil || file != nil else { return nil }
        var tokenFile: String?
        if let token {
            guard let path = paths.secret(token, section.log) else { return nil }
            tokenFile = path
        }
        switch (url, file) {
        case (let url?, nil):
            if let objection = objection(toAddress: url.text, hasToken: token != nil) {
                section.log.report(url, objection)
                return nil
            }
            return AlertSettings.Webhook(address: .url(url.text), tokenFile: tokenFile)
        case (nil, let file?):
            return paths.secret(file, section.log).map { AlertSettings.Webhook(address: .file($0), tokenFile: tokenFile) }
        default:
            section.log.report(
                section.place, section.path,
                "write either url, the webhook's address, or urlFile, a file that holds it where it is a secret")
            return nil
        }
    }

    /// What is wrong with the address; nothing of it is in the sentence.
    static func objection(toAddress text: String, hasToken: Bool) -> String? {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), !host.isEmpty
        else { return "this is no address of a webhook: write one such as https://alerts.example.com/bridge" }
        guard parts.user == nil, parts.password == nil else {
            return "an address has no user and no password in it: put a token into a file of mode 0600 and name it in tokenFile"
        }
        guard scheme == "https" || !hasToken || HostAndPort.isLoopback(host) else {
            return "http:// sends the token in the clear: write https://"
        }
        return nil
    }

    private static func mail(_ section: Section, _ paths: PathRule) -> AlertSettings.Mail? {
        section.refuseUnknown(besides: ["to", "from", "sendmail"])
        guard let to = section.list("to") else {
            if section.isPresent, !section.keys.contains("to") {
                section.log.report(
                    section.place, section.path + ["to"], "who gets the mail is missing: write an address, or a list of them")
            }
            return nil
        }
        let from = section.scalar("from")
        for scalar in to + (from.map { [$0] } ?? []) where !isAddress(scalar.text) {
            section.log.report(scalar, "'\(scalar.text)' is no mail address: write one such as reception@hotel.example")
            return nil
        }
        guard !to.isEmpty else {
            section.log.report(section.place(of: "to"), section.path + ["to"], "write at least one mail address")
            return nil
        }
        var mail = AlertSettings.Mail(to: to.map(\.text), from: from?.text)
        if let scalar = section.scalar("sendmail") {
            guard let path = paths.path(scalar, section.log) else { return nil }
            mail.program = path
        }
        return mail
    }

    /// Letters that can stand in a header without quotes; a name beside the address is not taken.
    private static func isAddress(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        func isPlain(_ part: Substring) -> Bool {
            !part.isEmpty && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"()<>[]:;\\,\"@ ".utf8.contains($0) }
        }
        return halves.count == 2 && isPlain(halves[0]) && isPlain(halves[1]) && text.utf8.count <= 254 && !text.hasPrefix("-")
    }
}
