// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Testing

@testable import Doctor

/// The text of the rules. What udev makes of it is tried in ProjectTests (umockdev) and Tests/VM (a real kernel).
@Suite struct UdevRulesTests {
    private func manifest(
        _ name: String, ports: Set<PortKind>, models: [EncoderModelEntry]
    ) -> DriverManifest {
        DriverManifest(
            name: name, title: name, kind: .raw, capabilities: [], ports: ports, line: LineSettings(baud: 9600), settings: [],
            models: models,
            hardwareNote: "\(name).md")
    }

    private func lines(_ manifests: [DriverManifest]) -> [String] {
        UdevRules.packaged(for: manifests).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func packaged_marksOwnIds_withTheDriversName() {
        let msr = manifest("msr", ports: [.hidraw], models: [EncoderModelEntry("MSR605X", usb: [USBID(0x0801, 0x0003)], evidence: 3)])
        #expect(
            lines([msr]).contains(
                #"SUBSYSTEM=="hidraw", ATTRS{idVendor}=="0801", ATTRS{idProduct}=="0003", ENV{ENCODER_BRIDGE_DRIVER}!="?*", "#
                    + #"ENV{ENCODER_BRIDGE_DRIVER}="msr""#))
    }

    @Test func packaged_namesBothSubsystems_whenTheFamilyHasBoth() {
        let both = manifest("both", ports: [.tty, .hidraw], models: [EncoderModelEntry("Both", usb: [USBID(0x0801, 3)], evidence: 3)])
        #expect(lines([both]).contains { $0.hasPrefix(#"SUBSYSTEM=="tty|hidraw", ATTRS{idVendor}"#) })
    }

    @Test func packaged_leavesBareSerialChipsAlone() {
        let chips = SerialBridgeChip.all.map(\.id)
        let text = UdevRules.packaged(for: [manifest("greedy", ports: [.tty], models: [EncoderModelEntry("Any", usb: chips, evidence: 1)])])
        #expect(!text.contains("greedy"))
        #expect(!text.contains("ATTRS{idVendor}"))
    }

    @Test func packaged_hasNoLineForReaders_whichAreNoPortsOfUdev() {
        let reader = manifest("pcsc", ports: [.pcsc], models: [EncoderModelEntry("ACR122U", usb: [USBID(0x072F, 0x2200)], evidence: 3)])
        #expect(!UdevRules.packaged(for: [reader]).contains("072f"))
    }

    @Test func packaged_marksOneIdOnce_whenTwoModelsShareIt() {
        let id = USBID(0x0801, 0x0003)
        let twins = manifest(
            "msr", ports: [.hidraw],
            models: [EncoderModelEntry("A", usb: [id], evidence: 3), EncoderModelEntry("B", usb: [id], evidence: 3)])
        #expect(lines([twins]).count { $0.contains("ATTRS{idVendor}") } == 1)
    }

    @Test func packaged_staysAComment_whenAModelsNameHasALineBreak() {
        let odd = manifest(
            "odd", ports: [.tty], models: [EncoderModelEntry("A\nRUN+=\"x\"", usb: [USBID(0x1234, 0x5678)], evidence: 1)])
        #expect(!lines([odd]).contains { $0.hasPrefix("RUN") })
        for problem in RuleSyntax.problems(in: UdevRules.packaged(for: [odd])) { Issue.record("\(problem)") }
    }

    @Test func packaged_isSound_byTheSyntaxOfUdev() {
        let all = manifest("msr", ports: [.tty, .hidraw], models: [EncoderModelEntry("M", usb: [USBID(0x0801, 3)], evidence: 3)])
        #expect(RuleSyntax.problems(in: UdevRules.packaged(for: [all])) == [])
        #expect(RuleSyntax.problems(in: UdevRules.packaged(for: [])) == [])
    }

    @Test func packaged_putsEachImportAndTheGroupOnALineOfItsOwn() {
        let text = lines([])
        #expect(text.filter { $0.contains("IMPORT") }.allSatisfy { $0.components(of: "IMPORT") == 1 })
        #expect(text.contains(#"GROUP="encoder-bridge""#))
        #expect(text.contains(#"MODE="0660""#))
    }

    @Test func fileNames_sortBetweenTheSystemsOwn() {
        for name in [UdevRules.fileName, UdevRules.localFileName] {
            #expect("60-serial.rules" < name && name < "73-seat-late.rules")
        }
        #expect(UdevRules.localFileName < UdevRules.fileName)
    }

    @Test func syntaxCheck_findsWhatIsWrong() {
        for bad in [
            #"SUBSYSTEM="tty""#, #"SUBSYSTEM=="tty" MODE="0660""#, #"NOSUCH=="x""#, #"ENV=="x""#, #"GOTO="nowhere""#, #"MODE="0660"#,
            #"IMPORT{builtin}=="usb_id", IMPORT{builtin}="path_id""#, #"ATTRS{x}="1""#,
        ] {
            #expect(!RuleSyntax.problems(in: bad + "\n").isEmpty, "\(bad)")
        }
        #expect(RuleSyntax.problems(in: "# only a comment\n\nKERNEL==\"ttyS0\", MODE=\"0660\"\n") == [])
    }
}

extension String {
    fileprivate func components(of word: String) -> Int { ranges(of: word).count }
}
