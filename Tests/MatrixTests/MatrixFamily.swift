// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Ports

@testable import Simulators

/// A family of encoders of the matrix: its simulator, what a site must write for it, and what its simulator can do wrong.
struct MatrixFamily: Sendable {
    var driver: String
    /// Only what a configuration cannot do without.
    var settings: [String: String] = [:]
    var kind = PortKind.tty
    /// What an order brings for an encoder that writes card content.
    var image: CardImage?
    /// All that its simulator can play, by the catalog.
    var faults: [SimulatedFault] { SimulatorCatalog.faults(of: driver).sorted { $0.rawValue < $1.rawValue } }
    var machine: @Sendable (SimulatorOptions) throws -> any DeviceMachine

    static let all = [
        MatrixFamily(
            driver: "industry-standard", settings: ["encoder": "1"]
        ) { IndustryStandardEncoder($0) },
        MatrixFamily(
            driver: "generic-stx-etx", settings: ["profile": "inhova", "encoder": "1"]
        ) { try StxEtxEncoder($0) },
        MatrixFamily(
            driver: "msr", image: .magnetic(MagneticImage(tracks: [2: "0101=2611231200"]))
        ) { MsrEncoder($0) },
        MatrixFamily(
            driver: "pn532", image: block
        ) { Pn532Chip($0) },
        MatrixFamily(
            driver: "aabb", image: block
        ) { AaBbDevice($0) },
    ]

    private static let block = CardImage.blocks(BlockImage(blocks: [4: Array(repeating: 0x41, count: 16)]))
}
