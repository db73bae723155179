// SPDX-License-Identifier: Apache-2.0

extension SimulatedFamily {
    static let genericStxEtx = SimulatedFamily(
        "generic-stx-etx",
        scene: DemoScene(
            title: "simulated Visionline interface (9600 baud)",
            // What a site adds to the shipped profile: a second lock for the pool, and the code that it learnt to mean "no card".
            encoder: DemoScene.device + """
                settings:
                      profile: visionline
                      result.5: noCard
                      new: 'CCA | AM1 | EA{encoder} | GR{room} | CR{room2} | CI{from:yyyyMMddHHmm} | CO{until:yyyyMMddHHmm} | NC{copies:2}'
                """,
            arguments: ["--baud", "9600", "--profile", "visionline"])
    ) { (options) throws(SimulatorFault) in
        try PseudoTerminalHost(StxEtxEncoder(options), options: options)
    }
}
