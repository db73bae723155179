// SPDX-License-Identifier: Apache-2.0

extension SimulatedFamily {
    static let fias = SimulatedFamily(
        "fias",
        scene: DemoScene(
            title: "simulated lock server (FIAS over TCP)", line: .network,
            encoder: "match: { tcp: \"127.0.0.1:{port}\" }\n    settings: { encoder: \"01\", answerTimeout: 10s }")
    ) { (options) throws(SimulatorFault) in
        try PseudoTerminalHost(FiasLockServer(options), options: options)
    }
}
