// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import Alerting

/// The words that leave.
struct AlertTextTests {
    private static let at = Date(timeIntervalSince1970: 1_796_000_000)  // 2026-11-30T00:53:20Z

    private func text(_ language: Language = .english) throws -> AlertText {
        AlertText(Words(language), host: "bridge-1", zone: try #require(TimeZone(identifier: "Europe/Prague")))
    }

    private func alert(
        _ event: Alert.Event = .stands, _ area: HealthProblem.Area = .encoder, weight: HealthProblem.Weight = .trouble
    ) -> Alert {
        Alert(
            event, HealthProblem(area, subject: "front-desk", weight: weight, "not there: look"), since: Self.at,
            cleared: event == .over ? Self.at + 600 : nil, at: Self.at + 600)
    }

    @Test func text_saysWhatToDo_inTheHotelsLanguageAndZone() throws {
        let german = try text(.german)
        #expect(german.subject(of: alert()) == "Schlüsselkarten (bridge-1): Störung, encoder front-desk")
        let body = german.body(of: alert())
        #expect(body.hasPrefix("Der Kodierer front-desk funktioniert nicht:") && body.contains("Es ist so seit 2026-11-30 01:53."))
        #expect(body.hasSuffix("Für den Techniker: encoder front-desk: not there: look"))
        #expect(try text().advice(of: alert(.over)) == "It is over since 2026-11-30 02:03.")
        #expect(try text().course(of: alert(.returned)).contains("comes and goes"))
        #expect(try text().advice(of: alert(weight: .note)) == "Nothing must be done at once: tell the technician.")
    }

    @Test(arguments: Language.allCases) func everyArea_hasItsAdvice_andNoPlaceIsLeftOpen(language: Language) throws {
        for area in HealthProblem.Area.allCases {
            for event in Alert.Event.allCases {
                let words = try text(language)
                let all = words.subject(of: alert(event, area)) + words.body(of: alert(event, area))
                #expect(!all.contains("{") && !all.contains("alert."), "\(language) \(area): \(all)")
            }
        }
    }

    @Test func mail_isOneMessage_whateverStandsInTheProblem() throws {
        var bad = alert()
        bad.problem.subject = "x\r\nBcc: everyone@example.com"
        let words = try text(.czech)
        let message = MailMessage(
            from: "bridge@hotel.example", to: ["a@b.example", "c@d.example"], subject: words.subject(of: bad), body: words.body(of: bad),
            date: Self.at, id: "abc", host: "bridge-1"
        ).text
        let parts = message.components(separatedBy: "\n\n")
        #expect(parts.count == 2)
        let head = parts[0].components(separatedBy: "\n")
        #expect(head[0] == "From: bridge@hotel.example" && head[1] == "To: a@b.example, c@d.example")
        #expect(head.contains("Date: Mon, 30 Nov 2026 00:53:20 +0000") && head.contains("Message-ID: <abc@bridge-1>"))
        #expect(!message.contains("Bcc") && head.allSatisfy { $0.utf8.count < 80 && $0.allSatisfy(\.isASCII) })
        let words64 = head.drop { !$0.hasPrefix("Subject") }.prefix { $0.contains("=?") }.joined()
        let subject = words64.matches(of: /=\?UTF-8\?B\?([^?]*)\?=/).compactMap { Data(base64Encoded: String($0.output.1)) }.reduce(
            Data(), +)
        #expect(String(decoding: subject, as: UTF8.self) == words.subject(of: bad))
        let body = try #require(Data(base64Encoded: parts[1], options: .ignoreUnknownCharacters))
        #expect(String(decoding: body, as: UTF8.self).contains("Kodér"))
    }

    @Test func webhook_getsWhatProgramsAndPeopleNeed() throws {
        let json = try WebhookDocument(alert(.over), try text()).json()
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(object["event"] as? String == "over" && object["encoder"] as? String == "front-desk")
        #expect(object["since"] as? String == "2026-11-30T00:53:20Z" && object["cleared"] as? String == "2026-11-30T01:03:20Z")
        #expect(object["advice"] as? String == "It is over since 2026-11-30 02:03." && object["sentence"] as? String == "not there: look")
        #expect((object["text"] as? String)?.hasPrefix("Key cards (bridge-1): over, encoder front-desk\n") == true)
    }
}
