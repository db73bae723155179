// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

@testable import Simulators

/// Dialogues of others, frame by frame: `>` is the host, `<` the chip. What is in them is compared with what the codec makes of it, and
/// with what the simulated chip says to the same questions.
private let traces: [(title: String, text: String)] = [
    (
        "start of a libnfc program: captured, libnfc 1.7.1 on a Raspberry Pi",
        """
        > 55 55 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        > 00 00 FF 03 FD D4 14 01 17 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 02 FE D5 15 16 00
        > 00 00 FF 09 F7 D4 00 00 6C 69 62 6E 66 63 BE 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 09 F7 D5 01 00 6C 69 62 6E 66 63 BC 00
        > 00 00 FF 02 FE D4 02 2A 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 06 FA D5 03 32 01 06 07 E8 00
        > 00 00 FF 03 FD D4 12 14 06 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 02 FE D5 13 18 00
        > 00 00 FF 0C F4 D4 06 63 02 63 03 63 0D 63 38 63 3D B0 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 07 F9 D5 07 00 00 00 00 00 24 00
        > 00 00 FF 08 F8 D4 08 63 02 80 63 03 80 59 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 02 FE D5 09 22 00
        > 00 00 FF 04 FC D4 32 01 00 F9 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 02 FE D5 33 F8 00
        > 00 00 FF 04 FC D4 32 01 01 F8 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 02 FE D5 33 F8 00
        > 00 00 FF 06 FA D4 32 05 FF FF FF F8 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 02 FE D5 33 F8 00
        """
    ),
    (
        "nothing in the field, asked for every kind of card: captured, libnfc 1.7.1",
        """
        > 00 00 FF 06 FA D4 32 05 00 01 02 F2 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 02 FE D5 33 F8 00
        > 00 00 FF 04 FC D4 4A 01 00 E1 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 4B 00 E0 00
        > 00 00 FF 09 F7 D4 4A 01 01 00 FF FF 01 00 E1 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 4B 00 E0 00
        > 00 00 FF 05 FB D4 4A 01 03 00 DE 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 4B 00 E0 00
        > 00 00 FF 04 FC D4 4A 01 04 DD 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 4B 00 E0 00
        """
    ),
    (
        "MIFARE Classic, authenticate, read, write: UM0701-02 and published listings",
        """
        > 00 00 FF 0F F1 D4 40 01 60 07 FF FF FF FF FF FF FB 0E E2 0B 94 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 41 00 EA 00
        > 00 00 FF 05 FB D4 40 01 30 02 B9 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 13 ED D5 41 00 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 72 00
        > 00 00 FF 15 EB D4 40 01 A0 02 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F D1 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 41 00 EA 00
        > 00 00 FF 05 FB D4 40 01 30 02 B9 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 13 ED D5 41 00 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 72 00
        """
    ),
    (
        "refusals: computed from the status codes of UM0701-02",
        """
        > 00 00 FF 0F F1 D4 40 01 60 07 A0 A1 A2 A3 A4 A5 FB 0E E2 0B BF 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 41 14 D6 00
        > 00 00 FF 15 EB D4 40 01 A0 02 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F D1 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 41 01 E9 00
        > 00 00 FF 05 FB D4 40 01 30 02 B9 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 13 ED D5 41 00 FF 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 73 00
        > 00 00 FF 12 EE D4 40 01 60 07 FF FF FF FF FF FF 04 11 22 33 44 55 66 21 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 01 FF 7F 81 00
        """
    ),
    (
        "Ultralight and NTAG pages: computed from UM0701-02",
        """
        > 00 00 FF 05 FB D4 40 01 30 04 B7 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 13 ED D5 41 00 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF F2 00
        > 00 00 FF 09 F7 D4 40 01 A2 04 DE AD BE EF 0D 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 41 00 EA 00
        > 00 00 FF 09 F7 D4 40 01 A2 02 FF FF 00 00 49 00
        < 00 00 FF 00 FF 00
        < 00 00 FF 03 FD D5 41 13 D7 00
        """
    ),
]

private struct Line: Sendable {
    var fromHost: Bool
    var bytes: [UInt8]

    static func all(_ text: String) -> [Line] {
        text.split(separator: "\n").map { line in
            Line(fromHost: line.first == ">", bytes: line.dropFirst(2).split(separator: " ").compactMap { UInt8($0, radix: 16) })
        }
    }
}

private func frames(_ pieces: [[UInt8]]) -> [Pn532Frame] {
    var codec = Pn532Codec()
    var found: [Pn532Frame] = []
    for piece in pieces {
        codec.receive(piece)
        while let decoded = codec.next() { if case .frame(let frame) = decoded { found.append(frame) } }
    }
    return found
}

@Suite struct Pn532TraceTests {
    /// Each frame is read, in one piece, byte by byte, and all of a side glued together; and written again as it was.
    @Test(arguments: traces.indices, [true, false]) func frames_areReadAndWritten_asOthersDo(trace: Int, fromHost: Bool) {
        let lines = Line.all(traces[trace].text).filter { $0.fromHost == fromHost }.map(\.bytes).filter { $0.first != 0x55 }
        let whole = frames(lines)
        #expect(whole.count == lines.count, "\(traces[trace].title)")
        #expect(whole.map { Pn532Codec().encode($0) } == lines)
        #expect(frames(lines.flatMap { $0 }.map { [$0] }) == whole)
        #expect(frames([lines.flatMap { $0 }]) == whole)
    }

    /// The captured ones are questions that any chip answers alike.
    @Test(arguments: [0, 1]) func chip_answersAsTheRealOne(trace: Int) {
        var options = SimulatorOptions()
        options.faults = [.noCard: .always]
        var chip = Pn532Chip(options)
        var said: [UInt8] = []
        var wanted: [UInt8] = []
        for line in Line.all(traces[trace].text) {
            guard line.fromHost else {
                wanted += line.bytes
                continue
            }
            for case .send(let bytes) in chip.receive(line.bytes, at: .zero) { said += bytes }
        }
        #expect(said == wanted)
    }
}
