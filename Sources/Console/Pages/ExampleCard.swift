// SPDX-License-Identifier: Apache-2.0
import CardLayouts
import EncoderModel
import Foundation
import SiteConfiguration

/// What a card layout makes of its example order: rows of text or hex, or what does not fit. Never of a guest's order.
package struct ExampleCard {
    package var layout: String
    /// `track 2  0101=2611231200`, `block 4  01 00 65 ...`
    package var rows: [String] = []
    package var objection: String?

    package static func all(of site: SiteConfiguration) -> [ExampleCard] {
        let clock = PropertyClock(timeZone: site.timeZone ?? .current)
        return site.layouts.values.sorted { $0.name < $1.name }.map { layout in
            do throws(Fault) {
                return ExampleCard(layout: layout.name, rows: rows(of: try layout.example(on: clock)))
            } catch {
                guard case .rejected(let reason) = error.kind else { return ExampleCard(layout: layout.name, objection: error.advice) }
                return ExampleCard(layout: layout.name, objection: reason)
            }
        }
    }

    static func rows(of image: CardImage) -> [String] {
        func bytes(_ word: String, _ contents: [Int: [UInt8]]) -> [String] {
            contents.sorted { $0.key < $1.key }.map { number, bytes in
                "\(word) \(number)".padded(10) + bytes.map { HexText.encode([$0]) }.joined(separator: " ")
            }
        }
        switch image {
        case .magnetic(let image):
            let texts = image.tracks.sorted { $0.key < $1.key }.map { "track \($0)".padded(10) + $1 }
            return texts + bytes("track", image.rawTracks.mapValues(\.bytes))
        case .blocks(let image): return bytes("block", image.blocks)
        case .pages(let image): return bytes("page", image.pages)
        }
    }
}
