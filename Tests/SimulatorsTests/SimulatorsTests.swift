// SPDX-License-Identifier: Apache-2.0
import Simulators
import Testing

@Suite struct SimulatorCatalogTests {
    @Test(arguments: [
        ("noCard", SimulatedFault.noCard, FaultOccurrence.always), ("noCard:always", .noCard, .always), ("nak:once", .nak, .times(1)),
        ("badChecksum:3", .badChecksum, .times(3)),
    ])
    func fault_isRead(text: String, fault: SimulatedFault, occurrence: FaultOccurrence) throws {
        let parsed = try SimulatedFault.parse(text)
        #expect(parsed.fault == fault)
        #expect(parsed.occurrence == occurrence)
    }

    @Test(arguments: ["", "nocard", "noCard:", "noCard:0", "noCard:often"])
    func fault_isRefused_withASentence(text: String) {
        let fault = #expect(throws: SimulatorFault.self) { try SimulatedFault.parse(text) }
        #expect(fault?.description.contains("noCard") == true)
    }

    @Test func catalog_refuses_whatItCannotPlay() {
        let unknown = #expect(throws: SimulatorFault.self) { try SimulatorCatalog.make(driver: "saflok", options: SimulatorOptions()) }
        let known = SimulatorCatalog.drivers.joined(separator: ", ")
        #expect(unknown?.description == "there is no simulator for 'saflok': use one of \(known)")
        var options = SimulatorOptions()
        options.baud = 0
        #expect(throws: SimulatorFault.self) { try SimulatorCatalog.make(driver: "industry-standard", options: options) }
    }
}
