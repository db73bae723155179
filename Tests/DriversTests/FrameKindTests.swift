// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Framing
import Ports
import Synchronization
import TestKit
import Testing
import Transcripts

/// What a technician may see of a line tells nothing of a card, a guest or a door: held against every dialogue that is known.
@Suite struct FrameKindTests {
    private final class Watcher: LineWatch {
        private let seen = Mutex<[LineFrame]>([])
        var frames: [LineFrame] { seen.withLock { $0 } }

        func passed(_ direction: LineFrame.Direction, _ kind: String, bytes: Int) {
            seen.withLock { $0.append(LineFrame(at: .distantPast, direction: direction, kind: kind, bytes: bytes)) }
        }

        func damaged(_ why: String, bytes: Int) { passed(.received, why, bytes: bytes) }
    }

    private func frames(of transcript: Transcript, by driver: some EncoderDriver) async throws -> [LineFrame] {
        let watcher = Watcher()
        let (line, _) = transcript.line(to: driver, watch: watcher)
        _ = await DialogueOutcome.of(
            try transcript.task(), on: line, unanswered: transcript.headers["unanswered"] != nil, progress: RecordedProgress())
        return watcher.frames
    }

    /// Words that belong to a guest, a card or a door.
    private func secrets(of transcript: Transcript) throws -> Set<String> {
        var secrets: Set<String> = []
        if case .perform(let task) = try transcript.task() {
            switch task {
            case .cut(let order, _):
                secrets.formUnion(order.lockIds + [order.guestName, order.reservationNumber].compactMap(\.self))
            case .write(let batch): batch.images.forEach { secrets.formUnion(Self.words(of: $0)) }
            case .checkOut(let room, let reservation): secrets.formUnion([room, reservation].compactMap(\.self))
            case .keyChange(let change, _):
                secrets.formUnion([change.room, change.oldRoom, change.reservationNumber].compactMap(\.self))
            case .read, .erase, .reset, .selfTest: break
            }
        }
        secrets.formUnion((transcript.headers["receipts"] ?? "").split(separator: " ").map(String.init))
        if let content = try? JSONDecoder().decode(CardImage.self, from: Data((transcript.headers["content"] ?? "").utf8)) {
            secrets.formUnion(Self.words(of: content))
        }
        let reading = (transcript.headers["reading"] ?? "").split { ";,".contains($0) }
        for pair in reading where !pair.hasPrefix("kind=") {
            secrets.insert(String(pair.drop { $0 != "=" }.dropFirst()))
        }
        return secrets.filter { $0.count >= 3 && Set($0).count > 1 }
    }

    private static func words(of image: CardImage) -> [String] {
        switch image {
        case .magnetic(let image): Array(image.tracks.values) + image.rawTracks.values.map { HexText.encode($0.bytes) }
        case .blocks(let image): image.blocks.values.map { HexText.encode($0) }
        case .pages(let image): image.pages.values.map { HexText.encode($0) }
        }
    }

    @Test(arguments: DriverCatalog.all.map(\.name))
    func kinds_tellNothingOfCardGuestOrDoor(ofDriver name: String) async throws {
        var kinds: Set<String> = []
        for transcript in try Transcript.all(ofDriver: name) {
            let driver = try DriverCatalog.make(name: name, settings: DriverSettings(transcript.settings))
            let frames = try await frames(of: transcript, by: driver)
            kinds.formUnion(frames.map(\.kind))
            let secrets = try secrets(of: transcript)
            for frame in frames {
                for secret in secrets where frame.kind.contains(secret) {
                    Issue.record("\(transcript.file), \(transcript.headers["title"] ?? ""): '\(frame.kind)' tells \(secret)")
                }
            }
        }
        // A few words of the protocol, however many cards and guests went by.
        #expect(!kinds.isEmpty && kinds.count < 60, "\(kinds.sorted())")
        if name == "industry-standard" {
            #expect(kinds.isSuperset(of: ["ENQ", "ACK", "CN", "message CN", "message EP"]), "\(kinds.sorted())")
        }
    }

    /// As many bytes as went over the line, however the frames came.
    @Test func bytes_areThoseOfTheLine() async throws {
        let transcript = try #require(try Transcript.all(ofDriver: "industry-standard").first { $0.headers["outcome"] == "done" })
        let driver = try DriverCatalog.make(name: "industry-standard", settings: DriverSettings(transcript.settings))
        let frames = try await frames(of: transcript, by: driver)
        var (sent, received) = (0, 0)
        for step in transcript.steps {
            switch step {
            case .sent(let bytes): sent += bytes.count
            case .received(let bytes): received += bytes.count
            case .silence, .gone: break
            }
        }
        #expect(frames.filter { $0.direction == .sent }.map(\.bytes).reduce(0, +) == sent)
        #expect(frames.filter { $0.direction == .received }.map(\.bytes).reduce(0, +) == received)
    }
}
