// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import Foundation
import Testing

/// Families are listed in the catalog; whatever else names them all is made from it.
@Suite struct FamilyListTests {
    /// Files that may name many families, each with its reason.
    private static let mayNameMany: [String: String] = [
        "CHANGELOG.md": "what was added when",
        "README.md": "its table is made by `make generate`",
        "hardware-notes/README.md": "made by `make generate`",
        "packaging/completions/": "made by `make generate`",
        "packaging/man/": "made by `make generate`",
        "docs/decisions/": "what is known of each protocol at that time",
        "Tests/Fuzz/Targets.swift": "names codecs, which happen to be called like families",
        "Tests/Faults/lane/": "chooses encoders for a storm of faults, not all there are",
        "Tests/VM/scenarios/": "chooses encoders with plugs that a virtual machine can give, not all there are",
        "Tests/ProbeTests/ScreenTests.swift": "one screen with many encoders, word by word",
        "Tests/EndToEndTests/FacadeTests.swift": "what a hotel system hears of encoders that differ in what they can do",
        "Tests/MatrixTests/": "the faults that a family can play, held against its simulator",
        "Tests/SimulatorsTests/CatalogFaultTests.swift": "what each simulator declares, held against its sources",
        "docs/fault-matrix.md": "made by `make generate`",
        "Sources/encoder-bridge/Commands/SimulateCommand.swift": "the help of an option names the families that have it",
        "Sources/Simulators/SimulatorCatalog.swift": "the simulators' own list, a line a family; the two sides know nothing of each other",
    ]

    @Test func families_areListedOnce() throws {
        let names = DriverCatalog.all.map(\.name)
        for path in try Repository.allPaths() where !Self.mayNameMany.keys.contains(where: { path.hasPrefix($0) }) {
            guard let text = try? String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8) else { continue }
            let words = Set(text.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init))
            let named = names.filter(words.contains)
            if named.count > names.count / 2 {
                Issue.record("\(path) names \(named.joined(separator: ", ")): take the families from DriverCatalog, or say here why not")
            }
        }
    }

    @Test func everyFamily_canBeSimulated() async throws {
        let shown = try await CommandTree.output(of: ["families"]).split(separator: "\n").map(String.init)
        #expect(shown == DriverCatalog.all.map(\.name), "give it a line in Sources/Simulators/SimulatorCatalog.swift")
    }
}
