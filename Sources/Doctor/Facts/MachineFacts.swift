// SPDX-License-Identifier: Apache-2.0
import DriverKit

/// What `probe` knows of the machine as a whole.
public struct MachineFacts: Sendable, Hashable {
    public var rules = RuleFiles([])
    public var usb: [USBFacts] = []
    public var accounts = Accounts(users: [], groupNames: [:])
    /// Who runs `probe`.
    public var caller = Account(name: "root", user: 0, groups: [0])
    /// Programs that run and matter here, by name.
    public var programs: Set<String> = []
    /// Units of systemd that are installed and not masked: `ModemManager.service`, `pcscd.socket`.
    public var units: Set<String> = []
    /// /run/pcscd/pcscd.comm is there: someone would answer.
    public var hasCardService = false
    public var bridge = BridgeFacts()
    /// The configuration file that corrections belong to.
    public var configuration = "/etc/encoder-bridge/encoder-bridge.yaml"

    public init() {}

    /// The programs and units that are looked for.
    static let programsThatMatter: Set<String> = ["ModemManager", "brltty", "gpsd", "pcscd"]
    static let unitsThatMatter = ["ModemManager.service", "pcscd.socket", "encoder-bridge.service"]
    public static let cardServiceSocket = "/run/pcscd/pcscd.comm"
}

/// The daemon as seen from outside.
public struct BridgeFacts: Sendable, Hashable {
    /// It answered at its endpoint.
    public var answers = false
    public init(answers: Bool = false) { self.answers = answers }
}
