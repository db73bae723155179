// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports
import Synchronization
import TestKit
import Testing
import Transcripts

@testable import Drivers

private func driver(_ settings: [String: String] = [:]) throws -> MsrDriver { try MsrDriver(settings: DriverSettings(settings)) }

private func magnetic(_ tracks: [Int: String], raw: [Int: RawTrack] = [:]) -> CardImage {
    .magnetic(MagneticImage(tracks: tracks, rawTracks: raw))
}

/// A link that keeps what was sent and how long it rested, in order, and answers as it is told: a frame, a fault, or by default what
/// an encoder in good order says.
private final class NotedLink: Link {
    typealias Frame = EscFrame
    let notes = Mutex<[String]>([])
    private let answers: @Sendable (String) -> Fault?
    private let unasked: Mutex<[EscFrame]>

    init(unasked: [EscFrame] = [], _ answers: @escaping @Sendable (String) -> Fault? = { _ in nil }) {
        self.answers = answers
        self.unasked = Mutex(unasked)
    }

    var story: [String] { notes.withLock { $0 } }
    private func note(_ text: String) { notes.withLock { $0.append(text) } }

    func exchange(_ command: Command<EscFrame>, within limit: Duration) async throws(Fault) -> EscFrame {
        note(command.name + (command.effect == .writesCard ? " writes" : "") + (command.withdrawable ? " withdrawable" : ""))
        if let fault = answers(command.name) { throw fault }
        return switch command.name {
        case "ESC e": .alive
        case "ESC t": .model(0x33)
        case "ESC v": .text("REVT3.12")
        default: .status(0x30)
        }
    }

    func expect(
        within limit: Duration, repair: Command<EscFrame>?, provesOrder: @Sendable (EscFrame) -> Bool
    ) async throws(Fault) -> EscFrame {
        note("listen \(limit)")
        let frame = unasked.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let frame else { throw Fault(.timeout) }
        // A status is for the first wait, the test's answer for the one behind the test.
        return frame
    }

    func send(_ command: Command<EscFrame>) async throws(Fault) { note(command.name) }
    func rest(_ length: Duration) async throws(Fault) { note("rest \(length)") }
    func changeSpeed(_ baud: Int) async throws(Fault) {}
    var remaining: Duration { get async { .seconds(20) } }
    let kind: PortKind = .tty
}

@Suite struct MsrDriverTests {
    @Test func manifest_namesTheModels_withTheOnlyUSBIDThatIsTheirOwn() {
        let manifest = MsrDriver.manifest
        #expect(manifest.ports == [.tty, .hidraw])
        #expect(manifest.models.flatMap(\.usb) == [USBID(0x0801, 0x0003)])
        #expect(manifest.models.map(\.name) == ["MSR206", "MSR605", "MSR606", "MSRE206", "MSR605X"])
        #expect(Set(manifest.capabilities) == [.read, .erase, .cancel, .verify, .reset, .selfTest])
    }

    @Test(arguments: [
        (["coercivity": "medium"], "coercivity"), (["verify": "yes"], "verify"), (["swipeTimeout": "0s"], "swipeTimeout"),
        (["bitsPerCharacter": "7/5"], "bitsPerCharacter"), (["bitsPerCharacter": "7/5/9"], "bitsPerCharacter"),
        (["bitsPerCharacter": "7/5/5/"], "bitsPerCharacter"), (["leadingZeros": "61"], "leadingZeros"),
        (["leadingZeros": "61/256"], "leadingZeros"), (["bpi2": "100"], "bpi2"), (["bpi4": "75"], "bpi4"), (["reading": "both"], "reading"),
        (["eraseTracks": "4"], "eraseTracks"), (["reports": "input"], "reports"), (["baud": "9601"], "baud"),
    ])
    func settings_areRefused_byTheKeyThatIsWrong(settings: [String: String], key: String) throws {
        let fault = #expect(throws: SettingsFault.self) { try driver(settings) }
        #expect(fault?.key == key)
    }

