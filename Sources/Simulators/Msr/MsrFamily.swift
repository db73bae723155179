// SPDX-License-Identifier: Apache-2.0

extension SimulatedFamily {
    static let msr = SimulatedFamily(
        "msr",
        scene: DemoScene(
            title: "simulated MSR605 (9600 baud)", site: DemoScene.tracks,
            encoder: DemoScene.device + "layout: door\n    settings: { swipeTimeout: 3s }", arguments: ["--baud", "9600"], isSwiped: true)
    ) { (options) throws(SimulatorFault) in
        try PseudoTerminalHost(MsrEncoder(options), options: options)
    }
}
