// SPDX-License-Identifier: Apache-2.0

/// The pure part of a simulated device: bytes and time in, actions out. Times count from the start of the simulator.
protocol DeviceMachine: Sendable {
    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction]
    /// Does what is due. Called when ``nextDeadline`` has come, harmless before.
    mutating func advance(to now: Duration) -> [DeviceAction]
    var nextDeadline: Duration? { get }
    /// The plug was pulled: whatever was in hand is lost.
    mutating func loseLine()
    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence)
}

/// What a device does.
enum DeviceAction: Sendable, Hashable {
    case send([UInt8])
    case report(SimulatorEvent)
    case unplug(for: Duration)
}