    @Test func settings_haveDefaults() throws {
        let driver = try driver()
        #expect(driver.site.coercivity == .high)
        #expect(driver.site.verification == .none)
        #expect(driver.site.swipeWithin == .seconds(18))
        #expect(driver.site.widths == [7, 5, 5])
        #expect(driver.site.leadingZeros == nil)
        #expect(driver.site.densities == [:])
        #expect(driver.site.erasedTracks == [1, 2, 3])
        #expect(driver.line == LineSettings(baud: 9600))
        #expect(try self.driverWith("reports", "output").line.reports.way == .output)
        #expect(driver.healthCheck == .seconds(60))
    }

    private func driverWith(_ key: String, _ value: String) throws -> MsrDriver { try driver([key: value]) }

    @Test func timeLimit_leavesRoom_forTheSwipesAndForTakingBack() throws {
        let three = EncoderTask.write(CardBatch(images: Array(repeating: magnetic([2: "1"]), count: 3)))
        #expect(try driver().timeLimit(for: three) > .seconds(3 * 30 + 30))
        #expect(try driver(["verify": "swipe"]).timeLimit(for: three) > .seconds(3 * 4 * 18))
        #expect(try driver().timeLimit(for: .read) > .seconds(45))
    }

    @Test(arguments: [
        (magnetic([:]), "the card image has no tracks"),
        (magnetic([2: ""]), "track 2 is empty"),
        (magnetic([2: "12A"]), "track 2 has a character that it cannot hold: it takes digits and : < = >"),
        (
            magnetic([1: "abc"]),
            "track 1 has a character that it cannot hold: it takes capital letters, digits, space and signs but % and ?"
        ),
        (magnetic([1: "É"]), "track 1 has a character that it cannot hold: it takes capital letters, digits, space and signs but % and ?"),
        (
            magnetic([1: "A?B"]),
            "track 1 has a character that it cannot hold: it takes capital letters, digits, space and signs but % and ?"
        ),
        (magnetic([2: ";12?"]), "track 2 has a character that it cannot hold: it takes digits and : < = >"),
        (magnetic([1: String(repeating: "A", count: 77)]), "track 1 has 77 characters: 76 fit on it"),
        (magnetic([2: String(repeating: "1", count: 38)]), "track 2 has 38 characters: 37 fit on it"),
        (magnetic([3: String(repeating: "1", count: 105)]), "track 3 has 105 characters: 104 fit on it"),
        (magnetic([4: "1"]), "a card has no track 4"),
        (magnetic([:], raw: [1: RawTrack(bytes: [], bitsPerCharacter: 8)]), "track 1 is empty"),
        (magnetic([:], raw: [1: RawTrack(bytes: [0x80], bitsPerCharacter: 7)]), "track 1 has a byte of more than 7 bits"),
        (magnetic([:], raw: [0: RawTrack(bytes: [1], bitsPerCharacter: 8)]), "a card has no track 0"),
        (magnetic([:], raw: [3: RawTrack(bytes: [1], bitsPerCharacter: 9)]), "track 3 needs 5 to 8 bits per character"),
        (
            magnetic([:], raw: [3: RawTrack(bytes: [UInt8](repeating: 1, count: 89), bitsPerCharacter: 8)]),
            "track 3 has 89 bytes: 88 fit on it"
        ),
        (.pages(PageImage(pages: [4: [0, 0, 0, 0]])), "this encoder writes magnetic stripes and the card image has pages 4"),
    ])
    func image_isRejected_beforeAnythingIsSent(image: CardImage, reason: String) async throws {
        let link = NotedLink()
        let good = magnetic([2: "1234567890"])
        var fault: Fault?
        do {
            _ = try await driver().perform(.write(CardBatch(images: [good, image])), on: link, progress: RecordedProgress())
        } catch let error as Fault {
            fault = error
        }
        #expect(fault == Fault(.rejected(reason: reason)))
        #expect(link.story == [])
    }

