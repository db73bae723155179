// SPDX-License-Identifier: Apache-2.0

extension SimulatedFamily {
    static let aabb = SimulatedFamily(
        "aabb",
        scene: DemoScene(
            title: "simulated SL500 (19200 baud)", site: DemoScene.blocks,
            encoder: DemoScene.device + "layout: door\n    settings: { cardTimeout: 3s }", arguments: ["--baud", "19200"])
    ) { (options) throws(SimulatorFault) in
        try PseudoTerminalHost(AaBbDevice(options), options: options)
    }
}
