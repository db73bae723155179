// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A Nuki lock behind a real broker, from check-in to check-out.
@Suite(.timeLimit(.minutes(6))) struct DoorCodeTests {
    @Test(arguments: [[], ["--fault", "noResponse:once"], ["--fault", "writeError:once", "--fault", "timeout:once"]])
    func nukiLock_hasTheCodeInItsOwnTime_fromCheckInToCheckOut(_ faults: [String]) async throws {
        try await Site.open { site in
            let broker = try await BrokerProcess(in: site.folder)
            _ = site.keep(broker.program) { $0 }
            let sandbox = try await site.sandbox(timeZone: "Australia/Sydney")
            let locks = try RunningProgram(
                ["simulate", "nuki-hub", "--broker", "127.0.0.1:\(broker.port)", "--cards", broker.codesFile.path] + faults,
                log: site.folder.appendingPathComponent("locks.log"))
            _ = site.keep(locks) { $0 }
            try site.configure(
                try await site.encoder(), sandbox: sandbox,
                property: """
                    property: { timeZone: Australia/Sydney }
                    mqtt: { broker: "mqtt://127.0.0.1:\(broker.port)" }
                    locks: { door: { driver: nuki-hub, topic: "nuki/lock" } }
                    access: { pms: mews, spaces: { "203": { locks: [door] } } }
                    """)
            _ = try site.bridge()
            let start = Date(timeIntervalSince1970: (Date().timeIntervalSince1970).rounded(.down))
            let until = start.addingTimeInterval(3 * 86_400)
            struct Booked: Decodable { var Number: String }
            let booked = try await sandbox.web.call(
                "POST", "/sandbox/reservations",
                json: ["room": "203", "from": utc(start), "until": utc(until), "checkedIn": true])
            let number = try JSONDecoder().decode(Booked.self, from: booked.body).Number

            let first = try await eventually("the code on the lock", within: .seconds(60)) { try broker.codes()["nuki/lock"]?.values.first }
            #expect(try broker.codes()["nuki/lock"]?.count == 1)
            #expect(first.hasSuffix(" \(sydney(until))"), "\(first)")
            // Checked in when the sandbox heard of it.
            #expect((0...3).contains { first.contains(" \(sydney(start.addingTimeInterval(TimeInterval($0))))") }, "\(first)")

            let later = until.addingTimeInterval(86_400)
            _ = try await sandbox.web.call("POST", "/sandbox/reservations/\(number)/extend", json: ["until": utc(later)])
            let second = try await eventually("the later end", within: .seconds(60)) {
                try broker.codes()["nuki/lock"]?.values.first { $0.hasSuffix(" \(sydney(later))") }
            }
            #expect(second.prefix(6) == first.prefix(6), "the same code, longer")
            try await eventually("the code in the PMS", within: .seconds(60)) {
                try await sandbox.web.get("/sandbox/access-tokens", as: Tokens.self).ResourceAccessTokens.map(\.Value)
                    == [String(first.prefix(6))]
            }

            _ = try await sandbox.web.call("POST", "/sandbox/reservations/\(number)/check-out", json: [String: String]())
            try await eventually("an empty lock", within: .seconds(60)) { try broker.codes()["nuki/lock"]?.isEmpty == true }
            try await eventually("no code in the PMS", within: .seconds(60)) {
                try await sandbox.web.get("/sandbox/access-tokens", as: Tokens.self).ResourceAccessTokens.isEmpty
            }
        }
    }

    @Test func cardOfACheckIn_isATagInThePMS_untilCheckOut() async throws {
        try await Site.open { site in
            let broker = try await BrokerProcess(in: site.folder)
            _ = site.keep(broker.program) { $0 }
            let sandbox = try await site.sandbox()
            let locks = try RunningProgram(
                ["simulate", "nuki-hub", "--broker", "127.0.0.1:\(broker.port)", "--cards", broker.codesFile.path],
                log: site.folder.appendingPathComponent("locks.log"))
            _ = site.keep(locks) { $0 }
            let encoder = try await site.encoder()
            try site.configure(
                encoder, sandbox: sandbox,
                property: """
                    property: { timeZone: Europe/Prague }
                    mqtt: { broker: "mqtt://127.0.0.1:\(broker.port)" }
                    locks: { door: { driver: nuki-hub, topic: "nuki/lock" } }
                    access:
                      pms: mews
                      cards: { encoder: front-desk, onCheckIn: true, register: true }
                      spaces: { "203": { locks: [door] } }
                    """)
            _ = try site.bridge()
            let until = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + 3 * 86_400).rounded(.down))
            struct Booked: Decodable {
                var Id: String
                var Number: String
            }
            let booked = try await sandbox.web.call(
                "POST", "/sandbox/reservations",
                json: ["room": "203", "from": utc(Date()), "until": utc(until), "checkedIn": true])
            let stay = try JSONDecoder().decode(Booked.self, from: booked.body)
            // The sandbox has other guests, who were checked in when it opened: they get cards too.
            func tokens() async throws -> [Tokens.Token] {
                try await sandbox.web.get("/sandbox/access-tokens", as: Tokens.self).ResourceAccessTokens.filter {
                    $0.ServiceOrderId == stay.Id
                }
            }
            let tag = try await eventually("the card in the PMS", within: .seconds(60)) {
                try await tokens().first { $0.Kind == "RfidTag" }
            }
            #expect(tag.Value.hasPrefix("04A1B2"), "\(tag)")
            #expect(tag.SerialNumber == tag.Value && tag.ValidityEndUtc == utc(until))
            try await eventually("code and card, one of each", within: .seconds(60)) {
                try await tokens().map(\.Kind).sorted() == ["PinCode", "RfidTag"]
            }
            _ = try await sandbox.web.call("POST", "/sandbox/reservations/\(stay.Number)/check-out", json: [String: String]())
            try await eventually("neither in the PMS", within: .seconds(60)) { try await tokens().isEmpty }
            let cards = try encoder.cards()
            #expect(cards.count { $0.rooms == ["203"] } == 1, "one card for one check-in")
        }
    }

    private struct Tokens: Decodable {
        struct Token: Decodable {
            var ServiceOrderId: String
            var Value: String
            var Kind: String
            var SerialNumber: String?
            var ValidityEndUtc: String

            enum CodingKeys: String, CodingKey {
                case ServiceOrderId, Value, SerialNumber, ValidityEndUtc
                case Kind = "Type"
            }
        }
        var ResourceAccessTokens: [Token]
    }

    private func utc(_ moment: Date) -> String { moment.formatted(.iso8601) }

    /// The time on a wall in Sydney.
    private func sydney(_ moment: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "Australia/Sydney")
        format.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return format.string(from: moment)
    }
}
