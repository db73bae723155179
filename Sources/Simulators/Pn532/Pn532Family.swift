// SPDX-License-Identifier: Apache-2.0

extension SimulatedFamily {
    static let pn532 = SimulatedFamily(
        "pn532",
        scene: DemoScene(
            title: "simulated PN532 (115200 baud)", site: DemoScene.blocks,
            encoder: DemoScene.device + "layout: door\n    settings: { cardTimeout: 3s }")
    ) { (options) throws(SimulatorFault) in
        try PseudoTerminalHost(Pn532Chip(options), options: options)
    }
}
