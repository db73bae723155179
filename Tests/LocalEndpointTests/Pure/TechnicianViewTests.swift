// SPDX-License-Identifier: Apache-2.0
import DeskPage
import EncoderModel
import Foundation
import Testing

/// What the page shows to a technician.
@Suite struct TechnicianViewTests {
    private static func encoder(_ name: EncoderName, _ kind: EncoderKind, _ capabilities: [EncoderCapability]) -> EncoderStatus {
        EncoderStatus(name: name, state: .ready, driver: "d", kind: kind, port: PortStatus(match: "path x"), capabilities: capabilities)
    }

    private func view(frames: [EncoderName: [LineFrame]] = [:], without: [EncoderName: String] = [:]) throws -> String {
        let facts = DeskFacts(
            encoders: [Self.encoder("desk", .lockMaker, []), Self.encoder("bar", .raw, [.read, .erase, .selfTest])], frames: frames,
            withoutTestCard: without, zone: try #require(TimeZone(identifier: "Europe/Prague")), now: Date(timeIntervalSince1970: 0))
        return try DeskPage(words: .english).technician(facts)
    }

    @Test func frames_stand_newestFirst_onTheHotelsClock() throws {
        let at = Date(timeIntervalSince1970: 1_795_258_800.25)
        let view = try view(frames: [
            "desk": [
                LineFrame(at: at, direction: .sent, kind: "ENQ", bytes: 1),
                LineFrame(at: at + 0.5, direction: .received, kind: "ACK", bytes: 1),
            ]
        ])
        let ack = "<tr><td>12:00:00.750</td><td>received</td><td>1</td><td>ACK</td></tr>"
        let enq = "<tr><td>12:00:00.250</td><td>sent</td><td>1</td><td>ENQ</td></tr>"
        #expect(view.contains(ack + enq), "\(view)")
        #expect(view.contains("Last frames on the line (2)"))
        #expect(view.components(separatedBy: "<details").count == 2, "an encoder without frames has no list")
    }

    @Test func buttons_areThere_forWhatAnEncoderCan() throws {
        let view = try view(without: ["desk": "desk: the lock system makes the cards itself"])
        for name in ["desk", "bar"] { #expect(view.contains("data-identify=\"\(name)\"")) }
        #expect(view.contains("data-selftest=\"bar\"") && !view.contains("data-selftest=\"desk\""))
        #expect(view.contains("data-testcard=\"bar\"") && !view.contains("data-testcard=\"desk\""))
        #expect(view.contains("<dt>test card</dt><dd>desk: the lock system makes the cards itself</dd>"))
    }

    @Test func doors_areOnBothViews_withTheReasonForTheTechnicianOnly() throws {
        let access = AccessStatus(
            doors: [
                .init(reservation: "1002", door: "102", lock: "door-102", state: "overdue", look: .bad, until: .distantPast, reason: "WHY"),
                .init(reservation: "1001", door: "101", lock: "door-101", state: "set", look: .good, until: .distantPast, isBackup: true),
            ],
            locks: [.init(name: "door-101", state: "online", battery: 80), .init(name: "door-102", state: "offline", battery: 9)])
        let facts = DeskFacts(encoders: [], access: access, zone: .gmt, now: Date(timeIntervalSince1970: 0))
        let page = try DeskPage(words: .english)
        let board = page.board(facts)
        #expect(board.contains("The code of a past stay may still open this door: call the technician (lock offline)"), "\(board)")
        #expect(board.contains("A back-up code works here") && !board.contains("WHY"))
        let view = page.technician(facts)
        #expect(view.contains("WHY") && view.contains("9 %") && view.contains("door-102"), "\(view)")
        let none = DeskFacts(encoders: [], zone: .gmt, now: Date(timeIntervalSince1970: 0))
        #expect(!page.board(none).contains("Door codes"), "a site without locks is not asked about them")
    }

    /// A test card is no key: a clerk is not told to hand it out.
    @Test func board_doesNotTellOfATestCard() throws {
        var job = Job(
            id: .random(), encoder: "bar", order: KeyOrder(lockIds: ["test card"], validFrom: .distantPast, validUntil: .distantFuture),
            origin: .testCard, state: .done, createdAt: Date(timeIntervalSince1970: 0))
        job.finishedAt = Date(timeIntervalSince1970: 0)
        let facts = DeskFacts(
            encoders: [Self.encoder("bar", .raw, [.read])], ended: [try #require(EndedJob(job))], zone: .gmt,
            now: Date(timeIntervalSince1970: 1))
        let board = try DeskPage(words: .english).board(facts)
        #expect(board.contains("Ready") && !board.contains("test card"), "\(board)")
    }
}