    @Test func lockOrder_isRejected() async throws {
        let fault = await #expect(throws: Fault.self) {
            try await driver().perform(.checkOut(lockID: "101"), on: NotedLink(), progress: RecordedProgress())
        }
        #expect(fault?.kind.code == "rejected")
    }

    /// Two commands in a row where the first has no answer: the encoder would lose the second.
    @Test func commandWithoutAnswer_isFollowedByARest() async throws {
        for task in [EncoderTask.write(CardBatch(images: [magnetic([2: "1"]), magnetic([2: "1"])])), .erase, .reset, .selfTest] {
            let link = NotedLink()
            _ = try await driver().perform(task, on: link, progress: RecordedProgress())
            expectRests(link.story)
        }
        let link = NotedLink()
        _ = try await driver().identify(on: link)
        expectRests(link.story)
        #expect(link.story == ["ESC a", "rest 0.1 seconds", "ESC e", "ESC t", "ESC v"])
    }

    private func expectRests(_ story: [String]) {
        for (command, next) in zip(story, story.dropFirst() + [""]) where command == "lights" || command == "ESC a" {
            #expect(next.hasPrefix("rest") || next.hasPrefix("listen"), "\(story)")
        }
    }

    @Test func finishedCards_areNotWrittenAgain() async throws {
        let link = NotedLink()
        let batch = CardBatch(
            images: Array(repeating: magnetic([2: "1"]), count: 3), finished: [Receipt(copy: 1, serial: nil, verified: false, at: .now)])
        let progress = RecordedProgress()
        let result = try await driver().perform(.write(batch), on: link, progress: progress)
        #expect(result.receipts.map(\.copy) == [2, 3])
        #expect(progress.story.prompts == ["2/3", "3/3"])
        #expect(link.story.filter { $0.hasPrefix("ESC w") } == ["ESC w writes withdrawable", "ESC w writes withdrawable"])
    }

    @Test func cancelledWrite_isTakenBack_andTheCardIsUnknown() async throws {
        let link = NotedLink(unasked: []) { $0 == "ESC w" ? Fault(.cancelled, card: .unknown) : nil }
        let fault = try await fault(of: .write(CardBatch(images: [magnetic([2: "1"])])), on: link)
        // Nobody answers behind the test either: then nothing is known.
        #expect(fault == Fault(.offline, card: .unknown, detail: "no answer to ESC e after the reset"))

        let alive = AliveLink()
        #expect(try await self.fault(of: .write(CardBatch(images: [magnetic([2: "1"])])), on: alive) == Fault(.cancelled, card: .unknown))
        #expect(alive.story == ["ESC x", "lights", "ESC w", "ESC a", "ESC e", "lights"])
    }

    private func fault(of task: EncoderTask, on link: some Link<EscFrame>) async throws -> Fault? {
        do {
            _ = try await driver().perform(task, on: link, progress: RecordedProgress())
            return nil
        } catch let error as Fault {
            return error
        }
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func everyStatus_butGood_isAFault(status: UInt8) {
        for work in [MsrStatus.Work.write(.high), .write(.low), .read, .erase, .setting("x")] {
            let fault = MsrStatus.fault(status, during: work)
            #expect((fault == nil) == (status == 0x30))
            #expect(fault?.kind != .timeout)
        }
    }
}

/// Cancelled while it waits for a swipe; quiet after the reset, and alive behind the test.
private final class AliveLink: Link {
    typealias Frame = EscFrame
    private let notes = Mutex<[String]>([])
    var story: [String] { notes.withLock { $0 } }

    func exchange(_ command: Command<EscFrame>, within limit: Duration) async throws(Fault) -> EscFrame {
        notes.withLock { $0.append(command.name) }
        if command.withdrawable { throw Fault(.cancelled, card: .unknown) }
        return .status(0x30)
    }

    func expect(
        within limit: Duration, repair: Command<EscFrame>?, provesOrder: @Sendable (EscFrame) -> Bool
    ) async throws(Fault) -> EscFrame {
        guard story.last == "ESC e" else { throw Fault(.timeout) }
        return .alive
    }

    func send(_ command: Command<EscFrame>) async throws(Fault) { notes.withLock { $0.append(command.name) } }
    func rest(_ length: Duration) async throws(Fault) {}
    func changeSpeed(_ baud: Int) async throws(Fault) {}
    var remaining: Duration { get async { .seconds(20) } }
    let kind: PortKind = .tty
}
