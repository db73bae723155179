// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The main job with every program real: a clerk orders a key, a card is cut, the clerk reads what became of it.
@Suite(.timeLimit(.minutes(6))) struct KeyTests {
    @Test func key_isCutAndReported() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            let bridge = try site.bridge()
            try await bridge.connected()
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.way == ["Pending", "Received", "Processing", "Processed"])
            #expect(command.notes == "1 key cut on front-desk.")
            #expect(try encoder.cards().map(\.rooms) == [["101", "Pool"]])
        }
    }

    @Test func twoKeys_areTwoCardsOfOneOrder() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            _ = try site.bridge()
            let command = try await sandbox.outcome(of: try await sandbox.cut("1002", keys: 2))
            #expect(command.state == "Processed")
            #expect(command.notes == "2 keys cut on front-desk.")
            let cards = try encoder.cards()
            #expect(cards.map(\.copy) == [1, 2] && cards.map(\.of) == [2, 2])
            #expect(Set(cards.map(\.rooms)) == [["201A", "Pool"]])
        }
    }

    @Test func noCard_isAnErrorWithAdvice_andTheNextKeyWorks() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--fault", "noCard:once", "--card-limit", "300ms"])
            try site.configure(encoder, sandbox: sandbox)
            _ = try site.bridge()
            let first = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(first.state == "Error")
            #expect(first.notes?.hasPrefix("Put a card on the encoder and cut the key again.") == true)
            #expect(try encoder.cards().isEmpty)
            let second = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(second.state == "Processed")
            #expect(try encoder.cards().count == 1)
        }
    }

    @Test func unknownRoom_isAnErrorThatNamesTheRoom() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder("desk", ["--room", "101", "--room", "Pool"])
            try site.configure(encoder, sandbox: sandbox)
            _ = try site.bridge()
            let unknown = try await sandbox.outcome(of: try await sandbox.cut("1003"))
            #expect(unknown.state == "Error")
            #expect(unknown.notes?.contains("The lock system does not know room 102, Pool: check the room") == true)
            let known = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(known.state == "Processed")
            #expect(try encoder.cards().map(\.rooms) == [["101", "Pool"]])
        }
    }

    /// The guests of the small hotel: Zoë Müller, Łukasz Żółw, Seán O'Brien, 張偉, and a name of a hundred letters.
    @Test func namesThatTheLineCannotCarry_areNoObstacle() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            _ = try site.bridge()
            for stay in ["1001", "1002", "1003", "1004", "1005"] { try await sandbox.cut(stay) }
            let commands = try await sandbox.outcomes(within: .seconds(30))
            #expect(commands.map(\.state) == Array(repeating: "Processed", count: 5))
            #expect(try encoder.cards().map(\.rooms.first) == ["101", "201A", "102", "301", "103"])
        }
    }

    /// Hotels whose integration is from 2015 have no WebSocket and cannot read back: the list alone tells of commands.
    @Test func keyIsCut_andReported_inTheFormOf2015() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox(isOf2015: true)
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox, property: "property: { timeZone: Europe/Prague }")
            let bridge = try site.bridge()
            try await bridge.connected()
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.state == "Processed", "\(command)")
            #expect(try encoder.cards().map(\.rooms) == [["101", "Pool"]])
        }
    }

    @Test func keyCutterThatNobodyKnows_isAnErrorThatSaysWhatToDo() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoders: Site.entry("back-office", encoder.link.path), sandbox: sandbox)
            _ = try site.bridge()
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.state == "Error")
            #expect(command.notes?.contains("No encoder here stands for this key cutter") == true, "\(command.notes ?? "")")
            #expect(try encoder.cards().isEmpty)
        }
    }
}
