// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulators
import Testing

/// What can be asked of a simulated encoder happens, and what cannot happen is refused.
@Suite struct CatalogFaultTests {
    private static let folders = [
        "industry-standard": ["IndustryStandard"], "generic-stx-etx": ["GenericStxEtx"], "pcsc": ["Pcsc"], "aabb": ["AaBb"],
        "pn532": ["Pn532", "Contactless"], "msr": ["Msr"], "fias": ["Fias"],
    ]

    /// Compared with where the simulators ask for their faults.
    @Test(arguments: SimulatorCatalog.drivers) func faults_areThoseThatTheFamilyPlays(driver: String) throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources/Simulators")
        var played: Set<String> = []
        for folder in try #require(Self.folders[driver]) {
            let files = try FileManager.default.contentsOfDirectory(
                at: sources.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            for file in files where file.pathExtension == "swift" {
                for match in try String(contentsOf: file, encoding: .utf8).matches(of: /strikes\(\.([a-zA-Z]+)\)/) {
                    played.insert(String(match.1))
                }
            }
        }
        #expect(Set(SimulatorCatalog.faults(of: driver).map(\.rawValue)) == played)
    }

    @Test(arguments: [
        ("aabb", SimulatedFault.sameCard, "aabb has no fault sameCard: use one of noCard, timeout"),
        ("zigbee2mqtt", .noCard, "zigbee2mqtt has no fault noCard: use one of timeout, silent, lateAnswer"),
    ])
    func fault_isRefusedByItsName_whenTheFamilyCannotPlayIt(driver: String, fault: SimulatedFault, words: String) {
        let refusal = #expect(throws: SimulatorFault.self) { try SimulatorCatalog.check(driver, faults: [fault], cards: []) }
        #expect(refusal?.description.hasPrefix(words) == true, "\(refusal?.description ?? "")")
    }

    @Test func card_isRefused_whereTheFamilyHasOneOfItsOwn() {
        #expect(throws: SimulatorFault.self) { try SimulatorCatalog.check("msr", faults: [], cards: [.classic1K]) }
        #expect(throws: Never.self) { try SimulatorCatalog.check("pn532", faults: [.sameCard], cards: [.classic1K]) }
    }
}
