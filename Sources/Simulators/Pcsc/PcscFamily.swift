// SPDX-License-Identifier: Apache-2.0

extension SimulatedFamily {
    static let pcsc = SimulatedFamily(
        "pcsc",
        scene: DemoScene(
            title: "virtual PC/SC reader of a pcscd of its own", line: .reader, site: DemoScene.blocks,
            encoder: "match: { reader: \"Virtual PCD 00 00\" }\n    layout: door\n    settings: { cardTimeout: 3s }")
    ) { (options) throws(SimulatorFault) in
        try VirtualReaderHost(options)
    }
}
