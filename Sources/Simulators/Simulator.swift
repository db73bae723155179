// SPDX-License-Identifier: Apache-2.0

/// The device side of an encoder family, on a pseudo-terminal: what a bridge can be tried against without hardware.
public protocol Simulator: Sendable {
    /// What happens on the device, from the beginning, for one reader.
    var events: AsyncStream<SimulatorEvent> { get }
    /// Plays the device until the task is cancelled; then takes its link away again and ends `events`.
    func run() async throws
    /// Changes what goes wrong from now on.
    func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence)
    /// Pulls the plug and puts it back after a while, with the same link and another terminal behind it.
    func unplug(for absence: Duration)
}

/// How a simulated encoder behaves.
public struct SimulatorOptions: Sendable {
    /// Where to put a symbolic link to the terminal; `nil`: only the terminal's own path.
    public var link: String?
    /// A terminal that is there already, instead of a pseudo-terminal: the far end of a cable, a USB gadget's side.
    public var terminal: String?
    /// An address of the network instead of a terminal.
    var network: NetworkLine.Place?
    /// Speed at which bytes come and go; `nil`: as fast as the terminal.
    public var baud: Int?
    /// From the order, or from the card before, until the next card lies on the encoder.
    public var cardDelay: Duration = .milliseconds(300)
    /// How long the encoder waits for a card before it says that there was none.
    public var cardLimit: Duration = .seconds(15)
    /// When `lateAnswer` answers, from the order on.
    public var lateBy: Duration = .seconds(35)
    /// How long after the order `unplugMidJob` pulls the plug, and for how long.
    public var unplugAfter: Duration = .milliseconds(100)
    public var absence: Duration = .seconds(1)
    /// The only encoder there is; `nil`: it answers to every name.
    public var encoder: String?
    /// The rooms the lock system knows; `nil`: all.
    public var rooms: Set<String>?
    /// A file to which every card is appended as a line of JSON, durably before the encoder answers.
    public var cards: String?
    /// For families with several kinds of encoder: which of them. `nil`: the first.
    public var profile: String?
    /// Where vsmartcard's virtual PC/SC reader listens.
    public var virtualReader = "127.0.0.1:35963"
    /// The cards that are put on a contactless encoder, one after the other, and again from the first.
    public var cardKinds: [SimulatedCardKind] = [.classic1K]
    /// How long a card that was written stays on a contactless encoder.
    public var cardStay: Duration = .milliseconds(1500)
    public var faults: [SimulatedFault: FaultOccurrence] = [:]
    /// What a hotel system sends over FIAS, in order: `KR|KC01|KTN|RN101|...`.
    public var records: [String] = []

    public init() {}

    /// Puts the device on the network: it listens at `HOST:PORT`, or dials it.
    public mutating func place(at address: String, dials: Bool) throws(SimulatorFault) {
        network = try NetworkLine.Place.parse(address, dials: dials)
    }
}

/// The simulator cannot be made or cannot go on; says what to do.
public struct SimulatorFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
