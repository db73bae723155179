// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

extension AaBbDriver {
    /// The readers have no USB id of their own, only that of the serial adapter in them.
    public static let manifest = DriverManifest(
        name: "aabb", title: "AA BB readers (SL500, YHY, ER30x)", kind: .raw,
        capabilities: [.presence, .serial, .verify, .read, .erase, .reset, .selfTest], ports: [.tty, .tcp], line: AaBbSettings.line,
        settings: AaBbSettings.all,
        models: [
            EncoderModelEntry("SL500 (MasterRD) and unbranded writers like it", evidence: 3),
            EncoderModelEntry("YHY522, YHY523U, YHY632", evidence: 3),
            EncoderModelEntry("ER301, ER302 (ehuoyan)", evidence: 2),
        ],
        hardwareNote: "aabb.md", media: [.blocks, .pages],
        examples: AaBbModel.allCases.map { ["model": $0.rawValue] })
}
