// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports
import Testing

@testable import Doctor

/// Facts in, findings out: each fault planted alone in a machine where all else is in order.
@Suite struct DiagnosisTests {
    /// One planted fault: what is broken, which finding names it, a part of its sentence, and the first command.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: Finding.Code
        var weight: Finding.Weight = .blocks
        var says: String
        var command: String?
        var plant: @Sendable (inout Ward) -> Void
    }

    @Test func nothing_isFound_whereAllIsInOrder() {
        #expect(Ward().findings == [])
    }

    @Test(arguments: held + rules + intruders + absences)
    func finding_namesTheFault_andItsCommand(_ fault: Case) throws {
        var ward = Ward()
        fault.plant(&ward)
        let found = ward.findings
        let finding = try #require(found.first { $0.code == fault.code }, "\(found)")
        #expect(found.count == 1, "only the planted fault: \(found)")
        #expect(finding.weight == fault.weight)
        #expect(finding.sentence.contains(fault.says), "\(finding.sentence)")
        #expect(finding.commands.first == fault.command)
    }

    static let held: [Case] = [
        Case(
            testDescription: "held by another program", code: .heldByProgram, says: "/dev/ttyUSB0 is held by minicom (pid 812)",
            command: "sudo kill 812"
        ) { $0.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 812, name: "minicom")) },
        Case(
            testDescription: "held by a service", code: .heldByProgram, says: "gpsd (pid 9)",
            command: "sudo systemctl disable --now gpsd.service"
        ) { $0.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 9, name: "gpsd"), unit: "gpsd.service") },
        Case(
            testDescription: "held by a console login", code: .heldByProgram, says: "agetty",
            command: "sudo systemctl disable --now serial-getty@ttyUSB0.service"
        ) { $0.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 9, name: "agetty"), unit: "serial-getty@ttyUSB0.service") },
        Case(
            testDescription: "held by a program of a login, whose service must live", code: .heldByProgram, says: "screen",
            command: "sudo kill 5"
        ) { $0.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 5, name: "screen"), unit: "ssh.service") },
        Case(
            testDescription: "no permission", code: .notPermitted,
            says: "encoder-bridge may not open /dev/ttyUSB0: it belongs to root:dialout",
            command: "sudo usermod -aG dialout encoder-bridge"
        ) { $0.ports[0].node = NodeFacts(user: 0, group: 20, userName: "root", groupName: "dialout", mode: 0o660) },
        Case(
            testDescription: "no permission, in a group that does not exist for the service", code: .notPermitted, says: "root:root 0600",
            command: "sudo chgrp encoder-bridge /dev/ttyUSB0"
        ) { $0.ports[0].node = NodeFacts(user: 0, group: 0, userName: "root", groupName: "root", mode: 0o600) },
        Case(
            testDescription: "no permission before the next login", code: .notPermitted, says: "what runs does not know it yet",
            command: "newgrp dialout"
        ) { ward in
            ward.machine.accounts = Accounts(users: [Account(name: "anna", user: 1000, groups: [20])], groupNames: [20: "dialout"])
            ward.machine.caller = Account(name: "anna", user: 1000, groups: [1000])
            ward.ports[0].node = NodeFacts(user: 0, group: 20, userName: "root", groupName: "dialout", mode: 0o660)
        },
    ]

    static let rules: [Case] = [
        Case(
            testDescription: "rule missing", code: .ruleMissing, weight: .risk, says: "62-encoder-bridge.rules is not installed",
            command: "encoder-bridge rules | sudo tee /etc/udev/rules.d/62-encoder-bridge.rules"
        ) { $0.machine.rules = RuleFiles([]) },
        Case(
            testDescription: "rule missing for a hidraw encoder", code: .ruleMissing,
            says: "nothing gives /dev/hidraw0 to the service's group",
            command: "encoder-bridge rules | sudo tee /etc/udev/rules.d/62-encoder-bridge.rules"
        ) { ward in
            ward.machine.rules = RuleFiles([])
            ward.ports = [
                PortFacts(
                    DetectedPort(
                        incarnation: .init("h"), kind: .hidraw, address: "/dev/hidraw0", idPath: "path-1", usb: USBID(0x0801, 0x0003)))
            ]
            ward.encoders = [Ward.encoder("front-desk", path: 1, Ward.swipe)]
        },
        Case(
            testDescription: "rule without effect", code: .ruleNotApplied, weight: .risk, says: "has not taken effect on /dev/ttyUSB0",
            command: "sudo udevadm control --reload"
        ) { $0.ports[0].port.assignedDriver = nil },
    ]

    static let intruders: [Case] = [
        Case(
            testDescription: "brltty's rule", code: .brltty, weight: .risk, says: "takes every CH340 for a Braille display",
            command: "sudo ln -s /dev/null /etc/udev/rules.d/85-brltty.rules"
        ) { $0.rule("85-brltty.rules", #"ENV{PRODUCT}=="1a86/7523/*", GOTO="brltty_usb_run""#) },
        Case(
            testDescription: "brltty's rule in /etc", code: .brltty, weight: .risk, says: "/etc/udev/rules.d/85-brltty.rules",
            command: "sudo mv /etc/udev/rules.d/85-brltty.rules /etc/udev/rules.d/85-brltty.rules.off"
        ) { $0.rule("85-brltty.rules", #"ENV{PRODUCT}=="1a86/7523/*", X"#, in: "/etc/udev/rules.d") },
        Case(
            testDescription: "brltty has the adapter", code: .brltty, says: "USB port 1-7 has no serial port: brltty's udev rule",
            command: "sudo ln -s /dev/null /etc/udev/rules.d/85-brltty.rules"
        ) { ward in
            ward.ports[0].port.usb = USBID(0x0403, 0x6001)
            ward.rule("85-brltty.rules", #"ENV{PRODUCT}=="1a86/7523/*", X"#)
            ward.machine.usb = [
                USBFacts(
                    socket: "1-7", id: USBID(0x1A86, 0x7523), interfaces: [.init(name: "1-7:1.0", usbClass: 0xFF, driver: "usbfs")])
            ]
        },
        Case(
            testDescription: "gpsd's rule", code: .gpsd, weight: .risk, says: "for a GPS receiver",
            command: "sudo ln -s /dev/null /etc/udev/rules.d/60-gpsd.rules"
        ) { $0.rule("60-gpsd.rules", #"ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="7523", SYMLINK+="gps%n""#) },
        Case(
            testDescription: "ModemManager is not kept off", code: .modemManager, weight: .risk, says: "ModemManager runs",
            command: "encoder-bridge probe /dev/ttyUSB0 --adopt    # the rule that tells it"
        ) { ward in
            ward.machine.programs = ["ModemManager"]
            ward.ports[0].record.properties["ID_MM_PORT_IGNORE"] = nil
        },
        Case(
            testDescription: "latency timer", code: .latencyTimer, weight: .risk, says: "latency timer is 16 ms",
            command: "echo 1 | sudo tee /sys/bus/usb-serial/devices/ttyUSB0/latency_timer"
        ) { $0.ports[0].latencyTimer = 16 },
        Case(
            testDescription: "adapter without its kernel module", code: .kernelModuleMissing,
            says: "the kernel module pl2303 is not loaded",
            command: "sudo modprobe pl2303"
        ) {
            $0.machine.usb = [
                USBFacts(socket: "1-8", id: USBID(0x067B, 0x2303), interfaces: [.init(name: "1-8:1.0", usbClass: 0xFF, driver: nil)])
            ]
        },
        Case(
            testDescription: "pn533 has the reader", code: .kernelDriver, says: "The kernel's driver pn533_usb has the reader ACR122U",
            command: "printf 'blacklist pn533_usb\\nblacklist pn533\\n' | sudo tee /etc/modprobe.d/encoder-bridge.conf"
        ) {
            $0.machine.usb = [
                USBFacts(
                    socket: "1-4", id: USBID(0x072F, 0x2200), product: "ACR122U",
                    interfaces: [.init(name: "1-4:1.0", usbClass: 0x0B, driver: "pn533_usb")])
            ]
        },
        Case(
            testDescription: "another kernel driver has an encoder", code: .kernelDriver, says: "The kernel's driver dvb_usb_x has",
            command: "echo 1-4:1.0 | sudo tee /sys/bus/usb/drivers/dvb_usb_x/unbind"
        ) {
            $0.machine.usb = [
                USBFacts(
                    socket: "1-4", id: USBID(0x0801, 0x0003), product: "MSR605X",
                    interfaces: [.init(name: "1-4:1.0", usbClass: 3, driver: "dvb_usb_x")])
            ]
        },
        Case(
            testDescription: "pcscd is not installed", code: .cardServiceMissing, says: "pcscd is not installed",
            command: "sudo apt install pcscd libccid"
        ) { ward in
            ward.machine.hasCardService = false
            ward.encoders.append(
                EncoderFacts(name: "kiosk", driver: "reader", match: .reader("ACS ACR122U 00 00"), manifest: Ward.reader))
        },
        Case(
            testDescription: "pcscd does not run, a reader is there", code: .cardServiceMissing, weight: .risk,
            says: "pcscd is not running",
            command: "sudo systemctl enable --now pcscd.socket"
        ) { ward in
            ward.machine.hasCardService = false
            ward.machine.units = ["pcscd.socket"]
            ward.machine.usb = [
                USBFacts(socket: "1-4", id: USBID(0x072F, 0x2200), interfaces: [.init(name: "1-4:1.0", usbClass: 0x0B, driver: nil)])
            ]
        },
    ]

    static let absences: [Case] = [
        Case(
            testDescription: "the reader is not plugged in", code: .absent,
            says: "is the reader plugged in, and does pcscd know its driver?",
            command: "sudo apt install pcscd libccid pcsc-tools && pcsc_scan -r"
        ) { ward in
            ward.encoders.append(
                EncoderFacts(name: "kiosk", driver: "reader", match: .reader("ACS ACR122U 00 00"), manifest: Ward.reader))
        },
        Case(testDescription: "not plugged in", code: .absent, says: "(path path-1) is not there: is it plugged in", command: nil) {
            $0.ports = []
        },
        Case(
            testDescription: "plugged in elsewhere", code: .absent,
            says: "/dev/ttyUSB1 in USB port 1-2 belongs to nobody: was the plug moved?",
            command: "encoder-bridge probe /dev/ttyUSB1 --adopt    # or put the plug back"
        ) { $0.ports = [Ward.adapter(2)] },
        Case(
            testDescription: "one match, two ports", code: .ambiguous, says: "fits /dev/ttyUSB0 and /dev/ttyUSB1",
            command: "encoder-bridge probe /dev/ttyUSB0 --adopt"
        ) { ward in
            var twin = Ward.adapter(2)
            twin.port.idPath = "path-1"
            ward.ports.append(twin)
        },
        Case(
            testDescription: "one name, two readers", code: .ambiguous, says: "write the whole name of one of them behind `reader:`",
            command: "pcsc_scan -r"
        ) { ward in
            ward.ports = [0, 1].map {
                PortFacts(DetectedPort(incarnation: .init("\($0)"), kind: .pcsc, address: "ACS ACR122U 0\($0) 00", links: ["ACS ACR122U"]))
            }
            ward.encoders = [
                EncoderFacts(
                    name: "front-desk", driver: Ward.reader.name, match: .reader("ACS ACR122U"), manifest: Ward.reader, baud: 9600)
            ]
        },
        Case(
            testDescription: "two encoders, one port", code: .sharedPort, says: "front-desk and kiosk both name /dev/ttyUSB0",
            command: "encoder-bridge check"
        ) { $0.encoders.append(Ward.encoder("kiosk", path: 1)) },
        Case(testDescription: "no such driver", code: .unknownDriver, says: "There is no driver 'lokc'", command: "encoder-bridge check") {
            $0.encoders[0].driver = "lokc"
            $0.encoders[0].manifest = nil
        },
    ]
}
