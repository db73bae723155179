// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What `encoder-bridge setup` asks, in its order. An empty answer takes what stands in brackets; a wrong one is asked again.
package struct SetupDialogue {
    /// A port with an encoder on it, or none.
    package struct Port: Sendable {
        /// For the question: `/dev/ttyUSB0, FTDI FT232R, serial A50285BI`.
        package var title: String
        /// What goes under `match:`.
        package var match: (key: String, value: String)
        /// The driver that the port's own ids name.
        package var driver: String?

        package init(title: String, match: (key: String, value: String), driver: String?) {
            (self.title, self.match, self.driver) = (title, match, driver)
        }
    }

    package struct Driver: Sendable {
        package var name: String
        /// Settings that a configuration cannot do without, with what they mean.
        package var needed: [(name: String, meaning: String)]

        package init(name: String, needed: [(name: String, meaning: String)]) { (self.name, self.needed) = (name, needed) }
    }

    /// There are no more answers.
    package struct Ended: Error, CustomStringConvertible {
        package let description: String
    }

    private let drivers: [Driver]
    private let say: (String) -> Void
    private let answer: (_ isSecret: Bool) -> String?

    /// - Parameters:
    ///   - say: shows a line to the person.
    ///   - answer: the next line that they write; `nil` at the end.
    package init(drivers: [Driver], say: @escaping (String) -> Void, answer: @escaping (_ isSecret: Bool) -> String?) {
        (self.drivers, self.say, self.answer) = (drivers, say, answer)
    }

    package func answers(ports: [Port], zone: String, language: String) throws -> SetupAnswers {
        var answers = SetupAnswers()
        answers.timeZone = try ask("Time zone of the hotel", zone) {
            TimeZone(identifier: $0) == nil ? "an IANA name such as Europe/Prague" : nil
        }
        let languages = Language.allCases.map(\.rawValue)
        answers.language = try ask("Language of the desk (\(languages.joined(separator: ", ")))", language) {
            languages.contains($0) ? nil : "one of these"
        }
        for port in ports {
            try encoder(on: port, &answers)
        }
        while true {
            let place = try ask("Another port: a device node such as /dev/ttyS0, or HOST:PORT; - for none", "-")
            if place == "-" { break }
            try encoder(on: Port(title: place, match: (place.hasPrefix("/") ? "device" : "tcp", place), driver: nil), &answers)
        }
        answers.clientToken = try secret("Client token of Mews; - for no PMS")
        if answers.clientToken != nil { answers.accessToken = try secret("Access token of Mews") }
        let wantsPage = try ask("A page for clerks, in a browser of this machine: yes or no", "yes") {
            ["yes", "no"].contains($0) ? nil : "yes or no"
        }
        answers.wantsPage = wantsPage == "yes"
        return answers
    }

    private func encoder(on port: Port, _ answers: inout SetupAnswers) throws {
        let names = drivers.map(\.name)
        let driver = try ask("\(port.title): its driver (\(names.joined(separator: ", "))); - to leave it out", port.driver ?? "-") {
            $0 == "-" || names.contains($0) ? nil : "one of these"
        }
        guard let driver = drivers.first(where: { $0.name == driver }) else { return }
        let taken = answers.encoders.map(\.name)
        let name = try ask("Its name", taken.isEmpty ? "front-desk" : "encoder-\(taken.count + 1)") {
            taken.contains($0) ? "a name of its own" : $0.contains { "\"\\\n".contains($0) } ? "a name without quotation marks" : nil
        }
        var settings: [(String, String)] = []
        for setting in driver.needed { settings.append((setting.name, try ask("\(setting.name): \(setting.meaning)", nil))) }
        answers.encoders.append(.init(name: name, driver: driver.name, match: port.match, settings: settings))
    }

    private func secret(_ question: String) throws -> String? {
        say("\(question):")
        guard let line = answer(true) else { throw Ended(description: "no answer to: \(question)") }
        let text = line.trimmingCharacters(in: .whitespaces)
        return text.isEmpty || text == "-" ? nil : text
    }

    private func ask(_ question: String, _ proposal: String?, _ objection: (String) -> String? = { _ in nil }) throws -> String {
        while true {
            say("\(question)\(proposal.map { " [\($0)]" } ?? ""):")
            guard let line = answer(false) else { throw Ended(description: "no answer to: \(question)") }
            let text = line.trimmingCharacters(in: .whitespaces)
            guard let value = text.isEmpty ? proposal : text else { continue }
            guard let objection = objection(value) else { return value }
            say("Expected \(objection).")
        }
    }
}
