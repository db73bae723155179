// SPDX-License-Identifier: Apache-2.0

/// The pure part of a simulated device: bytes and time in, actions out. Times count from the start of the simulator.
protocol DeviceMachine: Sendable {
    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction]
    /// Does what is due. Called when ``nextDeadline`` has come, harmless before.
    mutating func advance(to now: Duration) -> [DeviceAction]
    var nextDeadline: Duration? { get }
    /// The plug was pulled: whatever was in hand is lost.
    mutating func loseLine()
    /// How fast the program at the other end has set its side of the line. Told before bytes that it sent.
    mutating func lineRuns(at baud: Int?)
    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence)
}

extension DeviceMachine {
    mutating func lineRuns(at baud: Int?) {}
}

/// What a device does.
enum DeviceAction: Sendable, Hashable {
    case send([UInt8])
    case report(SimulatorEvent)
    case unplug(for: Duration)
}
