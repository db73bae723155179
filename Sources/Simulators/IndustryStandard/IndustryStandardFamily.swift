// SPDX-License-Identifier: Apache-2.0

extension SimulatedFamily {
    static let industryStandard = SimulatedFamily(
        "industry-standard",
        scene: DemoScene(
            title: "simulated Salto encoder (9600 baud)", encoder: DemoScene.device + "settings: { encoder: \"Online Encoder 1\" }",
            arguments: ["--baud", "9600"])
    ) { (options) throws(SimulatorFault) in
        try PseudoTerminalHost(IndustryStandardEncoder(options), options: options)
    }
}
