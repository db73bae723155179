// SPDX-License-Identifier: Apache-2.0

/// A family of encoders that can be played, and how it is shown. Stands in the family's own folder; ``SimulatorCatalog`` lists them.
public struct SimulatedFamily: Sendable {
    /// The name of the driver that it is for.
    public let name: String
    public let scene: DemoScene
    let make: @Sendable (SimulatorOptions) throws(SimulatorFault) -> any Simulator

    init(_ name: String, scene: DemoScene, make: @escaping @Sendable (SimulatorOptions) throws(SimulatorFault) -> any Simulator) {
        self.name = name
        self.scene = scene
        self.make = make
    }
}
