// SPDX-License-Identifier: Apache-2.0
import CardLayouts
import DriverKit
import EncoderModel
import Foundation
import SiteConfiguration
import Testing

/// What docs/card-layouts.md shows is read as it stands there, and makes the cards that stand below it.
@Suite struct LayoutPageTests {
    /// Blocks of indented lines, without the indent.
    private static func blocks(of page: String) -> [String] {
        var blocks: [[Substring]] = [[]]
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("    ") { blocks[blocks.count - 1].append(line.dropFirst(4)) } else if blocks.last != [] { blocks.append([]) }
        }
        return blocks.map { $0.joined(separator: "\n") }.filter { !$0.isEmpty }
    }

    private static func page() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/card-layouts.md")
        return try String(contentsOf: root.standardizedFileURL, encoding: .utf8)
    }

    /// Places and content of a card, written as the page does.
    private static func rows(_ image: CardImage) -> [String] {
        func row(_ word: String, _ number: Int, _ text: String) -> String {
            "\(word) \(number)".padding(toLength: 10, withPad: " ", startingAt: 0) + text
        }
        func hex(_ bytes: [UInt8]) -> String { bytes.map { HexText.encode([$0]) }.joined(separator: " ") }
        return switch image {
        case .magnetic(let image): image.tracks.sorted { $0.key < $1.key }.map { row("track", $0, $1) }
        case .blocks(let image): image.blocks.sorted { $0.key < $1.key }.map { row("block", $0, hex($1)) }
        case .pages(let image): image.pages.sorted { $0.key < $1.key }.map { row("page", $0, hex($1)) }
        }
    }

    @Test func everyExample_isSound_andMakesTheCardBelowIt() throws {
        let prague = PropertyClock(timeZone: try #require(TimeZone(identifier: "Europe/Prague")))
        var shown = 0
        let blocks = Self.blocks(of: try Self.page())
        for (index, block) in blocks.enumerated() where block.contains("layouts:") || block.hasPrefix("cardKeys:") {
            let reading = try ConfigurationReading.read(
                block, file: "card-layouts.md", driverCheck: { _ in [] }, sharingCheck: ConfigurationReading.nobodyShares,
                secrets: { _ in "A0A1A2A3A4A5" })
            #expect(reading.problems.map(\.description) == [], "\(block)")
            guard index + 1 < blocks.count, ["track", "block", "page"].contains(where: { blocks[index + 1].hasPrefix($0) }) else {
                continue
            }
            let layout = try #require(reading.configuration.layouts.values.first)
            #expect(Self.rows(try layout.example(on: prague)) == blocks[index + 1].split(separator: "\n").map(String.init))
            shown += 1
        }
        #expect(shown == 3)
    }

    @Test func everyWordOfTheLanguage_isOnThePage() throws {
        let page = try Self.page()
        let words =
            CardHazard.allCases.map(\.rawValue) + ["crc-16/iso-14443-a", "crc-32/bzip2", "crc-8/maxim", "bitsPerCharacter", "keyKind"]
        for word in words { #expect(page.contains(word), "\(word)") }
    }
}
