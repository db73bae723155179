// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import DriverKit
import Drivers
import Simulators

/// For packaging/demo and the Makefile, so that families are listed in the catalog only.
struct FamiliesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "families", abstract: "Names of the families, or how the demo shows one of them.", shouldDisplay: false)

    @Argument(help: "The family: its scene as JSON.") var family: String?

    func run() throws {
        let shown = SimulatorCatalog.families
        guard let family else {
            print(DriverCatalog.all.map(\.name).filter { name in shown.contains { $0.name == name } }.joined(separator: "\n"))
            return
        }
        guard let scene = shown.first(where: { $0.name == family })?.scene else {
            complain("there is no family '\(family)' to show: use one of \(SimulatorCatalog.drivers.joined(separator: ", "))")
            throw ExitCode.trouble
        }
        print(try JSONText.encode(scene))
    }
}
