// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Ports

@testable import Simulators

/// A family of encoders of the matrix: its simulator, what a site must write for it, and what its simulator can do wrong.
struct MatrixFamily: Sendable {
    /// Above its table.
    var title: String
    var driver: String
    /// Only what a configuration cannot do without.
    var settings: [String: String]
    var kind: PortKind
    /// What an order brings for an encoder that writes card content.
    var image: CardImage?
    /// All that its simulator can play, by the catalog.
    var faults: [SimulatedFault] { SimulatorCatalog.faults(of: driver).sorted { $0.rawValue < $1.rawValue } }
    /// It is reached through a link that the bridge keeps beside the encoder.
    var isLinked: Bool { driver == "fias" }
    var machine: @Sendable (SimulatorOptions) throws -> any DeviceMachine

    init(
        _ driver: String, _ title: String? = nil, settings: [String: String] = [:], kind: PortKind = .tty, image: CardImage? = nil,
        machine: @escaping @Sendable (SimulatorOptions) throws -> any DeviceMachine
    ) {
        self.driver = driver
        self.title = title.map { "\(driver), \($0)" } ?? driver
        self.settings = settings
        self.kind = kind
        self.image = image
        self.machine = machine
    }

    static let all =
        [MatrixFamily("industry-standard", settings: ["encoder": "1"]) { IndustryStandardEncoder($0) }]
        + StxEtxFamily.names.map { profile in
            MatrixFamily("generic-stx-etx", "profile \(profile)", settings: ["profile": profile]) { options in
                var options = options
                options.profile = profile
                return try StxEtxEncoder(options)
            }
        } + [
            MatrixFamily("msr", "MSR605, 606 and 206", image: track) { MsrEncoder($0) },
            MatrixFamily("msr", "MSR605X", kind: .hidraw, image: track) { MsrPackets($0) },
            MatrixFamily("pn532", image: block) { Pn532Chip($0) }, MatrixFamily("aabb", image: block) { AaBbDevice($0) },
            MatrixFamily("pcsc", kind: .pcsc, image: block) { PcscReaderMachine($0) },
            MatrixFamily("fias", "on a serial line", settings: ["encoder": "01", "workstation": "EB1"]) { FiasLockServer($0) },
        ]

    private static let track = CardImage.magnetic(MagneticImage(tracks: [2: "0101=2611231200"]))
    private static let block = CardImage.blocks(BlockImage(blocks: [4: Array(repeating: 0x41, count: 16)]))
}
