// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulators
import TestKit
import Testing

/// The programs of libnfc, which were written against real chips, find nothing odd about our simulated one.
@Suite(.timeLimit(.minutes(6))) struct LibnfcTests {
    /// All that a program prints, or what it prints until it says `last`. Missing programs are a failure: a machine that runs these
    /// tests has them.
    private func output(of arguments: [String], on link: String, until last: String? = nil) async throws -> String {
        let found = ["/usr/bin", "/usr/local/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(arguments[0])") }
        try #require(found, "\(arguments[0]) is not installed, so nothing was tried: packaging/install-packages test brings it")
        let program = try ChildProgram(
            arguments, environment: ["LIBNFC_DEFAULT_DEVICE": "pn532_uart:\(link)", "LIBNFC_AUTO_SCAN": "false", "LC_ALL": "C"])
        var text = ""
        for await line in program.lines {
            text += line + "\n"
            if let last, line.contains(last) { break }
        }
        // It would be ended with the object.
        withExtendedLifetime(program) {}
        return text
    }

    private func withChip(_ kind: SimulatedCardKind, _ body: (String, URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("libnfc-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = SimulatorOptions()
        options.link = folder.appendingPathComponent("pn532").path
        options.cardKinds = [kind]
        options.cardStay = .seconds(600)
        let simulator = try SimulatorCatalog.make(driver: "pn532", options: options)
        let running = Task { try await simulator.run() }
        for await event in simulator.events { if case .cardPut = event { break } }
        do {
            try await body(folder.appendingPathComponent("pn532").path, folder)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    @Test(arguments: [
        (SimulatedCardKind.classic1K, "5a  1d  00  01", "00  04", "08"), (.ntag213, "04  5a  1d  02  00  00  01", "00  44", "00"),
    ])
    func nfcList_findsTheCard(kind: SimulatedCardKind, uid: String, atqa: String, sak: String) async throws {
        try await withChip(kind) { link, _ in
            let text = try await output(of: ["nfc-list"], on: link)
            #expect(text.contains("UID (NFCID1): \(uid)"), "\(text)")
            #expect(text.contains("ATQA (SENS_RES): \(atqa)"))
            #expect(text.contains("SAK (SEL_RES): \(sak)"))
        }
    }

    /// Listing by the chip itself, of every kind of card in turn.
    @Test func nfcPoll_findsTheCard() async throws {
        try await withChip(.classic1K) { link, _ in
            let text = try await output(of: ["nfc-poll"], on: link, until: "SAK (SEL_RES)")
            #expect(text.contains("UID (NFCID1): 5a  1d  00  01"), "\(text)")
        }
    }

    /// nfc-mfclassic 1.8.0 writes the first block of each sector and no other, so only those are compared.
    @Test func nfcMfclassic_readsAndWritesAWholeCard() async throws {
        try await withChip(.classic1K) { link, folder in
            let (before, after) = (folder.appendingPathComponent("before.mfd"), folder.appendingPathComponent("after.mfd"))
            #expect(try await output(of: ["nfc-mfclassic", "r", "a", "u", before.path], on: link).contains("64 of 64 blocks read"))
            var image = [UInt8](try Data(contentsOf: before))
            try #require(image.count == 1024)
            #expect(Array(image[..<4]) == [0x5A, 0x1D, 0x00, 0x01])
            for block in stride(from: 4, to: 64, by: 4) {
                image.replaceSubrange(block * 16..<block * 16 + 16, with: [UInt8](repeating: UInt8(block), count: 16))
            }
            try Data(image).write(to: before)
            _ = try await output(of: ["nfc-mfclassic", "w", "a", "u", before.path], on: link)
            #expect(try await output(of: ["nfc-mfclassic", "r", "a", "u", after.path], on: link).contains("64 of 64 blocks read"))
            let written = [UInt8](try Data(contentsOf: after))
            #expect(written == image)
        }
    }
}
