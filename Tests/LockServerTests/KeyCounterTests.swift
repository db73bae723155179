// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import LockServer

/// Keys for a hotel system that waits 30 seconds, whatever the journal and the encoders do.
@Suite(.timeLimit(.minutes(6))) struct KeyCounterTests {
    private let now = Date()
    private let desk = FakeDesk(["desk": [], "rooms": [.checkOut], "guests": [.checkOut, .keyChange]])

    private func order(_ reservation: String? = nil, _ mode: KeyMode = .new, ends: TimeInterval = 86_400) -> KeyOrder {
        KeyOrder(lockIds: ["101"], validFrom: now, validUntil: now + ends, mode: mode, reservationNumber: reservation)
    }

    @Test func journalThatSaysNothing_endsInDoubt_andALateOrderIsTakenBack() async throws {
        await desk.silence(true)
        let (job, outcome) = await KeyCounter(desk, patience: .milliseconds(50)).cut(order(), on: "desk")
        #expect(job == nil)
        #expect(outcome == .inDoubt)
        let news = await desk.events.subscribe().events
        await desk.silence(false)
        for await numbered in news { if case .job(let job) = numbered.event, job.state.isFinal { break } }
        #expect(try await desk.journal.jobs(JobFilter(), limit: 9, before: nil).map(\.state) == [.cancelled])
    }

    @Test func orderThatNobodyBegan_isTakenBack() async throws {
        await desk.set("desk", .saysNothing)
        var counter = KeyCounter(desk, patience: .seconds(2))
        // The journal here is well, and the machine may be busy.
        (counter.lookingUp, counter.takingBack) = (.seconds(60), .seconds(60))
        let (job, outcome) = await counter.cut(order(), on: "desk")
        #expect(outcome == .keptWaiting)
        #expect(try await desk.job(try #require(job))?.state == .cancelled)
    }

    /// What is in hand when the bridge stops is answered at once, and by what is known.
    @Test func stop_takesBack_whatHasNotBegun() async throws {
        await desk.set("desk", .saysNothing)
        let (desk, order) = (desk, order())
        let news = await desk.events.subscribe().events
        let work = Task { await KeyCounter(desk, patience: .seconds(50)).cut(order, on: "desk").outcome }
        for await numbered in news { if case .job = numbered.event { break } }
        work.cancel()
        #expect(await work.value == .keptWaiting)
    }

    @Test func lockSystemThatSaysNothing_isATimeout_withinThePatience() async {
        await desk.set("rooms", .saysNothing)
        let told = await KeyCounter(desk, patience: .milliseconds(50)).tell(.checkOut(room: "101", reservation: nil), to: "rooms")
        guard case .failure(let fault)? = told else {
            Issue.record("\(String(describing: told))")
            return
        }
        #expect(fault.kind == .timeout)
    }

    /// The disk is slow with the first: its place counts, and not who is quicker.
    @Test func ordersOfOneEncoder_areKept_inTheOrderInWhichTheyCame() async {
        let counter = KeyCounter(desk)
        let arrivals = ["new", "copy"].map { _ in counter.arrive(at: "desk", rooms: ["101"]) }
        async let copy = counter.cut(order("1", .copy), on: "desk", arrivals[1]).outcome
        async let new = counter.cut(order("1", .new), on: "desk", arrivals[0]).outcome
        _ = await (copy, new)
        #expect(await desk.begun == ["new 101", "copy 101"])
    }

    @Test func orderWhoseTurnDoesNotCome_isAnsweredInTime_andNothingIsBegun() async {
        let counter = KeyCounter(desk, patience: .milliseconds(50))
        let before = counter.arrive(at: "rooms", rooms: ["101"])
        #expect(await counter.cut(order(), on: "desk").outcome == .keptWaiting)
        guard case .failure(let fault)? = await counter.tell(.checkOut(room: "102", reservation: nil), to: "rooms") else {
            Issue.record("told out of turn")
            return
        }
        #expect(fault.kind == .busy)
        #expect(await desk.begun.isEmpty)
        before.pass()
        var patient = counter
        patient.patience = .seconds(60)
        #expect(await patient.cut(order(), on: "desk").job != nil)
    }

    @Test(
        arguments: [
            ("desk", ["101"], true), ("desk", ["102"], true), ("bar", ["101"], true), ("bar", ["102"], false),
            ("bar", ["102", "101"], true),
            (nil, ["102"], false), (nil, [], false),
        ] as [(EncoderName?, Set<String>, Bool)])
    func turn_concerns_whatIsAboutTheSameEncoderOrRoom(encoder: EncoderName?, rooms: Set<String>, concerns: Bool) {
        let matter = Turns.Matter(encoder: "desk", rooms: ["101", "103"])
        #expect(matter.concerns(Turns.Matter(encoder: encoder, rooms: rooms)) == concerns)
        #expect(Turns.Matter(encoder: encoder, rooms: rooms).concerns(matter) == concerns)
    }

    /// A guest of a shared room has left. What is told to a lock system that ends all keys of a room at once.
    struct Sharer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The keys of the room, the oldest first: their reservations, and how they were made.
        let keys: [(String?, KeyMode)]
        var leaving = "1"
        var on: EncoderName = "rooms"
        /// `nil`: somebody stays there.
        let told: StayNotice?
    }

    @Test(arguments: [
        Sharer(testDescription: "alone", keys: [("1", .new)], told: .checkOut(room: "101", reservation: nil)),
        Sharer(testDescription: "another stays", keys: [("1", .new), ("2", .copy)], told: nil),
        Sharer(testDescription: "a key of nobody known", keys: [("1", .new), (nil, .copy)], told: nil),
        Sharer(
            testDescription: "the other's key was ended by a new one", keys: [("2", .new), ("1", .new)],
            told: .checkOut(room: "101", reservation: nil)),
        Sharer(testDescription: "for one opening", keys: [("1", .new), ("2", .oneShot)], told: .checkOut(room: "101", reservation: nil)),
        Sharer(
            testDescription: "knows reservations", keys: [("1", .new), ("2", .copy)], on: "guests",
            told: .checkOut(room: "101", reservation: "1")),
        Sharer(
            testDescription: "only cuts", keys: [("1", .new), ("2", .copy)], on: "desk", told: .checkOut(room: "101", reservation: "1")),
    ])
    func checkOut_neverLocksOutASharer(_ sharer: Sharer) async throws {
        let counter = KeyCounter(desk)
        var book = KeyBook()
        for (reservation, mode) in sharer.keys {
            let order = order(reservation, mode)
            guard case .made(let receipts) = await counter.cut(order, on: "desk").outcome else { throw CancellationError() }
            book.add(order, receipts, at: now)
        }
        let later = Date() + 60
        book.leave("101", sharer.leaving, at: later)
        #expect(
            try await counter.checkOut(of: "101", reservation: sharer.leaving, on: sharer.on, besides: book, at: later) == sharer.told)
        // With nothing but the journal of jobs, and with nothing but the book.
        var departures = KeyBook()
        departures.leave("101", sharer.leaving, at: later)
        #expect(
            try await counter.checkOut(of: "101", reservation: sharer.leaving, on: sharer.on, besides: departures, at: later) == sharer.told
        )
        let others = KeyCounter(FakeDesk(["desk": [], "rooms": [.checkOut], "guests": [.checkOut, .keyChange]]))
        #expect(try await others.checkOut(of: "101", reservation: sharer.leaving, on: sharer.on, besides: book, at: later) == sharer.told)
    }

    @Test func lastSharer_endsTheRoom() async throws {
        let counter = KeyCounter(desk)
        for (reservation, mode) in [("1", KeyMode.new), ("2", .copy)] { _ = await counter.cut(order(reservation, mode), on: "desk") }
        let later = Date() + 60
        var book = KeyBook()
        for reservation in ["1", "2"] { book.leave("101", reservation, at: later) }
        #expect(
            try await counter.checkOut(of: "101", reservation: "2", on: "rooms", besides: book, at: later)
                == .checkOut(room: "101", reservation: nil))
    }

    @Test func unreadableJournal_isNoProof_thatNobodyStays() async {
        await desk.journal.fail(JournalFault("gone", .gone))
        await #expect(throws: JournalFault.self) {
            try await KeyCounter(desk).checkOut(of: "101", reservation: "1", on: "rooms", besides: KeyBook(), at: now)
        }
    }
}
