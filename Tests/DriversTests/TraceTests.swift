// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Framing
import Ports
import TestKit
import Testing
import Transcripts

/// Dialogues of others, from captures, manuals and open programs (Tests/Traces): what comes from either side is read as the same frames
/// however its bytes arrive, and written again as it was. What drivers and simulated encoders make of them is in Tests/Transcripts.
@Suite struct TraceTests {
    private static let traces = (try? Transcript.traces()) ?? []

    enum Side: CaseIterable { case host, encoder }

    @Test func traces_areAllRead() throws {
        #expect(!Self.traces.isEmpty)
        #expect(Self.traces.count == (try Transcript.titles(in: "Traces")))
    }

    @Test(arguments: traces, Side.allCases) func frames_areTheSame_howeverTheirBytesArrive(trace: Transcript, side: Side) throws {
        let driver = try DriverCatalog.make(name: try #require(trace.headers["driver"]), settings: DriverSettings(trace.settings))
        let lines = trace.steps.compactMap { step -> [UInt8]? in
            switch (step, side) {
            case (.sent(let bytes), .host), (.received(let bytes), .encoder): bytes
            default: nil
            }
        }
        try compare(lines, with: driver, onlyRead: trace.headers["note"]?.hasPrefix("only read") ?? false)
    }

    private func compare(_ lines: [[UInt8]], with driver: some EncoderDriver, onlyRead: Bool) throws {
        func frames(_ pieces: [[UInt8]]) -> [String] {
            var codec = driver.makeCodec(for: .tty)
            var found: [String] = []
            for piece in pieces {
                codec.receive(piece)
                while let decoded = codec.next() { found.append("\(decoded)") }
            }
            if codec.endedBySilence != nil {
                codec.silence()
                while let decoded = codec.next() { found.append("\(decoded)") }
            }
            return found
        }
        let whole = frames(lines)
        #expect(frames(lines.flatMap { $0 }.map { [$0] }) == whole, "byte by byte")
        #expect(frames([lines.flatMap { $0 }]) == whole, "glued")
        if onlyRead { return }
        #expect(lines.isEmpty || !whole.isEmpty)
        for line in lines {
            var codec = driver.makeCodec(for: .tty)
            codec.receive(line)
            guard case .frame(let frame)? = codec.next(), codec.next() == nil, codec.discardedBytes == 0 else { continue }
            #expect(codec.encode(frame) == line)
        }
    }
}
