// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Glibc
import Ports
import TestKit
import Testing

@testable import Doctor

/// What is read from a planted file system: each fact that a finding rests on.
@Suite struct FactGatheringTests {
    private func port(_ address: String) -> DetectedPort { DetectedPort(incarnation: .init("x"), kind: .tty, address: address) }

    @Test func port_hasSocketTimerRecordAndNode() throws {
        let planted = try PlantedRoot()
        try planted.accounts()
        let record = "S:serial/by-path/x\nI:12\nE:ID_PATH=pci-x\nE:ID_MM_PORT_IGNORE=1\nE:BROKEN\nG:encoder-bridge\nQ:systemd\nV:1\n"
        try planted.adapter("1-1.4", "ttyUSB0", minor: 7, vendor: "0403", product: "6001", latency: 16, record: record)
        let facts = FactGathering(root: planted.root).port(port("/dev/ttyUSB0"))
        #expect(facts.socket == "1-1.4")
        #expect(facts.latencyTimer == 16)
        #expect(facts.record.properties["ID_PATH"] == "pci-x")
        #expect(facts.record.isKeptFromModemManager)
        #expect(facts.record.currentTags == ["systemd"], "a tag of an earlier run is not one of now")
        #expect(facts.node?.user == geteuid())
        #expect(facts.holder == nil)
    }

    @Test func tags_countAsCurrent_whereUdevIsTooOldToTell() {
        #expect(UdevRecord(parsing: "I:1\nG:encoder-bridge\n").currentTags == ["encoder-bridge"])
        #expect(UdevRecord(parsing: "I:1\nG:encoder-bridge\nV:1\n").currentTags == [])
        #expect(UdevRecord(parsing: "") == UdevRecord())
    }

    @Test func usbDevices_haveTheirInterfacesDrivers() throws {
        let planted = try PlantedRoot()
        try planted.usb("1-3", vendor: "1a86", product: "7523", driver: "usbfs")
        try planted.usb("1-4", vendor: "072f", product: "2200", usbClass: "0b", driver: nil)
        try planted.file("/sys/devices/pci0/usb1/1-4/1-4:1.0/uevent", "DEVTYPE=usb_interface\nDRIVER=pn533_usb\n")
        try planted.file("/sys/bus/usb/devices/1-9/idVendor", "no number\n")
        let usb = FactGathering(root: planted.root).machine().usb
        #expect(usb.map(\.socket) == ["1-3", "1-4"])
        #expect(usb.map { $0.interfaces.first?.driver } == ["usbfs", "pn533_usb"])
        #expect(usb.map(\.isCardReader) == [false, true])
        #expect(usb[0].id == USBID(0x1A86, 0x7523))
        #expect(usb[0].product == "Planted 1-3")
    }

    @Test func rules_areThoseInForce_ofFilesWithOneName() throws {
        let planted = try PlantedRoot()
        try planted.file("/lib/udev/rules.d/85-brltty.rules", #"ENV{PRODUCT}=="1a86/7523/*", GOTO="x""#)
        try planted.file("/lib/udev/rules.d/60-gpsd.rules", #"ATTRS{idVendor}=="067b", ATTRS{idProduct}=="2303""#)
        try planted.file("/lib/udev/rules.d/README", "no rules")
        #expect(RuleFiles(planted.root).inForce.map(\.name) == ["60-gpsd.rules", "85-brltty.rules"])
        try planted.link("/etc/udev/rules.d/85-brltty.rules", to: "/dev/null")
        try planted.file("/etc/udev/rules.d/60-gpsd.rules", "# of the site")
        let rules = RuleFiles(planted.root)
        #expect(rules.inForce.map(\.path) == ["/etc/udev/rules.d/60-gpsd.rules"])
        #expect(rules.rule(of: "gpsd", naming: USBID(0x067B, 0x2303)) == nil)
    }

    @Test(
        arguments: [
            (#"ENV{PRODUCT}=="1a86/7523/*", GOTO="brltty_usb_run""#, true),
            (#"  ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="7523", SYMLINK+="gps%n""#, true),
            (#"#ENV{PRODUCT}=="1a86/7523/*", GOTO="brltty_usb_run""#, false),
            (#"ENV{PRODUCT}=="1a86/75230/*""#, false),
            (#"ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="5523""#, false),
            ("", false),
        ])
    func ruleFile_namesAChip(text: String, names: Bool) {
        #expect(RuleFile(name: "x.rules", path: "/x", text: text).names(USBID(0x1A86, 0x7523)) == names)
    }

    @Test func ruleFile_namesAChip_withoutItsLeadingZeros() {
        #expect(RuleFile(name: "x", path: "/x", text: #"ENV{PRODUCT}=="403/6001/*", ENV{X}="y""#).names(USBID(0x0403, 0x6001)))
    }

    @Test func programsAndUnits_areFound() throws {
        let planted = try PlantedRoot()
        try planted.file("/proc/812/comm", "ModemManager\n")
        try planted.file("/proc/813/comm", "bash\n")
        try planted.file("/lib/systemd/system/pcscd.socket", "[Socket]")
        try planted.file("/lib/systemd/system/ModemManager.service", "[Service]")
        var facts = FactGathering(root: planted.root).machine()
        #expect(facts.programs == ["ModemManager"])
        #expect(facts.units == ["pcscd.socket", "ModemManager.service"])
        #expect(!facts.hasCardService)
        try planted.link("/etc/systemd/system/ModemManager.service", to: "/dev/null")
        try planted.file("/run/pcscd/pcscd.comm")
        facts = FactGathering(root: planted.root).machine()
        #expect(facts.units == ["pcscd.socket"], "a masked unit is none")
        #expect(facts.hasCardService)
    }

    @Test func accounts_knowTheServicesGroups_andSkipBrokenLines() throws {
        let planted = try PlantedRoot()
        try planted.accounts(serviceGroups: ["dialout"])
        let accounts = FactGathering(root: planted.root).machine().accounts
        #expect(accounts.service?.groups == [990, 20])
        #expect(accounts.groupNames[20] == "dialout")
    }

    @Test func node_permits_asTheKernelWould() {
        let node = NodeFacts(user: 0, group: 20, userName: "root", groupName: "dialout", mode: 0o660)
        func account(_ user: UInt32, _ groups: Set<UInt32>) -> Account { Account(name: "a", user: user, groups: groups) }
        #expect(node.permits(account(0, [])))
        #expect(node.permits(account(990, [20])))
        #expect(!node.permits(account(990, [990])))
        // The owner's bits count for the owner, even where the group's would allow more.
        #expect(!NodeFacts(user: 990, group: 20, userName: "a", groupName: "b", mode: 0o060).permits(account(990, [20])))
        #expect(node.text == "root:dialout 0660")
        #expect(NodeFacts(user: 0, group: 0, userName: "root", groupName: "root", mode: 0).text == "root:root 0000")
    }

    @Test func holder_isNamed_whenAnotherProgramHasThePort() async throws {
        let terminal = try PseudoTerminal()
        let script = "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('holding', flush=True); sys.stdin.read()"
        let other = try ChildProgram(["/usr/bin/python3", "-c", script, terminal.path])
        _ = try await other.line { $0 == "holding" }
        let facts = FactGathering().port(port(terminal.path))
        #expect(facts.holder?.process == HoldingProcess(pid: other.pid, name: "python3"))
        #expect(facts.holder?.isBridge == false)
        other.end()
    }
}
